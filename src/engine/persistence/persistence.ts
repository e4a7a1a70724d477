// What lasts of the data: the dump, a file with all of it. It is written by SAVE and when the
// server ends, and read when it starts; INFO asks here how that went.
import { closeQuietly, type Disk, DiskError, type DiskFile, READ } from '../disk.ts';
import type { Host, Log } from '../ports.ts';
import { LoadedKeys, Loading, type LoadingOptions, type LoadingParts } from './loading.ts';
import { NewFile } from './new-file.ts';
import type { DataRefusal } from './refusal.ts';
import { type DatasetParts, writeDataset } from './write-dataset.ts';

/** Others have their turns when loading has taken so long. */
const SLICE_US = 2000;
/** How often the log is told how far loading has come. */
const PROGRESS_US = 2e6;
const BYTES_PER_MEBIBYTE = 2 ** 20;
/** In place of the seconds that a save has taken: there was none. */
const NEVER = -1;

/** What of the server is needed here. */
export interface PersistenceParts extends DatasetParts, LoadingParts {
  readonly clock: LoadingParts['clock'];
  readonly host: Pick<Host, 'pid' | 'architectureBits' | 'sleep'>;
  readonly log: Log;
  readonly disk: Disk;
  /** Data is being loaded from here on, or not any more. */
  onLoading(isLoading: boolean): void;
  /** The last save went well, or not. */
  onSaved(hasFailed: boolean): void;
}

/** What came of loading. */
export interface Loaded {
  /** Null if all went well. */
  readonly refusal: DataRefusal | null;
  /** Was there a file? */
  readonly isThere: boolean;
}

/** What is known of what is being loaded. */
export interface LoadedSoFar {
  readonly totalSize: number;
  readonly position: number;
  readonly usedMemory: number;
  readonly keysLoaded: number;
}

/** What is being loaded. */
interface Progress {
  readonly loading: LoadedSoFar;
  readonly startSeconds: number;
}

/** A dump that is being read. */
interface OpenDump {
  readonly file: DiskFile;
  readonly loading: Loading;
}

export class Persistence {
  /** When data was saved last, or read: seconds since 1970. */
  lastSaveSeconds: number;
  /** The same, by the monotonic clock. */
  lastSaveUs: number;
  /** Did the last save in the background fail? */
  hasFailed = false;
  /** How long the last one in the background took; -1 before the first. */
  lastDurationSeconds = NEVER;
  /** Of the last RDB file that was loaded, or is. */
  private keys = new LoadedKeys();
  private progress: Progress | null = null;
  private isAwaited = false;
  private readonly parts: PersistenceParts;
  private nextProgressUs = 0;

  constructor(parts: PersistenceParts) {
    this.parts = parts;
    this.lastSaveSeconds = this.nowSeconds;
    this.lastSaveUs = parts.clock.elapsedUs();
  }

  get keysLoaded(): number {
    return this.keys.loaded;
  }

  get keysExpired(): number {
    return this.keys.expired;
  }

  /** Is the data not there yet, or not all of it? Then nobody is served, and nothing is saved. */
  get isLoading(): boolean {
    return this.isAwaited || this.progress !== null;
  }

  /** Data will be loaded, and nothing may be taken for it before: until dataIsThere(). */
  awaitData(): void {
    this.isAwaited = true;
    this.parts.onLoading(true);
  }

  dataIsThere(): void {
    this.isAwaited = false;
    this.parts.onLoading(false);
  }

  /** INFO's fields of loading; none when nothing is loaded. */
  progressFields(): string[] {
    const { progress } = this;
    if (progress === null) return [];
    const { loading, startSeconds } = progress;
    const { totalSize, position: loadedSize } = loading;
    const leftSize = Math.max(1, totalSize - loadedSize);
    const elapsed = this.nowSeconds - startSeconds;
    // Without an idea of how long it takes, Redis says a second.
    const eta = elapsed === 0 ? 1 : Math.floor((elapsed * leftSize) / (loadedSize + 1));
    return [
      `loading_start_time:${startSeconds}`,
      `loading_total_bytes:${totalSize}`,
      `loading_rdb_used_mem:${loading.usedMemory}`,
      `loading_loaded_bytes:${loadedSize}`,
      `loading_loaded_perc:${((100 * loadedSize) / Math.max(1, totalSize)).toFixed(2)}`,
      `loading_eta_seconds:${eta}`,
    ];
  }

  /** The temporary name of a dump that is being written. */
  private get temporaryName(): string {
    return `temp-${this.parts.host.pid}.rdb`;
  }

  /** Saves all there is, while everything waits. Did it work? The log knows why not. */
  save(): boolean {
    // Half of a file that is being loaded must not take the place of the whole.
    if (this.isLoading) return false;
    const { parts } = this;
    const { log, settings, disk } = parts;
    const name = settings.text('dbfilename');
    let file: NewFile | null = null;
    try {
      const syncsOften = settings.flag('rdb-save-incremental-fsync');
      file = new NewFile(disk, this.pathOf(this.temporaryName), syncsOften, false);
      writeDataset(parts, file);
      file.publish(this.pathOf(name), this.directory);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      file?.abandon();
      log.write('warning', this.saveProblem(name, file === null, error.message));
      return false;
    }
    log.write('notice', 'DB saved on disk');
    this.saved(parts.keyspace.dirty);
    return true;
  }

  /** The data of which `changes` are a part is on disk now. */
  saved(changes: number): void {
    this.parts.keyspace.dirty -= changes;
    this.lastSaveSeconds = this.nowSeconds;
    this.lastSaveUs = this.parts.clock.elapsedUs();
    this.hasFailed = false;
    this.parts.onSaved(false);
  }

  /** A save in the background has failed. */
  failed(): void {
    this.hasFailed = true;
    this.parts.onSaved(true);
  }

  /** Loads the dump, a slice at a time, and says what came of it. */
  loadDump(done: (loaded: Loaded) => void): void {
    const { clock, settings } = this.parts;
    const path = this.pathOf(settings.text('dbfilename'));
    const startUs = clock.monotonicUs();
    const dump = this.begin(path, false);
    if (typeof dump === 'string') {
      const refusal = { message: dump, file: path, offset: null, advice: '' };
      return done({ refusal: dump === '' ? null : refusal, isThere: dump !== '' });
    }
    const { loading } = dump;
    const goOn = (): void => {
      const nowUs = clock.monotonicUs();
      const hasMore = loading.run(nowUs + SLICE_US);
      this.tellProgress(path, nowUs);
      if (hasMore) {
        clock.schedule(0, goOn);
        return;
      }
      this.end(dump, path);
      if (loading.problem === '') this.tellLoaded(path, loading, startUs);
      done({ refusal: refusalOf(loading, path), isThere: true });
    };
    goOn();
  }

  /** Loads the dump while everything waits: '' or why not. */
  reload(replaces: boolean): string {
    const path = this.pathOf(this.parts.settings.text('dbfilename'));
    const dump = this.begin(path, replaces);
    if (dump === '') return 'there is no dump';
    if (typeof dump === 'string') return dump;
    while (dump.loading.run(Number.POSITIVE_INFINITY));
    this.end(dump, path);
    return dump.loading.problem;
  }

  /** Begins to read an RDB file, whose keys INFO counts. The caller closes it. Throws DiskError. */
  read(file: DiskFile, options: LoadingOptions): Loading {
    const loading = new Loading(this.parts, file, options);
    this.keys = loading.keys;
    return loading;
  }

  /** Something is being loaded from here on; null: not any more. */
  follow(loading: LoadedSoFar | null): void {
    const { parts } = this;
    this.progress = loading === null ? null : { loading, startSeconds: this.nowSeconds };
    this.nextProgressUs = parts.clock.monotonicUs() + PROGRESS_US;
    parts.onLoading(this.isLoading);
  }

  /** Begins to read the dump: '' if there is none, or why it cannot be, which the log is told. */
  private begin(path: string, replaces: boolean): OpenDump | string {
    const { disk, log } = this.parts;
    let file: DiskFile | null = null;
    try {
      file = disk.open(path, READ);
      const loading = this.read(file, { keepsDue: false, replaces });
      this.follow(loading);
      return { file, loading };
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      closeQuietly(file);
      if (error.code === 'ENOENT') return '';
      log.write('warning', `Can't open the RDB file ${path}: ${error.message}`);
      return error.message;
    }
  }

  private end({ file, loading }: OpenDump, path: string): void {
    this.follow(null);
    closeQuietly(file);
    if (loading.problem !== '') this.tellDamage(path, loading.problem);
  }

  private saveProblem(name: string, isUnopened: boolean, words: string): string {
    const directory = this.parts.settings.text('dir');
    if (isUnopened) {
      return (
        `Failed opening the temp RDB file ${this.temporaryName} (in server root dir ` +
        `${directory}) for saving: ${words}`
      );
    }
    return `Write error saving DB on disk (${name} in server root dir ${directory}): ${words}`;
  }

  /** Tells the log now and then how far loading has come. */
  private tellProgress(path: string, nowUs: number): void {
    const { progress } = this;
    if (progress === null || nowUs < this.nextProgressUs) return;
    this.nextProgressUs = nowUs + PROGRESS_US;
    const { loading } = progress;
    const { totalSize } = loading;
    const percent = Math.floor((100 * loading.position) / Math.max(1, totalSize));
    this.parts.log.write(
      'notice',
      `Loading ${path}: ${percent} % of ${mebibytes(totalSize)}, ${loading.keysLoaded} keys`,
    );
  }

  private tellLoaded(path: string, loading: Loading, startUs: number): void {
    const { clock, log } = this.parts;
    const seconds = ((clock.monotonicUs() - startUs) / 1e6).toFixed(3);
    const { keys, position } = loading;
    log.write(
      'notice',
      `Loaded ${keys.loaded} keys (${keys.expired} more had expired) from ${path}, ` +
        `${mebibytes(position)}, in ${seconds} seconds`,
    );
    log.write('notice', `DB loaded from disk: ${seconds} seconds`);
  }

  private tellDamage(path: string, problem: string): void {
    const { log } = this.parts;
    log.write('warning', `The RDB file ${path} is refused: ${problem}`);
    log.write('warning', adviceOf(path));
  }

  /** A file of the directory, which need not be the one of the process. */
  private pathOf(name: string): string {
    return `${this.directory}/${name}`;
  }

  /** That of the process, where it is not known: it was deleted. */
  private get directory(): string {
    return this.parts.settings.text('dir') || '.';
  }

  private get nowSeconds(): number {
    return Math.floor(this.parts.clock.nowMs() / 1000);
  }
}

/** Why a dump was not loaded, or null. */
function refusalOf({ problem, problemOffset }: Loading, path: string): DataRefusal | null {
  if (problem === '') return null;
  return { message: problem, file: path, offset: problemOffset, advice: adviceOf(path) };
}

function adviceOf(path: string): string {
  return (
    `Nothing was changed. What of it is intact says 'redstart check-rdb ${path}'. Put back a ` +
    'copy that is whole, or move the file away to start without its data.'
  );
}

function mebibytes(size: number): string {
  return `${(size / BYTES_PER_MEBIBYTE).toFixed(1)} MiB`;
}

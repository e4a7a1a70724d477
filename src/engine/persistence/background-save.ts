// BGSAVE: a snapshot is written to the dump in slices, while clients are served.
//
// A slice is shorter while there is something to be done for clients, and longer when what is kept
// for the snapshot's sake grows faster than it is read: so writes are slowed down before the save
// must fail. A disk that does not keep up is waited for, not written to.
//
// States: nothing; WRITING, until everything was read; SYNCING, until the file is on disk. Whatever
// ends it, nothing is frozen any more, and the temporary file has gone.
import { ZERO } from '../../domain/doubles.ts';
import type { Alarm } from '../alarm.ts';
import { DiskError } from '../disk.ts';
import type { Clock, Log } from '../ports.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { NewFile } from './new-file.ts';
import type { RdbWriting } from './rdb-format.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import { beginFile, type DatasetParts } from './write-dataset.ts';

/** How long a slice is: when nobody asked for anything, when somebody did, when it is behind. */
const IDLE_SLICE_US = 500;
const BUSY_SLICE_US = 250;
const BEHIND_SLICE_US = 2000;
/** So much may be kept for the snapshot's sake, or so much of the data, whichever is more: */
const EXTRA_SIZE_MIN = 64 * 1024 * 1024;
/** beyond this share writes are slowed down, */
const BEHIND_SHARE = 0.05;
/** and beyond this one the save fails. */
const TOO_MUCH_SHARE = 0.5;
/** How soon a disk that is behind is asked again. */
const WAIT_MS = 1;
/** Redis's: after a save that failed, save points wait so long for the next one. */
const RETRY_SECONDS = 5;
const NEVER = -1;
const NO_PROGRESS = { extra: 0, extraPeak: 0, ageSeconds: 0, keysRead: 0, keysTotal: 0 };

/** What of the server is needed here. */
export interface BackgroundSaveParts extends DatasetParts {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs'>;
  readonly host: DatasetParts['host'] & { readonly pid: number };
  readonly log: Log;
  readonly disk: ConstructorParameters<typeof NewFile>[0];
  readonly alarm: Alarm;
  readonly statistics: { readonly commandsProcessed: number; saves: number };
  readonly persistence: {
    readonly isLoading: boolean;
    readonly lastSaveSeconds: number;
    readonly hasFailed: boolean;
    lastDurationSeconds: number;
    saved(changes: number): void;
    failed(): void;
  };
}

/** A save that is under way. */
interface Running {
  readonly snapshot: Snapshot;
  readonly writing: RdbWriting;
  readonly file: NewFile;
  readonly startUs: number;
  /** Changes that it will have on disk. */
  readonly changes: number;
  isSyncing: boolean;
}

export class BackgroundSave {
  /** One is to begin as soon as it can: BGSAVE SCHEDULE. */
  isScheduled = false;
  /** What the last one kept at most besides the data. */
  lastExtraSize = ZERO;
  private readonly parts: BackgroundSaveParts;
  private running: Running | null = null;
  private extraPeak = ZERO;
  private lastTrySeconds = 0;
  private commandsSeen = ZERO;

  constructor(parts: BackgroundSaveParts) {
    this.parts = parts;
  }

  get isRunning(): boolean {
    return this.running !== null;
  }

  /** Does something else read the past, so that none can begin? */
  get mustWait(): boolean {
    return this.running !== null || this.parts.keyspace.arena.past !== null;
  }

  /** INFO's figures of what is running: they are of now. */
  get progress() {
    const { running } = this;
    if (running === null) return NO_PROGRESS;
    const { extraSize, keysRead, keysTotal } = running.snapshot;
    const extraPeak = Math.max(this.extraPeak, extraSize);
    return { extra: extraSize, extraPeak, ageSeconds: 0, keysRead, keysTotal };
  }

  /** Seconds since it began; -1 when none is running. */
  get seconds(): number {
    return this.running === null ? NEVER : this.secondsSince(this.running.startUs);
  }

  /** Begins, between two units. Does it? The log knows why not. */
  start(): boolean {
    const { parts } = this;
    const { disk, settings, log, clock, keyspace, persistence } = parts;
    if (this.mustWait) throw new Error('two snapshots at once');
    this.isScheduled = false;
    this.lastTrySeconds = Math.floor(clock.nowMs() / 1000);
    parts.statistics.saves++;
    let file: NewFile;
    try {
      const syncsOften = settings.flag('rdb-save-incremental-fsync');
      file = new NewFile(disk, `temp-${parts.host.pid}-background.rdb`, syncsOften, true);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      log.write('warning', `Can't save in background: ${error.message}`);
      persistence.failed();
      return false;
    }
    const writing = parts.rdbFormat.writing(file);
    const taker = new SnapshotWriter(parts, writing);
    const snapshot = new Snapshot(keyspace, taker, () => this.end('all data was flushed'));
    beginFile(parts, writing, false, true);
    for (const library of parts.libraries) writing.library(library);
    const startUs = clock.monotonicUs();
    this.running = {
      snapshot,
      writing,
      file,
      startUs,
      changes: keyspace.dirty,
      isSyncing: false,
    };
    this.extraPeak = 0;
    log.write('notice', `Background saving started by pid ${parts.host.pid}`);
    parts.alarm.wakeIn(0);
    return true;
  }

  /** Goes on for a slice of time. Is there more to do at once? */
  run(): boolean {
    const { running, parts } = this;
    if (running === null || running.isSyncing) return false;
    const { snapshot, file } = running;
    if (file.isBehind || this.isDelayed(running)) {
      parts.alarm.wakeIn(WAIT_MS);
      return false;
    }
    this.extraPeak = Math.max(this.extraPeak, snapshot.extraSize);
    try {
      if (!this.runSlice(running)) return true;
      running.writing.end();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.fail(error.message);
      return false;
    }
    snapshot.finish();
    running.isSyncing = true;
    running.file.sync((problem) => this.publish(running, problem));
    return false;
  }

  /** Ends it, if it runs; `why` is for the log. The dump stays what it was. */
  abort(why: string): void {
    if (this.running !== null) this.end(why);
  }

  /** Of the cron: begins to save where a save point, or somebody, asks for that. */
  tick(): void {
    const { persistence } = this.parts;
    if (this.mustWait || persistence.isLoading) return;
    if (this.isScheduled || this.isSavePointReached()) this.start();
  }

  private isSavePointReached(): boolean {
    const { settings, keyspace, log, clock, persistence } = this.parts;
    const nowSeconds = Math.floor(clock.nowMs() / 1000);
    if (persistence.hasFailed && nowSeconds - this.lastTrySeconds <= RETRY_SECONDS) return false;
    for (const { seconds, changes } of settings.savePoints()) {
      if (keyspace.dirty < changes) continue;
      if (nowSeconds - persistence.lastSaveSeconds <= seconds) continue;
      log.write('notice', `${changes} changes in ${seconds} seconds. Saving...`);
      return true;
    }
    return false;
  }

  /** Is everything written? */
  private runSlice({ snapshot }: Running): boolean {
    const { clock, settings, statistics, keyspace } = this.parts;
    const nowUs = clock.monotonicUs();
    const isBusy = statistics.commandsProcessed !== this.commandsSeen;
    this.commandsSeen = statistics.commandsProcessed;
    const extraMax = Math.max(EXTRA_SIZE_MIN, TOO_MUCH_SHARE * keyspace.arena.reservedSize);
    if (snapshot.extraSize > extraMax) throw new DiskError('ENOMEM', TOO_MUCH);
    let sliceUs = isBusy ? BUSY_SLICE_US : IDLE_SLICE_US;
    const behindMin = Math.max(EXTRA_SIZE_MIN, BEHIND_SHARE * keyspace.arena.reservedSize);
    if (snapshot.extraSize > behindMin) sliceUs = BEHIND_SLICE_US;
    if (settings.integer('rdb-key-save-delay') > 0) return snapshot.step(1);
    while (!snapshot.step()) if (clock.monotonicUs() - nowUs >= sliceUs) return false;
    return true;
  }

  /** For tests, which want it to take long: a key is read when its time has come. */
  private isDelayed({ snapshot, startUs }: Running): boolean {
    const delayUs = this.parts.settings.integer('rdb-key-save-delay');
    return delayUs > 0 && snapshot.keysRead * delayUs > this.parts.clock.monotonicUs() - startUs;
  }

  private publish(running: Running, problem: DiskError | null): void {
    // It was aborted meanwhile.
    if (this.running !== running) return;
    const { parts } = this;
    if (problem !== null) return this.fail(problem.message);
    try {
      running.file.publish(parts.settings.text('dbfilename'), '.');
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return this.fail(error.message);
    }
    this.running = null;
    this.lastExtraSize = this.extraPeak;
    parts.persistence.lastDurationSeconds = this.secondsSince(running.startUs);
    parts.log.write('notice', 'DB saved on disk');
    parts.log.write('notice', 'Background saving terminated with success');
    parts.persistence.saved(running.changes);
  }

  private fail(words: string): void {
    const { log, persistence } = this.parts;
    log.write('warning', `Write error saving DB on disk: ${words}`);
    this.end('');
    log.write('warning', 'Background saving error');
    persistence.failed();
  }

  /** Gives up what is running. */
  private end(why: string): void {
    const { running, parts } = this;
    if (running === null) return;
    this.running = null;
    this.lastExtraSize = this.extraPeak;
    parts.persistence.lastDurationSeconds = this.secondsSince(running.startUs);
    running.snapshot.finish();
    running.file.abandon();
    if (why !== '') parts.log.write('warning', `Background saving ended: ${why}`);
  }

  private secondsSince(startUs: number): number {
    return Math.floor((this.parts.clock.monotonicUs() - startUs) / 1e6);
  }
}

const TOO_MUCH = 'clients change more than can be kept beside the data';

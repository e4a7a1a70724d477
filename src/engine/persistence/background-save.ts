// BGSAVE: a snapshot is written to the dump, in slices, while clients are served:
// snapshot-file.ts.
//
// Whatever ends it, nothing is frozen any more, and the temporary file has gone. All that saves at
// once, or forgets all data, ends it first: what it has is older.
import { ZERO } from '../../domain/doubles.ts';
import { DiskError } from '../disk.ts';
import type { Log } from '../ports.ts';
import { SnapshotFile, type SnapshotFileParts } from './snapshot-file.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/** Redis's: after a save that failed, save points wait so long for the next one. */
const RETRY_SECONDS = 5;
const NEVER = -1;
const NO_PROGRESS = { extra: 0, extraPeak: 0, keysRead: 0, keysTotal: 0 };

/** What of the server is needed here. */
export interface BackgroundSaveParts extends SnapshotFileParts {
  readonly host: SnapshotFileParts['host'] & { readonly pid: number };
  readonly log: Log;
  readonly statistics: { saves: number };
  readonly persistence: {
    readonly isLoading: boolean;
    readonly lastSaveUs: number;
    readonly hasFailed: boolean;
    lastDurationSeconds: number;
    saved(changes: number): void;
    failed(): void;
  };
}

/** A save that is under way. */
interface Running {
  readonly written: SnapshotFile;
  /** Changes that it will have on disk. */
  readonly changes: number;
  /** Where it will be, whatever the settings say by then. */
  readonly directory: string;
  readonly name: string;
}

export class BackgroundSave {
  /** One is to begin as soon as it can: BGSAVE SCHEDULE. */
  isScheduled = false;
  /** What the last one kept at most besides the data. */
  lastExtraSize = ZERO;
  private readonly parts: BackgroundSaveParts;
  private running: Running | null = null;
  private lastTryUs = ZERO;

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
    const { extraPeak, snapshot } = running.written;
    const { extraSize, keysRead, keysTotal } = snapshot;
    return { extra: extraSize, extraPeak, keysRead, keysTotal };
  }

  /** Seconds since it began; -1 when none is running. */
  get seconds(): number {
    return this.running === null ? NEVER : this.secondsSince(this.running.written.startUs);
  }

  /** Begins, between two units. Does it? The log knows why not. */
  start(): boolean {
    const { parts } = this;
    const { settings, log, clock, keyspace, persistence } = parts;
    if (this.mustWait) throw new Error('two snapshots at once');
    this.isScheduled = false;
    this.lastTryUs = clock.monotonicUs();
    parts.statistics.saves++;
    try {
      const directory = settings.text('dir');
      const name = settings.text('dbfilename');
      const path = `${directory}/temp-${parts.host.pid}-background.rdb`;
      const syncsOften = settings.flag('rdb-save-incremental-fsync');
      const written = new SnapshotFile(
        parts,
        path,
        syncsOften,
        (target) => new SnapshotWriter(parts, target, false),
        (problem) => this.done(problem),
      );
      this.running = { written, changes: keyspace.dirty, directory, name };
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      log.write('warning', `Can't save in background: ${error.message}`);
      persistence.failed();
      return false;
    }
    log.write('notice', `Background saving started by pid ${parts.host.pid}`);
    return true;
  }

  /** Ends it, if it runs; `why` is for the log. The dump stays what it was. */
  abort(why: string): void {
    const { running } = this;
    if (running === null) return;
    running.written.cancel();
    this.end(running);
    this.parts.log.write('warning', `Background saving ended: ${why}`);
  }

  /** Of the cron: begins to save where a save point, or somebody, asks for that. */
  tick(): void {
    const { persistence } = this.parts;
    if (this.mustWait || persistence.isLoading) return;
    if (this.isScheduled || this.isSavePointReached()) this.start();
  }

  private isSavePointReached(): boolean {
    const { settings, keyspace, log, persistence } = this.parts;
    const triedSeconds = this.secondsSince(this.lastTryUs);
    if (persistence.hasFailed && triedSeconds <= RETRY_SECONDS) return false;
    const savedSeconds = this.secondsSince(persistence.lastSaveUs);
    for (const { seconds, changes } of settings.savePoints()) {
      if (keyspace.dirty < changes || savedSeconds <= seconds) continue;
      log.write('notice', `${changes} changes in ${seconds} seconds. Saving...`);
      return true;
    }
    return false;
  }

  /** It is over, and not since it was aborted. */
  private done(problem: DiskError | null): void {
    const { running, parts } = this;
    const { log, persistence } = parts;
    if (running === null) return;
    this.end(running);
    const failure = problem ?? publish(running);
    if (failure !== null) {
      log.write('warning', `Write error saving DB on disk: ${failure.message}`);
      log.write('warning', 'Background saving error');
      persistence.failed();
      return;
    }
    log.write('notice', 'DB saved on disk');
    log.write('notice', 'Background saving terminated with success');
    persistence.saved(running.changes);
  }

  private end({ written }: Running): void {
    this.running = null;
    this.lastExtraSize = written.extraPeak;
    this.parts.persistence.lastDurationSeconds = this.secondsSince(written.startUs);
  }

  private secondsSince(startUs: number): number {
    return Math.floor((this.parts.clock.monotonicUs() - startUs) / 1e6);
  }
}

/** The dump is another one from here on. Why not, or null. */
function publish({ written, directory, name }: Running): DiskError | null {
  try {
    written.publish(`${directory}/${name}`, directory);
    return null;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    written.cancel();
    return error;
  }
}

// BGSAVE: a snapshot is written to the dump, in slices, while clients are served:
// snapshot-file.ts.
//
// States: nothing; writing, until everything was read; syncing, until the file is on disk. Whatever
// ends it, nothing is frozen any more, and the temporary file has gone.
import { ZERO } from '../../domain/doubles.ts';
import type { Alarm } from '../alarm.ts';
import { DiskError } from '../disk.ts';
import type { Log } from '../ports.ts';
import { SnapshotFile, type SnapshotFileParts, WAIT_MS, WAITS, WRITTEN } from './snapshot-file.ts';

/** Redis's: after a save that failed, save points wait so long for the next one. */
const RETRY_SECONDS = 5;
const NEVER = -1;
const NO_PROGRESS = { extra: 0, extraPeak: 0, ageSeconds: 0, keysRead: 0, keysTotal: 0 };

/** What of the server is needed here. */
export interface BackgroundSaveParts extends SnapshotFileParts {
  readonly host: SnapshotFileParts['host'] & { readonly pid: number };
  readonly log: Log;
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
  readonly written: SnapshotFile;
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
  private lastTrySeconds = 0;

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
    const { extraSize, keysRead, keysTotal } = running.written.snapshot;
    const extraPeak = Math.max(running.written.extraPeak, extraSize);
    return { extra: extraSize, extraPeak, ageSeconds: 0, keysRead, keysTotal };
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
    this.lastTrySeconds = Math.floor(clock.nowMs() / 1000);
    parts.statistics.saves++;
    try {
      const path = `temp-${parts.host.pid}-background.rdb`;
      const syncsOften = settings.flag('rdb-save-incremental-fsync');
      const onCancel = (): void => this.end('all data was flushed');
      const written = new SnapshotFile(parts, path, syncsOften, false, onCancel);
      this.running = { written, changes: keyspace.dirty, isSyncing: false };
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      log.write('warning', `Can't save in background: ${error.message}`);
      persistence.failed();
      return false;
    }
    log.write('notice', `Background saving started by pid ${parts.host.pid}`);
    parts.alarm.wakeIn(0);
    return true;
  }

  /** Goes on for a slice of time. Is there more to do at once? */
  run(): boolean {
    const { running, parts } = this;
    if (running === null || running.isSyncing) return false;
    try {
      const state = running.written.run();
      if (state === WAITS) parts.alarm.wakeIn(WAIT_MS);
      if (state !== WRITTEN) return state !== WAITS;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.fail(error.message);
      return false;
    }
    running.isSyncing = true;
    running.written.file.sync((problem) => this.publish(running, problem));
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

  private publish(running: Running, problem: DiskError | null): void {
    // It was aborted meanwhile.
    if (this.running !== running) return;
    const { parts } = this;
    if (problem !== null) return this.fail(problem.message);
    try {
      running.written.file.publish(parts.settings.text('dbfilename'), '.');
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return this.fail(error.message);
    }
    this.running = null;
    this.lastExtraSize = running.written.extraPeak;
    parts.persistence.lastDurationSeconds = this.secondsSince(running.written.startUs);
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
    this.lastExtraSize = running.written.extraPeak;
    parts.persistence.lastDurationSeconds = this.secondsSince(running.written.startUs);
    running.written.abandon();
    if (why !== '') parts.log.write('warning', `Background saving ended: ${why}`);
  }

  private secondsSince(startUs: number): number {
    return Math.floor((this.parts.clock.monotonicUs() - startUs) / 1e6);
  }
}

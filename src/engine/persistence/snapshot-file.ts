// A snapshot that is written to a new file in slices, while clients are served: BGSAVE, and bases
// of the journal. It goes on by itself, and ends once: all is on disk, or nothing is frozen any
// more and the file has gone.
//
// A slice is as long as what is done between two of them, for clients, on average: they have half
// of the processor, and wait twice as long as they would at most. It is longer when what is kept
// for the snapshot's sake grows faster than it is read: so writes are slowed down before it must
// fail. A disk that does not keep up is waited for, not written to.
import { ZERO } from '../../domain/doubles.ts';
import { type Disk, DiskError } from '../disk.ts';
import type { Clock } from '../ports.ts';
import type { EntryTaker } from '../snapshot/entry-taker.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { NewFile } from './new-file.ts';
import type { FileTarget } from './rdb-format.ts';
import type { DatasetParts } from './write-dataset.ts';

/** How long a slice is, and how long when it is behind. */
const SLICE_US_MIN = 30;
const SLICE_US_MAX = 1000;
const BEHIND_SLICE_US = 2000;
/** How much the time between the last two says: one long request makes no long slice. */
const OTHERS_WEIGHT = 1 / 16;
/** So much may be kept for the snapshot's sake, or so much of the data, whichever is more: */
const EXTRA_SIZE_MIN = 64 * 1024 * 1024;
/** beyond this share writes are slowed down, */
const BEHIND_SHARE = 0.05;
/** and beyond this one it fails. */
const TOO_MUCH_SHARE = 0.5;
const TOO_MUCH = 'clients change more than can be kept beside the data';

/** How soon is it looked again when there is nothing to do? */
const WAIT_MS = 1;
/** The code of one that was given up because all data was flushed. */
export const FLUSHED = 'ECANCELED';

/** What of the server is needed here. */
export interface SnapshotFileParts extends DatasetParts {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs' | 'schedule'>;
  readonly disk: Disk;
}

/** Takes the entries and writes them, in one form or another. */
export interface SnapshotForm extends EntryTaker {
  /** There are no more: what the target has not got yet is written, too. */
  finish(): void;
}

export class SnapshotFile {
  readonly snapshot: Snapshot;
  readonly startUs: number;
  private readonly parts: SnapshotFileParts;
  private readonly file: NewFile;
  private readonly form: SnapshotForm;
  private readonly done: (problem: DiskError | null) => void;
  private extraSizeMax = ZERO;
  /** How long others had between two slices, on average. */
  private othersUs = ZERO;
  /** When the last slice ended. */
  private sliceEndUs = ZERO;
  private isFlushed = false;
  private isOver = false;
  private readonly next = (): void => this.goOn();

  /**
   * Begins, between two units; DiskError if there is no file. `write` begins to write to it. `done`
   * is called when it has ended, never before this returns.
   */
  constructor(
    parts: SnapshotFileParts,
    path: string,
    syncsOften: boolean,
    write: (target: FileTarget) => SnapshotForm,
    done: (problem: DiskError | null) => void,
  ) {
    this.parts = parts;
    this.done = done;
    this.file = new NewFile(parts.disk, path, syncsOften, true);
    try {
      this.form = write(this.file);
    } catch (error) {
      this.file.abandon();
      throw error;
    }
    this.snapshot = new Snapshot(parts.keyspace, this.form, () => {
      this.isFlushed = true;
    });
    this.startUs = parts.clock.monotonicUs();
    this.wait(0);
  }

  /** What was kept at most besides the data. */
  get extraPeak(): number {
    return Math.max(this.extraSizeMax, this.snapshot.extraSize);
  }

  /** It has ended well, and takes the place of `path`, in whose directory it is. */
  publish(path: string, directory: string): void {
    this.file.publish(path, directory);
  }

  /** Nobody wants it: `done` is not called any more. */
  cancel(): void {
    this.isOver = true;
    this.snapshot.finish();
    this.file.abandon();
  }

  private goOn(): void {
    if (this.isOver) return;
    try {
      if (this.isFlushed) throw new DiskError(FLUSHED, 'all data was flushed');
      const sliceUs = this.sliceUs();
      if (this.file.isBehind || this.isDelayed()) this.wait(WAIT_MS);
      else if (this.write(sliceUs)) this.file.finish((problem) => this.end(problem));
      else this.wait(0);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.end(error);
    }
  }

  private wait(ms: number): void {
    const { clock } = this.parts;
    this.sliceEndUs = clock.monotonicUs();
    clock.schedule(ms, this.next);
  }

  /** Writes for so long. Is everything written? */
  private write(sliceUs: number): boolean {
    const { snapshot, parts } = this;
    const { clock, settings } = parts;
    const endUs = clock.monotonicUs() + sliceUs;
    const items = settings.integer('rdb-key-save-delay') > 0 ? 1 : undefined;
    while (!snapshot.step(items)) {
      if (items !== undefined || clock.monotonicUs() >= endUs) return false;
    }
    this.form.finish();
    snapshot.finish();
    return true;
  }

  private end(problem: DiskError | null): void {
    if (problem !== null) this.cancel();
    this.done(problem);
  }

  /** How long the next slice is. DiskError when too much is kept. */
  private sliceUs(): number {
    const { clock, keyspace } = this.parts;
    const { arena } = keyspace;
    const { extraSize } = this.snapshot;
    this.extraSizeMax = Math.max(this.extraSizeMax, extraSize);
    const dataSize = arena.reservedSize + arena.large.usedSize;
    if (extraSize > Math.max(EXTRA_SIZE_MIN, TOO_MUCH_SHARE * dataSize)) {
      throw new DiskError('ENOMEM', TOO_MUCH);
    }
    if (extraSize > Math.max(EXTRA_SIZE_MIN, BEHIND_SHARE * dataSize)) return BEHIND_SLICE_US;
    const lastUs = Math.min(SLICE_US_MAX, clock.monotonicUs() - this.sliceEndUs);
    this.othersUs += (lastUs - this.othersUs) * OTHERS_WEIGHT;
    return Math.max(SLICE_US_MIN, this.othersUs);
  }

  /** For tests, which want it to take long: a key is read when its time has come. */
  private isDelayed(): boolean {
    const { settings, clock } = this.parts;
    const delayUs = settings.integer('rdb-key-save-delay');
    return delayUs > 0 && this.snapshot.keysRead * delayUs > clock.monotonicUs() - this.startUs;
  }
}

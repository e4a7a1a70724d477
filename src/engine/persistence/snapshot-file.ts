// A snapshot that is written to a new file in slices, while clients are served.
//
// A slice is shorter while there is something to be done for clients, and longer when what is kept
// for the snapshot's sake grows faster than it is read: so writes are slowed down before it must
// fail. A disk that does not keep up is waited for, not written to.
import { ZERO } from '../../domain/doubles.ts';
import { type Disk, DiskError } from '../disk.ts';
import type { Clock } from '../ports.ts';
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
/** and beyond this one it fails. */
const TOO_MUCH_SHARE = 0.5;
const TOO_MUCH = 'clients change more than can be kept beside the data';

/** What came of a slice. */
const GOES_ON = 0;
/** There is nothing to do for WAIT_MS. */
export const WAITS = 1;
/** Everything is written, and the snapshot is over; sync() is to be called. */
export const WRITTEN = 2;
export const WAIT_MS = 1;

/** What of the server is needed here. */
export interface SnapshotFileParts extends DatasetParts {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs'>;
  readonly disk: Disk;
  readonly statistics: { readonly commandsProcessed: number };
}

export class SnapshotFile {
  readonly snapshot: Snapshot;
  readonly file: NewFile;
  readonly startUs: number;
  /** What was kept at most besides the data. */
  extraPeak = ZERO;
  private readonly parts: SnapshotFileParts;
  private readonly writing: RdbWriting;
  private commandsSeen = ZERO;

  /**
   * Begins, between two units; DiskError if there is no file. `onCancel`: all data was flushed, and
   * abandon() is to be called.
   */
  constructor(
    parts: SnapshotFileParts,
    path: string,
    syncsOften: boolean,
    isAofBase: boolean,
    onCancel: () => void,
  ) {
    this.parts = parts;
    this.file = new NewFile(parts.disk, path, syncsOften, true);
    this.writing = parts.rdbFormat.writing(this.file);
    beginFile(parts, this.writing, isAofBase, true);
    const taker = new SnapshotWriter(parts, this.writing);
    this.snapshot = new Snapshot(parts.keyspace, taker, onCancel);
    this.startUs = parts.clock.monotonicUs();
  }

  /** Writes for a slice of time. DiskError if it fails: then abandon() is to be called. */
  run(): number {
    const { snapshot, parts, file } = this;
    const { clock, settings } = parts;
    if (file.isBehind || this.isDelayed()) return WAITS;
    this.extraPeak = Math.max(this.extraPeak, snapshot.extraSize);
    const endUs = clock.monotonicUs() + this.sliceUs();
    const items = settings.integer('rdb-key-save-delay') > 0 ? 1 : undefined;
    while (!snapshot.step(items)) {
      if (items !== undefined || clock.monotonicUs() >= endUs) return GOES_ON;
    }
    this.writing.end();
    snapshot.finish();
    return WRITTEN;
  }

  /** It is not wanted, or has failed. */
  abandon(): void {
    this.snapshot.finish();
    this.file.abandon();
  }

  private sliceUs(): number {
    const { statistics, keyspace } = this.parts;
    const { extraSize } = this.snapshot;
    const isBusy = statistics.commandsProcessed !== this.commandsSeen;
    this.commandsSeen = statistics.commandsProcessed;
    const dataSize = keyspace.arena.reservedSize;
    if (extraSize > Math.max(EXTRA_SIZE_MIN, TOO_MUCH_SHARE * dataSize)) {
      throw new DiskError('ENOMEM', TOO_MUCH);
    }
    if (extraSize > Math.max(EXTRA_SIZE_MIN, BEHIND_SHARE * dataSize)) return BEHIND_SLICE_US;
    return isBusy ? BUSY_SLICE_US : IDLE_SLICE_US;
  }

  /** For tests, which want it to take long: a key is read when its time has come. */
  private isDelayed(): boolean {
    const { settings, clock } = this.parts;
    const delayUs = settings.integer('rdb-key-save-delay');
    return delayUs > 0 && this.snapshot.keysRead * delayUs > clock.monotonicUs() - this.startUs;
  }
}

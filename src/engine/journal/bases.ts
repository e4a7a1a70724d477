// Bases of the journal: an RDB file, or commands.
//
// An RDB file is written in slices, of what there was when it was begun (snapshot/snapshot.ts),
// while clients are served. Commands are written at once, between two units. Both are synced in
// the background.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { joinBytes } from '../../domain/bytes/join.ts';
import { type Disk, DiskError } from '../disk.ts';
import { NewFile } from '../persistence/new-file.ts';
import type { ByteTarget, RdbWriting } from '../persistence/rdb-format.ts';
import { SnapshotWriter } from '../persistence/snapshot-writer.ts';
import { beginFile, type DatasetParts } from '../persistence/write-dataset.ts';
import type { Clock } from '../ports.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import type { BaseMaker, BaseMaking } from './rewrite.ts';

/** How long a slice is, and how long it is when much is kept for the snapshot's sake. */
const SLICE_US = 300;
const BEHIND_SLICE_US = 2000;
/** So much is much; twice as much, and more than half of the data, is too much. */
const EXTRA_SIZE_BEHIND = 64 * 1024 * 1024;
/** How soon a disk that is behind is asked again. */
const WAIT_MS = 1;
const TOO_MUCH = 'clients change more than can be kept beside the data';
/** The code of a base that was given up because all data was flushed: another one is wanted. */
export const FLUSHED = 'ECANCELED';

/** What of the server is needed here. */
export interface BasesParts extends DatasetParts {
  readonly clock: Clock;
  readonly disk: Disk;
}

export class JournalBases implements BaseMaker {
  private readonly parts: BasesParts;
  private readonly writeCommands: (target: ByteTarget) => void;

  /** `writeCommands` writes all data as commands. */
  constructor(parts: BasesParts, writeCommands: (target: ByteTarget) => void) {
    this.parts = parts;
    this.writeCommands = writeCommands;
  }

  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking {
    const { disk, settings } = this.parts;
    const syncsOften = settings.flag('aof-rewrite-incremental-fsync');
    const file = new NewFile(disk, path, syncsOften, true);
    const making = new Making(this.parts, file, done);
    if (isSnapshot) making.beginSlices();
    else making.writeAtOnce(this.writeCommands);
    return making;
  }

  /** The bytes of a base without keys. */
  empty(isSnapshot: boolean): Uint8Array {
    if (!isSnapshot) return latin1Bytes(EMPTY_COMMANDS);
    const target = new CollectedBytes();
    const writing = this.parts.rdbFormat.writing(target);
    beginFile(this.parts, writing, true);
    writing.end();
    return joinBytes(target.pieces);
  }
}

/** A base that is under way. */
class Making implements BaseMaking {
  private readonly parts: BasesParts;
  private readonly file: NewFile;
  private readonly done: (problem: DiskError | null) => void;
  /** What is read in slices; null when everything was read. */
  private snapshot: Snapshot | null = null;
  private writing: RdbWriting | null = null;
  private isOver = false;
  private readonly goOn = (): void => this.run();

  constructor(parts: BasesParts, file: NewFile, done: (problem: DiskError | null) => void) {
    this.parts = parts;
    this.file = file;
    this.done = done;
  }

  writeAtOnce(write: (target: ByteTarget) => void): void {
    try {
      write(this.file);
      this.file.sync((problem) => this.end(problem));
    } catch (error) {
      this.failLater(problemOf(error));
    }
  }

  beginSlices(): void {
    const { parts, file } = this;
    const writing = parts.rdbFormat.writing(file);
    this.writing = writing;
    this.snapshot = new Snapshot(parts.keyspace, new SnapshotWriter(parts, writing), () => {
      this.failLater(new DiskError(FLUSHED, 'all data was flushed'));
    });
    try {
      beginFile(parts, writing, true, true);
      for (const library of parts.libraries) writing.library(library);
      parts.clock.schedule(0, this.goOn);
    } catch (error) {
      this.failLater(problemOf(error));
    }
  }

  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.finishSnapshot();
    this.file.abandon();
  }

  private run(): void {
    const { snapshot, writing, file } = this;
    const { clock } = this.parts;
    if (this.isOver || snapshot === null || writing === null) return;
    // A disk that does not keep up is waited for.
    if (file.isBehind) {
      clock.schedule(WAIT_MS, this.goOn);
      return;
    }
    const isBehind = snapshot.extraSize > EXTRA_SIZE_BEHIND;
    const endUs = clock.monotonicUs() + (isBehind ? BEHIND_SLICE_US : SLICE_US);
    try {
      if (snapshot.extraSize > this.extraSizeMax) throw new DiskError('ENOMEM', TOO_MUCH);
      while (!snapshot.step()) {
        if (clock.monotonicUs() < endUs) continue;
        clock.schedule(0, this.goOn);
        return;
      }
      writing.end();
    } catch (error) {
      return this.end(problemOf(error));
    }
    this.finishSnapshot();
    file.sync((problem) => this.end(problem));
  }

  private get extraSizeMax(): number {
    return Math.max(EXTRA_SIZE_BEHIND * 2, this.parts.keyspace.arena.reservedSize / 2);
  }

  private end(problem: DiskError | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.finishSnapshot();
    if (problem === null) this.file.close();
    else this.file.abandon();
    this.done(problem);
  }

  /** Who is told may not be in the midst of a command. */
  private failLater(problem: DiskError): void {
    this.finishSnapshot();
    this.parts.clock.schedule(0, () => this.end(problem));
  }

  /** Nothing is kept for its sake any more. */
  private finishSnapshot(): void {
    const { snapshot } = this;
    this.snapshot = null;
    snapshot?.finish();
  }
}

/** What the disk said; anything else is a mistake of ours. */
function problemOf(error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  throw error;
}

class CollectedBytes implements ByteTarget {
  readonly pieces: Uint8Array[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    this.pieces.push(bytes.slice(start, end));
  }
}

/** An empty file is what is left of one that was lost. */
const EMPTY_COMMANDS = '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n';

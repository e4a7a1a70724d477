// Bases of the journal: an RDB file, which is a snapshot written in slices, or commands, which are
// written at once, between two units. Both are synced in the background.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { joinBytes } from '../../domain/bytes/join.ts';
import { DiskError } from '../disk.ts';
import { NewFile } from '../persistence/new-file.ts';
import type { ByteTarget } from '../persistence/rdb-format.ts';
import {
  SnapshotFile,
  type SnapshotFileParts,
  WAIT_MS,
  WAITS,
  WRITTEN,
} from '../persistence/snapshot-file.ts';
import { beginFile } from '../persistence/write-dataset.ts';
import type { Clock } from '../ports.ts';
import type { BaseMaker, BaseMaking } from './rewrite.ts';

/** What of the server is needed here. */
export interface BasesParts extends SnapshotFileParts {
  readonly clock: Clock;
}

/** The code of a base that was given up because all data was flushed: another one is wanted. */
export const FLUSHED = 'ECANCELED';

export class JournalBases implements BaseMaker {
  private readonly parts: BasesParts;
  private readonly writeCommands: (target: ByteTarget) => void;

  /** `writeCommands` writes all data as commands. */
  constructor(parts: BasesParts, writeCommands: (target: ByteTarget) => void) {
    this.parts = parts;
    this.writeCommands = writeCommands;
  }

  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking {
    return isSnapshot ? this.beginSnapshot(path, done) : this.writeAtOnce(path, done);
  }

  private writeAtOnce(path: string, done: (problem: DiskError | null) => void): BaseMaking {
    const { disk, clock, settings } = this.parts;
    const syncsOften = settings.flag('aof-rewrite-incremental-fsync');
    const file = new NewFile(disk, path, syncsOften, true);
    let isOver = false;
    const end = (problem: DiskError | null): void => {
      if (isOver) return;
      isOver = true;
      if (problem === null) file.close();
      else file.abandon();
      done(problem);
    };
    try {
      this.writeCommands(file);
      file.sync(end);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      clock.schedule(0, () => end(error));
    }
    return {
      cancel: () => {
        if (isOver) return;
        isOver = true;
        file.abandon();
      },
    };
  }

  /** Writes a base in slices, of what there is now; nobody else reads the past. */
  private beginSnapshot(path: string, done: (problem: DiskError | null) => void): BaseMaking {
    const { parts } = this;
    const { clock, settings } = parts;
    const syncsOften = settings.flag('aof-rewrite-incremental-fsync');
    let written: SnapshotFile | null = null;
    let isFlushed = false;
    let isOver = false;
    const end = (problem: DiskError | null): void => {
      if (isOver) return;
      isOver = true;
      if (problem === null) written?.file.close();
      else written?.abandon();
      done(problem);
    };
    const goOn = (): void => {
      if (isOver || isFlushed || written === null) return;
      try {
        const state = written.run();
        if (state === WRITTEN) written.file.sync(end);
        else clock.schedule(state === WAITS ? WAIT_MS : 0, goOn);
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        end(error);
      }
    };
    try {
      written = new SnapshotFile(parts, path, syncsOften, true, () => {
        // Not in the midst of a flush.
        isFlushed = true;
        clock.schedule(0, () => end(new DiskError(FLUSHED, 'all data was flushed')));
      });
      clock.schedule(0, goOn);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      clock.schedule(0, () => end(error));
    }
    return {
      cancel: () => {
        if (isOver) return;
        isOver = true;
        written?.abandon();
      },
    };
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

class CollectedBytes implements ByteTarget {
  readonly pieces: Uint8Array[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    this.pieces.push(bytes.slice(start, end));
  }
}

/** An empty file is what is left of one that was lost. */
const EMPTY_COMMANDS = '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n';

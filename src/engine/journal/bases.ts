// Bases of the journal: an RDB file, which is a snapshot written in slices, or commands, which are
// written at once, between two units. Both are synced in the background.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { joinBytes } from '../../domain/bytes/join.ts';
import type { DiskError } from '../disk.ts';
import { NewFile } from '../persistence/new-file.ts';
import type { ByteTarget } from '../persistence/rdb-format.ts';
import { SnapshotFile, type SnapshotFileParts } from '../persistence/snapshot-file.ts';
import { beginFile } from '../persistence/write-dataset.ts';
import type { BaseMaker, BaseMaking } from './rewrite.ts';

export class JournalBases implements BaseMaker {
  private readonly parts: SnapshotFileParts;
  private readonly writeCommands: (target: ByteTarget) => void;

  /** `writeCommands` writes all data as commands. */
  constructor(parts: SnapshotFileParts, writeCommands: (target: ByteTarget) => void) {
    this.parts = parts;
    this.writeCommands = writeCommands;
  }

  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking {
    const { parts } = this;
    const syncsOften = parts.settings.flag('aof-rewrite-incremental-fsync');
    if (isSnapshot) return new SnapshotFile(parts, path, syncsOften, true, done);
    const file = new NewFile(parts.disk, path, syncsOften, true);
    try {
      this.writeCommands(file);
    } catch (error) {
      file.abandon();
      throw error;
    }
    file.finish(done);
    return { cancel: () => file.abandon() };
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

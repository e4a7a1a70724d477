// Bases of the journal: snapshots, written in slices, as an RDB file or as commands.
import { joinBytes } from '../../domain/bytes/join.ts';
import type { DiskError } from '../disk.ts';
import type { ByteTarget } from '../persistence/rdb-format.ts';
import {
  SnapshotFile,
  type SnapshotFileParts,
  type SnapshotForm,
} from '../persistence/snapshot-file.ts';
import { SnapshotWriter } from '../persistence/snapshot-writer.ts';
import type { BaseMaker, BaseMaking } from './rewrite.ts';
import { timeNote } from './store.ts';

/** Begins to write all data as commands, behind a line that is none, or ''. */
export type CommandsMaker = (target: ByteTarget, note: string) => SnapshotForm;

export class JournalBases implements BaseMaker {
  private readonly parts: SnapshotFileParts;
  private readonly makeCommands: CommandsMaker;

  constructor(parts: SnapshotFileParts, makeCommands: CommandsMaker) {
    this.parts = parts;
    this.makeCommands = makeCommands;
  }

  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking {
    const { parts } = this;
    const syncsOften = parts.settings.flag('aof-rewrite-incremental-fsync');
    const write = (target: ByteTarget): SnapshotForm => this.write(target, isSnapshot);
    return new SnapshotFile(parts, path, syncsOften, write, done);
  }

  /** The bytes of a base without keys. */
  empty(isSnapshot: boolean): Uint8Array {
    const target = new CollectedBytes();
    this.write(target, isSnapshot).finish();
    return joinBytes(target.pieces);
  }

  private write(target: ByteTarget, isSnapshot: boolean): SnapshotForm {
    const { parts, makeCommands } = this;
    if (isSnapshot) return new SnapshotWriter(parts, target, true);
    const isStamped = parts.settings.flag('aof-timestamp-enabled');
    const seconds = Math.floor(parts.clock.nowMs() / 1000);
    return makeCommands(target, isStamped ? timeNote(seconds) : '');
  }
}

class CollectedBytes implements ByteTarget {
  readonly pieces: Uint8Array[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    this.pieces.push(bytes.slice(start, end));
  }
}

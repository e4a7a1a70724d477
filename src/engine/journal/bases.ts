// Bases of the journal: snapshots, written in slices, as an RDB file or as commands.
import { joinBytes } from '../../domain/bytes/join.ts';
import type { DiskError } from '../disk.ts';
import type { FileTarget } from '../persistence/rdb-format.ts';
import {
  SnapshotFile,
  type SnapshotFileParts,
  type SnapshotForm,
} from '../persistence/snapshot-file.ts';
import { SnapshotWriter } from '../persistence/snapshot-writer.ts';
import type { GroupChecksums } from './checksums.ts';
import { CommandGroups } from './command-groups.ts';
import type { BaseMaker, BaseMaking } from './rewrite.ts';
import { timeNote } from './store.ts';

/** Begins to write all data as commands, behind a line that is none, or ''. */
export type CommandsMaker = (target: CommandGroups, note: string) => SnapshotForm;

export class JournalBases implements BaseMaker {
  private readonly parts: SnapshotFileParts;
  private readonly checksums: GroupChecksums | null;
  private readonly makeCommands: CommandsMaker;

  /** `checksums` are those of bases of commands; null: they have none. */
  constructor(
    parts: SnapshotFileParts,
    checksums: GroupChecksums | null,
    makeCommands: CommandsMaker,
  ) {
    this.parts = parts;
    this.checksums = checksums;
    this.makeCommands = makeCommands;
  }

  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking {
    const { parts } = this;
    const syncsOften = parts.settings.flag('aof-rewrite-incremental-fsync');
    const write = (target: FileTarget): SnapshotForm => this.write(target, isSnapshot);
    return new SnapshotFile(parts, path, syncsOften, write, done);
  }

  /** The bytes of a base without keys. */
  empty(isSnapshot: boolean): Uint8Array {
    const target = new CollectedBytes();
    this.write(target, isSnapshot).finish();
    return target.bytes;
  }

  private write(target: FileTarget, isSnapshot: boolean): SnapshotForm {
    const { parts, checksums, makeCommands } = this;
    if (isSnapshot) return new SnapshotWriter(parts, target, true);
    const isStamped = parts.settings.flag('aof-timestamp-enabled');
    const seconds = Math.floor(parts.clock.nowMs() / 1000);
    const groups = new CommandGroups(target, checksums);
    return makeCommands(groups, isStamped ? timeNote(seconds) : '');
  }
}

class CollectedBytes implements FileTarget {
  bytes: Uint8Array = new Uint8Array(0);

  take(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = joinBytes([this.bytes, bytes.subarray(start, end)]);
  }

  writeOver(bytes: Uint8Array, position: number): void {
    this.bytes.set(bytes, position);
  }
}

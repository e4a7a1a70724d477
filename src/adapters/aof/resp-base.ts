// All data as commands, the base of a journal without RDB: SET of strings, commands that add
// elements to what has many blocks, and of everything else RESTORE, whose payload is the value in
// its exact form. What the entries of a snapshot are becomes this, in steps.
import { integerText } from '../../domain/bytes/integer.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { KIND_STRING_RAW, kindOf } from '../../domain/memory/record.ts';
import type { CommandGroups } from '../../engine/journal/command-groups.ts';
import type { SnapshotForm } from '../../engine/persistence/snapshot-file.ts';
import type { DumpSettings } from '../rdb/dump-writing.ts';
import { PayloadWriter } from '../rdb/payload-writer.ts';
import { CommandWriter } from './command-writer.ts';
import { PartCommands } from './part-commands.ts';

const NO_DATABASE = -1;
const NO_DEADLINE = -1;

/** What of the server is needed here. */
export interface RespBaseParts {
  readonly keyspace: Keyspace;
  readonly live: DumpSettings;
  /** The code of libraries of functions. */
  readonly libraries: readonly Uint8Array[];
}

export class RespBase implements SnapshotForm {
  private readonly keyspace: Keyspace;
  private readonly commands: CommandWriter;
  private readonly parts: PartCommands;
  private readonly payload: PayloadWriter;
  private selected = NO_DATABASE;
  /** The entry that is being written, and its deadline. */
  private ref = 0;
  private deadlineMs = NO_DEADLINE;
  /** Is it written by a payload, which goes on? */
  private isRestored = false;
  /** Is all of it begun, so that its deadline is next? */
  private isWhole = false;

  /** `note` is a line that stands before all commands, or ''. */
  constructor({ keyspace, live, libraries }: RespBaseParts, target: CommandGroups, note: string) {
    const commands = new CommandWriter(target);
    this.keyspace = keyspace;
    this.commands = commands;
    this.parts = new PartCommands(keyspace, commands);
    this.payload = new PayloadWriter(keyspace, live, {
      expect: (size) => this.beginRestore(size),
      take: (bytes, start, end) => commands.take(bytes, start, end),
    });
    commands.line(note);
    for (const library of libraries) {
      commands.begin(3);
      commands.text('FUNCTION');
      commands.text('LOAD');
      commands.bytes(library, 0, library.length);
    }
  }

  database(): void {}

  entry(index: number, ref: number, deadlineMs: number): void {
    const { commands } = this;
    const { records, arena } = this.keyspace;
    this.open(index, ref, deadlineMs);
    this.isWhole = true;
    this.isRestored = kindOf(arena, ref) > KIND_STRING_RAW;
    if (this.isRestored) return this.payload.begin(ref);
    this.beginCommand('SET', 1);
    records.locateValue(ref);
    commands.longBytes(records.valueBytes, records.valueStart, records.valueEnd);
  }

  begin(index: number, ref: number, deadlineMs: number, count: number, earliestMs: number): void {
    this.open(index, ref, deadlineMs);
    this.parts.begin(ref, count, Number.isFinite(earliestMs));
  }

  part(ref: number): void {
    this.parts.write(ref);
  }

  end(): void {
    this.isWhole = true;
  }

  goOn(): boolean {
    if (this.parts.goOn()) return true;
    if (this.isRestored) {
      if (this.payload.goOn()) return true;
      this.commands.endWord();
      this.isRestored = false;
    }
    if (this.isWhole) this.close();
    return false;
  }

  finish(): void {
    // Without any byte it would look like one that was lost.
    if (this.selected === NO_DATABASE) this.select(0);
    this.commands.endGroup();
  }

  private open(index: number, ref: number, deadlineMs: number): void {
    if (index !== this.selected) this.select(index);
    this.ref = ref;
    this.deadlineMs = deadlineMs;
  }

  /** The entry is written, but for its deadline. */
  private close(): void {
    this.isWhole = false;
    if (this.deadlineMs === NO_DEADLINE) return;
    this.beginCommand('PEXPIREAT', 1);
    this.commands.text(integerText(this.deadlineMs));
  }

  private beginRestore(size: number): void {
    this.beginCommand('RESTORE', 2);
    this.commands.text('0');
    this.commands.beginWord(size);
  }

  private select(index: number): void {
    this.selected = index;
    this.commands.begin(2);
    this.commands.text('SELECT');
    this.commands.text(String(index));
  }

  /** A command of the key, with so many words behind that. */
  private beginCommand(name: string, words: number): void {
    const { records } = this.keyspace;
    this.commands.begin(2 + words);
    this.commands.text(name);
    records.locateKey(this.ref);
    this.commands.bytes(records.keyBytes, records.keyStart, records.keyEnd);
  }
}

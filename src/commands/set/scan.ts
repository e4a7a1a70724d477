// SSCAN: collection-scan.ts has the way of it.
import type { Database } from '../../domain/keyspace/database.ts';
import { KIND_SET_TABLE, TYPE_SET } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Sets } from '../../domain/values/sets.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { type ScannedType, scanCollection } from '../collection-scan.ts';
import type { ScanOptions } from '../scan-options.ts';

const SSCAN: CommandEntry = {
  name: 'SSCAN',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
  ],
  tips: ['nondeterministic_output'],
  run: sscan,
};

function sscan(context: Context, request: Request, reply: Reply): void {
  scanCollection(context, request, reply, new ScannedSets(context.sets));
}

class ScannedSets implements ScannedType {
  readonly type = TYPE_SET;
  private readonly sets: Sets;

  constructor(sets: Sets) {
    this.sets = sets;
  }

  open(database: Database, ref: number): boolean {
    this.sets.open(database, ref);
    return this.sets.kind === KIND_SET_TABLE;
  }

  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.sets.scan(cursor, atLeast, visitor);
  }

  answer(element: number, options: ScanOptions, found: Reply): number {
    this.sets.locate(element);
    return this.answerMember(options, found);
  }

  answerAll(options: ScanOptions, found: Reply): number {
    const { sets } = this;
    let words = 0;
    for (let more = sets.first(); more; more = sets.next()) {
      words += this.answerMember(options, found);
    }
    return words;
  }

  private answerMember(options: ScanOptions, found: Reply): number {
    const { bytes, start, end } = this.sets;
    if (!options.matches(bytes, start, end)) return 0;
    found.bulk(bytes, start, end);
    return 1;
  }
}

export const SET_SCAN_COMMANDS: readonly CommandEntry[] = [SSCAN];

// ZSCAN: collection-scan.ts has the way of it.
import { formatDouble17 } from '../../domain/bytes/decimal.ts';
import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import { TYPE_SORTED_SET } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { type ScannedType, scanCollection } from '../collection-scan.ts';
import type { ScanOptions } from '../scan-options.ts';

const ZSCAN: CommandEntry = {
  name: 'ZSCAN',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
  ],
  tips: ['nondeterministic_output'],
  run: zscan,
};

function zscan(context: Context, request: Request, reply: Reply): void {
  scanCollection(context, request, reply, new ScannedSortedSets(context.sortedSets));
}

class ScannedSortedSets implements ScannedType {
  readonly type = TYPE_SORTED_SET;
  private readonly sortedSets: SortedSets;
  private readonly text = new Uint8Array(DOUBLE_LENGTH_MAX);

  constructor(sortedSets: SortedSets) {
    this.sortedSets = sortedSets;
  }

  open(database: Database, ref: number): boolean {
    this.sortedSets.open(database, ref);
    return this.sortedSets.hasElements;
  }

  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.sortedSets.scan(cursor, atLeast, visitor);
  }

  answer(element: number, options: ScanOptions, found: Reply): number {
    const { sortedSets } = this;
    sortedSets.readPlace(element);
    if (!this.answerMember(options, found)) return 0;
    found.bulkText(formatDouble17(sortedSets.score));
    return 2;
  }

  answerAll(options: ScanOptions, found: Reply): number {
    const { sortedSets, text } = this;
    let words = 0;
    for (let more = sortedSets.first(); more; more = sortedSets.next()) {
      if (!this.answerMember(options, found)) continue;
      found.bulk(text, 0, writeDouble(text, 0, sortedSets.score));
      words += 2;
    }
    return words;
  }

  /** Answers the member, if it matches; its score is to follow then. */
  private answerMember(options: ScanOptions, found: Reply): boolean {
    const { bytes, start, end } = this.sortedSets.member;
    if (!options.matches(bytes, start, end)) return false;
    found.bulk(bytes, start, end);
    return true;
  }
}

export const SORTED_SET_SCAN_COMMANDS: readonly CommandEntry[] = [ZSCAN];

// ZSCAN. A packed sorted set is answered whole.
import { formatDouble17 } from '../../domain/bytes/decimal.ts';
import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { INVALID_CURSOR, parseScanOptions, type ScanOptions } from '../scan-options.ts';
import { readSortedSet } from './open.ts';

const ZSCAN: CommandEntry = {
  name: 'ZSCAN',
  flags: READONLY,
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
  const { sortedSets } = context;
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error(INVALID_CURSOR);
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) {
    reply.array(2);
    reply.bulkInteger(0);
    return reply.array(0);
  }
  const options = parseScanOptions(request, 3, false, reply);
  if (options === null) return;
  const visitor = new MemberVisitor(sortedSets, options, reply);
  const opened = reply.open();
  const next = sortedSets.hasElements
    ? sortedSets.scan(cursor, options.count, visitor)
    : visitor.visitAll();
  reply.closeArray(opened, visitor.wordsCount);
  reply.closeScan(opened, next);
}

/** Answers the members that match, with their scores. */
class MemberVisitor implements EntryVisitor {
  wordsCount = 0;
  private readonly sortedSets: SortedSets;
  private readonly options: ScanOptions;
  private readonly reply: Reply;
  private readonly text = new Uint8Array(DOUBLE_LENGTH_MAX);

  constructor(sortedSets: SortedSets, options: ScanOptions, reply: Reply) {
    this.sortedSets = sortedSets;
    this.options = options;
    this.reply = reply;
  }

  visit(element: number): void {
    const { sortedSets } = this;
    sortedSets.readElement(element);
    if (this.answer()) this.reply.bulkText(formatDouble17(sortedSets.score));
  }

  /** All members of a packed sorted set. Returns the cursor that says so. */
  visitAll(): number {
    const { sortedSets, reply, text } = this;
    for (let more = sortedSets.first(); more; more = sortedSets.next()) {
      if (this.answer()) reply.bulk(text, 0, writeDouble(text, 0, sortedSets.score));
    }
    return 0;
  }

  /** Answers the member, if it matches; its score is to follow then. */
  private answer(): boolean {
    const { bytes, start, end } = this.sortedSets.member;
    if (!this.options.matches(bytes, start, end)) return false;
    this.reply.bulk(bytes, start, end);
    this.wordsCount += 2;
    return true;
  }
}

export const SORTED_SET_SCAN_COMMANDS: readonly CommandEntry[] = [ZSCAN];

// ZSCAN. A packed sorted set is answered whole.
import { formatDouble17 } from '../../domain/bytes/decimal.ts';
import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import { globIsAll, globMatch } from '../../domain/bytes/glob.ts';
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { readSortedSet } from './open.ts';

const COUNT_DEFAULT = 10;

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
  const { sortedSets, scratch } = context;
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error('ERR invalid cursor');
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  const found = scratch.of(FoundMembers);
  if (isThere && !found.parse(request, reply)) return;
  const next = isThere ? found.take(sortedSets, cursor) : 0;
  reply.array(2);
  reply.bulkInteger(next);
  found.answer(sortedSets, reply, isThere);
}

/** What a call looks for, and what it has found. */
class FoundMembers implements EntryVisitor {
  private patternBytes: Uint8Array | null = null;
  private patternStart = 0;
  private patternEnd = 0;
  private atLeast = COUNT_DEFAULT;
  private isWhole = true;
  private refs = new Int32Array(64);
  private count = 0;
  private readonly text = new Uint8Array(DOUBLE_LENGTH_MAX);

  parse(request: Request, reply: Reply): boolean {
    const { buffer, starts, ends, count } = request;
    this.patternBytes = null;
    this.atLeast = COUNT_DEFAULT;
    for (let i = 3; i < count; i += 2) {
      const isLast = i + 1 === count;
      if (!isLast && request.is(i, 'count')) {
        const atLeast = request.integer(i + 1, reply);
        if (isRefused(atLeast)) return false;
        this.atLeast = atLeast;
        if (atLeast >= 1) continue;
      } else if (!isLast && request.is(i, 'match')) {
        const isAll = globIsAll(buffer, starts[i + 1], ends[i + 1]);
        this.patternBytes = isAll ? null : buffer;
        this.patternStart = starts[i + 1];
        this.patternEnd = ends[i + 1];
        continue;
      }
      reply.error(SYNTAX_ERROR);
      return false;
    }
    return true;
  }

  /** Looks at some elements, from a cursor on. Returns the next one. */
  take(sortedSets: SortedSets, cursor: number): number {
    this.count = 0;
    this.isWhole = !sortedSets.hasElements;
    return this.isWhole ? 0 : sortedSets.scan(cursor, this.atLeast, this);
  }

  visit(element: number): void {
    if (this.count === this.refs.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.refs);
      this.refs = larger;
    }
    this.refs[this.count++] = element;
  }

  answer(sortedSets: SortedSets, reply: Reply, isThere: boolean): void {
    if (!isThere) return reply.array(0);
    const opened = reply.open();
    let answered = 0;
    if (this.isWhole) {
      for (let more = sortedSets.first(); more; more = sortedSets.next()) {
        answered += this.answerMember(sortedSets, reply);
      }
    }
    for (let i = 0; i < this.count; i++) {
      sortedSets.readElement(this.refs[i]);
      answered += this.answerMember(sortedSets, reply);
    }
    reply.closeArray(opened, answered);
  }

  /** Answers a member and its score, if it matches. Returns how many items that are. */
  private answerMember(sortedSets: SortedSets, reply: Reply): number {
    const { bytes, start, end } = sortedSets.member;
    const { patternBytes, patternStart, patternEnd, text } = this;
    if (patternBytes !== null) {
      if (!globMatch(patternBytes, patternStart, patternEnd, bytes, start, end, false)) return 0;
    }
    reply.bulk(bytes, start, end);
    if (this.isWhole) reply.bulk(text, 0, writeDouble(text, 0, sortedSets.score));
    else reply.bulkText(formatDouble17(sortedSets.score));
    return 2;
  }
}

export const SORTED_SET_SCAN_COMMANDS: readonly CommandEntry[] = [ZSCAN];

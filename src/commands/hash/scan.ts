// HSCAN: a hash in steps. One that is packed comes at once, whatever COUNT says, as in Redis.
import { globIsAll, globMatch } from '../../domain/bytes/glob.ts';
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Hashes } from '../../domain/values/hashes.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';
import { readHash } from './open.ts';

/** Redis's COUNT where none is given. */
const COUNT_DEFAULT = 10;

const HSCAN: CommandEntry = {
  name: 'HSCAN',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
  ],
  tips: ['nondeterministic_output'],
  run: hscan,
};

function hscan(context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error('ERR invalid cursor');
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) {
    reply.array(2);
    reply.bulkInteger(0);
    return reply.array(0);
  }
  const { hashes } = context;
  const visitor = new FieldVisitor(hashes, request, reply);
  let atLeast = COUNT_DEFAULT;
  for (let i = 3; i < request.count; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (request.is(i, 'count')) {
      const count: number | Refused = request.integer(i + 1, reply);
      if (isRefused(count)) return;
      if (count < 1) return reply.error(SYNTAX_ERROR);
      atLeast = count;
    } else if (request.is(i, 'match')) {
      visitor.pattern = globIsAll(buffer, starts[i + 1], ends[i + 1]) ? -1 : i + 1;
    } else {
      return reply.error(SYNTAX_ERROR);
    }
  }
  const opened = reply.open();
  const next = hashes.isPacked ? visitor.visitAll() : hashes.scan(cursor, atLeast, visitor);
  reply.closeArray(opened, visitor.wordsCount);
  reply.closeScan(opened, next);
}

/** Answers the fields that match, with their values. */
class FieldVisitor implements EntryVisitor {
  /** The argument that is the pattern; -1: all match. */
  pattern = -1;
  wordsCount = 0;
  private readonly hashes: Hashes;
  private readonly request: Request;
  private readonly reply: Reply;

  constructor(hashes: Hashes, request: Request, reply: Reply) {
    this.hashes = hashes;
    this.request = request;
    this.reply = reply;
  }

  visit(element: number): void {
    if (this.hashes.show(element)) this.answer();
  }

  /** All fields of a packed hash. Returns the cursor that says so. */
  visitAll(): number {
    const { hashes } = this;
    for (let more = hashes.first(); more; more = hashes.next()) this.answer();
    return 0;
  }

  private answer(): void {
    const { hashes, pattern, reply } = this;
    const { field, value } = hashes;
    const { buffer, starts, ends } = this.request;
    if (pattern >= 0) {
      const { bytes, start, end } = field;
      if (!globMatch(buffer, starts[pattern], ends[pattern], bytes, start, end, false)) return;
    }
    reply.bulk(field.bytes, field.start, field.end);
    reply.bulk(value.bytes, value.start, value.end);
    this.wordsCount += 2;
  }
}

export const HASH_SCAN_COMMANDS: readonly CommandEntry[] = [HSCAN];

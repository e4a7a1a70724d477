// Generic commands that walk over the keys: KEYS, SCAN, RANDOMKEY. A walk's visitor is one object
// that is used again and again: no closure per walk, nothing per entry.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { globIsAll, globMatch } from '../domain/bytes/glob.ts';
import { isInteger64, NOT_CURSOR, parseCursor, parseInteger } from '../domain/bytes/integer.ts';
import { NOT_AN_INTEGER, SYNTAX_ERROR } from '../domain/errors.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { kindOf, typeName } from '../domain/memory/record.ts';
import type { EntryVisitor } from '../domain/structures/segment.ts';
import {
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  READONLY,
} from '../engine/command.ts';
import { integer, optional, pattern, string } from '../engine/declaration/arguments.ts';
import { Reply } from '../engine/reply.ts';
import { Request } from '../engine/request.ts';
import { isWord } from './generic-arguments.ts';

export const GENERIC_SCAN_COMMANDS: CommandDeclaration[] = [
  {
    name: 'KEYS',
    group: 'generic',
    since: '1.0.0',
    complexity:
      'O(N) with N being the number of keys in the database, under the assumption that the ' +
      'key names in the database and the given pattern have limited length.',
    summary: 'Returns all key names that match a pattern.',
    flags: READONLY,
    args: [pattern('pattern')],
    categories: ['dangerous'],
    tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
    run: keys,
  },
  {
    name: 'RANDOMKEY',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns a random key name from the database.',
    flags: READONLY | CONSTANT_TIME,
    args: [],
    tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'],
    run: randomkey,
  },
  {
    name: 'SCAN',
    group: 'generic',
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls ' +
      'for the cursor to return back to 0. N is the number of elements inside the ' +
      'collection.',
    summary: 'Iterates over the key names in the database.',
    flags: READONLY,
    args: [
      integer('cursor'),
      optional(pattern('pattern', { token: 'MATCH' })),
      optional(integer('count', { token: 'COUNT' })),
      optional(string('type', { token: 'TYPE', since: '6.0.0' })),
    ],
    history: [['6.0.0', 'Added the `TYPE` subcommand.']],
    tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'],
    run: scan,
  },
];

/** Redis's COUNT where none is given. */
const COUNT_DEFAULT = 10;
/** The list of found entries is not kept beyond this length. */
const KEPT_FOUND_MAX = 4096;

function keys(context: Context, request: Request, reply: Reply): void {
  keyPrinter.begin(context.keyspace, request, reply);
  const opened = reply.open();
  context.keyspace.forEachKey(context.database, keyPrinter);
  reply.closeArray(opened, keyPrinter.count);
}

function scan(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const cursor = parseCursor(request.buffer, request.starts[1], request.ends[1]);
  if (cursor === NOT_CURSOR) return reply.error('ERR invalid cursor');
  keyCollector.begin(keyspace, request);
  let count = COUNT_DEFAULT;
  for (let i = 2; i < request.count; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (isWord(request, i, 'count')) {
      count = readCount(request, i + 1);
      if (Number.isNaN(count)) return reply.error(NOT_AN_INTEGER);
      if (count < 1) return reply.error(SYNTAX_ERROR);
    } else if (isWord(request, i, 'match')) {
      keyCollector.patternArgument = i + 1;
    } else if (isWord(request, i, 'type')) {
      keyCollector.typeArgument = i + 1;
    } else {
      return reply.error(SYNTAX_ERROR);
    }
  }
  const next = keyspace.scan(database, cursor, count, keyCollector);
  reply.array(2);
  reply.bulkInteger(next);
  keyCollector.reply(reply);
}

function randomkey(context: Context, _request: Request, reply: Reply): void {
  const { keyspace } = context;
  const ref = keyspace.randomKey(context.database, context.server.random);
  if (ref === NONE) return reply.nil();
  replyKey(keyspace, ref, reply);
}

/**
 * COUNT's value; NaN for what is no integer of 64 bits. Above 2^53 there is no difference any more.
 */
function readCount(request: Request, argument: number): number {
  const { buffer } = request;
  const start = request.starts[argument];
  const end = request.ends[argument];
  const count = parseInteger(buffer, start, end);
  if (!Number.isNaN(count) || !isInteger64(buffer, start, end)) return count;
  return buffer[start] === 0x2d ? -1 : Number.MAX_SAFE_INTEGER;
}

function replyKey(keyspace: Keyspace, ref: number, reply: Reply): void {
  const { records } = keyspace;
  records.locateKey(ref);
  reply.bulk(records.keyBytes, records.keyStart, records.keyEnd);
}

/** Does the key of an entry match the pattern that is an argument of the request? */
function isMatch(keyspace: Keyspace, ref: number, request: Request, argument: number): boolean {
  const { buffer, starts, ends } = request;
  const { records } = keyspace;
  records.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = records;
  return globMatch(buffer, starts[argument], ends[argument], keyBytes, keyStart, keyEnd, false);
}

/** Replies with the keys that it visits and that match the pattern of KEYS. */
class KeyPrinter implements EntryVisitor {
  count = 0;
  private keyspace: Keyspace | null = null;
  private request = new Request();
  private reply = new Reply();
  private printsAll = false;

  begin(keyspace: Keyspace, request: Request, reply: Reply): void {
    this.count = 0;
    this.keyspace = keyspace;
    this.request = request;
    this.reply = reply;
    this.printsAll = globIsAll(request.buffer, request.starts[1], request.ends[1]);
  }

  visit(ref: number): void {
    const keyspace = this.keyspace as Keyspace;
    if (!this.printsAll && !isMatch(keyspace, ref, this.request, 1)) return;
    replyKey(keyspace, ref, this.reply);
    this.count++;
  }
}

/** Keeps the refs that it visits and that SCAN's options let through, until the cursor is known. */
class KeyCollector implements EntryVisitor {
  /** The arguments of MATCH and TYPE; 0 when they are not given. */
  patternArgument = 0;
  typeArgument = 0;
  private keyspace: Keyspace | null = null;
  private request = new Request();
  private found: number[] = [];

  begin(keyspace: Keyspace, request: Request): void {
    this.patternArgument = 0;
    this.typeArgument = 0;
    this.keyspace = keyspace;
    this.request = request;
    if (this.found.length > KEPT_FOUND_MAX) this.found = [];
    this.found.length = 0;
  }

  visit(ref: number): void {
    const { request } = this;
    const keyspace = this.keyspace as Keyspace;
    if (this.typeArgument !== 0) {
      const { buffer, starts, ends } = request;
      const name = typeName(kindOf(keyspace.arena, ref));
      const at = this.typeArgument;
      if (!equalsIgnoreCase(buffer, starts[at], ends[at], name)) return;
    }
    const pattern = this.patternArgument;
    if (
      pattern !== 0 &&
      !globIsAll(request.buffer, request.starts[pattern], request.ends[pattern])
    ) {
      if (!isMatch(keyspace, ref, request, pattern)) return;
    }
    this.found.push(ref);
  }

  reply(reply: Reply): void {
    const keyspace = this.keyspace as Keyspace;
    reply.array(this.found.length);
    for (const ref of this.found) replyKey(keyspace, ref, reply);
  }
}

const keyPrinter = new KeyPrinter();
const keyCollector = new KeyCollector();

// Generic commands that walk over the keys: KEYS, SCAN, RANDOMKEY. A walk's visitor is one object
// per server that is used again and again: no closure per walk, nothing per entry.
import { globIsAll, globMatch } from '../../domain/bytes/glob.ts';
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { forEachKey, randomKey, scanKeys } from '../../domain/keyspace/walks.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, typeName } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import { CONSTANT_TIME, type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { integer, optional, pattern, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';

/** Redis's COUNT where none is given. */
const COUNT_DEFAULT = 10;
/** The list of found entries is not kept beyond this length. */
const KEPT_FOUND_MAX = 4096;

const KEYS: CommandEntry = {
  name: 'KEYS',
  flags: READONLY,
  args: [pattern('pattern')],
  categories: ['dangerous'],
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  run: keys,
};

function keys(context: Context, request: Request, reply: Reply): void {
  const keyPrinter = context.scratch.of(KeyPrinter);
  keyPrinter.begin(context.keyspace, request, reply);
  const opened = reply.open();
  forEachKey(context.keyspace, context.database, keyPrinter);
  reply.closeArray(opened, keyPrinter.count);
}

const RANDOMKEY: CommandEntry = {
  name: 'RANDOMKEY',
  flags: READONLY | CONSTANT_TIME,
  args: [],
  tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'],
  run: randomkey,
};

function randomkey(context: Context, _request: Request, reply: Reply): void {
  const { keyspace } = context;
  const ref = randomKey(keyspace, context.database, context.server.random);
  if (ref === NONE) return reply.nil();
  replyKey(keyspace, ref, reply);
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
  private request: Request | null = null;
  private reply: Reply | null = null;
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
    if (!this.printsAll && !isMatch(keyspace, ref, this.request as Request, 1)) return;
    replyKey(keyspace, ref, this.reply as Reply);
    this.count++;
  }
}

/** Keeps the refs that it visits and that SCAN's options let through, until the cursor is known. */
class KeyCollector implements EntryVisitor {
  /** The arguments of MATCH and TYPE; 0 when they are not given. */
  patternArgument = 0;
  typeArgument = 0;
  private keyspace: Keyspace | null = null;
  private request: Request | null = null;
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
    const request = this.request as Request;
    const keyspace = this.keyspace as Keyspace;
    if (this.typeArgument !== 0) {
      if (!request.is(this.typeArgument, typeName(kindOf(keyspace.arena, ref)))) return;
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

const SCAN: CommandEntry = {
  name: 'SCAN',
  flags: READONLY,
  args: [
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
    optional(string('type', { token: 'TYPE', since: '6.0.0' })),
  ],
  tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'],
  run: scan,
};

function scan(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const cursor = parseCursor(request.buffer, request.starts[1], request.ends[1]);
  if (cursor === NOT_CURSOR) return reply.error('ERR invalid cursor');
  const keyCollector = context.scratch.of(KeyCollector);
  keyCollector.begin(keyspace, request);
  let count: number | Refused = COUNT_DEFAULT;
  for (let i = 2; i < request.count; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (request.is(i, 'count')) {
      count = request.integer(i + 1, reply);
      if (isRefused(count)) return;
      if (count < 1) return reply.error(SYNTAX_ERROR);
    } else if (request.is(i, 'match')) {
      keyCollector.patternArgument = i + 1;
    } else if (request.is(i, 'type')) {
      keyCollector.typeArgument = i + 1;
    } else {
      return reply.error(SYNTAX_ERROR);
    }
  }
  const next = scanKeys(keyspace, database, cursor, count, keyCollector);
  reply.array(2);
  reply.bulkInteger(next);
  keyCollector.reply(reply);
}

export const GENERIC_SCAN_COMMANDS: readonly CommandEntry[] = [KEYS, RANDOMKEY, SCAN];

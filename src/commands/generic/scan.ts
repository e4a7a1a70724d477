// Generic commands that look at keys nobody named: SCAN and RANDOMKEY; KEYS is in key-search.ts.
// What may take long runs in slices: engine/slices.ts.
import { globIsAll, globMatch } from '../../domain/bytes/glob.ts';
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { AGAIN, randomKey, scanKeys } from '../../domain/keyspace/walks.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, typeName } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import {
  type CommandEntry,
  type Context,
  MAY_EXPIRE_ANY_KEYS,
  READONLY,
  RUNS_IN_SLICES,
} from '../../engine/command.ts';
import { integer, optional, pattern, string } from '../../engine/declaration/arguments.ts';
import type { Pages } from '../../engine/pages.ts';
import type { Random } from '../../engine/ports.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';

/** Redis's COUNT where none is given. */
const COUNT_DEFAULT = 10;
/** Entries that a step of SCAN looks at. */
const STEP_ENTRIES = 128;
/** No type has a longer name. */
const TYPE_SIZE_MAX = 32;

const RANDOMKEY: CommandEntry = {
  name: 'RANDOMKEY',
  flags: READONLY | RUNS_IN_SLICES | MAY_EXPIRE_ANY_KEYS,
  args: [],
  tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'],
  run: randomkey,
};

function randomkey(context: Context, _request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const ref = randomKey(keyspace, database, context.server.random);
  if (ref === AGAIN) return runInSlices(context, new RandomDraws(context), reply);
  if (ref === NONE) return reply.nil();
  replyKey(keyspace, ref, reply);
}

/** Draws on among keys that are due, and deletes them: a million may be due at once. */
class RandomDraws implements SlicedWork {
  private readonly keyspace: Keyspace;
  private readonly database: Database;
  private readonly random: Random;

  constructor({ keyspace, database, server }: Context) {
    this.keyspace = keyspace;
    this.database = database;
    this.random = server.random;
  }

  step(found: Reply): boolean {
    const ref = randomKey(this.keyspace, this.database, this.random);
    if (ref === AGAIN) return false;
    if (ref !== NONE) replyKey(this.keyspace, ref, found);
    return true;
  }

  answer(reply: Reply, found: Pages): void {
    if (found.size === 0) reply.nil();
    else found.writeTo(reply);
  }
}

function replyKey(keyspace: Keyspace, ref: number, reply: Reply): void {
  const { records } = keyspace;
  records.locateKey(ref);
  reply.bulk(records.keyBytes, records.keyStart, records.keyEnd);
}

const SCAN: CommandEntry = {
  name: 'SCAN',
  flags: READONLY | RUNS_IN_SLICES | MAY_EXPIRE_ANY_KEYS,
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
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[1], ends[1]);
  if (cursor === NOT_CURSOR) return reply.error('ERR invalid cursor');
  const work = new KeyScan(context, cursor);
  for (let i = 2; i < request.count; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (request.is(i, 'count')) {
      const count: number | Refused = request.integer(i + 1, reply);
      if (isRefused(count)) return;
      if (count < 1) return reply.error(SYNTAX_ERROR);
      work.countLeft = count;
    } else if (request.is(i, 'match')) {
      work.pattern = globIsAll(buffer, starts[i + 1], ends[i + 1]) ? null : request.copy(i + 1);
    } else if (request.is(i, 'type')) {
      const isName = request.size(i + 1) <= TYPE_SIZE_MAX;
      work.type = isName ? request.text(i + 1).toLowerCase() : '';
    } else {
      return reply.error(SYNTAX_ERROR);
    }
  }
  runInSlices(context, work, reply);
}

/** Answers the entries that it visits and that SCAN's options let through. */
class KeyScan implements SlicedWork, EntryVisitor {
  /** Null: all match. */
  pattern: Uint8Array | null = null;
  type: string | null = null;
  /** How many entries are still to be looked at. */
  countLeft = COUNT_DEFAULT;
  private cursor: number;
  private readonly keyspace: Keyspace;
  private readonly database: Database;
  private found: Reply | null = null;
  private foundCount = 0;

  constructor({ keyspace, database }: Context, cursor: number) {
    this.keyspace = keyspace;
    this.database = database;
    this.cursor = cursor;
  }

  step(found: Reply): boolean {
    this.found = found;
    const count = Math.min(this.countLeft, STEP_ENTRIES);
    this.cursor = scanKeys(this.keyspace, this.database, this.cursor, count, this);
    this.countLeft -= count;
    return this.countLeft === 0 || this.cursor === 0;
  }

  visit(ref: number): void {
    const { keyspace, pattern, type } = this;
    if (type !== null && typeName(kindOf(keyspace.arena, ref)) !== type) return;
    const { records } = keyspace;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    if (pattern !== null) {
      if (!globMatch(pattern, 0, pattern.length, keyBytes, keyStart, keyEnd, false)) return;
    }
    (this.found as Reply).bulk(keyBytes, keyStart, keyEnd);
    this.foundCount++;
  }

  answer(reply: Reply, found: Pages): void {
    reply.array(2);
    reply.bulkInteger(this.cursor);
    reply.array(this.foundCount);
    found.writeTo(reply);
  }
}

export const GENERIC_SCAN_COMMANDS: readonly CommandEntry[] = [RANDOMKEY, SCAN];

// Generic commands that look at keys nobody named: SCAN and RANDOMKEY; KEYS is in key-search.ts.
// What may take long runs in slices: engine/slices.ts.
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { AGAIN, randomKey, scanKeys } from '../../domain/keyspace/walks.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { typeName } from '../../domain/memory/kind-names.ts';
import { kindOf } from '../../domain/memory/record.ts';
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
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { INVALID_CURSOR, parseScanOptions, type ScanOptions } from '../scan-options.ts';

/** Entries that a step of SCAN looks at. */
const STEP_ENTRIES = 128;

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
  if (cursor === NOT_CURSOR) return reply.error(INVALID_CURSOR);
  const options = parseScanOptions(request, 2, true, reply);
  if (options !== null) runInSlices(context, new KeyScan(context, cursor, options), reply);
}

/** Answers the entries that it visits and that SCAN's options let through. */
class KeyScan implements SlicedWork, EntryVisitor {
  /** How many entries are still to be looked at. */
  private countLeft: number;
  private cursor: number;
  private readonly options: ScanOptions;
  private readonly keyspace: Keyspace;
  private readonly database: Database;
  private found: Reply | null = null;
  private foundCount = 0;

  constructor({ keyspace, database }: Context, cursor: number, options: ScanOptions) {
    this.keyspace = keyspace;
    this.database = database;
    this.cursor = cursor;
    this.options = options;
    this.countLeft = options.count;
  }

  step(found: Reply): boolean {
    this.found = found;
    const count = Math.min(this.countLeft, STEP_ENTRIES);
    this.cursor = scanKeys(this.keyspace, this.database, this.cursor, count, this);
    this.countLeft -= count;
    return this.countLeft === 0 || this.cursor === 0;
  }

  visit(ref: number): void {
    const { keyspace, options } = this;
    const { type } = options;
    if (type !== null && typeName(kindOf(keyspace.arena, ref)) !== type) return;
    const { records } = keyspace;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    if (!options.matches(keyBytes, keyStart, keyEnd)) return;
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

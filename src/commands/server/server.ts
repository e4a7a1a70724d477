// Commands on the server and its databases as a whole: counting, emptying, swapping, time, role,
// end.
import { INT32_MAX, INT32_MIN } from '../../domain/bytes/integer.ts';
import { DB_OUT_OF_RANGE, SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  LOADING,
  NOSCRIPT,
  READONLY,
  STALE,
  WRITE,
} from '../../engine/command.ts';
import { integer, oneof, optional, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

const FLUSH_ARGS = [
  optional(
    oneof('flush-type', [
      token('async', 'ASYNC', { since: '4.0.0' }),
      token('sync', 'SYNC', { since: '6.2.0' }),
    ]),
  ),
];
const FLUSH_TIPS = ['request_policy:all_shards', 'response_policy:all_succeeded'];
/** Blocks that are freed by one call to the keyspace. */
const STEP_BLOCKS = 1024;

const DBSIZE: CommandEntry = {
  name: 'DBSIZE',
  flags: READONLY | FAST | CONSTANT_TIME,
  categories: ['keyspace'],
  tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
  args: [],
  run: dbsize,
};

function dbsize({ database }: Context, _request: Request, reply: Reply): void {
  reply.integer(database.dict.count);
}

const FLUSHALL: CommandEntry = {
  name: 'FLUSHALL',
  flags: WRITE,
  categories: ['keyspace', 'dangerous'],
  tips: FLUSH_TIPS,
  args: FLUSH_ARGS,
  run: flushall,
};

function flushall(context: Context, request: Request, reply: Reply): void {
  const isAsync = parseFlush(context, request, reply);
  if (isRefused(isAsync)) return;
  const { server } = context;
  server.backgroundSave.abort('all data was flushed');
  forgetAll(context, isAsync);
  // As in Redis: what was flushed shall not come back.
  if (server.settings.savePoints().length > 0) server.persistence.save();
  // A replica may have keys although there are none here.
  context.effects.force();
  reply.ok();
}

const FLUSHDB: CommandEntry = {
  name: 'FLUSHDB',
  flags: WRITE,
  categories: ['keyspace', 'dangerous'],
  tips: FLUSH_TIPS,
  args: FLUSH_ARGS,
  run: flushdb,
};

function flushdb(context: Context, request: Request, reply: Reply): void {
  const isAsync = parseFlush(context, request, reply);
  if (isRefused(isAsync)) return;
  const { keyspace, database } = context;
  const isAll = keyspace.databases.every((other) => other === database || other.dict.count === 0);
  // Who reads the past goes on: only FLUSHALL ends that.
  if (isAll && keyspace.arena.past === null) {
    forgetAll(context, isAsync);
  } else {
    const { pending } = keyspace;
    if (!isAsync) while (pending.freeSlice(STEP_BLOCKS));
    const { freedCount } = pending;
    keyspace.flush(database);
    if (!isAsync) while (pending.freeSlice(STEP_BLOCKS));
    // What goes at once did not wait.
    pending.freedCount = freedCount;
  }
  context.effects.force();
  reply.ok();
}

/** Empties all databases: the arena forgets all blocks at once, and nothing is left to be freed. */
function forgetAll({ keyspace }: Context, isAsync: boolean): void {
  const count = keyspace.flushAll();
  keyspace.dirty += count;
  if (isAsync) keyspace.pending.freedCount += count;
}

/** Is the flush to be done in the background? */
function parseFlush({ server }: Context, request: Request, reply: Reply): boolean | Refused {
  const { count } = request;
  if (count === 1) return server.settings.flag('lazyfree-lazy-user-flush');
  if (count === 2 && request.is(1, 'sync')) return false;
  if (count === 2 && request.is(1, 'async')) return true;
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}

const ROLE: CommandEntry = {
  name: 'ROLE',
  flags: NOSCRIPT | LOADING | STALE | FAST | CONSTANT_TIME,
  categories: ['admin', 'dangerous'],
  args: [],
  run: role,
};

/** The role of a primary without replicas, whose history has not begun. */
function role(_context: Context, _request: Request, reply: Reply): void {
  reply.array(3);
  reply.bulkText('master');
  reply.integer(0);
  reply.array(0);
}

const SWAPDB: CommandEntry = {
  name: 'SWAPDB',
  flags: WRITE | FAST | CONSTANT_TIME,
  categories: ['keyspace', 'dangerous'],
  args: [integer('index1'), integer('index2')],
  run: swapdb,
};

function swapdb({ keyspace }: Context, request: Request, reply: Reply): void {
  const first = request.integerWithin(1, INT32_MIN, INT32_MAX, reply, 'ERR invalid first DB index');
  if (isRefused(first)) return;
  const second = request.integerWithin(
    2,
    INT32_MIN,
    INT32_MAX,
    reply,
    'ERR invalid second DB index',
  );
  if (isRefused(second)) return;
  const count = keyspace.databases.length;
  if (first < 0 || first >= count || second < 0 || second >= count) {
    return reply.error(DB_OUT_OF_RANGE);
  }
  keyspace.swap(first, second);
  reply.ok();
}

const TIME: CommandEntry = {
  name: 'TIME',
  flags: LOADING | STALE | FAST | CONSTANT_TIME,
  tips: ['nondeterministic_output'],
  args: [],
  run: time,
};

function time({ server }: Context, _request: Request, reply: Reply): void {
  const { nowUs } = server.scripting.running;
  const seconds = Math.floor(nowUs / 1e6);
  reply.array(2);
  reply.bulkInteger(seconds);
  reply.bulkInteger(Math.floor(nowUs - seconds * 1e6));
}

export const SERVER_COMMANDS: readonly CommandEntry[] = [
  DBSIZE,
  FLUSHALL,
  FLUSHDB,
  ROLE,
  SWAPDB,
  TIME,
];

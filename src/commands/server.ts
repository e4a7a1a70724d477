// Commands on the server and its databases as a whole: counting, emptying, swapping, time, role,
// end.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { parseInteger } from '../domain/bytes/integer.ts';
import { DB_OUT_OF_RANGE, SYNTAX_ERROR } from '../domain/errors.ts';
import {
  ADMIN,
  ALLOW_BUSY,
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  FAST,
  LOADING,
  NO_MULTI,
  NOSCRIPT,
  READONLY,
  STALE,
  WRITE,
} from '../engine/command.ts';
import { integer, oneof, optional, token } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';

const FLUSH_ARGS = [
  optional(
    oneof('flush-type', [
      token('async', 'ASYNC', { since: '4.0.0' }),
      token('sync', 'SYNC', { since: '6.2.0' }),
    ]),
  ),
];
const FLUSH_HISTORY = [
  ['4.0.0', 'Added the `ASYNC` flushing mode modifier.'],
  ['6.2.0', 'Added the `SYNC` flushing mode modifier.'],
] as const;
const FLUSH_TIPS = ['request_policy:all_shards', 'response_policy:all_succeeded'];
/** Records that are freed by one call to the keyspace. */
const STEP_RECORDS = 1024;
const INT_MAX = 0x7fffffff;

export const SERVER_COMMANDS: CommandDeclaration[] = [
  {
    name: 'DBSIZE',
    group: 'server',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns the number of keys in the database.',
    flags: READONLY | FAST | CONSTANT_TIME,
    categories: ['keyspace'],
    tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
    args: [],
    run: dbsize,
  },
  {
    name: 'FLUSHALL',
    group: 'server',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of keys in all databases',
    summary: 'Removes all keys from all databases.',
    flags: WRITE,
    categories: ['keyspace', 'dangerous'],
    tips: FLUSH_TIPS,
    history: FLUSH_HISTORY,
    args: FLUSH_ARGS,
    run: flushall,
  },
  {
    name: 'FLUSHDB',
    group: 'server',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of keys in the selected database',
    summary: 'Remove all keys from the current database.',
    flags: WRITE,
    categories: ['keyspace', 'dangerous'],
    tips: FLUSH_TIPS,
    history: FLUSH_HISTORY,
    args: FLUSH_ARGS,
    run: flushdb,
  },
  {
    name: 'ROLE',
    group: 'server',
    since: '2.8.12',
    complexity: 'O(1)',
    summary: 'Returns the replication role.',
    flags: NOSCRIPT | LOADING | STALE | FAST | CONSTANT_TIME,
    categories: ['admin', 'dangerous'],
    args: [],
    run: role,
  },
  {
    name: 'SHUTDOWN',
    group: 'server',
    since: '1.0.0',
    complexity:
      'O(N) when saving, where N is the total number of keys in all databases when saving data, ' +
      'otherwise O(1)',
    summary: 'Synchronously saves the database(s) to disk and shuts down the Redis server.',
    flags: ADMIN | NOSCRIPT | LOADING | STALE | NO_MULTI | ALLOW_BUSY,
    history: [['7.0.0', 'Added the `NOW`, `FORCE` and `ABORT` modifiers.']],
    args: [
      optional(oneof('save-selector', [token('nosave', 'NOSAVE'), token('save', 'SAVE')])),
      optional(token('now', 'NOW', { since: '7.0.0' })),
      optional(token('force', 'FORCE', { since: '7.0.0' })),
      optional(token('abort', 'ABORT', { since: '7.0.0' })),
    ],
    run: shutdown,
  },
  {
    name: 'SWAPDB',
    group: 'server',
    since: '4.0.0',
    complexity:
      'O(N) where N is the count of clients watching or blocking on keys from both databases.',
    summary: 'Swaps two Redis databases.',
    flags: WRITE | FAST | CONSTANT_TIME,
    categories: ['keyspace', 'dangerous'],
    args: [integer('index1'), integer('index2')],
    run: swapdb,
  },
  {
    name: 'TIME',
    group: 'server',
    since: '2.6.0',
    complexity: 'O(1)',
    summary: 'Returns the server time.',
    flags: LOADING | STALE | FAST | CONSTANT_TIME,
    tips: ['nondeterministic_output'],
    args: [],
    run: time,
  },
];

function dbsize({ database }: Context, _request: Request, reply: Reply): void {
  reply.integer(database.dict.count);
}

function flushall(context: Context, request: Request, reply: Reply): void {
  const isAsync = parseFlush(context, request, reply);
  if (isAsync === null) return;
  forgetAll(context, isAsync);
  reply.ok();
}

function flushdb(context: Context, request: Request, reply: Reply): void {
  const isAsync = parseFlush(context, request, reply);
  if (isAsync === null) return;
  const { keyspace, database, server } = context;
  if (keyspace.databases.every((other) => other === database || other.dict.count === 0)) {
    forgetAll(context, isAsync);
  } else {
    const pending = keyspace.pendingFrees;
    keyspace.flush(database);
    if (!isAsync) {
      while (keyspace.freeSlice(STEP_RECORDS));
      server.statistics.lazyFreedKeys += pending;
    }
  }
  reply.ok();
}

/** Empties all databases: the arena forgets all blocks at once, and nothing is left to be freed. */
function forgetAll({ keyspace, server }: Context, isAsync: boolean): void {
  const pending = keyspace.pendingFrees;
  const count = keyspace.flushAll();
  server.statistics.lazyFreedKeys += pending + (isAsync ? count : 0);
}

/** Is the flush to be done in the background? Null when the request was answered with an error. */
function parseFlush({ server }: Context, request: Request, reply: Reply): boolean | null {
  const { buffer, starts, ends, count } = request;
  if (count === 1) return server.settings.flag('lazyfree-lazy-user-flush');
  if (count === 2 && equalsIgnoreCase(buffer, starts[1], ends[1], 'sync')) return false;
  if (count === 2 && equalsIgnoreCase(buffer, starts[1], ends[1], 'async')) return true;
  reply.error(SYNTAX_ERROR);
  return null;
}

/** The role of a primary without replicas, whose history has not begun. */
function role(_context: Context, _request: Request, reply: Reply): void {
  reply.array(3);
  reply.bulkText('master');
  reply.integer(0);
  reply.array(0);
}

/**
 * Ends the server without a reply. As nothing can be saved yet, SHUTDOWN does what NOSAVE says;
 * SAVE answers as Redis does when the snapshot cannot be written, unless FORCE is with it.
 */
function shutdown({ server, session }: Context, request: Request, reply: Reply): void {
  const words = new Set<string>();
  for (let i = 1; i < request.count; i++) {
    const word = SHUTDOWN_WORDS.find((known) =>
      equalsIgnoreCase(request.buffer, request.starts[i], request.ends[i], known),
    );
    if (word === undefined) return reply.error(SYNTAX_ERROR);
    words.add(word);
  }
  const isAbort = words.has('abort');
  if ((isAbort && words.size > 1) || (words.has('save') && words.has('nosave'))) {
    return reply.error(SYNTAX_ERROR);
  }
  if (isAbort) return reply.error('ERR No shutdown in progress.');
  if (words.has('save') && !words.has('force')) {
    server.log.write('warning', "Error trying to save the DB, can't exit.");
    return reply.error('ERR Errors trying to SHUTDOWN. Check logs.');
  }
  session.isClosing = true;
  server.onShutdown(0);
}

const SHUTDOWN_WORDS = ['nosave', 'save', 'now', 'force', 'abort'];

function swapdb({ keyspace }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const first = parseInteger(buffer, starts[1], ends[1]);
  if (!isInt(first)) return reply.error('ERR invalid first DB index');
  const second = parseInteger(buffer, starts[2], ends[2]);
  if (!isInt(second)) return reply.error('ERR invalid second DB index');
  const count = keyspace.databases.length;
  if (first < 0 || first >= count || second < 0 || second >= count) {
    return reply.error(DB_OUT_OF_RANGE);
  }
  keyspace.swap(first, second);
  reply.ok();
}

function time({ server }: Context, _request: Request, reply: Reply): void {
  const nowUs = server.clock.nowUs();
  const seconds = Math.floor(nowUs / 1e6);
  reply.array(2);
  reply.bulkInteger(seconds);
  reply.bulkInteger(Math.floor(nowUs - seconds * 1e6));
}

/** Is it an int of C? */
function isInt(value: number): boolean {
  return value >= -INT_MAX - 1 && value <= INT_MAX;
}

// Generic commands on deadlines: EXPIRE and its kin, TTL and its kin, PERSIST. Deadlines are
// doubles of milliseconds since 1970, so those beyond 2^53 are exact to 1024 ms only.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { EVENT_DEL, EVENT_EXPIRE, EVENT_PERSIST } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  type Argument,
  integer,
  key,
  oneof,
  optional,
  RO,
  RW,
  token,
  UPDATE,
  unixTime,
} from '../../engine/declaration/arguments.ts';
import { findKeyToChange, lookAtKey } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

const MS_PER_SECOND = 1000;
const INT64_MAX = 2n ** 63n - 1n;

/** What TTL and its kin answer for a key that is not there, and for one that lives forever. */
const NO_KEY = -2;
const NO_DEADLINE = -1;

const NX = 1 << 0;
const XX = 1 << 1;
const GT = 1 << 2;
const LT = 1 << 3;
const CONDITIONS = ['nx', 'xx', 'gt', 'lt'];

/** What is the same in the entries of EXPIRE and its kin. */
function expireEntry(time: Argument): Pick<CommandEntry, 'args' | 'flags'> {
  const condition = oneof(
    'condition',
    [token('nx', 'NX'), token('xx', 'XX'), token('gt', 'GT'), token('lt', 'LT')],
    { since: '7.0.0' },
  );
  return {
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | UPDATE), time, optional(condition)],
  };
}

const EXPIRE: CommandEntry = {
  name: 'EXPIRE',
  ...expireEntry(integer('seconds')),
  run: (context, request, reply) =>
    expire('expire', context.keyspace.nowMs, MS_PER_SECOND, context, request, reply),
};

const EXPIREAT: CommandEntry = {
  name: 'EXPIREAT',
  ...expireEntry(unixTime('unix-time-seconds')),
  run: (context, request, reply) => expire('expireat', 0, MS_PER_SECOND, context, request, reply),
};

const PEXPIRE: CommandEntry = {
  name: 'PEXPIRE',
  ...expireEntry(integer('milliseconds')),
  run: (context, request, reply) =>
    expire('pexpire', context.keyspace.nowMs, 1, context, request, reply),
};

const PEXPIREAT: CommandEntry = {
  name: 'PEXPIREAT',
  ...expireEntry(unixTime('unix-time-milliseconds')),
  run: (context, request, reply) => expire('pexpireat', 0, 1, context, request, reply),
};

/** Sets a deadline of `unitMs` milliseconds times the second argument after `baseMs`. */
function expire(
  name: string,
  baseMs: number,
  unitMs: number,
  context: Context,
  request: Request,
  reply: Reply,
): void {
  const conditions = request.count > 3 ? readConditions(request, reply) : 0;
  if (isRefused(conditions)) return;
  const deadlineMs = request.deadline(2, unitMs, baseMs, name, reply);
  if (isRefused(deadlineMs)) return;
  const { keyspace, database, effects } = context;
  const ref = findKeyToChange(context, request, 1);
  if (ref === NONE) return reply.integer(0);
  if (conditions !== 0) {
    const currentMs = keyspace.deadline(database, ref);
    if (!areMet(conditions, deadlineMs, currentMs)) return reply.integer(0);
  }
  if (deadlineMs > keyspace.dueMs) {
    keyspace.setDeadline(database, ref, deadlineMs, EVENT_EXPIRE);
    effects.instead('PEXPIREAT', 3).argument(request, 1).integer(deadlineMs);
  } else {
    keyspace.remove(database, ref, EVENT_DEL);
    effects.instead(context.server.live.unlinksExpired ? 'UNLINK' : 'DEL', 2).argument(request, 1);
  }
  reply.integer(1);
}

/** The conditions NX, XX, GT and LT behind the time, as bits. */
function readConditions(request: Request, reply: Reply): number | Refused {
  let found = 0;
  for (let i = 3; i < request.count; i++) {
    const condition = CONDITIONS.findIndex((word) => request.is(i, word));
    if (condition < 0) {
      reply.error(`ERR Unsupported option ${request.textUntilNul(i)}`);
      return REFUSED;
    }
    found |= 1 << condition;
  }
  if ((found & NX) !== 0 && (found & (XX | GT | LT)) !== 0) {
    reply.error('ERR NX and XX, GT or LT options at the same time are not compatible');
    return REFUSED;
  }
  if ((found & GT) !== 0 && (found & LT) !== 0) {
    reply.error('ERR GT and LT options at the same time are not compatible');
    return REFUSED;
  }
  return found;
}

/** A key without a deadline (-1) is one that lives forever. */
function areMet(conditions: number, deadlineMs: number, currentMs: number): boolean {
  const isPersistent = currentMs === -1;
  if ((conditions & NX) !== 0 && !isPersistent) return false;
  if ((conditions & XX) !== 0 && isPersistent) return false;
  if ((conditions & GT) !== 0 && (isPersistent || deadlineMs <= currentMs)) return false;
  return (conditions & LT) === 0 || isPersistent || deadlineMs < currentMs;
}

/** What is the same in the entries of TTL and its kin. */
const TTL_ENTRY: Pick<CommandEntry, 'args' | 'flags'> = {
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS)],
};

const TTL: CommandEntry = {
  name: 'TTL',
  ...TTL_ENTRY,
  tips: ['nondeterministic_output'],
  run: ttl,
};

function ttl(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = deadlineOf(context, request);
  if (deadlineMs < 0) return reply.integer(deadlineMs);
  replyTime(reply, toSeconds(remaining(context, deadlineMs)));
}

const PTTL: CommandEntry = {
  name: 'PTTL',
  ...TTL_ENTRY,
  tips: ['nondeterministic_output'],
  run: pttl,
};

function pttl(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = deadlineOf(context, request);
  if (deadlineMs < 0) return reply.integer(deadlineMs);
  replyTime(reply, remaining(context, deadlineMs));
}

const EXPIRETIME: CommandEntry = { name: 'EXPIRETIME', ...TTL_ENTRY, run: expiretime };

function expiretime(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = deadlineOf(context, request);
  if (deadlineMs < 0) return reply.integer(deadlineMs);
  replyTime(reply, toSeconds(deadlineMs));
}

const PEXPIRETIME: CommandEntry = { name: 'PEXPIRETIME', ...TTL_ENTRY, run: pexpiretime };

function pexpiretime(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = deadlineOf(context, request);
  if (deadlineMs < 0) return reply.integer(deadlineMs);
  replyTime(reply, deadlineMs);
}

/** The deadline of the key in ms; where there is none NO_KEY or NO_DEADLINE, both negative. */
function deadlineOf(context: Context, request: Request): number {
  const { keyspace, database } = context;
  const ref = lookAtKey(context, request, 1);
  if (ref === NONE) return NO_KEY;
  const deadlineMs = keyspace.deadline(database, ref);
  return deadlineMs < 0 ? NO_DEADLINE : deadlineMs;
}

function remaining(context: Context, deadlineMs: number): number {
  return Math.max(0, deadlineMs - context.keyspace.nowMs);
}

function toSeconds(ms: number): number {
  return Math.floor((ms + MS_PER_SECOND / 2) / MS_PER_SECOND);
}

/** A time of up to 2^63, which is not an integer of 64 bits any more and becomes the last one. */
function replyTime(reply: Reply, time: number): void {
  if (time <= Number.MAX_SAFE_INTEGER) return reply.integer(time);
  reply.bigInteger(time < INT64_END ? BigInt(time) : INT64_MAX);
}

const PERSIST: CommandEntry = {
  name: 'PERSIST',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | UPDATE)],
  run: persist,
};

function persist(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const ref = findKeyToChange(context, request, 1);
  reply.integer(ref !== NONE && keyspace.persist(database, ref, EVENT_PERSIST) ? 1 : 0);
}

export const GENERIC_EXPIRE_COMMANDS: readonly CommandEntry[] = [
  EXPIRE,
  EXPIREAT,
  EXPIRETIME,
  PERSIST,
  PEXPIRE,
  PEXPIREAT,
  PEXPIRETIME,
  PTTL,
  TTL,
];

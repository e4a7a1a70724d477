// Deadlines of fields, as Redis 7.4 has them: HEXPIRE and its kin, HTTL and its kin, HPERSIST.
import { EVENT_HDEL, EVENT_HEXPIRE, EVENT_HPERSIST } from '../../domain/keyspace/events.ts';
import { NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import {
  type CommandEntry,
  type Context,
  DENYOOM,
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
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { expireFound, FIELDS_CLAUSE, fieldDeadline, firstField } from './fields-clause.ts';
import { openHash, readHash } from './open.ts';

const MS_PER_SECOND = 1000;

/** What these commands answer for a field. */
const NO_FIELD = -2;
const NOT_MET = 0;
const DONE = 1;
const DELETED = 2;
const FOREVER = -1;

const CONDITIONS = ['nx', 'xx', 'gt', 'lt'];
const NX = 0;
const XX = 1;
const GT = 2;
const LT = 3;
const NO_CONDITION = -1;

/** What is the same in the entries of HEXPIRE and its kin. */
function expireEntry(time: Argument): Pick<CommandEntry, 'args' | 'flags'> {
  const condition = oneof('condition', [
    token('nx', 'NX'),
    token('xx', 'XX'),
    token('gt', 'GT'),
    token('lt', 'LT'),
  ]);
  return {
    flags: WRITE | DENYOOM | FAST,
    args: [key('key', RW | UPDATE), time, optional(condition), FIELDS_CLAUSE],
  };
}

const HEXPIRE: CommandEntry = {
  name: 'HEXPIRE',
  ...expireEntry(integer('seconds')),
  run: (context, request, reply) =>
    hexpire('hexpire', context.keyspace.nowMs, MS_PER_SECOND, context, request, reply),
};

const HEXPIREAT: CommandEntry = {
  name: 'HEXPIREAT',
  ...expireEntry(unixTime('unix-time-seconds')),
  run: (context, request, reply) => hexpire('hexpireat', 0, MS_PER_SECOND, context, request, reply),
};

const HPEXPIRE: CommandEntry = {
  name: 'HPEXPIRE',
  ...expireEntry(integer('milliseconds')),
  run: (context, request, reply) =>
    hexpire('hpexpire', context.keyspace.nowMs, 1, context, request, reply),
};

const HPEXPIREAT: CommandEntry = {
  name: 'HPEXPIREAT',
  ...expireEntry(unixTime('unix-time-milliseconds')),
  run: (context, request, reply) => hexpire('hpexpireat', 0, 1, context, request, reply),
};

/** Sets deadlines of `unitMs` milliseconds times the second argument after `baseMs`. */
function hexpire(
  name: string,
  baseMs: number,
  unitMs: number,
  context: Context,
  request: Request,
  reply: Reply,
): void {
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  const deadlineMs = fieldDeadline(request, 2, unitMs, baseMs, name, reply);
  if (isRefused(deadlineMs)) return;
  const condition = CONDITIONS.findIndex((word) => request.is(3, word));
  const clause = condition === NO_CONDITION ? 3 : 4;
  const first = firstField(request, clause, reply, NOT_ABOVE_0);
  if (isRefused(first)) return;
  reply.array(request.count - first);
  const outcomes = new Int8Array(request.count).fill(NO_FIELD);
  let updated = 0;
  let deleted = 0;
  for (let i = first; i < request.count; i++) {
    if (isThere) outcomes[i] = expireField(context, request, i, deadlineMs, condition);
    if (outcomes[i] === DONE) updated++;
    if (outcomes[i] === DELETED) deleted++;
    reply.integer(outcomes[i]);
  }
  if (updated + deleted === 0) return;
  const { hashes, effects } = context;
  hashes.changed(deleted > 0 ? EVENT_HDEL : EVENT_HEXPIRE, updated + deleted);
  hashes.removeIfEmpty();
  if (updated === 0) return effects.nothing();
  effects
    .instead('HPEXPIREAT', clause + 2 + updated)
    .argument(request, 1)
    .integer(deadlineMs);
  for (let i = 3; i <= clause; i++) effects.argument(request, i);
  effects.integer(updated);
  for (let i = first; i < request.count; i++) {
    if (outcomes[i] === DONE) effects.argument(request, i);
  }
}

/** Sets the deadline of the field that an argument names, or deletes it. Returns what to answer. */
function expireField(
  context: Context,
  request: Request,
  argument: number,
  deadlineMs: number,
  condition: number,
): number {
  const { hashes, keyspace } = context;
  const { buffer, starts, ends } = request;
  if (!hashes.find(buffer, starts[argument], ends[argument])) return NO_FIELD;
  if (!isMet(condition, deadlineMs, hashes.deadlineMs)) return NOT_MET;
  if (deadlineMs > keyspace.dueMs) {
    hashes.setDeadline(deadlineMs);
    return DONE;
  }
  expireFound(context, request, argument);
  return DELETED;
}

function isMet(condition: number, deadlineMs: number, currentMs: number): boolean {
  const isForever = currentMs === NO_DEADLINE;
  if (condition === NX) return isForever;
  if (condition === XX) return !isForever;
  if (condition === GT) return !isForever && deadlineMs > currentMs;
  return condition !== LT || isForever || deadlineMs < currentMs;
}

const READ_CLAUSE: Pick<CommandEntry, 'args' | 'flags'> = {
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), FIELDS_CLAUSE],
};
const TTL_TIPS = ['nondeterministic_output'];

const HTTL: CommandEntry = {
  name: 'HTTL',
  ...READ_CLAUSE,
  tips: TTL_TIPS,
  run: (context, request, reply) =>
    replyDeadlines(context.keyspace.nowMs, MS_PER_SECOND, context, request, reply),
};

const HPTTL: CommandEntry = {
  name: 'HPTTL',
  ...READ_CLAUSE,
  tips: TTL_TIPS,
  run: (context, request, reply) =>
    replyDeadlines(context.keyspace.nowMs, 1, context, request, reply),
};

const HEXPIRETIME: CommandEntry = {
  name: 'HEXPIRETIME',
  ...READ_CLAUSE,
  run: (context, request, reply) => replyDeadlines(0, MS_PER_SECOND, context, request, reply),
};

const HPEXPIRETIME: CommandEntry = {
  name: 'HPEXPIRETIME',
  ...READ_CLAUSE,
  run: (context, request, reply) => replyDeadlines(0, 1, context, request, reply),
};

/** Answers when fields are due after `baseMs`, in units of `unitMs`, which are rounded up. */
function replyDeadlines(
  baseMs: number,
  unitMs: number,
  context: Context,
  request: Request,
  reply: Reply,
): void {
  const { hashes } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  const first = firstField(request, 2, reply);
  if (isRefused(first)) return;
  reply.array(count - first);
  for (let i = first; i < count; i++) {
    if (!isThere || !hashes.find(buffer, starts[i], ends[i])) {
      reply.integer(NO_FIELD);
    } else {
      const { deadlineMs } = hashes;
      const units = Math.ceil((deadlineMs - baseMs) / unitMs);
      reply.integer(deadlineMs === NO_DEADLINE ? FOREVER : units);
    }
  }
}

const HPERSIST: CommandEntry = {
  name: 'HPERSIST',
  flags: WRITE | FAST,
  args: [key('key', RW | UPDATE), FIELDS_CLAUSE],
  run: hpersist,
};

function hpersist(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  const first = firstField(request, 2, reply);
  if (isRefused(first)) return;
  let persisted = 0;
  reply.array(count - first);
  for (let i = first; i < count; i++) {
    if (!isThere || !hashes.find(buffer, starts[i], ends[i])) {
      reply.integer(NO_FIELD);
    } else if (hashes.deadlineMs === NO_DEADLINE) {
      reply.integer(FOREVER);
    } else {
      hashes.setDeadline(NO_DEADLINE);
      persisted++;
      reply.integer(DONE);
    }
  }
  // One change for Redis, whatever the number of fields.
  if (persisted > 0) hashes.changed(EVENT_HPERSIST, 1);
}

const NOT_ABOVE_0 = 'ERR Parameter `numFields` should be greater than 0';

export const HASH_EXPIRE_COMMANDS: readonly CommandEntry[] = [
  HEXPIRE,
  HEXPIREAT,
  HEXPIRETIME,
  HPERSIST,
  HPEXPIRE,
  HPEXPIREAT,
  HPEXPIRETIME,
  HPTTL,
  HTTL,
];

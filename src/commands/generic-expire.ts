// Generic commands on deadlines: EXPIRE and its kin, TTL and its kin, PERSIST. Deadlines are
// doubles of milliseconds since 1970, so those beyond 2^53 are exact to 1024 ms only.
import { latin1Text } from '../domain/bytes/ascii.ts';
import { parseBigInteger, parseInteger } from '../domain/bytes/integer.ts';
import { invalidExpire, NOT_AN_INTEGER } from '../domain/errors.ts';
import { NONE } from '../domain/memory/arena.ts';
import {
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  FAST,
  READONLY,
  WRITE,
} from '../engine/command.ts';
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
} from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { isWord } from './generic-arguments.ts';

const MS_PER_SECOND = 1000;
const INT64_MAX = 2n ** 63n - 1n;

/** What is the same in the declarations of EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT. */
function expireCommand(time: Argument): Pick<CommandDeclaration, 'args' | 'history' | 'flags'> {
  const condition = oneof(
    'condition',
    [token('nx', 'NX'), token('xx', 'XX'), token('gt', 'GT'), token('lt', 'LT')],
    { since: '7.0.0' },
  );
  return {
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | UPDATE), time, optional(condition)],
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
  };
}

/** What is the same in the declarations of TTL, PTTL, EXPIRETIME and PEXPIRETIME. */
const TTL_COMMAND: Pick<CommandDeclaration, 'args' | 'flags'> = {
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS)],
};

export const GENERIC_EXPIRE_COMMANDS: CommandDeclaration[] = [
  {
    name: 'EXPIRE',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Sets the expiration time of a key in seconds.',
    ...expireCommand(integer('seconds')),
    run: (context, request, reply) =>
      expire('expire', context.keyspace.nowMs, MS_PER_SECOND, context, request, reply),
  },
  {
    name: 'EXPIREAT',
    group: 'generic',
    since: '1.2.0',
    complexity: 'O(1)',
    summary: 'Sets the expiration time of a key to a Unix timestamp.',
    ...expireCommand(unixTime('unix-time-seconds')),
    run: (context, request, reply) => expire('expireat', 0, MS_PER_SECOND, context, request, reply),
  },
  {
    name: 'EXPIRETIME',
    group: 'generic',
    since: '7.0.0',
    complexity: 'O(1)',
    summary: 'Returns the expiration time of a key as a Unix timestamp.',
    ...TTL_COMMAND,
    run: expiretime,
  },
  {
    name: 'PERSIST',
    group: 'generic',
    since: '2.2.0',
    complexity: 'O(1)',
    summary: 'Removes the expiration time of a key.',
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | UPDATE)],
    run: persist,
  },
  {
    name: 'PEXPIRE',
    group: 'generic',
    since: '2.6.0',
    complexity: 'O(1)',
    summary: 'Sets the expiration time of a key in milliseconds.',
    ...expireCommand(integer('milliseconds')),
    run: (context, request, reply) =>
      expire('pexpire', context.keyspace.nowMs, 1, context, request, reply),
  },
  {
    name: 'PEXPIREAT',
    group: 'generic',
    since: '2.6.0',
    complexity: 'O(1)',
    summary: 'Sets the expiration time of a key to a Unix milliseconds timestamp.',
    ...expireCommand(unixTime('unix-time-milliseconds')),
    run: (context, request, reply) => expire('pexpireat', 0, 1, context, request, reply),
  },
  {
    name: 'PEXPIRETIME',
    group: 'generic',
    since: '7.0.0',
    complexity: 'O(1)',
    summary: 'Returns the expiration time of a key as a Unix milliseconds timestamp.',
    ...TTL_COMMAND,
    run: pexpiretime,
  },
  {
    name: 'PTTL',
    group: 'generic',
    since: '2.6.0',
    complexity: 'O(1)',
    summary: 'Returns the expiration time in milliseconds of a key.',
    ...TTL_COMMAND,
    history: [['2.8.0', 'Added the -2 reply.']],
    tips: ['nondeterministic_output'],
    run: pttl,
  },
  {
    name: 'TTL',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns the expiration time in seconds of a key.',
    ...TTL_COMMAND,
    history: [['2.8.0', 'Added the -2 reply.']],
    tips: ['nondeterministic_output'],
    run: ttl,
  },
];

const NX = 1 << 0;
const XX = 1 << 1;
const GT = 1 << 2;
const LT = 1 << 3;
const CONDITIONS = ['nx', 'xx', 'gt', 'lt'];
/** What reading the conditions or the time answers when an error was replied. */
const REFUSED = Number.NaN;

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
  if (Number.isNaN(conditions)) return;
  const deadlineMs = readDeadline(name, baseMs, unitMs, request, reply);
  if (Number.isNaN(deadlineMs)) return;
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.findForWrite(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.integer(0);
  if (conditions !== 0) {
    const currentMs = keyspace.deadline(database, ref);
    if (!areMet(conditions, deadlineMs, currentMs)) return reply.integer(0);
  }
  if (deadlineMs <= keyspace.nowMs) keyspace.deleteFound(database, ref);
  else keyspace.setDeadline(database, ref, deadlineMs);
  reply.integer(1);
}

/** The conditions NX, XX, GT and LT behind the time, as bits; REFUSED when an error was replied. */
function readConditions(request: Request, reply: Reply): number {
  let found = 0;
  for (let i = 3; i < request.count; i++) {
    const condition = CONDITIONS.findIndex((word) => isWord(request, i, word));
    if (condition < 0) {
      reply.error(`ERR Unsupported option ${shownWord(request, i)}`);
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

/** The deadline that the second argument gives, in ms; REFUSED when an error was replied. */
function readDeadline(
  name: string,
  baseMs: number,
  unitMs: number,
  request: Request,
  reply: Reply,
): number {
  const { buffer, starts, ends } = request;
  const time = parseInteger(buffer, starts[2], ends[2]);
  // A safe integer of seconds and the base stay below 2^63 ms.
  if (!Number.isNaN(time)) return time * unitMs + baseMs;
  const big = parseBigInteger(buffer, starts[2], ends[2]);
  if (big === null) {
    reply.error(NOT_AN_INTEGER);
    return REFUSED;
  }
  const timeMs = big * BigInt(unitMs);
  if (timeMs === BigInt.asIntN(64, timeMs) && timeMs <= INT64_MAX - BigInt(baseMs)) {
    return Number(timeMs) + baseMs;
  }
  reply.error(invalidExpire(name));
  return REFUSED;
}

/** An argument as an error line shows it: up to the first NUL. */
function shownWord(request: Request, argument: number): string {
  return latin1Text(request.buffer, request.starts[argument], request.ends[argument]).split(
    '\0',
  )[0];
}

function ttl(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = readKnownDeadline(context, request, reply);
  if (deadlineMs < 0) return;
  replyTime(reply, toSeconds(remaining(context, deadlineMs)));
}

function pttl(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = readKnownDeadline(context, request, reply);
  if (deadlineMs < 0) return;
  replyTime(reply, remaining(context, deadlineMs));
}

function expiretime(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = readKnownDeadline(context, request, reply);
  if (deadlineMs < 0) return;
  replyTime(reply, toSeconds(deadlineMs));
}

function pexpiretime(context: Context, request: Request, reply: Reply): void {
  const deadlineMs = readKnownDeadline(context, request, reply);
  if (deadlineMs < 0) return;
  replyTime(reply, deadlineMs);
}

/** The deadline of the key; -1 when it has none or is not there, which this replies. */
function readKnownDeadline(context: Context, request: Request, reply: Reply): number {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.peek(database, buffer, starts[1], ends[1]);
  const deadlineMs = ref === NONE ? -1 : keyspace.deadline(database, ref);
  if (deadlineMs < 0) reply.integer(ref === NONE ? -2 : -1);
  return deadlineMs;
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
  const exact = BigInt(time);
  reply.bigInteger(exact > INT64_MAX ? INT64_MAX : exact);
}

function persist(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.findForWrite(database, buffer, starts[1], ends[1]);
  reply.integer(ref !== NONE && keyspace.persist(database, ref) ? 1 : 0);
}

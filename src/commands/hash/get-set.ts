// Fields that are read or set and something else, as Redis 8.0 has it: HGETDEL, HGETEX, HSETEX.
import { wrongArity } from '../../domain/errors.ts';
import {
  EVENT_HDEL,
  EVENT_HEXPIRE,
  EVENT_HPERSIST,
  EVENT_HSET,
} from '../../domain/keyspace/events.ts';
import { NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import { type CommandEntry, type Context, DENYOOM, FAST, WRITE } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  DELETE,
  integer,
  key,
  multiple,
  oneof,
  optional,
  RW,
  string,
  token,
  UPDATE,
  unixTime,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { expireFound, FIELDS_CLAUSE, fieldDeadline, firstField } from './fields-clause.ts';
import { openHash } from './open.ts';

const FIELDS_MAX = 2 ** 31 - 1;
const TIME_WORDS = ['ex', 'px', 'exat', 'pxat'];
const PX = 1;
const EXAT = 2;
const PXAT = 3;
const DEADLINES = [
  integer('seconds', { token: 'EX' }),
  integer('milliseconds', { token: 'PX' }),
  unixTime('unix-time-seconds', { token: 'EXAT' }),
  unixTime('unix-time-milliseconds', { token: 'PXAT' }),
];

const HGETDEL: CommandEntry = {
  name: 'HGETDEL',
  flags: WRITE | FAST,
  args: [key('key', RW | ACCESS | DELETE), FIELDS_CLAUSE],
  run: hgetdel,
};

function hgetdel(context: Context, request: Request, reply: Reply): void {
  const { hashes, effects } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  const first = firstField(request, 2, reply);
  if (isRefused(first)) return;
  reply.array(count - first);
  let deleted = 0;
  for (let i = first; i < count; i++) {
    if (isThere && hashes.find(buffer, starts[i], ends[i])) {
      const { value } = hashes;
      reply.bulk(value.bytes, value.start, value.end);
      hashes.removeMet();
      deleted++;
    } else {
      reply.nil();
    }
  }
  if (deleted === 0) return;
  hashes.changed(EVENT_HDEL, deleted);
  hashes.removeIfEmpty();
  effects.instead('HDEL', 2 + count - first).argument(request, 1);
  for (let i = first; i < count; i++) effects.argument(request, i);
}

const HGETEX: CommandEntry = {
  name: 'HGETEX',
  flags: WRITE | FAST,
  args: [
    key('key', RW | ACCESS | UPDATE),
    optional(oneof('expiration', [...DEADLINES, token('persist', 'PERSIST')])),
    FIELDS_CLAUSE,
  ],
  run: hgetex,
};

function hgetex(context: Context, request: Request, reply: Reply): void {
  const { keyspace, hashes, effects } = context;
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  const time = TIME_WORDS.findIndex((word) => request.is(2, word));
  const persists = request.is(2, 'persist');
  let deadlineMs: number | Refused = NO_DEADLINE;
  if (time >= 0) deadlineMs = timeOf(request, time, 3, keyspace.nowMs, 'hgetex', reply);
  if (isRefused(deadlineMs)) return;
  const first = firstField(request, time >= 0 ? 4 : persists ? 3 : 2, reply);
  if (isRefused(first)) return;
  reply.array(request.count - first);
  let updated = 0;
  let deleted = 0;
  for (let i = first; i < request.count; i++) {
    const { buffer, starts, ends } = request;
    if (!isThere || !hashes.find(buffer, starts[i], ends[i])) {
      reply.nil();
      continue;
    }
    const { value } = hashes;
    reply.bulk(value.bytes, value.start, value.end);
    if (time >= 0 && deadlineMs <= keyspace.dueMs) {
      expireFound(context, request, i);
      deleted++;
    } else if (time >= 0 || (persists && hashes.deadlineMs !== NO_DEADLINE)) {
      hashes.setDeadline(deadlineMs);
      updated++;
    }
  }
  if (updated + deleted === 0) return;
  const event = persists ? EVENT_HPERSIST : EVENT_HEXPIRE;
  hashes.changed(deleted > 0 ? EVENT_HDEL : event, updated + deleted);
  hashes.removeIfEmpty();
  if (updated === 0) return effects.nothing();
  const fields = request.count - first;
  if (persists) effects.instead('HPERSIST', 4 + fields).argument(request, 1);
  else
    effects
      .instead('HPEXPIREAT', 5 + fields)
      .argument(request, 1)
      .integer(deadlineMs);
  effects.text('FIELDS').integer(fields);
  for (let i = first; i < request.count; i++) effects.argument(request, i);
}

const HSETEX: CommandEntry = {
  name: 'HSETEX',
  flags: WRITE | DENYOOM | FAST,
  args: [
    key('key', RW | UPDATE),
    optional(oneof('condition', [token('fnx', 'FNX'), token('fxx', 'FXX')])),
    optional(oneof('expiration', [...DEADLINES, token('keepttl', 'KEEPTTL')])),
    block(
      'fields',
      [integer('numfields'), multiple(block('data', [string('field'), string('value')]))],
      { token: 'FIELDS' },
    ),
  ],
  run: hsetex,
};

/** What stands before the fields of HSETEX. */
class SetOptions {
  mustExist = false;
  mustBeNew = false;
  keepsDeadline = false;
  deadlineMs = NO_DEADLINE;
  /** The argument that is the time, or 0. */
  timeAt = 0;
  /** The first field. */
  first = 0;
}

function hsetex(context: Context, request: Request, reply: Reply): void {
  const options = setOptions(request, context.keyspace.nowMs, reply);
  if (isRefused(options)) return;
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isMet(context, request, options, isThere)) return reply.integer(0);
  const { database, hashes } = context;
  const { buffer, starts, ends } = request;
  if (!isThere) hashes.create(database, buffer, starts[1], ends[1]);
  const deleted = setFields(context, request, options);
  const fields = (request.count - options.first) / 2;
  hashes.changed(EVENT_HSET, fields);
  // Whatever becomes of their deadlines, Redis counts the fields once.
  if (deleted > 0) hashes.changed(EVENT_HDEL, 0);
  else if (options.timeAt > 0) hashes.changed(EVENT_HEXPIRE, 0);
  hashes.removeIfEmpty();
  reply.integer(1);
  sayEffect(context, request, options, deleted);
}

/** Sets all fields; returns how many of them have gone again, for their time was in the past. */
function setFields(context: Context, request: Request, options: SetOptions): number {
  const { hashes, keyspace } = context;
  const { buffer, starts, ends } = request;
  const { first, timeAt, deadlineMs, keepsDeadline } = options;
  hashes.prepare(request, first);
  let deleted = 0;
  for (let i = first; i < request.count; i += 2) {
    const { [i]: start } = starts;
    hashes.set(buffer, start, ends[i], buffer, starts[i + 1], ends[i + 1], keepsDeadline);
    if (timeAt === 0) continue;
    hashes.find(buffer, start, ends[i]);
    if (deadlineMs > keyspace.dueMs) {
      hashes.setDeadline(deadlineMs);
    } else {
      expireFound(context, request, i);
      deleted++;
    }
  }
  return deleted;
}

/** Times become moments; of fields that have gone again it is enough to say so. */
function sayEffect(
  { effects }: Context,
  request: Request,
  { timeAt, deadlineMs }: SetOptions,
  deleted: number,
): void {
  if (deleted > 0) return effects.nothing();
  if (timeAt === 0) return;
  effects.instead('HSETEX', request.count);
  for (let i = 1; i < request.count; i++) {
    if (i === timeAt - 1) effects.text('PXAT');
    else if (i === timeAt) effects.integer(deadlineMs);
    else effects.argument(request, i);
  }
}

/** Is the condition met that FNX or FXX make? */
function isMet(
  { hashes }: Context,
  request: Request,
  { mustExist, mustBeNew, first }: SetOptions,
  isThere: boolean,
): boolean {
  if (!mustExist && !mustBeNew) return true;
  if (!isThere) return mustBeNew;
  const { buffer, starts, ends } = request;
  for (let i = first; i < request.count; i += 2) {
    if (hashes.find(buffer, starts[i], ends[i]) !== mustExist) return false;
  }
  return true;
}

function setOptions(request: Request, nowMs: number, reply: Reply): SetOptions | Refused {
  const options = new SetOptions();
  for (let i = 2; i < request.count; i++) {
    const time = TIME_WORDS.findIndex((word) => request.is(i, word));
    let problem = '';
    if (request.is(i, 'fields')) return setFirst(options, request, i, reply);
    if (time >= 0 || request.is(i, 'keepttl')) {
      if (options.timeAt > 0 || options.keepsDeadline) problem = ONE_TIME;
      else if (time < 0) options.keepsDeadline = true;
      else if (i + 1 === request.count) problem = 'ERR missing expire time';
      else {
        options.timeAt = ++i;
        const deadlineMs = timeOf(request, time, i, nowMs, 'hsetex', reply);
        if (isRefused(deadlineMs)) return REFUSED;
        options.deadlineMs = deadlineMs;
      }
    } else if (request.is(i, 'fxx') || request.is(i, 'fnx')) {
      if (options.mustExist || options.mustBeNew) problem = ONE_CONDITION;
      else if (request.is(i, 'fxx')) options.mustExist = true;
      else options.mustBeNew = true;
    } else {
      problem = `ERR unknown argument: ${request.textUntilNul(i)}`;
    }
    if (problem === '') continue;
    reply.error(problem);
    return REFUSED;
  }
  reply.error(wrongArity('hsetex'));
  return REFUSED;
}

/** The clause FIELDS, at `at`, ends the options. */
function setFirst(
  options: SetOptions,
  request: Request,
  at: number,
  reply: Reply,
): SetOptions | Refused {
  const words = request.count - at - 2;
  if (words >= 2) {
    const fields = request.integerWithin(
      at + 1,
      1,
      FIELDS_MAX,
      reply,
      'ERR invalid number of fields',
    );
    if (isRefused(fields)) return REFUSED;
    options.first = at + 2;
    if (fields * 2 === words) return options;
  }
  reply.error(wrongArity('hsetex'));
  return REFUSED;
}

/** The deadline that a word of TIME_WORDS and the argument behind it say. */
function timeOf(
  request: Request,
  time: number,
  argument: number,
  nowMs: number,
  command: string,
  reply: Reply,
): number | Refused {
  const unitMs = time === PX || time === PXAT ? 1 : 1000;
  return fieldDeadline(request, argument, unitMs, time < EXAT ? nowMs : 0, command, reply);
}

const ONE_TIME = 'ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified';
const ONE_CONDITION = 'ERR Only one of FXX or FNX arguments can be specified';

export const HASH_GET_SET_COMMANDS: readonly CommandEntry[] = [HGETDEL, HGETEX, HSETEX];

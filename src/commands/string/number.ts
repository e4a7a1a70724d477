// String commands that count: integers of 64 bits, and floating point numbers of 80.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import {
  addLongDouble,
  formatLongDouble,
  type LongDouble,
  longDoubleFromNumber,
  parseLongDouble,
} from '../../domain/bytes/decimal.ts';
import {
  parseBigInteger,
  parseInteger,
  writeBigInteger,
  writeInteger,
} from '../../domain/bytes/integer.ts';
import { NOT_A_FLOAT, NOT_AN_INTEGER, OVERFLOW, SUM_NOT_FINITE } from '../../domain/errors.ts';
import { EVENT_INCRBY, EVENT_INCRBYFLOAT } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { KIND_STRING_INT, TYPE_STRING } from '../../domain/memory/record.ts';
import { kindOfPlainString } from '../../domain/values/string.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  WRITE,
} from '../../engine/command.ts';
import { ACCESS, double, integer, key, RW, UPDATE } from '../../engine/declaration/arguments.ts';
import { changeKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';

const COUNTER = key('key', RW | ACCESS | UPDATE);
const COUNTER_FLAGS = WRITE | DENYOOM | FAST | CONSTANT_TIME;

const INT64_MIN = -(2n ** 63n);
const NEGATION_OVERFLOW = 'ERR decrement would overflow';
const ZERO: LongDouble = longDoubleFromNumber(0);

const DECR: CommandEntry = {
  name: 'DECR',
  flags: COUNTER_FLAGS,
  args: [COUNTER],
  run: decr,
};

function decr(context: Context, request: Request, reply: Reply): void {
  incrementBy(context, request, reply, -1);
}

const DECRBY: CommandEntry = {
  name: 'DECRBY',
  flags: COUNTER_FLAGS,
  args: [COUNTER, integer('decrement')],
  run: decrby,
};

function decrby(context: Context, request: Request, reply: Reply): void {
  const by = request.integer(2, reply);
  if (isRefused(by)) return;
  if (Number.isSafeInteger(by)) return incrementBy(context, request, reply, 0 - by);
  const exact = request.bigInteger(2);
  if (exact === INT64_MIN) return reply.error(NEGATION_OVERFLOW);
  incrementByBig(context, request, reply, -exact);
}

/** Adds a safe integer. What is not a safe integer, before or after, is for incrementByBig(). */
function incrementBy(context: Context, request: Request, reply: Reply, by: number): void {
  const { keyspace, database } = context;
  const { digits } = context.scratch;
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) {
    addCounter(context, request, writeInteger(digits, 0, by));
    return reply.integer(by);
  }
  const { records } = keyspace;
  records.locateValue(ref);
  const value = parseInteger(records.valueBytes, records.valueStart, records.valueEnd) + by;
  if (!Number.isSafeInteger(value)) return incrementByBig(context, request, reply, BigInt(by));
  const size = writeInteger(digits, 0, value);
  keyspace.replace(database, ref, digits, 0, size, KIND_STRING_INT, EVENT_INCRBY);
  reply.integer(value);
}

function incrementByBig(context: Context, request: Request, reply: Reply, by: bigint): void {
  const { keyspace, database } = context;
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  let value = by;
  if (ref !== NONE) {
    const { records } = keyspace;
    records.locateValue(ref);
    const old = parseBigInteger(records.valueBytes, records.valueStart, records.valueEnd);
    if (old === null) return reply.error(NOT_AN_INTEGER);
    value += old;
    if (value !== BigInt.asIntN(64, value)) return reply.error(OVERFLOW);
  }
  const { digits } = context.scratch;
  const size = writeBigInteger(digits, 0, value);
  if (ref === NONE) addCounter(context, request, size);
  else keyspace.replace(database, ref, digits, 0, size, KIND_STRING_INT, EVENT_INCRBY);
  reply.bigInteger(value);
}

/** Adds the key with the counter that is the first bytes of the digits. */
function addCounter(context: Context, request: Request, size: number): void {
  const { keyspace, database, scratch } = context;
  const { buffer, starts, ends } = request;
  const { digits } = scratch;
  const kind = KIND_STRING_INT;
  keyspace.add(database, buffer, starts[1], ends[1], digits, 0, size, kind, EVENT_INCRBY);
}

const INCR: CommandEntry = {
  name: 'INCR',
  flags: COUNTER_FLAGS,
  args: [COUNTER],
  run: incr,
};

function incr(context: Context, request: Request, reply: Reply): void {
  incrementBy(context, request, reply, 1);
}

const INCRBY: CommandEntry = {
  name: 'INCRBY',
  flags: COUNTER_FLAGS,
  args: [COUNTER, integer('increment')],
  run: incrby,
};

function incrby(context: Context, request: Request, reply: Reply): void {
  const by = request.integer(2, reply);
  if (isRefused(by)) return;
  if (Number.isSafeInteger(by)) incrementBy(context, request, reply, by);
  else incrementByBig(context, request, reply, request.bigInteger(2));
}

const INCRBYFLOAT: CommandEntry = {
  name: 'INCRBYFLOAT',
  flags: COUNTER_FLAGS,
  args: [COUNTER, double('increment')],
  run: incrbyfloat,
};

function incrbyfloat(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  let old: LongDouble | null = ZERO;
  if (ref !== NONE) {
    const { records } = keyspace;
    records.locateValue(ref);
    old = parseLongDouble(records.valueBytes, records.valueStart, records.valueEnd);
  }
  const by = parseLongDouble(buffer, starts[2], ends[2]);
  if (old === null || by === null) return reply.error(NOT_A_FLOAT);
  const sum = addLongDouble(old, by);
  if (sum === null) return reply.error(SUM_NOT_FINITE);
  const text = latin1Bytes(formatLongDouble(sum));
  const kind = kindOfPlainString(text.length);
  const { length } = text;
  if (ref === NONE) {
    const event = EVENT_INCRBYFLOAT;
    keyspace.add(database, buffer, starts[1], ends[1], text, 0, length, kind, event);
  } else {
    keyspace.replace(database, ref, text, 0, length, kind, EVENT_INCRBYFLOAT);
  }
  reply.bulk(text, 0, length);
  const effect = context.effects.instead('SET', 4).argument(request, 1);
  effect.bytes(text, 0, length).text('KEEPTTL');
}

export const STRING_NUMBER_COMMANDS: readonly CommandEntry[] = [
  DECR,
  DECRBY,
  INCR,
  INCRBY,
  INCRBYFLOAT,
];

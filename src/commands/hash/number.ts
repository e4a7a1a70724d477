// Hash commands that count: integers of 64 bits, and floating point numbers of 80.
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
import { NOT_A_FLOAT, OVERFLOW, SUM_NOT_FINITE } from '../../domain/errors.ts';
import { EVENT_HINCRBY, EVENT_HINCRBYFLOAT } from '../../domain/keyspace/events.ts';
import { NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  double,
  integer,
  key,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { changeHash } from './open.ts';

const COUNTER = key('key', RW | ACCESS | UPDATE);
const NOT_AN_INTEGER = 'ERR hash value is not an integer';
const VALUE_NOT_A_FLOAT = 'ERR hash value is not a float';
const NOT_FINITE = 'ERR value is NaN or Infinity';
const ZERO: LongDouble = longDoubleFromNumber(0);

const HINCRBY: CommandEntry = {
  name: 'HINCRBY',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [COUNTER, string('field'), integer('increment')],
  run: hincrby,
};

function hincrby(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  const by = request.integer(3, reply);
  if (isRefused(by) || !changeHash(context, request, reply)) return;
  const { digits } = context.scratch;
  let old = 0;
  if (hashes.find(buffer, starts[2], ends[2])) {
    const { bytes, start, end } = hashes.value;
    old = parseInteger(bytes, start, end);
  }
  const value = old + by;
  if (!Number.isSafeInteger(value)) return hincrbyBig(context, request, reply);
  const size = writeInteger(digits, 0, value);
  hashes.set(buffer, starts[2], ends[2], digits, 0, size, true);
  hashes.changed(EVENT_HINCRBY, 1);
  reply.integer(value);
}

/** Where a number, before or after, is no safe integer, or the value is no integer at all. */
function hincrbyBig(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  let value = request.bigInteger(3);
  if (hashes.find(buffer, starts[2], ends[2])) {
    const { bytes, start, end } = hashes.value;
    const old = parseBigInteger(bytes, start, end);
    if (old === null) return reply.error(NOT_AN_INTEGER);
    value += old;
    if (value !== BigInt.asIntN(64, value)) return reply.error(OVERFLOW);
  }
  const { digits } = context.scratch;
  hashes.set(buffer, starts[2], ends[2], digits, 0, writeBigInteger(digits, 0, value), true);
  hashes.changed(EVENT_HINCRBY, 1);
  reply.bigInteger(value);
}

const HINCRBYFLOAT: CommandEntry = {
  name: 'HINCRBYFLOAT',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [COUNTER, string('field'), double('increment')],
  run: hincrbyfloat,
};

function hincrbyfloat(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  const by = parseLongDouble(buffer, starts[3], ends[3]);
  if (by === null) return reply.error(NOT_A_FLOAT);
  if (by.exponent === Number.POSITIVE_INFINITY) return reply.error(NOT_FINITE);
  if (!changeHash(context, request, reply)) return;
  let old: LongDouble | null = ZERO;
  let hasDeadline = false;
  if (hashes.find(buffer, starts[2], ends[2])) {
    const { bytes, start, end } = hashes.value;
    old = parseLongDouble(bytes, start, end);
    if (old === null) return reply.error(VALUE_NOT_A_FLOAT);
    hasDeadline = hashes.deadlineMs !== NO_DEADLINE;
  }
  const sum = addLongDouble(old, by);
  if (sum === null) return reply.error(SUM_NOT_FINITE);
  const text = latin1Bytes(formatLongDouble(sum));
  hashes.set(buffer, starts[2], ends[2], text, 0, text.length, true);
  hashes.changed(EVENT_HINCRBYFLOAT, 1);
  reply.bulk(text, 0, text.length);
  sayResult(context, request, text, hasDeadline);
}

/** HSET would take the field's deadline away; nobody before 8.0 knows HSETEX. */
function sayResult(
  { effects }: Context,
  request: Request,
  text: Uint8Array,
  hasDeadline: boolean,
): void {
  if (hasDeadline) effects.instead('HSETEX', 7).argument(request, 1);
  else effects.instead('HSET', 4).argument(request, 1);
  if (hasDeadline) effects.text('KEEPTTL').text('FIELDS').integer(1);
  effects.argument(request, 2).bytes(text, 0, text.length);
}

export const HASH_NUMBER_COMMANDS: readonly CommandEntry[] = [HINCRBY, HINCRBYFLOAT];

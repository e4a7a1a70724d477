// IDs of entries as arguments. Mostly they are plain digits; whatever else C's strtoull() reads is
// read here.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { StreamId } from '../../domain/values/stream-id.ts';
import type { Reply } from '../../engine/reply.ts';
import { type Request, untilNul } from '../../engine/request.ts';

const INVALID = 'ERR Invalid stream ID specified as stream command argument';
const BAD_START = 'ERR invalid start ID for the interval';
const BAD_END = 'ERR invalid end ID for the interval';
/** Redis copies the text into so many bytes. */
const TEXT_SIZE_MAX = 127;
const WORD = 2n ** 32n;
const MINUS = 0x2d;
const PLUS = 0x2b;
const OPEN_ROUND = 0x28;

/** The sequence of an ID that has only a time: the least one, or the greatest. */
const LEAST = 0;
const GREATEST = -1;

/** What readId() answers: no ID, a whole one, or a time for which a sequence is to be found. */
const NO_ID = 0;
const WHOLE_ID = 1;
export const TIME_OF_ID = 2;

/** Reads an ID as it stands in the stream. */
export function parseId(request: Request, argument: number, id: StreamId, reply: Reply): boolean {
  const isId = isIdAt(request, argument, id);
  if (!isId) reply.error(INVALID);
  return isId;
}

/** The same, but nobody is told where it is none. */
export function isIdAt({ buffer, starts, ends }: Request, argument: number, id: StreamId): boolean {
  return readId(buffer, starts[argument], ends[argument], id, LEAST, true, false) !== NO_ID;
}

/** Reads an ID, or `-` or `+`. */
export function parseAnyId(
  { buffer, starts, ends }: Request,
  argument: number,
  id: StreamId,
  reply: Reply,
): boolean {
  if (readId(buffer, starts[argument], ends[argument], id, LEAST, false, false) !== NO_ID) {
    return true;
  }
  reply.error(INVALID);
  return false;
}

/** Reads the ID of a new entry; `<ms>-*` is a TIME_OF_ID. False for none. */
export function parseNewId(
  { buffer, starts, ends }: Request,
  argument: number,
  id: StreamId,
  reply: Reply,
): number {
  const found = readId(buffer, starts[argument], ends[argument], id, LEAST, true, true);
  if (found === NO_ID) reply.error(INVALID);
  return found;
}

/** Reads where an interval starts: an ID, with `(` before it the next one, or `-` or `+`. */
export function parseStart(
  request: Request,
  argument: number,
  id: StreamId,
  reply: Reply,
): boolean {
  const isExclusive = isExclusiveAt(request, argument);
  if (!parseBound(request, argument, id, LEAST, isExclusive, reply)) return false;
  if (!isExclusive || id.increment()) return true;
  reply.error(BAD_START);
  return false;
}

/** Reads where an interval ends. */
export function parseEnd(request: Request, argument: number, id: StreamId, reply: Reply): boolean {
  const isExclusive = isExclusiveAt(request, argument);
  if (!parseBound(request, argument, id, GREATEST, isExclusive, reply)) return false;
  if (!isExclusive || id.decrement()) return true;
  reply.error(BAD_END);
  return false;
}

function isExclusiveAt({ buffer, starts, ends }: Request, argument: number): boolean {
  return ends[argument] - starts[argument] > 1 && buffer[starts[argument]] === OPEN_ROUND;
}

function parseBound(
  { buffer, starts, ends }: Request,
  argument: number,
  id: StreamId,
  missing: number,
  isExclusive: boolean,
  reply: Reply,
): boolean {
  const start = isExclusive ? starts[argument] + 1 : starts[argument];
  const found = readId(buffer, start, ends[argument], id, missing, isExclusive, false);
  if (found === NO_ID) reply.error(INVALID);
  return found !== NO_ID;
}

/** `isStrict`: `-` and `+` are none. `mayLackSequence`: `*` may stand in its place. */
function readId(
  buffer: Uint8Array,
  start: number,
  end: number,
  id: StreamId,
  missing: number,
  isStrict: boolean,
  mayLackSequence: boolean,
): number {
  if (id.parse(buffer, start, end, missing)) return WHOLE_ID;
  if (end - start > TEXT_SIZE_MAX) return NO_ID;
  if (end - start === 1 && (buffer[start] === MINUS || buffer[start] === PLUS)) {
    return isStrict ? NO_ID : setEdge(id, buffer[start]);
  }
  const text = untilNul(latin1Text(buffer, start, end));
  if (text === '-' || text === '+') return isStrict ? NO_ID : setEdge(id, text.charCodeAt(0));
  const hyphen = text.indexOf('-');
  const ms = readUnsigned(hyphen < 0 ? text : text.slice(0, hyphen));
  if (ms < 0n) return NO_ID;
  id.set(Number(ms / WORD) | 0, Number(ms % WORD) | 0, missing, missing);
  if (hyphen < 0) return WHOLE_ID;
  const rest = text.slice(hyphen + 1);
  if (mayLackSequence && rest === '*') {
    id.seqHigh = 0;
    id.seqLow = 0;
    return TIME_OF_ID;
  }
  const sequence = readUnsigned(rest);
  if (sequence < 0n) return NO_ID;
  id.seqHigh = Number(sequence / WORD) | 0;
  id.seqLow = Number(sequence % WORD) | 0;
  return WHOLE_ID;
}

function setEdge(id: StreamId, sign: number): number {
  if (sign === MINUS) id.setLeast();
  else id.setGreatest();
  return WHOLE_ID;
}

/** As Redis's string2ull(): a negative number in its own form is none, any other wraps around. */
function readUnsigned(text: string): bigint {
  const match = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/.exec(text);
  if (match === null) return -1n;
  const value = BigInt(match[2]);
  if (value >= 2n ** 64n) return -1n;
  if (match[1] !== '-') return value;
  const isPlain = /^-[1-9][0-9]*$/.test(text) && value <= 2n ** 63n;
  return isPlain ? -1n : BigInt.asUintN(64, -value);
}

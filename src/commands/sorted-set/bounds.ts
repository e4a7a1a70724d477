// The bounds of ranges: scores, `(` before those that are left out; and members, `(` or `[` before
// each, `-` and `+` for the least and the greatest one.
//
// Redis reads them as C strings, so a NUL ends them, and scores by strtod.
import { hexadecimalToDouble, scanNumber } from '../../domain/bytes/decimal.ts';
import { parseDouble } from '../../domain/bytes/float.ts';
import {
  GREATEST_MEMBER,
  LEAST_MEMBER,
  type MemberRange,
  type ScoreRange,
  SOME_MEMBER,
} from '../../domain/values/sorted-set-ranges.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const ROUND = 0x28;
const SQUARE = 0x5b;
const MINUS = 0x2d;
const PLUS = 0x2b;
const NOT_FLOATS = 'ERR min or max is not a float';
const NOT_MEMBERS = 'ERR min or max not valid string range item';

/** Reads the bounds that two arguments are. False: they are none, and that is said. */
export function parseScoreRange(
  request: Request,
  min: number,
  max: number,
  range: ScoreRange,
  reply: Reply,
): boolean {
  const { buffer, starts, ends } = request;
  range.excludesMin = buffer[starts[min]] === ROUND && starts[min] < ends[min];
  range.excludesMax = buffer[starts[max]] === ROUND && starts[max] < ends[max];
  range.min = parseBound(buffer, starts[min] + (range.excludesMin ? 1 : 0), ends[min]);
  range.max = parseBound(buffer, starts[max] + (range.excludesMax ? 1 : 0), ends[max]);
  if (!Number.isNaN(range.min) && !Number.isNaN(range.max)) return true;
  reply.error(NOT_FLOATS);
  return false;
}

/** The same for members. */
export function parseMemberRange(
  request: Request,
  min: number,
  max: number,
  range: MemberRange,
  reply: Reply,
): boolean {
  const { buffer, starts, ends } = request;
  if (!isMember(request, min) || !isMember(request, max)) {
    reply.error(NOT_MEMBERS);
    return false;
  }
  range.buffer = buffer;
  range.min = kindOfBound(buffer[starts[min]]);
  range.minStart = starts[min] + 1;
  range.minEnd = ends[min];
  range.excludesMin = buffer[starts[min]] === ROUND;
  range.max = kindOfBound(buffer[starts[max]]);
  range.maxStart = starts[max] + 1;
  range.maxEnd = ends[max];
  range.excludesMax = buffer[starts[max]] === ROUND;
  return true;
}

function isMember({ buffer, starts, ends }: Request, argument: number): boolean {
  const start = starts[argument];
  const end = ends[argument];
  if (start === end) return false;
  const first = buffer[start];
  if (first === ROUND || first === SQUARE) return true;
  if (first !== MINUS && first !== PLUS) return false;
  return end === start + 1 || buffer[start + 1] === 0;
}

function kindOfBound(first: number): number {
  if (first === MINUS) return LEAST_MEMBER;
  return first === PLUS ? GREATEST_MEMBER : SOME_MEMBER;
}

/** What strtod reads of a bound, which may be nothing (0) or beyond all doubles; or NaN. */
function parseBound(buffer: Uint8Array, start: number, end: number): number {
  const value = parseDouble(buffer, start, end);
  if (!Number.isNaN(value)) return value;
  let to = start;
  while (to < end && buffer[to] !== 0) to++;
  if (to === start) return 0;
  let from = start;
  while (from < to && isBlank(buffer[from])) from++;
  const text = scanNumber(buffer, from, to);
  if (text === null) return Number.NaN;
  let magnitude = Number.POSITIVE_INFINITY;
  if (text.kind === 'decimal') magnitude = Number(`${text.digits}e${text.exponent}`);
  else if (text.kind === 'hexadecimal') magnitude = hexadecimalToDouble(text);
  return text.negative ? -magnitude : magnitude;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 9 && byte <= 13);
}

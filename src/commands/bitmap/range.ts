// BITCOUNT and BITPOS: bits of a string, or of a range of its bytes or bits. Ranges that are long
// are looked through in slices.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STRING } from '../../domain/memory/record.ts';
import { BitRange, NO_BIT } from '../../domain/values/bit-range.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  READONLY,
  RUNS_IN_SLICES,
} from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  oneof,
  optional,
  RO,
  token,
} from '../../engine/declaration/arguments.ts';
import { readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { runSteadily, type SteadyWork, type Strings } from '../../engine/steady.ts';
import { areReversed } from '../string/value.ts';
import { locateBits } from './locate.ts';
import { BITS_PER_BYTE } from './offset.ts';

/**
 * Longer ranges are looked through in slices, and timed by themselves. So many bytes take some
 * 20 us: no more than a GET of them.
 */
const AT_ONCE_SIZE_MAX = 256 * 1024;
const STEP_SIZE = 256 * 1024;

const UNIT = optional(
  oneof('unit', [token('byte', 'BYTE'), token('bit', 'BIT')], { since: '7.0.0' }),
);

const BITCOUNT: CommandEntry = {
  name: 'BITCOUNT',
  flags: READONLY | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    optional(block('range', [integer('start'), integer('end'), UNIT])),
  ],
  run: bitcount,
};

function bitcount(context: Context, request: Request, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  const range = context.scratch.of(BitRange);
  const words = locateBits(context, ref);
  const { valueBytes, valueStart, valueEnd } = context.keyspace.records;
  const isThere = setCountedRange(range, valueEnd - valueStart, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  if (range.end - range.first > AT_ONCE_SIZE_MAX) {
    return runSteadily(context, request, 1, 2, new Counting(context), reply);
  }
  reply.integer(range.countSet(valueBytes, words, valueStart, range.first, range.end));
}

/** The range that BITCOUNT is to count in a string of `size` bytes; false where it is none. */
function setCountedRange(
  range: BitRange,
  size: number,
  request: Request,
  reply: Reply,
): boolean | Refused {
  if (request.count === 2) {
    range.set(0, size * BITS_PER_BYTE - 1);
    return true;
  }
  if (request.count !== 4 && request.count !== 5) return refuse(reply);
  const first = request.integer(2, reply);
  if (isRefused(first)) return first;
  const last = request.integer(3, reply);
  if (isRefused(last)) return last;
  if (areReversed(first, last, request)) return false;
  const isOfBits = request.count === 5 ? isBitUnit(request, 4, reply) : false;
  if (isRefused(isOfBits)) return isOfBits;
  setRange(range, size, first, last, isOfBits);
  return true;
}

/** Counts step by step; its arguments have been found to be right. */
class Counting implements SteadyWork {
  readonly ownSize = 0;
  private readonly context: Context;
  private readonly range = new BitRange();
  private at = 0;
  private count = 0;

  constructor(context: Context) {
    this.context = context;
  }

  begin({ request, sizes: [size] }: Strings): void {
    setCountedRange(this.range, size, request, this.context.server.reply);
    this.at = this.range.first;
    this.count = 0;
  }

  step(strings: Strings): boolean {
    if (this.range.end - this.at <= STEP_SIZE) return false;
    this.countTo(this.at + STEP_SIZE, strings);
    return true;
  }

  finish(strings: Strings, reply: Reply): void {
    this.countTo(this.range.end, strings);
    reply.integer(this.count);
  }

  private countTo(end: number, { refs: [ref] }: Strings): void {
    if (end === this.at) return;
    const words = locateBits(this.context, ref);
    const { valueBytes, valueStart } = this.context.keyspace.records;
    this.count += this.range.countSet(valueBytes, words, valueStart, this.at, end);
    this.at = end;
  }
}

const BITPOS: CommandEntry = {
  name: 'BITPOS',
  flags: READONLY | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    integer('bit'),
    optional(
      block('range', [integer('start'), optional(block('end-unit-block', [integer('end'), UNIT]))]),
    ),
  ],
  run: bitpos,
};

function bitpos(context: Context, request: Request, reply: Reply): void {
  const bit = request.integer(2, reply);
  if (isRefused(bit)) return;
  if (bit !== 0 && bit !== 1) return reply.error(NO_SUCH_BIT);
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(bit === 1 ? NO_BIT : 0);
  const range = context.scratch.of(BitRange);
  const words = locateBits(context, ref);
  const { valueBytes, valueStart, valueEnd } = context.keyspace.records;
  if (isRefused(setSearchedRange(range, valueEnd - valueStart, request, reply))) return;
  const end = Math.min(range.end, range.first + AT_ONCE_SIZE_MAX);
  const found = range.findBit(valueBytes, words, valueStart, range.first, end, bit);
  if (found !== NO_BIT || end === range.end) return replyFound(request, range, bit, found, reply);
  runSteadily(context, request, 1, 2, new Searching(context, bit), reply);
}

/** The range that BITPOS is to look through. Its unit is looked at before its end, as in Redis. */
function setSearchedRange(
  range: BitRange,
  size: number,
  request: Request,
  reply: Reply,
): undefined | Refused {
  if (request.count > 6) return refuse(reply);
  let first: number | Refused = 0;
  let last: number | Refused = size - 1;
  let isOfBits: boolean | Refused = false;
  if (request.count > 3) first = request.integer(3, reply);
  if (isRefused(first)) return first;
  if (request.count > 5) isOfBits = isBitUnit(request, 5, reply);
  if (isRefused(isOfBits)) return isOfBits;
  if (request.count > 4) last = request.integer(4, reply);
  if (isRefused(last)) return last;
  setRange(range, size, first, last, isOfBits);
  return undefined;
}

/** What is not in the string is zero, unless the end was said. */
function replyFound(
  { count }: Request,
  range: BitRange,
  bit: number,
  found: number,
  reply: Reply,
): void {
  const isOpen = bit === 0 && count < 5 && range.first < range.end;
  reply.integer(found === NO_BIT && isOpen ? range.end * BITS_PER_BYTE : found);
}

class Searching implements SteadyWork {
  readonly ownSize = 0;
  private readonly context: Context;
  private readonly bit: number;
  private readonly range = new BitRange();
  private at = 0;
  private found = NO_BIT;

  constructor(context: Context, bit: number) {
    this.context = context;
    this.bit = bit;
  }

  begin({ request, sizes: [size] }: Strings): void {
    setSearchedRange(this.range, size, request, this.context.server.reply);
    this.at = this.range.first;
    this.found = NO_BIT;
  }

  step(strings: Strings): boolean {
    if (this.range.end - this.at <= STEP_SIZE) return false;
    this.searchTo(this.at + STEP_SIZE, strings);
    return this.found === NO_BIT;
  }

  finish(strings: Strings, reply: Reply): void {
    if (this.found === NO_BIT) this.searchTo(this.range.end, strings);
    replyFound(strings.request, this.range, this.bit, this.found, reply);
  }

  private searchTo(end: number, { refs: [ref] }: Strings): void {
    if (end === this.at) return;
    const words = locateBits(this.context, ref);
    const { valueBytes, valueStart } = this.context.keyspace.records;
    this.found = this.range.findBit(valueBytes, words, valueStart, this.at, end, this.bit);
    this.at = end;
  }
}

/** Is the unit BIT, and not BYTE? */
function isBitUnit(request: Request, argument: number, reply: Reply): boolean | Refused {
  if (request.is(argument, 'bit')) return true;
  return request.is(argument, 'byte') ? false : refuse(reply);
}

/** Takes the bits or bytes [first, last] of a string of `size` bytes; negative: from its end. */
function setRange(
  range: BitRange,
  size: number,
  first: number,
  last: number,
  isOfBits: boolean,
): void {
  const total = isOfBits ? size * BITS_PER_BYTE : size;
  const from = Math.max(first < 0 ? total + first : first, 0);
  const to = Math.min(Math.max(last < 0 ? total + last : last, 0), total - 1);
  if (from > to) range.set(0, -1);
  else if (isOfBits) range.set(from, to);
  else range.set(from * BITS_PER_BYTE, to * BITS_PER_BYTE + BITS_PER_BYTE - 1);
}

function refuse(reply: Reply): Refused {
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}

const NO_SUCH_BIT = 'ERR The bit argument must be 1 or 0.';

export const BIT_RANGE_COMMANDS: readonly CommandEntry[] = [BITCOUNT, BITPOS];

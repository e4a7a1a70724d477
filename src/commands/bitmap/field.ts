// BITFIELD and BITFIELD_RO: integers of any size, at any place of a string. The words are looked at
// twice: all of them are right before the first one is done.
import { Int64 } from '../../domain/bytes/int64.ts';
import { parseBigInteger, parseInteger } from '../../domain/bytes/integer.ts';
import { NOT_AN_INTEGER, SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_SETBIT } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STRING } from '../../domain/memory/record.ts';
import {
  BitField,
  OVERFLOW_FAIL,
  OVERFLOW_SAT,
  OVERFLOW_WRAP,
} from '../../domain/values/bit-field.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  multiple,
  multipleToken,
  oneof,
  optional,
  RO,
  RW,
  string,
  token,
  UPDATE,
  VARIABLE_FLAGS,
} from '../../engine/declaration/arguments.ts';
import type { KeyPositions } from '../../engine/declaration/key-positions.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { waitsForRoom } from '../string/room.ts';
import { stringToChange } from '../string/value.ts';
import { bitOffset, checkedOffset, sizeWithBits } from './offset.ts';

const BAD_TYPE =
  'ERR Invalid bitfield type. Use something like i16 u8. ' +
  'Note that u64 is not supported but i64 is.';
const BAD_OVERFLOW = 'ERR Invalid OVERFLOW type specified';
const ONLY_GET = 'ERR BITFIELD_RO only supports the GET subcommand';
const SIGNED_BITS_MAX = 64;
/** The protocol has no unsigned integers of 64 bits. */
const UNSIGNED_BITS_MAX = 63;
const FIRST_WORD = 2;
const LETTER_I = 0x69;
const LETTER_U = 0x75;
const HASH = 0x23;
/** A longer type is none. */
const TYPE_SIZE_MAX = 8;

// What is done with a field.
const GET = 0;
const SET = 1;
const INCRBY = 2;
const SET_OVERFLOW = 3;

// What came of a change.
const FAILED = 0;
const SAME = 1;
const CHANGED = 2;

/** One operation of a call, as its words say it. */
class Operation {
  kind = GET;
  readonly field = new BitField();
  /** What is to be set or added. */
  readonly operand = new Int64();
  /** Holds for those that follow, too. */
  overflow = OVERFLOW_WRAP;
  /** Where the operation is that was read last, and the argument behind it. */
  private at = 0;
  private end: number | Refused = 0;

  /** Begins with another request. */
  begin(): void {
    this.overflow = OVERFLOW_WRAP;
    this.at = 0;
  }

  /** Reads the operation at an argument. Returns the argument behind it. */
  parse(context: Context, request: Request, at: number, reply: Reply): number | Refused {
    // The only one of a request is not read twice.
    if (at !== this.at) this.end = this.parseWords(context, request, at, reply);
    this.at = at;
    return this.end;
  }

  private parseWords(
    context: Context,
    request: Request,
    at: number,
    reply: Reply,
  ): number | Refused {
    const wordsBehind = request.count - at - 1;
    if (request.is(at, 'get') && wordsBehind >= 2) this.kind = GET;
    else if (request.is(at, 'set') && wordsBehind >= 3) this.kind = SET;
    else if (request.is(at, 'incrby') && wordsBehind >= 3) this.kind = INCRBY;
    else if (request.is(at, 'overflow') && wordsBehind >= 1) {
      this.kind = SET_OVERFLOW;
      return this.parseOverflow(request, at + 1, reply);
    } else {
      reply.error(SYNTAX_ERROR);
      return REFUSED;
    }
    if (!this.parseType(request, at + 1, reply)) return REFUSED;
    const offset = this.parseOffset(context, request, at + 2, reply);
    if (isRefused(offset)) return offset;
    this.field.offset = offset;
    if (this.kind === GET) return at + 3;
    const { buffer, starts, ends } = request;
    if (this.operand.parse(buffer, starts[at + 3], ends[at + 3])) return at + 4;
    reply.error(NOT_AN_INTEGER);
    return REFUSED;
  }

  private parseOverflow(request: Request, at: number, reply: Reply): number | Refused {
    if (request.is(at, 'wrap')) this.overflow = OVERFLOW_WRAP;
    else if (request.is(at, 'sat')) this.overflow = OVERFLOW_SAT;
    else if (request.is(at, 'fail')) this.overflow = OVERFLOW_FAIL;
    else {
      reply.error(BAD_OVERFLOW);
      return REFUSED;
    }
    return at + 1;
  }

  /** `i16`, `u8`. */
  private parseType({ buffer, starts, ends }: Request, at: number, reply: Reply): boolean {
    const start = starts[at];
    let end = start;
    while (end < ends[at] && end - start < TYPE_SIZE_MAX && buffer[end] !== 0) end++;
    const isSigned = buffer[start] === LETTER_I;
    const bits = parseInteger(buffer, start + 1, end);
    const bitsMax = isSigned ? SIGNED_BITS_MAX : UNSIGNED_BITS_MAX;
    const isType = end > start && (isSigned || buffer[start] === LETTER_U);
    if (!isType || !(bits >= 1 && bits <= bitsMax)) {
      reply.error(BAD_TYPE);
      return false;
    }
    this.field.bits = bits;
    this.field.isSigned = isSigned;
    return true;
  }

  /** `#3` counts in fields of this size. */
  private parseOffset(
    context: Context,
    request: Request,
    at: number,
    reply: Reply,
  ): number | Refused {
    const { buffer, starts, ends } = request;
    if (request.size(at) === 0 || buffer[starts[at]] !== HASH) {
      return bitOffset(context, request, at, reply);
    }
    const { bits } = this.field;
    const index = parseInteger(buffer, starts[at] + 1, ends[at]);
    if (Number.isSafeInteger(index * bits)) return checkedOffset(context, index * bits, reply);
    const exact = parseBigInteger(buffer, starts[at] + 1, ends[at]);
    // Redis multiplies in 64 bits.
    const offset = exact === null ? -1n : BigInt.asIntN(64, exact * BigInt(bits));
    return checkedOffset(context, Number(offset), reply);
  }
}

const BITFIELD: CommandEntry = {
  name: 'BITFIELD',
  flags: WRITE | DENYOOM | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [
    key('key', RW | UPDATE | ACCESS | VARIABLE_FLAGS),
    optional(
      multiple(
        oneof('operation', [
          block('get-block', [string('encoding'), integer('offset')], { token: 'GET' }),
          block('write', [
            optional(
              oneof(
                'overflow-block',
                [token('wrap', 'WRAP'), token('sat', 'SAT'), token('fail', 'FAIL')],
                { token: 'OVERFLOW' },
              ),
            ),
            oneof('write-operation', [
              block('set-block', [string('encoding'), integer('offset'), integer('value')], {
                token: 'SET',
              }),
              block('incrby-block', [string('encoding'), integer('offset'), integer('increment')], {
                token: 'INCRBY',
              }),
            ]),
          ]),
        ]),
      ),
    ),
  ],
  keySpecifications: [
    {
      first: 1,
      last: 0,
      step: 1,
      access: RW | UPDATE | ACCESS | VARIABLE_FLAGS,
      notes: 'This command allows both access and modification of the key',
    },
  ],
  findKeys: findKeysOfBitfield,
  run: bitfield,
};

/** What only gets reads. */
function findKeysOfBitfield(request: Request, from: number, into: KeyPositions): void {
  let at = from + FIRST_WORD;
  for (; at < request.count; ) {
    const wordsBehind = request.count - at - 1;
    if (request.is(at, 'get') && wordsBehind >= 2) at += 3;
    else if (request.is(at, 'overflow') && wordsBehind >= 1) at += 2;
    else break;
  }
  into.add(from + 1, at < request.count ? RW | ACCESS | UPDATE : RO | ACCESS);
}

function bitfield(context: Context, request: Request, reply: Reply): void {
  const operation = context.scratch.of(Operation);
  operation.begin();
  let count = 0;
  let bitsEnd = 0;
  for (let at = FIRST_WORD; at < request.count; ) {
    const next = operation.parse(context, request, at, reply);
    if (isRefused(next)) return;
    at = next;
    if (operation.kind === SET_OVERFLOW) continue;
    count++;
    const { offset, bits } = operation.field;
    if (operation.kind !== GET) bitsEnd = Math.max(bitsEnd, offset + bits);
  }
  if (bitsEnd === 0) return readFields(context, request, count, reply);
  const size = sizeWithBits(bitsEnd, reply);
  if (!isRefused(size)) changeFields(context, request, count, size, reply);
}

const BITFIELD_RO: CommandEntry = {
  name: 'BITFIELD_RO',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [
    key('key', RO | ACCESS),
    optional(
      multipleToken(block('get-block', [string('encoding'), integer('offset')], { token: 'GET' })),
    ),
  ],
  run: bitfieldRo,
};

function bitfieldRo(context: Context, request: Request, reply: Reply): void {
  const operation = context.scratch.of(Operation);
  operation.begin();
  let count = 0;
  let onlyGets = true;
  for (let at = FIRST_WORD; at < request.count; ) {
    const next = operation.parse(context, request, at, reply);
    if (isRefused(next)) return;
    at = next;
    if (operation.kind !== SET_OVERFLOW) count++;
    if (operation.kind === SET || operation.kind === INCRBY) onlyGets = false;
  }
  if (!onlyGets) return reply.error(ONLY_GET);
  readFields(context, request, count, reply);
}

/** All operations are GETs; of what is not there they are zeros. */
function readFields(context: Context, request: Request, count: number, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  const { records } = context.keyspace;
  if (ref !== NONE) records.locateValue(ref);
  const { valueBytes, valueStart } = records;
  const valueEnd = ref === NONE ? valueStart : records.valueEnd;
  const operation = context.scratch.of(Operation);
  reply.array(count);
  for (let at: number | Refused = FIRST_WORD; at < request.count; ) {
    at = operation.parse(context, request, at, reply);
    if (isRefused(at)) throw new Error('an operation was right before');
    if (operation.kind === SET_OVERFLOW) continue;
    operation.field.read(valueBytes, valueStart, valueEnd);
    replyValue(operation.field, reply);
  }
}

function changeFields(
  context: Context,
  request: Request,
  count: number,
  size: number,
  reply: Reply,
): void {
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (waitsForRoom(context, request, ref, size, bitfield, reply)) return;
  const { keyspace, database } = context;
  const { records } = keyspace;
  let oldSize = 0;
  if (ref !== NONE) {
    records.locateValue(ref);
    oldSize = records.valueEnd - records.valueStart;
  }
  const isLonger = size > oldSize;
  const changed = stringToChange(context, request, ref, size);
  const { valueBytes, valueStart, valueEnd } = records;
  const operation = context.scratch.of(Operation);
  operation.overflow = OVERFLOW_WRAP;
  let changes = 0;
  reply.array(count);
  for (let at: number | Refused = FIRST_WORD; at < request.count; ) {
    at = operation.parse(context, request, at, reply);
    if (isRefused(at)) throw new Error('an operation was right before');
    if (operation.kind === SET_OVERFLOW) continue;
    operation.field.read(valueBytes, valueStart, valueEnd);
    if (operation.kind === GET) {
      replyValue(operation.field, reply);
      continue;
    }
    const done = changeField(operation, valueBytes, valueStart, reply);
    if (done === CHANGED || (done === SAME && isLonger)) changes++;
  }
  // Redis counts no zeros that failures left, and so its replicas lack them.
  if (changes === 0 && isLonger) changes = 1;
  if (changes > 0) keyspace.changed(database, changed, EVENT_SETBIT, changes);
}

/** Sets or adds, and answers. Returns what came of it: CHANGED and so on. */
function changeField(
  { field, operand, overflow, kind }: Operation,
  bytes: Uint8Array,
  start: number,
  reply: Reply,
): number {
  const { value } = field;
  const { high, low } = value;
  const isDone = kind === SET ? field.set(operand, overflow) : field.add(operand, overflow);
  if (!isDone) {
    reply.nil();
    return FAILED;
  }
  const isSame = value.high === high && value.low === low;
  field.write(bytes, start);
  if (kind === SET) {
    value.high = high;
    value.low = low;
  }
  replyValue(field, reply);
  return isSame ? SAME : CHANGED;
}

function replyValue({ value }: BitField, reply: Reply): void {
  reply.wordsInteger(value.high, value.low);
}

export const BITFIELD_COMMANDS: readonly CommandEntry[] = [BITFIELD, BITFIELD_RO];

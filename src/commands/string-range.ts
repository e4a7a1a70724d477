// String commands that look at, or change, a part of a string.
import { copyBytes } from '../domain/bytes/compare.ts';
import { NOT_AN_INTEGER, OFFSET_OUT_OF_RANGE } from '../domain/errors.ts';
import { NONE } from '../domain/memory/arena.ts';
import { KIND_STRING_RAW } from '../domain/memory/record.ts';
import { kindOfString } from '../domain/values/string.ts';
import {
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  WRITE,
} from '../engine/command.ts';
import {
  ACCESS,
  INSERT,
  integer,
  key,
  RO,
  RW,
  string,
  UPDATE,
} from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { findForChange, integerArgument, isSizeAllowed, isString } from './string-value.ts';

const RANGE_COMPLEXITY =
  'O(N) where N is the length of the returned string. The complexity is ultimately determined by ' +
  'the returned length, but because creating a substring from an existing string is very cheap, ' +
  'it can be considered O(1) for small strings.';
const RANGE_ARGS = [key('key', RO | ACCESS), integer('start'), integer('end')];

export const STRING_RANGE_COMMANDS: CommandDeclaration[] = [
  {
    name: 'APPEND',
    group: 'string',
    since: '2.0.0',
    complexity:
      'O(1). The amortized time complexity is O(1) assuming the appended value is small and the ' +
      'already present value is of any size, since the dynamic string library used by Redis will ' +
      'double the free space available on every reallocation.',
    summary: "Appends a string to the value of a key. Creates the key if it doesn't exist.",
    flags: WRITE | DENYOOM | FAST,
    args: [key('key', RW | INSERT), string('value')],
    run: append,
  },
  {
    name: 'GETRANGE',
    group: 'string',
    since: '2.4.0',
    complexity: RANGE_COMPLEXITY,
    summary: 'Returns a substring of the string stored at a key.',
    flags: READONLY,
    args: RANGE_ARGS,
    run: getrange,
  },
  {
    name: 'SETRANGE',
    group: 'string',
    since: '2.2.0',
    complexity:
      'O(1), not counting the time taken to copy the new string in place. Usually, this string ' +
      'is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M ' +
      'being the length of the value argument.',
    summary:
      'Overwrites a part of a string value with another by an offset. ' +
      "Creates the key if it doesn't exist.",
    flags: WRITE | DENYOOM,
    args: [key('key', RW | UPDATE), integer('offset'), string('value')],
    run: setrange,
  },
  {
    name: 'STRLEN',
    group: 'string',
    since: '2.2.0',
    complexity: 'O(1)',
    summary: 'Returns the length of a string value.',
    flags: READONLY | FAST | CONSTANT_TIME,
    args: [key('key', RO)],
    run: strlen,
  },
  {
    name: 'SUBSTR',
    group: 'string',
    since: '1.0.0',
    complexity: RANGE_COMPLEXITY,
    summary: 'Returns a substring from a string value.',
    flags: READONLY,
    args: RANGE_ARGS,
    deprecatedSince: '2.0.0',
    replacedBy: '`GETRANGE`',
    run: getrange,
  },
];

const NO_BYTES = new Uint8Array(0);

function strlen(context: Context, request: Request, reply: Reply): void {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.integer(0);
  if (!isString(keyspace, ref, reply)) return;
  const { records } = keyspace;
  records.locateValue(ref);
  reply.integer(records.valueEnd - records.valueStart);
}

function getrange(context: Context, request: Request, reply: Reply): void {
  const first = integerArgument(request, 2);
  const last = integerArgument(request, 3);
  if (first === null || last === null) return reply.error(NOT_AN_INTEGER);
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.bulk(NO_BYTES, 0, 0);
  if (!isString(keyspace, ref, reply)) return;
  // Two negative places in the wrong order are nothing, even where both lie before the first byte.
  if (first < 0 && last < 0 && first > last) return reply.bulk(NO_BYTES, 0, 0);
  const { records } = keyspace;
  records.locateValue(ref);
  const { valueBytes, valueStart, valueEnd } = records;
  const size = valueEnd - valueStart;
  const from = placeInString(Number(first), size);
  const to = Math.min(placeInString(Number(last), size), size - 1);
  if (from > to) return reply.bulk(NO_BYTES, 0, 0);
  reply.bulk(valueBytes, valueStart + from, valueStart + to + 1);
}

/** Negative places count from the end. */
function placeInString(place: number, size: number): number {
  return place < 0 ? Math.max(size + place, 0) : place;
}

function append(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const appendedSize = request.size(2);
  const ref = findForChange(context, request, 1);
  if (ref === NONE) {
    const kind = kindOfString(buffer, starts[2], ends[2]);
    keyspace.add(database, buffer, starts[1], ends[1], buffer, starts[2], ends[2], kind);
    return reply.integer(appendedSize);
  }
  if (!isString(keyspace, ref, reply)) return;
  const { records } = keyspace;
  records.locateValue(ref);
  const oldSize = records.valueEnd - records.valueStart;
  const size = oldSize + appendedSize;
  if (!isSizeAllowed(context, size, reply)) return;
  keyspace.resize(database, ref, size, KIND_STRING_RAW, true);
  copyBytes(buffer, starts[2], ends[2], records.valueBytes, records.valueStart + oldSize);
  reply.integer(size);
}

function setrange(context: Context, request: Request, reply: Reply): void {
  const offsetArgument = integerArgument(request, 2);
  if (offsetArgument === null) return reply.error(NOT_AN_INTEGER);
  if (offsetArgument < 0) return reply.error(OFFSET_OUT_OF_RANGE);
  const { keyspace, database } = context;
  const { records } = keyspace;
  const { buffer, starts, ends } = request;
  const ref = findForChange(context, request, 1);
  let oldSize = 0;
  if (ref !== NONE) {
    if (!isString(keyspace, ref, reply)) return;
    records.locateValue(ref);
    oldSize = records.valueEnd - records.valueStart;
  }
  // Setting nothing changes nothing, and does not create the key.
  if (request.size(3) === 0) return reply.integer(oldSize);
  const offset = Number(offsetArgument);
  const end = offset + request.size(3);
  if (!isSizeAllowed(context, end, reply)) return;
  const size = Math.max(oldSize, end);
  if (ref === NONE) {
    keyspace.addZeros(database, buffer, starts[1], ends[1], size, KIND_STRING_RAW);
  } else {
    keyspace.resize(database, ref, size, KIND_STRING_RAW, true);
  }
  copyBytes(buffer, starts[3], ends[3], records.valueBytes, records.valueStart + offset);
  reply.integer(size);
}

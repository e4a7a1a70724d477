// String commands that look at, or change, a part of a string.

import { copyBytes } from '../../domain/bytes/compare.ts';
import { EVENT_APPEND, EVENT_SETRANGE } from '../../domain/keyspace/events.ts';
import { addZeros, resize } from '../../domain/keyspace/string-sizes.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { KIND_STRING_RAW, TYPE_STRING } from '../../domain/memory/record.ts';
import { kindOfString } from '../../domain/values/string.ts';
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
  INSERT,
  integer,
  key,
  RO,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { waitsForRoom } from './room.ts';
import { areReversed, isSizeAllowed } from './value.ts';

const RANGE_ARGS = [key('key', RO | ACCESS), integer('start'), integer('end')];

const NO_BYTES = new Uint8Array(0);

const APPEND: CommandEntry = {
  name: 'APPEND',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [key('key', RW | INSERT), string('value')],
  run: append,
};

function append(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const appendedSize = request.size(2);
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) {
    const start = starts[2];
    const end = ends[2];
    const kind = kindOfString(buffer, start, end);
    keyspace.add(database, buffer, starts[1], ends[1], buffer, start, end, kind, EVENT_APPEND);
    return reply.integer(appendedSize);
  }
  const { records } = keyspace;
  records.locateValue(ref);
  const oldSize = records.valueEnd - records.valueStart;
  const size = oldSize + appendedSize;
  if (!isSizeAllowed(context, size, reply)) return;
  if (waitsForRoom(context, request, ref, size, append, reply)) return;
  const grown = resize(keyspace, database, ref, size, KIND_STRING_RAW, true);
  copyBytes(buffer, starts[2], ends[2], records.valueBytes, records.valueStart + oldSize);
  keyspace.changed(database, grown, EVENT_APPEND);
  reply.integer(size);
}

const GETRANGE: CommandEntry = {
  name: 'GETRANGE',
  flags: READONLY,
  args: RANGE_ARGS,
  run: getrange,
};

const SUBSTR: CommandEntry = {
  name: 'SUBSTR',
  flags: READONLY,
  args: RANGE_ARGS,
  run: getrange,
};

function getrange(context: Context, request: Request, reply: Reply): void {
  const first = request.integer(2, reply);
  if (isRefused(first)) return;
  const last = request.integer(3, reply);
  if (isRefused(last)) return;
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE || areReversed(first, last, request)) return reply.bulk(NO_BYTES, 0, 0);
  const { records } = context.keyspace;
  records.locateValue(ref);
  const size = records.valueEnd - records.valueStart;
  const from = placeInString(first, size);
  const to = Math.min(placeInString(last, size), size - 1);
  if (from > to) return reply.bulk(NO_BYTES, 0, 0);
  reply.substring(records, ref, from, to + 1);
}

/** Negative places count from the end. */
function placeInString(place: number, size: number): number {
  return place < 0 ? Math.max(size + place, 0) : place;
}

const SETRANGE: CommandEntry = {
  name: 'SETRANGE',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [key('key', RW | UPDATE), integer('offset'), string('value')],
  run: setrange,
};

function setrange(context: Context, request: Request, reply: Reply): void {
  const offset = request.integer(2, reply);
  if (isRefused(offset)) return;
  if (offset < 0) return reply.error(OFFSET_OUT_OF_RANGE);
  const { keyspace, database } = context;
  const { records } = keyspace;
  const { buffer, starts, ends } = request;
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  let oldSize = 0;
  if (ref !== NONE) {
    records.locateValue(ref);
    oldSize = records.valueEnd - records.valueStart;
  }
  // Setting nothing changes nothing, and does not create the key.
  if (request.size(3) === 0) return reply.integer(oldSize);
  const end = offset + request.size(3);
  if (!isSizeAllowed(context, end, reply)) return;
  const size = Math.max(oldSize, end);
  if (waitsForRoom(context, request, ref, size, setrange, reply)) return;
  const kind = KIND_STRING_RAW;
  const written =
    ref === NONE
      ? addZeros(keyspace, database, buffer, starts[1], ends[1], size, kind)
      : resize(keyspace, database, ref, size, kind, true);
  copyBytes(buffer, starts[3], ends[3], records.valueBytes, records.valueStart + offset);
  keyspace.changed(database, written, EVENT_SETRANGE);
  reply.integer(size);
}

const STRLEN: CommandEntry = {
  name: 'STRLEN',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: strlen,
};

function strlen(context: Context, request: Request, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  const { records } = context.keyspace;
  records.locateValue(ref);
  reply.integer(records.valueEnd - records.valueStart);
}

const OFFSET_OUT_OF_RANGE = 'ERR offset is out of range';

export const STRING_RANGE_COMMANDS: readonly CommandEntry[] = [
  APPEND,
  GETRANGE,
  SETRANGE,
  STRLEN,
  SUBSTR,
];

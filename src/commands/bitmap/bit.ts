// SETBIT and GETBIT.
import { EVENT_SETBIT } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STRING } from '../../domain/memory/record.ts';
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
import { ACCESS, integer, key, RO, RW, UPDATE } from '../../engine/declaration/arguments.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { waitsForRoom } from '../string/room.ts';
import { makeRaw, stringToChange } from '../string/value.ts';
import { BITS_PER_BYTE, bitOffset, sizeWithBits } from './offset.ts';

const BAD_BIT = 'ERR bit is not an integer or out of range';
/** The first bit of a byte. */
const FIRST_BIT = 0x80;

const GETBIT: CommandEntry = {
  name: 'GETBIT',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS), integer('offset')],
  run: getbit,
};

function getbit(context: Context, request: Request, reply: Reply): void {
  const offset = bitOffset(context, request, 2, reply);
  if (isRefused(offset)) return;
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  const { records } = context.keyspace;
  records.locateValue(ref);
  const at = records.valueStart + Math.floor(offset / BITS_PER_BYTE);
  const isSet = at < records.valueEnd && (records.valueBytes[at] & maskOf(offset)) !== 0;
  reply.integer(isSet ? 1 : 0);
}

const SETBIT: CommandEntry = {
  name: 'SETBIT',
  flags: WRITE | DENYOOM | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [key('key', RW | ACCESS | UPDATE), integer('offset'), integer('value')],
  run: setbit,
};

function setbit(context: Context, request: Request, reply: Reply): void {
  const offset = bitOffset(context, request, 2, reply);
  if (isRefused(offset)) return;
  const bit = request.integerWithin(3, 0, 1, reply, BAD_BIT);
  if (isRefused(bit)) return;
  const size = sizeWithBits(offset + 1, reply);
  if (isRefused(size)) return;
  const ref = changeKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return;
  const { keyspace, database } = context;
  const { records } = keyspace;
  const mask = maskOf(offset);
  if (ref !== NONE) {
    records.locateValue(ref);
    const at = records.valueStart + size - 1;
    // What is set already changes nothing but the encoding.
    if (at < records.valueEnd && (records.valueBytes[at] & mask) === (bit === 0 ? 0 : mask)) {
      makeRaw(context, ref);
      return reply.integer(bit);
    }
  }
  if (waitsForRoom(context, request, ref, size, setbit, reply)) return;
  const changed = stringToChange(context, request, ref, size);
  const at = records.valueStart + size - 1;
  const old = records.valueBytes[at];
  records.valueBytes[at] = bit === 0 ? old & ~mask : old | mask;
  keyspace.changed(database, changed, EVENT_SETBIT);
  reply.integer((old & mask) === 0 ? 0 : 1);
}

/** The bit's place in its byte. */
function maskOf(offset: number): number {
  return FIRST_BIT >>> (offset & (BITS_PER_BYTE - 1));
}

export const BIT_COMMANDS: readonly CommandEntry[] = [GETBIT, SETBIT];

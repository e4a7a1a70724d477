// PFADD, PFCOUNT and PFMERGE.
import { Int64 } from '../../domain/bytes/int64.ts';
import { EVENT_PFADD, EVENT_PFCOUNT } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  REGISTER_RAISED,
  REGISTERS_CORRUPT,
  Registers,
} from '../../domain/values/hyperloglog/hyperloglog.ts';
import {
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  MAY_REPLICATE,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  INSERT,
  key,
  multiple,
  optional,
  RO,
  RW,
  string,
} from '../../engine/declaration/arguments.ts';
import { findKeyToChange } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { makeRaw } from '../string/value.ts';
import { CORRUPT, openFound, openToChange, store, viewOf } from './open.ts';

const PFADD: CommandEntry = {
  name: 'PFADD',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | INSERT), optional(multiple(string('element')))],
  run: pfadd,
};

function pfadd(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, server } = context;
  const { buffer, starts, ends } = request;
  const found = findKeyToChange(context, request, 1);
  if (found !== NONE && !openFound(context, found, reply)) return;
  const ref = openToChange(context, request, found);
  const view = viewOf(context);
  const sparseSizeMax = server.live.collections.hyperLogLogSize;
  let changes = found === NONE ? 1 : 0;
  let isCorrupt = false;
  for (let i = 2; i < request.count && !isCorrupt; i++) {
    const done = view.add(buffer, starts[i], ends[i], sparseSizeMax);
    if (done === REGISTER_RAISED) changes++;
    isCorrupt = done === REGISTERS_CORRUPT;
  }
  if (changes > 0) view.spoilCache();
  const stored = store(context, request, 1, ref);
  if (changes > 0) keyspace.changed(database, stored, EVENT_PFADD, changes);
  if (isCorrupt) reply.error(CORRUPT);
  else reply.integer(changes > 0 ? 1 : 0);
}

const PFCOUNT: CommandEntry = {
  name: 'PFCOUNT',
  flags: READONLY | MAY_REPLICATE,
  args: [multiple(key('key', RW | ACCESS))],
  keySpecifications: [
    {
      first: 1,
      last: -1,
      step: 1,
      access: RW | ACCESS,
      notes:
        'RW because it may change the internal representation of the key, ' +
        'and propagate to replicas',
    },
  ],
  run: pfcount,
};

function pfcount(context: Context, request: Request, reply: Reply): void {
  if (request.count > 2) return countUnion(context, request, reply);
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const found = keyspace.read(database, buffer, starts[1], ends[1]);
  if (found === NONE) return reply.integer(0);
  if (!openFound(context, found, reply)) return;
  const ref = makeRaw(context, found);
  if (ref !== found && !openFound(context, ref, reply)) return;
  const view = viewOf(context);
  if (view.isCacheFresh) {
    const cached = context.scratch.of(Int64);
    view.readCache(cached);
    view.close();
    return reply.wordsInteger(cached.high, cached.low);
  }
  const count = view.count();
  view.close();
  if (Number.isNaN(count)) return reply.error(CORRUPT);
  const changed = openToChange(context, request, ref);
  view.writeCache(count);
  view.close();
  keyspace.changed(database, changed, EVENT_PFCOUNT);
  reply.integer(count);
}

function countUnion(context: Context, request: Request, reply: Reply): void {
  const registers = context.scratch.of(Registers);
  registers.clear();
  for (let i = 1; i < request.count; i++) {
    if (!mergeArgument(context, request, i, registers, reply)) return;
  }
  reply.integer(registers.count());
}

const PFMERGE: CommandEntry = {
  name: 'PFMERGE',
  flags: WRITE | DENYOOM,
  args: [key('destkey', RW | ACCESS | INSERT), optional(multiple(key('sourcekey', RO | ACCESS)))],
  run: pfmerge,
};

/** The result is dense as soon as one of the sources is. */
function pfmerge(context: Context, request: Request, reply: Reply): void {
  const registers = context.scratch.of(Registers);
  registers.clear();
  for (let i = 1; i < request.count; i++) {
    if (!mergeArgument(context, request, i, registers, reply)) return;
  }
  const { keyspace, database, server } = context;
  const ref = openToChange(context, request, findKeyToChange(context, request, 1));
  const sparseSizeMax = server.live.collections.hyperLogLogSize;
  const view = viewOf(context);
  if (registers.hasDense && view.isSparse) view.makeDense();
  const { values } = registers;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > 0) view.raise(i, values[i], sparseSizeMax);
  }
  view.spoilCache();
  keyspace.changed(database, store(context, request, 1, ref), EVENT_PFADD);
  reply.ok();
}

/** Raises the registers to those of a key, if it is there; false when an error was replied. */
function mergeArgument(
  context: Context,
  { buffer, starts, ends }: Request,
  argument: number,
  registers: Registers,
  reply: Reply,
): boolean {
  const { keyspace, database } = context;
  const ref = keyspace.read(database, buffer, starts[argument], ends[argument]);
  if (ref === NONE) return true;
  if (!openFound(context, ref, reply)) return false;
  const view = viewOf(context);
  const isWhole = view.mergeInto(registers);
  view.close();
  if (!isWhole) reply.error(CORRUPT);
  return isWhole;
}

export const HYPERLOGLOG_COMMANDS: readonly CommandEntry[] = [PFADD, PFCOUNT, PFMERGE];

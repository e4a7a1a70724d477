// Set commands on members that are named, and on all of one set.

import { WRONG_TYPE } from '../../domain/errors.ts';
import { EVENT_SADD, EVENT_SREM } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, TYPE_SET } from '../../domain/memory/record.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  INSERT,
  key,
  multiple,
  RO,
  RW,
  string,
} from '../../engine/declaration/arguments.ts';
import { changeKey, findKeyToChange, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const SADD: CommandEntry = {
  name: 'SADD',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | INSERT), multiple(string('member'))],
  run: sadd,
};

function sadd(context: Context, request: Request, reply: Reply): void {
  const { database, sets } = context;
  const { buffer, starts, ends, count } = request;
  const ref = changeKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) {
    sets.create(database, buffer, starts[1], ends[1], request, 2);
  } else {
    sets.open(database, ref);
    sets.prepare(request, 2);
  }
  let added = 0;
  for (let i = 2; i < count; i++) if (sets.add(buffer, starts[i], ends[i])) added++;
  if (added > 0) sets.changed(EVENT_SADD, added);
  reply.integer(added);
}

const SCARD: CommandEntry = {
  name: 'SCARD',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: scard,
};

function scard(context: Context, request: Request, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  context.sets.open(context.database, ref);
  reply.integer(context.sets.count);
}

const SISMEMBER: CommandEntry = {
  name: 'SISMEMBER',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO), string('member')],
  run: sismember,
};

function sismember(context: Context, request: Request, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  context.sets.open(context.database, ref);
  reply.integer(hasArgument(context, request, 2));
}

const SMEMBERS: CommandEntry = {
  name: 'SMEMBERS',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output_order'],
  run: smembers,
};

function smembers(context: Context, request: Request, reply: Reply): void {
  const { database, sets } = context;
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.set(0);
  sets.open(database, ref);
  reply.set(sets.count);
  for (let more = sets.first(); more; more = sets.next()) {
    reply.bulk(sets.bytes, sets.start, sets.end);
  }
}

const SMISMEMBER: CommandEntry = {
  name: 'SMISMEMBER',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS), multiple(string('member'))],
  run: smismember,
};

function smismember(context: Context, request: Request, reply: Reply): void {
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref !== NONE) context.sets.open(context.database, ref);
  reply.array(request.count - 2);
  for (let i = 2; i < request.count; i++) {
    reply.integer(ref === NONE ? 0 : hasArgument(context, request, i));
  }
}

const SMOVE: CommandEntry = {
  name: 'SMOVE',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('source', RW | ACCESS | DELETE), key('destination', RW | INSERT), string('member')],
  run: smove,
};

function smove(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, sets } = context;
  const { buffer, starts, ends } = request;
  const source = findKeyToChange(context, request, 1);
  const target = findKeyToChange(context, request, 2);
  if (source === NONE) return reply.integer(0);
  const isSet = isOfType(keyspace.arena, source, TYPE_SET);
  if (!isSet || (target !== NONE && !isOfType(keyspace.arena, target, TYPE_SET))) {
    return reply.error(WRONG_TYPE);
  }
  sets.open(database, source);
  if (source === target) return reply.integer(hasArgument(context, request, 3));
  if (!sets.remove(buffer, starts[3], ends[3])) return reply.integer(0);
  sets.changed(EVENT_SREM, 1);
  sets.removeIfEmpty();
  if (target === NONE) sets.create(database, buffer, starts[2], ends[2], request, 3);
  else sets.open(database, target);
  if (sets.add(buffer, starts[3], ends[3])) sets.changed(EVENT_SADD, 1);
  reply.integer(1);
}

const SREM: CommandEntry = {
  name: 'SREM',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | DELETE), multiple(string('member'))],
  run: srem,
};

function srem(context: Context, request: Request, reply: Reply): void {
  const { database, sets } = context;
  const { buffer, starts, ends } = request;
  const ref = changeKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.integer(0);
  sets.open(database, ref);
  let removed = 0;
  for (let i = 2; i < request.count && sets.count > 0; i++) {
    if (sets.remove(buffer, starts[i], ends[i])) removed++;
  }
  reply.integer(removed);
  if (removed === 0) return;
  sets.changed(EVENT_SREM, removed);
  sets.removeIfEmpty();
}

/** Whether the open set has the member that is an argument, as a number. */
function hasArgument({ sets }: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  return sets.has(buffer, starts[argument], ends[argument]) ? 1 : 0;
}

export const SET_MEMBER_COMMANDS: readonly CommandEntry[] = [
  SADD,
  SCARD,
  SISMEMBER,
  SMEMBERS,
  SMISMEMBER,
  SMOVE,
  SREM,
];

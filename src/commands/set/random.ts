// Set commands that choose members by chance, each with the same: SPOP and SRANDMEMBER.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_DEL, EVENT_SPOP } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SET_TABLE,
  TYPE_SET,
} from '../../domain/memory/record.ts';
import { below, Draws } from '../../domain/values/draws.ts';
import type { Sets } from '../../domain/values/sets.ts';
import {
  CONSTANT_TIME_ALONE,
  type CommandEntry,
  type Context,
  FAST,
  READONLY,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  integer,
  key,
  optional,
  RO,
  RW,
} from '../../engine/declaration/arguments.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { type Drawing, drawCount, replyRepeated } from '../draws.ts';

const NOT_POSITIVE = 'ERR value is out of range, must be positive';
/** Members that an SREM of the journal names at most. */
const EFFECT_MEMBERS_MAX = 1024;
/** From this on SPOP makes a set of what stays: Redis's factor. */
const POP_FACTOR = 5;
/** From this on SRANDMEMBER walks through the set rather than draw: Redis's factor. */
const DRAW_FACTOR = 3;

const SPOP: CommandEntry = {
  name: 'SPOP',
  flags: WRITE | FAST | CONSTANT_TIME_ALONE,
  args: [key('key', RW | ACCESS | DELETE), optional(integer('count', { since: '3.2.0' }))],
  tips: ['nondeterministic_output'],
  run: spop,
};

function spop(context: Context, request: Request, reply: Reply): void {
  const { database, sets, effects, server } = context;
  if (request.count === 3) return spopCount(context, request, reply);
  if (request.count > 3) return reply.error(SYNTAX_ERROR);
  const ref = changeKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.nil();
  sets.open(database, ref);
  sets.random(server.random);
  reply.bulk(sets.bytes, sets.start, sets.end);
  effects.instead('SREM', 3).argument(request, 1).bytes(sets.bytes, sets.start, sets.end);
  sets.removeDrawn();
  sets.changed(EVENT_SPOP, 1);
  sets.removeIfEmpty();
}

function spopCount(context: Context, request: Request, reply: Reply): void {
  const { database, sets, effects } = context;
  const max = Number.POSITIVE_INFINITY;
  const count = request.integerWithin(2, 0, max, reply, NOT_POSITIVE);
  if (isRefused(count)) return;
  const ref = changeKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE || count === 0) return reply.set(0);
  sets.open(database, ref);
  const size = sets.count;
  if (count >= size) return popAll(context, request, reply);
  reply.set(count);
  effects.nothing();
  const isMost = (size - count) * POP_FACTOR <= count;
  if (!isMost && sets.kind === KIND_SET_TABLE) popDrawn(context, request, count, reply);
  else popMany(context, request, count, isMost, reply);
  sets.changed(EVENT_SPOP, count);
}

function popAll(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, sets, setAlgebra, effects, server } = context;
  const { buffer, starts } = request;
  const { count } = sets;
  if (effects.isOn) {
    const unlinks = server.settings.flag('lazyfree-lazy-server-del');
    effects.instead(unlinks ? 'UNLINK' : 'DEL', 2).argument(request, 1);
  }
  // As in Redis it is a union, which may have another order than the set.
  setAlgebra.begin(database);
  setAlgebra.add(keyspace.read(database, buffer, starts[1], request.ends[1]));
  setAlgebra.unite(buffer, starts[1], starts[1]);
  const { result } = setAlgebra;
  reply.set(count);
  for (let more = result.first(); more; more = result.next()) replyMember(result, reply);
  result.drop();
  sets.changed(EVENT_SPOP, count);
  keyspace.discard(database, sets.ref, EVENT_DEL);
}

/** Pops members one by one. */
function popDrawn(context: Context, request: Request, count: number, reply: Reply): void {
  const { sets, server } = context;
  for (let i = 0; i < count; i++) {
    sets.random(server.random);
    replyMember(sets, reply);
    tellRemoved(context, request, i, count, sets);
    sets.removeDrawn();
  }
}

/**
 * Pops members in one walk, and makes a set of those that stay: when most of them go, one that is
 * as small as the limits allow.
 */
function popMany(
  context: Context,
  request: Request,
  count: number,
  isMost: boolean,
  reply: Reply,
): void {
  const { database, sets, setAlgebra, server } = context;
  const { buffer, starts, ends } = request;
  const { result } = setAlgebra;
  const isInteger = sets.kind === KIND_SET_INTEGERS;
  result.createApart(buffer, starts[1], ends[1], isInteger ? KIND_SET_INTEGERS : KIND_SET_PACKED);
  let left = sets.count;
  let popped = 0;
  for (let more = sets.first(); more; more = sets.next()) {
    if (below(server.random, left--) < count - popped) {
      replyMember(sets, reply);
      tellRemoved(context, request, popped++, count, sets);
    } else if (isMost) {
      result.appendMemberOf(sets);
    } else {
      result.copyMemberOf(sets);
    }
  }
  result.replaceValueOf(database, sets.ref);
  sets.open(database, result.ref);
}

/** The journal is told of a member that goes, the `index`-th of `count`. */
function tellRemoved(
  { effects }: Context,
  request: Request,
  index: number,
  count: number,
  { bytes, start, end }: Sets,
): void {
  if (!effects.isOn) return;
  if (index % EFFECT_MEMBERS_MAX === 0) {
    const members = Math.min(count - index, EFFECT_MEMBERS_MAX);
    effects.also('SREM', 2 + members).argument(request, 1);
  }
  effects.bytes(bytes, start, end);
}

const SRANDMEMBER: CommandEntry = {
  name: 'SRANDMEMBER',
  flags: READONLY | RUNS_IN_SLICES,
  args: [key('key', RO | ACCESS), optional(integer('count', { since: '2.6.0' }))],
  tips: ['nondeterministic_output'],
  run: srandmember,
};

function srandmember(context: Context, request: Request, reply: Reply): void {
  const { database, sets, server } = context;
  if (request.count === 3) return srandmemberCount(context, request, reply);
  if (request.count > 3) return reply.error(SYNTAX_ERROR);
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) return reply.nil();
  sets.open(database, ref);
  sets.random(server.random);
  replyMember(sets, reply);
}

function srandmemberCount(context: Context, request: Request, reply: Reply): void {
  const { database, sets, server } = context;
  const count = drawCount(request, '', reply);
  if (isRefused(count)) return;
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE || count === 0) return reply.array(0);
  sets.open(database, ref);
  const size = sets.count;
  if (count < 0) return replyRepeated(context, request, -count, DRAWING, reply);
  reply.array(Math.min(count, size));
  if (count >= size || sets.kind === KIND_SET_PACKED || count * DRAW_FACTOR > size) {
    return replySample(context, Math.min(count, size), reply);
  }
  const draws = new Draws(count);
  while (draws.count < count) {
    sets.random(server.random);
    if (draws.add(sets.mark)) replyMember(sets, reply);
  }
}

/** Members that may come several times. */
const DRAWING: Drawing = {
  type: TYPE_SET,
  open: ({ sets }, database, ref) => sets.open(database, ref),
  count: ({ sets }) => sets.count,
  draw: ({ sets, server }, reply) => {
    sets.random(server.random);
    replyMember(sets, reply);
  },
  items: () => 1,
};

/** Answers so many different members, in the order of the set. */
function replySample({ sets, server }: Context, count: number, reply: Reply): void {
  let left = sets.count;
  let wanted = count;
  for (let more = sets.first(); wanted > 0 && more; more = sets.next()) {
    if (below(server.random, left--) >= wanted) continue;
    replyMember(sets, reply);
    wanted--;
  }
}

function replyMember({ bytes, start, end }: Sets, reply: Reply): void {
  reply.bulk(bytes, start, end);
}

export const SET_RANDOM_COMMANDS: readonly CommandEntry[] = [SPOP, SRANDMEMBER];

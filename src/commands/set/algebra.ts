// Set commands on several sets: intersections, unions and differences.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { KeyspaceEvent } from '../../domain/keyspace/event-classes.ts';
import {
  EVENT_DEL,
  EVENT_SDIFFSTORE,
  EVENT_SINTERSTORE,
  EVENT_SUNIONSTORE,
} from '../../domain/keyspace/events.ts';
import { TYPE_SET } from '../../domain/memory/record.ts';
import { type CommandEntry, type Context, DENYOOM, READONLY, WRITE } from '../../engine/command.ts';
import {
  ACCESS,
  integer,
  key,
  multiple,
  OW,
  optional,
  RO,
  RW,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { findKeyToChange, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';

const SOURCES = multiple(key('key', RO | ACCESS));
const ANY_ORDER = ['nondeterministic_output_order'];

const SDIFF: CommandEntry = {
  name: 'SDIFF',
  flags: READONLY,
  args: [SOURCES],
  tips: ANY_ORDER,
  run: sdiff,
};

function sdiff(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 1, request.count, reply)) return;
  const { buffer, starts } = request;
  context.setAlgebra.subtract(buffer, starts[1], starts[1]);
  replyResult(context, reply);
}

const SDIFFSTORE: CommandEntry = {
  name: 'SDIFFSTORE',
  flags: WRITE | DENYOOM,
  args: [key('destination', OW | UPDATE), SOURCES],
  run: sdiffstore,
};

function sdiffstore(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 2, request.count, reply)) return;
  const { buffer, starts, ends } = request;
  context.setAlgebra.subtract(buffer, starts[1], ends[1]);
  storeResult(context, request, EVENT_SDIFFSTORE, reply);
}

const SINTER: CommandEntry = {
  name: 'SINTER',
  flags: READONLY,
  args: [SOURCES],
  tips: ANY_ORDER,
  run: sinter,
};

function sinter(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 1, request.count, reply)) return;
  const { setAlgebra } = context;
  const { walked } = setAlgebra;
  const opened = reply.open();
  let count = 0;
  for (let more = setAlgebra.firstCommon(); more; more = setAlgebra.nextCommon()) {
    reply.bulk(walked.bytes, walked.start, walked.end);
    count++;
  }
  reply.closeSet(opened, count);
}

const SINTERCARD: CommandEntry = {
  name: 'SINTERCARD',
  flags: READONLY,
  args: [integer('numkeys'), SOURCES, optional(integer('limit', { token: 'LIMIT' }))],
  keySpecifications: [{ first: 1, last: 0, step: 1, access: RO | ACCESS, isCounted: true }],
  run: sintercard,
};

function sintercard(context: Context, request: Request, reply: Reply): void {
  const max = Number.POSITIVE_INFINITY;
  const keysCount = request.integerWithin(1, 1, max, reply, NO_KEYS);
  if (isRefused(keysCount)) return;
  if (keysCount > request.count - 2) return reply.error(MORE_KEYS_THAN_WORDS);
  const end = 2 + keysCount;
  let limit: number | Refused = 0;
  for (let i = end; i < request.count; i += 2) {
    if (!request.is(i, 'limit') || i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    limit = request.integerWithin(i + 1, 0, max, reply, NEGATIVE_LIMIT);
    if (isRefused(limit)) return;
  }
  if (!readSets(context, request, 2, end, reply)) return;
  const { setAlgebra } = context;
  let count = 0;
  for (let more = setAlgebra.firstCommon(); more; more = setAlgebra.nextCommon()) {
    if (++count === limit) break;
  }
  reply.integer(count);
}

const NO_KEYS = 'ERR numkeys should be greater than 0';
const MORE_KEYS_THAN_WORDS = "ERR Number of keys can't be greater than number of args";
const NEGATIVE_LIMIT = "ERR LIMIT can't be negative";

const SINTERSTORE: CommandEntry = {
  name: 'SINTERSTORE',
  flags: WRITE | DENYOOM,
  args: [key('destination', RW | UPDATE), SOURCES],
  run: sinterstore,
};

function sinterstore(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 2, request.count, reply)) return;
  const { buffer, starts, ends } = request;
  context.setAlgebra.intersect(buffer, starts[1], ends[1]);
  storeResult(context, request, EVENT_SINTERSTORE, reply);
}

const SUNION: CommandEntry = {
  name: 'SUNION',
  flags: READONLY,
  args: [SOURCES],
  tips: ANY_ORDER,
  run: sunion,
};

function sunion(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 1, request.count, reply)) return;
  const { buffer, starts } = request;
  context.setAlgebra.unite(buffer, starts[1], starts[1]);
  replyResult(context, reply);
}

const SUNIONSTORE: CommandEntry = {
  name: 'SUNIONSTORE',
  flags: WRITE | DENYOOM,
  args: [key('destination', OW | UPDATE), SOURCES],
  run: sunionstore,
};

function sunionstore(context: Context, request: Request, reply: Reply): void {
  if (!readSets(context, request, 2, request.count, reply)) return;
  const { buffer, starts, ends } = request;
  context.setAlgebra.unite(buffer, starts[1], ends[1]);
  storeResult(context, request, EVENT_SUNIONSTORE, reply);
}

/** Gives the algebra the sets that arguments [first, end) name; false when one is no set. */
function readSets(
  context: Context,
  request: Request,
  first: number,
  end: number,
  reply: Reply,
): boolean {
  const { setAlgebra } = context;
  setAlgebra.begin(context.database);
  for (let i = first; i < end; i++) {
    const ref = readKey(context, request, i, TYPE_SET, reply);
    if (ref === WRONG) return false;
    setAlgebra.add(ref);
  }
  return true;
}

function replyResult({ setAlgebra }: Context, reply: Reply): void {
  const { result } = setAlgebra;
  reply.set(result.count);
  for (let more = result.first(); more; more = result.next()) {
    reply.bulk(result.bytes, result.start, result.end);
  }
  result.drop();
}

/** The result becomes the value of the first argument, or that goes if there are no members. */
function storeResult(context: Context, request: Request, event: KeyspaceEvent, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const { result } = context.setAlgebra;
  const { count } = result;
  reply.integer(count);
  if (count === 0) {
    result.drop();
    keyspace.delete(database, buffer, starts[1], ends[1], EVENT_DEL);
    return;
  }
  result.store(database, findKeyToChange(context, request, 1));
  result.changed(event, 1);
}

export const SET_ALGEBRA_COMMANDS: readonly CommandEntry[] = [
  SDIFF,
  SDIFFSTORE,
  SINTER,
  SINTERCARD,
  SINTERSTORE,
  SUNION,
  SUNIONSTORE,
];

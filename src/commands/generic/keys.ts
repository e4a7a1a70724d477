// Generic commands: what can be done with a key whatever its value is. Deadlines, walks over the
// keys and OBJECT have files of their own.
import { equalBytes } from '../../domain/bytes/compare.ts';
import { NO_SUCH_KEY, SAME_OBJECT } from '../../domain/errors.ts';
import { EVENT_DEL } from '../../domain/keyspace/events.ts';
import { moveEntry, renameEntry } from '../../domain/keyspace/transfer.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { typeName } from '../../domain/memory/kind-names.ts';
import { kindOf } from '../../domain/memory/record.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  INSERT,
  integer,
  key,
  multiple,
  OW,
  RM,
  RO,
  RW,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { findKeyToChange, lookAtKey } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';

const OF_MANY_SHARDS = ['request_policy:multi_shard', 'response_policy:agg_sum'];

const DEL: CommandEntry = {
  name: 'DEL',
  flags: WRITE | CONSTANT_TIME,
  args: [multiple(key('key', RM | DELETE))],
  tips: OF_MANY_SHARDS,
  run: del,
};

const UNLINK: CommandEntry = {
  name: 'UNLINK',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [multiple(key('key', RM | DELETE))],
  tips: OF_MANY_SHARDS,
  run: del,
};

function del(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  let deleted = 0;
  for (let i = 1; i < request.count; i++) {
    if (keyspace.delete(database, buffer, starts[i], ends[i], EVENT_DEL)) deleted++;
  }
  reply.integer(deleted);
}

const EXISTS: CommandEntry = {
  name: 'EXISTS',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [multiple(key('key', RO))],
  tips: OF_MANY_SHARDS,
  run: exists,
};

function exists(context: Context, request: Request, reply: Reply): void {
  let found = 0;
  for (let i = 1; i < request.count; i++) {
    if (lookAtKey(context, request, i) !== NONE) found++;
  }
  reply.integer(found);
}

const MOVE: CommandEntry = {
  name: 'MOVE',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | UPDATE), integer('db')],
  run: move,
};

function move(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const target = request.database(2, keyspace.databases, reply);
  if (isRefused(target)) return;
  if (target === database) return reply.error(SAME_OBJECT);
  const ref = findKeyToChange(context, request, 1);
  if (ref === NONE) return reply.integer(0);
  const present = keyspace.findToChange(target, buffer, starts[1], ends[1]);
  if (present !== NONE) return reply.integer(0);
  moveEntry(keyspace, database, ref, target);
  reply.integer(1);
}

/** Are the first and the second argument equal? */
export function areSameKeys({ buffer, starts, ends }: Request): boolean {
  return equalBytes(buffer, starts[1], ends[1], buffer, starts[2], ends[2]);
}

const RENAME: CommandEntry = {
  name: 'RENAME',
  flags: WRITE | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | UPDATE)],
  run: rename,
};

function rename(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = findKeyToChange(context, request, 1);
  if (ref === NONE) return reply.error(NO_SUCH_KEY);
  if (areSameKeys(request)) return reply.ok();
  const replaced = keyspace.findToChange(database, buffer, starts[2], ends[2]);
  renameEntry(keyspace, database, ref, replaced, buffer, starts[2], ends[2]);
  reply.ok();
}

const RENAMENX: CommandEntry = {
  name: 'RENAMENX',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | INSERT)],
  run: renamenx,
};

function renamenx(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = findKeyToChange(context, request, 1);
  if (ref === NONE) return reply.error(NO_SUCH_KEY);
  if (areSameKeys(request)) return reply.integer(0);
  const present = keyspace.findToChange(database, buffer, starts[2], ends[2]);
  if (present !== NONE) return reply.integer(0);
  renameEntry(keyspace, database, ref, NONE, buffer, starts[2], ends[2]);
  reply.integer(1);
}

const TOUCH: CommandEntry = {
  name: 'TOUCH',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [multiple(key('key', RO))],
  tips: OF_MANY_SHARDS,
  run: touch,
};

/** Touches even for a client that said CLIENT NO-TOUCH. */
function touch(context: Context, request: Request, reply: Reply): void {
  let found = 0;
  for (let i = 1; i < request.count; i++) {
    const ref = lookAtKey(context, request, i);
    if (ref === NONE) continue;
    context.keyspace.touch(ref);
    found++;
  }
  reply.integer(found);
}

const TYPE: CommandEntry = {
  name: 'TYPE',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: type,
};

function type(context: Context, request: Request, reply: Reply): void {
  const { keyspace } = context;
  const ref = lookAtKey(context, request, 1);
  reply.simple(ref === NONE ? 'none' : typeName(kindOf(keyspace.arena, ref)));
}

export const GENERIC_COMMANDS: readonly CommandEntry[] = [
  DEL,
  EXISTS,
  MOVE,
  RENAME,
  RENAMENX,
  TOUCH,
  TYPE,
  UNLINK,
];

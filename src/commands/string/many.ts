// String commands on several keys at once.
import { wrongArity } from '../../domain/errors.ts';
import { EVENT_SET } from '../../domain/keyspace/events.ts';
import { DROP_TTL } from '../../domain/keyspace/keyspace.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, TYPE_STRING, typeOf } from '../../domain/memory/record.ts';
import { kindOfString } from '../../domain/values/string.ts';
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
  block,
  INSERT,
  key,
  multiple,
  OW,
  RO,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { findKeyToChange } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const MGET: CommandEntry = {
  name: 'MGET',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [multiple(key('key', RO | ACCESS))],
  tips: ['request_policy:multi_shard'],
  run: mget,
};

function mget(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  reply.array(request.count - 1);
  for (let i = 1; i < request.count; i++) {
    const ref = keyspace.read(database, buffer, starts[i], ends[i]);
    if (ref === NONE || typeOf(kindOf(keyspace.arena, ref)) !== TYPE_STRING) reply.nil();
    else reply.string(keyspace.records, ref);
  }
}

const MSET: CommandEntry = {
  name: 'MSET',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [multiple(block('data', [key('key', OW | UPDATE), string('value')]))],
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  run: mset,
};

function mset(context: Context, request: Request, reply: Reply): void {
  if (request.count % 2 === 0) return reply.error(wrongArity('mset'));
  writePairs(context, request);
  reply.ok();
}

const MSETNX: CommandEntry = {
  name: 'MSETNX',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [multiple(block('data', [key('key', OW | INSERT), string('value')]))],
  run: msetnx,
};

function msetnx(context: Context, request: Request, reply: Reply): void {
  if (request.count % 2 === 0) return reply.error(wrongArity('msetnx'));
  for (let i = 1; i < request.count; i += 2) {
    if (findKeyToChange(context, request, i) !== NONE) return reply.integer(0);
  }
  writePairs(context, request);
  reply.integer(1);
}

function writePairs(context: Context, request: Request): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  for (let i = 1; i < request.count; i += 2) {
    const from = starts[i];
    const to = ends[i];
    const start = starts[i + 1];
    const end = ends[i + 1];
    const kind = kindOfString(buffer, start, end);
    keyspace.write(database, buffer, from, to, buffer, start, end, kind, DROP_TTL, EVENT_SET);
  }
}

export const STRING_MANY_COMMANDS: readonly CommandEntry[] = [MGET, MSET, MSETNX];

// Hash commands on single fields, or on those that are named.
import { wrongArity } from '../../domain/errors.ts';
import { EVENT_HDEL, EVENT_HSET } from '../../domain/keyspace/events.ts';
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
  DELETE,
  INSERT,
  key,
  multiple,
  RO,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { changeHash, findField, openHash, readHash } from './open.ts';

const HDEL: CommandEntry = {
  name: 'HDEL',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | DELETE), multiple(string('field'))],
  run: hdel,
};

function hdel(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  const isThere = openHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  let removed = 0;
  for (let i = 2; i < request.count && hashes.count > 0; i++) {
    if (hashes.remove(buffer, starts[i], ends[i])) removed++;
  }
  reply.integer(removed);
  if (removed === 0) return;
  hashes.changed(EVENT_HDEL, removed);
  hashes.removeIfEmpty();
}

const HEXISTS: CommandEntry = {
  name: 'HEXISTS',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO), string('field')],
  run: hexists,
};

function hexists(context: Context, request: Request, reply: Reply): void {
  const found = findField(context, request, reply);
  if (!isRefused(found)) reply.integer(found ? 1 : 0);
}

const HGET: CommandEntry = {
  name: 'HGET',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS), string('field')],
  run: hget,
};

function hget(context: Context, request: Request, reply: Reply): void {
  const found = findField(context, request, reply);
  if (isRefused(found)) return;
  if (!found) return reply.nil();
  const { bytes, start, end } = context.hashes.value;
  reply.bulk(bytes, start, end);
}

const HLEN: CommandEntry = {
  name: 'HLEN',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: hlen,
};

function hlen(context: Context, request: Request, reply: Reply): void {
  const isThere = readHash(context, request, reply);
  if (!isRefused(isThere)) reply.integer(isThere ? context.hashes.count : 0);
}

const HMGET: CommandEntry = {
  name: 'HMGET',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS), multiple(string('field'))],
  run: hmget,
};

function hmget(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  reply.array(request.count - 2);
  for (let i = 2; i < request.count; i++) {
    if (isThere && hashes.find(buffer, starts[i], ends[i])) {
      const { bytes, start, end } = hashes.value;
      reply.bulk(bytes, start, end);
    } else {
      reply.nil();
    }
  }
}

const PAIRS = multiple(block('data', [string('field'), string('value')]));

const HMSET: CommandEntry = {
  name: 'HMSET',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | UPDATE), PAIRS],
  run: hmset,
};

function hmset(context: Context, request: Request, reply: Reply): void {
  if (request.count % 2 !== 0) return reply.error(wrongArity('hmset'));
  if (!isRefused(setPairs(context, request, reply))) reply.ok();
}

const HSET: CommandEntry = {
  name: 'HSET',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | UPDATE), PAIRS],
  run: hset,
};

function hset(context: Context, request: Request, reply: Reply): void {
  if (request.count % 2 !== 0) return reply.error(wrongArity('hset'));
  const added = setPairs(context, request, reply);
  if (!isRefused(added)) reply.integer(added);
}

/** Sets all fields of the request. Returns how many were added. */
function setPairs(context: Context, request: Request, reply: Reply): number {
  if (!changeHash(context, request, reply)) return Number.NaN;
  const { hashes } = context;
  const { buffer, starts, ends, count } = request;
  hashes.prepare(request, 2);
  let added = 0;
  for (let i = 2; i < count; i += 2) {
    if (hashes.set(buffer, starts[i], ends[i], buffer, starts[i + 1], ends[i + 1])) added++;
  }
  hashes.changed(EVENT_HSET, (count - 2) / 2);
  return added;
}

const HSETNX: CommandEntry = {
  name: 'HSETNX',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | INSERT), string('field'), string('value')],
  run: hsetnx,
};

function hsetnx(context: Context, request: Request, reply: Reply): void {
  const { hashes } = context;
  const { buffer, starts, ends } = request;
  if (!changeHash(context, request, reply)) return;
  if (hashes.find(buffer, starts[2], ends[2])) return reply.integer(0);
  hashes.prepare(request, 2);
  hashes.set(buffer, starts[2], ends[2], buffer, starts[3], ends[3]);
  hashes.changed(EVENT_HSET, 1);
  reply.integer(1);
}

const HSTRLEN: CommandEntry = {
  name: 'HSTRLEN',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO), string('field')],
  run: hstrlen,
};

function hstrlen(context: Context, request: Request, reply: Reply): void {
  const found = findField(context, request, reply);
  if (isRefused(found)) return;
  const { start, end } = context.hashes.value;
  reply.integer(found ? end - start : 0);
}

export const HASH_FIELD_COMMANDS: readonly CommandEntry[] = [
  HDEL,
  HEXISTS,
  HGET,
  HLEN,
  HMGET,
  HMSET,
  HSET,
  HSETNX,
  HSTRLEN,
];

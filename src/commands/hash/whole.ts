// Hash commands that read a whole hash.
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, key, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { readHash } from './open.ts';

const READ_KEY = key('key', RO | ACCESS);
const TIPS = ['nondeterministic_output_order'];

const HGETALL: CommandEntry = {
  name: 'HGETALL',
  flags: READONLY,
  args: [READ_KEY],
  tips: TIPS,
  run: hgetall,
};

function hgetall(context: Context, request: Request, reply: Reply): void {
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  reply.map(isThere ? context.hashes.count : 0);
  if (isThere) replyRows(context, reply, true, true);
}

const HKEYS: CommandEntry = {
  name: 'HKEYS',
  flags: READONLY,
  args: [READ_KEY],
  tips: TIPS,
  run: hkeys,
};

function hkeys(context: Context, request: Request, reply: Reply): void {
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  reply.array(isThere ? context.hashes.count : 0);
  if (isThere) replyRows(context, reply, true, false);
}

const HVALS: CommandEntry = {
  name: 'HVALS',
  flags: READONLY,
  args: [READ_KEY],
  tips: TIPS,
  run: hvals,
};

function hvals(context: Context, request: Request, reply: Reply): void {
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  reply.array(isThere ? context.hashes.count : 0);
  if (isThere) replyRows(context, reply, false, true);
}

function replyRows({ hashes }: Context, reply: Reply, fields: boolean, values: boolean): void {
  const { field, value } = hashes;
  for (let more = hashes.first(); more; more = hashes.next()) {
    if (fields) reply.bulk(field.bytes, field.start, field.end);
    if (values) reply.bulk(value.bytes, value.start, value.end);
  }
}

export const HASH_WHOLE_COMMANDS: readonly CommandEntry[] = [HGETALL, HKEYS, HVALS];

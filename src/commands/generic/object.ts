// OBJECT: how a value is stored and when it was last accessed. None of this is an access.
import { parseInteger } from '../../domain/bytes/integer.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { encodingName } from '../../domain/memory/kind-names.ts';
import { accessOf, KIND_STRING_INT, kindOf } from '../../domain/memory/record.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  LOADING,
  READONLY,
  STALE,
} from '../../engine/command.ts';
import { key, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { ACCESS_MASK } from '../../engine/turn.ts';
import { helpEntry } from '../help.ts';

/** What is the same in the entries of the subcommands that look at a key. */
const LOOK: Pick<CommandEntry, 'flags' | 'args' | 'tips'> = {
  flags: READONLY | CONSTANT_TIME,
  args: [key('key', RO)],
  tips: ['nondeterministic_output'],
};

/** Redis keeps one object for each of these integers and shares it among all keys ... */
const SHARED_INTEGERS_COUNT = 10000;
/** ... with this count of references. */
const SHARED_REFERENCES = 2 ** 31 - 1;

const OBJECT_ENCODING: CommandEntry = {
  name: 'ENCODING',
  ...LOOK,
  run: objectEncoding,
};

function objectEncoding(context: Context, request: Request, reply: Reply): void {
  const ref = inspect(context, request, reply);
  if (ref === NONE) return;
  reply.bulkText(encodingName(kindOf(context.keyspace.arena, ref)));
}

const OBJECT_FREQ: CommandEntry = {
  name: 'FREQ',
  ...LOOK,
  run: objectFreq,
};

function objectFreq(context: Context, request: Request, reply: Reply): void {
  const { server, keyspace } = context;
  const ref = inspect(context, request, reply);
  if (ref === NONE) return;
  if (!server.live.countsFrequency) return reply.error(FREQUENCY_NOT_TRACKED);
  reply.integer(server.lfu.decayed(accessOf(keyspace.arena, ref), keyspace.records.accessNow));
}

const OBJECT_HELP = helpEntry('OBJECT', () => HELP, { flags: LOADING | STALE | CONSTANT_TIME });

const OBJECT_IDLETIME: CommandEntry = {
  name: 'IDLETIME',
  ...LOOK,
  run: objectIdletime,
};

function objectIdletime(context: Context, request: Request, reply: Reply): void {
  const { server, keyspace } = context;
  const ref = inspect(context, request, reply);
  if (ref === NONE) return;
  if (server.live.countsFrequency) return reply.error(IDLE_TIME_NOT_TRACKED);
  reply.integer((keyspace.records.accessNow - accessOf(keyspace.arena, ref)) & ACCESS_MASK);
}

const OBJECT_REFCOUNT: CommandEntry = {
  name: 'REFCOUNT',
  ...LOOK,
  run: objectRefcount,
};

function objectRefcount(context: Context, request: Request, reply: Reply): void {
  const ref = inspect(context, request, reply);
  if (ref === NONE) return;
  reply.integer(referenceCount(context, ref));
}

/**
 * How many references to a value Redis would count: a value has one, unless it is a shared integer.
 */
export function referenceCount(context: Context, ref: number): number {
  return isSharedInRedis(context, ref) ? SHARED_REFERENCES : 1;
}

/** Finds the key, or replies that it is not there. */
function inspect(context: Context, request: Request, reply: Reply): number {
  const { buffer, starts, ends } = request;
  const ref = context.keyspace.inspect(context.database, buffer, starts[2], ends[2]);
  if (ref === NONE) reply.nil();
  return ref;
}

/** Would Redis share the value? Not when it evicts by access, which is tracked by object. */
function isSharedInRedis(context: Context, ref: number): boolean {
  const { records, arena } = context.keyspace;
  if (kindOf(arena, ref) !== KIND_STRING_INT) return false;
  const { settings, live } = context.server;
  if (live.maxmemory !== 0 && /-l[rf]u$/.test(settings.text('maxmemory-policy'))) return false;
  records.locateValue(ref);
  const value = parseInteger(records.valueBytes, records.valueStart, records.valueEnd);
  return value >= 0 && value < SHARED_INTEGERS_COUNT;
}

const HELP = [
  'ENCODING <key>',
  '    Return the kind of internal representation used in order to store the value',
  '    associated with a <key>.',
  'FREQ <key>',
  '    Return the access frequency index of the <key>. The returned integer is',
  '    proportional to the logarithm of the recent access frequency of the key.',
  'IDLETIME <key>',
  '    Return the idle time of the <key>, that is the approximated number of',
  '    seconds elapsed since the last access to the key.',
  'REFCOUNT <key>',
  '    Return the number of references of the value associated with the specified',
  '    <key>.',
];

const FREQUENCY_NOT_TRACKED =
  'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that ' +
  'when switching between policies at runtime LRU and LFU data will take some time to adjust.';
const IDLE_TIME_NOT_TRACKED =
  'ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when ' +
  'switching between policies at runtime LRU and LFU data will take some time to adjust.';

const OBJECT: CommandEntry = {
  name: 'OBJECT',
  flags: 0,
  args: [],
  subcommands: [OBJECT_ENCODING, OBJECT_FREQ, OBJECT_HELP, OBJECT_IDLETIME, OBJECT_REFCOUNT],
};

export const OBJECT_COMMANDS: readonly CommandEntry[] = [OBJECT];

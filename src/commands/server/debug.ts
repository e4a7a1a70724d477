// DEBUG: for tests of the server and for those who look into it. Redis knows no subcommands here,
// only words behind the name, so they are one table. What has no meaning in Redstart is not in it.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { INT64_END, writeInteger } from '../../domain/bytes/integer.ts';
import {
  badSubcommandCall,
  NO_CONFIG_FILE,
  NO_SUCH_KEY,
  NOT_POSITIVE,
  STRING_TOO_LONG,
} from '../../domain/errors.ts';
import { EVENT_SET } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { encodingName } from '../../domain/memory/kind-names.ts';
import { accessOf, kindOf } from '../../domain/memory/record.ts';
import { kindOfPlainString } from '../../domain/values/string.ts';
import {
  ADMIN,
  type CommandEntry,
  type Context,
  FROM_CLIENT,
  LOADING,
  NOSCRIPT,
  PROTECTED,
  STALE,
} from '../../engine/command.ts';
import { randomHexadecimal } from '../../engine/random-hexadecimal.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';
import { parseMemory } from '../../engine/settings/numbers.ts';
import { ACCESS_MASK, sampleNow } from '../../engine/turn.ts';
import { referenceCount } from '../generic/object.ts';
import { replyHelp } from '../help.ts';
import { digest, digestValue } from './debug-digest.ts';
import { protocol } from './debug-protocol.ts';
import { DEBUG_AOF_FLUSH_SLEEP, DEBUG_LOADAOF, DEBUG_RELOAD } from './debug-reload.ts';
import { type DebugSubcommand, leadingNumber } from './debug-subcommand.ts';
import { chainText, listpack, tableOfKey } from './debug-values.ts';

/** Redis's, a little below 4 GiB. */
const PLAIN_SIZE_MAX = 2n ** 32n - 2n ** 20n;
const BAD_PLAIN_SIZE = 'ERR argument must be a memory value bigger than 1 and smaller than 4gb';

/** Redis cuts keys and values that POPULATE makes to the size of its buffer. */
const POPULATE_TEXT_SIZE_MAX = 127;
/** The dict's directory has no room for more. */
const POPULATE_KEYS_MAX = 2 ** 30;
/** Redis's LRU clock: seconds, 24 bits. */
/** Bytes of a record's reference unit. */
const REF_UNIT_SIZE = 16;

const DEBUG: CommandEntry = {
  name: 'DEBUG',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | PROTECTED,
  args: [],
  arity: -2,
  run: debug,
};

function debug(context: Context, request: Request, reply: Reply): void {
  const { count } = request;
  if (count === 2 && request.is(1, 'help')) return replyHelp(reply, 'DEBUG', helpLines());
  for (const { name, countMin, countMax, run } of SUBCOMMANDS) {
    if (!request.is(1, name.toLowerCase())) continue;
    if (count >= countMin && count <= countMax) return run(context, request, reply);
  }
  reply.error(badSubcommandCall(request.textUntilNul(1), 'DEBUG'));
}

function helpLines(): string[] {
  const shown = SUBCOMMANDS.filter(({ help }) => help.length > 0);
  return shown.flatMap(({ name, usage, help }) => [
    name + usage,
    ...help.map((line) => `    ${line}`),
  ]);
}

const DEBUG_ASSERT: DebugSubcommand = {
  name: 'ASSERT',
  countMin: 2,
  countMax: Number.POSITIVE_INFINITY,
  usage: '',
  help: ['Crash by assertion failed.'],
  run: failAssertion,
};

function failAssertion(): void {
  throw new Error('DEBUG ASSERT: this assertion was asked to fail');
}

const DEBUG_CHANGE_REPL_ID: DebugSubcommand = {
  name: 'CHANGE-REPL-ID',
  countMin: 2,
  countMax: 2,
  usage: '',
  help: [
    'Change the replication IDs of the instance.',
    'Dangerous: should be used only for testing the replication subsystem.',
  ],
  run: changeReplicationId,
};

function changeReplicationId(context: Context, _request: Request, reply: Reply): void {
  const { server } = context;
  server.log.write('notice', 'Changing replication IDs after receiving DEBUG change-repl-id');
  server.replicationId = randomHexadecimal(server.random, 40);
  reply.ok();
}

const DEBUG_CONFIG_REWRITE_FORCE_ALL: DebugSubcommand = {
  name: 'CONFIG-REWRITE-FORCE-ALL',
  countMin: 2,
  countMax: 2,
  usage: '',
  help: [
    'Like CONFIG REWRITE but writes all configuration options, including',
    'keywords not listed in original configuration file or default values.',
  ],
  run: rewriteAll,
};

function rewriteAll(context: Context, _request: Request, reply: Reply): void {
  const { host, settings, rewriteConfig } = context.server;
  if (host.configFile === '' || rewriteConfig === null) {
    return reply.error(NO_CONFIG_FILE);
  }
  const problem = host.updateConfigFile((text) => rewriteConfig(text, settings, { all: true }));
  if (problem !== null) return reply.error(`ERR CONFIG-REWRITE-FORCE-ALL failed: ${problem}`);
  reply.ok();
}

const DEBUG_DIGEST: DebugSubcommand = {
  name: 'DIGEST',
  countMin: 2,
  countMax: 2,
  usage: '',
  help: ['Output a hex signature representing the current DB content.'],
  run: digest,
};

const DEBUG_DIGEST_VALUE: DebugSubcommand = {
  name: 'DIGEST-VALUE',
  countMin: 2,
  countMax: Number.POSITIVE_INFINITY,
  usage: ' <key> [<key> ...]',
  help: ['Output a hex signature of the values of all the specified keys.'],
  run: digestValue,
};

const DEBUG_ERROR: DebugSubcommand = {
  name: 'ERROR',
  countMin: 3,
  countMax: 3,
  usage: ' <string>',
  help: [
    'Return a Redis protocol error with <string> as message. Useful for clients',
    'unit tests to simulate Redis errors.',
  ],
  run: error,
};

/** The error is the caller's and not the command's: it is not counted as a failure. */
function error(_context: Context, request: Request, reply: Reply): void {
  const line = request.text(2).replace(/[\r\n]/g, ' ');
  reply.raw(latin1Bytes(`-${line}\r\n`));
}

const DEBUG_LOG: DebugSubcommand = {
  name: 'LOG',
  countMin: 3,
  countMax: 3,
  usage: ' <message>',
  help: ['Write <message> to the server log.'],
  run: log,
};

function log(context: Context, request: Request, reply: Reply): void {
  context.server.log.write('warning', `DEBUG LOG: ${request.textUntilNul(2)}`);
  reply.ok();
}

const DEBUG_HTSTATS: DebugSubcommand = {
  name: 'HTSTATS',
  countMin: 3,
  countMax: Number.POSITIVE_INFINITY,
  usage: ' <dbid>',
  help: ['Return hash table statistics of the specified Redis database.'],
  run: tableStatistics,
};

function tableStatistics(context: Context, request: Request, reply: Reply): void {
  const { databases } = context.keyspace;
  const index = request.integer(2, reply);
  if (isRefused(index)) return;
  if (index < 0 || index >= databases.length) return reply.error('ERR Out of range database');
  const { dict, heap } = databases[index];
  const lines = ['[Dictionary HT]', 'Hash table 0 stats (main hash table):'];
  if (dict.count === 0) {
    lines.push('No stats available for empty dictionaries');
  } else {
    lines.push(` table size: ${dict.slotsCount}`, ` number of elements: ${dict.count}`);
  }
  lines.push('[Expires heap]', ` number of elements: ${heap.count}`);
  reply.verbatim(`${lines.join('\n')}\n`, 'txt');
}

const DEBUG_HTSTATS_KEY: DebugSubcommand = {
  name: 'HTSTATS-KEY',
  countMin: 3,
  countMax: Number.POSITIVE_INFINITY,
  usage: ' <key> [full]',
  help: ["Like HTSTATS but for the hash table stored at <key>'s value."],
  run: tableOfKey,
};

const DEBUG_LISTPACK: DebugSubcommand = {
  name: 'LISTPACK',
  countMin: 3,
  countMax: 3,
  usage: ' <key>',
  help: ['Show low level info about the listpack encoding of <key>.'],
  run: listpack,
};

const DEBUG_OBJECT: DebugSubcommand = {
  name: 'OBJECT',
  countMin: 3,
  countMax: 3,
  usage: ' <key>',
  help: ['Show low level info about `key` and associated value.'],
  run: object,
};

function object(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { arena, records } = keyspace;
  const { buffer, starts, ends } = request;
  const ref = keyspace.findEvenDue(database, buffer, starts[2], ends[2]);
  if (ref === NONE) return reply.error(NO_SUCH_KEY);
  const kind = kindOf(arena, ref);
  const access = accessOf(arena, ref);
  const idleSeconds = (records.accessNow - access) & ACCESS_MASK;
  const size = context.dumps.sizeOf(ref);
  const place = (ref * REF_UNIT_SIZE).toString(16);
  reply.simple(
    `Value at:0x${place} refcount:${referenceCount(context, ref)} ` +
      `encoding:${encodingName(kind)} serializedlength:${size} ` +
      `lru:${access} lru_seconds_idle:${idleSeconds}${chainText(context, ref)}`,
  );
}

const DEBUG_PANIC: DebugSubcommand = {
  name: 'PANIC',
  countMin: 2,
  countMax: Number.POSITIVE_INFINITY,
  usage: '',
  help: ['Crash the server simulating a panic.'],
  run: panic,
};

function panic(context: Context): void {
  const seconds = Math.floor(context.server.clock.nowMs() / 1000);
  throw new Error(`DEBUG PANIC called at Unix time ${seconds}`);
}

const DEBUG_POPULATE: DebugSubcommand = {
  name: 'POPULATE',
  countMin: 3,
  countMax: 5,
  usage: ' <count> [<prefix>] [<size>]',
  help: [
    'Create <count> string keys named key:<num>. If <prefix> is specified then',
    "it is used instead of the 'key' prefix.",
  ],
  run: populate,
};

function populate(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, server } = context;
  const keys = request.integerWithin(2, 0, INT64_END, reply, NOT_POSITIVE);
  if (isRefused(keys)) return;
  if (keys > POPULATE_KEYS_MAX) return reply.error('ERR OOM in dictTryExpand');
  let size: number | Refused = 0;
  if (request.count === 5) size = request.integerWithin(4, 0, INT64_END, reply, NOT_POSITIVE);
  if (isRefused(size)) return;
  if (size > server.live.bulkSizeMax) return reply.error(STRING_TOO_LONG);
  const prefix = latin1Bytes(`${request.count === 3 ? 'key' : request.textUntilNul(3)}:`);
  const key = new Uint8Array(prefix.length + 20);
  key.set(prefix);
  const text = new Uint8Array(32);
  text.set(latin1Bytes('value:'));
  const value = new Uint8Array(size);
  for (let i = 0; i < keys; i++) {
    const keyEnd = Math.min(writeInteger(key, prefix.length, i), POPULATE_TEXT_SIZE_MAX);
    if (keyspace.findToChange(database, key, 0, keyEnd) !== NONE) continue;
    const textEnd = writeInteger(text, 6, i);
    if (size > 0) value.set(text.subarray(0, Math.min(textEnd, size)));
    const bytes = size > 0 ? value : text;
    const end = size > 0 ? size : textEnd;
    const kind = kindOfPlainString(end);
    keyspace.add(database, key, 0, keyEnd, bytes, 0, end, kind, EVENT_SET);
  }
  reply.ok();
}

const DEBUG_PROTOCOL: DebugSubcommand = {
  name: 'PROTOCOL',
  countMin: 3,
  countMax: 3,
  usage: ' <type>',
  help: [
    'Reply with a test value of the specified type. <type> can be: string,',
    'integer, double, bignum, null, array, set, map, attrib, push, verbatim,',
    'true, false.',
  ],
  run: protocol,
};

const DEBUG_QUICKLIST_PACKED_THRESHOLD: DebugSubcommand = {
  name: 'QUICKLIST-PACKED-THRESHOLD',
  countMin: 3,
  countMax: 3,
  usage: ' <size>',
  help: [
    'Sets the threshold for elements to be inserted as plain vs packed nodes',
    'Default value is 1GB, allows values up to 4GB. Setting to 0 restores to default.',
  ],
  run: setPlainSize,
};

function setPlainSize({ server }: Context, request: Request, reply: Reply): void {
  const size = parseMemory(request.text(2));
  if (size === null || size < 0n || size > PLAIN_SIZE_MAX) return reply.error(BAD_PLAIN_SIZE);
  server.live.collections.listPlainSize = Number(size);
  reply.ok();
}

const DEBUG_SET_ACTIVE_EXPIRE: DebugSubcommand = {
  name: 'SET-ACTIVE-EXPIRE',
  countMin: 3,
  countMax: 3,
  usage: ' <0|1>',
  help: [
    'Setting it to 0 disables expiring keys in background when they are not',
    'accessed (otherwise the Redis behavior). Setting it to 1 reenables back the',
    'default.',
  ],
  run: setActiveExpire,
};

function setActiveExpire(context: Context, request: Request, reply: Reply): void {
  context.server.isActiveExpireOn = isOn(request, 2);
  reply.ok();
}

/** Redis's HELP does not name it. */
const DEBUG_SET_DISABLE_DENY_SCRIPTS: DebugSubcommand = {
  name: 'SET-DISABLE-DENY-SCRIPTS',
  countMin: 3,
  countMax: 3,
  usage: ' <0|1>',
  help: [],
  run: setDisableDenyScripts,
};

function setDisableDenyScripts(context: Context, request: Request, reply: Reply): void {
  context.server.scripting.callsEverything = isOn(request, 2);
  reply.ok();
}

const DEBUG_SET_SKIP_CHECKSUM_VALIDATION: DebugSubcommand = {
  name: 'SET-SKIP-CHECKSUM-VALIDATION',
  countMin: 3,
  countMax: 3,
  usage: ' <0|1>',
  help: ['Enables or disables checksum checks for RDB files and RESTORE payload.'],
  run: setSkipChecksumValidation,
};

function setSkipChecksumValidation(context: Context, request: Request, reply: Reply): void {
  context.dumps.checksChecksum = !isOn(request, 2);
  reply.ok();
}

const DEBUG_SLEEP: DebugSubcommand = {
  name: 'SLEEP',
  countMin: 3,
  countMax: 3,
  usage: ' <seconds>',
  help: ['Stop the server for <seconds>. Decimals allowed.'],
  run: sleep,
};

function sleep(context: Context, request: Request, reply: Reply): void {
  const { server } = context;
  const seconds = leadingNumber(request.textUntilNul(2));
  if (seconds > 0) server.host.sleep(seconds * 1e6);
  // Within a script or a transaction time stands still.
  if (context.origin === FROM_CLIENT) sampleNow(server, server.clock.elapsedUs());
  reply.ok();
}

const DEBUG_PAUSE_CRON: DebugSubcommand = {
  name: 'PAUSE-CRON',
  countMin: 3,
  countMax: 3,
  usage: ' <0|1>',
  help: ['Stop periodic cron job processing.'],
  run: pauseCron,
};

function pauseCron(context: Context, request: Request, reply: Reply): void {
  context.server.isCronPaused = isOn(request, 2);
  reply.ok();
}

const DEBUG_REPLYBUFFER: DebugSubcommand = {
  name: 'REPLYBUFFER',
  countMin: 4,
  countMax: 4,
  usage: ' RESIZING <0|1>',
  help: ['Accepted and without effect: no client has a reply buffer of its own.'],
  run: (_context, request, reply) => {
    if (request.is(2, 'resizing')) return reply.ok();
    reply.error(badSubcommandCall(request.textUntilNul(1), 'DEBUG'));
  },
};

const DEBUG_VERIFY: DebugSubcommand = {
  name: 'VERIFY',
  countMin: 2,
  countMax: 2,
  usage: '',
  help: ['Check all invariants of the dataset in memory, in time linear in its size.'],
  run: verify,
};

function verify({ keyspace }: Context, _request: Request, reply: Reply): void {
  try {
    keyspace.verify();
  } catch (problem) {
    return reply.error(`ERR ${(problem as Error).message}`);
  }
  reply.ok();
}

/** A switch as C's atoi reads it: everything but a number other than 0 is off. */
function isOn(request: Request, argument: number): boolean {
  const text = /^\s*[+-]?\d+/.exec(request.textUntilNul(argument));
  return text !== null && Number(text[0]) !== 0;
}

/** In the order of DEBUG HELP. */
const SUBCOMMANDS: readonly DebugSubcommand[] = [
  DEBUG_AOF_FLUSH_SLEEP,
  DEBUG_ASSERT,
  DEBUG_CHANGE_REPL_ID,
  DEBUG_CONFIG_REWRITE_FORCE_ALL,
  DEBUG_DIGEST,
  DEBUG_DIGEST_VALUE,
  DEBUG_ERROR,
  DEBUG_LOG,
  DEBUG_HTSTATS,
  DEBUG_HTSTATS_KEY,
  DEBUG_LISTPACK,
  DEBUG_LOADAOF,
  DEBUG_OBJECT,
  DEBUG_PANIC,
  DEBUG_POPULATE,
  DEBUG_PROTOCOL,
  DEBUG_QUICKLIST_PACKED_THRESHOLD,
  DEBUG_RELOAD,
  DEBUG_SET_ACTIVE_EXPIRE,
  DEBUG_SET_DISABLE_DENY_SCRIPTS,
  DEBUG_SET_SKIP_CHECKSUM_VALIDATION,
  DEBUG_SLEEP,
  DEBUG_PAUSE_CRON,
  DEBUG_REPLYBUFFER,
  DEBUG_VERIFY,
];

export const DEBUG_COMMANDS: readonly CommandEntry[] = [DEBUG];

// MEMORY: what memory is used for.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { sizeOfEntry } from '../../domain/keyspace/size.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  type CommandEntry,
  type Context,
  READONLY,
  type ServerView,
} from '../../engine/command.ts';
import { integer, key, optional, RO } from '../../engine/declaration/arguments.ts';
import { type MemoryReport, reportMemory } from '../../engine/memory-report.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { humanSize, twoDecimals } from '../../engine/stats/info-text.ts';
import { helpEntry } from '../help.ts';
import { ALLOCATOR_NAME } from './info-memory.ts';

const SPECIAL_ON_ALL_SHARDS = [
  'nondeterministic_output',
  'request_policy:all_shards',
  'response_policy:special',
];
/** Blocks that are freed by one call to the keyspace. */
const STEP_BLOCKS = 1024;

const MEBIBYTE = 2 ** 20;
/** Below this, the doctor finds nothing worth a word. */
const EXAMINED_SIZE_MIN = 5 * MEBIBYTE;
/** What the doctor holds for too much: ratios, and the sizes below which they do not matter. */
const PEAK_RATIO_MAX = 1.5;
const RESIDENT_RATIO_MAX = 1.4;
const RESERVED_RATIO_MAX = 1.1;
const EXCESS_SIZE_MAX = 10 * MEBIBYTE;
const CLIENT_SIZE_MAX = 200 * 1024;

/** Entries of MEMORY STATS besides one for each database. */
const STATS_COUNT = 22;

const HELP = [
  'DOCTOR',
  '    Return memory problems reports.',
  'MALLOC-STATS',
  '    Return internal statistics report from the memory allocator.',
  'PURGE',
  '    Attempt to purge dirty pages for reclamation by the allocator.',
  'STATS',
  '    Return information about the memory usage of the server.',
  'USAGE <key> [SAMPLES <count>]',
  '    Return memory in bytes used by <key> and its value. Nested values are',
  '    sampled up to <count> times (default: 5, 0 means sample all).',
];

const MEMORY_DOCTOR: CommandEntry = {
  name: 'DOCTOR',
  flags: 0,
  tips: SPECIAL_ON_ALL_SHARDS,
  args: [],
  run: doctor,
};

function doctor({ server }: Context, _request: Request, reply: Reply): void {
  reply.verbatim(doctorText(reportMemory(server), server.sessions.size), 'txt');
}

/** Redis's checks and bounds; the words are of this server. */
function doctorText(report: MemoryReport, clients: number): string {
  if (report.used < EXAMINED_SIZE_MIN) {
    return 'This server is empty or uses very little memory, too little to find problems in.\n';
  }
  const findings: string[] = [];
  if (report.peak / report.used > PEAK_RATIO_MAX) {
    findings.push(
      `Peak memory: the server once used ${humanSize(report.peak)}, more than 150% of what it ` +
        'uses now. Memory that was given back may still be resident; it is used again as data ' +
        'grows.',
    );
  }
  if (report.residentRatio > RESIDENT_RATIO_MAX && report.residentExcess > EXCESS_SIZE_MAX) {
    findings.push(
      `High total RSS: the process occupies ${twoDecimals(report.residentRatio)} times the ` +
        'memory that is counted. The difference is the JavaScript engine, memory that was freed ' +
        'after a peak, and free blocks of the arena.',
    );
  }
  if (report.reservedRatio > RESERVED_RATIO_MAX && report.reservedExcess > EXCESS_SIZE_MAX) {
    findings.push(
      `High allocator fragmentation: ${humanSize(report.reservedExcess)} of the arena lie in ` +
        'free blocks and pages. New data of all sizes uses free pages first.',
    );
  }
  if (report.clients / Math.max(clients, 1) > CLIENT_SIZE_MAX) {
    findings.push(
      `Big client buffers: clients use ${humanSize(report.clients)}, more than 200K each on ` +
        'average. Find those that send large pipelines or do not read replies with CLIENT LIST.',
    );
  }
  if (findings.length === 0) return 'No memory problem was found in this server.\n';
  const lines = findings.map((finding) => ` * ${finding}\n\n`);
  return `Memory problems were found in this server:\n\n${lines.join('')}`;
}

const MEMORY_HELP = helpEntry('MEMORY', () => HELP);

const MEMORY_MALLOC_STATS: CommandEntry = {
  name: 'MALLOC-STATS',
  flags: 0,
  tips: SPECIAL_ON_ALL_SHARDS,
  args: [],
  run: mallocStats,
};

function mallocStats({ server }: Context, _request: Request, reply: Reply): void {
  reply.verbatim(allocatorText(server), 'txt');
}

function allocatorText({ keyspace }: ServerView): string {
  const { arena } = keyspace;
  const slabs = arena.bytes.filter((slab) => slab.length > 0).length;
  return (
    `${ALLOCATOR_NAME}\n` +
    `slabs: ${slabs}, bytes reserved: ${arena.reservedSize}, bytes in blocks: ${arena.usedSize}\n` +
    `large blocks: ${arena.large.count}, bytes: ${arena.large.usedSize}\n` +
    `keys waiting to be freed: ${keyspace.pending.count}\n`
  );
}

const MEMORY_PURGE: CommandEntry = {
  name: 'PURGE',
  flags: 0,
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [],
  run: purge,
};

/** Frees what FLUSHDB ASYNC left to be freed. The arena itself gives free slabs back at once. */
function purge({ keyspace }: Context, _request: Request, reply: Reply): void {
  while (keyspace.pending.freeSlice(STEP_BLOCKS));
  reply.ok();
}

const MEMORY_STATS: CommandEntry = {
  name: 'STATS',
  flags: 0,
  tips: SPECIAL_ON_ALL_SHARDS,
  args: [],
  run: stats,
};

/**
 * Redis's map without the figures that are not known here: what of the allocator's memory is
 * resident, as apart from the process's.
 */
function stats({ server }: Context, _request: Request, reply: Reply): void {
  const report = reportMemory(server);
  reply.map(STATS_COUNT + report.databases.length);
  replyInteger(reply, 'peak.allocated', report.peak);
  replyInteger(reply, 'total.allocated', report.used);
  replyInteger(reply, 'startup.allocated', report.startup);
  replyInteger(reply, 'replication.backlog', 0);
  replyInteger(reply, 'clients.slaves', 0);
  replyInteger(reply, 'clients.normal', report.clients);
  replyInteger(reply, 'cluster.links', 0);
  replyInteger(reply, 'aof.buffer', 0);
  replyInteger(reply, 'lua.caches', server.scripting.scriptsSize);
  replyInteger(reply, 'functions.caches', server.scripting.functions.size);
  for (const { index, keysSize, deadlinesSize } of report.databases) {
    reply.bulkText(`db.${index}`);
    reply.map(3);
    replyInteger(reply, 'overhead.hashtable.main', keysSize);
    replyInteger(reply, 'overhead.hashtable.expires', deadlinesSize);
    replyInteger(reply, 'overhead.hashtable.slot-to-keys', 0);
  }
  replyInteger(reply, 'overhead.total', report.overhead);
  replyInteger(reply, 'keys.count', report.keysCount);
  replyInteger(reply, 'keys.bytes-per-key', report.bytesPerKey);
  replyInteger(reply, 'dataset.bytes', report.dataset);
  replyDouble(reply, 'dataset.percentage', report.datasetPercent);
  replyDouble(reply, 'peak.percentage', report.peakPercent);
  replyInteger(reply, 'allocator.allocated', report.used);
  replyInteger(reply, 'allocator.active', report.reserved);
  replyDouble(reply, 'allocator-fragmentation.ratio', report.reservedRatio);
  replyInteger(reply, 'allocator-fragmentation.bytes', report.reservedExcess);
  replyDouble(reply, 'fragmentation', report.residentRatio);
  replyInteger(reply, 'fragmentation.bytes', report.residentExcess);
}

function replyInteger(reply: Reply, name: string, value: number): void {
  reply.bulkText(name);
  reply.integer(value);
}

function replyDouble(reply: Reply, name: string, value: number): void {
  reply.bulkText(name);
  reply.double(value);
}

const MEMORY_USAGE: CommandEntry = {
  name: 'USAGE',
  flags: READONLY,
  args: [key('key', RO), optional(integer('count', { token: 'SAMPLES' }))],
  run: usage,
};

/** The size is known and not estimated, so the number of samples is checked and then ignored. */
function usage({ keyspace, database }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends, count } = request;
  for (let i = 3; i < count; i += 2) {
    if (i + 1 === count || !request.is(i, 'samples')) return reply.error(SYNTAX_ERROR);
    const samples = request.integer(i + 1, reply);
    if (isRefused(samples)) return;
    if (samples < 0) return reply.error(SYNTAX_ERROR);
  }
  const ref = keyspace.find(database, buffer, starts[2], ends[2]);
  if (ref === NONE) return reply.nil();
  reply.integer(sizeOfEntry(keyspace, database, ref));
}

const MEMORY: CommandEntry = {
  name: 'MEMORY',
  flags: 0,
  args: [],
  subcommands: [
    MEMORY_DOCTOR,
    MEMORY_HELP,
    MEMORY_MALLOC_STATS,
    MEMORY_PURGE,
    MEMORY_STATS,
    MEMORY_USAGE,
  ],
};

export const MEMORY_COMMANDS: readonly CommandEntry[] = [MEMORY];

// INFO on the reference and on Redstart: which fields there are, in which order, and those figures
// that both count alike.
import assert from 'node:assert/strict';
import { comparison, differential, type Pair } from '../support/differential.ts';
import { wordsOf } from '../support/lines.ts';
import { recorded } from '../support/recorded.ts';
import { parseReply } from '../support/resp.ts';

/** Fields that Redis does not have, and fields of Redis that are not known here: see info.ts. */
const OURS = ['redstart_version', 'node_version', 'expired_subkeys'];
const THEIRS = [
  'allocator_resident',
  'allocator_rss_ratio',
  'allocator_rss_bytes',
  'rss_overhead_ratio',
  'rss_overhead_bytes',
  'used_cpu_sys_main_thread',
  'used_cpu_user_main_thread',
];

const SECTIONS = [
  '',
  'all',
  'everything',
  'default',
  'server',
  'clients',
  'memory',
  'persistence',
  'stats',
  'replication',
  'CPU',
  'modules',
  'module_list',
  'commandstats',
  'errorstats',
  'latencystats',
  'cluster',
  'keyspace',
  'debug',
  'keyspace cpu',
  'cpu all',
  'debug default',
  'cpu nosuch cpu',
];

for (const sections of SECTIONS) {
  const name = `INFO ${sections}: names of fields`;
  comparison(name, {}, async (pair) => {
    await pair.send('', 2, ['CONFIG', 'RESETSTAT']);
    await pair.send('', 2, ['SET', 'a', '1']);
    await pair.send('', 2, ['SET', 'a', '1', 'NO']);
    const [theirs, ours] = await infoOf(pair, sections);
    assert.equal(namesOf(ours, OURS), recorded(name, namesOf(theirs, THEIRS)));
  });
}

/** Lines, and the fields that are equal after them. */
const COUNTED: readonly [sections: string, lines: readonly string[], fields: readonly string[]][] =
  [
    [
      'stats',
      ['SET a 1', 'GET a', 'GET b', 'GET', 'NOSUCH', 'SET a 1 PX 1 NX'],
      ['total_commands_processed', 'keyspace_hits', 'keyspace_misses', 'total_error_replies'],
    ],
    [
      'commandstats',
      ['SET a 1', 'SET b 1', 'INCR a', 'INCR b', 'SET c x', 'INCR c', 'GET', 'CONFIG GET hz'],
      ['cmdstat_set', 'cmdstat_incr', 'cmdstat_get', 'cmdstat_config|get'],
    ],
    [
      'errorstats',
      ['SET c x', 'INCR c', 'GET', 'NOSUCH', 'SELECT 99', 'CONFIG NOSUCH'],
      ['errorstat_ERR', 'errorstat_WRONGTYPE'],
    ],
    ['keyspace', ['SET a 1', 'SET b 1', 'SELECT 3', 'SET c 1'], ['db0', 'db3', 'db1']],
    ['replication', [], ['role', 'connected_slaves', 'master_repl_offset', 'repl_backlog_size']],
    ['clients', [], ['connected_clients', 'maxclients']],
    ['memory', ['CONFIG SET maxmemory 1536mb'], ['maxmemory', 'maxmemory_human']],
    ['memory', ['CONFIG SET maxmemory 0'], ['maxmemory_human', 'maxmemory_policy']],
    ['persistence cluster', [], ['loading', 'aof_rewrite_in_progress', 'cluster_enabled']],
  ];

for (const [sections, lines, fields] of COUNTED) {
  comparison(`INFO ${sections}: ${fields.join(' ')} ${lines.join(', ')}`, {}, async (pair) => {
    await pair.send('', 2, ['CONFIG', 'RESETSTAT']);
    for (const line of lines) await pair.send('', 2, wordsOf(line));
    const [theirs, ours] = await infoOf(pair, sections);
    for (const field of fields) assert.equal(fieldOf(ours, field), fieldOf(theirs, field), field);
  });
}

differential('INFO: replies', ['INFO modules', 'INFO cluster', 'INFO keyspace', 'INFO nosuch']);

async function infoOf(pair: Pair, sections: string): Promise<string[]> {
  const replies = await pair.send('', 2, wordsOf(`INFO ${sections}`));
  return replies.map((reply) => parseReply(reply).text);
}

/** Headings and names of fields, one per line, without the names that only one server has. */
function namesOf(text: string, only: readonly string[]): string {
  const names = text.split('\r\n').map((line) => line.replace(/:.*/s, ''));
  // Redis has no fixed order of commands.
  const order = names.filter((name) => !isOfCommand(name) && !only.includes(name));
  return [...order, ...names.filter(isOfCommand).sort()].join('\n');
}

function isOfCommand(name: string): boolean {
  return /^(cmdstat|latency_percentiles_usec)_/.test(name);
}

/** The value, without the times that a command took. */
function fieldOf(text: string, field: string): string {
  const line = text.split('\r\n').find((other) => other.startsWith(`${field}:`)) ?? 'absent';
  return line.replace(/,usec(_per_call)?=[0-9.]+/g, '');
}

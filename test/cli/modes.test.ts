// `--pipe`, `--scan` and what looks at all keys or at the server, beside redis-cli.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latency, statLine } from '../../src/cli/watch.ts';
import { isRedisCli72, noRedisCli, runOurs, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { encodeCommand } from '../support/resp.ts';

const file = fileServer();

let filled: Promise<void> | null = null;

/** The data that all tests here find. */
function fill(): Promise<void> {
  filled ??= fillOnce();
  return filled;
}

async function fillOnce(): Promise<void> {
  const client = await RawClient.connect(file.port);
  await client.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
  const commands: readonly (readonly string[])[] = [
    ['MSET', 'short', 'x', 'longer', 'xxxxxxxxxx', 'k\0ey"\xff', 'xxx'],
    ['RPUSH', 'list', 'a', 'b', 'c'],
    ['HSET', 'hash', 'f', 'v'],
    ['XADD', 'stream', '1-1', 'f', 'v'],
    ['SADD', 'set', 'a', 'b'],
    ['ZADD', 'zset', '1', 'a'],
  ];
  for (const words of commands) await client.command(...words);
  client.close();
}

const SAME: readonly (readonly string[])[] = [
  ['--scan', '--no-raw'],
  ['--scan', '--pattern', 's*', '--count', '1'],
  ['--scan', '--quoted-pattern', '"k\\x00*"', '--no-raw'],
  ['--scan', '--count', '0'],
  ['--bigkeys'],
  ['--bigkeys', '--count', '1', '-i', '0.01'],
  ['--bigkeys', '--pattern', 'none'],
  ['--memkeys'],
  ['--memkeys-samples', '1'],
];

for (const args of SAME) {
  const only72 = args.includes('--count') && !isRedisCli72 && 'redis-cli of 7.2 alone';
  test(`as redis-cli: ${args.join(' ')}`, { skip: noRedisCli || only72 }, async () => {
    await fill();
    const asked = { args: ['-p', String(file.port), ...args] };
    const [ours, theirs] = [await runOurs(asked), await runRedisCli(asked)];
    // redis-cli's order of types is that of a table with a random seed.
    const isSorted = args[0] !== '--scan';
    const linesOf = (text: string) => (isSorted ? text.split('\n').sort() : text);
    assert.deepEqual({ ...ours, out: linesOf(ours.out) }, { ...theirs, out: linesOf(theirs.out) });
  });
}

test('--scan --type', async () => {
  await fill();
  const said = await runOurs({ args: ['-p', String(file.port), '--scan', '--type', 'hash'] });
  assert.deepEqual(said, { out: 'hash\n', err: '', status: 0 });
});

test('--hotkeys finds all keys while they are few, the hottest first', async () => {
  await fill();
  const { out, status } = await runOurs({ args: ['-p', String(file.port), '--hotkeys'] });
  assert.equal(status, 0);
  assert.match(out, /Sampled 8 keys in the keyspace!\n/);
  const counters = [...out.matchAll(/^hot key found with counter: (\d+)\tkeyname: "/gm)];
  const numbers = counters.map(([, number]) => Number(number));
  assert.equal(numbers.length, 8);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
});

const PIPED: readonly (readonly [name: string, input: string])[] = [
  ['nothing', ''],
  ['RESP', encodeCommand(['SET', 'piped', 'a\r\nb']).toString('latin1').repeat(1000)],
  ['lines', 'SET piped a\nGET piped\n'.repeat(1000)],
  ['errors', 'NOSUCH\nINCR list\nPING\n'],
  ['a line without its end', 'PING'],
];

for (const [name, input] of PIPED) {
  test(`--pipe as redis-cli: ${name}`, { skip: noRedisCli }, async () => {
    const asked = { args: ['-p', String(file.port), '-n', '1', '--pipe'], input };
    assert.deepEqual(await runOurs(asked), await runRedisCli(asked));
  });
}

test('--pipe gives up when no reply comes', async () => {
  const args = ['-p', String(file.port), '--pipe', '--pipe-timeout', '1'];
  const said = await runOurs({ args, input: 'PING\n*2\r\n$4\r\nECHO\r\n$1000\r\nx' });
  assert.match(said.err, /^No replies for 1 seconds: exiting\.\n$/);
  assert.match(said.out, /\nerrors: 1, replies: 1\n$/);
  assert.equal(said.status, 1);
});

test('--rdb where there is no SYNC says so, and makes no file', async () => {
  const args = ['-p', String(file.port), '--rdb', '/nonexistent/dump.rdb'];
  const said = await runOurs({ args });
  assert.equal(said.status, 1);
  assert.match(said.err, /SYNC with master failed: -ERR unknown command|Error opening/);
});

test('--latency without a terminal says one line', async () => {
  const args = ['-p', String(file.port), '--latency', '--csv', '-i', '0.01'];
  const { out, status } = await runOurs({ args });
  assert.equal(status, 0);
  assert.match(out, /^\d+,\d+,\d+\.\d\d,\d+\n$/);
});

const LATENCIES: readonly (readonly [output: string, text: string])[] = [
  ['standard', 'min: 1, max: 4, avg: 2.50 (2 samples)'],
  ['raw', '1 4 2.50 2\n'],
  ['json', '{"min": 1, "max": 4, "avg": 2.50, "count": 2}\n'],
];

test('latencies in all ways to print them', () => {
  const latency = new Latency(0);
  latency.add(4);
  latency.add(1);
  for (const [output, text] of LATENCIES) assert.equal(latency.text(output), text);
});

test('a line of --stat', () => {
  const info = [
    'used_memory:1688000',
    'connected_clients:12',
    'blocked_clients:0',
    'loading:0',
    'rdb_bgsave_in_progress:1',
    'aof_rewrite_in_progress:1',
    'total_connections_received:108',
    'db0:keys=7,expires=0,avg_ttl=0',
    'db12:keys=3,expires=0,avg_ttl=0',
  ].join('\r\n');
  const line = '10         1.61M    12      0       60273 (+8)          108         SAVE+AOF\n';
  assert.equal(statLine(info, 60273, 8), line);
});

// `redstart bench` as a program: what it prints beside redis-benchmark, what it leaves in the
// server, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  isRedisCli72,
  noRedisBenchmark,
  OUR_BENCHMARK,
  runOurBenchmark,
  runRedisBenchmark,
  type Said,
} from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { startRedstart } from '../support/server.ts';

const file = fileServer();
const FEW = '-n 100 -c 3';

function ours(line: string): Promise<Said> {
  return runOurBenchmark({ args: argsOf(line) });
}

function argsOf(line: string): string[] {
  return `-p PORT ${line}`.replaceAll('PORT', String(file.port)).split(' ');
}

/** Without what differs: numbers with a fraction, and lines that are overwritten. */
function masked(text: string): string[] {
  const lines = text.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1));
  return lines
    .map((line) => line.replaceAll(/\d+\.\d+/g, '#').trim())
    .filter((line) => line !== '');
}

/** All that both print at the same place; of a report what stands before its latencies. */
function comparable({ out, err, status }: Said): object {
  const lines = masked(out);
  const end = lines.findIndex((line) => line.startsWith('Latency by'));
  const told = end < 0 ? lines : lines.slice(0, end);
  const others = told.filter((line) => !line.startsWith('processor time'));
  return { out: others, err: err.trim().split('\n')[0], status };
}

/** That of 7.0 has no XADD, and hangs where nobody listens. */
const SAME72: readonly string[] = [`${FEW} --csv`, `${FEW} -q -r 10`, '-p 1 -q -t get'];
const SAME: readonly string[] = [
  ...SAME72,
  `${FEW} -t ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset -q`,
  `${FEW} -t ping,lrange_300 -d 20`,
  `${FEW} -t get -k 1 --threads 2`,
  `${FEW} --csv -P 7 rpush list __rand_int__`,
  `${FEW} -q set a b c`,
  `${FEW} --dbnum 77 -q -t ping_mbulk`,
  '-s /nonexistent/socket -q -t get',
  '-u http://a -t get',
];

for (const line of SAME) {
  const no72 = SAME72.includes(line) && !isRedisCli72 && 'redis-benchmark of 7.2 alone';
  test(`as redis-benchmark: ${line}`, { skip: noRedisBenchmark || no72 }, async () => {
    const asked = { args: argsOf(line) };
    const [mine, theirs] = await Promise.all([runOurBenchmark(asked), runRedisBenchmark(asked)]);
    const [one, other] = [comparable(mine), comparable(theirs)] as { out: string[]; err: string }[];
    // It ends with the first error, and names another place.
    if (one.err.includes('ERR')) {
      assert.equal(one.err.replace(/.*ERR/, 'ERR'), other.err.replace(/.*ERR/, 'ERR'));
      assert.deepEqual([mine.status, theirs.status], [1, 1]);
    } else {
      assert.deepEqual(one, other);
    }
  });
}

async function asked(...words: readonly string[]): Promise<unknown> {
  const client = await RawClient.connect(file.port);
  const reply = await client.command(...words);
  client.close();
  return reply;
}

const COUNTED: readonly (readonly [line: string, length: number])[] = [
  ['-n 1000 -c 7 -P 16', 1000],
  ['-n 5 -c 50', 5],
  ['-n 1000 -c 5 -k 0 -P 100', 1000],
  ['-n 1000 -c 5 --threads 3 -P 7', 1000],
  ['-n 30 -c 2 -P 30 -d 40000', 30],
];

for (const [line, length] of COUNTED) {
  test(`exactly as many requests as were asked for: ${line}`, async () => {
    await asked('DEL', 'counted');
    const { status, err } = await ours(`${line} -q rpush counted __data__`);
    assert.deepEqual([status, err], [0, '']);
    assert.equal(await lengthOf('counted'), length);
  });
}

async function lengthOf(key: string): Promise<number> {
  return Number(String(await asked('LLEN', key)).replace(/\D/g, ''));
}

test('database, RESP3, the last argument from the input, a seed', async () => {
  const left: string[] = [];
  for (const clients of [3, 1]) {
    await asked('FLUSHALL');
    const line = `-n 20 -c ${clients} -3 -r 1000000 --seed 5 --dbnum 3 -q -x rpush __rand_int__`;
    const said = await runOurBenchmark({ args: argsOf(line), input: 'from the input' });
    assert.deepEqual([said.status, said.err], [0, '']);
    left.push(await dump(3));
    assert.equal(await dump(0), '*0\r\n');
  }
  assert.match(left[0], /^\*20\r\n(\$29\r\n000000\d{6} from the input 1\r\n){20}$/);
  assert.equal(left[0], left[1], 'one seed, one sequence of keys');
});

/** Keys, their first elements and lengths. */
async function dump(database: number): Promise<string> {
  const script = `redis.call('SELECT', ARGV[1])
    local keys = redis.call('KEYS', '*')
    table.sort(keys)
    for i, key in ipairs(keys) do
      keys[i] = key .. ' ' .. redis.call('LINDEX', key, 0) .. ' ' .. redis.call('LLEN', key)
    end
    return keys`;
  return String(await asked('EVAL', script, '0', String(database)));
}

test('--json says all of it', async () => {
  const { out, status } = await ours('-n 200 -c 4 -t set,get --json');
  assert.equal(status, 0);
  const { servers, tests, options } = JSON.parse(out);
  assert.match(servers[0].version, /^redstart /);
  assert.deepEqual([options.clients, options.requests], [4, 200]);
  assert.deepEqual(
    tests.map((one: { test: string }) => one.test),
    ['SET', 'GET'],
  );
  const { latency_ms: ms, rps, requests, errors } = tests[0];
  assert.deepEqual([requests, errors], [200, 0]);
  assert.ok(rps > 0);
  const values = [ms.min, ms.p50, ms.p90, ms.p95, ms.p99, ms['p99.9'], ms.max];
  assert.deepEqual(
    values,
    values.toSorted((a, b) => a - b),
  );
});

test('--compare: both have their turns, and the report has charts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redstart-bench-'));
  const html = join(folder, 'report.html');
  const line = `-n 50 -c 2 --rounds 2 --compare PORT --csv --html ${html} lpush turns<b> x`;
  await asked('DEL', 'turns<b>');
  const { out, status } = await ours(line);
  assert.equal(status, 0);
  assert.match(out, /^"test","rps","compared_rps","rps_ratio",/);
  assert.match(out, /\n"lpush turns<b> x","\d+\.\d\d","\d+\.\d\d","\d+\.\d{3}",/);
  assert.equal(await lengthOf('turns<b>'), 200);
  const text = readFileSync(html, 'utf8');
  rmSync(folder, { recursive: true });
  assert.match(text, /^<!doctype html>[\s\S]*<svg [\s\S]*<polyline [\s\S]*<\/html>\n$/);
  assert.ok(text.includes('lpush turns&#60;b&#62; x'));
  assert.doesNotMatch(text, /<script|https?:|NaN|undefined/);
});

test('a report that cannot be written is told before anything is run', async () => {
  await asked('DEL', 'unwritten');
  const said = await ours('-n 5 --html /nonexistent/report.html incr unwritten');
  assert.equal(said.err, 'Cannot write /nonexistent/report.html: No such file or directory\n');
  assert.equal(said.status, 1);
  assert.equal(await lengthOf('unwritten'), 0);
});

test('errors are counted, the first one is told, and the others do not end it', async () => {
  const { out, err, status } = await ours('-n 10 -c 1 --csv -P 3 incr none extra');
  assert.equal(status, 1);
  const [first, count] = err.split('\n');
  assert.match(first, /^Error from server: ERR wrong number of arguments for 'incr' command$/);
  assert.equal(count, 'incr none extra: 10 of 10 replies were errors');
  assert.match(out, /\n"incr none extra","/);
});

test('requirepass', async () => {
  const server = await startRedstart(['--requirepass', 'secret']);
  const line = (more: string) => `-p ${server.port} -n 10 -c 1 -q ${more}ping`.split(' ');
  const [refused, wrong, right] = await Promise.all(
    ['', '-a wrong ', '-a secret --user default '].map((more) =>
      runOurBenchmark({ args: line(more) }),
    ),
  );
  await server.stop();
  assert.match(refused.err, /^Error from server: NOAUTH Authentication required\.\n$/);
  assert.match(wrong.err, /^AUTH failed: WRONGPASS /);
  assert.deepEqual([refused.status, wrong.status, right.status], [1, 1, 0]);
  assert.deepEqual([refused.out, wrong.out, right.err], ['', '', '']);
});

/** Runs without an end of its own until `begun` resolves, then `end` is done. */
async function interrupted(
  args: readonly string[],
  end: (kill: (signal: NodeJS.Signals) => void) => void,
  begun: () => Promise<void>,
): Promise<Said> {
  const child = spawn(process.execPath, [OUR_BENCHMARK, ...args], { timeout: 20_000 });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('latin1')));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await begun();
  end((signal) => child.kill(signal));
  return { status: await ended, out, err };
}

/** Resolves when a list is so long that each client has had replies. */
function isThere(port: number, key: string): () => Promise<void> {
  return async () => {
    const client = await RawClient.connect(port);
    const length = async () => Number(String(await client.command('LLEN', key)).slice(1));
    while ((await length()) < 1000);
    client.close();
  };
}

test('a server that goes in the midst', async () => {
  const server = await startRedstart();
  const args = `-p ${server.port} -n 1000000000 -q lpush begun x`.split(' ');
  const said = await interrupted(args, () => void server.stop(), isThere(server.port, 'begun'));
  assert.match(
    said.err,
    /^lpush begun x on \S+: (Server closed the connection|Connection reset.*)\n$/,
  );
  assert.equal(said.status, 1);
});

// Windows has no such signal: a program is ended by it without being asked.
const noSignals = process.platform === 'win32' ? 'there is no SIGINT' : false;

for (const threads of ['', '--threads 2 ']) {
  test(`Ctrl-C tells what was measured ${threads}`, { skip: noSignals }, async () => {
    await asked('DEL', 'begun');
    const args = argsOf(`${threads}-n 1000000000 -q -l set key x`);
    args.splice(-3, 3, 'lpush', 'begun', 'x');
    const said = await interrupted(args, (kill) => kill('SIGINT'), isThere(file.port, 'begun'));
    await asked('DEL', 'begun');
    assert.match(said.out, /^lpush begun x: \d+\.\d\d requests per second, p50=\d+\.\d{3} msec\n$/);
    assert.equal(said.err, 'Interrupted: lpush begun x\n');
    assert.equal(said.status, 130);
  });
}

/** Resolves when so many clients are connected, besides the one that asks. */
function areConnected(port: number, count: number): () => Promise<void> {
  return async () => {
    const client = await RawClient.connect(port);
    const connected = async () =>
      Number(/connected_clients:(\d+)/.exec(String(await client.command('INFO', 'clients')))?.[1]);
    while ((await connected()) !== count + 1);
    client.close();
  };
}

const IDLE = 'Creating 120 idle connections and waiting forever (Ctrl+C when done)\n';

test('-I opens connections, and Ctrl-C ends it', { skip: noSignals }, async () => {
  const { port, stop } = await startRedstart();
  const args = `-p ${port} -I -c 120`.split(' ');
  const said = await interrupted(args, (kill) => kill('SIGINT'), areConnected(port, 120));
  await stop();
  assert.deepEqual(said, { status: 130, out: IDLE, err: '' });
});

test('-I, and the server goes', async () => {
  const { port, stop } = await startRedstart();
  const args = `-p ${port} -I -c 120`.split(' ');
  const said = await interrupted(args, () => void stop(), areConnected(port, 120));
  assert.match(said.err, /^(Server closed the connection|Connection reset.*)\n$/);
  assert.deepEqual([said.status, said.out], [1, IDLE]);
});

test('a server that speaks another language', async () => {
  const server = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const said = await runOurBenchmark({ args: ['-p', String(port), '-n', '5', 'ping'] });
  server.close();
  assert.match(said.err, /Protocol error/);
  assert.equal(said.status, 1);
});

test('--help names every option, within 80 columns; --version says what this is', async () => {
  const { out, err, status } = await ours('--help');
  assert.deepEqual([status, err], [0, '']);
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  const options = '-h -p -s -u -a --user --dbnum -3 -c -n -P -r -d -k -t -q --csv --json -l --seed';
  for (const option of options.split(' ')) assert.match(out, new RegExp(` ${option}[ ,]`));
  assert.match((await ours('--version')).out, /^redstart-benchmark \S+ \(Redis 7\.2\.\d+\)\n$/);
});

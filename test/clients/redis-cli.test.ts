// redis-cli against a started Redstart: arguments, pipes, inline text, RESP3, JSON, scans.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { RawClient } from '../support/raw-client.ts';
import { encodeCommand } from '../support/resp.ts';
import { type RunningServer, startRedstart } from '../support/server.ts';

const CLI = process.env.REDSTART_CLI ?? 'redis-cli';
const version = spawnSync(CLI, ['--version'], { encoding: 'latin1' }).stdout ?? '';
const isMissing = version === '';
const isRequired = process.env.CI === 'true';

let server: RunningServer;

before(async () => {
  server = await startRedstart();
});

after(() => server.stop());

function cliTest(name: string, run: () => Promise<void>): void {
  const skip = isMissing && !isRequired ? 'there is no redis-cli' : false;
  test(`redis-cli: ${name}`, { skip }, async () => {
    assert.ok(!isMissing, 'there is no redis-cli');
    await run();
  });
}

/** What redis-cli prints for these arguments, and this standard input. */
function cli(args: readonly string[], input: Buffer | string = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(CLI, ['-p', String(server.port), ...args]);
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('latin1');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', () => resolve(output));
    // It may end without reading its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

async function check(args: readonly string[], expected: string, input = ''): Promise<void> {
  assert.equal(await cli(args, input), expected);
}

cliTest('commands as arguments', async () => {
  await check(['SET', 'k', 'hello world'], 'OK\n');
  await check(['GET', 'k'], 'hello world\n');
  await check(['GET', 'none'], '\n');
  await check(['--no-raw', 'GET', 'none'], '(nil)\n');
  await check(['--no-raw', 'GET', 'k'], '"hello world"\n');
  await check(['--no-raw', 'INCR', 'n'], '(integer) 1\n');
  await check(['MGET', 'k', 'none', 'n'], 'hello world\n\n1\n');
  await check(['--no-raw', 'MGET', 'k', 'none'], '1) "hello world"\n2) (nil)\n');
  await check(['-n', '2', 'GET', 'k'], '\n');
  await check(['INCR', 'k'], 'ERR value is not an integer or out of range\n\n');
  await check(['-r', '3', 'INCR', 'r'], '1\n2\n3\n');
  await check(['-x', 'SET', 'stdin'], 'OK\n', 'from\0stdin');
  await check(['STRLEN', 'stdin'], '10\n');
});

cliTest('lines on standard input', async () => {
  const lines = 'SET a "x\\x00y\\n"\nGET a\nNOPE\n\nSELECT 1\nGET a\nECHO \'q"q\'\n';
  const expected =
    "OK\nx\0y\n\nERR unknown command 'NOPE', with args beginning with: \n\nOK\n\nq\"q\n";
  assert.equal(await cli([], lines), expected);
});

cliTest('RESP3 and JSON', async () => {
  await check(['MSET', 'x', 'ohmytext', 'y', 'mynewtext'], 'OK\n');
  await check(['-3', '--no-raw', 'GET', 'none'], '(nil)\n');
  await check(
    ['-3', '--json', 'LCS', 'x', 'y', 'IDX', 'MINMATCHLEN', '4'],
    ['{"matches":[[[4,7],[5,8]]],"len":6}\n'].join(''),
  );
  await check(['--json', 'MGET', 'x', 'none'], '["ohmytext",null]\n');
  await check(['--json', 'CONFIG', 'GET', 'maxclients'], '{"maxclients":"10000"}\n');
  const hello = JSON.parse(await cli(['--json', 'HELLO', '3'])) as Record<string, unknown>;
  assert.equal(hello.proto, 3);
  assert.equal(hello.server, 'redis');
});

cliTest('--pipe', async () => {
  const commands = Array.from({ length: 50000 }, (_, i) => encodeCommand(['SET', `p:${i}`, 'v']));
  const output = await cli(['--pipe'], Buffer.concat([...commands, encodeCommand(['INCR', 'x'])]));
  assert.match(output, /Last reply received from server\.\nerrors: 1, replies: 50001\n$/);
  assert.match(output, /ERR value is not an integer or out of range/);
  const inline = await cli(['--pipe'], 'SET i:1 a\r\nSET i:2 b\r\n'.repeat(1000));
  assert.match(inline, /errors: 0, replies: 2000\n$/);
});

cliTest('--scan meets every key', async () => {
  await cli(
    ['-n', '7', '--pipe'],
    Buffer.concat([
      ...Array.from({ length: 3000 }, (_, i) => encodeCommand(['SET', `scan:${i}`, 'v'])),
    ]),
  );
  const keys = (await cli(['-n', '7', '--scan', '--pattern', 'scan:*'])).trim().split('\n');
  assert.equal(new Set(keys).size, 3000);
});

cliTest('AUTH', async () => {
  const first = server;
  server = await startRedstart(['--requirepass', 'secret']);
  try {
    await check(['GET', 'k'], 'NOAUTH Authentication required.\n\n');
    await check(['-a', 'secret', '--no-auth-warning', 'SET', 'k', 'v'], 'OK\n');
    await check(['--user', 'default', '--pass', 'secret', '--no-auth-warning', 'GET', 'k'], 'v\n');
    assert.match(await cli(['-a', 'wrong', '--no-auth-warning', 'GET', 'k']), /WRONGPASS/);
  } finally {
    await server.stop();
    server = first;
  }
});

cliTest('MONITOR shows what others do', async () => {
  const monitor = spawn(CLI, ['-p', String(server.port), 'MONITOR']);
  let output = '';
  const seen = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (chunk: Buffer | string): void => {
        output += chunk.toString('latin1');
        if (output.includes(text)) resolve();
      };
      monitor.stdout.on('data', look);
      look('');
    });
  await seen('OK');
  const client = await RawClient.connect(server.port);
  await client.command('SET', 'k', 'a\0"b');
  await seen('"SET" "k" "a\\x00\\"b"');
  client.close();
  monitor.kill();
});

cliTest('--bigkeys', async () => {
  assert.match(await cli(['--bigkeys', '-i', '0']), /Sampled \d+ keys in the keyspace/);
});

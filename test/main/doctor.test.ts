// `redstart doctor`: what it finds, by settings and files, and that it changes nothing.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Settings } from '../../src/engine/settings/settings.ts';
import { OwnDirectory } from '../../src/infrastructure/files.ts';
import { examine } from '../../src/main/doctor.ts';
import { createServer } from '../../src/main/embed.ts';
import { withDirectory } from '../support/process.ts';
import { runProgram } from '../support/run-program.ts';
import { freePort } from '../support/server.ts';

const START = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));

type Pairs = Readonly<Record<string, string>>;

async function doctor(directory: string, pairs: Pairs): Promise<{ text: string; isFine: boolean }> {
  const settings = new Settings(new OwnDirectory(directory));
  const all = { bind: '127.0.0.1', port: String(await freePort()), ...pairs };
  for (const [name, value] of Object.entries(all)) {
    assert.equal(settings.load(name, value === '' ? [''] : value.split(' ')), null, name);
  }
  return examine(settings, '', ['a warning of the start']);
}

const LINES: readonly (readonly [pairs: Pairs, says: RegExp, isFine: boolean])[] = [
  [{}, /^ok {4}Port {6}127\.0\.0\.1:\d+ is free\n/m, true],
  [{}, /^note {2}Config {4}a warning of the start\n/m, true],
  [{}, /^ok {4}Dump {6}there is no \S+\/dump\.rdb: a server would begin empty\n/m, true],
  [{}, /^ok {4}Access {4}without a password, from this machine only \(protected-mode\)\n/m, true],
  [{ 'protected-mode': 'no' }, /^ok {4}Access .* \(bind\)\n/m, true],
  [{ 'protected-mode': 'no', bind: '*' }, /^note {2}Access .* set requirepass\n/m, true],
  [{ requirepass: 'secret' }, /^ok {4}Access {4}with a password\n/m, true],
  [{ save: '' }, /^note {2}Data {6}in memory only: --appendonly yes keeps it\n/m, true],
  [{ daemonize: 'yes' }, /^FAIL {2}Config {4}daemonize yes: /m, false],
  [{ replicaof: 'other 6379' }, /^note {2}Config {4}replicaof: /m, true],
  [{ bind: '192.0.2.1' }, /^FAIL {2}Port {6}192\.0\.2\.1:\d+: Cannot assign requested/m, false],
  [{ bind: '127.0.0.1 -192.0.2.1' }, /^note {2}Port {6}-192\.0\.2\.1:\d+: Cannot assign/m, true],
  [{ port: '0' }, /^FAIL {2}Port {6}this configuration listens nowhere\n/m, false],
  [
    { logfile: '/no/such/log' },
    /^FAIL {2}logfile {3}\/no\/such: No such file or directory\n/m,
    false,
  ],
  [{ maxmemory: '9000gb' }, /^note {2}Memory {4}maxmemory 8\.79T, .*: more than there is\n/m, true],
  [{ maxmemory: '100mb' }, /^ok {4}Memory {4}maxmemory 100\.00M, of /m, true],
];

for (const [pairs, says, isFine] of LINES) {
  test(`doctor ${JSON.stringify(pairs)}`, () =>
    withDirectory(async (directory) => {
      const found = await doctor(directory, pairs);
      assert.match(found.text, says);
      assert.equal(found.isFine, isFine, found.text);
      const end = isFine
        ? /\nA server would start here\.\n$/
        : /\nA server would not start: 1 FAIL/;
      assert.match(found.text, end);
      assert.deepEqual(readdirSync(directory), []);
    }));
}

test('files that are damaged, and those that are intact', () =>
  withDirectory(async (directory) => {
    const options = { dir: directory, config: { save: '3600 1' } } as const;
    const server = await createServer(options);
    await server.call('SET', 'key', 'value');
    await server.call('SAVE');
    const inUse = await doctor(directory, { appendonly: 'yes' });
    assert.match(inUse.text, /^FAIL {2}AOF {7}another server uses \S+\.manifest\n/m);
    await server.close();
    const dump = join(directory, 'dump.rdb');
    const journal = join(directory, 'appendonlydir/appendonly.aof.1.incr.aof');
    assert.match((await doctor(directory, {})).text, /^ok {4}Dump {6}\S+ is intact, \d/m);
    const intact = await doctor(directory, { appendonly: 'yes' });
    assert.match(intact.text, /^ok {4}AOF {7}\S+\.manifest and its files are intact\n/m);
    writeFileSync(dump, readFileSync(dump).subarray(0, -9));
    const ofDump = await doctor(directory, {});
    assert.match(ofDump.text, /^FAIL {2}Dump {6}\S+ is damaged: redstart check-rdb /m);
    const bytes = readFileSync(journal);
    writeFileSync(journal, bytes.subarray(0, -1));
    const torn = await doctor(directory, { appendonly: 'yes' });
    assert.match(torn.text, /^note {2}AOF .* cuts off a last command/m);
    assert.equal(torn.isFine, true);
    bytes[0] = 120;
    writeFileSync(journal, bytes);
    const damaged = await doctor(directory, { appendonly: 'yes' });
    assert.match(
      damaged.text,
      /^FAIL {2}AOF .* is damaged: redstart check-aof \S+\.manifest says/m,
    );
    assert.deepEqual(readFileSync(journal), bytes);
  }));

test('a port, and a socket, that somebody has', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'socket');
    const server = await createServer({ port: 0, path });
    try {
      const found = await doctor(directory, { port: String(server.port), unixsocket: path });
      assert.match(
        found.text,
        /^FAIL {2}Port {6}127\.0\.0\.1:\d+ is taken: redstart .* answers there/m,
      );
      assert.match(found.text, /^FAIL {2}Socket {4}\S+ is taken: redstart .* answers there\n/m);
      assert.match(found.text, /would not start: 2 FAIL\.\n$/);
    } finally {
      await server.close();
    }
  }));

test('it is a word, whose status says what it found', () =>
  withDirectory(async (directory) => {
    mkdirSync(join(directory, 'data'));
    const args = ['--port', String(await freePort()), '--dir', 'data', '--bind', '127.0.0.1'];
    const { text, code } = await runProgram([START, 'doctor', ...args], directory);
    assert.equal(code, 0, text);
    const failed = await runProgram([START, 'doctor', '--port', '0'], directory);
    assert.equal(failed.code, 1);
  }));

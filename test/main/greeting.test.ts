// What the server says to people: on a terminal at its start, and of a port that is taken.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Settings } from '../../src/engine/settings/settings.ts';
import { greeting } from '../../src/main/greeting.ts';
import { ServerProcess, withServer } from '../support/process.ts';
import { freePort } from '../support/server.ts';
import { noTerminal, withTerminal } from '../support/terminal.ts';

const START = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));

/** Lines that follow from settings, by their first words. */
const LINES: readonly (readonly [settings: string, says: RegExp])[] = [
  ['', /^ {2}Listening {3}redis:\/\/127\.0\.0\.1:6379\n/m],
  ['', /^ {2}Config {6}no file: redstart --help\n/m],
  ['', /^ {2}Talk to it {2}redstart cli {14}stop: Ctrl-C\n/m],
  ['port=7000', /redis:\/\/127\.0\.0\.1:7000\n[\s\S]*redstart cli -p 7000 /],
  ['bind=::1', /redis:\/\/\[::1\]:6379\n[\s\S]*redstart cli -h ::1 /],
  ['unixsocket=/a/b', /redis:\/\/127\.0\.0\.1:6379\n {14}unix:\/\/\/a\/b\n/],
  ['port=0 unixsocket=/a/b', / {2}Listening {3}unix:\/\/\/a\/b\n[\s\S]*redstart cli -s \/a\/b /],
  ['plain-port=7', /\n {14}127\.0\.0\.1:7 \(plain lines\)\n/],
  ['save=', /^ {2}Data {8}in memory only: --appendonly yes keeps it\n/m],
  ['', /^ {2}Data {8}.*\/dump\.rdb, now and then: --appendonly yes keeps all\n/m],
  ['appendonly=yes', /^ {2}Data {8}.*\/appendonlydir, synced: everysec\n/m],
];

for (const [given, says] of LINES) {
  test(`greeting with ${given || 'the defaults'}`, () => {
    const settings = new Settings();
    for (const pair of given.split(' ').filter((word) => word !== '')) {
      const [name, value] = pair.split('=');
      settings.load(name, [value]);
    }
    assert.match(greeting(settings, ''), says);
  });
}

test('on a terminal it greets, and ends by Ctrl-C', { skip: noTerminal }, async () => {
  const port = String(await freePort());
  const use = async (terminal: Parameters<Parameters<typeof withTerminal>[1]>[0]) => {
    const screen = await terminal.shows(/stop: Ctrl-C/);
    assert.match(screen, /^Redstart [\d.]+, speaks Redis 7\.2 +Node \d+\.\d+\.\d+, pid \d+$/m);
    await terminal.type(['C-c']);
    await terminal.shows(/^status 0$/m);
  };
  await withTerminal(['--port', port, '--save', '""'], use, START);
});

test('elsewhere there is the log alone, unless it is asked for', async () => {
  const args = ['--port', String(await freePort())];
  await withServer(args, async (server) => {
    server.signal('SIGTERM');
    assert.equal(await server.ended, 0);
    assert.doesNotMatch(server.text, /speaks Redis/);
  });
  await withServer([...args, '--always-show-logo', 'yes'], (server) => server.says(/stop: Ctrl-C/));
});

/** What is said of a port where this server listens. */
async function saidOf(port: number): Promise<string> {
  const other = new ServerProcess(['--port', String(port), '--bind', '127.0.0.1']);
  assert.equal(await other.ended, 1);
  return other.text.replaceAll(/^.* # /gm, '');
}

test('a port that a server has', async () => {
  const port = await freePort();
  await withServer(['--port', String(port)], async ({ pid }) => {
    const text = await saidOf(port);
    assert.ok(text.includes(`Port ${port} is taken: redstart `), text);
    assert.match(text, new RegExp(`: redstart [\\d.]+, pid ${pid}, answers there\\.\n`));
    assert.match(text, /\n {2}redstart --port \d+ +start beside it\n/);
    assert.match(text, new RegExp(`\n  redstart cli -p ${port} +talk to it\n$`));
  });
});

const OTHERS: readonly (readonly [answer: string | null, says: RegExp])[] = [
  ['-NOAUTH Authentication required.\r\n', /taken: a server that wants a password answers there/],
  ['HTTP/1.1 400 Bad Request\r\n', /taken: a program that does not tell its version answers there/],
  [null, /taken: a program that says nothing listens there\.\n {2}redstart --port \d+ .*\n$/],
];

for (const [answer, says] of OTHERS) {
  test(`a port where somebody answers ${answer?.trim() ?? 'nothing'}`, async () => {
    const other = net.createServer((socket) => {
      socket.on('error', () => {});
      if (answer !== null) socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      assert.match(await saidOf((other.address() as net.AddressInfo).port), says);
    } finally {
      other.close();
    }
  });
}

// `redstart cli` in a real terminal: prompt, hints, completion, history, HELP, SUBSCRIBE, MONITOR.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileServer } from '../support/file-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { freePort, startRedstart } from '../support/server.ts';
import { noTerminal, type Terminal, withTerminal } from '../support/terminal.ts';

const file = fileServer();
const ENTER = ['Enter'];

function terminalTest(name: string, use: (terminal: Terminal) => Promise<void>): void {
  test(`on a terminal: ${name}`, { skip: noTerminal }, () =>
    withTerminal(['-p', String(file.port)], async (terminal) => {
      await terminal.shows(/^127\.0\.0\.1:\d+>$/m);
      await use(terminal);
    }),
  );
}

terminalTest('the prompt says the database and the transaction', async (terminal) => {
  await terminal.type('select 3', ENTER);
  await terminal.shows(/^127\.0\.0\.1:\d+\[3\]> *$/m);
  await terminal.type('multi', ENTER);
  await terminal.shows(/\[3\]\(TX\)> *$/m);
  await terminal.type('set k v', ENTER, 'exec', ENTER);
  await terminal.shows(/QUEUED\n.*exec\n1\) OK\n127\.0\.0\.1:\d+\[3\]> *$/m);
});

terminalTest('a hint says what may follow, and is gone when the line is sent', async (terminal) => {
  await terminal.type('getrange ');
  await terminal.shows(/> getrange key start end$/m);
  await terminal.type('k ');
  await terminal.shows(/> getrange k start end$/m);
  await terminal.type('0 -1', ENTER);
  await terminal.shows(/> getrange k 0 -1\n""\n/);
  await terminal.type(':set nohints', ENTER, 'getrange k');
  const screen = await terminal.shows(/> getrange k$/m);
  assert.doesNotMatch(screen.slice(screen.lastIndexOf('getrange')), /start/);
});

terminalTest('a long hint does not wrap', async (terminal) => {
  await terminal.type('zadd ');
  const screen = await terminal.shows(/> zadd key \[NX\|XX\]/);
  assert.equal(screen.trimEnd().split('\n').length, 1);
});

terminalTest('TAB completes in the case that was typed', async (terminal) => {
  // A TAB that comes together with what follows it is taken as pasted, and is a TAB.
  await terminal.type('bitfield_', ['Tab']);
  await terminal.shows(/> bitfield_ro/);
  await terminal.type(' k', ENTER);
  await terminal.shows(/> bitfield_ro k\n\(empty array\)/);
  await terminal.type('HELP @hyper', ['Tab']);
  await terminal.shows(/> HELP @hyperloglog/);
  await terminal.type(ENTER);
  await terminal.shows(/ {2}PFADD key \[element \[element \.\.\.\]\]/);
});

terminalTest('HELP of a command', async (terminal) => {
  await terminal.type('help getdel', ENTER);
  await terminal.shows(/ {2}GETDEL key\n {2}summary: .*\n {2}since: 6\.2\.0\n {2}group: string/);
});

terminalTest('lines go into the history, but for secrets', async (terminal) => {
  const secrets = ['auth secret', 'hello 3 auth default secret', 'config set requirepass ""'];
  await terminal.type('echo one', ENTER);
  for (const line of secrets) await terminal.type(line, ENTER);
  await terminal.type(
    'acl setuser bob >secret',
    ENTER,
    '2 auth secret',
    ENTER,
    'echo "two"',
    ENTER,
  );
  await terminal.shows(/^"two"$/m);
  assert.equal(readFileSync(terminal.historyPath, 'utf8'), 'echo one\necho "two"\n');
  assert.equal(statSync(terminal.historyPath).mode & 0o777, 0o600);
  await terminal.type(['Up'], ['Up'], ENTER);
  await terminal.shows(/"two"\n.*> echo one\n"one"/);
});

terminalTest('SUBSCRIBE prints messages until a key begins a command', async (terminal) => {
  const client = await RawClient.connect(file.port);
  await terminal.type('subscribe news', ENTER);
  await terminal.shows(/3\) \(integer\) 1\nReading messages\.\.\. \(press Ctrl-C to quit/);
  await client.command('PUBLISH', 'news', 'first');
  await terminal.shows(/2\) "news"\n3\) "first"\nReading messages/);
  await terminal.type('ping', ENTER);
  await terminal.shows(/\(subscribed mode\)> ping\n1\) "pong"\n2\) ""\nReading messages/);
  await terminal.type(['C-c']);
  await terminal.shows(/^127\.0\.0\.1:\d+> *$/m);
  await terminal.type('get none', ENTER);
  await terminal.shows(/\(nil\)/);
  client.close();
});

terminalTest('Ctrl-C ends MONITOR, and the session goes on', async (terminal) => {
  const client = await RawClient.connect(file.port);
  await terminal.type('monitor', ENTER);
  await terminal.shows(/^OK$/m);
  await client.command('PING', 'seen');
  await terminal.shows(/"PING" "seen"/);
  await terminal.type(['C-c'], 'echo still', ENTER);
  await terminal.shows(/^"still"$/m);
  client.close();
});

terminalTest('a line that is wrong, a repeated one, and the end', async (terminal) => {
  await terminal.type('echo "open', ENTER, '2 echo twice', ENTER);
  await terminal.shows(/Invalid argument\(s\)\n.*\n"twice"\n"twice"\n/);
  await terminal.type(['C-d']);
  await terminal.shows(/status 0/);
});

terminalTest('Ctrl-C at the prompt is the end', async (terminal) => {
  await terminal.type('half a line', ['C-c']);
  await terminal.shows(/status 0/);
});

test('on a terminal: a server that comes later is connected to', { skip: noTerminal }, async () => {
  const port = String(await freePort());
  await withTerminal(['-p', port], async (terminal) => {
    await terminal.shows(
      /Could not connect to Redis at .*: Connection refused\nnot connected> *$/m,
    );
    await terminal.type(`connect 127.0.0.1 ${file.port}`, ENTER);
    await terminal.shows(new RegExp(`^127\\.0\\.0\\.1:${file.port}> *$`, 'm'));
  });
});

test('on a terminal: a server that went is noticed', { skip: noTerminal }, async () => {
  const server = await startRedstart();
  await withTerminal(['-p', String(server.port)], async (terminal) => {
    await terminal.type('ping', ENTER);
    await terminal.shows(/PONG/);
    await server.stop();
    await terminal.type('ping', ENTER);
    await terminal.shows(/Connection refused\nnot connected> *$/m);
  });
});

test('on a terminal: a password is asked for and not shown', { skip: noTerminal }, async () => {
  const server = await startRedstart(['--requirepass', 'secret']);
  await withTerminal(['-p', String(server.port), '--askpass', 'ping'], async (terminal) => {
    await terminal.shows(/Please input password:/);
    await terminal.type('secret', ENTER);
    assert.doesNotMatch(await terminal.shows(/PONG\n+status 0/), /secret/);
  });
  await server.stop();
});

// Arguments that are far too long for what they are: they are bytes to MONITOR and for names, and
// errors, lists and logs show their beginning. None becomes a string of its own size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitArgs } from '../../src/domain/bytes/split-args.ts';
import { WORD_SIZE_MAX } from '../../src/engine/request.ts';
import { call, connect, makeServer } from '../support/clock.ts';

const LONG_SIZE = 1_000_000;
const LONG = 'x'.repeat(LONG_SIZE);
/** What an error line, a list or a log may have beside one word. */
const REST_SIZE = 1000;

const CALLS: readonly (readonly string[])[] = [
  [LONG],
  ['CLIENT', LONG],
  ['CLIENT', 'KILL', LONG],
  ['CLIENT', 'KILL', 'USER', LONG],
  ['CLIENT', 'KILL', 'TYPE', LONG],
  ['CLIENT', 'LIST', 'TYPE', LONG],
  ['CLIENT', 'SETINFO', LONG, 'x'],
  ['CLIENT', 'SETNAME', `${LONG} `],
  ['CLIENT', 'PAUSE', LONG],
  ['CLIENT', 'UNBLOCK', '1', LONG, '1'],
  ['CONFIG', 'GET', LONG],
  ['CONFIG', 'SET', LONG, 'x'],
  ['CONFIG', 'SET', 'requirepass', LONG],
  ['CONFIG', 'SET', 'maxmemory', LONG],
  ['COMMAND', 'INFO', LONG],
  ['COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', LONG],
  ['HELLO', '3', LONG],
  ['HELLO', '3', 'AUTH', LONG, LONG],
  ['AUTH', LONG],
  ['AUTH', LONG, LONG],
  ['INFO', LONG],
  ['LATENCY', 'GRAPH', LONG],
  ['LATENCY', 'HISTORY', LONG],
  ['LATENCY', 'RESET', LONG],
  ['LATENCY', 'HISTOGRAM', LONG],
  ['SLOWLOG', LONG, 'a', 'b'],
  ['PUBSUB', LONG],
  ['MODULE', 'LOAD', LONG],
  ['EXPIRE', 'k', '1', LONG],
  ['INCRBY', 'k', LONG],
  ['INCRBYFLOAT', 'k', '1'.repeat(LONG_SIZE)],
  ['SET', 'k', 'v', LONG],
  ['SELECT', LONG],
  ['SCAN', LONG],
  ['OBJECT', LONG, 'k'],
  ['MEMORY', 'USAGE', 'k', LONG],
  ['DEBUG', LONG],
];

test('long words: answers and log lines stay short', () => {
  for (const words of CALLS) {
    const { server, session, log } = makeServer({ 'enable-module-command': 'yes' });
    const size = call(server, session, words).length;
    const shown = words.map((word) => word.slice(0, 10)).join(' ');
    assert.ok(size <= WORD_SIZE_MAX + REST_SIZE, `${shown} is answered with ${size} bytes`);
    const logSize = log.lines.join('\n').length;
    assert.ok(logSize <= WORD_SIZE_MAX + REST_SIZE, `${shown} is logged with ${logSize} bytes`);
  }
});

test('long words: words up to the bound are shown whole', () => {
  const { server, session } = makeServer();
  for (const size of [WORD_SIZE_MAX - 1, WORD_SIZE_MAX, WORD_SIZE_MAX + 1]) {
    const shown = 'y'.repeat(Math.min(size, WORD_SIZE_MAX));
    assert.equal(
      call(server, session, ['CLIENT', 'KILL', 'USER', 'y'.repeat(size)]),
      `-ERR No such user '${shown}'\r\n`,
    );
  }
});

test('long words: MONITOR shows them whole', () => {
  const { server, session } = makeServer();
  const { session: monitor, output } = connect(server);
  call(server, monitor, 'MONITOR');
  let bytes = '';
  for (let i = 0; i < 256; i++) bytes += String.fromCharCode(i);
  const words = ['SET', 'k', LONG + bytes.repeat(1000)];
  call(server, session, words);
  const line = Buffer.from(output.sent, 'latin1');
  const head = /^\+\d+\.\d{6} \[0 127\.0\.0\.1:50000\] /.exec(output.sent.slice(0, 100))?.[0] ?? '';
  const shown = splitArgs(line, head.length, line.length - 2)?.map((word) => Buffer.from(word));
  assert.ok(output.sent.endsWith('\r\n'));
  assert.ok(shown?.every((word, i) => word.equals(Buffer.from(words[i], 'latin1'))));
});

test('long words: MONITOR beside a HELLO of many options', () => {
  const { server, session } = makeServer();
  const { session: monitor, output } = connect(server);
  call(server, monitor, 'MONITOR');
  const options = Array.from({ length: 40_000 }, () => ['SETNAME', 'somebody']).flat();
  call(server, session, ['HELLO', '3', ...options, 'AUTH', 'default', 'secret']);
  assert.ok(output.sent.includes(' "HELLO" "3" "SETNAME" "somebody" "SETNAME" '));
  assert.ok(!output.sent.includes('secret'));
});

test('long words: names have any size, are counted, and are shown by their beginning', () => {
  const { server, session } = makeServer({ 'slowlog-log-slower-than': '0' });
  assert.equal(call(server, session, ['CLIENT', 'SETNAME', LONG]), '+OK\r\n');
  assert.equal(call(server, session, ['CLIENT', 'SETINFO', 'LIB-VER', LONG]), '+OK\r\n');
  const answer = call(server, session, 'CLIENT GETNAME');
  assert.equal(answer, `$${LONG_SIZE}\r\n${LONG}\r\n`);
  assert.equal(server.clientsSize, 2 * LONG_SIZE);
  const shown = 'x'.repeat(WORD_SIZE_MAX);
  const list = call(server, session, 'CLIENT LIST');
  assert.ok(list.includes(` name=${shown} `) && list.includes(` lib-ver=${shown}\n`));
  assert.equal(server.slowlog.get(1)[0].clientName, shown);
  assert.equal(call(server, session, ['HELLO', '2', 'SETNAME', 'short']).slice(0, 4), '*14\r');
  call(server, session, ['CLIENT', 'SETINFO', 'lib-ver', '']);
  assert.equal(call(server, session, 'CLIENT GETNAME'), '$5\r\nshort\r\n');
  assert.equal(server.clientsSize, 'short'.length);
  call(server, session, ['CLIENT', 'SETNAME', LONG]);
  server.disconnect(session);
  assert.equal(server.clientsSize, 0);
});

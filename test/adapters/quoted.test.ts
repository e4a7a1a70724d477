// The quoted dialect: conversations, line by line, however the bytes are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QUOTED } from '../../src/adapters/quoted/dialect.ts';
import { TextWriter } from '../../src/adapters/text/text-writer.ts';
import { quoteBytes } from '../../src/domain/bytes/split-args.ts';
import { ReplyReader } from '../../src/engine/reply-reader.ts';
import { encodeCommand } from '../support/resp.ts';
import { answerText, askText, checkCut, receiveText, TextNetwork } from '../support/text-wire.ts';
import { receive, type Wire } from '../support/wire.ts';

const network = new TextNetwork(QUOTED);

/** A conversation: each line and what is answered to it, then all of them however they are cut. */
function check(...turns: readonly (readonly [line: string, answer: string])[]): void {
  network.server.keyspace.flushAll();
  const wire = network.connectText();
  for (const [line, answer] of turns) assert.equal(askText(wire, `${line}\n`), answer, line);
  wire.connection.closed();
  const input = turns.map(([line]) => `${line}\n`).join('');
  checkCut(network, input, turns.map(([, answer]) => answer).join(''));
}

function resp(wire: Wire, ...args: string[]): string {
  const before = wire.socket.outputSize();
  receive(wire, encodeCommand(args.map((arg) => Buffer.from(arg, 'latin1'))));
  return wire.socket.output().slice(before);
}

function quote(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return quoteBytes(bytes, 0, bytes.length);
}

/** What the dialect makes of bytes in RESP. */
function written(reply: string): string {
  const text = new TextWriter();
  const bytes = new Uint8Array(Buffer.from(reply, 'latin1'));
  const reader = new ReplyReader(bytes, bytes.length);
  while (!reader.isDone) QUOTED.write(reader, text);
  return Buffer.from(text.take()).toString('latin1');
}

test('quoted: SET, GET, DELETE', () => {
  check(
    ['SET name "vimla"', 'OK\n'],
    ['GET name', '"vimla"\n'],
    ['SET session_token "abc123" 60', 'OK\n'],
    ['GET session_token', '"abc123"\n'],
    ['TTL session_token', '60\n'],
    ['TTL name', '-1\n'],
    ['DELETE name', 'OK\n'],
    ['GET name', '(nil)\n'],
    ['DELETE name', '(nil)\n'],
    ['delete session_token name', 'OK\n'],
    ['DELETE', "ERR wrong number of arguments for 'del' command\n"],
    ['TTL session_token', '-2\n'],
    ['PING', 'PONG\n'],
    ['PING "hello world"', '"hello world"\n'],
    ['', ''],
    ['  \t ', ''],
    ['QUIT', 'OK\n'],
  );
});

test('quoted: the TTL of SET', () => {
  check(
    ['set k v 60', 'OK\n'],
    ['TTL k', '60\n'],
    ['SET k w', 'OK\n'],
    ['TTL k', '-1\n'],
    ['SET k w "70"', 'OK\n'],
    ['TTL k', '70\n'],
    ['SET k w 80 XX', 'OK\n'],
    ['TTL k', '80\n'],
    ['SET k w 80 NX', '(nil)\n'],
    ['SET k w EX 90', 'OK\n'],
    ['TTL k', '90\n'],
    ['SET k x KEEPTTL', 'OK\n'],
    ['TTL k', '90\n'],
    ['SET k x 60 PX 60', 'ERR syntax error\n'],
    ['SET k x 0', "ERR invalid expire time in 'set' command\n"],
    ['SET k x -5', "ERR invalid expire time in 'set' command\n"],
    ['SET k x 1.5', 'ERR value is not an integer or out of range\n'],
    ['SET k x soon', 'ERR syntax error\n'],
    ['SET k x ""', 'ERR syntax error\n'],
    ['GET k', '"x"\n'],
    ['TTL k', '90\n'],
  );
});

test('quoted: a key is gone at its deadline', () => {
  const wire = network.connectText();
  const { clock } = network.test;
  assert.equal(askText(wire, 'SET session_token "abc123" 60\n'), 'OK\n');
  clock.advance(59_400);
  assert.equal(askText(wire, 'GET session_token\nTTL session_token\n'), '"abc123"\n1\n');
  clock.advance(600);
  assert.equal(askText(wire, 'GET session_token\nDELETE session_token\n'), '(nil)\n(nil)\n');
  wire.connection.closed();
});

test('quoted: the reaper needs nobody to look', () => {
  const own = new TextNetwork(QUOTED);
  own.server.cron.start();
  const wire = own.connectText();
  assert.equal(askText(wire, 'SET k v 60\nDBSIZE\n'), 'OK\n1\n');
  own.test.clock.advance(60_100);
  assert.equal(askText(wire, 'DBSIZE\n'), '0\n');
  assert.equal(own.server.keyspace.databases[0].dict.count, 0);
  own.server.cron.stop();
});

test('quoted: words with and without quotes', () => {
  check(
    ['SET "a key" "a  value"', 'OK\n'],
    ['GET "a key"', '"a  value"\n'],
    ["GET 'a key'", '"a  value"\n'],
    ['SET  k   v  ', 'OK\n'],
    ['GET k', '"v"\n'],
    ['SET k ""', 'OK\n'],
    ['GET k', '""\n'],
    ['SET k "say \\"hi\\" \\\\ \\t\\x00\\xff"', 'OK\n'],
    ['GET k', '"say \\"hi\\" \\\\ \\t\\x00\\xff"\n'],
    ['STRLEN k', '14\n'],
    ["SET k 'it\\'s \\n'", 'OK\n'],
    ['GET k', '"it\'s \\\\n"\n'],
    ['SET k 5', 'OK\n'],
    ['GET k', '"5"\n'],
    ['INCR k', '6\n'],
    ['"GET" k', '"6"\n'],
  );
});

test('quoted: a malformed line gets an error and the next one its reply', () => {
  check(
    ['SET k "open', 'ERR unbalanced quotes in request\n'],
    ['SET k "a"b', 'ERR unbalanced quotes in request\n'],
    ["GET 'k", 'ERR unbalanced quotes in request\n'],
    ['SET k a\0b', 'ERR a NUL byte is written as "\\x00"\n'],
    ['""', "ERR unknown command '', with args beginning with: \n"],
    ['NOPE a', "ERR unknown command 'NOPE', with args beginning with: 'a' \n"],
    ['GET', "ERR wrong number of arguments for 'get' command\n"],
    ['GET k', '(nil)\n'],
    ['PING', 'PONG\n'],
  );
});

test('quoted: the other commands', () => {
  check(
    ['EXISTS k', '0\n'],
    ['DEL k', '0\n'],
    ['EXPIRE k 10', '0\n'],
    ['MSET a 1 "b c" "2\\n"', 'OK\n'],
    ['EXPIRE a 10', '1\n'],
    ['MGET a none "b c"', '["1" (nil) "2\\n"]\n'],
    ['KEYS b*', '["b c"]\n'],
    ['KEYS x*', '[]\n'],
    ['TYPE a', 'string\n'],
    ['CONFIG GET port', '["port" "6379"]\n'],
    ['SET x ohmytext', 'OK\n'],
    ['SET y mynewtext', 'OK\n'],
    ['LCS x y IDX', '["matches" [[[4 7] [5 8]] [[2 3] [0 1]]] "len" 6]\n'],
    ['DEL a "b c" x y', '4\n'],
  );
  const wire = network.connectText();
  assert.match(askText(wire, 'INFO server\n'), /^"# Server\\r\\nredis_version:[^\n]*\\r\\n"\n$/);
  assert.match(askText(wire, 'HELLO 3\n'), /^\["server" "redis" [^\n]* "modules" \[\]\]\n$/);
  assert.equal(askText(wire, 'GET k\nMGET k\n'), '(nil)\n[(nil)]\n');
  wire.connection.closed();
});

test('quoted: replies that no command gives alone', () => {
  assert.equal(written('*-1\r\n'), '(nil)\n');
  assert.equal(written('*2\r\n-ERR no "x"\r\n*1\r\n+OK\r\n'), '[(error "ERR no \\"x\\"") [OK]]\n');
  assert.equal(written('-WRONGTYPE Operation\r\n'), 'ERR WRONGTYPE Operation\n');
  assert.equal(written('*1\r\n-OOM command\r\n:1\r\n'), '[(error "ERR OOM command")]\n1\n');
  assert.equal(written('_\r\n'), '(nil)\n');
  assert.throws(() => written('?\r\n'), /no reply begins with/);
});

test('quoted: each reply is one line, whatever the value', () => {
  const wire = network.connectText();
  const other = network.connect();
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const value = Buffer.from(bytes).toString('latin1');
    assert.equal(resp(other, 'SET', 'k', value), '+OK\r\n');
    assert.equal(askText(wire, 'GET k\n'), `${quote(value)}\n`);
    // What GET prints is what SET reads.
    assert.equal(askText(wire, `SET l ${quote(value)}\nGET l\n`), `OK\n${quote(value)}\n`);
    assert.equal(resp(other, 'GET', 'l'), `$${value.length}\r\n${value}\r\n`);
  });
  fc.assert(property, { numRuns: 500 });
  for (const size of [65535, 65536, 65537, 300000, 3e6]) {
    const value = 'a\0"\xff\n'.repeat(size / 5 + 1).slice(0, size);
    resp(other, 'SET', 'k', value);
    const line = `${quote(value)}\n`;
    assert.ok(askText(wire, 'PING\nGET k\nPING\n') === `PONG\n${line}PONG\n`, `${size} bytes`);
    assert.equal(askText(wire, `SET l ${line}`), 'OK\n');
    assert.ok(resp(other, 'GET', 'l') === `$${size}\r\n${value}\r\n`, `${size} bytes`);
  }
  other.connection.closed();
  wire.connection.closed();
});

test('quoted: random lines in random pieces', () => {
  const word = fc
    .uint8Array({ maxLength: 12 })
    .map((bytes) => quote(Buffer.from(bytes).toString('latin1')));
  const key = fc.constantFrom('a', '"b"', 'c');
  const seconds = fc.constantFrom('10', '0', 'x', '');
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('SET', 'APPEND', 'SETNX'), key, word),
    fc.tuple(fc.constantFrom('SET'), key, word, seconds),
    fc.tuple(fc.constantFrom('GET', 'TTL', 'DELETE', 'DEL', 'STRLEN'), key),
    fc.tuple(fc.constantFrom('MGET', 'DELETE'), key, key, key),
    fc.tuple(fc.constantFrom('"', "'", '\\', '"a"b', '\0', '*1', ''), key),
  );
  const property = fc.property(
    fc.array(line, { maxLength: 30 }),
    fc.array(fc.nat(), { maxLength: 20 }),
    fc.boolean(),
    (lines, cuts, isCrLf) => {
      const lineEnd = isCrLf ? '\r\n' : '\n';
      const text = lines.map((words) => words.join(' ') + lineEnd).join('');
      const bytes = Buffer.from(text, 'latin1');
      const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
      const whole = answerText(network, bytes, []);
      assert.equal(answerText(network, bytes, places), whole);
      assert.equal(whole.split('\n').length - 1, lines.length);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('quoted: MONITOR', () => {
  const monitor = network.connectText();
  const wire = network.connectText();
  assert.equal(askText(monitor, 'MONITOR\n'), 'OK\n');
  receiveText(wire, 'SET "a\\n" b 60\nGET k\nPING\n');
  network.test.clock.advance(0);
  const shown = monitor.socket
    .output()
    .slice(3)
    .replace(/^\d+\.\d+ /gm, '');
  assert.deepEqual(shown.split('\n'), [
    '[0 127.0.0.1:50002] "SET" "a\\n" "b" "EX" "60"',
    '[0 127.0.0.1:50002] "GET" "k"',
    '[0 127.0.0.1:50002] "PING"',
    '',
  ]);
  assert.equal(wire.socket.output(), 'OK\n(nil)\nPONG\n');
  const own = askText(monitor, 'PING\n');
  assert.match(own, /^PONG\n\d+\.\d+ \[0 127\.0\.0\.1:50002\] "PING"\n$/);
  monitor.connection.closed();
  wire.connection.closed();
});

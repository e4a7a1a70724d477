// The plain dialect: conversations, line by line, however the bytes are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PLAIN } from '../../src/adapters/plain/dialect.ts';
import { encodeCommand } from '../support/resp.ts';
import {
  answerText,
  askText,
  checkCut,
  receiveText,
  TextNetwork,
  type TextWire,
} from '../support/text-wire.ts';
import { receive, type Wire } from '../support/wire.ts';

const network = new TextNetwork(PLAIN);

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

test('plain: SET, GET, DEL, EXISTS', () => {
  check(
    ['SET name vimla', 'OK\n'],
    ['GET name', 'vimla\n'],
    ['GET nobody', 'nil\n'],
    ['SET other 1', 'OK\n'],
    ['EXISTS name', '1\n'],
    ['EXISTS name other nobody name', '3\n'],
    ['DEL name other nobody', '2\n'],
    ['DEL name', '0\n'],
    ['EXISTS name', '0\n'],
    ['GET name', 'nil\n'],
  );
});

test('plain: TTL, EXPIRE, PERSIST', () => {
  check(
    ['EXPIRE k 10', '0\n'],
    ['PERSIST k', '0\n'],
    ['TTL k', '-2\n'],
    ['SET k v', 'OK\n'],
    ['TTL k', '-1\n'],
    ['PERSIST k', '0\n'],
    ['EXPIRE k 10', 'OK\n'],
    ['TTL k', '10\n'],
    ['PERSIST k', 'OK\n'],
    ['TTL k', '-1\n'],
    ['EXPIRE k 10', 'OK\n'],
    ['SET k w', 'OK\n'],
    ['TTL k', '-1\n'],
    ['EXPIRE k 10 XX', '0\n'],
    ['expire k ten', 'ERR value is not an integer or out of range\n'],
    ['EXPIRE k', "ERR wrong number of arguments for 'expire' command\n"],
    ['EXPIRE k 0', 'OK\n'],
    ['GET k', 'nil\n'],
  );
});

test('plain: a key is gone at its deadline', () => {
  const wire = network.connectText();
  const { clock } = network.test;
  assert.equal(askText(wire, 'SET k v\nEXPIRE k 30\n'), 'OK\nOK\n');
  clock.advance(29_400);
  assert.equal(askText(wire, 'GET k\nTTL k\n'), 'v\n1\n');
  clock.advance(600);
  assert.equal(askText(wire, 'GET k\nTTL k\nEXISTS k\nPERSIST k\n'), 'nil\n-2\n0\n0\n');
  wire.connection.closed();
});

test('plain: KEYS', () => {
  check(
    ['KEYS *', '\n'],
    ['SET user:1 a', 'OK\n'],
    ['KEYS *', 'user:1\n'],
    ['SET session:1 a', 'OK\n'],
    ['KEYS user:?', 'user:1\n'],
    ['KEYS ?ser:1', 'user:1\n'],
    ['KEYS s*', 'session:1\n'],
    ['KEYS user:1?', '\n'],
    ['KEYS', "ERR wrong number of arguments for 'keys' command\n"],
  );
  const wire = network.connectText();
  askText(wire, 'SET user:2 a\nSET user:1 a\n');
  const [line, ...rest] = askText(wire, 'KEYS user:*\n').split('\n');
  assert.deepEqual(line.split(' ').sort(), ['user:1', 'user:2']);
  assert.deepEqual(rest, ['']);
  wire.connection.closed();
});

test('plain: PING, QUIT, blank lines', () => {
  check(
    ['PING', 'PONG\n'],
    ['', ''],
    [' \t ', ''],
    ['  ping  ', 'PONG\n'],
    ['PING hello', 'hello\n'],
    ['PING hello world', "ERR wrong number of arguments for 'ping' command\n"],
    ['Ping', 'PONG\n'],
    ['QUIT', 'OK\n'],
  );
  const wire = network.connectText();
  assert.equal(askText(wire, 'PING\nQUIT\nSET after x\nPING\n'), 'PONG\nOK\n');
  assert.ok(wire.socket.isEnded);
  receiveText(wire, 'PING\n');
  assert.equal(wire.socket.output(), 'PONG\nOK\n');
  assert.equal(askText(network.connectText(), 'GET after\n'), 'nil\n');
});

test('plain: INFO', () => {
  const wire = network.connectText();
  askText(wire, 'SET k v\nSET l v\nEXPIRE l 10\n');
  const text = askText(wire, 'INFO\n');
  assert.ok(!text.includes('\r'));
  assert.match(text, /^# Server\n/);
  assert.match(text, /\nuptime_in_seconds:\d+\n/);
  assert.match(text, /\ntotal_commands_processed:\d+\n/);
  assert.match(text, /\ntotal_connections_received:\d+\n/);
  assert.match(text, /\ndb0:keys=2,expires=1,[^\n]*\nEND\n$/);
  assert.equal(text.split('\n').filter((line) => line === 'END').length, 1);
  assert.equal(askText(wire, 'INFO nothing\nPING\n'), 'END\nPONG\n');
  assert.match(askText(wire, 'info Keyspace\n'), /^# Keyspace\ndb0:[^\n]*\nEND\n$/);
  // What RESP says is the same text.
  const other = network.connect();
  const theirs = resp(other, 'INFO', 'keyspace').split('\r\n').slice(1, -2).join('\n');
  assert.equal(askText(wire, 'INFO keyspace\n'), `${theirs}\nEND\n`);
  other.connection.closed();
  wire.connection.closed();
});

test('plain: a value is the rest of the line, byte for byte', () => {
  check(
    ['SET k hello world', 'OK\n'],
    ['GET k', 'hello world\n'],
    ['SET k  two  blanks, and a tab\t ', 'OK\n'],
    ['GET k', ' two  blanks, and a tab\t \n'],
    ['STRLEN k', '25\n'],
    ['SET k "quoted" \'text\' \\n', 'OK\n'],
    ['GET k', '"quoted" \'text\' \\n\n'],
    ['SET k v EX 10', 'OK\n'],
    ['GET k', 'v EX 10\n'],
    ['TTL k', '-1\n'],
    ['SET k ', 'OK\n'],
    ['GET k', '\n'],
    ['EXISTS k', '1\n'],
    ['SET k', "ERR wrong number of arguments for 'set' command\n"],
    ['  SET   k2\tv w', 'OK\n'],
    ['GET k2', 'v w\n'],
    ['SETEX k 10 a b', 'OK\n'],
    ['GET k', 'a b\n'],
    ['TTL k', '10\n'],
    ['PSETEX k 20000 c d', 'OK\n'],
    ['APPEND k  e f', '7\n'],
    ['GET k', 'c d e f\n'],
    ['SETRANGE k 1 - -', '7\n'],
    ['GETSET k x y', 'c- -e f\n'],
    ['SETNX k z z', '0\n'],
    ['SETNX k3 z z', '1\n'],
    ['GET k3', 'z z\n'],
    ['ECHO hello  world', 'hello  world\n'],
  );
});

test('plain: all bytes but LF are bytes of a value, and of a key but for blanks', () => {
  const bytes = [...Array(256).keys()].filter((byte) => byte !== 10);
  const value = Buffer.from(bytes).toString('latin1');
  const key = value.replace(/[\t ]/g, '');
  check([`SET ${key} ${value}`, 'OK\n'], [`GET ${key}`, `${value}\n`], [`STRLEN ${key}`, '255\n']);
  // One CR at the end belongs to the line end.
  const input = Buffer.from('SET k v\r\r\nSTRLEN k\r\nSET k v\r\nSTRLEN k\n');
  for (const cut of input.keys()) {
    assert.equal(answerText(network, input, [cut]), 'OK\n2\nOK\n1\n');
  }
});

test('plain: errors', () => {
  check(
    ['NOPE a b', "ERR unknown command 'NOPE', with args beginning with: 'a' 'b' \n"],
    ['GET', "ERR wrong number of arguments for 'get' command\n"],
    ['GET a b', "ERR wrong number of arguments for 'get' command\n"],
    ['SET k text', 'OK\n'],
    ['INCR k', 'ERR value is not an integer or out of range\n'],
    ['*1', "ERR unknown command '*1', with args beginning with: \n"],
    ['AUTH secret', `${AUTH_WITHOUT_PASSWORD}\n`],
    ['CLIENT NOPE', "ERR unknown subcommand 'NOPE'. Try CLIENT HELP.\n"],
    ['PING', 'PONG\n'],
  );
});

const AUTH_WITHOUT_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';

test('plain: the other commands', () => {
  check(
    ['INCR n', '1\n'],
    ['INCRBYFLOAT n 0.5', '1.5\n'],
    ['MSET a 1 b 2', 'OK\n'],
    ['MGET a nobody b', '*3\n1\nnil\n2\n'],
    ['TYPE a', 'string\n'],
    ['RANDOMKEY x', "ERR wrong number of arguments for 'randomkey' command\n"],
    ['PEXPIRE a 1000', '1\n'],
    ['CONFIG GET port', '*2\nport\n6379\n'],
    ['CONFIG GET nothing', '*0\n'],
    ['SET x ohmytext', 'OK\n'],
    ['SET y mynewtext', 'OK\n'],
    ['LCS x y IDX', '*4\nmatches\n*2\n*2\n*2\n4\n7\n*2\n5\n8\n*2\n*2\n2\n3\n*2\n0\n1\nlen\n6\n'],
    ['SELECT 1', 'OK\n'],
    ['GET a', 'nil\n'],
    ['FLUSHALL', 'OK\n'],
    ['SELECT 0', 'OK\n'],
    ['DBSIZE', '0\n'],
  );
});

test('plain: HELLO 3 and RESET change nothing in what is said', () => {
  const wire = network.connectText();
  assert.match(askText(wire, 'HELLO 3\n'), /^\*14\nserver\nredis\nversion\n[\s\S]*modules\n\*0\n$/);
  assert.equal(askText(wire, 'GET nobody\nCONFIG GET port\n'), 'nil\n*2\nport\n6379\n');
  assert.equal(wire.connection.session?.protocol, 2);
  assert.equal(askText(wire, 'RESET\nPING\n'), 'RESET\nPONG\n');
  wire.connection.closed();
});

test('plain: many keys', () => {
  const wire = network.connectText();
  network.server.keyspace.flushAll();
  const names = Array.from({ length: 5000 }, (_, i) => `key:${i}`);
  const answer = askText(wire, names.map((name) => `SET ${name} ${name}\n`).join(''));
  assert.equal(answer, 'OK\n'.repeat(5000));
  assert.equal(askText(wire, `EXISTS ${names.join(' ')} nobody\n`), '5000\n');
  const keys = askText(wire, 'KEYS *\n');
  assert.deepEqual(keys.trimEnd().split(' ').sort(), [...names].sort());
  assert.equal(askText(wire, `MGET ${names.join('  ')}\n`), `*5000\n${names.join('\n')}\n`);
  assert.equal(askText(wire, `DEL ${names.join(' ')} \n`), '5000\n');
  wire.connection.closed();
});

test('plain: one keyspace with RESP', () => {
  const wire = network.connectText();
  const other = network.connect();
  network.server.keyspace.flushAll();
  assert.equal(resp(other, 'SET', 'k', 'set in RESP', 'EX', '100'), '+OK\r\n');
  assert.equal(askText(wire, 'GET k\nTTL k\n'), 'set in RESP\n100\n');
  assert.equal(askText(wire, 'SET k set in plain\n'), 'OK\n');
  assert.equal(resp(other, 'GET', 'k'), '$12\r\nset in plain\r\n');
  assert.equal(resp(other, 'TTL', 'k'), ':-1\r\n');
  // A value of several lines is printed as it is.
  assert.equal(resp(other, 'SET', 'lines', 'a\nb\r\n'), '+OK\r\n');
  assert.equal(askText(wire, 'GET lines\n'), 'a\nb\r\n\n');
  assert.equal(resp(other, 'SET', 'a key', 'v'), '+OK\r\n');
  assert.equal(askText(wire, 'KEYS a*\nGET a key\n'), `a key\n${ARITY_OF_GET}\n`);
  other.connection.closed();
  wire.connection.closed();
});

const ARITY_OF_GET = "ERR wrong number of arguments for 'get' command";

test('plain: large values, sent without a copy, between small ones', () => {
  const wire = network.connectText();
  const other = network.connect();
  for (const size of [1, 4095, 4096, 65536, 300000, 5e6]) {
    const value = 'ab cd'.repeat(size / 5 + 1).slice(0, size);
    assert.equal(askText(wire, `SET k ${value}\n`), 'OK\n');
    assert.ok(resp(other, 'GET', 'k') === `$${size}\r\n${value}\r\n`, `${size} bytes`);
    const input = 'PING\nGET k\nTTL k\nMGET k none k\nPING\n';
    const expected = `PONG\n${value}\n-1\n*3\n${value}\nnil\n${value}\nPONG\n`;
    assert.ok(askText(wire, input) === expected, `${size} bytes`);
  }
  other.connection.closed();
  wire.connection.closed();
});

test('plain: random lines in random pieces', () => {
  const word = fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll('\n', ''));
  const key = fc.constantFrom('a', 'b', 'c');
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('SET', 'APPEND', 'SETNX'), key, word),
    fc.tuple(fc.constantFrom('GET', 'TTL', 'PERSIST', 'DEL', 'STRLEN'), key),
    fc.tuple(fc.constantFrom('EXISTS', 'DEL', 'MGET'), key, key, key),
    fc.tuple(fc.constantFrom('EXPIRE'), key, fc.constantFrom('10', '0', 'x')),
    fc.tuple(word, word),
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
      assert.equal(answerText(network, bytes, places), answerText(network, bytes, []));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('plain: values come back as they were sent', () => {
  const wire: TextWire = network.connectText();
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const value = Buffer.from(bytes).toString('latin1').replaceAll('\n', '');
    assert.equal(askText(wire, `SET k ${value}\r\nGET k\r\n`), `OK\n${value}\n`);
  });
  fc.assert(property, { numRuns: 500 });
  wire.connection.closed();
});

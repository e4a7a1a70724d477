// The same bytes give the same replies however they are cut: at every byte, in random pieces, one
// by one; requests in RESP and inline, binary, empty, large, malformed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { processorMs } from '../support/processor-time.ts';
import { encodeCommand } from '../support/resp.ts';
import { answer, Network, receive } from '../support/wire.ts';

const network = new Network();

function run(bytes: Buffer, cuts: readonly number[] = []): { output: string; isOver: boolean } {
  network.server.keyspace.flushAll();
  return answer(network, bytes, cuts);
}

function everywhere(bytes: Buffer): number[] {
  return [...bytes.keys()];
}

/** The bytes, uncut, answer `expected`; cut in any place, and in all places, they do so, too. */
function check(input: string | Buffer, expected?: string, isOver = false): void {
  const bytes = typeof input === 'string' ? Buffer.from(input, 'latin1') : input;
  const whole = run(bytes);
  if (expected !== undefined) assert.deepEqual(whole, { output: expected, isOver });
  for (const cut of everywhere(bytes)) {
    assert.deepEqual(run(bytes, [cut]), whole, `cut at ${cut} of ${JSON.stringify(input)}`);
  }
  assert.deepEqual(run(bytes, everywhere(bytes)), whole, 'byte by byte');
}

function commands(...lines: (string | Buffer)[][]): Buffer {
  return Buffer.concat(lines.map((args) => encodeCommand(args)));
}

test('cut: requests in RESP', () => {
  check(commands(['PING']), '+PONG\r\n');
  check(commands(['SET', 'k', 'v'], ['GET', 'k'], ['GET', 'none']), '+OK\r\n$1\r\nv\r\n$-1\r\n');
  check(commands(['SET', '', ''], ['GET', ''], ['STRLEN', '']), '+OK\r\n$0\r\n\r\n:0\r\n');
  const crlf = '\r\n$3\r\n*1\r\n\0\xff';
  check(commands(['SET', crlf, crlf], ['STRLEN', crlf]), '+OK\r\n:12\r\n');
  check(commands(['INCR', 'n'], ['INCR', 'n'], ['NOPE'], ['GET'], ['INCR', 'n']));
  check(commands(['MSET', 'a', '1', 'b', '2'], ['MGET', 'a', 'b', 'c']));
  check(commands(['MGET', ...Array.from({ length: 40 }, (_, i) => `key:${i}`)]));
});

test('cut: inline requests', () => {
  check('PING\r\n', '+PONG\r\n');
  check('PING\n', '+PONG\r\n');
  check('\r\n\r\n   \r\nPING\r\n', '+PONG\r\n');
  check('  SET  k   v  \r\n GET k \r\n', '+OK\r\n$1\r\nv\r\n');
  check('SET k "a \\x00\\n\\"b"\r\nGET k\r\n', '+OK\r\n$6\r\na \0\n"b\r\n');
  check("SET k 'a \\x00\\'b'\nGET k\n", "+OK\r\n$8\r\na \\x00'b\r\n");
  check('SET k ""\r\nGET k\r\n', '+OK\r\n$0\r\n\r\n');
});

test('cut: inline requests between RESP', () => {
  const resp = commands(['INCR', 'n']).toString('latin1');
  check(
    `${resp}INCR n\r\n${resp}${resp}\r\nINCR n\n${resp}`,
    ':1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n',
  );
});

test('cut: empty requests', () => {
  check('*0\r\n*-1\r\n*-100\r\nPING\r\n*0\r\n*1\r\n$4\r\nPING\r\n', '+PONG\r\n+PONG\r\n');
  check('*1\r\n$0\r\n\r\n', "-ERR unknown command '', with args beginning with: \r\n");
});

test('cut: lengths', () => {
  // Redis does not look at the two bytes behind an argument.
  check('*1\r\n$4\r\nPINGxy*1\r\n$4\r\nPINGxy', '+PONG\r\n+PONG\r\n');
  // Nor at the byte behind the CR of a length.
  check('*1\rx$4\rxPING\r\n', '+PONG\r\n');
  const lengthError = (text: string): void => {
    check(
      `PING\r\n*${text}\r\n`,
      '+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n',
      true,
    );
    check(`*1\r\n$${text}\r\n`, '-ERR Protocol error: invalid bulk length\r\n', true);
  };
  const bad = ['', ' ', ' 1', '1 ', '+1', '01', '-0', '00', '1x', 'x', '1.0', '0x1', '--1'];
  for (const text of [...bad, '99999999999999999999', '9223372036854775807']) lengthError(text);
  check('*2147483648\r\n', '-ERR Protocol error: invalid multibulk length\r\n', true);
  check('*2147483647\r\n', '');
  check('*1\r\n$536870912\r\n', '');
  check('*1\r\n$536870913\r\n', '-ERR Protocol error: invalid bulk length\r\n', true);
  check('*1\r\n$-1\r\n', '-ERR Protocol error: invalid bulk length\r\n', true);
});

test('cut: broken streams', () => {
  check('*1\r\n:4\r\n', "-ERR Protocol error: expected '$', got ':'\r\n", true);
  check('*1\r\nPING\r\n', "-ERR Protocol error: expected '$', got 'P'\r\n", true);
  check('*1\r\n\r\n', "-ERR Protocol error: expected '$', got ' '\r\n", true);
  check('SET k "v\r\n', '-ERR Protocol error: unbalanced quotes in request\r\n', true);
  check("SET k 'v'x\r\nPING\r\n", '-ERR Protocol error: unbalanced quotes in request\r\n', true);
  check('PING\r\n*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n', undefined);
  check('SET k v\r\nGET k\r\n*2\r\n$3\r\nGET\r\n:1\r\n', undefined);
});

test('cut: random requests in random pieces', () => {
  const word = fc.uint8Array({ maxLength: 40 });
  const key = fc.constantFrom('a', 'b', 'c', '\r\n', '\0').map((text) => Buffer.from(text));
  const request = fc.oneof(
    fc.tuple(fc.constant('SET'), key, word),
    fc.tuple(fc.constant('APPEND'), key, word),
    fc.tuple(fc.constant('GET'), key),
    fc.tuple(fc.constant('STRLEN'), key),
    fc.tuple(fc.constant('INCR'), key),
    fc.tuple(word, word),
  );
  const bytes = fc.oneof(
    { weight: 8, arbitrary: request.map((args) => encodeCommand(args)) },
    { weight: 1, arbitrary: fc.constantFrom('GET a\r\n', '\r\n', '*0\r\n', 'SET b "x\\r\\n"\n') },
    { weight: 1, arbitrary: fc.constantFrom('*1\r\n$x\r\n', '*\r\n').map((text) => text) },
  );
  const property = fc.property(
    fc.array(bytes, { maxLength: 60, size: 'max' }),
    fc.array(fc.nat(), { maxLength: 40 }),
    (pieces, cuts) => {
      const input = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
      if (input.length === 0) return;
      const places = cuts.map((cut) => cut % input.length);
      assert.deepEqual(run(input, places), run(input));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('cut: what was found out ahead of a request is forgotten with its bytes', () => {
  // Requests of one size, cut in the midst of every third: their keys come to lie where other keys
  // lay.
  const keys = Array.from({ length: 90 }, (_, i) => `key:${i + 100}`);
  const sets = keys.map((key, i) => ['SET', key, String(i + 100)]);
  const gets = keys.map((key) => ['GET', key]);
  for (const [requests, reply] of [
    [sets, () => '+OK\r\n'],
    [gets, (i: number) => `$3\r\n${i + 100}\r\n`],
  ] as const) {
    const input = commands(...sets, ...requests);
    const size = input.length / (sets.length + requests.length);
    for (const step of [3 * size, 4 * size, 5 * size, 1000].map(Math.floor)) {
      const cuts = everywhere(input).filter((at) => at % step === 10);
      const expected = '+OK\r\n'.repeat(sets.length) + keys.map((_, i) => reply(i)).join('');
      assert.deepEqual(run(input, cuts), { output: expected, isOver: false });
      network.server.keyspace.verify();
    }
  }
});

test('cut: large arguments', () => {
  const sizes = [8191, 8192, 8193, 16384, 32768, 65536, 100000, 1048576];
  for (const size of sizes) {
    const value = Buffer.alloc(size, 'abcdefg');
    const key = Buffer.alloc(Math.min(size, 100000), 'k');
    const input = commands(['SET', key, value], ['STRLEN', key], ['GET', key], ['PING']);
    const whole = run(input);
    const expected = `+OK\r\n:${size}\r\n$${size}\r\n${value.toString('latin1')}\r\n+PONG\r\n`;
    assert.ok(whole.output === expected, `${size} bytes`);
    const ends = [1, 20, 30, key.length, key.length + 40, input.length - 60, input.length - 1];
    for (const cuts of [...ends.map((end) => [end]), ends]) {
      assert.ok(run(input, cuts).output === expected, `${size} bytes cut at ${cuts}`);
    }
    for (const step of [1000, 16384, 65536]) {
      const cuts = Array.from({ length: Math.ceil(input.length / step) }, (_, i) => i * step);
      assert.ok(run(input, cuts).output === expected, `${size} bytes in steps of ${step}`);
    }
  }
});

test('cut: time grows with the bytes, not with their square', () => {
  // 32 MB in pieces of 1000 bytes: whoever copies all that waits at each piece copies 500 GB.
  const value = Buffer.alloc(32e6, 'x');
  const input = commands(['SET', 'k', value], ['STRLEN', 'k']);
  const wire = network.connect();
  const startMs = processorMs();
  for (let at = 0; at < input.length; at += 1000) receive(wire, input.subarray(at, at + 1000));
  assert.equal(wire.socket.output(), '+OK\r\n:32000000\r\n');
  assert.ok(processorMs() - startMs < 10000, 'the pieces of a large value');
  // Many arguments, too.
  const many = commands(['MGET', ...Array<string>(200000).fill('k2')]);
  for (let at = 0; at < many.length; at += 1000) receive(wire, many.subarray(at, at + 1000));
  assert.ok(wire.socket.output().endsWith('*200000\r\n' + '$-1\r\n'.repeat(200000)));
  assert.ok(processorMs() - startMs < 20000, 'the pieces of many arguments');
  wire.connection.closed();
});

test('cut: lines without an end are refused at 64 KB', () => {
  const line = (text: string, error: string): void => {
    for (const step of [1000, 65536, 70000]) {
      const wire = network.connect();
      for (let sent = 0; sent < 70000 && !wire.socket.isOver; sent += step) {
        receive(wire, sent === 0 ? text.padEnd(step, '1') : '1'.repeat(step));
      }
      assert.equal(wire.socket.output(), `-ERR Protocol error: ${error}\r\n`);
      assert.ok(wire.socket.isEnded);
    }
  };
  line('GET ', 'too big inline request');
  line('*', 'too big mbulk count string');
  line('*1\r\n$', 'too big bulk count string');
  line('*1\r\nx', 'too big bulk count string');
});

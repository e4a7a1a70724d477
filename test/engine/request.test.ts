// Requests: arguments as offsets into a buffer that somebody else owns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../../src/engine/reply.ts';
import { isRefused, REFUSED, type Refused, Request } from '../../src/engine/request.ts';

function textsOf(request: Request): string[] {
  return Array.from({ length: request.count }, (_, i) =>
    Buffer.from(request.copy(i)).toString('latin1'),
  );
}

function of(...texts: string[]): Request {
  return Request.of(texts.map((text) => Buffer.from(text, 'latin1')));
}

test('request: arguments come out as they went in', () => {
  for (const texts of [[], [''], ['GET', 'k'], ['SET', '', '\0\xff\r\n', 'x'.repeat(100000)]]) {
    const request = of(...texts);
    assert.deepEqual(textsOf(request), texts);
    texts.forEach((text, i) => {
      assert.equal(request.size(i), text.length);
    });
  }
});

test('request: grows to any number of arguments', () => {
  const request = new Request();
  request.buffer = new Uint8Array(Buffer.from('abcdefgh'));
  for (let i = 0; i < 100000; i++) request.push(i % 8, (i % 8) + 1);
  assert.equal(request.count, 100000);
  for (let i = 0; i < 100000; i += 997) {
    assert.equal(Buffer.from(request.copy(i)).toString(), 'abcdefgh'[i % 8]);
  }
});

test('request: a copy is for keeps', () => {
  const request = of('SET', 'k', 'value');
  const copy = request.copy(2);
  request.buffer.fill(0);
  assert.equal(Buffer.from(copy).toString(), 'value');
});

test('request: begin() forgets the last one, and what was found out about it', () => {
  const request = of('SET', 'k', 'value');
  request.keyStart = 3;
  request.begin(7);
  assert.equal(request.count, 0);
  assert.equal(request.origin, 7);
  assert.equal(request.keyStart, -1);
});

test('request: assign() takes arguments over to where their bytes lie now', () => {
  const source = of('SET', 'key', 'value');
  source.origin = 0;
  source.keyStart = 3;
  const moved = new Uint8Array(Buffer.from('....SETkeyvalue'));
  const target = of(...Array<string>(40).fill('old'));
  target.assign(source, moved, 4);
  assert.deepEqual(textsOf(target), ['SET', 'key', 'value']);
  assert.equal(target.origin, 4);
  assert.equal(target.keyStart, -1, 'the place of the key is not what it was');
});

test('request: move() follows its bytes', () => {
  const request = of('SET', 'key', 'value');
  const { buffer } = request;
  request.buffer = new Uint8Array(Buffer.concat([Buffer.from('..'), buffer]));
  request.move(2);
  assert.deepEqual(textsOf(request), ['SET', 'key', 'value']);
  assert.equal(request.origin, 2);
});

/** What reading the argument answers, or the error line that it replied. */
function read(text: string, reader: (request: Request, reply: Reply) => number | Refused): unknown {
  const reply = new Reply();
  const answer = reader(of('CMD', text), reply);
  const said = Buffer.from(reply.take()).toString();
  assert.equal(said !== '', isRefused(answer), `${text}: refused means that an error was replied`);
  return isRefused(answer) ? said.trim() : answer;
}

test('request: words in any case, text byte by byte', () => {
  const request = of('CMD', 'ReaL', 'rea', 'real\0', 'a\0\xff\0');
  assert.deepEqual(
    [1, 2, 3].map((i) => request.is(i, 'real')),
    [true, false, false],
  );
  assert.equal(request.text(4), 'a\0\xff\0');
  assert.equal(request.textUntilNul(4), 'a');
  assert.equal(request.textUntilNul(1), 'ReaL');
});

const NO_INTEGER = '-ERR value is not an integer or out of range';

const INTEGERS: [text: string, value: number | string][] = [
  ['0', 0],
  ['-7', -7],
  ['9007199254740991', 2 ** 53 - 1],
  ['9007199254740993', 2 ** 53],
  ['-9223372036854775808', -(2 ** 63)],
  ['9223372036854775807', 2 ** 63],
  ['9223372036854775808', NO_INTEGER],
  ['', NO_INTEGER],
  ['-0', NO_INTEGER],
  ['1.0', NO_INTEGER],
  [' 1', NO_INTEGER],
  ['NaN', NO_INTEGER],
];

test('request: integers', () => {
  for (const [text, value] of INTEGERS) {
    assert.equal(
      read(text, (request, reply) => request.integer(1, reply)),
      value,
      text,
    );
  }
  const shown = read('x', (request, reply) => request.integer(1, reply, 'ERR no'));
  assert.equal(shown, '-ERR no');
  assert.equal(of('CMD', '9007199254740993').bigInteger(1), 2n ** 53n + 1n);
  assert.throws(() => of('CMD', 'x').bigInteger(1));
});

test('request: integers within bounds', () => {
  for (const [text, value] of [
    ['1', 1],
    ['5', 5],
    ['0', '-ERR no'],
    ['6', '-ERR no'],
    ['x', '-ERR no'],
  ] as const) {
    const found = read(text, (request, reply) => request.integerWithin(1, 1, 5, reply, 'ERR no'));
    assert.equal(found, value, text);
  }
});

const BAD_TIME = "-ERR invalid expire time in 'cmd' command";

const DEADLINES: [text: string, unitMs: number, baseMs: number, deadline: number | string][] = [
  ['10', 1, 0, 10],
  ['10', 1000, 7, 10007],
  ['-10', 1000, 7, -9993],
  ['9223372036854775807', 1, 0, 2 ** 63],
  ['9223372036854775807', 1, 1, BAD_TIME],
  ['9223372036854775', 1000, 0, 9223372036854775000],
  ['9223372036854776', 1000, 0, BAD_TIME],
  ['-9223372036854776', 1000, 0, BAD_TIME],
  ['ten', 1, 0, NO_INTEGER],
];

test('request: deadlines', () => {
  for (const [text, unitMs, baseMs, deadline] of DEADLINES) {
    const found = read(text, (request, reply) => request.deadline(1, unitMs, baseMs, 'cmd', reply));
    assert.equal(found, deadline, `${text} * ${unitMs} + ${baseMs}`);
  }
});

test('request: REFUSED is nothing else', () => {
  assert.ok(isRefused(REFUSED));
  for (const answer of [0, -1, 2 ** 63, Number.POSITIVE_INFINITY, null, undefined, '', false, {}]) {
    assert.equal(isRefused(answer), false);
  }
});

// Requests: arguments as offsets into a buffer that somebody else owns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Request } from '../../src/engine/request.ts';

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

// server.connect(): a stream that speaks RESP, and behaves as a socket does.
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { after, test } from 'node:test';
import { createServer } from '../../src/main/embed.ts';

const MEBIBYTE = 2 ** 20;

const server = await createServer();
after(() => server.close());

/** What a client that says this is answered, until it is closed. */
async function answers(text: string, stream: Duplex = server.connect()): Promise<string> {
  stream.end(Buffer.from(text, 'latin1'));
  const pieces: Buffer[] = await stream.toArray();
  return Buffer.concat(pieces).toString('latin1');
}

/** The first bytes that come. */
function next(stream: Duplex): Promise<string> {
  return new Promise((resolve) => void stream.once('data', (data) => resolve(String(data))));
}

const LINES: readonly [says: string, answer: string][] = [
  ['PING\r\n', '+PONG\r\n'],
  ['', ''],
  ['*1\r\n$4\r\nPING\r\n', '+PONG\r\n'],
  ['PING\r\nQUIT\r\nPING\r\n', '+PONG\r\n+OK\r\n'],
  ['*1\r\n$4\r\nPI', ''],
  ['SET a \xff\r\nGET a\r\n', '+OK\r\n$1\r\n\xff\r\n'],
  ['*1\r\n@\r\n', "-ERR Protocol error: expected '$', got '@'\r\n"],
];

for (const [says, answer] of LINES) {
  test(`${JSON.stringify(says)} is answered`, async () => {
    assert.equal(await answers(says), answer);
  });
}

test('it connects after a turn, as a socket does', async () => {
  const stream = server.connect() as Duplex & { connecting: boolean };
  assert.equal(stream.connecting, true);
  await new Promise((resolve) => void stream.once('connect', resolve));
  assert.equal(stream.connecting, false);
  stream.destroy();
});

test('it can be cut anywhere', async () => {
  const stream = server.connect();
  const answer = next(stream);
  for (const byte of Buffer.from('*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n')) stream.write(Buffer.of(byte));
  assert.equal(await answer, '$2\r\nhi\r\n');
  stream.destroy();
});

test('clients know it by its number', async () => {
  const stream = server.connect();
  stream.write('CLIENT INFO\r\n');
  const info = await next(stream);
  const [, id] = /id=(\d+) /.exec(info) ?? [];
  assert.match(info, new RegExp(` addr=local:${id} laddr=local:${id} fd=-1 `));
  stream.destroy();
});

test('a client that is gone is forgotten, though it waits', async () => {
  const stream = server.connect();
  stream.write('BLPOP queue 0\r\n');
  while (!(await server.call<string>('INFO', 'clients')).includes('blocked_clients:1\r')) {
    await new Promise(setImmediate);
  }
  stream.destroy();
  while (!(await server.call<string>('INFO', 'clients')).includes('blocked_clients:0\r')) {
    await new Promise(setImmediate);
  }
});

test('CLIENT KILL closes it', async () => {
  const stream = server.connect();
  stream.resume();
  const isClosed = new Promise((resolve) => void stream.once('close', resolve));
  assert.ok((await server.call<number>('CLIENT', 'KILL', 'TYPE', 'normal')) >= 1);
  await isClosed;
  assert.equal(stream.destroyed, true);
});

test('large values go both ways', async () => {
  const value = 'v'.repeat(8 * MEBIBYTE);
  const stream = server.connect();
  const request = `*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$${value.length}\r\n${value}\r\nGET big\r\n`;
  assert.equal(await answers(request, stream), `+OK\r\n$${value.length}\r\n${value}\r\n`);
});

test('who does not read is not served, and gets everything later', async () => {
  await server.call('SET', 'mib', 'm'.repeat(MEBIBYTE));
  const before = await server.call<number>('INCR', 'served');
  const stream = server.connect();
  const count = 20;
  for (let i = 0; i < count; i++) stream.write('GET mib\r\nINCR served\r\n');
  let served = 0;
  for (let i = 0; i < 100; i++) served = Number(await server.call('GET', 'served')) - before;
  assert.ok(served < count / 2, `served ${served} requests that nobody read the answers to`);
  let size = 0;
  stream.on('data', (data: Buffer) => (size += data.length));
  while (size < count * MEBIBYTE || Number(await server.call('GET', 'served')) < before + count) {
    await new Promise(setImmediate);
  }
  stream.destroy();
});

test('what was received stays as it was', async () => {
  const stream = server.connect();
  stream.write('SET k one\r\nGET k\r\n');
  const pieces: Buffer[] = [];
  stream.on('data', (data: Buffer) => pieces.push(data));
  while (Buffer.concat(pieces).length < 14) await new Promise(setImmediate);
  await server.call('SET', 'k', 'two');
  await server.call('GET', 'k');
  assert.equal(String(Buffer.concat(pieces)), '+OK\r\n$3\r\none\r\n');
  stream.destroy();
});

test('timers have their turn beside clients that never pause', async () => {
  const stream = server.connect();
  let turns = 0;
  let isOver = false;
  stream.on('data', () => {
    turns++;
    if (!isOver) stream.write('PING\r\n');
  });
  stream.write('PING\r\n');
  await new Promise((resolve) => void setTimeout(resolve, 5));
  while (turns === 0) await new Promise(setImmediate);
  isOver = true;
  stream.destroy();
});

test('many small requests of who does not read take little memory', async () => {
  const stream = server.connect();
  const before = process.memoryUsage().arrayBuffers;
  const request = Buffer.from('PING\r\n');
  let largest = 0;
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1000; i++) stream.write(request);
    await new Promise(setImmediate);
    largest = Math.max(largest, process.memoryUsage().arrayBuffers - before);
  }
  assert.ok(largest < 20 * MEBIBYTE, `${largest} bytes`);
  stream.destroy();
});

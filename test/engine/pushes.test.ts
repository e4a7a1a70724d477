// Pushes until they are delivered: in order, in few pieces, joined once for all who get the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientMemory } from '../../src/engine/client-memory.ts';
import { execute } from '../../src/engine/execute.ts';
import type { Pushes } from '../../src/engine/pushes.ts';
import { Request } from '../../src/engine/request.ts';
import { Session } from '../../src/engine/session.ts';
import { call, connect, makeServer, RecordedOutput } from '../support/clock.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const ORIGIN = {
  address: '127.0.0.1:50001',
  localAddress: '127.0.0.1:6379',
  isUnixSocket: false,
  isLocal: true,
  descriptor: 9,
};
const LARGE = 'L'.repeat(5000);

class PieceOutput extends RecordedOutput {
  readonly pieces: Uint8Array[] = [];

  override push(bytes: Uint8Array): void {
    super.push(bytes);
    this.pieces.push(bytes);
  }
}

class Receiver {
  readonly output = new PieceOutput();
  readonly session = new Session(1, ORIGIN, this.output, 0, new ClientMemory(() => {}));
}

function makePushes(): Pushes {
  return makeServer().server.pushes;
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

// What is sent to one session, and in how many pieces it leaves.
for (const [sent, pieces] of [
  [['one'], 1],
  [['one', 'two', 'three'], 1],
  [[LARGE], 1],
  [['one', LARGE, 'two'], 3],
  [['one', 'two', LARGE, 'three', 'four', LARGE, LARGE], 5],
  [[], 0],
] as const) {
  const sizes = sent.map(({ length }) => length).join(' ');
  test(`pushes: of ${sizes} bytes leave in ${pieces} pieces`, () => {
    const pushes = makePushes();
    const { session, output } = new Receiver();
    for (const text of sent) pushes.send(session, bytesOf(text));
    assert.equal(session.pushes?.size ?? 0, sent.join('').length);
    pushes.deliver();
    assert.equal(output.sent, sent.join(''));
    assert.equal(output.pieces.length, pieces);
    assert.equal(session.pushes, null);
  });
}

test('pushes: who is sent the same gets the same bytes', () => {
  const pushes = makePushes();
  const receivers = Array.from({ length: 10 }, () => new Receiver());
  const messages = ['one', 'two', LARGE, 'three', 'four'].map(bytesOf);
  for (const message of messages) {
    for (const { session } of receivers) pushes.send(session, message);
  }
  pushes.deliver();
  assert.equal(new Set(receivers.flatMap(({ output }) => output.pieces)).size, 3);
});

test('pushes: what was delivered is not delivered again', () => {
  const pushes = makePushes();
  const { session, output } = new Receiver();
  pushes.send(session, bytesOf('one'));
  assert.equal(pushes.waitingCount, 1);
  pushes.deliver();
  assert.equal(pushes.waitingCount, 0);
  pushes.deliver();
  pushes.send(session, bytesOf('two'));
  pushes.deliver();
  assert.equal(output.pieces.length, 2);
  assert.equal(output.sent, 'onetwo');
});

test(`pushes: each gets its own in order (seed ${SEED})`, () => {
  const random = new SeededRandom(SEED);
  const pushes = makePushes();
  const receivers = Array.from({ length: 5 }, () => new Receiver());
  const expected = receivers.map(() => '');
  for (let i = 0; i < 2000; i++) {
    const text = `${i}${random.below(20) === 0 ? LARGE : ';'}`;
    const message = bytesOf(text);
    for (const [index, { session }] of receivers.entries()) {
      if (random.below(3) === 0) continue;
      pushes.send(session, message);
      expected[index] += text;
    }
    if (random.below(8) === 0) pushes.deliver();
  }
  pushes.deliver();
  for (const [index, { output }] of receivers.entries()) {
    assert.ok(output.sent === expected[index], `receiver ${index} got other bytes`);
  }
});

test('pushes: a transaction cannot pile up more than a subscriber may let wait', () => {
  const { server, session, log } = makeServer({
    'client-output-buffer-limit': 'pubsub 1mb 0 0',
  });
  const { session: slow, output } = connect(server);
  call(server, slow, 'SUBSCRIBE channel');
  call(server, session, 'MULTI');
  const text = 't'.repeat(100_000);
  for (let i = 0; i < 20; i++) call(server, session, ['PUBLISH', 'channel', text]);
  assert.ok(!output.isDestroyed);
  call(server, session, 'EXEC');
  assert.ok(output.isDestroyed);
  assert.match(log.lines.join('\n'), /closed for overcoming of output buffer limits/);
});

test('pushes: of many publishers a subscriber gets one write; its own turn comes behind', () => {
  const { server, session, clock } = makeServer();
  const { session: subscriber, output } = connect(server);
  call(server, subscriber, 'SUBSCRIBE c');
  const publish = (text: string): void => {
    const request = Request.of(['PUBLISH', 'c', text].map((word) => Buffer.from(word)));
    server.turn.begin(session);
    execute(server, session, request);
    server.turn.end(session, request.buffer, 0);
    server.reply.clear();
  };
  output.sent = '';
  output.pushes = 0;
  for (const text of ['one', 'two', 'three']) publish(text);
  assert.equal(output.sent, '');
  clock.advance(0);
  assert.match(output.sent, /one\r\n[\s\S]*two\r\n[\s\S]*three\r\n$/);
  assert.equal(output.pushes, 1);
  publish('four');
  server.pushes.deliverTo(subscriber);
  assert.match(output.sent, /four\r\n$/);
  clock.advance(0);
  assert.equal(output.pushes, 2);
});

test('pushes: what many wait for leaves a millisecond at a time, who waits longest first', () => {
  const { server, clock } = makeServer();
  const { pushes } = server;
  const served: number[] = [];
  const receivers = Array.from({ length: 100 }, (_, index) => {
    const receiver = new Receiver();
    receiver.output.push = (bytes) => {
      served.push(index);
      receiver.output.sent += Buffer.from(bytes).toString('latin1');
      clock.advance(1);
    };
    return receiver;
  });
  const sendAll = (text: string): void => {
    const bytes = bytesOf(text);
    for (const { session } of receivers) pushes.send(session, bytes);
    pushes.deliverSoon();
  };
  sendAll('one;');
  clock.advance(0);
  const first = served.length;
  assert.ok(first > 0 && first < 50, `${first} were sent to at once`);
  // Those who have theirs come behind those who have waited since; these get both in one write.
  sendAll('two;');
  while (pushes.waitingCount > 0) clock.advance(0);
  const all = receivers.map((_, index) => index);
  assert.deepEqual(served, [...all, ...all.slice(0, first)]);
  assert.ok(receivers.every(({ output }) => output.sent === 'one;two;'));
});

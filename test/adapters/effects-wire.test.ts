// What the journal is told of requests that come in one chunk, whose bytes are gone afterwards:
// the same as if each had come alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedEffects } from '../support/effects.ts';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive } from '../support/wire.ts';

const LARGE = 'x'.repeat(2000);

/** Lines that are sent in RESP, or with `>` before it as they are; then what the journal has. */
const CHUNKS: readonly (readonly [sent: readonly string[], told: readonly string[]])[] = [
  [
    ['SET a 1', 'SET b 2', 'INCR a'],
    ['SET a 1', 'SET b 2', 'INCR a'],
  ],
  [
    ['SET a 1', 'GET a', 'SET b 2', 'DEL c', 'SET c 3'],
    ['SET a 1', 'SET b 2', 'SET c 3'],
  ],
  [
    ['SET a 1', 'SPOP s', 'INCRBYFLOAT a 1', 'SET b 2'],
    ['SET a 1', 'SET a 2 KEEPTTL', 'SET b 2'],
  ],
  [
    ['SET a 1', 'SELECT 1', 'SET a 2', 'SET b 2'],
    ['SET a 1', 'SELECT 1', 'SET a 2', 'SET b 2'],
  ],
  [
    ['SET a 1', 'MULTI', 'INCR a', 'INCR a', 'EXEC', 'INCR a'],
    ['SET a 1', 'MULTI', 'INCR a', 'INCR a', 'EXEC', 'INCR a'],
  ],
  [
    ['SET a 1', 'MSETNX b 1 c 1', '>INCR a', 'INCR a', `SET d ${LARGE}`, 'INCR a'],
    ['SET a 1', 'MSETNX b 1 c 1', 'INCR a', 'INCR a', `SET d ${LARGE}`, 'INCR a'],
  ],
  [
    [`SET a ${LARGE}`, `SET b ${LARGE}`, 'APPEND a 1', 'SETRANGE b 1 y'],
    [`SET a ${LARGE}`, `SET b ${LARGE}`, 'APPEND a 1', 'SETRANGE b 1 y'],
  ],
  [
    ['SET a 1', 'EVAL redis.call("INCR","a")redis.call("DEL","a") 0', 'SET b 1'],
    ['SET a 1', 'MULTI', 'INCR a', 'DEL a', 'EXEC', 'SET b 1'],
  ],
];

for (const [sent, told] of CHUNKS) {
  const name = sent.join('; ').replaceAll(LARGE, 'large');
  const pieces = sent.map(bytesOf);
  for (const [way, chunks] of [
    ['in one chunk', [Buffer.concat(pieces)]],
    ['one by one', pieces],
  ] as const) {
    test(`effects of ${name}, ${way}`, () => {
      const network = new Network();
      const journal = new RecordedEffects();
      network.server.journalTo(journal);
      const wire = network.connect();
      for (const chunk of chunks) receive(wire, chunk);
      assert.deepEqual(journal.take(), ['SELECT 0', ...told]);
    });
  }
}

test('effects of what ran before a script in whose midst others are read', () => {
  const network = new Network({ 'busy-reply-threshold': '1' });
  network.test.clock.lookUs = 1000;
  const journal = new RecordedEffects();
  network.server.journalTo(journal);
  const before = bytesOf('SET a 1');
  const chunk = new Uint8Array(
    Buffer.concat([before, encodeCommand(['EVAL', 'for i = 1, 120000 do end', '0'])]),
  );
  let interludes = 0;
  network.test.readOpen = () => {
    interludes++;
    chunk.fill(0, 0, before.length);
    return false;
  };
  network.connect().connection.receive(chunk);
  assert.ok(interludes > 0);
  assert.deepEqual(journal.take(), ['SELECT 0', 'SET a 1']);
});

test('effects of a value whose buffer the next request changes', () => {
  const network = new Network();
  const journal = new RecordedEffects();
  network.server.journalTo(journal);
  const wire = network.connect();
  const value = 'v'.repeat(100_000);
  const lines = ['SET a 1', `SET b ${value}`, 'SETRANGE b 0 changed', 'APPEND b more', 'SET a 2'];
  // What waits is run from a buffer that the value may take over.
  receive(wire, encodeCommand(['CLIENT', 'PAUSE', '10', 'ALL']));
  receive(wire, Buffer.concat(lines.map(bytesOf)));
  network.test.clock.advance(100);
  assert.deepEqual(journal.take(), ['SELECT 0', ...lines]);
});

function bytesOf(line: string): Buffer {
  if (line.startsWith('>')) return Buffer.from(`${line.slice(1)}\r\n`);
  const words = line.startsWith('EVAL') ? /^(EVAL) (.*) (0)$/.exec(line)?.slice(1) : null;
  return encodeCommand(words ?? line.split(' '));
}

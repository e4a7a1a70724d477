// FUNCTION DUMP and FUNCTION RESTORE: payloads of one server in the other, what the policies do,
// and payloads that are refused.
import assert from 'node:assert/strict';
import { comparison, differential, type Pair } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';
import { bodyOf, payloadOf } from '../support/payloads.ts';
import { length, string } from '../support/rdb-forms.ts';
import { showBytes } from '../support/resp.ts';

/** What 7.0 writes, so that all references read it. */
const VERSION = 10;
const OPCODE = 245;
const OPCODE_EARLY = 246;

function library(name: string, ...functions: readonly string[]): string {
  const registered = functions.map(
    (word) => `redis.register_function('${word}', function() return '${name}' end)`,
  );
  return `#!lua name=${name}\n${registered.join('\n')}`;
}

function payload(...codes: readonly string[]): Buffer {
  const parts = codes.map((code) => Buffer.concat([Buffer.of(OPCODE), string(code)]));
  return payloadOf(Buffer.concat(parts), VERSION);
}

function restore(bytes: Uint8Array, ...policy: readonly string[]): LineOptions {
  return { send: ['FUNCTION', 'RESTORE', Buffer.from(bytes).toString('latin1'), ...policy] };
}

function load(code: string): LineOptions {
  return { send: ['FUNCTION', 'LOAD', code] };
}

const A = library('a', 'f');
const B = library('b', 'g', 'h');
const LIST: LineOptions = { send: 'FUNCTION LIST WITHCODE', tolerance: 'sorted' };

differential('what the policies do', [
  'FUNCTION FLUSH',
  restore(payload(A)),
  'FCALL f 0',
  restore(payload(A)),
  restore(payload(A), 'APPEND'),
  restore(payload(B, A)),
  'FCALL g 0',
  restore(payload(library('a', 'f2')), 'REPLACE'),
  'FCALL f 0',
  'FCALL f2 0',
  restore(payload(library('c', 'f2'))),
  restore(payload(library('c', 'F2')), 'REPLACE'),
  restore(payload(library('a', 'x'), library('c', 'f2')), 'replace'),
  LIST,
  restore(payload(B), 'Flush'),
  LIST,
  restore(payload()),
  LIST,
  restore(payload(A, A)),
  restore(payload(A, library('d', 'f'))),
  LIST,
  restore(payload(A, library('d', 'e', 'G')), 'REPLACE'),
  LIST,
  restore(payload(), 'FLUSH'),
  'FUNCTION LIST',
  'FUNCTION STATS',
]);

differential('payloads that are refused', [
  'FUNCTION FLUSH',
  load(A),
  restore(payload('x'), 'FLUSH'),
  restore(payload(B, '#!lua name=c\nreturn 1'), 'FLUSH'),
  restore(payload(B, '#!lua name=c\nreturn ('), 'FLUSH'),
  restore(payload(B, '#!lua name=c\nredis.call("PING")'), 'FLUSH'),
  restore(payload(library('c', 'f', 'f')), 'FLUSH'),
  restore(payloadOf(Buffer.of(0), VERSION)),
  {
    ...restore(payloadOf(Buffer.of(OPCODE_EARLY, 0), VERSION)),
    reply72: '-ERR Pre-GA function format not supported\r\n',
  },
  restore(payloadOf(Buffer.concat([Buffer.of(OPCODE), length(100)]), VERSION)),
  restore(payloadOf(bodyOf(payload(B)), 13)),
  restore(payload(B).subarray(1)),
  restore(Buffer.concat([payload(B), Buffer.of(0)])),
  restore(Buffer.alloc(9)),
  LIST,
]);

const LONG = `-- ${'a comment that can be packed '.repeat(50)}`;
const BYTES = `-- ${String.fromCharCode(...Array(256).keys()).replaceAll(/[\r\n]/g, '')}`;

for (const [name, codes] of [
  ['one library', [A]],
  ['no library', []],
  ['a long library', [`${A}\n${LONG}`]],
  ['a library of all bytes', [`${A}\n${BYTES}`]],
  ['several libraries', [A, B, `${library('c', 'i')}\n${LONG}`]],
] as const) {
  comparison(`payloads are exchanged: ${name}`, {}, (pair) => exchange(pair, codes));
}

async function exchange(pair: Pair, codes: readonly string[]): Promise<void> {
  const send = (...words: string[]): Promise<readonly Buffer[]> => pair.send('', 2, words);
  await send('FUNCTION', 'FLUSH');
  for (const code of codes) {
    for (const reply of await send('FUNCTION', 'LOAD', code)) assert.equal(reply[0], 0x24);
  }
  const [theirs, ours] = (await send('FUNCTION', 'DUMP')).map((reply) =>
    reply.subarray(reply.indexOf('\r\n') + 2, -2),
  );
  // Ours has the version that both references read. Redis has its libraries in any order.
  const [theirBody, ourBody] = [theirs, ours].map((bytes) => showBytes(bodyOf(bytes)));
  if (codes.length < 2) assert.equal(ourBody, theirBody);
  assert.equal(ours.readUInt16LE(ours.length - 10), VERSION);
  for (const dumped of [theirs, ours]) {
    await send('FUNCTION', 'FLUSH');
    for (const reply of await send('FUNCTION', 'RESTORE', dumped.toString('latin1'))) {
      assert.equal(reply.toString(), '+OK\r\n');
    }
    for (const code of codes) {
      const found = /name=(\w+)/.exec(code)?.[1] ?? '';
      const lists = await send('FUNCTION', 'LIST', 'LIBRARYNAME', found, 'WITHCODE');
      for (const reply of lists) assert.ok(reply.includes(code, 0, 'latin1'), found);
      const called = /function\('(\w+)'/.exec(code)?.[1] ?? '';
      for (const reply of await send('FCALL', called, '0')) {
        assert.equal(reply.toString(), `$${found.length}\r\n${found}\r\n`);
      }
    }
    const [theirStats, ourStats] = await send('FUNCTION', 'STATS');
    assert.equal(ourStats.toString(), theirStats.toString());
  }
  await send('FUNCTION', 'FLUSH');
}

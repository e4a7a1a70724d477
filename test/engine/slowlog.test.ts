// SlowLog against what redis-server 7.2.6 lists, and against a plain array.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SlowLog } from '../../src/engine/stats/slowlog.ts';

function add(log: SlowLog, args: readonly string[], redacted: number[] = []): void {
  const buffer = Buffer.from(`..${args.join('')}`, 'latin1');
  const starts = new Uint32Array(args.length + 5);
  const ends = new Uint32Array(args.length + 5);
  let at = 2;
  args.forEach((arg, index) => {
    starts[index] = at;
    at += arg.length;
    ends[index] = at;
  });
  log.add(buffer, starts, ends, args.length, {
    timeSeconds: 1795168425,
    durationUs: 10423.7,
    clientAddress: '127.0.0.1:40001',
    clientName: 'worker',
    redacted: redacted.length === 0 ? null : new Set(redacted),
  });
}

function check(args: readonly string[], expected: readonly string[], redacted?: number[]): void {
  const log = new SlowLog();
  add(log, args, redacted);
  assert.deepEqual(log.get(1)[0].args, expected);
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `a${index}`);
}

test('slow log: arguments are trimmed', () => {
  check(['DEL', ...names(30)], ['DEL', ...names(30)]);
  check(['DEL', ...names(31)], ['DEL', ...names(31)]);
  check(['DEL', ...names(32)], ['DEL', ...names(30), '... (2 more arguments)']);
  check(['DEL', ...names(100)], ['DEL', ...names(30), '... (70 more arguments)']);
  const long = 'x'.repeat(128);
  check(['SET', 'k', long], ['SET', 'k', long]);
  check(['SET', 'k', `${long}y`], ['SET', 'k', `${long}... (1 more bytes)`]);
  check(['SET', 'k', long.repeat(8)], ['SET', 'k', `${long}... (896 more bytes)`]);
  check(['SET', '', '\x00\xff\r\n'], ['SET', '', '\x00\xff\r\n']);
});

test('slow log: secrets are not logged', () => {
  const config = ['CONFIG', 'SET', 'masterauth', 's3'];
  check(config, ['CONFIG', 'SET', 'masterauth', '(redacted)'], [3]);
  const secret = '(redacted)';
  const users = ['ACL', 'SETUSER', 'a', 'b', 'c'.repeat(200)];
  check(users, ['ACL', 'SETUSER', secret, secret, secret], [2, 3, 4]);
  const many = ['ACL', 'SETUSER', ...names(40)];
  check(many, [...many.slice(0, 30), secret, '... (11 more arguments)'], [30, 31, 32]);
});

test('slow log: an entry', () => {
  const log = new SlowLog();
  add(log, ['GET', 'k']);
  assert.deepEqual(log.get(-1), [
    {
      id: 0,
      timeSeconds: 1795168425,
      durationUs: 10423,
      args: ['GET', 'k'],
      clientAddress: '127.0.0.1:40001',
      clientName: 'worker',
    },
  ]);
});

test('slow log: an entry keeps its bytes when the buffer is used again', () => {
  const log = new SlowLog();
  const buffer = Buffer.from('PING');
  const call = { timeSeconds: 1, durationUs: 1, clientAddress: '', clientName: '', redacted: null };
  log.add(buffer, [0], [4], 1, call);
  buffer.fill(0);
  assert.deepEqual(log.get(1)[0].args, ['PING']);
});

type Step = { add: string } | { max: number } | { get: number } | { reset: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ add: fc.string({ maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ max: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ get: fc.integer({ min: -1, max: 8 }) }) },
  { weight: 1, arbitrary: fc.constant({ reset: true as const }) },
);

test('slow log: behaves like an array that is cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), fc.array(step, { maxLength: 60 }), (max, steps) => {
      const log = new SlowLog(max);
      let model: [id: number, name: string][] = [];
      let nextId = 0;
      for (const step of steps) {
        if ('add' in step) {
          const name = step.add.replace(/[^ -~]/g, '?');
          add(log, [name]);
          model.unshift([nextId++, name]);
        } else if ('max' in step) {
          max = step.max;
          log.setMax(max);
        } else if ('reset' in step) {
          log.reset();
          model = [];
        } else {
          const entries = log.get(step.get).map((entry) => [entry.id, entry.args[0]]);
          assert.deepEqual(entries, step.get < 0 ? model : model.slice(0, step.get));
        }
        model = model.slice(0, max);
        assert.equal(log.length, model.length);
      }
      assert.deepEqual(
        log.get(-1).map((entry) => entry.id),
        model.map(([id]) => id),
      );
    }),
  );
});

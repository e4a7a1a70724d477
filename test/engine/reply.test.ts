// The reply writer against replies written down as text, RESP2 and RESP3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Reply } from '../../src/engine/reply.ts';
import { parseReply } from '../support/resp.ts';

type Write = (reply: Reply) => void;

function written(write: Write, resp3: boolean): string {
  const reply = new Reply();
  reply.resp3 = resp3;
  write(reply);
  return Buffer.from(reply.take()).toString('latin1');
}

function check(write: Write, resp2: string, resp3 = resp2): void {
  assert.equal(written(write, false), resp2, 'RESP2');
  assert.equal(written(write, true), resp3, 'RESP3');
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

test('reply: lines', () => {
  check((reply) => reply.ok(), '+OK\r\n');
  check((reply) => reply.simple('string'), '+string\r\n');
  check((reply) => reply.simple(''), '+\r\n');
  check((reply) => reply.error('ERR syntax error'), '-ERR syntax error\r\n');
  check((reply) => reply.error("ERR a\r\nb\n'\xff'"), "-ERR a  b '\xff'\r\n");
});

test('reply: integers', () => {
  const numbers = [0, 1, 9, 10, 99, 100, 12345678, 123456789, -1, -9, -10, 2 ** 31, 2 ** 53 - 1];
  for (const value of [...numbers, -(2 ** 53 - 1), -(2 ** 31)]) {
    check((reply) => reply.integer(value), `:${value}\r\n`);
    check((reply) => reply.bulkInteger(value), `$${String(value).length}\r\n${value}\r\n`);
  }
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    check((reply) => reply.bigInteger(value), `:${value}\r\n`);
  }
});

test('reply: bulk strings', () => {
  const text = 'a\0\r\n\xff$-1\r\n';
  check((reply) => reply.bulk(bytes(text), 0, text.length), `$10\r\n${text}\r\n`);
  check((reply) => reply.bulk(bytes(text), 1, 3), '$2\r\n\0\r\r\n');
  check((reply) => reply.bulk(bytes(text), 4, 4), '$0\r\n\r\n');
  check((reply) => reply.bulkText(text), `$10\r\n${text}\r\n`);
  check((reply) => reply.bulkText(''), '$0\r\n\r\n');
  check((reply) => reply.bulkUncopied(bytes(text)), `$10\r\n${text}\r\n`);
  const large = 'x'.repeat(200000);
  check((reply) => reply.bulk(bytes(large), 0, large.length), `$200000\r\n${large}\r\n`);
  check((reply) => reply.bulkText(large), `$200000\r\n${large}\r\n`);
});

test('reply: null, booleans, numbers with a point', () => {
  check((reply) => reply.nil(), '$-1\r\n', '_\r\n');
  check((reply) => reply.nilArray(), '*-1\r\n', '_\r\n');
  check((reply) => reply.boolean(true), ':1\r\n', '#t\r\n');
  check((reply) => reply.boolean(false), ':0\r\n', '#f\r\n');
  check((reply) => reply.double(1.5), '$3\r\n1.5\r\n', ',1.5\r\n');
  check((reply) => reply.double(3), '$1\r\n3\r\n', ',3\r\n');
  check((reply) => reply.double(Number.POSITIVE_INFINITY), '$3\r\ninf\r\n', ',inf\r\n');
  check((reply) => reply.double(Number.NEGATIVE_INFINITY), '$4\r\n-inf\r\n', ',-inf\r\n');
  check(
    (reply) => reply.bigNumber('123456789012345678901'),
    '$21\r\n123456789012345678901\r\n',
    '(123456789012345678901\r\n',
  );
  check(
    (reply) => reply.verbatim('some text', 'txt'),
    '$9\r\nsome text\r\n',
    '=13\r\ntxt:some text\r\n',
  );
});

test('reply: aggregates', () => {
  check((reply) => reply.array(0), '*0\r\n');
  check((reply) => reply.array(12), '*12\r\n');
  check((reply) => reply.map(3), '*6\r\n', '%3\r\n');
  check((reply) => reply.set(3), '*3\r\n', '~3\r\n');
  check((reply) => reply.push(3), '*3\r\n', '>3\r\n');
  check((reply) => reply.raw(bytes('+as it is\r\n')), '+as it is\r\n');
});

test('reply: aggregates whose count is known at the end', () => {
  check(
    (reply) => {
      reply.simple('before');
      const outer = reply.open();
      reply.integer(1);
      const inner = reply.open();
      for (let i = 0; i < 12; i++) reply.integer(7);
      reply.closeSet(inner, 12);
      reply.closeArray(outer, 2);
      reply.closeMap(reply.open(), 0);
    },
    `+before\r\n*2\r\n:1\r\n*12\r\n${':7\r\n'.repeat(12)}*0\r\n`,
    `+before\r\n*2\r\n:1\r\n~12\r\n${':7\r\n'.repeat(12)}%0\r\n`,
  );
});

test('reply: the first failure is remembered until somebody looks', () => {
  const reply = new Reply();
  assert.equal(reply.failure, null);
  reply.error('ERR one');
  reply.error('WRONGTYPE two');
  assert.equal(reply.failure, 'ERR one');
});

test('reply: parts are sent before the buffer and are not copied', () => {
  const reply = new Reply();
  const big = new Uint8Array(100000).fill(120);
  reply.integer(1);
  reply.bulkUncopied(big);
  reply.integer(2);
  assert.ok(reply.parts.includes(big));
  assert.equal(reply.totalSize, 4 + 9 + 100000 + 2 + 4);
  const { totalSize } = reply;
  assert.equal(reply.take().length, totalSize);
  assert.equal(reply.totalSize, 0);
  assert.deepEqual(reply.parts, []);
});

test('reply: a detached buffer is not written again', () => {
  const reply = new Reply();
  reply.simple('sent later');
  const { buffer, size } = reply;
  reply.detach();
  reply.simple('something else');
  assert.equal(Buffer.from(buffer.subarray(0, size)).toString(), '+sent later\r\n');
  assert.equal(Buffer.from(reply.take()).toString(), '+something else\r\n');
});

test('reply: a buffer that grew large is not kept', () => {
  const reply = new Reply();
  reply.bulkText('x'.repeat(5e6));
  assert.ok(reply.buffer.length > 5e6);
  reply.clear();
  assert.ok(reply.buffer.length <= 1024 * 1024);
});

/** One random write, and what it should have written. */
interface Step {
  write: Write;
  resp2: string;
  resp3: string;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.maxSafeInteger().map((value) => ({
    write: (reply: Reply) => reply.integer(value),
    resp2: `:${value}\r\n`,
    resp3: `:${value}\r\n`,
  })),
  fc.integer({ min: 0, max: 20000 }).map((size) => {
    const text = `$${size}\r\n${'b'.repeat(size)}\r\n`;
    const content = bytes('b'.repeat(size));
    return { write: (reply: Reply) => reply.bulk(content, 0, size), resp2: text, resp3: text };
  }),
  fc.integer({ min: 0, max: 1000 }).map((size) => {
    const text = `$${size}\r\n${'u'.repeat(size)}\r\n`;
    const content = bytes('u'.repeat(size));
    return { write: (reply: Reply) => reply.bulkUncopied(content), resp2: text, resp3: text };
  }),
  fc.constant({ write: (reply: Reply) => reply.nil(), resp2: '$-1\r\n', resp3: '_\r\n' }),
  fc.constant({ write: (reply: Reply) => reply.ok(), resp2: '+OK\r\n', resp3: '+OK\r\n' }),
);

test('reply: random writes, with marks to come back to', () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: step },
    { weight: 1, arbitrary: fc.constant('mark' as const) },
    { weight: 1, arbitrary: fc.constant('rewind' as const) },
  );
  const property = fc.property(
    fc.array(action, { maxLength: 40, size: 'max' }),
    fc.boolean(),
    (actions, resp3) => {
      const reply = new Reply();
      reply.resp3 = resp3;
      let expected = '';
      const marks = [{ mark: reply.mark(), expected }];
      for (const item of actions) {
        if (item === 'mark') {
          marks.push({ mark: reply.mark(), expected });
        } else if (item === 'rewind') {
          const last = marks.length > 1 ? marks.pop() : marks[0];
          if (last === undefined) continue;
          reply.rewind(last.mark);
          expected = last.expected;
        } else {
          item.write(reply);
          expected += resp3 ? item.resp3 : item.resp2;
        }
        assert.equal(reply.totalSize, expected.length);
      }
      assert.ok(Buffer.from(reply.take()).toString('latin1') === expected);
    },
  );
  fc.assert(property);
});

test('reply: random nested aggregates are read back', () => {
  interface Tree {
    kind: 'array' | 'set' | 'map' | 'leaf';
    items: Tree[];
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant<Tree>({ kind: 'leaf', items: [] }),
      fc.record<Tree>({
        kind: fc.constantFrom('array', 'set', 'map'),
        items: fc.array(tie('tree'), { maxLength: 12 }),
      }),
    ),
  }));
  const write = (reply: Reply, { kind, items }: Tree): void => {
    if (kind === 'leaf') return reply.integer(1);
    const opened = reply.open();
    for (const item of items) {
      if (kind === 'map') reply.bulkText('key');
      write(reply, item);
    }
    if (kind === 'array') reply.closeArray(opened, items.length);
    else if (kind === 'set') reply.closeSet(opened, items.length);
    else reply.closeMap(opened, items.length);
  };
  const expected = ({ kind, items }: Tree, resp3: boolean): string => {
    if (kind === 'leaf') return ':1\r\n';
    const isMap = kind === 'map';
    const type = resp3 ? { array: '*', set: '~', map: '%' }[kind] : '*';
    const count = isMap && !resp3 ? 2 * items.length : items.length;
    const texts = items.map((item) => (isMap ? '$3\r\nkey\r\n' : '') + expected(item, resp3));
    return `${type}${count}\r\n${texts.join('')}`;
  };
  fc.assert(
    fc.property(tree, fc.boolean(), (root, resp3) => {
      const text = written((reply) => write(reply, root), resp3);
      assert.equal(text, expected(root, resp3));
      assert.equal(parseReply(bytes(text)).raw, text);
    }),
  );
});

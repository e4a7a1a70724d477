// The map of bytes against a Map of strings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes } from '../../src/domain/bytes/ascii.ts';
import { compareBytes } from '../../src/domain/bytes/compare.ts';
import { halfSipHash } from '../../src/domain/bytes/hash.ts';
import { BytesMap } from '../../src/domain/structures/bytes-map.ts';

const HASH_KEY = { k0: 5, k1: 6 };

class Model {
  private readonly map = new BytesMap<number>(HASH_KEY);
  private readonly expected = new Map<string, number>();

  set(key: string, value: number): void {
    const bytes = latin1Bytes(`<${key}>`);
    this.map.set(bytes, 1, bytes.length - 1, value);
    this.expected.set(key, value);
    bytes.fill(0);
  }

  delete(key: string): void {
    const bytes = latin1Bytes(`<${key}>`);
    this.map.delete(bytes, 1, bytes.length - 1);
    this.expected.delete(key);
  }

  check(): void {
    assert.equal(this.map.count, this.expected.size);
    const entries = this.map.entries();
    assert.equal(entries.length, this.expected.size);
    for (const { key, value } of entries) {
      assert.equal(this.expected.get(Buffer.from(key).toString('latin1')), value);
    }
    for (const [key, value] of this.expected) {
      const bytes = latin1Bytes(key);
      assert.equal(this.map.get(bytes, 0, bytes.length), value);
    }
  }
}

test('bytes map: random operations against a map of strings', () => {
  const key = fc.string({ unit: fc.constantFrom('\0', 'a', '\xff'), maxLength: 3 });
  const operation = fc.tuple(fc.constantFrom('set', 'set', 'delete'), key, fc.nat());
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      const model = new Model();
      for (const [name, text, value] of operations) {
        if (name === 'set') model.set(text, value);
        else model.delete(text);
      }
      model.check();
    }),
  );
});

test('bytes map: keys whose hashes are equal', () => {
  const seen = new Map<number, string>();
  const pairs: [string, string][] = [];
  for (let i = 0; pairs.length < 3; i++) {
    const key = `key:${i}`;
    const hash = halfSipHash(HASH_KEY, latin1Bytes(key), 0, key.length);
    const other = seen.get(hash);
    if (other !== undefined) pairs.push([other, key]);
    seen.set(hash, key);
  }
  for (const [first, second] of pairs) {
    for (const gone of [first, second]) {
      const model = new Model();
      model.set(first, 1);
      model.set(second, 2);
      model.set(first, 3);
      model.check();
      model.delete(gone);
      model.check();
      model.set(gone, 4);
      model.check();
    }
  }
});

test('bytes are compared from the left, and by size', () => {
  const sorted = ['', '\0', 'a', 'a\0', 'aa', 'b', '\x7f', '\x80', '\xff'];
  for (const [i, a] of sorted.entries()) {
    for (const [j, b] of sorted.entries()) {
      const order = compareBytes(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));
      assert.equal(Math.sign(order), Math.sign(i - j), JSON.stringify([a, b]));
    }
  }
});

// SHA-1 against the vectors of RFC 3174 and against Node's own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SHA1_SIZE, sha1, sha1Text } from '../../src/domain/bytes/sha1.ts';

test('the vectors of RFC 3174', () => {
  check('', 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
  check('abc', 'a9993e364706816aba3e25717850c26c9cd0d89d');
  check(
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  );
  check('a'.repeat(1e6), '34aa973cd4c4daa4f61eeb2bdbad27316534016f');
  check('01234567'.repeat(80), 'dea356a2cddd90c7a7ecedc5ebb563934f460452');
});

test('every size around the ends of blocks', () => {
  for (let size = 0; size <= 200; size++) {
    const text = 'x'.repeat(size);
    check(text, createHash('sha1').update(text).digest('hex'));
  }
});

test('any bytes, in the middle of others', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(20), (bytes, around) => {
      const buffer = new Uint8Array(bytes.length + 2 * around).fill(7);
      buffer.set(bytes, around);
      const digest = new Uint8Array(SHA1_SIZE);
      sha1(buffer, around, around + bytes.length, digest);
      assert.equal(sha1Text(digest), createHash('sha1').update(bytes).digest('hex'));
    }),
  );
});

test('a digest may be written over what it was made of', () => {
  const bytes = new Uint8Array(SHA1_SIZE).fill(3);
  const expected = createHash('sha1').update(bytes).digest('hex');
  sha1(bytes, 0, SHA1_SIZE, bytes);
  assert.equal(sha1Text(bytes), expected);
});

function check(text: string, expected: string): void {
  const bytes = Buffer.from(text, 'latin1');
  const digest = new Uint8Array(SHA1_SIZE);
  sha1(bytes, 0, bytes.length, digest);
  assert.equal(sha1Text(digest), expected);
}

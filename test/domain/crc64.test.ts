// CRC-64 beside one that is computed bit by bit, at all lengths and cuts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crc64 } from '../../src/domain/bytes/crc64.ts';
import { crc64 } from '../support/payloads.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);

function checksum(bytes: Uint8Array, cut: number): bigint {
  const crc = new Crc64();
  crc.update(bytes, 0, cut);
  crc.update(bytes, cut, bytes.length);
  const written = Buffer.alloc(8);
  crc.write(written, 0);
  assert.ok(crc.equals(written, 0));
  for (let bit = 0; bit < 64; bit++) {
    written[bit >> 3] ^= 1 << (bit & 7);
    assert.ok(!crc.equals(written, 0));
    written[bit >> 3] ^= 1 << (bit & 7);
  }
  return written.readBigUInt64LE();
}

test('CRC-64 of what is known', () => {
  assert.equal(checksum(Buffer.from('123456789'), 4), 0xe9c6d914c4b8d9can);
  assert.equal(checksum(Buffer.alloc(0), 0), 0n);
  assert.equal(checksum(Buffer.alloc(100), 50), 0n);
});

test(`CRC-64 of random bytes in two pieces, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  for (let size = 0; size < 200; size++) {
    const bytes = Uint8Array.from({ length: size }, () => random.next());
    assert.equal(checksum(bytes, random.below(size + 1)), crc64(bytes), `${size} bytes`);
  }
});

test('CRC-64 of a part of a buffer that other threads share', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(64));
  shared.set(Buffer.from('123456789'), 5);
  const crc = new Crc64();
  crc.update(shared, 5, 14);
  const written = Buffer.alloc(8);
  crc.write(written, 0);
  assert.equal(written.readBigUInt64LE(), 0xe9c6d914c4b8d9can);
});

// HalfSipHash-1-3 against the algorithm written down once more with BigInt, which is itself checked
// against the published vectors of HalfSipHash-2-4.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { halfSipHash } from '../../src/domain/bytes/hash.ts';

const MASK = 0xffffffffn;

/** HalfSipHash-c-d of Aumasson and Bernstein, 32-bit output, after the paper. */
function model(c: number, d: number, k0: bigint, k1: bigint, bytes: Uint8Array): number {
  const v = [k0, k1, 0x6c796765n ^ k0, 0x74656462n ^ k1];
  const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (32n - bits))) & MASK;
  const round = (): void => {
    v[0] = (v[0] + v[1]) & MASK;
    v[1] = rotate(v[1], 5n) ^ v[0];
    v[0] = rotate(v[0], 16n);
    v[2] = (v[2] + v[3]) & MASK;
    v[3] = rotate(v[3], 8n) ^ v[2];
    v[0] = (v[0] + v[3]) & MASK;
    v[3] = rotate(v[3], 7n) ^ v[0];
    v[2] = (v[2] + v[1]) & MASK;
    v[1] = rotate(v[1], 13n) ^ v[2];
    v[2] = rotate(v[2], 16n);
  };
  const absorb = (word: bigint): void => {
    v[3] ^= word;
    for (let i = 0; i < c; i++) round();
    v[0] ^= word;
  };
  const padded = [...bytes];
  while (padded.length % 4 !== 3) padded.push(0);
  padded.push(bytes.length & 0xff);
  for (let i = 0; i < padded.length; i += 4) {
    absorb(
      padded
        .slice(i, i + 4)
        .reduce((word, byte, at) => word | (BigInt(byte) << BigInt(8 * at)), 0n),
    );
  }
  v[2] ^= 0xffn;
  for (let i = 0; i < d; i++) round();
  return Number(BigInt.asIntN(32, v[1] ^ v[3]));
}

function check(k0: number, k1: number, bytes: Uint8Array): void {
  const expected = model(
    1,
    3,
    BigInt.asUintN(32, BigInt(k0)),
    BigInt.asUintN(32, BigInt(k1)),
    bytes,
  );
  assert.equal(halfSipHash({ k0, k1 }, bytes, 0, bytes.length), expected);
  const padded = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('end')]);
  assert.equal(halfSipHash({ k0, k1 }, padded, 3, 3 + bytes.length), expected, 'within a buffer');
}

test('half sip hash: the model gives the published vectors of 2-4', () => {
  // Key 00 01 .. 07, inputs the first n bytes of 00 01 02 ...; outputs little endian.
  const vectors = ['a9359f5b', '27475ab8', 'fa62a603', '8afee704', '2a6e4689'];
  vectors.forEach((hex, size) => {
    const input = Uint8Array.from({ length: size }, (_, i) => i);
    const hash = model(2, 4, 0x03020100n, 0x07060504n, input);
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(hash);
    assert.equal(bytes.toString('hex'), hex);
  });
});

test('half sip hash: every size and key', () => {
  for (let size = 0; size < 70; size++) {
    check(
      0x03020100,
      0x07060504,
      Uint8Array.from({ length: size }, (_, i) => i),
    );
    check(-1, -1, new Uint8Array(size).fill(0xff));
  }
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 300 }),
      (a, b, bytes) => check(a | 0, b | 0, bytes),
    ),
  );
});

test('half sip hash: the key matters', () => {
  const bytes = Buffer.from('user:1000');
  const hashes = new Set<number>();
  for (let k = 0; k < 1000; k++) hashes.add(halfSipHash({ k0: k, k1: 7 }, bytes, 0, bytes.length));
  assert.ok(hashes.size > 990, `${hashes.size} hashes of 1000 keys`);
});

// Bits of runs of bytes, a word at a time: counting, finding and combining them. A run may begin
// anywhere, in ordinary memory or in shared. Who calls says which words there are in the buffer:
// those of slabs are at hand, and a view of others costs more than a short run.

const WORD_SIZE = 4;
const WORD_BITS = 32;
/** Shorter runs are not worth a view of wide words. */
const WIDE_RUN_MIN = 2048;
/** Words that are counted together. */
const GROUP = 8;

/** How a source is combined with what the target has; BITS_COPY: that does not count. */
export const BITS_AND = 0;
export const BITS_OR = 1;
export const BITS_XOR = 2;
export const BITS_COPY = 3;

/** Ordinary memory that bits are combined in: both views begin where the buffer does. */
export interface BitBuffer {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** The words of the buffer in which `bytes` lie, from its beginning. */
export function wordsOf({ buffer }: Uint8Array): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength >>> 2);
}

/** How many bits of bytes[start, end) are set. */
export function countBits(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
): number {
  const { byteOffset } = bytes;
  const first = (byteOffset + start + WORD_SIZE - 1) >>> 2;
  const last = (byteOffset + end) >>> 2;
  if (first >= last) return countInBytes(bytes, start, end);
  const ahead = countInBytes(bytes, start, first * WORD_SIZE - byteOffset);
  const behind = countInBytes(bytes, last * WORD_SIZE - byteOffset, end);
  return ahead + countInWords(words, first, last) + behind;
}

/** The first of bytes[start, end) that is not `skipped`, which is 0 or 255; `end` if all are. */
export function skipBytes(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  skipped: number,
): number {
  const { byteOffset } = bytes;
  let first = (byteOffset + start + WORD_SIZE - 1) >>> 2;
  const last = (byteOffset + end) >>> 2;
  if (first >= last) return skipOneByOne(bytes, start, end, skipped);
  const aligned = first * WORD_SIZE - byteOffset;
  const found = skipOneByOne(bytes, start, aligned, skipped);
  if (found < aligned) return found;
  if (end - start >= WIDE_RUN_MIN) first += skipWide(words, first, last, skipped);
  const word = skipped === 0 ? 0 : -1;
  while (first < last && words[first] === word) first++;
  return skipOneByOne(bytes, first * WORD_SIZE - byteOffset, end, skipped);
}

/**
 * target[at, at + size) becomes a combination of itself and of as many bytes of `source` at
 * `start`, in whose buffer `words` are; `at` is a multiple of 4.
 */
export function combineBits(
  operation: number,
  target: BitBuffer,
  at: number,
  source: Uint8Array,
  words: Int32Array,
  start: number,
  size: number,
): void {
  const from = source.byteOffset + start;
  const shift = (from % WORD_SIZE) * 8;
  // Where the source is not aligned, each of its words lies in two that are.
  const count = Math.max(0, (size >>> 2) - (shift === 0 ? 0 : 1));
  if (shift === 0) combineWords(operation, target.words, at >>> 2, words, from >>> 2, count);
  else combineShifted(operation, target.words, at >>> 2, words, from >>> 2, count, shift);
  const done = count * WORD_SIZE;
  combineBytes(operation, target.bytes, at + done, source, start + done, size - done);
}

/** Turns all bits of target[at, end) over; `at` is a multiple of 4. */
export function invertBits({ bytes, words }: BitBuffer, at: number, end: number): void {
  const last = end >>> 2;
  for (let i = at >>> 2; i < last; i++) words[i] = ~words[i];
  for (let i = last * WORD_SIZE; i < end; i++) bytes[i] ^= 0xff;
}

function combineBytes(
  operation: number,
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    target[at + i] = combined(operation, target[at + i], source[start + i]);
  }
}

function combineWords(
  operation: number,
  target: Int32Array,
  at: number,
  source: Int32Array,
  from: number,
  count: number,
): void {
  if (operation === BITS_COPY) {
    for (let i = 0; i < count; i++) target[at + i] = source[from + i];
  } else if (operation === BITS_AND) {
    for (let i = 0; i < count; i++) target[at + i] &= source[from + i];
  } else if (operation === BITS_OR) {
    for (let i = 0; i < count; i++) target[at + i] |= source[from + i];
  } else {
    for (let i = 0; i < count; i++) target[at + i] ^= source[from + i];
  }
}

/** The same with words that begin `shift` bits behind those of `source`. */
function combineShifted(
  operation: number,
  target: Int32Array,
  at: number,
  source: Int32Array,
  from: number,
  count: number,
  shift: number,
): void {
  if (operation === BITS_COPY) {
    for (let i = 0; i < count; i++) target[at + i] = shiftedWord(source, from + i, shift);
  } else if (operation === BITS_AND) {
    for (let i = 0; i < count; i++) target[at + i] &= shiftedWord(source, from + i, shift);
  } else if (operation === BITS_OR) {
    for (let i = 0; i < count; i++) target[at + i] |= shiftedWord(source, from + i, shift);
  } else {
    for (let i = 0; i < count; i++) target[at + i] ^= shiftedWord(source, from + i, shift);
  }
}

function shiftedWord(words: Int32Array, at: number, shift: number): number {
  return (words[at] >>> shift) | (words[at + 1] << (WORD_BITS - shift));
}

function combined(operation: number, old: number, other: number): number {
  if (operation === BITS_AND) return old & other;
  if (operation === BITS_OR) return old | other;
  return operation === BITS_XOR ? old ^ other : other;
}

function countInBytes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) count += bitCount(bytes[at]);
  return count;
}

/**
 * Counters of one bit each are added up, three to two, so that of eight words only one has its bits
 * counted (Harley and Seal; Warren, Hacker's Delight, 5-1).
 */
function countInWords(words: Int32Array, first: number, last: number): number {
  const grouped = last - ((last - first) % GROUP);
  let eights = 0;
  let fours = 0;
  let twos = 0;
  let ones = 0;
  for (let i = first; i < grouped; i += GROUP) {
    let a = words[i];
    let b = words[i + 1];
    let sum = ones ^ a;
    const twosA = (ones & a) | (sum & b);
    ones = sum ^ b;
    a = words[i + 2];
    b = words[i + 3];
    sum = ones ^ a;
    const twosB = (ones & a) | (sum & b);
    ones = sum ^ b;
    sum = twos ^ twosA;
    const foursA = (twos & twosA) | (sum & twosB);
    twos = sum ^ twosB;
    a = words[i + 4];
    b = words[i + 5];
    sum = ones ^ a;
    const twosC = (ones & a) | (sum & b);
    ones = sum ^ b;
    a = words[i + 6];
    b = words[i + 7];
    sum = ones ^ a;
    const twosD = (ones & a) | (sum & b);
    ones = sum ^ b;
    sum = twos ^ twosC;
    const foursB = (twos & twosC) | (sum & twosD);
    twos = sum ^ twosD;
    sum = fours ^ foursA;
    eights += bitCount((fours & foursA) | (sum & foursB));
    fours = sum ^ foursB;
  }
  let count = 8 * eights + 4 * bitCount(fours) + 2 * bitCount(twos) + bitCount(ones);
  for (let i = grouped; i < last; i++) count += bitCount(words[i]);
  return count;
}

/**
 * How many of words [first, last) are skipped, at least, several at a time. Words of 64 bits
 * are BigInts, which V8 keeps in registers here: half the time of those of 32 bits.
 */
function skipWide(words: Int32Array, first: number, last: number, skipped: number): number {
  const ahead = first % 2;
  const wide = new BigInt64Array(
    words.buffer,
    (first + ahead) * WORD_SIZE,
    (last - first - ahead) >>> 1,
  );
  if (ahead === 1 && words[first] !== (skipped === 0 ? 0 : -1)) return 0;
  return ahead + 2 * (skipped === 0 ? skipZeros(wide) : skipOnes(wide));
}

function skipZeros(words: BigInt64Array): number {
  const grouped = words.length & -4;
  let i = 0;
  for (; i < grouped; i += 4) {
    if (BigInt.asIntN(64, words[i] | words[i + 1] | words[i + 2] | words[i + 3]) !== 0n) break;
  }
  return i;
}

function skipOnes(words: BigInt64Array): number {
  const grouped = words.length & -4;
  let i = 0;
  for (; i < grouped; i += 4) {
    if (BigInt.asIntN(64, words[i] & words[i + 1] & words[i + 2] & words[i + 3]) !== -1n) break;
  }
  return i;
}

function skipOneByOne(bytes: Uint8Array, start: number, end: number, skipped: number): number {
  let at = start;
  while (at < end && bytes[at] === skipped) at++;
  return at;
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

// Bits of long runs of bytes, a word at a time: counting, finding and combining them. A run may
// begin anywhere, in ordinary memory or in shared; words are read where they are aligned.

/** Shorter runs are not worth a view of words: bench/bits. */
const VIEW_SIZE_MIN = 128;
const WORD_SIZE = 4;
const WORD_BITS = 32;
const WIDE_SIZE = 8;
/** Words that are counted together. */
const GROUP = 8;

/** How a source is combined with what the target has. */
export const BITS_AND = 0;
export const BITS_OR = 1;
export const BITS_XOR = 2;

/** How many bits of bytes[start, end) are set. */
export function countBits(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < VIEW_SIZE_MIN) return countInBytes(bytes, start, end);
  const first = alignedAfter(bytes, start, WORD_SIZE);
  const count = (end - first) >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, count);
  const last = first + count * WORD_SIZE;
  return countInBytes(bytes, start, first) + countInWords(words) + countInBytes(bytes, last, end);
}

/** The first of bytes[start, end) that is not `skipped`, which is 0 or 255; `end` if all are. */
export function skipBytes(bytes: Uint8Array, start: number, end: number, skipped: number): number {
  if (end - start < VIEW_SIZE_MIN) return skipOneByOne(bytes, start, end, skipped);
  const first = alignedAfter(bytes, start, WIDE_SIZE);
  const found = skipOneByOne(bytes, start, first, skipped);
  if (found < first) return found;
  const count = (end - first) >>> 3;
  const words = new BigInt64Array(bytes.buffer, bytes.byteOffset + first, count);
  const skippedWords = skipped === 0 ? skipZeros(words) : skipOnes(words);
  return skipOneByOne(bytes, first + skippedWords * WIDE_SIZE, end, skipped);
}

/**
 * target[at, at + size) becomes a combination of itself and of as many bytes of `source` at
 * `start`; `at` is a multiple of 4 in the target's buffer.
 */
export function combineBits(
  operation: number,
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  size: number,
): void {
  let done = 0;
  if (size >= VIEW_SIZE_MIN) {
    const ahead = (source.byteOffset + start) % WORD_SIZE;
    // Where the source is not aligned, each of its words lies in two that are.
    const more = ahead === 0 ? 0 : 1;
    const count = (size >>> 2) - more;
    const words = new Int32Array(source.buffer, source.byteOffset + start - ahead, count + more);
    if (ahead === 0) combineWords(operation, wordsAt(target, at, count), words);
    else combineShifted(operation, wordsAt(target, at, count), words, ahead * 8);
    done = count * WORD_SIZE;
  }
  combineBytes(operation, target, at + done, source, start + done, size - done);
}

/** Turns all bits of target[at, end) over; `at` is a multiple of 4. */
export function invertBits(target: Uint8Array, at: number, end: number): void {
  const count = (end - at) >>> 2;
  const words = wordsAt(target, at, count);
  for (let i = 0; i < count; i++) words[i] = ~words[i];
  for (let i = at + count * WORD_SIZE; i < end; i++) target[i] ^= 0xff;
}

function combineBytes(
  operation: number,
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  size: number,
): void {
  if (operation === BITS_AND) {
    for (let i = 0; i < size; i++) target[at + i] &= source[start + i];
  } else if (operation === BITS_OR) {
    for (let i = 0; i < size; i++) target[at + i] |= source[start + i];
  } else {
    for (let i = 0; i < size; i++) target[at + i] ^= source[start + i];
  }
}

function combineWords(operation: number, target: Int32Array, source: Int32Array): void {
  const { length } = target;
  if (operation === BITS_AND) {
    for (let i = 0; i < length; i++) target[i] &= source[i];
  } else if (operation === BITS_OR) {
    for (let i = 0; i < length; i++) target[i] |= source[i];
  } else {
    for (let i = 0; i < length; i++) target[i] ^= source[i];
  }
}

/** The same with words that begin `shift` bits behind those of `source`. */
function combineShifted(
  operation: number,
  target: Int32Array,
  source: Int32Array,
  shift: number,
): void {
  const { length } = target;
  const back = WORD_BITS - shift;
  let word = source[0];
  for (let i = 0; i < length; i++) {
    const next = source[i + 1];
    const shifted = (word >>> shift) | (next << back);
    if (operation === BITS_AND) target[i] &= shifted;
    else if (operation === BITS_OR) target[i] |= shifted;
    else target[i] ^= shifted;
    word = next;
  }
}

function wordsAt(bytes: Uint8Array, at: number, count: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + at, count);
}

/** The first place from `start` on that is a multiple of `size` in its buffer. */
function alignedAfter(bytes: Uint8Array, start: number, size: number): number {
  return start + ((size - ((bytes.byteOffset + start) % size)) % size);
}

function countInBytes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let at = start;
  for (; at + WORD_SIZE <= end; at += WORD_SIZE) {
    const low = bytes[at] | (bytes[at + 1] << 8);
    count += bitCount(low | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
  }
  for (; at < end; at++) count += bitCount(bytes[at]);
  return count;
}

/**
 * Counters of one bit each are added up, three to two, so that of eight words only one has its bits
 * counted (Harley and Seal; Warren, Hacker's Delight, 5-1).
 */
function countInWords(words: Int32Array): number {
  const grouped = words.length - (words.length % GROUP);
  let eights = 0;
  let fours = 0;
  let twos = 0;
  let ones = 0;
  for (let i = 0; i < grouped; i += GROUP) {
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
  for (let i = grouped; i < words.length; i++) count += bitCount(words[i]);
  return count;
}

// Words of 64 bits as BigInts, which V8 keeps in registers here: half the time of those of 32 bits.

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

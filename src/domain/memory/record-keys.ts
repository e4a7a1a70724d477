// The keys of the records: their hashes, and what the dicts compare.
//
// A hash that was announced by hint() is believed for the key that begins at that place, until the
// next hint: whoever fills the buffer anew must take the hint back. In memory that catches misuse,
// each use of a hint is checked.
import { equalBytes } from '../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../bytes/hash.ts';
import { INLINE_KEY_SIZE_MAX } from '../limits.ts';
import { NONE, SLAB_MASK, SLAB_SHIFT } from './arena.ts';
import { FLAG_BIG_KEY, HEADER_SIZE, type Records } from './record.ts';

export class RecordKeys {
  private readonly records: Records;
  private readonly hashKey: HashKey;
  /** Is it checked what callers say of hashes? */
  readonly areChecked: boolean;
  private hintBuffer: Uint8Array | null = null;
  private hintStart = -1;
  private hintHash = 0;

  constructor(records: Records, hashKey: HashKey, areChecked: boolean) {
    this.records = records;
    this.hashKey = hashKey;
    this.areChecked = areChecked;
  }

  /** The hash of a key; the one that was announced by hint() is not computed again. */
  hash(buffer: Uint8Array, start: number, end: number): number {
    if (start !== this.hintStart || buffer !== this.hintBuffer) {
      return halfSipHash(this.hashKey, buffer, start, end);
    }
    if (this.areChecked) this.checkHint(buffer, start, end);
    return this.hintHash;
  }

  /** The key that begins at buffer[start] has this hash; start -1 takes the hint back. */
  hint(buffer: Uint8Array | null, start: number, hash: number): void {
    this.hintBuffer = buffer;
    this.hintStart = start;
    this.hintHash = hash;
  }

  /** Is buffer[start, end) the key of a record? */
  matches(ref: number, buffer: Uint8Array, start: number, end: number): boolean {
    const { records } = this;
    const size = end - start;
    if (size > INLINE_KEY_SIZE_MAX) {
      records.locateKey(ref);
      return equalBytes(records.keyBytes, records.keyStart, records.keyEnd, buffer, start, end);
    }
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = records.arena.words[slab];
    if ((words[word + 1] & 0xffff) !== size || (words[word] & FLAG_BIG_KEY) !== 0) return false;
    const bytes = records.arena.bytes[slab];
    for (let i = start, j = (word << 2) + HEADER_SIZE; i < end; i++, j++) {
      if (bytes[j] !== buffer[i]) return false;
    }
    return true;
  }

  hashOf(ref: number): number {
    const { records } = this;
    records.locateKey(ref);
    return halfSipHash(this.hashKey, records.keyBytes, records.keyStart, records.keyEnd);
  }

  /** Throws unless a record may be added to a dict under a hash. */
  checkAbsent(dict: KeyFinder, hash: number, ref: number): void {
    if (this.hashOf(ref) !== hash) throw new Error('a key is added under another hash');
    const { keyBytes, keyStart, keyEnd } = this.records;
    if (dict.find(hash, keyBytes, keyStart, keyEnd) === NONE) return;
    throw new Error('a key is added that is there already');
  }

  private checkHint(buffer: Uint8Array, start: number, end: number): void {
    if (halfSipHash(this.hashKey, buffer, start, end) === this.hintHash) return;
    throw new Error('the hint of a hash is older than the bytes of its key');
  }
}

/** A dict, as far as it matters here. */
interface KeyFinder {
  find(hash: number, buffer: Uint8Array, start: number, end: number): number;
}

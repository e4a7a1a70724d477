// The keys of the records: their hashes, and what the dicts compare.
//
// A hash that was announced by hint() is believed for the key that begins at that place, until the
// next hint: whoever fills the buffer anew must take the hint back. In memory that catches misuse,
// each use of a hint is checked.
import { equalBytes } from '../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../bytes/hash.ts';
import { INLINE_KEY_SIZE_MAX } from '../limits.ts';
import { NONE } from '../memory/arena.ts';
import { hasInlineKey } from '../memory/record.ts';
import type { Records } from '../memory/records.ts';
import type { Dict, DictKeys } from '../structures/dict.ts';

export class RecordKeys implements DictKeys {
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

  matches(ref: number, buffer: Uint8Array, start: number, end: number): boolean {
    const { records } = this;
    if (hasInlineKey(records.arena, ref, buffer, start, end)) return true;
    if (end - start <= INLINE_KEY_SIZE_MAX) return false;
    records.locateKey(ref);
    return equalBytes(records.keyBytes, records.keyStart, records.keyEnd, buffer, start, end);
  }

  hashOf(ref: number): number {
    const { records } = this;
    records.locateKey(ref);
    return halfSipHash(this.hashKey, records.keyBytes, records.keyStart, records.keyEnd);
  }

  /** Throws unless a record may be added to a dict under a hash. */
  checkAbsent(dict: Dict, hash: number, ref: number): void {
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

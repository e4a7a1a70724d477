// The patterns of BY and GET: a key whose first `*` stands for the element, maybe with `->` and a
// field of the hash that is there; `#` is the element itself.
//
// As in Redis a pattern is read up to its first NUL, but what is behind that belongs to the key.
import { copyBytes } from '../../domain/bytes/compare.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, TYPE_HASH, TYPE_STRING } from '../../domain/memory/record.ts';
import type { ByteRows } from '../../domain/structures/byte-rows.ts';
import type { Context } from '../../engine/command.ts';

const HASH = 0x23;
const STAR = 0x2a;
const MINUS = 0x2d;
const GREATER = 0x3e;
const KEPT_KEY_SIZE = 256;
const NOWHERE = -1;
const NO_BYTES = new Uint8Array(0);

export class SortPattern {
  /** Is it the element itself? */
  readonly isElement: boolean;
  private readonly bytes: Uint8Array;
  /** Where the `*` is; NOWHERE: no element makes a key of it. */
  private readonly starAt: number;
  /** Where the `->` of a field is; without one the end. */
  private readonly arrowAt: number;

  constructor(bytes: Uint8Array) {
    const nul = bytes.indexOf(0);
    const end = nul < 0 ? bytes.length : nul;
    this.bytes = bytes;
    this.isElement = end === 1 && bytes[0] === HASH;
    this.starAt = bytes.subarray(0, end).indexOf(STAR);
    this.arrowAt = this.starAt < 0 ? bytes.length : arrowIn(bytes, this.starAt + 1, end);
  }

  get hasStar(): boolean {
    return this.starAt !== NOWHERE;
  }

  get hasField(): boolean {
    return this.arrowAt < this.bytes.length;
  }

  /** Writes the key for an element to `target`, which is large enough. Returns its size. */
  writeKey(element: ByteRows, target: Uint8Array): number {
    const { bytes, starAt, arrowAt } = this;
    const size = element.end - element.start;
    copyBytes(bytes, 0, starAt, target, 0);
    copyBytes(element.bytes, element.start, element.end, target, starAt);
    copyBytes(bytes, starAt + 1, arrowAt, target, starAt + size);
    return size + arrowAt - 1;
  }

  /** More than the size of the key of any element of this size. */
  keySizeMax(elementSize: number): number {
    return this.bytes.length + elementSize;
  }

  /** Looks for the field in an open hash. */
  findField({ hashes }: Context): boolean {
    const { bytes, arrowAt } = this;
    return hashes.find(bytes, arrowAt + 2, bytes.length);
  }
}

/** Looks for what patterns stand for: found anew, wherever the element is found, and not kept. */
export class PatternLookUp {
  /** Where the value is. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  /** The record whose string it is; NONE where it is a field. */
  ref = NONE;
  private readonly key = new Uint8Array(KEPT_KEY_SIZE);

  /** Looks for what the pattern stands for with the row that was located. Is it there? */
  find(context: Context, pattern: SortPattern, element: ByteRows): boolean {
    if (!pattern.hasStar) return false;
    const { keyspace, database, hashes } = context;
    const sizeMax = pattern.keySizeMax(element.end - element.start);
    const key = sizeMax <= KEPT_KEY_SIZE ? this.key : new Uint8Array(sizeMax);
    const size = pattern.writeKey(element, key);
    const ref = keyspace.read(database, key, 0, size);
    if (ref === NONE) return false;
    if (!pattern.hasField) {
      if (!isOfType(keyspace.arena, ref, TYPE_STRING)) return false;
      const { records } = keyspace;
      records.locateValue(ref);
      this.ref = ref;
      this.take(records.valueBytes, records.valueStart, records.valueEnd);
      return true;
    }
    if (!isOfType(keyspace.arena, ref, TYPE_HASH)) return false;
    hashes.open(database, ref);
    if (!pattern.findField(context)) return false;
    const { bytes, start, end } = hashes.value;
    this.ref = NONE;
    this.take(bytes, start, end);
    return true;
  }

  private take(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }
}

/** Where the first `->` is that something follows; the end of all bytes if there is none. */
function arrowIn(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i + 1 < end; i++) {
    if (bytes[i] !== MINUS || bytes[i + 1] !== GREATER) continue;
    return i + 2 < end ? i : bytes.length;
  }
  return bytes.length;
}

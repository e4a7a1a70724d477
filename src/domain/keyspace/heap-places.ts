// Where entries keep their places in the two heaps of a database: that of keys' deadlines, and that
// of hashes by the earliest deadline of their fields.
import { readWord, writeWord } from '../bytes/word.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  FLAG_BIG_VALUE,
  HEADER_SIZE,
  KIND_HASH_DEADLINES,
  KIND_HASH_TABLE,
  kindOf,
  type Records,
  setHeapPlace,
} from '../memory/record.ts';
import type { HeapPlaces } from '../structures/expiry-heap.ts';
import { ROOT_HEAP_PLACE } from '../structures/root.ts';

/** A packed hash with deadlines begins with its place. */
export const FIELD_PLACE_SIZE = 4;

/** Of the deadlines of keys: in the record. */
export class KeyPlaces implements HeapPlaces {
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  set(ref: number, place: number): void {
    setHeapPlace(this.arena, ref, place);
  }
}

/** Of the deadlines of fields: at the beginning of a packed value, or in the root. */
export class FieldPlaces implements HeapPlaces {
  private readonly records: Records;

  constructor(records: Records) {
    this.records = records;
  }

  /** The place of an entry of any type; 0 where none of its fields has a deadline. */
  get(ref: number): number {
    const { arena } = this.records;
    const kind = kindOf(arena, ref);
    if (kind === KIND_HASH_TABLE) {
      const root = this.records.valueBlock(ref);
      return arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_HEAP_PLACE];
    }
    if (kind !== KIND_HASH_DEADLINES) return 0;
    return readWord(this.bytesOf(ref), this.startOf(ref));
  }

  set(ref: number, place: number): void {
    const { arena } = this.records;
    if (kindOf(arena, ref) === KIND_HASH_TABLE) {
      const root = this.records.valueBlock(ref);
      arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_HEAP_PLACE] = place;
      return;
    }
    writeWord(this.bytesOf(ref), this.startOf(ref), place);
  }

  private bytesOf(ref: number): Uint8Array {
    const { arena } = this.records;
    if (this.isBig(ref)) return arena.large.bytes(this.records.valueBlock(ref));
    return arena.bytes[ref >>> SLAB_SHIFT];
  }

  private startOf(ref: number): number {
    if (this.isBig(ref)) return 0;
    const { words } = this.records.arena;
    const word = (ref & SLAB_MASK) << 2;
    return (word << 2) + HEADER_SIZE + (words[ref >>> SLAB_SHIFT][word + 1] & 0xffff);
  }

  private isBig(ref: number): boolean {
    const flags = this.records.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    return (flags & FLAG_BIG_VALUE) !== 0;
  }
}

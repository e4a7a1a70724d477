// The records: making, reading, overwriting and freeing single records and the big buffers they
// own.
//
// Where a key's or a value's bytes lie is said by locateKey() and locateValue() in fields:
// borrowed until the record changes.
import { copyBytes } from '../bytes/compare.ts';
import { INLINE_KEY_SIZE_MAX, INLINE_RECORD_SIZE_MAX } from '../limits.ts';
import { Arena, SLAB_MASK, SLAB_SHIFT } from './arena.ts';
import { BigValues } from './big-values.ts';
import { CELL_SIZE, FLAG_BIG_KEY, FLAG_BIG_VALUE, HEADER_SIZE, kindOf } from './record.ts';

/**
 * Room that a growing value gets beyond its size, as Redis's strings do: as much again, 1 MiB at
 * most.
 */
const ROOM_SIZE_MAX = 1024 * 1024;
/** A block is not left for a smaller one to save less than this. */
const MINIMUM_WASTE = 32;
const NO_BYTES = new Uint8Array(0);

export class Records {
  readonly arena: Arena;
  readonly bigs = new BigValues();
  /** The access field of records that are made or overwritten now. */
  accessNow = 0;
  /** The value that locateValue() found. */
  valueBytes: Uint8Array = NO_BYTES;
  valueStart = 0;
  valueEnd = 0;
  /** The key that locateKey() found. */
  keyBytes: Uint8Array = NO_BYTES;
  keyStart = 0;
  keyEnd = 0;

  constructor(poison: boolean) {
    this.arena = new Arena(poison);
  }

  /** Forgets all records at once. */
  reset(): void {
    this.arena.reset();
    this.bigs.reset();
    // What was located last would keep a slab alive.
    this.valueBytes = NO_BYTES;
    this.keyBytes = NO_BYTES;
  }

  /** Says in the value fields where the bytes of a string lie. */
  locateValue(ref: number): void {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const bytes = this.arena.bytes[slab];
    const start = (word << 2) + HEADER_SIZE + (words[word + 1] & 0xffff);
    if ((words[word] & FLAG_BIG_VALUE) === 0) {
      this.valueBytes = bytes;
      this.valueStart = start;
      this.valueEnd = start + (words[word + 1] >>> 16);
      return;
    }
    this.valueBytes = this.bigs.bytes(readWord(bytes, start));
    this.valueStart = 0;
    this.valueEnd = readWord(bytes, start + 4);
  }

  /** The bytes of a big value, pinned for sending; null when the value lies in its record. */
  pinValue(ref: number): Uint8Array | null {
    if ((this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] & FLAG_BIG_VALUE) === 0) {
      return null;
    }
    const handle = this.valueHandle(ref);
    this.locateValue(ref);
    return this.bigs.pin(handle).subarray(0, this.valueEnd);
  }

  /** Says in the key fields where the bytes of a record's key lie. */
  locateKey(ref: number): void {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const start = (word << 2) + HEADER_SIZE;
    this.keyBytes = this.arena.bytes[slab];
    this.keyStart = start;
    this.keyEnd = start + (words[word + 1] & 0xffff);
    if ((words[word] & FLAG_BIG_KEY) === 0) return;
    const size = readWord(this.keyBytes, start + 4);
    this.keyBytes = this.bigs.bytes(readWord(this.keyBytes, start));
    this.keyStart = 0;
    this.keyEnd = size;
  }

  /** A record with its key and value, without a deadline. The bytes are copied. */
  make(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
  ): number {
    const size = valueEnd - valueStart;
    const ref = this.allocate(buffer, keyStart, keyEnd, size, size, kind);
    this.locateValue(ref);
    copyBytes(value, valueStart, valueEnd, this.valueBytes, this.valueStart);
    return ref;
  }

  /** A record with its key, no deadline, and room for a value whose bytes are undefined. */
  allocate(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueSize: number,
    room: number,
    kind: number,
  ): number {
    const keySize = keyEnd - keyStart;
    const keyIsBig = keySize > INLINE_KEY_SIZE_MAX;
    const keyRoom = keyIsBig ? CELL_SIZE : keySize;
    const valueIsBig = HEADER_SIZE + keyRoom + room > INLINE_RECORD_SIZE_MAX;
    const ref = this.arena.allocate(HEADER_SIZE + keyRoom + (valueIsBig ? CELL_SIZE : room));
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const bytes = this.arena.bytes[slab];
    let flags = kind | (this.accessNow << 8);
    if (keyIsBig) flags |= FLAG_BIG_KEY;
    if (valueIsBig) flags |= FLAG_BIG_VALUE;
    words[word] = flags;
    words[word + 1] = keyRoom | ((valueIsBig ? CELL_SIZE : valueSize) << 16);
    words[word + 2] = 0;
    const at = (word << 2) + HEADER_SIZE;
    if (keyIsBig) {
      const key = buffer.slice(keyStart, keyEnd);
      writeCell(bytes, at, this.bigs.add(key), keySize);
    } else {
      copyBytes(buffer, keyStart, keyEnd, bytes, at);
    }
    if (valueIsBig) {
      writeCell(bytes, at + keyRoom, this.bigs.add(new Uint8Array(room)), valueSize);
    }
    return ref;
  }

  /**
   * Replaces the value in its block, when it fits and does not leave more than half of it empty.
   */
  overwrite(ref: number, value: Uint8Array, start: number, end: number, kind: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const flags = words[word];
    if ((flags & FLAG_BIG_VALUE) !== 0) return false;
    const keyRoom = words[word + 1] & 0xffff;
    const size = HEADER_SIZE + keyRoom + (end - start);
    const capacity = this.arena.capacity(ref);
    if (size > capacity || size + MINIMUM_WASTE < capacity >>> 1) return false;
    words[word] = (flags & 0xf0) | kind | (this.accessNow << 8);
    words[word + 1] = keyRoom | ((end - start) << 16);
    copyBytes(value, start, end, this.arena.bytes[slab], (word << 2) + HEADER_SIZE + keyRoom);
    return true;
  }

  /** Changes a value's size where it is, if there is room, and locates it; new bytes are zero. */
  resizeInPlace(ref: number, size: number, kind: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const keyRoom = words[word + 1] & 0xffff;
    this.locateValue(ref);
    const kept = Math.min(this.valueEnd - this.valueStart, size);
    if ((words[word] & FLAG_BIG_VALUE) !== 0) {
      // A smaller value may fit into a block again; a growing one that has a roomy buffer keeps it.
      const isSmaller = size < this.valueEnd - this.valueStart;
      if (isSmaller && HEADER_SIZE + keyRoom + size <= INLINE_RECORD_SIZE_MAX) return false;
      const handle = this.valueHandle(ref);
      const isLarger = size > this.valueBytes.length;
      const room = isLarger ? size + Math.min(size, ROOM_SIZE_MAX) : size;
      this.bigs.writable(handle, kept, room);
      const at = (word << 2) + HEADER_SIZE + keyRoom;
      writeCell(this.arena.bytes[slab], at, handle, size);
    } else {
      if (HEADER_SIZE + keyRoom + size > this.arena.capacity(ref)) return false;
      words[word + 1] = keyRoom | (size << 16);
    }
    words[word] = (words[word] & ~15) | kind;
    this.locateValue(ref);
    this.valueBytes.fill(0, this.valueStart + kept, this.valueEnd);
    return true;
  }

  /** A record with the key of another one and room for a value, and the other one's kept bytes. */
  resized(ref: number, size: number, kind: number, roomy: boolean): number {
    this.locateValue(ref);
    this.locateKey(ref);
    const kept = Math.min(this.valueEnd - this.valueStart, size);
    const source = this.valueBytes;
    const start = this.valueStart;
    const room = roomy ? size + Math.min(size, ROOM_SIZE_MAX) : size;
    const made = this.allocate(this.keyBytes, this.keyStart, this.keyEnd, size, room, kind);
    this.locateValue(made);
    copyBytes(source, start, start + kept, this.valueBytes, this.valueStart);
    this.valueBytes.fill(0, this.valueStart + kept, this.valueEnd);
    return made;
  }

  /**
   * A record with another key that takes the value of `ref` over. A big value's buffer changes
   * hands: `ref` has no value from here on and is to be freed.
   */
  rekeyed(ref: number, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    const { arena } = this;
    const words = arena.words[ref >>> SLAB_SHIFT];
    const at = (ref & SLAB_MASK) << 2;
    if ((words[at] & FLAG_BIG_VALUE) === 0) return this.duplicate(ref, buffer, keyStart, keyEnd);
    const handle = this.valueHandle(ref);
    this.locateValue(ref);
    const size = this.valueEnd;
    const kind = kindOf(arena, ref);
    const made = this.allocate(buffer, keyStart, keyEnd, CELL_SIZE, CELL_SIZE, kind);
    this.locateValue(made);
    writeCell(this.valueBytes, this.valueStart, handle, size);
    arena.words[made >>> SLAB_SHIFT][(made & SLAB_MASK) << 2] |= FLAG_BIG_VALUE;
    words[at] &= ~FLAG_BIG_VALUE;
    return made;
  }

  /** A record with another key and a copy of the value of `ref`. */
  duplicate(ref: number, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    this.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = this;
    const kind = kindOf(this.arena, ref);
    return this.make(buffer, keyStart, keyEnd, valueBytes, valueStart, valueEnd, kind);
  }

  free(ref: number): void {
    const flags = this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    if ((flags & FLAG_BIG_KEY) !== 0) this.bigs.free(this.keyHandle(ref));
    if ((flags & FLAG_BIG_VALUE) !== 0) this.bigs.free(this.valueHandle(ref));
    this.arena.free(ref);
  }

  /** Bytes of the buffer that a big key, or a big value, owns. */
  bigKeySize(ref: number): number {
    return this.bigs.bytes(this.keyHandle(ref)).length;
  }

  bigValueSize(ref: number): number {
    return this.bigs.bytes(this.valueHandle(ref)).length;
  }

  private keyHandle(ref: number): number {
    return readWord(this.arena.bytes[ref >>> SLAB_SHIFT], ((ref & SLAB_MASK) << 4) + HEADER_SIZE);
  }

  private valueHandle(ref: number): number {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const keyRoom = this.arena.words[slab][word + 1] & 0xffff;
    return readWord(this.arena.bytes[slab], (word << 2) + HEADER_SIZE + keyRoom);
  }
}

function readWord(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function writeCell(bytes: Uint8Array, at: number, handle: number, size: number): void {
  for (let i = 0; i < 4; i++) {
    bytes[at + i] = handle >>> (8 * i);
    bytes[at + 4 + i] = size >>> (8 * i);
  }
}

// The tracking table: which sessions may have which keys in their caches. It is outside of the
// JavaScript heap, since there may be a million keys.
//
//   key block    [key size][last item][items][hash of the key][bytes of the key ...]
//   item block   [next item][key block][session id, low and high 32 bits]
//
// Invariants:
// - The items of a key are a ring; a key block has at least one. `lastItem` is the one before the
//   next that pruning looks at.
// - A (key, session) pair has one item at most. `pairs` finds it.
// - A key longer than LONG_KEY_SIZE lies in `longKeys`, not in its block.
//
// Items of sessions that are gone are not looked for when a session goes, which may have read a
// million keys. They go when the key changes, and whoever adds an item to a key looks at two others
// of it, so that a key that never changes does not collect them.
import { copyBytes, equalBytes } from '../../domain/bytes/compare.ts';
import { type HashKey, halfSipHash } from '../../domain/bytes/hash.ts';
import { Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../domain/memory/arena.ts';
import { Dict, type DictKeys } from '../../domain/structures/dict.ts';

const HEADER_SIZE = 16;
const LONG_KEY_SIZE = 16 * 1024;
const ITEM_SIZE = 16;
/** Items looked at for each that is added: more than one, so that pruning overtakes adding. */
const PRUNED_PER_ITEM = 2;

// Words of a key block.
const KEY_SIZE = 0;
const LAST_ITEM = 1;
const ITEMS_COUNT = 2;
const KEY_HASH = 3;
// Words of an item.
const NEXT_ITEM = 0;
const KEY_BLOCK = 1;
const ID_LOW = 2;
const ID_HIGH = 3;

/** Tells whether a session is still there. */
export interface SessionsById {
  has(id: number): boolean;
}

export class TrackingTable implements DictKeys {
  private readonly hashKey: HashKey;
  private readonly sessions: SessionsById;
  private readonly arena: Arena;
  private readonly keys: Dict;
  private readonly pairs: Dict;
  private readonly sought: SoughtPair;
  private readonly longKeys = new Map<number, Uint8Array>();
  private longKeysSize = 0;

  constructor(hashKey: HashKey, sessions: SessionsById, poison = false) {
    this.hashKey = hashKey;
    this.sessions = sessions;
    this.arena = new Arena({ poison });
    this.keys = new Dict(this, this.arena);
    this.sought = new SoughtPair(this.arena, hashKey);
    this.pairs = new Dict(this.sought, this.arena);
  }

  get keysCount(): number {
    return this.keys.count;
  }

  /** Pairs of a key and a session. */
  get itemsCount(): number {
    return this.pairs.count;
  }

  get usedSize(): number {
    return this.arena.usedSize + this.longKeysSize + this.keys.ownSize + this.pairs.ownSize;
  }

  /** A session may have the key bytes[start, end) in its cache from here on. */
  add(sessionId: number, bytes: Uint8Array, start: number, end: number): void {
    const hash = halfSipHash(this.hashKey, bytes, start, end);
    let key = this.keys.find(hash, bytes, start, end);
    if (key === NONE) key = this.makeKey(hash, bytes, start, end);
    const pairHash = this.seek(key, sessionId);
    if (this.pairs.find(pairHash, bytes, 0, 0) !== NONE) return;
    const item = this.arena.allocate(ITEM_SIZE);
    const last = this.word(key, LAST_ITEM);
    this.setWord(item, NEXT_ITEM, last === NONE ? item : this.word(last, NEXT_ITEM));
    this.setWord(item, KEY_BLOCK, key);
    this.setWord(item, ID_LOW, this.sought.idLow);
    this.setWord(item, ID_HIGH, this.sought.idHigh);
    if (last !== NONE) this.setWord(last, NEXT_ITEM, item);
    this.setWord(key, LAST_ITEM, item);
    this.setWord(key, ITEMS_COUNT, this.word(key, ITEMS_COUNT) + 1);
    this.pairs.add(pairHash, item);
    this.prune(key);
  }

  /** Takes a key out and adds the ids of its sessions to `ids`. */
  take(bytes: Uint8Array, start: number, end: number, ids: number[]): void {
    const key = this.keys.find(halfSipHash(this.hashKey, bytes, start, end), bytes, start, end);
    if (key !== NONE) this.remove(key, ids);
  }

  /**
   * Takes a key out that was chosen with equal chance, adds the ids of its sessions to `ids` and
   * returns its bytes. The table must not be empty.
   */
  takeRandom(random: { next(): number }, ids: number[]): Uint8Array {
    const key = this.keys.randomEntry(random);
    const bytes = this.keyBytes(key).slice();
    this.take(bytes, 0, bytes.length, ids);
    return bytes;
  }

  /** Is this the block of the key bytes[start, end)? For `keys`. */
  matches(key: number, bytes: Uint8Array, start: number, end: number): boolean {
    const size = this.word(key, KEY_SIZE);
    if (size !== end - start) return false;
    if (size > LONG_KEY_SIZE) return equalBytes(this.keyBytes(key), 0, size, bytes, start, end);
    const at = keyStart(key);
    return equalBytes(this.arena.bytes[key >>> SLAB_SHIFT], at, at + size, bytes, start, end);
  }

  /** For `keys`. */
  hashOf(key: number): number {
    return this.word(key, KEY_HASH);
  }

  clear(): void {
    this.keys.reset();
    this.pairs.reset();
    this.arena.reset();
    this.longKeys.clear();
    this.longKeysSize = 0;
  }

  /** Checks the invariants; throws when one is violated. */
  verify(): void {
    const live = new Set<number>();
    let items = 0;
    const visit = (key: number): void => {
      live.add(key);
      const first = this.word(this.word(key, LAST_ITEM), NEXT_ITEM);
      let item = first;
      let count = 0;
      do {
        if (live.has(item)) throw new Error('tracking: an item is in two rings');
        if (this.word(item, KEY_BLOCK) !== key) throw new Error('tracking: an item of another key');
        live.add(item);
        count++;
        item = this.word(item, NEXT_ITEM);
      } while (item !== first);
      if (count !== this.word(key, ITEMS_COUNT)) throw new Error('tracking: a key counts wrongly');
      items += count;
    };
    this.keys.forEach({ visit });
    if (items !== this.pairs.count) throw new Error('tracking: items are lost');
    this.keys.verify();
    this.pairs.verify();
    for (const dict of [this.keys, this.pairs]) dict.forEachBlock({ visit: (at) => live.add(at) });
    this.arena.verify(live);
  }

  private makeKey(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const size = end - start;
    const isLong = size > LONG_KEY_SIZE;
    const key = this.arena.allocate(isLong ? HEADER_SIZE : HEADER_SIZE + size);
    this.setWord(key, KEY_SIZE, size);
    this.setWord(key, LAST_ITEM, NONE);
    this.setWord(key, ITEMS_COUNT, 0);
    this.setWord(key, KEY_HASH, hash);
    if (isLong) {
      this.longKeys.set(key, bytes.slice(start, end));
      this.longKeysSize += size;
    } else {
      copyBytes(bytes, start, end, this.arena.bytes[key >>> SLAB_SHIFT], keyStart(key));
    }
    this.keys.add(hash, key);
    return key;
  }

  private remove(key: number, ids: number[]): void {
    const count = this.word(key, ITEMS_COUNT);
    let item = this.word(this.word(key, LAST_ITEM), NEXT_ITEM);
    for (let i = 0; i < count; i++) {
      const next = this.word(item, NEXT_ITEM);
      ids.push(this.idOf(item));
      this.removeItem(item);
      item = next;
    }
    this.keys.remove(key);
    const size = this.word(key, KEY_SIZE);
    if (size > LONG_KEY_SIZE) {
      this.longKeys.delete(key);
      this.longKeysSize -= size;
    }
    this.arena.free(key);
  }

  /** Looks at the next items of a ring, not all of whose sessions are gone. */
  private prune(key: number): void {
    for (let i = 0; i < PRUNED_PER_ITEM; i++) {
      const last = this.word(key, LAST_ITEM);
      const item = this.word(last, NEXT_ITEM);
      if (this.sessions.has(this.idOf(item))) {
        this.setWord(key, LAST_ITEM, item);
        continue;
      }
      this.setWord(last, NEXT_ITEM, this.word(item, NEXT_ITEM));
      this.setWord(key, ITEMS_COUNT, this.word(key, ITEMS_COUNT) - 1);
      this.removeItem(item);
    }
  }

  /** Forgets an item that its ring forgets too. */
  private removeItem(item: number): void {
    this.pairs.remove(item);
    this.arena.free(item);
  }

  /** Lets `pairs` look for this pair; returns its hash. */
  private seek(key: number, sessionId: number): number {
    return this.sought.set(key, sessionId);
  }

  /** The bytes of a key, where they lie. */
  private keyBytes(key: number): Uint8Array {
    const long = this.longKeys.get(key);
    if (long !== undefined) return long;
    const at = keyStart(key);
    return this.arena.bytes[key >>> SLAB_SHIFT].subarray(at, at + this.word(key, KEY_SIZE));
  }

  private idOf(item: number): number {
    return this.word(item, ID_HIGH) * 2 ** 32 + (this.word(item, ID_LOW) >>> 0);
  }

  private word(ref: number, index: number): number {
    return this.arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + index];
  }

  private setWord(ref: number, index: number, value: number): void {
    this.arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + index] = value;
  }
}

/** The pair that is looked for among the items; the bytes that a dict passes on do not matter. */
class SoughtPair implements DictKeys {
  private readonly arena: Arena;
  private readonly words = new Int32Array(3);
  private readonly bytes = new Uint8Array(this.words.buffer);
  private readonly hashKey: HashKey;

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.hashKey = hashKey;
  }

  get idLow(): number {
    return this.words[1];
  }

  get idHigh(): number {
    return this.words[2];
  }

  /** Returns the hash of the pair. */
  set(key: number, sessionId: number): number {
    this.words[0] = key;
    this.words[1] = sessionId | 0;
    this.words[2] = Math.floor(sessionId / 2 ** 32);
    return halfSipHash(this.hashKey, this.bytes, 0, this.bytes.length);
  }

  matches(item: number): boolean {
    const words = this.arena.words[item >>> SLAB_SHIFT];
    const at = (item & SLAB_MASK) << 2;
    return (
      words[at + KEY_BLOCK] === this.words[0] &&
      words[at + ID_LOW] === this.words[1] &&
      words[at + ID_HIGH] === this.words[2]
    );
  }

  /** The hash of an item's pair, which is the one in hand from then on. */
  hashOf(item: number): number {
    const words = this.arena.words[item >>> SLAB_SHIFT];
    const at = (item & SLAB_MASK) << 2;
    this.words[0] = words[at + KEY_BLOCK];
    this.words[1] = words[at + ID_LOW];
    this.words[2] = words[at + ID_HIGH];
    return halfSipHash(this.hashKey, this.bytes, 0, this.bytes.length);
  }
}

/** Where the bytes of a key begin in its slab. */
function keyStart(key: number): number {
  return ((key & SLAB_MASK) << 4) + HEADER_SIZE;
}

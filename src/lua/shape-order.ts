// The order in which traversal visits the slots of a shape: that of Lua 5.1, where scripts, and
// the texts that cjson and cmsgpack make, can see it. Lua keeps a table's fields in an array of
// nodes; so the same keys are put into such an array here, in the order in which the table got
// them, and then read off.
//
// The order is Lua's for keys that are strings, booleans and numbers, as long as the table did not
// lose keys before it got others: a shape does not know which of its fields are nil. Lua orders
// other keys by their addresses; here they come in any order.
import type { LuaValue } from './value.ts';

/** No slot, or no node. */
const NONE = -1;
/** Integers up to this one may live in Lua's array part. */
const ARRAY_SIZE_LOG_MAX = 26;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

export class ShapeOrder {
  /** The keys as JSON, each with its colon, in order: what cjson remembers of a shared shape. */
  keyTexts: readonly string[] | null = null;
  private readonly nodes: Nodes;
  private known: Int32Array | null = null;
  private knownPlaces: Int32Array | null = null;

  /**
   * Follows `keys`, which may get more keys later. `sizeHint` is how many fields with a name the
   * table's constructor announced: Lua makes room for them at once.
   */
  constructor(keys: readonly LuaValue[], sizeHint = 0) {
    this.nodes = new Nodes(keys, roundedHint(sizeHint));
  }

  /** The slots, in order; null when it is the order of the keys. */
  get slots(): Int32Array | null {
    if (!this.nodes.isComplete) this.update();
    return this.known;
  }

  /** For each slot its place in `slots`. */
  get places(): Int32Array | null {
    if (!this.nodes.isComplete) this.update();
    return this.knownPlaces;
  }

  private update(): void {
    this.known = this.nodes.order();
    this.knownPlaces = null;
    if (this.known === null) return;
    this.knownPlaces = new Int32Array(this.known.length);
    for (let i = 0; i < this.known.length; i++) this.knownPlaces[this.known[i]] = i;
  }
}

/** Lua's hash part, as luaH_set() fills it: slots instead of keys and values. */
class Nodes {
  private readonly keys: readonly LuaValue[];
  /** So many of the keys were put in. */
  private count = 0;
  /** The hashes of those keys; there is room for more. */
  private hashes = new Int32Array(0);
  /** For the integers from 1 on that Lua would keep in its array part: the slot, or NONE. */
  private array: Int32Array = new Int32Array(0);
  private hasNumbers = false;
  /** For each node the slot that it holds, and the next node of its chain. */
  private slots: Int32Array;
  private next: Int32Array;
  /** No node from this one on is free. */
  private free: number;

  /** The size of the first array of nodes is the next power of two. */
  constructor(keys: readonly LuaValue[], size: number) {
    this.keys = keys;
    this.slots = filled(size === 0 ? 0 : 2 ** ceilLog2(size));
    this.next = filled(this.slots.length);
    this.free = this.slots.length;
  }

  get isComplete(): boolean {
    return this.count === this.keys.length;
  }

  /** All slots as traversal meets them, or null when they would be sorted. */
  order(): Int32Array | null {
    while (!this.isComplete) this.add(this.count++);
    const order = new Int32Array(this.count);
    let end = 0;
    let isSorted = true;
    for (const slots of [this.array, this.slots]) {
      for (let i = 0; i < slots.length; i++) {
        if (slots[i] === NONE) continue;
        if (slots[i] !== end) isSorted = false;
        order[end++] = slots[i];
      }
    }
    return isSorted ? null : order;
  }

  private add(slot: number): void {
    if (slot === this.hashes.length) {
      const hashes = new Int32Array(Math.max(this.keys.length, 2 * slot));
      hashes.set(this.hashes);
      this.hashes = hashes;
    }
    const key = this.keys[slot];
    if (typeof key === 'number') this.hasNumbers = true;
    this.hashes[slot] = hashOf(key, slot);
    this.put(slot);
  }

  private put(slot: number): void {
    const index = this.hasNumbers ? this.arrayIndex(slot) : 0;
    if (index >= 1 && index <= this.array.length) this.array[index - 1] = slot;
    else this.putInNodes(slot);
  }

  private putInNodes(slot: number): void {
    const { slots, next } = this;
    let node = this.mainNode(slot);
    if (slots.length === 0 || slots[node] !== NONE) {
      const free = this.takeFree();
      if (free === NONE) {
        this.rehash(slot);
        this.put(slot);
        return;
      }
      const owner = this.mainNode(slots[node]);
      if (owner === node) {
        // Who is there is at home: the new key goes elsewhere.
        next[free] = next[node];
        next[node] = free;
        node = free;
      } else {
        // Who is there belongs elsewhere and moves.
        let previous = owner;
        while (next[previous] !== node) previous = next[previous];
        next[previous] = free;
        slots[free] = slots[node];
        next[free] = next[node];
        next[node] = NONE;
      }
    }
    slots[node] = slot;
  }

  /** The node where a key belongs: Lua's mainposition(). */
  private mainNode(slot: number): number {
    const mask = this.slots.length - 1;
    if (!this.hasNumbers || typeof this.keys[slot] !== 'number') return this.hashes[slot] & mask;
    return (this.hashes[slot] >>> 0) % (mask | 1);
  }

  private takeFree(): number {
    while (--this.free >= 0) if (this.slots[this.free] === NONE) return this.free;
    return NONE;
  }

  /** There is no node left for the last key: makes room for all keys and it. */
  private rehash(slot: number): void {
    if (!this.hasNumbers) {
      this.resize(0, this.count);
      return;
    }
    // How many integers there are from 2^(i - 1) + 1 to 2^i.
    const integers = new Int32Array(ARRAY_SIZE_LOG_MAX + 1);
    let integersUsed = this.countInteger(integers, slot);
    for (const slots of [this.array, this.slots]) {
      for (let i = 0; i < slots.length; i++) {
        if (slots[i] !== NONE) integersUsed += this.countInteger(integers, slots[i]);
      }
    }
    const { size, held } = arraySize(integers, integersUsed);
    this.resize(size, this.count - held);
  }

  private countInteger(integers: Int32Array, slot: number): number {
    const index = this.arrayIndex(slot);
    if (index < 1 || index > 2 ** ARRAY_SIZE_LOG_MAX) return 0;
    integers[ceilLog2(index)]++;
    return 1;
  }

  /** New nodes; the old ones' keys are put in from the last to the first, as Lua does it. */
  private resize(arraySize: number, nodesSize: number): void {
    const { array, slots } = this;
    this.slots = filled(nodesSize === 0 ? 0 : 2 ** ceilLog2(nodesSize));
    this.next = filled(this.slots.length);
    this.free = this.slots.length;
    this.array = filled(arraySize);
    this.array.set(array.subarray(0, arraySize));
    for (let i = arraySize; i < array.length; i++) if (array[i] !== NONE) this.put(array[i]);
    for (let i = slots.length - 1; i >= 0; i--) if (slots[i] !== NONE) this.put(slots[i]);
  }

  /** The key of a slot if it is an integer, else 0. */
  private arrayIndex(slot: number): number {
    const key = this.keys[slot];
    return typeof key === 'number' && (key | 0) === key ? key : 0;
  }
}

/** The array part that is more than half full, and how many of the integers it holds. */
function arraySize(integers: Int32Array, integersUsed: number): { size: number; held: number } {
  let below = 0;
  let size = 0;
  let held = 0;
  for (let i = 0, limit = 1; limit / 2 < integersUsed; i++, limit *= 2) {
    below += integers[i];
    if (integers[i] > 0 && below > limit / 2) {
      size = limit;
      held = below;
    }
    if (below === integersUsed) break;
  }
  return { size, held };
}

function hashOf(key: LuaValue, slot: number): number {
  switch (typeof key) {
    case 'string':
      return hashOfString(key);
    case 'number':
      // Both zeros are one key.
      double[0] = key + 0;
      return key === 0 ? 0 : (halves[0] + halves[1]) | 0;
    case 'boolean':
      return key ? 1 : 0;
    default:
      return slot;
  }
}

/** luaS_newlstr()'s hash, as Redis has it since 7.2: of all characters. */
function hashOfString(text: string): number {
  let hash = text.length;
  for (let i = text.length - 1; i >= 0; i--) {
    hash ^= (hash << 5) + (hash >>> 2) + text.charCodeAt(i);
  }
  return hash;
}

/** What is left of a size in the one byte that Lua's code has for it: luaO_int2fb(). */
function roundedHint(size: number): number {
  let mantissa = size;
  let exponent = 0;
  while (mantissa >= 16) {
    mantissa = (mantissa + 1) >> 1;
    exponent++;
  }
  return mantissa * 2 ** exponent;
}

function ceilLog2(value: number): number {
  return 32 - Math.clz32(value - 1);
}

function filled(size: number): Int32Array {
  const slots = new Int32Array(size);
  return slots.fill(NONE);
}

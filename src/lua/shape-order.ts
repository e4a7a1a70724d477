// The order in which traversal visits the slots of a shape: that of Lua 5.1, where scripts, and
// the texts that cjson and cmsgpack make, can see it. Lua keeps a table's fields in an array of
// nodes; so the same keys are put into such an array here, in the order in which the table got
// them, and then read off.
//
// The order is Lua's for keys that are strings, booleans and numbers, as long as the table did not
// lose keys before it got others: a shape does not know which of its fields are nil. Lua orders
// other keys by their addresses; here they come in any order.
//
// A shape that grows keeps its order: the keys that came since are put in when it is asked for.
import type { LuaValue } from './value.ts';

/** No slot, or no node. */
const NONE = -1;
/** Integers up to this one may live in Lua's array part. */
const ARRAY_SIZE_LOG_MAX = 26;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

export class ShapeOrder {
  /** What cjson remembers of a shared shape: for each place two texts of its key. */
  keyTexts: readonly string[] | null = null;
  private readonly keys: readonly LuaValue[];
  /** So many of the keys were put in. */
  private count = 0;
  /** Their hashes and places; there is room for more. */
  private hashes = new Int32Array(0);
  private placesBySlot = new Int32Array(0);
  /** First the integers from 1 on that Lua has in its array part, then nodes: slots, or NONE. */
  private slotsByPlace: Int32Array;
  private nodesStart = 0;
  /** For each node the next one of its chain. */
  private next: Int32Array;
  /** No node from this one on is free. */
  private free: number;
  private hasNumbers = false;

  /**
   * Follows `keys`, which may get more keys later. `sizeHint` is how many fields with a name the
   * table's constructor announced: Lua makes room for them at once.
   */
  constructor(keys: readonly LuaValue[], sizeHint = 0) {
    this.keys = keys;
    const nodeCount = powerOf2(roundedHint(sizeHint));
    this.slotsByPlace = filled(nodeCount);
    this.next = filled(nodeCount);
    this.free = nodeCount;
  }

  /** The slots in the order of traversal; -1 at places that have none. */
  get slots(): Int32Array {
    if (this.count < this.keys.length) this.addKeys();
    return this.slotsByPlace;
  }

  /** For each slot its place in `slots`. */
  get places(): Int32Array {
    if (this.count < this.keys.length) this.addKeys();
    return this.placesBySlot;
  }

  private addKeys(): void {
    const { keys } = this;
    if (keys.length > this.hashes.length) {
      const room = this.count === 0 ? keys.length : 2 * keys.length;
      this.hashes = resized(this.hashes, room);
      this.placesBySlot = resized(this.placesBySlot, room);
    }
    while (this.count < keys.length) {
      const slot = this.count++;
      if (typeof keys[slot] === 'number') this.hasNumbers = true;
      this.hashes[slot] = hashOf(keys[slot], slot);
      this.put(slot);
    }
  }

  private put(slot: number): void {
    const index = this.hasNumbers ? this.arrayIndex(slot) : 0;
    if (index >= 1 && index <= this.nodesStart) this.putAt(index - 1, slot);
    else this.putInNodes(slot);
  }

  private putAt(place: number, slot: number): void {
    this.slotsByPlace[place] = slot;
    this.placesBySlot[slot] = place;
  }

  private putInNodes(slot: number): void {
    const { slotsByPlace, next, nodesStart } = this;
    let node = this.mainNode(slot);
    if (next.length === 0 || slotsByPlace[nodesStart + node] !== NONE) {
      const free = this.takeFree();
      if (free === NONE) {
        this.rehash(slot);
        this.put(slot);
        return;
      }
      const other = slotsByPlace[nodesStart + node];
      const owner = this.mainNode(other);
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
        this.putAt(nodesStart + free, other);
        next[free] = next[node];
        next[node] = NONE;
      }
    }
    this.putAt(nodesStart + node, slot);
  }

  /** The node where a key belongs: Lua's mainposition(). */
  private mainNode(slot: number): number {
    const mask = this.next.length - 1;
    if (!this.hasNumbers || typeof this.keys[slot] !== 'number') return this.hashes[slot] & mask;
    return (this.hashes[slot] >>> 0) % (mask | 1);
  }

  private takeFree(): number {
    while (--this.free >= 0) {
      if (this.slotsByPlace[this.nodesStart + this.free] === NONE) return this.free;
    }
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
    for (let place = 0; place < this.slotsByPlace.length; place++) {
      const other = this.slotsByPlace[place];
      if (other !== NONE) integersUsed += this.countInteger(integers, other);
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
    const { slotsByPlace, nodesStart } = this;
    const nodeCount = powerOf2(nodesSize);
    this.slotsByPlace = filled(arraySize + nodeCount);
    this.next = filled(nodeCount);
    this.free = nodeCount;
    this.nodesStart = arraySize;
    for (let place = 0; place < nodesStart; place++) this.putAgain(slotsByPlace[place]);
    for (let place = slotsByPlace.length - 1; place >= nodesStart; place--) {
      this.putAgain(slotsByPlace[place]);
    }
  }

  private putAgain(slot: number): void {
    if (slot !== NONE) this.put(slot);
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

/** The least power of two that is not less; 0 for 0. */
function powerOf2(size: number): number {
  return size === 0 ? 0 : 2 ** ceilLog2(size);
}

function resized(numbers: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(numbers);
  return larger;
}

function filled(size: number): Int32Array {
  const slots = new Int32Array(size);
  return slots.fill(NONE);
}

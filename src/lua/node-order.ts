// The order in which traversal visits a table's fields: that of Lua 5.1, where scripts, and the
// texts that cjson and cmsgpack make, can see it. Lua keeps the integers from 1 on in an array, as
// far as more than half of it is in use, and all other keys in an array of nodes. So the same keys
// are put into such nodes here, in the order in which the table got them, and then read off.
//
// There are two uses:
// - All tables of a shape share an order (shape.ts). It follows the shape's keys, none of which is
//   a positive integer, and takes all of them for fields that are not nil.
// - A table whose order depends on more has one of its own (table.ts): integers that are in nodes,
//   or fields that were nil when others came. Lua puts a new key in the place of one whose field
//   is nil, and leaves such keys out when it makes a new array of nodes.
//
// The order is Lua's for keys that are strings, booleans and numbers. Lua orders other keys by
// their addresses; here they come in any order.
import type { LuaValue } from './value.ts';

/** No key, or no node. */
const NONE = -1;
/** Integers up to this one may live in Lua's array part. */
const ARRAY_SIZE_LOG_MAX = 26;
const ARRAY_SIZE_MAX = 2 ** ARRAY_SIZE_LOG_MAX;

/** So many keys are kept, even if most of them were left out. */
const KEYS_MIN = 16;

const NO_NODES = new Int32Array(0);
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** A table as its own order sees it. */
interface Fields {
  get(key: LuaValue): LuaValue;
}

/** Keys that came one by one; bit i of `nils` is set if the field of the key i was nil. */
interface History {
  readonly keys: readonly LuaValue[];
  readonly nils: number;
}

export class NodeOrder {
  /** The keys that are in nodes, and few of a table of its own that were left out of new nodes. */
  keys: LuaValue[];
  /** The integers up to this one are in Lua's array part. */
  arraySize: number;
  /** What was done lately, in keys: to be paid for. */
  work = 0;
  /** May a field of a table of its own be nil? To be set when one becomes it. */
  mayHaveNil = false;
  /** Of a table of its own: the table, and where in `keys` its keys are. */
  private table: Fields | null = null;
  private indices = new Map<LuaValue, number>();
  /** So many of the keys were put in. */
  private count = 0;
  /** Their hashes and nodes; there is room for more. */
  private hashes = NO_NODES;
  private nodes = NO_NODES;
  /** For each node the index of its key, or NONE, and the next node of its chain. */
  private indicesByNode: Int32Array;
  private next: Int32Array;
  /** No node from this one on is free. */
  private free: number;
  private hasNumbers = false;
  /** Of a table of its own whose order nobody has asked for: what came before add(). */
  private history: History | null = null;

  /**
   * Follows `keys`, which may get more keys later. `sizeHint` is how many fields with a name the
   * table's constructor announced, and `arraySize` how many elements: Lua makes room for them.
   */
  constructor(keys: LuaValue[], sizeHint = 0, arraySize = 0) {
    this.keys = keys;
    this.arraySize = arraySize;
    const nodeCount = nodeCountFor(sizeHint, 0);
    this.indicesByNode = filled(nodeCount);
    this.next = filled(nodeCount);
    this.free = nodeCount;
  }

  /** The order of a table of its own with such a history, some of it nil, found when wanted. */
  static later(table: Fields, keys: readonly LuaValue[], nils: number): NodeOrder {
    const order = new NodeOrder([]);
    order.table = table;
    order.history = { keys, nils };
    return order;
  }

  /**
   * From now on it is the order of one table, which calls add() for each key. The array of keys is
   * its own, too.
   */
  own(table: Fields): void {
    this.addKeys();
    for (let i = 0; i < this.keys.length; i++) this.indices.set(this.keys[i], i);
    this.table = table;
    this.mayHaveNil = true;
  }

  /** The indices of keys in the order of traversal; -1 at nodes that have none. */
  get slots(): Int32Array {
    if (this.history !== null) this.catchUp(this.history);
    if (this.count < this.keys.length) this.addKeys();
    return this.indicesByNode;
  }

  /** For each key its place in `slots`. */
  get places(): Int32Array {
    if (this.history !== null) this.catchUp(this.history);
    if (this.count < this.keys.length) this.addKeys();
    return this.nodes;
  }

  /** The place in `slots` of a key of a table of its own, or -1. */
  placeOf(key: LuaValue): number {
    if (this.history !== null) this.catchUp(this.history);
    const index = this.indices.get(key);
    return index === undefined ? NONE : this.nodes[index];
  }

  /** The table of its own assigns to a field that is nil, whatever it assigns. */
  add(key: LuaValue): void {
    if (this.history !== null) this.catchUp(this.history);
    if (this.isElement(key) || this.indices.has(key)) return;
    this.put(this.append(key));
  }

  /** Puts in what came before somebody asked: the keys up to the first nil at once. */
  private catchUp({ keys, nils }: History): void {
    const { table } = this;
    const isNil = (index: number): boolean => (nils & (1 << index)) !== 0;
    this.history = null;
    this.table = null;
    let index = 0;
    do this.keys.push(keys[index]);
    while (!isNil(index++));
    this.own({ get: (key) => (isNil(keys.indexOf(key)) ? undefined : true) });
    for (; index < keys.length; index++) {
      this.add(keys[index]);
      if (isNil(index)) this.mayHaveNil = true;
    }
    this.table = table;
    // What the table has set since may be nil.
    this.mayHaveNil = true;
  }

  /** Room for elements and nodes; the keys are put in again, from the last to the first. */
  resize(arraySize: number, nodesSize: number, live = this.takeLive()): void {
    const { arraySize: oldSize, table } = this;
    const again: number[] = [];
    for (let i = arraySize + 1; i <= oldSize; i++) {
      if (table?.get(i) !== undefined) again.push(this.append(i));
    }
    for (const index of live) again.push(index);
    const nodeCount = powerOf2(nodesSize);
    this.arraySize = arraySize;
    this.indicesByNode = filled(nodeCount);
    this.next = filled(nodeCount);
    this.free = nodeCount;
    this.work += oldSize + again.length + nodeCount;
    if (table !== null && this.keys.length > KEYS_MIN + 2 * again.length) this.renumber(again);
    for (const index of again) {
      if (table !== null && this.isElement(this.keys[index])) this.indices.delete(this.keys[index]);
      else this.put(index);
    }
  }

  /** The keys in nodes, from the last to the first, without those whose fields are nil. */
  private takeLive(): number[] {
    const { indicesByNode } = this;
    const live: number[] = [];
    for (let node = indicesByNode.length - 1; node >= 0; node--) {
      const index = indicesByNode[node];
      if (index === NONE) continue;
      if (this.isLive(index)) live.push(index);
      else this.indices.delete(this.keys[index]);
    }
    this.mayHaveNil = false;
    return live;
  }

  /** Forgets all keys but some, which get the first indices. */
  private renumber(indices: number[]): void {
    this.keys = indices.map((index) => this.keys[index]);
    const { hashes } = this;
    this.hashes = Int32Array.from(indices, (index) => hashes[index]);
    this.nodes = new Int32Array(indices.length);
    this.count = indices.length;
    for (let i = 0; i < indices.length; i++) {
      this.indices.set(this.keys[i], i);
      indices[i] = i;
    }
  }

  /** A key with its hash, which is not put in yet. */
  private append(key: LuaValue): number {
    const index = this.count++;
    if (index >= this.hashes.length) {
      const room = Math.max(this.keys.length, 2 * index, KEYS_MIN);
      this.hashes = resized(this.hashes, room);
      this.nodes = resized(this.nodes, room);
    }
    if (this.table !== null) {
      this.keys[index] = key;
      this.indices.set(key, index);
    }
    if (typeof key === 'number') this.hasNumbers = true;
    this.hashes[index] = hashOf(key, index);
    return index;
  }

  private addKeys(): void {
    while (this.count < this.keys.length) this.put(this.append(this.keys[this.count]));
  }

  private put(index: number): void {
    const { indicesByNode, next } = this;
    let node = this.mainNode(index);
    const other = next.length === 0 ? NONE : indicesByNode[node];
    if (next.length === 0 || (other !== NONE && this.isLive(other))) {
      const free = this.takeFree();
      if (free === NONE) {
        this.rehash(index);
        return;
      }
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
        this.putAt(free, other);
        next[free] = next[node];
        next[node] = NONE;
      }
    } else if (other !== NONE) {
      this.replace(other, index);
      return;
    }
    this.putAt(node, index);
  }

  /** The last key takes the place of another, whose field is nil, so that keys do not pile up. */
  private replace(index: number, last: number): void {
    const key = this.keys[last];
    this.indices.delete(this.keys[index]);
    this.indices.set(key, index);
    this.keys[index] = key;
    this.hashes[index] = this.hashes[last];
    this.keys.length = --this.count;
  }

  private putAt(node: number, index: number): void {
    this.indicesByNode[node] = index;
    this.nodes[index] = node;
  }

  private isLive(index: number): boolean {
    return !this.mayHaveNil || this.table?.get(this.keys[index]) !== undefined;
  }

  private isElement(key: LuaValue): boolean {
    return typeof key === 'number' && key >= 1 && key <= this.arraySize && Number.isInteger(key);
  }

  /** The node where a key belongs: Lua's mainposition(). */
  private mainNode(index: number): number {
    const mask = this.next.length - 1;
    if (!this.hasNumbers || typeof this.keys[index] !== 'number') return this.hashes[index] & mask;
    return (this.hashes[index] >>> 0) % (mask | 1);
  }

  private takeFree(): number {
    while (--this.free >= 0) if (this.indicesByNode[this.free] === NONE) return this.free;
    return NONE;
  }

  /** There is no node left for a new key: makes room for all keys and it, and puts it in. */
  private rehash(index: number): void {
    if (this.table === null) {
      this.resize(this.arraySize, this.count);
      this.put(index);
      return;
    }
    const key = this.keys[index];
    this.indices.delete(key);
    this.keys.length = --this.count;
    // How many integers there are from 2^(i - 1) + 1 to 2^i.
    const integers = new Int32Array(ARRAY_SIZE_LOG_MAX + 1);
    let integersUsed = countInteger(integers, key);
    let keyCount = 1;
    for (let i = 1; i <= this.arraySize; i++) {
      if (this.table.get(i) === undefined) continue;
      integersUsed += countInteger(integers, i);
      keyCount++;
    }
    const live = this.takeLive();
    for (const other of live) integersUsed += countInteger(integers, this.keys[other]);
    keyCount += live.length;
    const { size, held } = arraySizeFor(integers, integersUsed);
    this.resize(size, keyCount - held, live);
    this.add(key);
  }
}

/** So many nodes Lua has for keys that came one after the other, and those that were announced. */
export function nodeCountFor(sizeHint: number, keyCount: number): number {
  return Math.max(powerOf2(roundedHint(sizeHint)), powerOf2(keyCount));
}

/** The least power of two that is not less; 0 for 0. */
export function powerOf2(size: number): number {
  return size === 0 ? 0 : 2 ** ceilLog2(size);
}

function countInteger(integers: Int32Array, key: LuaValue): number {
  if (typeof key !== 'number' || !(key >= 1 && key <= ARRAY_SIZE_MAX)) return 0;
  if (!Number.isInteger(key)) return 0;
  integers[ceilLog2(key)]++;
  return 1;
}

/** The array part that is more than half full, and how many of the integers it holds. */
function arraySizeFor(integers: Int32Array, integersUsed: number): { size: number; held: number } {
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

function hashOf(key: LuaValue, index: number): number {
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
      return index;
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

function resized(numbers: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(numbers);
  return larger;
}

function filled(size: number): Int32Array {
  if (size === 0) return NO_NODES;
  const slots = new Int32Array(size);
  return slots.fill(NONE);
}

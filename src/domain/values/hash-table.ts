// Hashes in their big form: a root, from which a table of elements hangs (hash-elements.ts), and a
// tree of those that have deadlines (field-tree.ts). One view serves all of them; what the element
// that was met last has stands in `field` and `value`.
import { NONE } from '../memory/arena.ts';
import { ElementCursor } from '../structures/elements/element-cursor.ts';
import type { PackedItem } from '../structures/packed/entry.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import type { RandomSource } from './draws.ts';
import { FieldTree } from './field-tree.ts';
import { type HashElements, NO_DEADLINE } from './hash-elements.ts';

export class HashTable {
  root = NONE as number;
  private readonly store: HashElements;
  private readonly field: PackedItem;
  private readonly value: PackedItem;
  private readonly cursor: ElementCursor;
  private readonly tree: FieldTree;
  /** The element that was met last; after find() and findFirstDue() it can be changed. */
  private met = NONE as number;

  constructor(store: HashElements, field: PackedItem, value: PackedItem) {
    this.store = store;
    this.field = field;
    this.value = value;
    this.cursor = new ElementCursor(store.table);
    this.tree = new FieldTree(store.arena, store.roots);
  }

  get count(): number {
    return this.store.table.count(this.root);
  }

  /** When the field is due that was met last; NO_DEADLINE without a deadline. */
  get deadlineMs(): number {
    return this.store.deadline(this.met);
  }

  /** The earliest deadline of all fields; infinity without any. */
  get earliestMs(): number {
    return this.tree.earliestMs(this.root);
  }

  /** How many fields are due. */
  dueCount(nowMs: number): number {
    return this.tree.dueCount(this.root, nowMs);
  }

  /** From here on it is the hash with this root. */
  open(root: number): void {
    this.root = root;
  }

  /** Makes an empty hash with room for so many fields, and opens it. */
  create(fields: number): void {
    this.root = this.store.roots.make();
    this.store.table.make(this.root, fields);
  }

  find(field: Uint8Array, start: number, end: number): boolean {
    const { elements, table } = this.store;
    const hash = elements.hash(field, start, end);
    const element = table.find(this.root, hash, field, start, end);
    if (element === NONE) return false;
    this.met = element;
    this.showValue(element);
    return true;
  }

  /** Meets the field that is due first, of those with a deadline; there is one. */
  findFirstDue(): void {
    const { store, root } = this;
    const element = this.tree.first(root);
    store.table.findElement(root, store.elements.hashOf(element), element);
    this.show(element);
  }

  first(): boolean {
    return this.cursor.first(this.root) && this.show(this.cursor.element);
  }

  next(): boolean {
    return this.cursor.next() && this.show(this.cursor.element);
  }

  /** Adds a field that is not there. */
  add(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    deadlineMs: number,
  ): void {
    const { store, root } = this;
    const hash = store.elements.hash(field, fieldStart, fieldEnd);
    const made = store.make(field, fieldStart, fieldEnd, value, start, end, deadlineMs);
    store.table.add(root, hash, made);
    if (deadlineMs !== NO_DEADLINE) this.tree.insert(root, made, deadlineMs);
  }

  /** Gives a field a value; a deadline of its own goes, or stays. Was the field added? */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    keepsDeadline: boolean,
  ): boolean {
    const { store, root } = this;
    const hash = store.elements.hash(field, fieldStart, fieldEnd);
    const old = store.table.find(root, hash, field, fieldStart, fieldEnd);
    if (old === NONE) {
      const made = store.make(field, fieldStart, fieldEnd, value, start, end, NO_DEADLINE);
      store.table.add(root, hash, made);
      return true;
    }
    if (store.overwrite(old, value, start, end)) return false;
    const deadlineMs = keepsDeadline ? store.deadline(old) : NO_DEADLINE;
    const made = store.make(field, fieldStart, fieldEnd, value, start, end, deadlineMs);
    this.replace(old, made, deadlineMs);
    return false;
  }

  /** Removes the field that was found: first from the table, which tells who reads the past. */
  removeMet(): void {
    const { store, root, met } = this;
    const deadlineMs = store.deadline(met);
    store.table.removeFound(root);
    if (deadlineMs !== NO_DEADLINE) this.tree.remove(root, met, deadlineMs);
    store.elements.free(met);
  }

  /** Sets the deadline of the field that was found, or takes it away. */
  setDeadline(deadlineMs: number): void {
    const { store, met } = this;
    this.replace(met, store.copy(met, deadlineMs), deadlineMs);
  }

  /** Shows a field that is drawn with equal chance; there is one at least. */
  draw(random: RandomSource): void {
    this.show(this.store.table.random(this.root, random));
  }

  /** One step of SCAN. The visitor is given elements, to show(). */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.store.table.scan(this.root, cursor, atLeast, visitor);
  }

  /** Different elements that are not due by then, `count` of `total`, drawn with equal chance. */
  drawElements(count: number, total: number, dueMs: number, random: RandomSource): Int32Array {
    if (count * 3 <= total) return this.drawDistinct(count, dueMs, random);
    const { store } = this;
    const elements = new Int32Array(total);
    let i = 0;
    for (let more = this.cursor.first(this.root); more; more = this.cursor.next()) {
      const { element } = this.cursor;
      if (!isDue(store.deadline(element), dueMs)) elements[i++] = element;
    }
    for (let to = 0; to < count; to++) {
      const from = to + Math.floor((random.next() / 2 ** 32) * (total - to));
      const element = elements[from];
      elements[from] = elements[to];
      elements[to] = element;
    }
    return elements.subarray(0, count);
  }

  /** Says in `field` and `value` what an element has. Always true. */
  show(element: number): boolean {
    const { elements } = this.store;
    const { field } = this;
    this.met = element;
    elements.locateKey(element);
    field.bytes = elements.keyBytes;
    field.start = elements.keyStart;
    field.end = elements.keyEnd;
    this.showValue(element);
    return true;
  }

  /** Where there are many more: draws until they are enough that differ. */
  private drawDistinct(count: number, dueMs: number, random: RandomSource): Int32Array {
    const { table } = this.store;
    const drawn = new Set<number>();
    while (drawn.size < count) {
      const element = table.random(this.root, random);
      if (!isDue(this.store.deadline(element), dueMs)) drawn.add(element);
    }
    return Int32Array.from(drawn);
  }

  /** The found element gives way to another one with the same field. */
  private replace(old: number, made: number, deadlineMs: number): void {
    const { store, root, tree } = this;
    const oldMs = store.deadline(old);
    store.table.replaceFound(root, made);
    if (oldMs !== NO_DEADLINE) tree.remove(root, old, oldMs);
    if (deadlineMs !== NO_DEADLINE) tree.insert(root, made, deadlineMs);
    store.elements.free(old);
    this.met = made;
  }

  private showValue(element: number): void {
    const { store, value } = this;
    store.locateValue(element);
    value.bytes = store.valueBytes;
    value.start = store.valueStart;
    value.end = store.valueEnd;
  }
}

/** Has a deadline passed? NO_DEADLINE never does. */
export function isDue(deadlineMs: number, nowMs: number): boolean {
  return deadlineMs !== NO_DEADLINE && deadlineMs <= nowMs;
}

// The elements that a table had when a snapshot began: those that it still has are met by a walk,
// those that have left were handed over. They come in any order, each of them once.
import type { HashKey } from '../../domain/bytes/hash.ts';
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import {
  KIND_HASH_TABLE,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
} from '../../domain/memory/record.ts';
import { DictWalk } from '../../domain/structures/dict-walk.ts';
import { ElementTable } from '../../domain/structures/elements/element-table.ts';
import {
  Elements,
  HASH_SIZE_AT,
  SET_SIZE_AT,
  ZSET_SIZE_AT,
} from '../../domain/structures/elements/elements.ts';
import { Roots } from '../../domain/structures/root.ts';
import { FieldTree } from '../../domain/values/field-tree.ts';
import type { FrozenBlocks } from './frozen-blocks.ts';
import { RefBatch } from './ref-batch.ts';
import { RefQueue } from './ref-queue.ts';

/** What next() answers when it has found none yet. */
export const AGAIN = -1;

/** What a table had, and those of its elements that have left before they were read. */
class TableNote {
  readonly count: number;
  readonly earliestMs: number;
  left: RefQueue | null = null;

  constructor(count: number, earliestMs: number) {
    this.count = count;
    this.earliestMs = earliestMs;
  }
}

/** About what a note takes. */
const NOTE_SIZE = 96;
const NO_NOTE = new TableNote(0, Number.POSITIVE_INFINITY);

export class PastTables {
  private readonly arena: Arena;
  private readonly frozen: FrozenBlocks;
  private readonly tables: (ElementTable | undefined)[] = [];
  private readonly anyTable: ElementTable;
  private readonly fields: FieldTree;
  /** What is known of tables that have changed and are not read yet, by root. */
  private readonly notes = new Map<number, TableNote>();
  private leftSize = 0;
  // The table that is being read.
  private root: number = NONE;
  private table: ElementTable | undefined;
  private walk = new DictWalk();
  private readonly batch: RefBatch;
  private note = NO_NOTE;
  /** The element that was given last: it is being read. */
  private given: number = NONE;

  constructor(arena: Arena, hashKey: HashKey, frozen: FrozenBlocks) {
    const roots = new Roots(arena);
    const tableOf = (layout: number): ElementTable =>
      new ElementTable(new Elements(arena, hashKey, layout), roots);
    this.arena = arena;
    this.frozen = frozen;
    this.batch = new RefBatch(frozen);
    this.fields = new FieldTree(arena, roots);
    this.anyTable = tableOf(HASH_SIZE_AT);
    this.tables[KIND_HASH_TABLE] = this.anyTable;
    this.tables[KIND_SET_TABLE] = tableOf(SET_SIZE_AT);
    this.tables[KIND_SORTED_SET_TREE] = tableOf(ZSET_SIZE_AT);
  }

  /** Bytes of what was noted. */
  get size(): number {
    return this.notes.size * NOTE_SIZE + this.leftSize;
  }

  isTable(kind: number): boolean {
    return this.tables[kind] !== undefined;
  }

  /** Elements that the table which is being read had. */
  get count(): number {
    return this.note.count;
  }

  /** The earliest deadline that its fields had, if it is a hash; or infinity. */
  get earliestMs(): number {
    return this.note.earliestMs;
  }

  /** An element is about to come to a table. */
  comes(root: number, layout: number): void {
    if (this.frozen.has(root) && root !== this.root) this.noteOf(root, layout);
  }

  /** An element is about to leave its table. */
  leaves(root: number, element: number, layout: number): void {
    if (!this.frozen.has(root)) return;
    const isRead = root === this.root;
    const note = isRead ? this.note : this.noteOf(root, layout);
    if (!this.frozen.has(element)) return;
    if (isRead && (element === this.given || this.batch.has(element))) return;
    note.left ??= new RefQueue();
    this.leftSize -= note.left.size;
    note.left.add(element);
    this.leftSize += note.left.size;
  }

  /** Begins to read a table. */
  begin(kind: number, root: number): void {
    const table = this.tables[kind] as ElementTable;
    this.note = this.noteOf(root, table.elements.layout);
    this.notes.delete(root);
    this.table = table;
    this.root = root;
    this.walk = new DictWalk();
    this.batch.clear();
    this.given = NONE;
  }

  /** An element; AGAIN after a look at so many slots; or NONE when all were read. */
  next(slots: number): number {
    const { batch, walk } = this;
    const { left } = this.note;
    this.given = left !== null && left.count > 0 ? left.take() : batch.next();
    if (this.given !== NONE) return this.given;
    if (walk.isDone) {
      this.leftSize -= left?.size ?? 0;
      this.root = NONE;
      this.note = NO_NOTE;
      return NONE;
    }
    batch.clear();
    this.table?.walkStep(this.root, walk, slots, batch);
    batch.load(this.arena);
    return AGAIN;
  }

  /** What the table of a root had, noted now if it was not before. */
  private noteOf(root: number, layout: number): TableNote {
    let note = this.notes.get(root);
    if (note === undefined) {
      const earliestMs =
        layout === HASH_SIZE_AT ? this.fields.earliestMs(root) : Number.POSITIVE_INFINITY;
      note = new TableNote(this.anyTable.count(root), earliestMs);
      this.notes.set(root, note);
    }
    return note;
  }
}

// The whole keyspace as it was at one moment, read while everything goes on to change.
//
// From the beginning until it was read a block is frozen: ../../domain/memory/past-reader.ts has
// the rule. Entries that leave are read first, so that what was given up is soon free again; the
// others are met by walks over the dicts that there were, by the prefixes of their hashes. So are
// the elements of tables; nodes of lists are found from the roots that the lists had.
//
// Where the bytes go is not known here: an EntryTaker is given the entries. Who owns a snapshot
// calls step(), some 20 us each, until it is done, and finish() in any case, at once or earlier.
//
// Invariants: each frozen entry is in its dict, ahead of the walk or in the batch, or in the queue,
// or is the one that is being read; nothing is read twice, since what was read is not frozen.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { NONE } from '../../domain/memory/arena.ts';
import type { BlockOwner, PastReader } from '../../domain/memory/past-reader.ts';
import { heapPlaceOf, KIND_LIST_CHAIN, KIND_STREAM, kindOf } from '../../domain/memory/record.ts';
import { RetiredBlocks } from '../../domain/memory/retired-blocks.ts';
import type { Dict } from '../../domain/structures/dict.ts';
import { DictWalk } from '../../domain/structures/dict-walk.ts';
import type { ExpiryHeap } from '../../domain/structures/expiry-heap.ts';
import { LIST_TREE } from '../../domain/values/list-kind.ts';
import { EntryFacts, EntryQueue } from './entry-queue.ts';
import type { EntryTaker } from './entry-taker.ts';
import { FrozenBlocks } from './frozen-blocks.ts';
import { PastStream } from './past-stream.ts';
import { AGAIN, PastTables } from './past-table.ts';
import { type PassBlock, PastTree } from './past-tree.ts';
import { RefBatch } from './ref-batch.ts';

/** Entries, or parts of one, that a step reads, and slots of a dict or table that it looks at. */
const STEP_ITEMS = 16;
const SLOTS_PER_ITEM = 4;

/** A database as it was: its dict and heap, which it may have left since, and its number. */
class PastDatabase {
  readonly index: number;
  readonly dict: Dict;
  readonly heap: ExpiryHeap;
  readonly walk = new DictWalk();

  constructor(index: number, dict: Dict, heap: ExpiryHeap) {
    this.index = index;
    this.dict = dict;
    this.heap = heap;
  }
}

export class Snapshot implements PastReader {
  /** Entries that there were, and those that were read. */
  readonly keysTotal: number;
  keysRead = 0;
  private readonly keyspace: Keyspace;
  private readonly taker: EntryTaker;
  private readonly onCancel: () => void;
  private readonly frozen: FrozenBlocks;
  private readonly retired = new RetiredBlocks();
  private readonly databases: PastDatabase[] = [];
  private readonly byDict = new Map<object, PastDatabase>();
  private readonly queue = new EntryQueue();
  private readonly batch: RefBatch;
  private readonly tables: PastTables;
  private readonly list: PastTree;
  private readonly stream: PastStream;
  /** Facts of an entry that leaves. */
  private readonly leaving = new EntryFacts();
  /** The entry that is being read, and its kind, root, and what of it is done with. */
  private readonly current = new EntryFacts();
  private currentKind = 0;
  private currentRoot: number = NONE;
  private given: number = NONE;
  /** The database that the walk is in. */
  private walked = 0;
  private isRunning = true;
  private readonly passBlock: PassBlock = (block) => this.pass(block);

  /** The moment is now. `onCancel`: all data is about to be forgotten; nothing more can be read. */
  constructor(keyspace: Keyspace, taker: EntryTaker, onCancel: () => void) {
    const { arena, hashKey } = keyspace;
    if (arena.past !== null) throw new Error('somebody reads the past already');
    this.keyspace = keyspace;
    this.taker = taker;
    this.onCancel = onCancel;
    this.frozen = new FrozenBlocks(arena);
    this.batch = new RefBatch(this.frozen);
    this.tables = new PastTables(arena, hashKey, this.frozen);
    this.list = new PastTree(arena, LIST_TREE);
    this.stream = new PastStream(arena);
    let keysTotal = 0;
    for (const { index, dict, heap } of keyspace.databases) {
      if (dict.count === 0) continue;
      const database = new PastDatabase(index, dict, heap);
      this.databases.push(database);
      this.byDict.set(dict, database);
      keysTotal += dict.count;
      taker.database(index, dict.count, heap.count);
    }
    this.keysTotal = keysTotal;
    arena.beginPast(this);
    keyspace.pending.pastBegins();
  }

  /** Bytes that there are only for its sake. */
  get extraSize(): number {
    const { frozen, retired, queue, tables } = this;
    const { keptSize } = this.keyspace.arena.large;
    return frozen.size + retired.size + keptSize + queue.size + tables.size;
  }

  get retiredSize(): number {
    return this.retired.blocksSize;
  }

  isFrozen(ref: number): boolean {
    return this.frozen.has(ref);
  }

  made(ref: number): void {
    this.frozen.remove(ref);
  }

  retire(ref: number, owner: BlockOwner): void {
    this.retired.add(ref, owner);
  }

  comes(root: number, layout: number): void {
    this.tables.comes(root, layout);
  }

  leaves(root: number, element: number, layout: number): void {
    this.tables.leaves(root, element, layout);
  }

  entryLeaves(dict: object, ref: number): void {
    if (!this.frozen.has(ref) || ref === this.current.ref) return;
    const database = this.byDict.get(dict);
    if (database === undefined) return;
    this.batch.takeOut(ref);
    this.note(database, ref, this.leaving);
    this.queue.add(this.leaving);
  }

  flushes(dict: object): boolean {
    const database = this.byDict.get(dict);
    // What the last step of its walk has met is read with its heap, too.
    return database !== undefined && this.databases.indexOf(database) >= this.walked;
  }

  cancel(): void {
    this.isRunning = false;
    this.keyspace.arena.past = null;
    this.onCancel();
  }

  /** Reads on. Is everything read? */
  step(items = STEP_ITEMS): boolean {
    if (!this.isRunning) throw new Error('a snapshot that has ended is read');
    const slots = SLOTS_PER_ITEM * items;
    for (let i = 0; i < items; i++) {
      if (this.given !== NONE) {
        if (this.taker.goOn()) return false;
        this.passGiven();
      }
      if (this.current.ref !== NONE) this.readPart(slots);
      else if (!this.readNext()) return this.walkOn(slots);
    }
    return false;
  }

  /** Ends it: nothing is frozen any more, and what had retired is freed by and by. */
  finish(): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    const { arena, pending } = this.keyspace;
    arena.past = null;
    for (const { dict } of this.databases) pending.release(dict);
    pending.addRetired(this.retired);
  }

  /** Reads the next entry that is known, or begins to. Is there one? */
  private readNext(): boolean {
    const { queue, batch, current } = this;
    if (queue.count > 0) queue.take(current);
    else {
      const ref = batch.next();
      if (ref === NONE) return false;
      this.note(this.databases[this.walked], ref, current);
    }
    const { ref, index, deadlineMs } = current;
    const { arena, records, kinds } = this.keyspace;
    const kind = kindOf(arena, ref);
    this.keysRead++;
    this.currentKind = kind;
    this.currentRoot = kinds[kind] === null ? NONE : records.valueBlock(ref);
    const { tables, list, currentRoot: root } = this;
    if (tables.isTable(kind)) {
      tables.begin(kind, root);
      this.taker.begin(index, ref, deadlineMs, tables.count, tables.earliestMs);
    } else if (kind === KIND_LIST_CHAIN) {
      const count = list.count(root);
      list.begin(root);
      this.taker.begin(index, ref, deadlineMs, count, Number.POSITIVE_INFINITY);
    } else {
      this.taker.entry(index, ref, deadlineMs);
      this.given = ref;
    }
    return true;
  }

  /** Reads the next part of the entry. */
  private readPart(slots: number): void {
    if (this.currentKind === KIND_STREAM) {
      // It was read, and its blocks are found a second time.
      if (!this.stream.step(this.passBlock)) this.passEntry();
      return;
    }
    const isList = this.currentKind === KIND_LIST_CHAIN;
    const part = isList ? this.list.next() : this.tables.next(slots);
    if (part === AGAIN) return;
    if (part !== NONE) {
      this.taker.part(part);
      this.given = part;
      return;
    }
    this.taker.end();
    this.given = this.current.ref;
  }

  /** What was given last was taken. */
  private passGiven(): void {
    const { given, current, currentKind } = this;
    this.given = NONE;
    if (given !== current.ref) {
      if (currentKind === KIND_LIST_CHAIN) this.list.advance(this.passBlock);
      this.pass(given);
    } else if (currentKind === KIND_STREAM) this.stream.begin(this.currentRoot);
    else this.passEntry();
  }

  /** All of the entry was read and, but for its root and its record, passed. */
  private passEntry(): void {
    const { ref } = this.current;
    this.current.ref = NONE;
    if (this.currentRoot !== NONE) this.pass(this.currentRoot);
    this.pass(ref);
  }

  /** The block was read. */
  private pass(ref: number): void {
    this.frozen.remove(ref);
    this.retired.free(ref);
  }

  /** Meets more entries. Were all met, and read? */
  private walkOn(slots: number): boolean {
    const { databases, batch } = this;
    if (this.walked === databases.length) return true;
    const { walk, dict } = databases[this.walked];
    if (walk.isDone) {
      this.keyspace.pending.release(dict);
      this.walked++;
      return false;
    }
    batch.clear();
    walk.step(dict, slots, batch);
    batch.load(this.keyspace.arena);
    return false;
  }

  /** What must be known of an entry besides what is frozen. */
  private note(database: PastDatabase, ref: number, facts: EntryFacts): void {
    facts.ref = ref;
    facts.index = database.index;
    const place = heapPlaceOf(this.keyspace.arena, ref);
    facts.deadlineMs = place === 0 ? -1 : database.heap.deadlineAt(place);
  }
}

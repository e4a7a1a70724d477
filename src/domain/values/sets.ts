// Sets: members, as an intset while all are integers, packed while they are few and small, else as
// elements in a table. One view serves all sets, one at a time: open() or create() says which one
// it is from here on.
//
// A set that was changed is to be told of, once, when the command has done with it: changed(). One
// that has lost its last member is to be taken out: removeIfEmpty().
//
// A set may also be *apart*: a record that is no entry yet, of which nobody knows. It ends with
// store(), replaceValueOf() or drop().
//
// What `bytes`, `start` and `end` say of a member stands until the next call.
import { isInteger64 } from '../bytes/integer.ts';
import { addPacked, addRooted, moveTo, spliceValue, storeRecord } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import {
  accessOf,
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SET_TABLE,
  kindOf,
  setAccess,
} from '../memory/record.ts';
import { roomOf, splicedRecord, spliceInPlace } from '../memory/value-splice.ts';
import { ElementCursor } from '../structures/elements/element-cursor.ts';
import { ElementTable } from '../structures/elements/element-table.ts';
import { Elements, SET_SIZE_AT } from '../structures/elements/elements.ts';
import { freeTable } from '../structures/elements/walk.ts';
import { Roots } from '../structures/root.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { below, type RandomSource } from './draws.ts';
import type { FreeBudget } from './kinds.ts';
import { clearSmallSet, emptySmallSetSize, PACKED_HEAD_MAX, SmallSet } from './small-set.ts';
import type { Words } from './words.ts';

/** A set apart that grows gets room for as much more, up to this size. */
const ROOM_SIZE_MAX = 4096;
const NO_BYTES = new Uint8Array(0);

export class Sets {
  /** The member where the last call was. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  /** The entry, or the record apart. */
  ref = NONE;
  /** One of KIND_SET_*. */
  kind = KIND_SET_INTEGERS;
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly roots: Roots;
  private readonly elements: Elements;
  private readonly table: ElementTable;
  private readonly cursor: ElementCursor;
  private readonly small: SmallSet;
  private readonly budget: FreeBudget = { blocks: 0 };
  private database: Database;
  private isApart = false;
  /** Of a set apart: the members that it will have at least, and the bytes when it is packed. */
  private expected = 0;
  private room = 0;
  /** Of a table: its root, and the element where the last call was. */
  private root = NONE;
  private element = NONE;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    const { arena, hashKey } = keyspace;
    this.keyspace = keyspace;
    this.limits = limits;
    this.small = new SmallSet(limits);
    this.database = keyspace.databases[0];
    this.roots = new Roots(arena);
    this.elements = new Elements(arena, hashKey, SET_SIZE_AT);
    this.table = new ElementTable(this.elements, this.roots);
    this.cursor = new ElementCursor(this.table);
  }

  /** From here on it is the set `ref`. */
  open(database: Database, ref: number): void {
    this.database = database;
    this.ref = ref;
    this.isApart = false;
    this.reopen();
  }

  /**
   * Adds a key that is not there, and opens its set, which has no members yet but the form that
   * becomes the words from `first` on.
   */
  create(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    words: Words,
    first: number,
  ): void {
    const { keyspace } = this;
    const kind = this.small.kindFor(words, first);
    this.database = database;
    this.isApart = false;
    if (kind === KIND_SET_TABLE) {
      const root = this.makeRoot(words.count - first);
      this.ref = addRooted(keyspace, database, buffer, keyStart, keyEnd, root, kind);
    } else {
      const room = this.small.roomFor(words, first, kind);
      const size = emptySmallSetSize(kind);
      this.ref = addPacked(keyspace, database, buffer, keyStart, keyEnd, size, room, kind);
      this.clear(kind);
    }
    this.reopen();
  }

  /**
   * Opens a set of this small kind without members, apart, whose record has the key. A table that
   * it becomes has room for so many members, a packed value for so many bytes.
   */
  createApart(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    kind: number,
    expected = 0,
    room = 0,
  ): void {
    const size = emptySmallSetSize(kind);
    this.ref = this.keyspace.records.allocate(buffer, keyStart, keyEnd, size, size, kind);
    this.isApart = true;
    this.expected = expected;
    this.room = Math.min(room, ROOM_SIZE_MAX);
    this.clear(kind);
    this.reopen();
  }

  get count(): number {
    return this.kind === KIND_SET_TABLE ? this.table.count(this.root) : this.small.count;
  }

  /** The bytes of a small set; 0 of a table. */
  get packedSize(): number {
    if (this.kind === KIND_SET_TABLE) return 0;
    const { records } = this.keyspace;
    records.locateValue(this.ref);
    return records.valueEnd - records.valueStart;
  }

  /** Is the member in the set? */
  has(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.kind !== KIND_SET_TABLE) return this.small.seek(buffer, start, end);
    const hash = this.elements.hash(buffer, start, end);
    this.element = this.table.find(this.root, hash, buffer, start, end);
    return this.element !== NONE;
  }

  /** Is the member where the walk of another set is in this one, too? */
  hasMemberOf(other: Sets): boolean {
    const { bytes, start, end } = other;
    if (this.kind !== KIND_SET_TABLE) return this.seekSmall(other);
    const { table, root, elements } = this;
    if (other.kind === KIND_SET_TABLE) return other.cursor.isIn(table, root, bytes, start, end);
    return table.find(root, elements.hash(bytes, start, end), bytes, start, end) !== NONE;
  }

  /** The first member of a walk; false when there is none. */
  first(): boolean {
    if (this.kind !== KIND_SET_TABLE) return this.take(this.small.first());
    return this.showElement(this.cursor.first(this.root));
  }

  /** The next member after first(); the set must not change in between. */
  next(): boolean {
    if (this.kind !== KIND_SET_TABLE) return this.take(this.small.next());
    return this.showElement(this.cursor.next());
  }

  /** Goes to a member chosen with equal chance; the set has some. */
  random(random: RandomSource): void {
    if (this.kind === KIND_SET_TABLE) return this.locate(this.table.random(this.root, random));
    this.small.goTo(below(random, this.small.count));
    this.take(true);
  }

  /** Are all members integers? */
  isOfIntegers(): boolean {
    for (let more = this.first(); more; more = this.next()) {
      if (!isInteger64(this.bytes, this.start, this.end)) return false;
    }
    return true;
  }

  /** A number that only the present member has, and that is not 0. */
  get mark(): number {
    return this.kind === KIND_SET_TABLE ? this.element : this.small.place + 1;
  }

  /** One step of SCAN through a set that is a table: see ElementTable.scan() and locate(). */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.table.scan(this.root, cursor, atLeast, visitor);
  }

  /** Goes to the member that is this element. */
  locate(element: number): void {
    this.element = element;
    this.elements.readKey(element, this);
  }

  /**
   * Members in the words from `first` on are to be added: as in Redis all of them count for what
   * form the set has, also those that are there already.
   */
  prepare(words: Words, first: number): void {
    const added = words.count - first;
    const { setEntries, setIntegers } = this.limits;
    if (this.kind === KIND_SET_TABLE) return;
    if (added > (this.kind === KIND_SET_PACKED ? setEntries : setIntegers)) this.toTable(added);
  }

  /** Adds a member, whose bytes lie outside of this set. Was it absent? */
  add(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.kind === KIND_SET_TABLE) {
      return this.addElement(this.elements.hash(buffer, start, end), buffer, start, end);
    }
    if (this.small.seek(buffer, start, end)) return false;
    this.insert(buffer, start, end);
    return true;
  }

  /** Adds the member where the walk of another set is. Was it absent? */
  addMemberOf(other: Sets): boolean {
    const { bytes, start, end } = other;
    if (this.kind === KIND_SET_TABLE) {
      if (this.hasMemberOf(other)) return false;
      this.appendMemberOf(other);
      return true;
    }
    if (this.seekSmall(other)) return false;
    this.insert(bytes, start, end);
    return true;
  }

  /** Adds the member where the walk of another set is, which is absent. */
  appendMemberOf(other: Sets): void {
    const { bytes, start, end } = other;
    if (this.kind === KIND_SET_TABLE) {
      const element = this.elements.make(bytes, start, end, 0, 0);
      return this.table.add(this.root, this.hashIn(other), element);
    }
    if (this.kind === KIND_SET_PACKED) this.small.seekAbsent(bytes, start, end);
    else this.seekSmall(other);
    this.insert(bytes, start, end);
  }

  /** The same, whatever the limits are; the other set is of the same kind, and no table. */
  copyMemberOf({ bytes, start, end }: Sets): void {
    this.small.seekAbsent(bytes, start, end);
    this.insertSmall();
  }

  /** Removes a member. Was it there? */
  remove(buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.has(buffer, start, end)) return false;
    this.removeFound();
    return true;
  }

  /** Removes the member where the walk of another set is, if it is there. */
  removeMemberOf(other: Sets): void {
    const { bytes, start, end } = other;
    if (this.kind !== KIND_SET_TABLE) {
      if (this.small.seek(bytes, start, end)) this.removeFound();
      return;
    }
    this.element = this.table.find(this.root, this.hashIn(other), bytes, start, end);
    if (this.element !== NONE) this.removeFound();
  }

  /** Removes the member that random() has gone to. */
  removeDrawn(): void {
    const { table, elements, root, element } = this;
    if (this.kind === KIND_SET_TABLE) table.findElement(root, elements.hashOf(element), element);
    this.removeFound();
  }

  /** Counts changes and tells of them. */
  changed(event: KeyspaceEvent, count: number): void {
    this.keyspace.changed(this.database, this.ref, event, count);
  }

  /** A set without members goes, and of that is told too. */
  removeIfEmpty(): void {
    if (this.count === 0) this.keyspace.discard(this.database, this.ref, EVENT_DEL);
  }

  /** The set apart becomes the entry of its key, in the place of `replaced` or NONE. */
  store(database: Database, replaced: number): void {
    this.fit();
    storeRecord(this.keyspace, database, this.ref, replaced);
    this.database = database;
    this.isApart = false;
  }

  /** The set apart becomes the value of an entry, whose key it has; the deadline stays. */
  replaceValueOf(database: Database, ref: number): void {
    const { keyspace } = this;
    const access = accessOf(keyspace.arena, ref);
    this.fit();
    keyspace.supersede(database, ref, this.ref);
    setAccess(keyspace.arena, this.ref, access);
    this.database = database;
    this.isApart = false;
  }

  /** Nobody wants the set apart. */
  drop(): void {
    const { keyspace, budget } = this;
    budget.blocks = Number.POSITIVE_INFINITY;
    if (this.kind === KIND_SET_TABLE) freeTable(this.table, this.root, budget);
    if (this.kind === KIND_SET_TABLE) keyspace.arena.free(this.root);
    keyspace.records.free(this.ref);
  }

  private makeRoot(count: number): number {
    const root = this.roots.make();
    this.table.make(root, count);
    return root;
  }

  /** Writes the value of a new record: no members. */
  private clear(kind: number): void {
    const { records } = this.keyspace;
    records.locateValue(this.ref);
    clearSmallSet(kind, records.valueBytes, records.valueStart);
  }

  private reopen(): void {
    const { records, arena } = this.keyspace;
    const kind = kindOf(arena, this.ref);
    this.kind = kind;
    if (kind === KIND_SET_TABLE) {
      this.root = records.valueBlock(this.ref);
      return;
    }
    records.locateValue(this.ref);
    this.small.open(kind, records.valueBytes, records.valueStart, records.valueEnd);
  }

  /** Says where the member is that the small set has come to, if it has come to one. */
  private take(isThere: boolean): boolean {
    const { small } = this;
    this.bytes = small.bytes;
    this.start = small.start;
    this.end = small.end;
    return isThere;
  }

  /** The same of the cursor of a table. */
  private showElement(isThere: boolean): boolean {
    if (isThere) this.locate(this.cursor.element);
    return isThere;
  }

  /** The hash of the member where the walk of a set is. */
  private hashIn(other: Sets): number {
    if (other.kind === KIND_SET_TABLE) return other.cursor.hash;
    return this.elements.hash(other.bytes, other.start, other.end);
  }

  /** Looks for the member where another set is, in this one, which is no table. */
  private seekSmall(other: Sets): boolean {
    if (other.kind !== KIND_SET_TABLE) return this.small.seekMemberOf(other.small);
    return this.small.seek(other.bytes, other.start, other.end);
  }

  /** Adds a member that the small set has looked for; another form may be due. */
  private insert(buffer: Uint8Array, start: number, end: number): void {
    const { small, elements } = this;
    if (small.accepts(end - start)) return this.insertSmall();
    if (small.mayBePacked(end - start)) {
      this.toPacked(end - start);
      small.seekAbsent(buffer, start, end);
      return this.insertSmall();
    }
    this.toTable(1);
    const element = elements.make(buffer, start, end, 0, 0);
    this.table.add(this.root, elements.hash(buffer, start, end), element);
  }

  private insertSmall(): void {
    this.small.planInsert();
    this.splice();
    this.small.finishInsert();
  }

  private addElement(hash: number, buffer: Uint8Array, start: number, end: number): boolean {
    if (this.table.find(this.root, hash, buffer, start, end) !== NONE) return false;
    this.table.add(this.root, hash, this.elements.make(buffer, start, end, 0, 0));
    return true;
  }

  /** Removes the member that was looked for last. */
  private removeFound(): void {
    if (this.kind === KIND_SET_TABLE) {
      this.table.removeFound(this.root);
      this.elements.free(this.element);
      return;
    }
    this.small.planRemove();
    this.splice();
    this.small.finishRemove();
  }

  /** The integers become packed, with room for a member of `size` bytes. */
  private toPacked(size: number): void {
    const { records } = this.keyspace;
    const { small } = this;
    const packedSize = small.packedSize();
    const wanted = this.isApart ? this.room : 0;
    const room = Math.max(packedSize + size + PACKED_HEAD_MAX, wanted);
    records.locateKey(this.ref);
    const { keyBytes, keyStart, keyEnd } = records;
    const made = records.allocate(keyBytes, keyStart, keyEnd, packedSize, room, KIND_SET_PACKED);
    records.locateValue(made);
    small.writePacked(records.valueBytes, records.valueStart, packedSize);
    this.goOnIn(made);
  }

  /** All members become elements; the table has room for so many more. */
  private toTable(added: number): void {
    const { elements, table } = this;
    const { records } = this.keyspace;
    const count = this.count + added;
    const root = this.makeRoot(this.isApart ? Math.max(count, this.expected) : count);
    for (let more = this.first(); more; more = this.next()) {
      const hash = elements.hash(this.bytes, this.start, this.end);
      table.add(root, hash, elements.make(this.bytes, this.start, this.end, 0, 0));
    }
    records.locateKey(this.ref);
    const { keyBytes, keyStart, keyEnd } = records;
    this.goOnIn(records.makeRooted(keyBytes, keyStart, keyEnd, root, KIND_SET_TABLE));
  }

  /** The set goes on in another record of its key. */
  private goOnIn(made: number): void {
    const { keyspace, database } = this;
    if (this.isApart) keyspace.records.free(this.ref);
    else moveTo(keyspace, database, this.ref, made);
    this.ref = made;
    this.reopen();
  }

  /** Makes the room that was planned. */
  private splice(): void {
    const { keyspace, ref } = this;
    const { records } = keyspace;
    const { spliceAt, removed, inserted } = this.small;
    if (!this.isApart) {
      this.ref = spliceValue(keyspace, this.database, ref, spliceAt, removed, inserted);
    } else if (!spliceInPlace(records, ref, spliceAt, removed, inserted)) {
      const size = records.valueEnd - records.valueStart;
      const room = size + inserted + Math.min(size, ROOM_SIZE_MAX);
      this.ref = splicedRecord(records, ref, spliceAt, removed, inserted, room);
      records.free(ref);
    }
    this.reopen();
  }

  /** A set apart gives the room back that it got to grow. */
  private fit(): void {
    const { records } = this.keyspace;
    if (this.kind === KIND_SET_TABLE) return;
    records.locateValue(this.ref);
    const size = records.valueEnd - records.valueStart;
    if (roomOf(records, this.ref) - size <= size >>> 3) return;
    const made = splicedRecord(records, this.ref, 0, 0, 0, 0);
    records.free(this.ref);
    this.ref = made;
    this.reopen();
  }
}

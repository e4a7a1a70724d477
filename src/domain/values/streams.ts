// Streams. One view serves all of them: open() or create() says which one it is from here on.
//
// `entries` finds and reads entries, `groups` groups, consumers and what is pending. The IDs here
// are those of the open stream, and are written back when they change. Whoever changes a stream
// says so once, with changed(), or counts a change of which nobody is told.
import { addRooted } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_STREAM, KIND_STREAM_GROUP } from '../memory/record.ts';
import { Roots } from '../structures/root.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { StreamGroup } from './stream-group.ts';
import { StreamGroups } from './stream-groups.ts';
import { StreamId } from './stream-id.ts';
import { StreamLog } from './stream-log.ts';
import {
  readRootId,
  rootWord,
  STREAM_ADDED,
  STREAM_DELETED_ID,
  STREAM_FIRST_ID,
  STREAM_LAST_ID,
  STREAM_ROOT_SIZE,
  STREAM_UNTOLD_CHANGES,
  setRootWord,
  storeRootId,
} from './stream-root.ts';
import type { Words } from './words.ts';

export class Streams {
  readonly entries: StreamLog;
  readonly groups: StreamGroups;
  /** One of the groups, opened by who needs it. */
  readonly group: StreamGroup;
  /** The ID that was given last. */
  readonly lastId = new StreamId();
  /** The ID of the first entry; the least one where there is none. */
  readonly firstId = new StreamId();
  /** The greatest ID that was deleted by itself. */
  readonly deletedId = new StreamId();
  /** How many entries were ever added, an integer of 64 bits. */
  addedHigh = 0;
  addedLow = 0;
  root: number = NONE;
  private readonly keyspace: Keyspace;
  private readonly roots: Roots;
  private database: Database;
  private ref: number = NONE;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.roots = new Roots(keyspace.arena);
    this.entries = new StreamLog(keyspace.arena, limits);
    this.groups = new StreamGroups(keyspace.arena, keyspace.hashKey);
    this.group = new StreamGroup(keyspace.arena);
    this.database = keyspace.databases[0];
  }

  /** From here on it is the stream `ref`. */
  open(database: Database, ref: number): void {
    this.database = database;
    this.ref = ref;
    this.openRoot(this.keyspace.records.valueBlock(ref));
  }

  /** What follows changes the stream, which hangs from a root of its own from here on. */
  own(): void {
    const { keyspace, database } = this;
    if (keyspace.arena.past === null) return;
    this.ref = keyspace.own(database, this.ref);
    this.root = keyspace.records.valueBlock(this.ref);
    this.entries.index.root = this.root;
  }

  /** Adds a key that is not there, with an empty stream, and opens it. */
  create(database: Database, buffer: Uint8Array, start: number, end: number): void {
    const { keyspace, roots } = this;
    const root = roots.make(STREAM_ROOT_SIZE);
    this.database = database;
    this.ref = addRooted(keyspace, database, buffer, start, end, root, KIND_STREAM);
    this.openRoot(root);
  }

  get length(): number {
    return this.entries.length;
  }

  get hasAdded(): boolean {
    return (this.addedHigh | this.addedLow) !== 0;
  }

  /** Appends an entry with an ID above all others: words [first, end) are its fields and values. */
  append(id: StreamId, words: Words, first: number, end: number): void {
    this.entries.append(id, words, first, end);
    this.addedLow = (this.addedLow + 1) | 0;
    if (this.addedLow === 0) this.addedHigh = (this.addedHigh + 1) | 0;
    this.lastId.take(id);
    if (this.length === 1) {
      this.firstId.take(id);
      return this.store();
    }
    storeRootId(this.keyspace.arena, this.root, STREAM_LAST_ID, id);
    this.storeAdded();
  }

  /** Goes to the first entry behind an ID, which is another one then. Is there one? */
  seekBehind(id: StreamId): boolean {
    // Who has read everything is told so without a look at any entry.
    return id.increment() && id.compare(this.lastId) <= 0 && this.entries.seek(id);
  }

  /** Deletes the entry with this ID. Was there one? */
  remove(id: StreamId): boolean {
    const { entries, deletedId } = this;
    if (!entries.find(id)) return false;
    const isFirst = id.compare(this.firstId) === 0;
    entries.remove();
    if (id.compare(deletedId) > 0) deletedId.take(id);
    if (isFirst || this.length === 0) this.findFirst();
    this.store();
    return true;
  }

  /** See StreamLog. */
  trimToLength(most: number, wholeNodes: boolean, limit: number): number {
    const removed = this.entries.trimToLength(most, wholeNodes, limit);
    return this.trimmed(removed);
  }

  /** See StreamLog. */
  trimBelow(id: StreamId, wholeNodes: boolean, limit: number): number {
    const removed = this.entries.trimBelow(id, wholeNodes, limit);
    return this.trimmed(removed);
  }

  /** Writes the IDs and the count of entries that were ever added. */
  store(): void {
    const { root } = this;
    const { arena } = this.keyspace;
    storeRootId(arena, root, STREAM_LAST_ID, this.lastId);
    storeRootId(arena, root, STREAM_FIRST_ID, this.firstId);
    storeRootId(arena, root, STREAM_DELETED_ID, this.deletedId);
    this.storeAdded();
  }

  private storeAdded(): void {
    const { root } = this;
    const { arena } = this.keyspace;
    setRootWord(arena, root, STREAM_ADDED, this.addedHigh);
    setRootWord(arena, root, STREAM_ADDED + 1, this.addedLow);
  }

  /** Takes a group out, which was just found; what it has is freed in slices. */
  removeFoundGroup(group: number): void {
    this.groups.removeFound(this.root);
    this.keyspace.pending.freeRoot(group, KIND_STREAM_GROUP);
  }

  /** Takes a consumer out of the open group, which was just found; much is freed in slices. */
  removeFoundConsumer(consumer: number): void {
    const gone = this.groups.removeFoundConsumer(this.group.group, consumer);
    if (gone !== NONE) this.keyspace.pending.freeRoot(gone, KIND_STREAM_GROUP);
  }

  /** Groups or IDs are about to change, of which who watches is not told. */
  changesUntold(): void {
    const { root } = this;
    const { arena } = this.keyspace;
    setRootWord(
      arena,
      root,
      STREAM_UNTOLD_CHANGES,
      rootWord(arena, root, STREAM_UNTOLD_CHANGES) + 1,
    );
  }

  /** Counts changes and tells of them. */
  changed(event: KeyspaceEvent, count: number): void {
    this.keyspace.changed(this.database, this.ref, event, count);
  }

  /** Counts a change of which nobody is told: what is pending and how far a group has read. */
  countChange(): void {
    this.keyspace.dirty++;
  }

  private openRoot(root: number): void {
    const { arena } = this.keyspace;
    this.root = root;
    this.entries.index.root = root;
    readRootId(arena, root, STREAM_LAST_ID, this.lastId);
    readRootId(arena, root, STREAM_FIRST_ID, this.firstId);
    readRootId(arena, root, STREAM_DELETED_ID, this.deletedId);
    this.addedHigh = rootWord(arena, root, STREAM_ADDED);
    this.addedLow = rootWord(arena, root, STREAM_ADDED + 1);
  }

  private trimmed(removed: number): number {
    const { entries, keyspace } = this;
    if (entries.given !== NONE) keyspace.pending.freeRoot(entries.given, KIND_STREAM);
    entries.given = NONE;
    if (removed > 0 || this.length === 0) {
      this.findFirst();
      this.store();
    }
    return removed;
  }

  private findFirst(): void {
    if (this.entries.first(false)) this.firstId.take(this.entries.entry.id);
    else this.firstId.setLeast();
  }
}

// Who waits for keys: a queue for each key and type, first come first served. A key that comes is
// found by its hash, and while nobody waits the keyspace need not be heard. Who reads from a group
// of a stream waits in another queue: it is to hear, too, when the key has gone.
//
// A queue is *ready* when its key has come, or has got more; its clients are served when the
// command, or the transaction, that did it has finished: blocking.ts.
//
// Invariants: a queue is in `byHash` exactly while somebody waits in it; a wait is in its queue and
// in its waiter's `waits`, or in neither; a queue is in `ready` at most once.
import { equalBytes } from '../domain/bytes/compare.ts';
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { isOfType } from '../domain/memory/record.ts';
import type { Session } from './session.ts';

/** Somebody who waits in a queue, between two others. */
export interface KeyWait {
  readonly session: Session;
  readonly queue: KeyQueue;
  previous: KeyWait | null;
  next: KeyWait | null;
}

export interface KeyWaiter {
  readonly session: Session;
  waits: KeyWait[];
}

/** Who waits for a key of a type, in order. */
export class KeyQueue {
  readonly databaseIndex: number;
  readonly key: Uint8Array;
  readonly hash: number;
  readonly type: number;
  /** Are those in it served, too, when the key has gone? */
  readonly hearsOfLoss: boolean;
  first: KeyWait | null = null;
  last: KeyWait | null = null;
  count = 0;
  isReady = false;

  constructor(
    databaseIndex: number,
    key: Uint8Array,
    hash: number,
    type: number,
    hearsOfLoss: boolean,
  ) {
    this.databaseIndex = databaseIndex;
    this.key = key;
    this.hash = hash;
    this.type = type;
    this.hearsOfLoss = hearsOfLoss;
  }

  /** Is it for this key, whatever its type? */
  isFor(databaseIndex: number, buffer: Uint8Array, start: number, end: number): boolean {
    const { key } = this;
    if (this.databaseIndex !== databaseIndex) return false;
    return equalBytes(key, 0, key.length, buffer, start, end);
  }

  append(session: Session): KeyWait {
    const wait: KeyWait = { session, queue: this, previous: this.last, next: null };
    if (this.last === null) this.first = wait;
    else this.last.next = wait;
    this.last = wait;
    this.count++;
    return wait;
  }

  remove({ previous, next }: KeyWait): void {
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    this.count--;
  }
}

export class KeyWaits {
  /** How many keys somebody waits for; of them those of whose loss somebody is to hear. */
  count = 0;
  lossesCount = 0;
  private readonly keyspace: Keyspace;
  private readonly byHash = new Map<number, KeyQueue[]>();
  private readonly onWanted: (isWanted: boolean) => void;
  private ready: KeyQueue[] = [];

  /** `onWanted` hears whether anybody waits for any key. */
  constructor(keyspace: Keyspace, onWanted: (isWanted: boolean) => void) {
    this.keyspace = keyspace;
    this.onWanted = onWanted;
  }

  get hasReady(): boolean {
    return this.ready.length > 0;
  }

  /** Lets somebody wait for a key to be of a type, as the last one in its queue. */
  add(
    waiter: KeyWaiter,
    databaseIndex: number,
    type: number,
    hearsOfLoss: boolean,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const hash = this.keyspace.keys.hash(buffer, start, end);
    const queues = this.byHash.get(hash) ?? [];
    const ofKey = queues.filter((queue) => queue.isFor(databaseIndex, buffer, start, end));
    let queue = ofKey.find((each) => each.type === type && each.hearsOfLoss === hearsOfLoss);
    if (queue === undefined) {
      queue = new KeyQueue(databaseIndex, buffer.slice(start, end), hash, type, hearsOfLoss);
      queues.push(queue);
      this.byHash.set(hash, queues);
      if (hearsOfLoss) this.lossesCount++;
      if (ofKey.length === 0 && this.count++ === 0) this.onWanted(true);
    }
    waiter.waits.push(queue.append(waiter.session));
  }

  /** Somebody waits for no key any more. */
  forget(waiter: KeyWaiter): void {
    if (waiter.waits.length === 0) return;
    for (const wait of waiter.waits) {
      const { queue } = wait;
      queue.remove(wait);
      if (queue.count === 0) this.drop(queue);
    }
    waiter.waits = [];
  }

  /** A key has come into being, or has more in it than before. */
  keyCame(database: Database, ref: number): void {
    this.wakeAll(database, ref, false);
  }

  /** A key is about to go, or its value. */
  keyGoes(database: Database, ref: number): void {
    if (this.lossesCount > 0) this.wakeAll(database, ref, true);
  }

  /** A database, or all of them (null), is about to be emptied. */
  flushed(database: Database | null): void {
    if (this.lossesCount === 0) return;
    this.forEach((queue) => {
      if (database !== null && queue.databaseIndex !== database.index) return;
      if (queue.hearsOfLoss && this.isThere(queue)) this.wake(queue);
    });
  }

  /** All databases have other keys. */
  filled(): void {
    this.forEach((queue) => {
      if (this.isThere(queue)) this.wake(queue);
    });
  }

  /** What two numbers stand for has changed places: keys may be there now, or not any more. */
  swapped(first: number, second: number): void {
    this.forEach((queue) => {
      const { databaseIndex } = queue;
      if (databaseIndex !== first && databaseIndex !== second) return;
      if (queue.hearsOfLoss || this.isThere(queue)) this.wake(queue);
    });
  }

  /** The queues whose keys have come, in that order; they are ready no longer. */
  takeReady(): KeyQueue[] {
    const { ready } = this;
    this.ready = [];
    for (const queue of ready) queue.isReady = false;
    return ready;
  }

  /** Is there what a queue waits for? */
  isThere({ databaseIndex, key, type }: KeyQueue): boolean {
    const { keyspace } = this;
    const ref = keyspace.find(keyspace.databases[databaseIndex], key, 0, key.length);
    return ref !== NONE && isOfType(keyspace.arena, ref, type);
  }

  private wake(queue: KeyQueue): void {
    if (queue.isReady) return;
    queue.isReady = true;
    this.ready.push(queue);
  }

  /** Wakes those who wait for a key, or those who are to hear that it goes. */
  private wakeAll(database: Database, ref: number, isLoss: boolean): void {
    const { keyspace } = this;
    keyspace.records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = keyspace.records;
    const queues = this.byHash.get(keyspace.keys.hash(keyBytes, keyStart, keyEnd));
    if (queues === undefined) return;
    for (const queue of queues) {
      if (!isOfType(keyspace.arena, ref, queue.type) || (isLoss && !queue.hearsOfLoss)) continue;
      if (queue.isFor(database.index, keyBytes, keyStart, keyEnd)) this.wake(queue);
    }
  }

  private forEach(visit: (queue: KeyQueue) => void): void {
    for (const queues of this.byHash.values()) for (const queue of queues) visit(queue);
  }

  private drop(queue: KeyQueue): void {
    const { databaseIndex, key, hash } = queue;
    const queues = this.byHash.get(hash) ?? [];
    queues.splice(queues.indexOf(queue), 1);
    if (queues.length === 0) this.byHash.delete(hash);
    if (queue.hearsOfLoss) this.lossesCount--;
    if (queues.some((other) => other.isFor(databaseIndex, key, 0, key.length))) return;
    if (--this.count === 0) this.onWanted(false);
  }
}

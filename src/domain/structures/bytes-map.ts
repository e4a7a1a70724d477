// A map whose keys are bytes, for things that are few or short-lived: each entry is an object of
// its own. The keyspace's millions are in a Dict.
//
// Invariant: an entry is in the chain of its key's hash exactly once.
import { equalBytes } from '../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../bytes/hash.ts';

export interface BytesEntry<V> {
  readonly key: Uint8Array;
  value: V;
  next: BytesEntry<V> | null;
}

export class BytesMap<V> {
  count = 0;
  private readonly hashKey: HashKey;
  private readonly chains = new Map<number, BytesEntry<V>>();

  constructor(hashKey: HashKey) {
    this.hashKey = hashKey;
  }

  /** The value of the key bytes[start, end), or null. */
  get(bytes: Uint8Array, start: number, end: number): V | null {
    return this.find(this.hash(bytes, start, end), bytes, start, end)?.value ?? null;
  }

  /** Gives a key a value; the key's bytes are copied when it is new. */
  set(bytes: Uint8Array, start: number, end: number, value: V): void {
    const hash = this.hash(bytes, start, end);
    const entry = this.find(hash, bytes, start, end);
    if (entry !== null) {
      entry.value = value;
      return;
    }
    const next = this.chains.get(hash) ?? null;
    this.chains.set(hash, { key: bytes.slice(start, end), value, next });
    this.count++;
  }

  delete(bytes: Uint8Array, start: number, end: number): void {
    const hash = this.hash(bytes, start, end);
    const entry = this.find(hash, bytes, start, end);
    if (entry === null) return;
    this.count--;
    const first = this.chains.get(hash) ?? null;
    if (first === entry) {
      if (entry.next === null) this.chains.delete(hash);
      else this.chains.set(hash, entry.next);
      return;
    }
    let before = first;
    while (before !== null && before.next !== entry) before = before.next;
    if (before !== null) before.next = entry.next;
  }

  /** All entries, in no order. */
  entries(): BytesEntry<V>[] {
    const all: BytesEntry<V>[] = [];
    for (const first of this.chains.values()) {
      for (let entry: BytesEntry<V> | null = first; entry !== null; entry = entry.next) {
        all.push(entry);
      }
    }
    return all;
  }

  private hash(bytes: Uint8Array, start: number, end: number): number {
    return halfSipHash(this.hashKey, bytes, start, end);
  }

  private find(hash: number, bytes: Uint8Array, start: number, end: number): BytesEntry<V> | null {
    let entry = this.chains.get(hash) ?? null;
    while (entry !== null && !equalBytes(entry.key, 0, entry.key.length, bytes, start, end)) {
      entry = entry.next;
    }
    return entry;
  }
}

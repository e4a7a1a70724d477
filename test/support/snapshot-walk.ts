// Takes the entries of a snapshot as those who write files do, but tardily: each block is read at
// the last moment, when it was borrowed long enough for others to change it.
import assert from 'node:assert/strict';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import {
  KIND_HASH_TABLE,
  KIND_LIST_CHAIN,
  KIND_STREAM,
  kindOf,
} from '../../src/domain/memory/record.ts';
import { NO_DEADLINE } from '../../src/domain/values/hash-elements.ts';
import type { EntryTaker } from '../../src/engine/snapshot/entry-taker.ts';
import { Snapshot } from '../../src/engine/snapshot/snapshot.ts';
import { ContentReader, describe } from './past-content.ts';
import type { SeededRandom } from './random.ts';

export class SnapshotWalk implements EntryTaker {
  /** What was read, by database and key. */
  readonly found = new Map<string, string>();
  /** What was said of databases. */
  readonly databases: string[] = [];
  isCancelled = false;
  readonly snapshot: Snapshot;
  private readonly random: SeededRandom;
  private readonly keyspace: Keyspace;
  private readonly reader: ContentReader;
  private waits = 0;
  private reading: Generator<void> | null = null;
  private read: () => void = () => {};
  private index = 0;
  private ref = 0;
  private deadlineMs = -1;
  private expectedParts = 0;
  private expectedEarliestMs = 0;
  private earliestMs = 0;
  private parts: string[] = [];

  constructor(keyspace: Keyspace, random: SeededRandom) {
    this.keyspace = keyspace;
    this.random = random;
    this.reader = new ContentReader(keyspace);
    this.snapshot = new Snapshot(keyspace, this, () => {
      this.isCancelled = true;
    });
  }

  database(index: number, keys: number, deadlines: number): void {
    this.databases.push(`${index}: ${keys}, ${deadlines}`);
  }

  entry(index: number, ref: number, deadlineMs: number): void {
    const kind = kindOf(this.keyspace.arena, ref);
    if (kind === KIND_STREAM) return this.readStream(index, ref, deadlineMs);
    this.later(() => {
      this.add(index, ref, describe(kind, deadlineMs, [this.reader.packed(ref)]));
    });
  }

  begin(index: number, ref: number, deadlineMs: number, parts: number, earliestMs: number): void {
    this.expectedEarliestMs = earliestMs;
    this.earliestMs = Number.POSITIVE_INFINITY;
    this.index = index;
    this.ref = ref;
    this.deadlineMs = deadlineMs;
    this.expectedParts = parts;
    this.parts = [];
  }

  part(ref: number): void {
    this.later(() => {
      const kind = kindOf(this.keyspace.arena, this.ref);
      const isList = kind === KIND_LIST_CHAIN;
      if (kind === KIND_HASH_TABLE) {
        const deadlineMs = this.reader.hashes.deadline(ref);
        if (deadlineMs !== NO_DEADLINE) this.earliestMs = Math.min(this.earliestMs, deadlineMs);
      }
      this.parts.push(isList ? this.reader.node(ref) : this.reader.element(kind, ref));
    });
  }

  end(): void {
    const { parts, expectedParts, ref } = this;
    const kind = kindOf(this.keyspace.arena, ref);
    assert.equal(parts.length, expectedParts);
    assert.equal(this.earliestMs, this.expectedEarliestMs);
    if (kind !== KIND_LIST_CHAIN) parts.push(`count ${expectedParts}`);
    this.add(this.index, ref, describe(kind, this.deadlineMs, parts));
  }

  goOn(): boolean {
    if (this.waits-- > 0) return true;
    if (this.reading?.next().done === false) return true;
    this.reading = null;
    this.read();
    this.read = () => {};
    this.waits = 0;
    return false;
  }

  private later(read: () => void): void {
    this.read = read;
    this.waits = Math.max(0, this.random.below(8) - 5);
  }

  private readStream(index: number, ref: number, deadlineMs: number): void {
    const parts: string[] = [];
    const root = this.keyspace.records.valueBlock(ref);
    this.reading = this.reader.streams.read(root, parts, () => {});
    this.later(() => this.add(index, ref, describe(KIND_STREAM, deadlineMs, parts)));
  }

  private add(index: number, ref: number, text: string): void {
    const key = `${index} ${this.reader.key(ref)}`;
    assert.ok(!this.found.has(key), `${key} is found twice`);
    this.found.set(key, text);
  }
}

// Somebody who reads the past, as the tests play it: knows which blocks were made since, which were
// read, and which were given up before.
import assert from 'node:assert/strict';
import type { Arena } from '../../src/domain/memory/arena.ts';
import type { BlockOwner, PastReader } from '../../src/domain/memory/past-reader.ts';

export class Past implements PastReader {
  readonly retired = new Map<number, BlockOwner>();
  private readonly fresh = new Set<number>();
  private readonly read = new Set<number>();
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  get isRunning(): boolean {
    return this.arena.past === this;
  }

  get retiredSize(): number {
    let size = 0;
    for (const [ref, owner] of this.retired) size += owner.capacity(ref);
    return size;
  }

  begin(): void {
    this.arena.beginPast(this);
  }

  /** How many blocks were made since the beginning? */
  get madeCount(): number {
    return this.fresh.size;
  }

  isFrozen(ref: number): boolean {
    return !this.fresh.has(ref) && !this.read.has(ref);
  }

  made(ref: number): void {
    this.fresh.add(ref);
  }

  retire(ref: number, owner: BlockOwner): void {
    assert.ok(!this.retired.has(ref), `${ref} is given up twice`);
    this.retired.set(ref, owner);
  }

  comes(_root: number, _layout: number): void {}

  leaves(_root: number, _element: number, _layout: number): void {}

  entryLeaves(_dict: object, _ref: number): void {}

  flushes(_dict: object): boolean {
    return false;
  }

  cancel(): void {
    this.forget();
  }

  /** The block was read for the last time. */
  pass(ref: number): void {
    this.read.add(ref);
    const owner = this.retired.get(ref);
    this.retired.delete(ref);
    owner?.free(ref);
  }

  /** Everything was read: what was given up and not freed yet is freed. */
  finish(): void {
    const retired = [...this.retired];
    this.forget();
    for (const [ref, owner] of retired) owner.free(ref);
  }

  private forget(): void {
    this.arena.past = null;
    this.retired.clear();
    this.fresh.clear();
    this.read.clear();
  }
}

// What stands between a walk over a dict and its visitor: entries whose deadline has passed do not
// get through. One object serves all walks of a keyspace, so that a walk makes no closure.
import type { Arena } from '../memory/arena.ts';
import { heapPlaceOf } from '../memory/record.ts';
import type { ExpiryHeap } from '../structures/expiry-heap.ts';
import type { EntryVisitor } from '../structures/segment.ts';

const NOBODY: EntryVisitor = { visit: () => {} };

export class LiveEntries implements EntryVisitor {
  /** The refs of entries that did not get through, when somebody wants to expire them. */
  readonly due: number[] = [];
  private readonly arena: Arena;
  private visitor = NOBODY;
  private heap: ExpiryHeap | null = null;
  private nowMs = 0;
  private collectsDue = false;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Begins a walk for a visitor, with the deadlines of the database; `collectsDue` fills `due`. */
  begin(visitor: EntryVisitor, heap: ExpiryHeap, nowMs: number, collectsDue: boolean): this {
    this.visitor = visitor;
    this.heap = heap;
    this.nowMs = nowMs;
    this.collectsDue = collectsDue;
    this.due.length = 0;
    return this;
  }

  visit(ref: number): void {
    const place = heapPlaceOf(this.arena, ref);
    const heap = this.heap as ExpiryHeap;
    if (place === 0 || heap.deadlineAt(place) > this.nowMs) this.visitor.visit(ref);
    else if (this.collectsDue) this.due.push(ref);
  }
}

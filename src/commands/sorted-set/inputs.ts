// The inputs of set algebra: each is read through a view of its own, so that all are open at once.
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, TYPE_SET, TYPE_SORTED_SET, typeOf } from '../../domain/memory/record.ts';
import { Sets } from '../../domain/values/sets.ts';
import { SortedSets } from '../../domain/values/sorted-sets.ts';
import type { Context } from '../../engine/command.ts';
import type { Request } from '../../engine/request.ts';

/** Members with scores, whatever has them. `member` and `score` stand until the next call. */
export interface MemberSource {
  readonly member: { readonly bytes: Uint8Array; readonly start: number; readonly end: number };
  readonly score: number;
  readonly count: number;
  first(): boolean;
  next(): boolean;
  find(buffer: Uint8Array, start: number, end: number): boolean;
}

/** What a key that is not there has. */
const NOTHING: MemberSource = {
  member: { bytes: new Uint8Array(0), start: 0, end: 0 },
  score: 0,
  count: 0,
  first: () => false,
  next: () => false,
  find: () => false,
};

/** A set, each of whose members counts 1. */
class SetSource implements MemberSource {
  readonly score = 1;
  readonly sets: Sets;

  constructor(sets: Sets) {
    this.sets = sets;
  }

  get member(): Sets {
    return this.sets;
  }

  get count(): number {
    return this.sets.count;
  }

  first(): boolean {
    return this.sets.first();
  }

  next(): boolean {
    return this.sets.next();
  }

  find(buffer: Uint8Array, start: number, end: number): boolean {
    return this.sets.has(buffer, start, end);
  }
}

export class Inputs {
  sources: MemberSource[] = [];
  /** What scores are multiplied by. */
  weights: number[] = [];
  count = 0;
  private readonly sortedSets: SortedSets[] = [];
  private readonly sets: SetSource[] = [];

  /** Opens the keys that arguments name. False: one of them is of another type. */
  open(context: Context, request: Request, first: number, count: number): boolean {
    this.sources = [];
    this.weights = [];
    this.count = count;
    for (let i = 0; i < count; i++) {
      const source = this.openKey(context, request, first + i);
      if (source === null) return false;
      this.sources.push(source);
      this.weights.push(1);
    }
    return true;
  }

  /** Sorts by size, the smallest first, or, but for the first one, the largest first. */
  sort(isDifference: boolean): void {
    const order = this.sources.map((_, i) => i);
    const { sources, weights } = this;
    if (isDifference) {
      order.shift();
      order.sort((a, b) => sources[b].count - sources[a].count);
      order.unshift(0);
    } else {
      order.sort((a, b) => sources[a].count - sources[b].count);
    }
    // In place: callers hold the arrays.
    const sortedSources = order.map((i) => sources[i]);
    const sortedWeights = order.map((i) => weights[i]);
    for (let i = 0; i < order.length; i++) {
      sources[i] = sortedSources[i];
      weights[i] = sortedWeights[i];
    }
  }

  private openKey(context: Context, request: Request, argument: number): MemberSource | null {
    const { keyspace, database, server } = context;
    const { buffer, starts, ends } = request;
    const ref = keyspace.read(database, buffer, starts[argument], ends[argument]);
    if (ref === NONE) return NOTHING;
    const at = this.sources.length;
    const type = typeOf(kindOf(keyspace.arena, ref));
    if (type === TYPE_SET) {
      this.sets[at] ??= new SetSource(new Sets(keyspace, server.live.collections));
      this.sets[at].sets.open(database, ref);
      return this.sets[at];
    }
    if (type !== TYPE_SORTED_SET) return null;
    this.sortedSets[at] ??= new SortedSets(keyspace, server.live.collections);
    this.sortedSets[at].open(database, ref);
    return this.sortedSets[at];
  }
}

// Intersections, unions and differences of any number of sets of one database: begin(), then add()
// for each key, then one of them. An intersection is walked through; the others are made: a set
// apart (sets.ts), with the form and the order that adding one member after the other gives, as in
// Redis.
import type { Database } from '../keyspace/database.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_SET_INTEGERS, KIND_SET_PACKED } from '../memory/record.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { Sets } from './sets.ts';

const FIRST_SETS = 16;

export class SetAlgebra {
  /** The set that is walked through: the member of an intersection is here. */
  readonly walked: Sets;
  /** What was made. */
  result: Sets;
  /** Another one, for who makes a set of a set. */
  spare: Sets;
  private readonly asked: Sets;
  private readonly limits: CollectionLimits;
  private database: Database;
  /** The sets, and how many members they have: NONE and 0 where a key is not there. */
  private refs = new Int32Array(FIRST_SETS);
  private sizes = new Float64Array(FIRST_SETS);
  private setsCount = 0;
  /** Bytes of those that are small, together. */
  private packedSize = 0;
  /** The indexes of the sets, in the order in which they are asked. */
  private readonly order: number[] = [];
  private askedRef = NONE;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.limits = limits;
    this.database = keyspace.databases[0];
    this.walked = new Sets(keyspace, limits);
    this.asked = new Sets(keyspace, limits);
    this.result = new Sets(keyspace, limits);
    this.spare = new Sets(keyspace, limits);
  }

  begin(database: Database): void {
    this.database = database;
    this.setsCount = 0;
    this.packedSize = 0;
    this.askedRef = NONE;
  }

  /** The next set; NONE for a key that is not there. */
  add(ref: number): void {
    const at = this.setsCount++;
    if (at === this.refs.length) this.grow();
    this.refs[at] = ref;
    this.sizes[at] = 0;
    if (ref === NONE) return;
    this.ask(ref);
    this.sizes[at] = this.asked.count;
    this.packedSize += this.asked.packedSize;
  }

  /** The first member of all sets, asked from the smallest on; false when there is none. */
  firstCommon(): boolean {
    this.sortBySize(0, 1);
    const smallest = this.refs[this.order[0]];
    if (smallest === NONE) return false;
    this.walked.open(this.database, smallest);
    return this.seekCommon(this.walked.first());
  }

  nextCommon(): boolean {
    return this.seekCommon(this.walked.next());
  }

  /**
   * Makes `result` the intersection, with a record of this key. A result of integers alone is an
   * intset, if it may be one.
   */
  intersect(buffer: Uint8Array, keyStart: number, keyEnd: number): void {
    const { walked, spare, limits } = this;
    let more = this.firstCommon();
    const isOfIntegers = more && walked.kind === KIND_SET_INTEGERS;
    const kind = isOfIntegers ? KIND_SET_INTEGERS : KIND_SET_PACKED;
    const { result } = this;
    result.createApart(buffer, keyStart, keyEnd, kind);
    for (; more; more = this.nextCommon()) result.appendMemberOf(walked);
    if (result.kind === KIND_SET_INTEGERS || result.count > limits.setIntegers) return;
    if (!result.isOfIntegers()) return;
    spare.createApart(buffer, keyStart, keyEnd, KIND_SET_INTEGERS);
    for (more = result.first(); more; more = result.next()) spare.appendMemberOf(result);
    result.drop();
    this.result = spare;
    this.spare = result;
  }

  /** Makes `result` the union, with a record of this key. */
  unite(buffer: Uint8Array, keyStart: number, keyEnd: number): void {
    const { result, setsCount } = this;
    let largest = 0;
    for (let i = 0; i < setsCount; i++) largest = Math.max(largest, this.sizes[i]);
    const room = this.packedSize;
    result.createApart(buffer, keyStart, keyEnd, KIND_SET_INTEGERS, largest, room);
    for (let i = 0; i < setsCount; i++) {
      if (this.refs[i] === NONE) continue;
      const { walked } = this;
      walked.open(this.database, this.refs[i]);
      if (result.count === 0) this.append();
      else for (let more = walked.first(); more; more = walked.next()) result.addMemberOf(walked);
    }
  }

  /** Makes `result` the members of the first set that no other has, with a record of this key. */
  subtract(buffer: Uint8Array, keyStart: number, keyEnd: number): void {
    const { refs, sizes, setsCount, result, walked } = this;
    const isEmpty = refs[0] === NONE || this.isFirstAgain();
    const asksEach = this.asksEachSet();
    const expected = asksEach ? 0 : sizes[0];
    const room = this.packedSize;
    result.createApart(buffer, keyStart, keyEnd, KIND_SET_INTEGERS, expected, room);
    if (isEmpty) return;
    walked.open(this.database, refs[0]);
    if (asksEach) {
      this.sortBySize(1, -1);
      for (let more = walked.first(); more; more = walked.next()) {
        if (!this.isInAny()) result.appendMemberOf(walked);
      }
      return;
    }
    this.append();
    for (let i = 1; i < setsCount && result.count > 0; i++) {
      if (refs[i] === NONE) continue;
      walked.open(this.database, refs[i]);
      for (let more = walked.first(); more; more = walked.next()) result.removeMemberOf(walked);
    }
  }

  /** Adds all members of the walked set to the result, which has none of them. */
  private append(): void {
    const { walked, result } = this;
    for (let more = walked.first(); more; more = walked.next()) result.appendMemberOf(walked);
  }

  /**
   * Is it less work to ask all sets for each member of the first than to remove those of all others
   * from it? Redis's reckoning.
   */
  private asksEachSet(): boolean {
    const { refs, sizes, setsCount } = this;
    let askWork = 0;
    let removeWork = 0;
    for (let i = 0; i < setsCount; i++) {
      if (refs[i] === NONE) continue;
      askWork += sizes[0];
      removeWork += sizes[i];
    }
    return Math.floor(askWork / 2) <= removeWork;
  }

  /** Is the first set also among the others? */
  private isFirstAgain(): boolean {
    for (let i = 1; i < this.setsCount; i++) if (this.refs[i] === this.refs[0]) return true;
    return false;
  }

  private seekCommon(isThere: boolean): boolean {
    for (let more = isThere; more; more = this.walked.next()) if (this.isInAll()) return true;
    return false;
  }

  private isInAll(): boolean {
    const { order, refs, walked, asked } = this;
    for (let i = 1; i < order.length; i++) {
      const ref = refs[order[i]];
      if (ref === walked.ref) continue;
      this.ask(ref);
      if (!asked.hasMemberOf(walked)) return false;
    }
    return true;
  }

  private isInAny(): boolean {
    const { order, refs, walked, asked } = this;
    for (let i = 0; i < order.length; i++) {
      const ref = refs[order[i]];
      if (ref === NONE) return false;
      this.ask(ref);
      if (asked.hasMemberOf(walked)) return true;
    }
    return false;
  }

  /** Opens a set that is asked for members, unless it is open. */
  private ask(ref: number): void {
    if (ref === this.askedRef) return;
    this.asked.open(this.database, ref);
    this.askedRef = ref;
  }

  /** Puts the sets from `first` on in order, the smallest first or, with -1, last. */
  private sortBySize(first: number, sign: number): void {
    const { sizes, setsCount, order } = this;
    order.length = 0;
    for (let i = first; i < setsCount; i++) order.push(i);
    if (order.length > FIRST_SETS) {
      order.sort((a, b) => sign * (sizes[a] - sizes[b]));
      return;
    }
    // A few are sorted in less time than it takes to call sort().
    for (let i = 1; i < order.length; i++) {
      const set = order[i];
      let at = i;
      for (; at > 0 && sign * (sizes[order[at - 1]] - sizes[set]) > 0; at--) {
        order[at] = order[at - 1];
      }
      order[at] = set;
    }
  }

  private grow(): void {
    const refs = new Int32Array(2 * this.refs.length);
    const sizes = new Float64Array(2 * this.refs.length);
    refs.set(this.refs);
    sizes.set(this.sizes);
    this.refs = refs;
    this.sizes = sizes;
  }
}

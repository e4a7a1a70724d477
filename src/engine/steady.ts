// Work on large strings that takes long: it runs in slices, and yet what it does is of one moment,
// its end. Between two steps others may change the strings; then it begins again, and after a few
// times it is done at once, or somebody who writes all the time would keep it from its end.
//
// A large string is known by the stamp of its block (large-blocks.ts). Strings that are not large
// have no stamp: work leaves their bytes, which are the first of any string, to its last step.
import { WRONG_TYPE } from '../domain/errors.ts';
import { NONE } from '../domain/memory/arena.ts';
import { isOfType, TYPE_STRING } from '../domain/memory/record.ts';
import type { Context } from './command.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import { runInSlices, type SlicedWork } from './slices.ts';

const RESTARTS_MAX = 3;
/** In place of a stamp: the string is not large, or there is none. */
const NO_STAMP = 0;

/** What keys hold that are arguments of a request. */
export class Strings {
  readonly count: number;
  /** The records, by argument; NONE for what is not there. */
  readonly refs: Int32Array;
  readonly sizes: Float64Array;
  sizeMax = 0;
  private readonly context: Context;
  readonly request: Request;
  private readonly first: number;
  private readonly stamps: Float64Array;

  /** Those that arguments [first, end) of the request, which is kept, name. */
  constructor(context: Context, request: Request, first: number, end: number) {
    this.context = context;
    this.request = request;
    this.first = first;
    this.count = end - first;
    this.refs = new Int32Array(this.count);
    this.sizes = new Float64Array(this.count);
    this.stamps = new Float64Array(this.count);
  }

  /** Looks at all of them, as they are now. False when one holds something else. */
  look(): boolean {
    this.sizeMax = 0;
    for (let i = 0; i < this.count; i++) {
      if (!this.locate(i)) return false;
      this.stamps[i] = this.stampOf(this.refs[i]);
      this.sizeMax = Math.max(this.sizeMax, this.sizes[i]);
    }
    return true;
  }

  /** Are the large ones what they were? The records, wherever they are now, are found. */
  areLargeOnesSame(): boolean {
    for (let i = 0; i < this.count; i++) {
      if (this.stamps[i] !== NO_STAMP && !this.isSame(i)) return false;
    }
    return true;
  }

  /** And are the others strings that are not large? */
  areSame(): boolean {
    for (let i = 0; i < this.count; i++) if (!this.isSame(i)) return false;
    return true;
  }

  private isSame(index: number): boolean {
    return this.locate(index) && this.stampOf(this.refs[index]) === this.stamps[index];
  }

  /** Finds a record, and the value if it is a string; false if it is none. */
  private locate(index: number): boolean {
    const { keyspace, database } = this.context;
    const { buffer, starts, ends } = this.request;
    const argument = this.first + index;
    const ref = keyspace.find(database, buffer, starts[argument], ends[argument]);
    this.refs[index] = ref;
    this.sizes[index] = 0;
    if (ref === NONE) return true;
    if (!isOfType(keyspace.arena, ref, TYPE_STRING)) return false;
    const { records } = keyspace;
    records.locateValue(ref);
    this.sizes[index] = records.valueEnd - records.valueStart;
    return true;
  }

  private stampOf(ref: number): number {
    const { records, arena } = this.context.keyspace;
    if (ref === NONE || !records.locateValue(ref)) return NO_STAMP;
    return arena.large.stampOf(records.valueBlock(ref));
  }
}

/** What is done with the strings. */
export interface SteadyWork {
  /** Bytes that it holds. */
  readonly ownSize: number;
  /** Begins, or begins again. */
  begin(strings: Strings): void;
  /** Does some 20 us of what large strings alone are needed for. Is there more of it? */
  step(strings: Strings): boolean;
  /** Does the rest, and answers. */
  finish(strings: Strings, reply: Reply): void;
}

/** Does work on the strings that arguments [first, end) name: they have been found to be such. */
export function runSteadily(
  context: Context,
  request: Request,
  first: number,
  end: number,
  work: SteadyWork,
  reply: Reply,
): void {
  const strings = new Strings(context, request.keep(context.keyspace.arena.large), first, end);
  runInSlices(context, new Steady(strings, work), reply);
}

class Steady implements SlicedWork {
  readonly request: Request;
  private readonly strings: Strings;
  private readonly work: SteadyWork;
  private restarts = 0;
  private isWrong = false;

  constructor(strings: Strings, work: SteadyWork) {
    this.strings = strings;
    this.request = strings.request;
    this.work = work;
    this.begin();
  }

  get ownSize(): number {
    return this.work.ownSize;
  }

  step(): boolean {
    const { strings, work } = this;
    if (!strings.areLargeOnesSame()) return this.beginAgain();
    while (work.step(strings)) if (this.restarts < RESTARTS_MAX) return false;
    return strings.areSame() || this.beginAgain();
  }

  answer(reply: Reply): void {
    if (this.isWrong) reply.error(WRONG_TYPE);
    else this.work.finish(this.strings, reply);
  }

  /** Is there nothing more to do? */
  private beginAgain(): boolean {
    this.restarts++;
    this.begin();
    return this.isWrong;
  }

  private begin(): void {
    this.isWrong = !this.strings.look();
    if (!this.isWrong) this.work.begin(this.strings);
  }
}

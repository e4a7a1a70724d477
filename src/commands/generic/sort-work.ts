// The work of SORT, in steps (engine/slices.ts): it takes the elements to scratch memory, finds
// what they are sorted by, sorts, and writes the reply or the list to store. What BY and GET look
// up is read when its step comes. Within its first slice, as most calls, it is all of one moment.
import { WRONG_TYPE } from '../../domain/errors.ts';
import { EVENT_SORTSTORE } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_SET } from '../../domain/memory/record.ts';
import { ByteRows } from '../../domain/structures/byte-rows.ts';
import { KeySorter } from '../../domain/structures/key-sorter.ts';
import { ListResult } from '../../domain/values/list-result.ts';
import { type Context, FROM_SCRIPT } from '../../engine/command.ts';
import type { Pages } from '../../engine/pages.ts';
import type { Reply } from '../../engine/reply.ts';
import type { SlicedWork } from '../../engine/slices.ts';
import { BytesOrder, NumberTies, numberOf } from './sort-keys.ts';
import { PatternLookUp, type SortPattern } from './sort-pattern.ts';
import { SortSource, type SourceRange } from './sort-source.ts';

// What a step does, and to how many elements: some 20 us each.
const TAKING = 0;
const WEIGHING = 1;
const KEYING = 2;
const SORTING = 3;
const WRITING = 4;
const TAKEN = 200;
const WEIGHED = 200;
const LOOKED_UP = 40;
const SORTED = 1000;
const WRITTEN = 200;
/** Items of one RPUSH among the effects. */
const EFFECT_ITEMS = 1024;
const NOT_NUMBERS = "ERR One or more scores can't be converted into double";
const NO_BYTES = new Uint8Array(0);

/** What the words of a call say. */
export interface SortCall {
  key: Uint8Array;
  isDescending: boolean;
  isAlpha: boolean;
  /** Elements stay in their order: BY has no pattern. */
  isUnsorted: boolean;
  by: SortPattern | null;
  gets: SortPattern[];
  offset: number;
  /** Below 0: all. */
  limit: number;
  /** The key to store to. */
  destination: Uint8Array | null;
}

export class SortWork implements SlicedWork {
  private readonly context: Context;
  private readonly call: SortCall;
  private readonly source: SortSource;
  private readonly lookUp: PatternLookUp;
  private readonly sorter = new KeySorter();
  /** What is to be stored. */
  private result: ListResult | null = null;
  /** What the data had gone through when the work began. */
  private readonly changesBefore: number;
  private phase = TAKING;
  private at = 0;
  /** What elements are sorted by, if it is not themselves and they are no numbers. */
  private weights: ByteRows | null = null;
  private order: BytesOrder | null = null;
  private error: string | null = null;
  /** The first element that is answered, and how many are. */
  private first = 0;
  private count = 0;

  constructor(context: Context, call: SortCall) {
    this.context = context;
    this.call = call;
    this.source = new SortSource(context, call.key, (type, count) => this.rangeOf(type, count));
    this.lookUp = context.scratch.of(PatternLookUp);
    this.changesBefore = this.changes;
  }

  /** Bytes of scratch memory. */
  get ownSize(): number {
    return this.source.elements.size + (this.weights?.size ?? 0) + this.sorter.size;
  }

  step(found: Reply): boolean {
    switch (this.phase) {
      case TAKING:
        if (this.source.take(TAKEN)) this.beginWeighing();
        return this.error !== null;
      case WEIGHING:
        this.weigh();
        return this.error !== null;
      case KEYING:
        this.makeKeys();
        return false;
      case SORTING:
        if (this.sorter.step(SORTED)) this.phase = WRITING;
        return false;
      default:
        return this.write(found);
    }
  }

  answer(reply: Reply, found: Pages): void {
    if (this.error !== null) {
      this.result?.free();
      return reply.error(this.error);
    }
    if (this.result !== null) return reply.integer(this.store(this.result));
    reply.array(this.count * Math.max(1, this.call.gets.length));
    found.writeTo(reply);
  }

  abandon(): void {
    this.source.abandon();
    this.result?.free();
  }

  private get changes(): number {
    const { keyspace } = this.context;
    return keyspace.dirty + keyspace.expiredKeys;
  }

  /** Which elements are to be taken; it finds out which of them will be answered. */
  private rangeOf(type: number, count: number): SourceRange {
    const { call, context } = this;
    const { offset, limit } = call;
    // What is stored, or seen by scripts, does not depend on the order of a table.
    const isStable = call.destination !== null || context.origin === FROM_SCRIPT;
    if (call.isUnsorted && type === TYPE_SET && isStable) {
      call.isUnsorted = false;
      call.isAlpha = true;
      call.by = null;
    }
    const first = Math.min(Math.max(offset, 0), count);
    this.count = limit < 0 ? count - first : Math.min(limit, count - first);
    if (!call.isUnsorted || type === TYPE_SET) {
      this.first = first;
      return { first: 0, count, isReverse: false };
    }
    this.first = 0;
    return { first, count: this.count, isReverse: call.isDescending };
  }

  private beginWeighing(): void {
    const { call, source, sorter } = this;
    const { elements, isWrongType } = source;
    if (isWrongType) this.error = WRONG_TYPE;
    this.at = 0;
    if (elements.count === 0) this.count = 0;
    if (call.isUnsorted || elements.count === 0) {
      this.phase = WRITING;
      return;
    }
    this.phase = WEIGHING;
    const sign = call.isDescending ? -1 : 1;
    if (call.isAlpha) {
      if (call.by !== null) this.weights = new ByteRows(elements.count);
      const endsAtNul = call.destination === null;
      this.order = new BytesOrder(this.weights ?? elements, sign, endsAtNul);
    }
    const ties = this.order ?? new NumberTies(elements, sign);
    sorter.begin(elements.count, this.first + this.count, ties);
  }

  /** Finds out what some elements are sorted by. */
  private weigh(): void {
    const { call, source, order } = this;
    const { count } = source.elements;
    const end = Math.min(count, this.at + (call.by === null ? WEIGHED : LOOKED_UP));
    for (; this.at < end; this.at++) {
      if (order === null) this.weighNumber(this.at);
      else this.weighBytes(this.at, order);
    }
    if (this.at < count || this.error !== null) return;
    this.at = 0;
    this.phase = order === null ? SORTING : KEYING;
  }

  private weighNumber(row: number): void {
    const { call, sorter } = this;
    let number = 0;
    const { elements } = this.source;
    elements.locate(row);
    if (call.by === null) number = numberOf(elements.bytes, elements.start, elements.end);
    else if (this.lookUpBy(call.by)) {
      const { bytes, start, end } = this.lookUp;
      number = numberOf(bytes, start, end);
    }
    if (Number.isNaN(number)) this.error = NOT_NUMBERS;
    sorter.keys[row] = call.isDescending ? -number : number;
    sorter.rows[row] = row;
  }

  private weighBytes(row: number, order: BytesOrder): void {
    const { call, weights, source } = this;
    if (call.by !== null && weights !== null) {
      source.elements.locate(row);
      const { lookUp } = this;
      if (this.lookUpBy(call.by)) weights.add(lookUp.bytes, lookUp.start, lookUp.end);
      else weights.addNothing();
    }
    order.met(row);
  }

  /** Finds the weight of the element that was located. */
  private lookUpBy(by: SortPattern): boolean {
    return this.lookUp.find(this.context, by, this.source.elements);
  }

  private makeKeys(): void {
    const { sorter, source, order } = this;
    const { count } = source.elements;
    const end = Math.min(count, this.at + WEIGHED);
    for (; this.at < end; this.at++) {
      sorter.keys[this.at] = (order as BytesOrder).key(this.at);
      sorter.rows[this.at] = this.at;
    }
    if (this.at < count) return;
    this.at = 0;
    this.phase = SORTING;
  }

  /** Writes some elements, or what GET finds for them. Were these the last ones? */
  private write(found: Reply): boolean {
    const { call, sorter, source } = this;
    if (call.destination !== null && this.result?.isGone !== false) this.beginResult();
    const { elements } = source;
    const { gets } = call;
    const end = Math.min(this.count, this.at + (gets.length === 0 ? WRITTEN : LOOKED_UP));
    for (; this.at < end; this.at++) {
      const place = this.first + this.at;
      const row = call.isUnsorted ? place : sorter.rows[place];
      elements.locate(row);
      if (gets.length === 0) this.writeElement(found, elements);
      for (const get of gets) {
        if (get.isElement) this.writeElement(found, elements);
        else this.writeFound(found, get, elements);
      }
    }
    return this.at === this.count;
  }

  /** Begins the list to store, for the first time or because FLUSHALL has taken it away. */
  private beginResult(): void {
    const { keyspace, server } = this.context;
    this.result = new ListResult(keyspace, server.live.collections);
    this.at = 0;
  }

  private writeElement(found: Reply, { bytes, start, end }: ByteRows): void {
    if (this.result !== null) this.result.push(bytes, start, end);
    else found.bulk(bytes, start, end);
  }

  private writeFound(found: Reply, get: SortPattern, elements: ByteRows): void {
    const { lookUp, context, result } = this;
    const isThere = lookUp.find(context, get, elements);
    const { bytes, start, end, ref } = lookUp;
    if (result !== null) {
      if (isThere) result.push(bytes, start, end);
      else result.push(NO_BYTES, 0, 0);
    } else if (!isThere) found.nil();
    else if (ref !== NONE) found.string(context.keyspace.records, ref);
    else found.bulk(bytes, start, end);
  }

  private store(result: ListResult): number {
    const { context, call } = this;
    const { database } = context;
    const key = call.destination ?? NO_BYTES;
    const isOfOneMoment = this.changes === this.changesBefore;
    const count = result.store(database, key, 0, key.length, EVENT_SORTSTORE);
    if (!isOfOneMoment) this.tell(key, count);
    return count;
  }

  /** Others have changed something since: the same words would not store the same list again. */
  private tell(key: Uint8Array, count: number): void {
    const { effects, keyspace, database, lists } = this.context;
    effects.instead('DEL', 2).bytes(key, 0, key.length);
    if (count === 0 || !effects.isOn) return;
    lists.open(database, keyspace.find(database, key, 0, key.length));
    const { item } = lists;
    lists.seek(0);
    for (let i = 0; i < count; i++) {
      if (i > 0) lists.step(true);
      if (i % EFFECT_ITEMS === 0) {
        effects.also('RPUSH', 2 + Math.min(EFFECT_ITEMS, count - i)).bytes(key, 0, key.length);
      }
      lists.read();
      effects.bytes(item.bytes, item.start, item.end);
    }
  }
}

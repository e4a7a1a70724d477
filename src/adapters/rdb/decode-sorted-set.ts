// Decodes sorted sets: members with their scores, as text or as doubles, or all in one ziplist or
// listpack, where scores are text or integers.
import { KIND_SORTED_SET_TREE } from '../../domain/memory/record.ts';
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import type { SortedSetBuilder } from '../../domain/values/builders/sorted-set-builder.ts';
import { ENTRY, type EntryReader, NO_MORE } from './entries.ts';
import { ListpackEntries } from './listpack-entries.ts';
import { BAD, DONE, GOES_ON, NO_LENGTH, parseScore, type RdbReader, RdbString } from './reader.ts';
import { CollectionDecoder } from './type-decoder.ts';
import { TYPE_ZSET, TYPE_ZSET_2, TYPE_ZSET_ZIPLIST } from './types.ts';
import { ZiplistEntries } from './ziplist-entries.ts';

const UNKNOWN = -1;
const NO_MEMBERS = 'A sorted set has no members.';
const NO_SCORE = 'A sorted set has a score that is no number.';

export class SortedSetDecoder extends CollectionDecoder<SortedSetBuilder> {
  private readonly listpack = new ListpackEntries();
  private readonly ziplist = new ZiplistEntries();
  private readonly member = new RdbString();
  /** Members that are to come, where they come one by one. */
  private left = UNKNOWN;
  private entries: EntryReader | null = null;
  /** All members have come. */
  private isWhole = false;

  constructor(builder: SortedSetBuilder) {
    super(KIND_SORTED_SET_TREE, builder);
  }

  override begin(type: number): void {
    super.begin(type);
    this.left = UNKNOWN;
    this.entries = null;
    this.isWhole = false;
    if (!this.comesOneByOne) this.builder.begin(0, 0, true);
  }

  override step(reader: RdbReader, built: BuiltValue): number {
    if (this.isWhole) return this.finish(built);
    if (this.entries !== null) return this.readEntries(this.entries, built);
    if (!this.comesOneByOne) return this.readWhole(reader);
    if (this.left === UNKNOWN) return this.readCount(reader);
    return this.readMember(reader, built);
  }

  private get comesOneByOne(): boolean {
    return this.type === TYPE_ZSET || this.type === TYPE_ZSET_2;
  }

  private get broken(): string {
    const form = this.type === TYPE_ZSET_ZIPLIST ? 'ziplist' : 'listpack';
    return `Zset ${form} integrity check failed.`;
  }

  private readCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    if (count === 0) return this.empty(NO_MEMBERS);
    this.left = count;
    this.builder.begin(count, reader.left, false);
    return GOES_ON;
  }

  private readMember(reader: RdbReader, built: BuiltValue): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    const score = this.type === TYPE_ZSET ? reader.textDouble() : reader.binaryDouble();
    if (Number.isNaN(score)) return reader.outcome === BAD ? this.refuse(NO_SCORE) : reader.outcome;
    if (!this.builder.add(score, first.bytes, first.start, first.end)) {
      return this.refuse('Duplicate zset fields detected.');
    }
    return --this.left > 0 ? GOES_ON : this.finish(built);
  }

  private finish(built: BuiltValue): number {
    this.isWhole = true;
    if (!this.builder.finish(built)) return GOES_ON;
    this.entries = null;
    return DONE;
  }

  private readWhole(reader: RdbReader): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    this.entries = this.type === TYPE_ZSET_ZIPLIST ? this.ziplist : this.listpack;
    const isOne = this.entries.open(first.bytes, first.start, first.end);
    return isOne ? GOES_ON : this.refuse(this.broken);
  }

  /** Reads a member and its score. */
  private readEntries(entries: EntryReader, built: BuiltValue): number {
    const { member, builder } = this;
    const outcome = entries.next();
    if (outcome === NO_MORE) {
      if (builder.count === 0) return this.empty(NO_MEMBERS);
      return this.finish(built);
    }
    if (outcome !== ENTRY) return this.refuse(this.broken);
    member.keep(entries.item);
    if (entries.next() !== ENTRY) return this.refuse(this.broken);
    const { bytes, start, end } = entries.item;
    const score = parseScore(bytes, start, end);
    if (Number.isNaN(score)) return this.refuse(NO_SCORE);
    if (builder.add(score, member.bytes, member.start, member.end)) return GOES_ON;
    return this.refuse(`${this.broken} (A member is there twice.)`);
  }
}

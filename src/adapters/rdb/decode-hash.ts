// Decodes hashes: fields one by one, with deadlines of their own since 7.4, or all in one zipmap,
// ziplist or listpack.
import { parseInteger } from '../../domain/bytes/integer.ts';
import { KIND_HASH_TABLE } from '../../domain/memory/record.ts';
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import type { HashBuilder } from '../../domain/values/builders/hash-builder.ts';
import { NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import { ENTRY, type EntryReader, NO_MORE } from './entries.ts';
import { ListpackEntries } from './listpack-entries.ts';
import { BAD, DONE, GOES_ON, NO_LENGTH, type RdbReader, RdbString } from './reader.ts';
import { CollectionDecoder } from './type-decoder.ts';
import {
  FIELD_DEADLINE_MAX,
  TYPE_HASH,
  TYPE_HASH_LISTPACK_EX,
  TYPE_HASH_LISTPACK_EX_EARLY,
  TYPE_HASH_METADATA,
  TYPE_HASH_METADATA_EARLY,
  TYPE_HASH_ZIPLIST,
  TYPE_HASH_ZIPMAP,
} from './types.ts';
import { ZiplistEntries } from './ziplist-entries.ts';
import { ZipmapEntries } from './zipmap-entries.ts';

const UNKNOWN = -1;
const BAD_DEADLINE = 'A field has a deadline that none can have.';
/** No deadline, as it is written. */
const NONE_WRITTEN = 0;

export class HashDecoder extends CollectionDecoder<HashBuilder> {
  private readonly listpack = new ListpackEntries();
  private readonly ziplist = new ZiplistEntries();
  private readonly zipmap = new ZipmapEntries();
  private readonly field = new RdbString();
  private readonly value = new RdbString();
  /** Fields that are to come, where they come one by one. */
  private left = UNKNOWN;
  private entries: EntryReader | null = null;
  /** The earliest deadline, from which others count; UNKNOWN until it was read. */
  private earliestMs = UNKNOWN;

  constructor(builder: HashBuilder) {
    super(KIND_HASH_TABLE, builder);
  }

  override begin(type: number): void {
    super.begin(type);
    this.left = UNKNOWN;
    this.entries = null;
    const startsWithIt = type === TYPE_HASH_METADATA || type === TYPE_HASH_LISTPACK_EX;
    this.earliestMs = startsWithIt ? UNKNOWN : 0;
    if (!this.comesOneByOne) this.builder.begin(this.hasDeadlines, 0, 0, type !== TYPE_HASH_ZIPMAP);
  }

  override step(reader: RdbReader, built: BuiltValue): number {
    if (this.entries !== null) return this.readEntries(this.entries, built);
    if (this.earliestMs === UNKNOWN) return this.readEarliest(reader);
    if (!this.comesOneByOne) return this.readWhole(reader);
    if (this.left === UNKNOWN) return this.readCount(reader);
    return this.readField(reader, built);
  }

  private get comesOneByOne(): boolean {
    const { type } = this;
    if (type === TYPE_HASH || type === TYPE_HASH_METADATA) return true;
    return type === TYPE_HASH_METADATA_EARLY;
  }

  private get hasDeadlines(): boolean {
    return this.type >= TYPE_HASH_METADATA_EARLY;
  }

  private get form(): string {
    if (this.type === TYPE_HASH_ZIPMAP) return 'zipmap';
    return this.type === TYPE_HASH_ZIPLIST ? 'ziplist' : 'listpack';
  }

  private get broken(): string {
    const { form } = this;
    return form === 'zipmap'
      ? 'Zipmap integrity check failed.'
      : `Hash ${form} integrity check failed.`;
  }

  private refuseEmpty(): number {
    // No zipmap is empty, says Redis: it is damaged.
    if (this.type === TYPE_HASH_ZIPMAP) return this.refuse(this.broken);
    return this.empty('A hash has no fields.');
  }

  private readEarliest(reader: RdbReader): number {
    const earliestMs = reader.milliseconds();
    if (earliestMs === NO_LENGTH) return reader.outcome;
    if (earliestMs > FIELD_DEADLINE_MAX) return this.refuse(BAD_DEADLINE);
    this.earliestMs = earliestMs;
    return GOES_ON;
  }

  private readCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    if (count === 0) return this.refuseEmpty();
    this.left = count;
    this.builder.begin(this.hasDeadlines, count, reader.left, false);
    return GOES_ON;
  }

  private readField(reader: RdbReader, built: BuiltValue): number {
    const { first, second } = reader;
    const written = this.hasDeadlines ? reader.length() : NONE_WRITTEN;
    if (written === NO_LENGTH || !reader.string(first)) return reader.outcome;
    if (!reader.string(second)) return reader.outcome;
    const isRelative = this.type === TYPE_HASH_METADATA;
    const deadlineMs =
      isRelative && written !== NONE_WRITTEN ? written + this.earliestMs - 1 : written;
    if (!this.add(first, second, deadlineMs)) return BAD;
    if (--this.left > 0) return GOES_ON;
    this.builder.finish(built);
    return DONE;
  }

  private readWhole(reader: RdbReader): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    const { bytes, start, end } = first;
    let entries: EntryReader = this.listpack;
    if (this.type === TYPE_HASH_ZIPMAP) entries = this.zipmap;
    else if (this.type === TYPE_HASH_ZIPLIST) entries = this.ziplist;
    this.entries = entries;
    return entries.open(bytes, start, end) ? GOES_ON : this.refuse(this.broken);
  }

  /** Reads a field, its value and, where there is one, its deadline. */
  private readEntries(entries: EntryReader, built: BuiltValue): number {
    const { field, value, builder } = this;
    const outcome = entries.next();
    if (outcome === NO_MORE) {
      if (builder.count === 0) return this.refuseEmpty();
      builder.finish(built);
      this.entries = null;
      return DONE;
    }
    if (outcome !== ENTRY) return this.refuse(this.broken);
    field.keep(entries.item);
    if (entries.next() !== ENTRY) return this.refuse(this.broken);
    value.keep(entries.item);
    let deadlineMs = NONE_WRITTEN;
    if (this.type === TYPE_HASH_LISTPACK_EX || this.type === TYPE_HASH_LISTPACK_EX_EARLY) {
      if (entries.next() !== ENTRY) return this.refuse(this.broken);
      const { bytes, start, end } = entries.item;
      deadlineMs = parseInteger(bytes, start, end);
    }
    return this.add(field, value, deadlineMs) ? GOES_ON : BAD;
  }

  private add(field: RdbString, value: RdbString, writtenMs: number): boolean {
    if (!(writtenMs >= NONE_WRITTEN && writtenMs <= FIELD_DEADLINE_MAX)) {
      this.problem = BAD_DEADLINE;
      return false;
    }
    const deadlineMs = writtenMs === NONE_WRITTEN ? NO_DEADLINE : writtenMs;
    const { bytes, start, end } = field;
    const { builder } = this;
    if (builder.add(bytes, start, end, value.bytes, value.start, value.end, deadlineMs)) {
      return true;
    }
    this.problem = this.comesOneByOne
      ? 'Duplicate hash fields detected.'
      : `${this.broken} (A ${this.form} with dup elements.)`;
    return false;
  }
}

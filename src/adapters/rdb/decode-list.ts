// Decodes lists: items one by one, or nodes, each of which is a ziplist, a listpack or one item.
import { KIND_LIST_CHAIN } from '../../domain/memory/record.ts';
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import type { ListBuilder } from '../../domain/values/builders/list-builder.ts';
import { ENTRY, type EntryReader, NO_MORE } from './entries.ts';
import { ListpackEntries } from './listpack-entries.ts';
import { DONE, GOES_ON, NO_LENGTH, type RdbReader } from './reader.ts';
import { CollectionDecoder } from './type-decoder.ts';
import {
  NODE_PACKED,
  NODE_PLAIN,
  TYPE_LIST,
  TYPE_LIST_QUICKLIST_2,
  TYPE_LIST_ZIPLIST,
} from './types.ts';
import { ZiplistEntries } from './ziplist-entries.ts';

const UNKNOWN = -1;

export class ListDecoder extends CollectionDecoder<ListBuilder> {
  private readonly listpack = new ListpackEntries();
  private readonly ziplist = new ZiplistEntries();
  /** Items or nodes that are to come. */
  private left = UNKNOWN;
  /** The node that was begun. */
  private entries: EntryReader | null = null;

  constructor(builder: ListBuilder) {
    super(KIND_LIST_CHAIN, builder);
  }

  override begin(type: number): void {
    super.begin(type);
    this.left = type === TYPE_LIST_ZIPLIST ? 1 : UNKNOWN;
    this.entries = null;
    this.builder.begin();
  }

  override step(reader: RdbReader, built: BuiltValue): number {
    if (this.entries !== null) return this.readEntry(this.entries);
    if (this.left === UNKNOWN) return this.readCount(reader);
    if (this.left === 0) return this.finish(built);
    return this.type === TYPE_LIST ? this.readItem(reader) : this.readNode(reader);
  }

  private readCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    this.left = count;
    return GOES_ON;
  }

  private readItem(reader: RdbReader): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    this.builder.push(first.bytes, first.start, first.end);
    this.left--;
    return GOES_ON;
  }

  private readNode(reader: RdbReader): number {
    const { first } = reader;
    const { type } = this;
    const form = type === TYPE_LIST_QUICKLIST_2 ? reader.length() : NODE_PACKED;
    if (form === NO_LENGTH || !reader.string(first)) return reader.outcome;
    const { bytes, start, end } = first;
    this.left--;
    if (form === NODE_PLAIN && start < end) {
      this.builder.closeNode();
      this.builder.push(bytes, start, end);
      this.builder.closeNode();
      return GOES_ON;
    }
    const entries = type === TYPE_LIST_QUICKLIST_2 ? this.listpack : this.ziplist;
    if (form !== NODE_PACKED) return this.refuse('Quicklist integrity check failed.');
    if (!entries.open(bytes, start, end)) return this.refuse(this.brokenNode);
    this.entries = entries;
    return GOES_ON;
  }

  private readEntry(entries: EntryReader): number {
    const { builder } = this;
    const outcome = entries.next();
    if (outcome === ENTRY) {
      const { bytes, start, end } = entries.item;
      // A ziplist that was a whole list may be longer than nodes are.
      if (this.type === TYPE_LIST_ZIPLIST) builder.push(bytes, start, end);
      else builder.append(bytes, start, end);
      return GOES_ON;
    }
    if (outcome !== NO_MORE) return this.refuse(this.brokenNode);
    this.entries = null;
    if (this.left > 0) builder.closeNode();
    return GOES_ON;
  }

  private get brokenNode(): string {
    const form = this.type === TYPE_LIST_QUICKLIST_2 ? 'Listpack' : 'Ziplist';
    return `${form} integrity check failed.`;
  }

  private finish(built: BuiltValue): number {
    if (this.builder.count === 0) return this.empty('A list has no items.');
    this.builder.finish(built, this.type !== TYPE_LIST_ZIPLIST);
    return DONE;
  }
}

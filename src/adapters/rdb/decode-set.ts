// Decodes sets: members one by one, an intset, or a listpack.
import { KIND_SET_TABLE } from '../../domain/memory/record.ts';
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import type { SetBuilder } from '../../domain/values/builders/set-builder.ts';
import { ENTRY, NO_MORE } from './entries.ts';
import { ListpackEntries } from './listpack-entries.ts';
import { DONE, GOES_ON, NO_LENGTH, type RdbReader } from './reader.ts';
import { CollectionDecoder } from './type-decoder.ts';
import { TYPE_SET, TYPE_SET_INTSET, TYPE_SET_LISTPACK } from './types.ts';

const UNKNOWN = -1;
const NO_MEMBERS = 'A set has no members.';
const BROKEN_LISTPACK = 'Set listpack integrity check failed.';

export class SetDecoder extends CollectionDecoder<SetBuilder> {
  private readonly listpack = new ListpackEntries();
  /** Members that are to come, where they come one by one. */
  private left = UNKNOWN;
  private isOpen = false;

  constructor(builder: SetBuilder) {
    super(KIND_SET_TABLE, builder);
  }

  override begin(type: number): void {
    super.begin(type);
    this.left = UNKNOWN;
    this.isOpen = false;
    if (type === TYPE_SET_LISTPACK) this.builder.beginPacked();
  }

  override step(reader: RdbReader, built: BuiltValue): number {
    if (this.isOpen) return this.readEntry(built);
    if (this.type !== TYPE_SET) return this.readWhole(reader, built);
    if (this.left === UNKNOWN) return this.readCount(reader);
    return this.readMember(reader, built);
  }

  private readCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    if (count === 0) return this.empty(NO_MEMBERS);
    this.left = count;
    this.builder.begin(count, reader.left);
    return GOES_ON;
  }

  private readMember(reader: RdbReader, built: BuiltValue): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    if (!this.builder.add(first.bytes, first.start, first.end)) {
      return this.refuse('Duplicate set members detected.');
    }
    if (--this.left > 0) return GOES_ON;
    this.builder.finish(built);
    return DONE;
  }

  private readWhole(reader: RdbReader, built: BuiltValue): number {
    const { first } = reader;
    if (!reader.string(first)) return reader.outcome;
    const { bytes, start, end } = first;
    if (this.type === TYPE_SET_INTSET) {
      if (this.builder.buildIntegers(bytes, start, end, built)) return DONE;
      return this.refuse('Intset integrity check failed.');
    }
    this.isOpen = true;
    return this.listpack.open(bytes, start, end) ? GOES_ON : this.refuse(BROKEN_LISTPACK);
  }

  private readEntry(built: BuiltValue): number {
    const { builder, listpack } = this;
    const outcome = listpack.next();
    const { bytes, start, end } = listpack.item;
    if (outcome === ENTRY && builder.add(bytes, start, end)) return GOES_ON;
    if (outcome !== NO_MORE) return this.refuse(BROKEN_LISTPACK);
    if (builder.count === 0) return this.empty(NO_MEMBERS);
    builder.finish(built);
    return DONE;
  }
}

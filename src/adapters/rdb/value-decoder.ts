// Decodes values, one after the other, in steps: an element or a node at a time, so that whoever
// loads much can let others have their turns, and a window of a file be moved on.
//
// A value is built apart from the keyspace. When it is DONE it is in `built`, for the caller to
// store or to drop; when it is BAD or EMPTY nothing is left of it. After SHORT the same step is
// tried again, with a window that begins at the reader's place and has more; while a long string is
// unpacked the same element is read again by each step, and the window stays as it is.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { BuiltValue } from '../../domain/values/builders/built-value.ts';
import { HashBuilder } from '../../domain/values/builders/hash-builder.ts';
import { ListBuilder } from '../../domain/values/builders/list-builder.ts';
import { SetBuilder } from '../../domain/values/builders/set-builder.ts';
import { SortedSetBuilder } from '../../domain/values/builders/sorted-set-builder.ts';
import { StreamBuilder } from '../../domain/values/builders/stream-builder.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import { kindOfString } from '../../domain/values/string.ts';
import { HashDecoder } from './decode-hash.ts';
import { ListDecoder } from './decode-list.ts';
import { SetDecoder } from './decode-set.ts';
import { SortedSetDecoder } from './decode-sorted-set.ts';
import { StreamDecoder } from './decode-stream.ts';
import { AGAIN, BAD, DONE, EMPTY, GOES_ON, RdbReader, SHORT } from './reader.ts';
import type { TypeDecoder } from './type-decoder.ts';
import {
  TYPE_HASH,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_LISTPACK_EX,
  TYPE_HASH_LISTPACK_EX_EARLY,
  TYPE_HASH_METADATA,
  TYPE_HASH_METADATA_EARLY,
  TYPE_HASH_ZIPLIST,
  TYPE_HASH_ZIPMAP,
  TYPE_LIST,
  TYPE_LIST_QUICKLIST,
  TYPE_LIST_QUICKLIST_2,
  TYPE_LIST_ZIPLIST,
  TYPE_SET,
  TYPE_SET_INTSET,
  TYPE_SET_LISTPACK,
  TYPE_STREAM,
  TYPE_STREAM_2,
  TYPE_STREAM_3,
  TYPE_STRING,
  TYPE_ZSET,
  TYPE_ZSET_2,
  TYPE_ZSET_LISTPACK,
  TYPE_ZSET_ZIPLIST,
} from './types.ts';

const LISTS = [TYPE_LIST, TYPE_LIST_ZIPLIST, TYPE_LIST_QUICKLIST, TYPE_LIST_QUICKLIST_2];
const SETS = [TYPE_SET, TYPE_SET_INTSET, TYPE_SET_LISTPACK];
const SORTED_SETS = [TYPE_ZSET, TYPE_ZSET_2, TYPE_ZSET_ZIPLIST, TYPE_ZSET_LISTPACK];
const STREAMS = [TYPE_STREAM, TYPE_STREAM_2, TYPE_STREAM_3];
const HASHES = [
  TYPE_HASH,
  TYPE_HASH_ZIPMAP,
  TYPE_HASH_ZIPLIST,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_METADATA_EARLY,
  TYPE_HASH_LISTPACK_EX_EARLY,
  TYPE_HASH_METADATA,
  TYPE_HASH_LISTPACK_EX,
];

const STRINGS: TypeDecoder = {
  problem: '',
  root: NONE,
  kind: 0,
  begin: () => {},
  step: readString,
  drop: () => {},
};

export class ValueDecoder {
  readonly reader = new RdbReader();
  readonly built = new BuiltValue();
  /** By type; what is not there is not read. */
  private readonly decoders: TypeDecoder[] = [];
  private current: TypeDecoder = STRINGS;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    const lists = new ListDecoder(new ListBuilder(keyspace, limits));
    const sets = new SetDecoder(new SetBuilder(keyspace, limits));
    const hashes = new HashDecoder(new HashBuilder(keyspace, limits));
    const sortedSets = new SortedSetDecoder(new SortedSetBuilder(keyspace, limits));
    const streams = new StreamDecoder(new StreamBuilder(keyspace), keyspace.hashKey);
    this.decoders[TYPE_STRING] = STRINGS;
    for (const type of LISTS) this.decoders[type] = lists;
    for (const type of SETS) this.decoders[type] = sets;
    for (const type of HASHES) this.decoders[type] = hashes;
    for (const type of SORTED_SETS) this.decoders[type] = sortedSets;
    for (const type of STREAMS) this.decoders[type] = streams;
  }

  knows(type: number): boolean {
    return this.decoders[type] !== undefined;
  }

  /** Begins a value of this type, which the reader comes to; false when there is none like it. */
  begin(type: number): boolean {
    if (!this.knows(type)) return false;
    this.current = this.decoders[type];
    this.current.begin(type);
    return true;
  }

  /** The root of the blocks that the value has so far, or NONE. */
  get root(): number {
    return this.current.root;
  }

  /** What value of many blocks it is, if it has a root. */
  get kind(): number {
    return this.current.kind;
  }

  /** What was wrong with a value that is BAD. */
  get problem(): string {
    return this.current.problem || 'A length or a string is malformed.';
  }

  /** Reads so many elements at most: DONE, GOES_ON, SHORT, BAD or EMPTY. */
  step(elementsMax: number): number {
    const { reader } = this;
    reader.unpacksInPieces = true;
    const outcome = this.read(elementsMax);
    reader.unpacksInPieces = false;
    if (outcome === AGAIN) return GOES_ON;
    reader.first.forgetPacked();
    reader.second.forgetPacked();
    return outcome;
  }

  private read(elementsMax: number): number {
    const { reader, built, current } = this;
    for (let i = 0; i < elementsMax; i++) {
      const { at } = reader;
      const outcome = current.step(reader, built);
      if (outcome === GOES_ON) continue;
      if (outcome === SHORT || outcome === AGAIN) reader.at = at;
      if (outcome === BAD || outcome === EMPTY) current.drop();
      return outcome;
    }
    return GOES_ON;
  }

  /** The value that was begun is not wanted. */
  drop(): void {
    this.current.drop();
  }
}

function readString(reader: RdbReader, built: BuiltValue): number {
  const { first } = reader;
  if (!reader.string(first)) return reader.outcome;
  const { bytes, start, end } = first;
  built.setBytes(kindOfString(bytes, start, end), bytes, start, end);
  return DONE;
}

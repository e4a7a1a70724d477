// When collections change from their packed form to that of many blocks: Redis's directives, which
// change at run time. What is packed already stays so until the next change of the collection.

export class CollectionLimits {
  /** hash-max-listpack-entries, hash-max-listpack-value. */
  hashEntries = 512;
  hashValueSize = 64;
  /** list-max-listpack-size: items when above 0, else one of five sizes in bytes. */
  listSize = -2;
  /** list-compress-depth: nodes at each end that are not compressed; 0: none is. */
  listCompressDepth = 0;
  /** DEBUG QUICKLIST-PACKED-THRESHOLD: larger items are a node each; 0: those that must be. */
  listPlainSize = 0;
  /** set-max-intset-entries, set-max-listpack-entries, set-max-listpack-value. */
  setIntegers = 512;
  setEntries = 128;
  setValueSize = 64;
  /** zset-max-listpack-entries, zset-max-listpack-value. */
  sortedSetEntries = 128;
  sortedSetValueSize = 64;
  /** stream-node-max-bytes, stream-node-max-entries; 0: there is no such bound. */
  streamNodeSize = 4096;
  streamNodeEntries = 100;
  /** hll-sparse-max-bytes. */
  hyperLogLogSize = 3000;
}

/**
 * A packed value does not become larger than this whatever the directives say: each change moves
 * the bytes behind it.
 */
export const PACKED_SIZE_MAX = 1024 * 1024;

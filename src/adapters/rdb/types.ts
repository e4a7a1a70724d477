// The numbers of the RDB format: versions, types of values, forms of lengths and strings. FORMAT.md
// draws what they stand for.

/** What Redis 7.0 writes: files of ours, which all later ones and Valkey read. */
export const VERSION_7_0 = 10;
/** What Redis 7.2 writes, and 7.4, which has deadlines of fields: the latest that is read. */
export const VERSION_7_2 = 11;
export const VERSION_7_4 = 12;

export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_ZSET = 3;
export const TYPE_HASH = 4;
/** Scores are doubles of 8 bytes. */
export const TYPE_ZSET_2 = 5;
/** Values of modules, which are not read. */
export const TYPE_MODULE = 6;
export const TYPE_MODULE_2 = 7;
export const TYPE_HASH_ZIPMAP = 9;
export const TYPE_LIST_ZIPLIST = 10;
export const TYPE_SET_INTSET = 11;
export const TYPE_ZSET_ZIPLIST = 12;
export const TYPE_HASH_ZIPLIST = 13;
export const TYPE_LIST_QUICKLIST = 14;
export const TYPE_HASH_LISTPACK = 16;
export const TYPE_ZSET_LISTPACK = 17;
export const TYPE_LIST_QUICKLIST_2 = 18;
export const TYPE_SET_LISTPACK = 20;
/** Since 7.0 streams say more of their IDs and groups, since 7.2 when consumers were active. */
export const TYPE_STREAM = 15;
export const TYPE_STREAM_2 = 19;
export const TYPE_STREAM_3 = 21;
/** Of release candidates of 7.4: deadlines are absolute, and no earliest one stands in front. */
export const TYPE_HASH_METADATA_EARLY = 22;
export const TYPE_HASH_LISTPACK_EX_EARLY = 23;
export const TYPE_HASH_METADATA = 24;
export const TYPE_HASH_LISTPACK_EX = 25;

/** The version of a payload: that of who wants it, or the one that knows its type. */
export function payloadVersion(type: number, wanted: number): number {
  return type >= TYPE_HASH_METADATA_EARLY ? VERSION_7_4 : wanted;
}

/** What a node of a quicklist 2 is: one item, or a listpack. */
export const NODE_PLAIN = 1;
export const NODE_PACKED = 2;

/** The first two bits of a length say how it goes on; those of a string may say how it is coded. */
export const LENGTH_6 = 0;
export const LENGTH_14 = 1;
export const LENGTH_CODED = 3;
export const LENGTH_32 = 0x80;
export const LENGTH_64 = 0x81;
export const CODED_INT8 = 0;
export const CODED_INT16 = 1;
export const CODED_INT32 = 2;
export const CODED_LZF = 3;

/** Instead of the length of a score's text, in the first form of sorted sets. */
export const SCORE_NAN = 253;
export const SCORE_INFINITE = 254;
export const SCORE_MINUS_INFINITE = 255;

/** No field of 7.4 has a later deadline: 48 bits, less 2. */
export const FIELD_DEADLINE_MAX = 2 ** 48 - 2;

/** What stands in a file where the type of an entry could be. */
export const OPCODE_SLOT_INFO = 244;
export const OPCODE_LIBRARY = 245;
export const OPCODE_LIBRARY_EARLY = 246;
export const OPCODE_MODULE = 247;
export const OPCODE_IDLE = 248;
export const OPCODE_FREQUENCY = 249;
export const OPCODE_AUX = 250;
export const OPCODE_SIZES = 251;
export const OPCODE_DEADLINE_MS = 252;
export const OPCODE_DEADLINE_SECONDS = 253;
export const OPCODE_DATABASE = 254;
export const OPCODE_END = 255;

/** What modules write, each behind its number. */
export const MODULE_END = 0;
export const MODULE_SIGNED = 1;
export const MODULE_UNSIGNED = 2;
export const MODULE_FLOAT = 3;
export const MODULE_DOUBLE = 4;
export const MODULE_STRING = 5;

/** The first bytes of a file, before four digits of its version; from this one on it has a CRC. */
export const SIGNATURE = 'REDIS';
export const HEADER_SIZE = 9;
export const VERSION_WITH_CHECKSUM = 5;

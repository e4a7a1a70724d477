// The bounds of what the data layer can hold and of how it lays that out, with their reasons: those
// that several files share. A bound of one algorithm, format or buffer is the `..._MAX` at the head
// of its file, in all layers: of waiting bytes in adapters/wire/connection.ts, of requests in
// adapters/resp/language.ts, of scripts in src/lua/limits.ts. Bounds that users set are settings:
// engine/settings/.

/**
 * 32-bit refs of 16-byte units: slabs of 64 MiB, 64 GiB in all, but for the last three numbers. Two
 * of them name large blocks, and the last none, so that -1 is no ref.
 */
export const ARENA_SLABS_MAX = 1021;

/** Two slab numbers full of refs: with 32 KiB and more each, 256 GiB. */
export const LARGE_BLOCKS_MAX = 2 ** 23;

/** Large blocks in all: as much as the slabs hold. */
export const LARGE_SIZE_MAX = 64 * 2 ** 30;

/** Sizes of values are kept in 32 bits with a sign, whatever proto-max-bulk-len allows. */
export const VALUE_SIZE_MAX = 2 ** 31 - 1;

/** Places in a request, too: those in one that waits, and those in a transaction's queue. */
export const REQUEST_SIZE_MAX = 2 ** 31 - 1;

/**
 * Keys up to this size lie in their record; a longer one owns a buffer, so that records stay
 * blocks.
 */
export const INLINE_KEY_SIZE_MAX = 8 * 1024;

/** The whole record of an inline value; a larger value owns a buffer and can be sent uncopied. */
export const INLINE_RECORD_SIZE_MAX = 32 * 1024;

/**
 * Room that a growing value gets beyond its size, as Redis's strings do: as much again, 1 MiB at
 * most.
 */
export const ROOM_SIZE_MAX = 1024 * 1024;

/** Slots of a table's first segment, and of a full-grown one (16 KiB: splits in some ten us). */
export const SEGMENT_SLOTS_MIN = 16;
export const SEGMENT_SLOTS_MAX = 2046;

/** Directory bits of a dict: 2^20 segments hold 1.4 G entries; beyond, segments themselves grow. */
export const DICT_DEPTH_MAX = 20;

/**
 * Entries a chunk of the expiry heap holds: growth never copies more than a directory of chunks.
 */
export const HEAP_CHUNK_ENTRIES = 65536;

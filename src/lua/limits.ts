// Everything that a script can make grow has its limit here.

/** Bytes of one string: V8 cannot make longer ones. */
export const STRING_SIZE_MAX = 512 * 1024 * 1024 - 64;
/** Strings up to this size are not charged. */
export const SHORT_STRING_SIZE_MAX = 1024;
/**
 * V8 only promises what is joined or repeated, and makes it when somebody looks at its characters.
 * Strings from this size on are made at once: what is charged is there. What smaller ones promise
 * is bounded by how many can be looked at between two looks at the memory.
 */
export const REAL_SIZE_MIN = 8 * 1024;
/** Longer strings are no numbers: whoever converts one need not pay for it. */
export const NUMBER_SIZE_MAX = 16 * 1024;
/** Loops and calls between two looks at the clock by the host. */
export const FUEL_PER_TICK = 20000;
/** What a script does in a microsecond, or the host for it. */
export const FUEL_PER_US = 100;
/** Bytes that are copied, compared or looked through for one unit of fuel. */
export const BYTES_PER_FUEL = 64;
/** Values that are handed over, moved or looked through for one unit of fuel. */
export const VALUES_PER_FUEL = 16;
/** So few values are not counted. */
export const FEW_VALUES = 64;
/** What an error takes until it is caught, and each level of the stack to find its place. */
export const FUEL_PER_ERROR = 200;
export const FUEL_PER_LEVEL = 16;
export const LEVELS_MAX = 16000;
/** What a token of a source takes until it is JavaScript, as fuel and in bytes. */
export const FUEL_PER_TOKEN = 100;
export const SIZE_PER_TOKEN = 200;
/** A source, and the JavaScript that it becomes: nothing stops V8 while it compiles that. */
export const SOURCE_SIZE_MAX = 16 * 1024 * 1024;
export const GENERATED_SIZE_MAX = 8 * 1024 * 1024;
/** Bytes that a script may take between two looks at how much memory is in use. */
export const CHARGE_PER_LOOK = 32 * 1024 * 1024;
/** What is assumed to be taken between two ticks by what is not charged. */
export const CHARGE_PER_TICK = CHARGE_PER_LOOK / 2;
/** Bytes of live memory that a script may need; the host may set another limit. */
export const MEMORY_SIZE_MAX = 1024 * 1024 * 1024;
/**
 * Bytes of JavaScript stack that scripts may use, as the generator counts them. The runtime has
 * about 980 KiB; the rest is for the library and the host, above all for the command that a script
 * calls at last.
 */
export const STACK_SIZE_MAX = 760 * 1024;
/** Bytes of it that the host has for each of its functions, and for a tick. */
export const HOST_STACK_SIZE = 200 * 1024;
/** As much stack may scripts use before it is looked whether the host's is there. */
export const TRUSTED_STACK_SIZE = 128 * 1024;
/** Lua's LUAI_MAXCCALLS: calls from the library back into scripts, each within the other. */
export const LIBRARY_DEPTH_MAX = 200;
/** Lua's MAXTAGLOOP: tables that an __index or __newindex may lead through. */
export const METATABLES_MAX = 100;
/** Steps of pattern matching between two ticks. */
export const MATCH_STEPS_PER_FUEL = 16;
/** Lua's LUA_MAXCAPTURES. */
export const CAPTURES_MAX = 32;
/** Steps of a compiled pattern. No use of patterns needs so many; Lua 5.1 has no such limit. */
export const PATTERN_ITEMS_MAX = 100_000;
/**
 * Lua's LUAI_MAXCSTACK: slots of a C function's stack, which bound how many arguments and results
 * it has and how deep cjson nests.
 */
export const LIBRARY_SLOTS_MAX = 8000;
/** How deep cjson nests, where a script does not say otherwise. */
export const JSON_DEPTH_MAX = 1000;
/** Tables that are deeper become nil in cmsgpack: a table may contain itself. */
export const MESSAGE_DEPTH_MAX = 16;
/** Bytes of an integer of struct. */
export const STRUCT_INTEGER_SIZE_MAX = 32;

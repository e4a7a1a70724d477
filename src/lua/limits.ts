// Everything that a script can make grow has its limit here.

/** Bytes of one string: V8 cannot make longer ones. */
export const STRING_SIZE_MAX = 512 * 1024 * 1024 - 64;
/** Loops and calls between two looks at the clock by the host. */
export const FUEL_PER_TICK = 20000;
/** Bytes that a script may take between two looks at how much memory is in use. */
export const CHARGE_PER_LOOK = 32 * 1024 * 1024;
/** What is assumed to be taken between two ticks by what is not charged. */
export const CHARGE_PER_TICK = CHARGE_PER_LOOK / 8;
/** Bytes of live memory that a script may need; the host may set another limit. */
export const MEMORY_SIZE_MAX = 1024 * 1024 * 1024;
/**
 * Bytes of JavaScript stack that scripts may use, as estimated by the generator. The runtime has
 * about 980 KiB; the rest is for the host, above all for the command that a script calls at last.
 */
export const STACK_SIZE_MAX = 760 * 1024;
/** Lua's LUAI_MAXCCALLS: calls from the library back into scripts, each within the other. */
export const LIBRARY_DEPTH_MAX = 200;
/** Steps of pattern matching between two ticks. */
export const MATCH_STEPS_PER_FUEL = 16;
/** Lua's LUA_MAXCAPTURES. */
export const CAPTURES_MAX = 32;
/** Lua's LUAI_MAXCSTACK: slots of a C function's stack, which bound how deep cjson nests. */
export const LIBRARY_SLOTS_MAX = 8000;

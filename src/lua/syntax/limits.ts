// Lua 5.1's limits of what its compiler takes, which scripts can run into.

/** LUAI_MAXCCALLS: how deep blocks and expressions nest, together with calls out of C. */
export const LEVELS_MAX = 200;
/** LUAI_MAXVARS: locals of one function that are in scope at one place. */
export const LOCALS_MAX = 200;
/** LUAI_MAXUPVALUES: locals around one function that it or the functions in it use. */
export const UPVALUES_MAX = 60;
/** MAXSTACK: registers of one function. */
export const REGISTERS_MAX = 250;
/** LFIELDS_PER_FLUSH: items of a table constructor that are in registers at one time. */
export const TABLE_ITEMS_HELD_MAX = 50;
/** LUA_IDSIZE: a chunk's name in errors while it runs, with the NUL at its end. */
export const CHUNK_NAME_SIZE_MAX = 60;
/** MAXSRC of llex.c: a chunk's name in errors of its syntax, with the NUL at its end. */
export const SYNTAX_CHUNK_NAME_SIZE_MAX = 80;

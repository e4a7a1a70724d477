// The error lines that clients see and that are no command's own, each once: what Redis says of a
// kind of argument, of value or of state. The line of one command alone stands beside the command,
// that of one state of the server beside what denies it (engine/gate.ts). Lines that carry an
// argument are functions.

export const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
export const SYNTAX_ERROR = 'ERR syntax error';
export const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
export const NOT_A_FLOAT = 'ERR value is not a valid float';
export const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
export const NO_SUCH_KEY = 'ERR no such key';
export const OVERFLOW = 'ERR increment or decrement would overflow';
export const SUM_NOT_FINITE = 'ERR increment would produce NaN or Infinity';
export const DB_OUT_OF_RANGE = 'ERR DB index is out of range';
export const INT_OUT_OF_RANGE =
  'ERR value is out of range, value must between -2147483648 and 2147483647';
export const BAD_CLIENT_NAME =
  'ERR Client names cannot contain spaces, newlines or special characters.';
/** Whole where CONFIG SET's other problems lack their "ERR ". */
export const LOADING_ERROR = 'LOADING Redis is loading the dataset in memory';
export const NO_CONFIG_FILE = 'ERR The server is running without a config file';
export const SAME_OBJECT = 'ERR source and destination objects are the same';
export const STRING_TOO_LONG = 'ERR string exceeds maximum allowed size (proto-max-bulk-len)';

export function invalidExpire(command: string): string {
  return `ERR invalid expire time in '${command}' command`;
}

export function wrongArity(command: string): string {
  return `ERR wrong number of arguments for '${command}' command`;
}

/** A subcommand was given more than it takes; `subcommand` is as the client wrote it. */
export function badSubcommandCall(subcommand: string, container: string): string {
  const shown = subcommand.slice(0, 128);
  const reason = `unknown subcommand or wrong number of arguments for '${shown}'`;
  return `ERR ${reason}. Try ${container} HELP.`;
}

// The error lines that clients see and that are no command's own, each once: what Redis says of a
// kind of argument, of value or of state. The line of one command alone stands beside the command,
// that of one state of the server beside what denies it (engine/gate.ts). Lines that carry an
// argument are functions.

export const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
export const SYNTAX_ERROR = 'ERR syntax error';
export const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
export const NOT_POSITIVE = 'ERR value is out of range, must be positive';
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

export const SAVES_FAIL =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to " +
  'disk. Commands that may modify the data set are disabled, because this instance is ' +
  'configured to report errors during writes if RDB snapshotting fails ' +
  '(stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB ' +
  'error.';
export const PROTECTED_MODE =
  'DENIED Redis is running in protected mode because protected mode is enabled and no ' +
  'password is set for the default user. In this mode connections are only accepted from ' +
  'the loopback interface. If you want to connect from external computers to Redis you may ' +
  'adopt one of the following solutions: 1) Just disable protected mode sending the command ' +
  "'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from " +
  'the same host the server is running, however MAKE SURE Redis is not publicly accessible ' +
  'from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) ' +
  'Alternatively you can just disable the protected mode by editing the Redis configuration ' +
  "file, and setting the protected mode option to 'no', and then restarting the server. 3) " +
  'If you started the server manually just for testing, restart it with the ' +
  "'--protected-mode no' option. 4) Set up an authentication password for the default user. " +
  'NOTE: You only need to do one of the above things in order for the server to start ' +
  'accepting connections from the outside.';

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

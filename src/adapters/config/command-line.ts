// The arguments of the server's command line, read as redis-server reads them: an optional path of
// a configuration file, then `--name value ...` options, which become lines of configuration.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { quoteBytes } from '../../domain/bytes/split-args.ts';
import { splitWords } from './parse.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly action: 'version' }
  | { readonly action: 'check-rdb'; readonly path: string }
  | { readonly action: 'refuse'; readonly reason: string }
  | { readonly action: 'check-aof'; readonly path: string; readonly fixes: boolean }
  | ({ readonly action: 'start' | 'ping' | 'doctor' } & ConfigurationSources);

/** What a command line says of the configuration. */
interface ConfigurationSources {
  /** As it was given; relative to the directory at the start. */
  readonly configFile: string | null;
  /** Configuration follows the file from the standard input. */
  readonly readsStandardInput: boolean;
  /** Lines of configuration that follow both; null without any argument. */
  readonly options: string | null;
}

/**
 * Reads the arguments behind the program's name and a word that says what it does, '' for the
 * server. Texts are latin1: one character per byte.
 */
export function parseCommandLine(word: string, args: readonly string[]): CommandLine {
  switch (word) {
    case 'check-rdb':
      return readCheckRdb(args);
    case 'check-aof':
      return readCheck(args);
    case 'ping':
    case 'doctor':
      return { action: word, ...readStart(args) };
  }
  const first = args[0] ?? '';
  if (first === '-v' || first === '--version') return { action: 'version' };
  if (first === '--test-memory' || first === '--check-system') return refusal(first);
  if (args.includes('--sentinel')) return refusal('--sentinel');
  return { action: 'start', ...readStart(args) };
}

/** `[/path/to/redis.conf] [options] [-]` */
function readStart(args: readonly string[]): ConfigurationSources {
  if (args.length === 0) return { configFile: null, readsStandardInput: false, options: null };
  const first = args[0];
  if (first.startsWith('-')) return { configFile: null, ...readOptions(args, 0) };
  // A script's variable that is not set gives an empty path, which means none.
  return { configFile: first === '' ? null : first, ...readOptions(args, 1) };
}

/** `check-rdb <path>` */
function readCheckRdb(args: readonly string[]): CommandLine {
  if (args.length === 1) return { action: 'check-rdb', path: args[0] };
  return { action: 'refuse', reason: 'Usage: redstart check-rdb <file.rdb>' };
}

/** `check-aof [--fix] <path>` */
function readCheck(args: readonly string[]): CommandLine {
  const fixes = args[0] === '--fix';
  const paths = args.slice(fixes ? 1 : 0);
  if (paths.length === 1) return { action: 'check-aof', path: paths[0], fixes };
  return { action: 'refuse', reason: 'Usage: redstart check-aof [--fix] <file.manifest|file.aof>' };
}

function refusal(option: string): CommandLine {
  return { action: 'refuse', reason: `${option} is not supported by Redstart` };
}

/**
 * Options as lines. What follows a name is its value even if it begins with two dashes, so a name
 * is expected only where the one before has a value.
 */
function readOptions(
  args: readonly string[],
  from: number,
): { readsStandardInput: boolean; options: string } {
  let options = '';
  let readsStandardInput = false;
  let expectsName = true;
  for (let index = from; index < args.length; index++) {
    const arg = args[index];
    const isLast = index === args.length - 1;
    if (arg === '-' && (index === 0 || isLast)) {
      readsStandardInput = true;
    } else if (expectsName && arg.startsWith('--')) {
      if (options !== '') options += '\n';
      options += arg.slice(2) + ' ';
      // More than one word is a name together with its value: "--port 6380".
      expectsName = splitWords(arg)?.length !== 1;
      if (arg.toLowerCase() === '--save' && (isLast || args[index + 1].startsWith('--'))) {
        // Scripts that paste an empty list behind --save mean: no save points.
        options += '""';
        expectsName = true;
      }
    } else {
      options += quoteBytes(latin1Bytes(arg), 0, arg.length) + ' ';
      expectsName = true;
    }
  }
  return { readsStandardInput, options };
}

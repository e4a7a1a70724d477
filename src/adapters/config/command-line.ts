// The arguments of the server's command line, read as redis-server reads them: an optional path of
// a configuration file, then `--name value ...` options, which become lines of configuration.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { quoteBytes } from '../../domain/bytes/split-args.ts';
import { splitWords } from './parse.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly action: 'version' }
  | { readonly action: 'help' }
  | { readonly action: 'check-rdb'; readonly path: string }
  | { readonly action: 'refuse'; readonly reason: string }
  | { readonly action: 'check-aof'; readonly path: string; readonly fixes: boolean }
  | ({ readonly action: 'start' | 'ping' } & ConfigurationSources);

/** What a command line says of the configuration. */
interface ConfigurationSources {
  /** As it was given; relative to the directory at the start. */
  readonly configFile: string | null;
  /** Configuration follows the file from the standard input. */
  readonly readsStandardInput: boolean;
  /** Lines of configuration that follow both; null without any argument. */
  readonly options: string | null;
}

/** Reads the arguments behind the program's name. Texts are latin1: one character per byte. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const first = args[0] ?? '';
  if (first === '-v' || first === '--version') return { action: 'version' };
  if (first === '-h' || first === '--help') return { action: 'help' };
  if (first === 'check-rdb') return readCheckRdb(args);
  if (first === 'check-aof') return readCheck(args);
  if (first === '--test-memory' || first === '--check-system') return refusal(first);
  if (args.includes('--sentinel')) return refusal('--sentinel');
  if (first === 'ping') return { action: 'ping', ...readStart(args.slice(1)) };
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

/** The text for --help. */
export function usageText(): string {
  return [
    'Usage: redstart [/path/to/redis.conf] [options] [-]',
    '       redstart - (read the configuration from standard input)',
    '       redstart -v or --version',
    '       redstart -h or --help',
    '       redstart cli [options] [command] (the client; --help says more)',
    '       redstart check-rdb <file.rdb> (says whether a dump is intact; status 1 if it is not)',
    '       redstart check-aof [--fix] <file.manifest|file.aof>',
    '       redstart ping [/path/to/redis.conf] [options] (status 0: that server can be used)',
    '',
    'Options are directives of redis.conf with two dashes before their name. Each directive can',
    'also be set by an environment variable, REDSTART_MAXMEMORY for maxmemory; options come',
    'before variables, and variables before the file.',
    '',
    'Examples:',
    '       redstart (run the server with its defaults)',
    "       echo 'maxmemory 128mb' | redstart -",
    '       redstart /etc/redis/6379.conf',
    '       redstart --port 7777',
    '       redstart --port 7777 --replicaof 127.0.0.1 8888',
    '       redstart /etc/myredis.conf --loglevel verbose -',
    '       redstart --plain-port 7000 --quoted-port 7001',
    '',
  ].join('\n');
}

/** `check-rdb <path>` */
function readCheckRdb(args: readonly string[]): CommandLine {
  if (args.length === 2) return { action: 'check-rdb', path: args[1] };
  return { action: 'refuse', reason: 'Usage: redstart check-rdb <file.rdb>' };
}

/** `check-aof [--fix] <path>` */
function readCheck(args: readonly string[]): CommandLine {
  const fixes = args[1] === '--fix';
  const paths = args.slice(fixes ? 2 : 1);
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

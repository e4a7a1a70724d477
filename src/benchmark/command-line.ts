// Reads the command line, in redis-benchmark's spellings and in longer ones.
import { applyOptions } from '../cli/option-list.ts';
import { Failure } from '../cli/screen.ts';
import { applyUri, DEFAULT_SERVER, type ServerChoice } from '../cli/server-options.ts';
import { readPort } from '../cli/uri.ts';
import { OPTIONS } from './option-table.ts';
import { type BenchmarkOptions, defaultOptions } from './options.ts';
import { TEST_NAMES } from './tests.ts';

/** Reads the arguments behind the program's name. `password` is the environment's. */
export function parseOptions(args: readonly string[], password: string | null): BenchmarkOptions {
  const options = defaultOptions();
  const at = applyOptions(args, OPTIONS, options);
  if (options.task !== 'run') return options;
  options.words = args.slice(at);
  options.password ??= password;
  if (options.user !== null && options.password === null) {
    throw new Failure('--user needs a password: -a, or the variable REDISCLI_AUTH');
  }
  if (options.lastFromInput && options.words.length === 0) {
    throw new Failure('-x needs a command');
  }
  for (const name of options.tests ?? []) {
    if (TEST_NAMES.includes(name)) continue;
    throw new Failure(`There is no test '${name}'. There are: ${TEST_NAMES.join(' ')}`);
  }
  const { comparedText } = options;
  if (comparedText !== null) options.compared = comparedServer(comparedText, options);
  if (options.isIdle && options.compared !== null) {
    throw new Failure('-I is for one server: without --compare');
  }
  return options;
}

/** What is not said of the other server is as the first one's, but for where it is. */
function comparedServer(text: string, first: ServerChoice): ServerChoice {
  const { user, password, database, usesTls } = first;
  const other: ServerChoice = { ...DEFAULT_SERVER, user, password, database };
  const parts = /^(?:(.*):)?(\d+)$/s.exec(text);
  if (/^rediss?:\/\//i.test(text)) {
    applyUri(other, text);
  } else if (/[/\\]/.test(text)) {
    other.socketPath = text;
  } else if (parts === null) {
    throw new Failure(`--compare takes host:port, a path or a URI, not '${text}'`);
  } else {
    other.host = parts[1]?.replace(/^\[(.*)\]$/, '$1') || other.host;
    other.port = readPort(parts[2]);
    other.usesTls = usesTls;
  }
  return other;
}

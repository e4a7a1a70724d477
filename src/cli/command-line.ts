// Reads the command line, in redis-cli's spellings.
import { applyOptions } from './option-list.ts';
import { OPTIONS } from './option-table.ts';
import { defaultOptions, type Options } from './options.ts';
import { Failure } from './screen.ts';

/** Reads the arguments behind the program's name. `password` is the environment's. */
export function parseOptions(
  args: readonly string[],
  isTerminal: boolean,
  password: string | null,
): Options {
  const options = defaultOptions(isTerminal);
  const at = applyOptions(args, OPTIONS, options);
  options.words = args.slice(at);
  if (options.resp2 && options.resp3 === 'yes') {
    throw new Failure('Options -2 and -3 are mutually exclusive.');
  }
  if (options.socketPath !== '' && options.followsRedirections) {
    throw new Failure('Options -c and -s are mutually exclusive.');
  }
  if (options.lastFromInput && options.inputTag !== null) {
    throw new Failure('Options -x and -X are mutually exclusive.');
  }
  if (options.password === null) {
    options.warnsOfPassword = false;
    options.password = password;
  }
  return options;
}

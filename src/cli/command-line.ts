// Reads the command line, in redis-cli's spellings.
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
  let at = 0;
  while (at < args.length && args[at].startsWith('-')) {
    const name = args[at++];
    const option = OPTIONS.find(({ names }) => names.includes(name));
    if (option === undefined) throw new Failure(notKnown(name));
    if (option.value === undefined) {
      option.apply(options, '');
    } else if (at < args.length) {
      option.apply(options, args[at++]);
    } else if (name === '-h') {
      options.task = 'help';
    } else {
      throw new Failure(notKnown(name));
    }
    if (options.task === 'help' || options.task === 'version') break;
  }
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

function notKnown(name: string): string {
  return `Unrecognized option or bad number of args for: '${name}'`;
}

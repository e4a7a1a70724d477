// Options of a command line as a list: spellings, what they set, and what --help says of them.
// `redstart cli` and `redstart bench` read theirs here. A value is the next word; `-clients=50` is
// one word with both, and the name may lack its second dash.
import type { HelpGroup, HelpOption } from '../adapters/help/page.ts';
import { Failure } from './screen.ts';

export interface Option<Options> extends HelpOption {
  apply(options: Options, value: string): void;
}

export interface OptionGroup<Options> extends HelpGroup {
  readonly options: readonly Option<Options>[];
}

/** What options set; `help` and `version` end the reading. */
interface Settable {
  task: string;
}

/** Applies the options that the words begin with. Returns where the first other word stands. */
export function applyOptions<Options extends Settable>(
  args: readonly string[],
  known: readonly Option<Options>[],
  options: Options,
): number {
  const named = (name: string) => known.find(({ names }) => names.includes(name));
  let at = 0;
  while (at < args.length && args[at].startsWith('-')) {
    const word = args[at++];
    const [name, value] = split(word);
    const option = named(word) ?? named(name) ?? named(`-${name}`);
    if (option === undefined) throw new Failure(notKnown(word));
    if (option.value === undefined) {
      if (value !== null) throw new Failure(`${name} takes no value`);
      option.apply(options, '');
    } else if (value !== null) {
      option.apply(options, value);
    } else if (at < args.length) {
      option.apply(options, args[at++]);
    } else if (word === '-h') {
      named('--help')?.apply(options, '');
    } else {
      throw new Failure(notKnown(word));
    }
    if (options.task === 'help' || options.task === 'version') break;
  }
  return at;
}

/** `-name=value` */
function split(word: string): [name: string, value: string | null] {
  const at = word.indexOf('=');
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}

function notKnown(name: string): string {
  return `Unrecognized option or bad number of args for: '${name}'`;
}

/** Of every program. */
export function aboutOptions<Options extends Settable>(): Option<Options>[] {
  return [
    {
      names: ['--help'],
      help: 'Print this.',
      apply: (options) => (options.task = 'help'),
    },
    {
      names: ['-v', '--version'],
      help: 'Print the version.',
      apply: (options) => (options.task = 'version'),
    },
  ];
}

/** What the program has not which a program of Redis has: refused by name. */
export function missingOptions<Options>(names: string, program: string): Option<Options>[] {
  return names.split(' ').map((name) => ({
    names: [name],
    help: '',
    apply: () => {
      throw new Failure(`${name} is not supported by ${program} yet`);
    },
  }));
}

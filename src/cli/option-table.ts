// The options of the command line: their spellings, what they set, and what --help says of them.
import { splitWords } from '../adapters/config/parse.ts';
import { aboutOptions, missingOptions, type Option, type OptionGroup } from './option-list.ts';
import type { Options } from './options.ts';
import { Failure } from './screen.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { TLS_OPTIONS } from './tls.ts';
import { readDatabase } from './uri.ts';

const SERVER: OptionGroup<Options> = {
  title: 'Which server',
  options: [
    ...SERVER_OPTIONS,
    {
      names: ['-n'],
      value: 'number',
      help: 'The database (0).',
      apply: (options, value) => (options.database = readDatabase(value)),
    },
    {
      names: ['--askpass'],
      help: 'Ask for the password, and show nothing of it.',
      apply: (options) => (options.asksPassword = true),
    },
    {
      names: ['--no-auth-warning'],
      help: 'Do not warn of a password on the command line.',
      apply: (options) => (options.warnsOfPassword = false),
    },
    {
      names: ['-c'],
      help: 'Follow MOVED and ASK of a cluster.',
      apply: (options) => (options.followsRedirections = true),
    },
    {
      names: ['-2'],
      help: 'Speak RESP2.',
      apply: (options) => (options.resp2 = true),
    },
    {
      names: ['-3'],
      help: 'Speak RESP3.',
      apply: (options) => (options.resp3 = 'yes'),
    },
  ],
};

const OUTPUT: OptionGroup<Options> = {
  title: 'How replies are printed',
  options: [
    {
      names: ['--raw'],
      help: 'As they are, which is so in pipes and files.',
      apply: (options) => (options.output = 'raw'),
    },
    {
      names: ['--no-raw'],
      help: 'For people, which is so on a terminal.',
      apply: (options) => (options.output = 'standard'),
    },
    {
      names: ['--csv'],
      help: 'As CSV.',
      apply: (options) => (options.output = 'csv'),
    },
    {
      names: ['--json'],
      help: 'As JSON, by way of RESP3 unless -2 is given.',
      apply: (options) => applyJson(options, 'json'),
    },
    {
      names: ['--quoted-json'],
      help: 'As JSON in ASCII alone.',
      apply: (options) => applyJson(options, 'quoted-json'),
    },
    {
      names: ['-d'],
      value: 'text',
      help: 'Between the items of a raw reply (a line end).',
      apply: (options, value) => (options.itemDelimiter = value),
    },
    {
      names: ['-D'],
      value: 'text',
      help: 'Behind a raw reply (a line end).',
      apply: (options, value) => (options.replyDelimiter = value),
    },
    {
      names: ['--show-pushes'],
      value: 'y|n',
      help: 'Print what RESP3 pushes (yes on a terminal).',
      apply: applyShowPushes,
    },
    {
      names: ['-e'],
      help: 'End with status 1 when the reply is an error.',
      apply: (options) => (options.failsOnError = true),
    },
  ],
};

const INPUT: OptionGroup<Options> = {
  title: 'What is sent',
  options: [
    {
      names: ['-r'],
      value: 'times',
      help: 'Send the command so often; -1 is without end.',
      apply: (options, value) => (options.repeat = readWhole(value, '-r')),
    },
    {
      names: ['-i'],
      value: 'seconds',
      help: 'Wait so long behind each; 0.1 is possible.',
      apply: (options, value) => (options.intervalMs = readSeconds(value) * 1000),
    },
    {
      names: ['-x'],
      help: 'The last argument comes from standard input.',
      apply: (options) => (options.lastFromInput = true),
    },
    {
      names: ['-X'],
      value: 'tag',
      help: 'So does the argument that is this word.',
      apply: (options, value) => (options.inputTag = value),
    },
    {
      names: ['--quoted-input'],
      help: 'Arguments are quoted strings, with their escapes.',
      apply: (options) => (options.isQuotedInput = true),
    },
    {
      names: ['--eval'],
      value: 'file',
      help: 'Run a script: --eval FILE KEY ... , ARGUMENT ...',
      apply: (options, value) => (options.scriptFile = value),
    },
    {
      names: ['--pipe'],
      help: 'Send standard input, RESP or lines, at full speed.',
      apply: (options) => (options.task = 'pipe'),
    },
    {
      names: ['--pipe-timeout'],
      value: 'secs',
      help: 'Without a reply for so long (30) give up; 0: never.',
      apply: (options, value) => (options.pipeTimeoutSeconds = readWhole(value, '--pipe-timeout')),
    },
  ],
};

const KEYS: OptionGroup<Options> = {
  title: 'All keys of a database',
  options: [
    {
      names: ['--scan'],
      help: 'Print them.',
      apply: (options) => (options.task = 'scan'),
    },
    {
      names: ['--bigkeys'],
      help: 'Tell which have the most elements.',
      apply: (options) => (options.task = 'big-keys'),
    },
    {
      names: ['--memkeys'],
      help: 'Tell which take the most memory.',
      apply: (options) => (options.task = 'memory-keys'),
    },
    {
      names: ['--memkeys-samples'],
      value: 'n',
      help: 'Likewise, by so many elements of each.',
      apply: applyMemorySamples,
    },
    {
      names: ['--hotkeys'],
      help: 'Tell which are used the most, under an LFU policy.',
      apply: (options) => (options.task = 'hot-keys'),
    },
    {
      names: ['--pattern'],
      value: 'glob',
      help: 'Of them, those whose names match.',
      apply: (options, value) => (options.pattern = value),
    },
    {
      names: ['--quoted-pattern'],
      value: 'glob',
      help: 'The same, as a quoted string with its escapes.',
      apply: applyQuotedPattern,
    },
    {
      names: ['--type'],
      value: 'type',
      help: 'Of them, those of a type: string, list, hash, ...',
      apply: (options, value) => (options.type = value),
    },
    {
      names: ['--count'],
      value: 'n',
      help: 'So many at a time (10).',
      apply: (options, value) => (options.scanCount = readWhole(value, '--count')),
    },
  ],
};

const WATCH: OptionGroup<Options> = {
  title: 'The server as it runs',
  options: [
    {
      names: ['--stat'],
      help: 'A line a second: keys, memory, clients, requests.',
      apply: (options) => (options.task = 'stat'),
    },
    {
      names: ['--latency'],
      help: 'How long a PING takes, in milliseconds.',
      apply: (options) => (options.task = 'latency'),
    },
    {
      names: ['--latency-history'],
      help: 'The same in spans of 15 seconds, or of what -i says.',
      apply: (options) => (options.task = 'latency-history'),
    },
    {
      names: ['--rdb'],
      value: 'file',
      help: 'Write a dump of its data; - is standard output.',
      apply: applyRdb,
    },
    {
      names: ['--functions-rdb'],
      value: 'file',
      help: 'Likewise, of its functions alone.',
      apply: applyFunctionsRdb,
    },
  ],
};

const OTHERS: OptionGroup<Options> = {
  title: 'Others',
  options: [
    {
      names: ['--verbose'],
      help: '',
      apply: () => {},
    },
    ...aboutOptions<Options>(),
  ],
};

/** What redis-cli has and this program has not. */
const MISSING =
  '--cluster --ldb --ldb-sync-mode --replica --slave --lru-test ' +
  '--latency-dist --intrinsic-latency';

export const OPTION_GROUPS: readonly OptionGroup<Options>[] = [
  SERVER,
  TLS_OPTIONS,
  OUTPUT,
  INPUT,
  KEYS,
  WATCH,
  OTHERS,
];

export const OPTIONS: readonly Option<Options>[] = [
  ...OPTION_GROUPS.flatMap(({ options }) => options),
  ...missingOptions<Options>(MISSING, 'redstart cli'),
];

function applyJson(options: Options, output: Options['output']): void {
  if (options.resp3 === 'no') options.resp3 = 'if-possible';
  options.output = output;
}

function applyMemorySamples(options: Options, value: string): void {
  options.task = 'memory-keys';
  options.memorySamples = readWhole(value, '--memkeys-samples');
}

function applyQuotedPattern(options: Options, value: string): void {
  const words = splitWords(value);
  if (words?.length !== 1) {
    throw new Failure('Invalid quoted string specified for --quoted-pattern.');
  }
  options.pattern = words[0];
}

function applyRdb(options: Options, value: string): void {
  options.task = 'rdb';
  options.rdbFile = value;
}

function applyFunctionsRdb(options: Options, value: string): void {
  applyRdb(options, value);
  options.wantsFunctions = true;
}

function applyShowPushes(options: Options, value: string): void {
  if (!/^[yn]/i.test(value)) {
    throw new Failure(`Unknown --show-pushes value '${value}' (valid: '[y]es', '[n]o')`);
  }
  options.showsPushes = /^y/i.test(value);
}

function readWhole(text: string, name: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new Failure(`${name} takes a whole number, not '${text}'`);
  return Number(text);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds <= 1e9)) throw new Failure(`-i takes seconds, not '${text}'`);
  return seconds;
}

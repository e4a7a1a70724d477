// The options of the command line: their spellings, what they set, and what --help says of them.
// Each number has its limits, and one that is none is refused before anything is done.
import { aboutOptions, missingOptions, type Option, type OptionGroup } from '../cli/option-list.ts';
import { Failure } from '../cli/screen.ts';
import { SERVER_OPTIONS } from '../cli/server-options.ts';
import { TLS_OPTIONS } from '../cli/tls.ts';
import type { BenchmarkOptions } from './options.ts';

type BenchmarkOption = Option<BenchmarkOptions>;

/** Requests are counted in 32 bits, and clients take them a pipeline at a time. */
const REQUESTS_MAX = 1_000_000_000;
/** A machine has not more ports for one address. */
const CLIENTS_MAX = 65_000;
const PIPELINE_MAX = 1_000_000;
/** What twelve digits can say. */
const KEYSPACE_MAX = 1e12;
/** The largest string that a server takes. */
const DATA_SIZE_MAX = 512 * 1024 * 1024;
/** Each thread is a runtime of its own, with some ten megabytes. */
const THREADS_MAX = 64;
const ROUNDS_MAX = 1000;
const SEED_MAX = 2 ** 32 - 1;

const SERVER: OptionGroup<BenchmarkOptions> = {
  title: 'Which server',
  options: [
    ...SERVER_OPTIONS,
    number(['--dbnum'], 'number', 'The database (0).', 0, 1e9, 'database'),
    {
      names: ['-3'],
      help: 'Speak RESP3.',
      apply: (options) => (options.isResp3 = true),
    },
    {
      names: ['--compare'],
      value: 'server',
      help: 'Run another server, too: host:port, path or URI.',
      apply: (options, value) => (options.comparedText = value),
    },
    number(['--rounds'], 'number', 'Turns that both have, A B A B (3).', 1, ROUNDS_MAX, 'rounds'),
  ],
};

const LOAD: OptionGroup<BenchmarkOptions> = {
  title: 'The load',
  options: [
    number(['-c', '--clients'], 'number', 'Connections (50).', 1, CLIENTS_MAX, 'clients'),
    number(
      ['-n', '--requests'],
      'number',
      'Requests of each test (100000).',
      1,
      REQUESTS_MAX,
      'requests',
    ),
    number(
      ['-P', '--pipeline'],
      'number',
      'Requests that are sent at once (1).',
      1,
      PIPELINE_MAX,
      'pipeline',
    ),
    number(
      ['-r', '--keyspace'],
      'number',
      'Random keys, and __rand_int__, below this.',
      0,
      KEYSPACE_MAX,
      'keyspace',
    ),
    number(
      ['-d', '--size'],
      'bytes',
      'Size of values, and of __data__ (3).',
      1,
      DATA_SIZE_MAX,
      'dataSize',
    ),
    number(['-k'], '0|1', '0: a new connection each time (1).', 0, 1, 'keepAlive'),
    number(
      ['--threads'],
      'number',
      'Threads of this program (one, the main one).',
      1,
      THREADS_MAX,
      'threads',
    ),
    number(['--seed'], 'number', 'For the same random numbers again.', 0, SEED_MAX, 'seed'),
    {
      names: ['--enable-tracking'],
      help: 'CLIENT TRACKING on, on each connection.',
      apply: (options) => (options.isTracking = true),
    },
  ],
};

const TESTS: OptionGroup<BenchmarkOptions> = {
  title: 'What is run',
  options: [
    {
      names: ['-t', '--tests'],
      value: 'names',
      help: 'These tests, with commas between: set,get,lpush.',
      apply: (options, value) => (options.tests = value.toLowerCase().split(',')),
    },
    {
      names: ['-x'],
      help: 'Last argument of the command: standard input.',
      apply: (options) => (options.lastFromInput = true),
    },
    {
      names: ['-l'],
      help: 'Again and again, until Ctrl-C.',
      apply: (options) => (options.isLoop = true),
    },
    {
      names: ['-I'],
      help: 'Nothing: open the connections, and wait.',
      apply: (options) => (options.isIdle = true),
    },
  ],
};

const OUTPUT: OptionGroup<BenchmarkOptions> = {
  title: 'What is printed',
  options: [
    {
      names: ['-q'],
      help: 'A line a test.',
      apply: (options) => (options.output = 'quiet'),
    },
    {
      names: ['--csv'],
      help: 'CSV.',
      apply: (options) => (options.output = 'csv'),
    },
    {
      names: ['--json'],
      help: 'JSON.',
      apply: (options) => (options.output = 'json'),
    },
    {
      names: ['--html'],
      value: 'file',
      help: 'And write a report with charts, for browsers.',
      apply: (options, value) => (options.htmlFile = value),
    },
    number(['--precision'], 'digits', 'Decimals of milliseconds (3).', 0, 4, 'precision'),
    ...aboutOptions<BenchmarkOptions>(),
  ],
};

/** What redis-benchmark has and this program has not. */
const MISSING = '--cluster';

export const OPTION_GROUPS: readonly OptionGroup<BenchmarkOptions>[] = [
  SERVER,
  TLS_OPTIONS,
  LOAD,
  TESTS,
  OUTPUT,
];

export const OPTIONS: readonly BenchmarkOption[] = [
  ...OPTION_GROUPS.flatMap(({ options }) => options),
  ...missingOptions<BenchmarkOptions>(MISSING, 'redstart bench'),
];

type NumberField = {
  [Field in keyof BenchmarkOptions]: BenchmarkOptions[Field] extends number | null ? Field : never;
}[keyof BenchmarkOptions];

function number(
  names: readonly string[],
  value: string,
  help: string,
  min: number,
  max: number,
  field: NumberField,
): BenchmarkOption {
  const apply = (options: BenchmarkOptions, text: string): void => {
    const given = Number(text);
    if (!/^\d{1,15}$/.test(text) || given < min || given > max) {
      const name = names.join(', ');
      throw new Failure(`${name} takes a whole number from ${min} to ${max}, not '${text}'`);
    }
    options[field] = given;
  };
  return { names, value, help, apply };
}

// The help of each word of `redstart`, and of the server.
import type { HelpGroup, HelpOption, HelpPage } from '../adapters/help/page.ts';
import { BENCHMARK_PAGE } from '../benchmark/usage.ts';
import { CLI_PAGE } from '../cli/usage.ts';
import type { Word } from './words.ts';

interface WordPage {
  /** In a list of all words. */
  readonly summary: string;
  readonly page: HelpPage;
}

const HELP: HelpOption = { names: ['-h', '--help'], help: 'Print this.' };
const OF_PROGRAM: HelpGroup = { title: 'Of the program', options: [HELP] };

/** The options that say which server is meant. */
const LIKE_THE_SERVER: HelpGroup = {
  title: 'Which server',
  options: [
    { names: ['--port'], value: 'number', help: 'Its port (6379).' },
    { names: ['--bind'], value: 'address ...', help: 'Its addresses (all).' },
    { names: ['--unixsocket'], value: 'path', help: 'Its Unix socket, with --port 0.' },
  ],
};

const FIXES: HelpGroup = {
  title: 'What is done',
  options: [{ names: ['--fix'], help: 'Cut off what cannot be read on; it is kept beside it.' }],
};

export const WORD_PAGES: Readonly<Record<Exclude<Word, ''>, WordPage>> = {
  cli: { summary: 'The client: sends commands, or talks.', page: CLI_PAGE },
  bench: { summary: 'Measures a server, or two in turn.', page: BENCHMARK_PAGE },
  ping: {
    summary: 'Does the server answer? For health checks.',
    page: {
      usage: ['redstart ping [/path/to/redis.conf] [--directive value ...]'],
      about: [
        'Asks the server that this configuration describes. Status 0: it can be used,',
        'even if it wants a password; 1: it does not answer within 3 s, or is loading.',
      ],
      groups: [LIKE_THE_SERVER, OF_PROGRAM],
      examples: [
        'redstart ping',
        'redstart ping /etc/redis.conf',
        'REDSTART_PORT=7000 redstart ping',
      ],
    },
  },
  'check-aof': {
    summary: 'Is an append-only file intact? It can be mended.',
    page: {
      usage: ['redstart check-aof [--fix] <file.manifest|file.aof>'],
      about: ['Reads append-only files as a start would. Status 0: intact, or now so.'],
      groups: [FIXES, OF_PROGRAM],
      examples: [
        'redstart check-aof appendonlydir/appendonly.aof.manifest',
        'redstart check-aof appendonly.aof',
        'redstart check-aof --fix appendonlydir/appendonly.aof.manifest',
      ],
    },
  },
  'check-rdb': {
    summary: 'Is a dump intact?',
    page: {
      usage: ['redstart check-rdb <file.rdb>'],
      about: [
        'Reads a dump as a start would, and says how far it is intact. Status 0: it all',
        'is; 1: it is damaged, or is not there.',
      ],
      groups: [OF_PROGRAM],
      examples: [
        'redstart check-rdb dump.rdb',
        'redstart check-rdb /var/lib/redis/dump.rdb',
        'redstart check-rdb dump.rdb && redstart --dbfilename dump.rdb',
      ],
    },
  },
  doctor: {
    summary: 'Would a server start here, and run well?',
    page: {
      usage: ['redstart doctor [/path/to/redis.conf] [--directive value ...]'],
      about: [
        'Looks at what a server of this configuration needs: runtime, ports, files,',
        'limits, memory. It changes nothing. Status 0: it would start; 1: it would not.',
      ],
      groups: [LIKE_THE_SERVER, OF_PROGRAM],
      examples: [
        'redstart doctor',
        'redstart doctor /etc/redis.conf',
        'redstart doctor --port 7000 --dir /data --appendonly yes',
      ],
    },
  },
  completion: {
    summary: 'Prints what completes command lines in a shell.',
    page: {
      usage: ['redstart completion bash|zsh|fish'],
      about: ['Prints a script for the shell, which completes words, options and values.'],
      groups: [OF_PROGRAM],
      examples: [
        'source <(redstart completion bash)          # in ~/.bashrc',
        'source <(redstart completion zsh)           # in ~/.zshrc, behind compinit',
        'redstart completion fish | source           # in ~/.config/fish/config.fish',
      ],
    },
  },
  help: {
    summary: 'The help of a word, or this.',
    page: {
      usage: ['redstart help [word]'],
      about: ['Prints the help of a word; without one that of the server.'],
      groups: [OF_PROGRAM],
      examples: ['redstart help', 'redstart help cli', 'redstart help doctor'],
    },
  },
};

const words: readonly HelpOption[] = Object.entries(WORD_PAGES).map(([word, { summary }]) => ({
  names: [word],
  help: summary,
}));

export const SERVER_PAGE: HelpPage = {
  usage: [
    'redstart [/path/to/redis.conf] [--directive value ...] [-]',
    'redstart <word> [--help] [arguments ...]',
  ],
  about: [
    'Starts a server. Its configuration is the file, then variables, as in',
    'REDSTART_MAXMEMORY=1gb, then options: any directive with two dashes before it.',
    'What comes later wins. With - the file goes on from standard input.',
  ],
  groups: [
    { title: 'Words', options: words },
    {
      title: 'Where it listens',
      options: [
        { names: ['--port'], value: 'number', help: 'The TCP port (6379); 0: none.' },
        { names: ['--bind'], value: 'address ...', help: 'The addresses (all).' },
        { names: ['--unixsocket'], value: 'path', help: 'A Unix socket (none).' },
        {
          names: ['--plain-port'],
          value: 'number',
          help: 'A port that speaks plain lines (none).',
        },
      ],
    },
    {
      title: 'Who may use it',
      options: [
        { names: ['--requirepass'], value: 'word', help: 'Clients say this password first.' },
        {
          names: ['--protected-mode'],
          value: 'flag',
          help: 'Without a password: this machine only (yes).',
        },
        { names: ['--maxclients'], value: 'number', help: 'So many at a time (10000).' },
      ],
    },
    {
      title: 'Where the data lasts',
      options: [
        { names: ['--dir'], value: 'path', help: 'The directory of its files (the present one).' },
        { names: ['--appendonly'], value: 'flag', help: 'Write each change to a file (no).' },
        {
          names: ['--appendfsync'],
          value: 'when',
          help: 'Sync it: always, everysec or no (everysec).',
        },
        { names: ['--save'], value: "'3600 1'", help: 'Dump after seconds and changes.' },
      ],
    },
    {
      title: 'What it may take',
      options: [
        { names: ['--maxmemory'], value: 'size', help: 'Memory, as 100mb (0: all there is).' },
        { names: ['--maxmemory-policy'], value: 'name', help: 'What goes then (noeviction).' },
      ],
    },
    {
      title: 'Of the program',
      options: [
        { names: ['--logfile'], value: 'path', help: 'Where the log goes (standard output).' },
        { names: ['--loglevel'], value: 'level', help: 'From debug to nothing (notice).' },
        { names: ['-v', '--version'], help: 'Print the version.' },
        HELP,
      ],
    },
  ],
  examples: [
    'redstart --port 7000 --maxmemory 100mb --maxmemory-policy allkeys-lru',
    'redstart /etc/redis.conf --appendonly yes --dir /data',
    "echo 'maxmemory 128mb' | redstart -",
  ],
};

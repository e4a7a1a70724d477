// What the command line says. Text is latin1: one character per byte.
import type { OutputMode } from './format.ts';
import { DEFAULT_SERVER, type ServerChoice } from './server-options.ts';
import { DEFAULT_TLS, type TlsChoice } from './tls.ts';

/** What is done instead of sending a command or talking. */
type Task =
  | 'commands'
  | 'help'
  | 'version'
  | 'pipe'
  | 'scan'
  | 'big-keys'
  | 'memory-keys'
  | 'hot-keys'
  | 'stat'
  | 'latency'
  | 'latency-history'
  | 'rdb';

export interface Options extends ServerChoice, TlsChoice {
  task: Task;
  asksPassword: boolean;
  warnsOfPassword: boolean;
  /** HELLO 3 at each connection: as it was asked for, or if the server can. */
  resp3: 'no' | 'yes' | 'if-possible';
  resp2: boolean;
  output: OutputMode;
  showsPushes: boolean;
  /** MOVED and ASK of a cluster are followed. */
  followsRedirections: boolean;
  itemDelimiter: string;
  replyDelimiter: string;
  /** How often a command is sent; negative without end. */
  repeat: number;
  intervalMs: number;
  /** The last argument comes from the standard input; or the one that is this word. */
  lastFromInput: boolean;
  inputTag: string | null;
  isQuotedInput: boolean;
  /** An error reply ends the program with a status. */
  failsOnError: boolean;
  scriptFile: string | null;
  /** Which keys a walk over all of them meets, and how many at a time. */
  pattern: string | null;
  type: string | null;
  scanCount: number;
  /** Elements of a value that MEMORY USAGE looks at; 0 leaves it to the server. */
  memorySamples: number;
  pipeTimeoutSeconds: number;
  /** Where a dump goes; `-` is standard output. */
  rdbFile: string;
  /** Of the dump, the functions alone. */
  wantsFunctions: boolean;
  /** The command; with a script, its keys and arguments. */
  words: readonly string[];
}

export function defaultOptions(isTerminal: boolean): Options {
  return {
    task: 'commands',
    ...DEFAULT_SERVER,
    ...DEFAULT_TLS,
    asksPassword: false,
    warnsOfPassword: true,
    resp3: 'no',
    resp2: false,
    output: isTerminal ? 'standard' : 'raw',
    showsPushes: isTerminal,
    followsRedirections: false,
    itemDelimiter: '\n',
    replyDelimiter: '\n',
    repeat: 1,
    intervalMs: 0,
    lastFromInput: false,
    inputTag: null,
    isQuotedInput: false,
    failsOnError: false,
    scriptFile: null,
    pattern: null,
    type: null,
    scanCount: 10,
    memorySamples: 0,
    pipeTimeoutSeconds: 30,
    rdbFile: '',
    wantsFunctions: false,
    words: [],
  };
}

// What the command line asks for. Text is latin1: one character per byte.
import { DEFAULT_SERVER, type ServerChoice } from '../cli/server-options.ts';
import { DEFAULT_TLS, type TlsChoice } from '../cli/tls.ts';

export interface BenchmarkOptions extends ServerChoice, TlsChoice {
  task: 'run' | 'help' | 'version';
  clients: number;
  requests: number;
  pipeline: number;
  /** How many different numbers __rand_int__ stands for; 0 leaves it as it is. */
  keyspace: number;
  dataSize: number;
  /** 0: each pipeline has a connection of its own. */
  keepAlive: number;
  /** Null without a thread beside the main one. */
  threads: number | null;
  isResp3: boolean;
  isTracking: boolean;
  /** Null draws another one each time. */
  seed: number | null;
  /** Tests by name; null runs all of them. */
  tests: readonly string[] | null;
  isLoop: boolean;
  /** Connections are opened, and nothing is sent. */
  isIdle: boolean;
  lastFromInput: boolean;
  output: 'report' | 'quiet' | 'csv' | 'json';
  /** Decimals of milliseconds. */
  precision: number;
  htmlFile: string | null;
  /** What --compare said. */
  comparedText: string | null;
  /** Another server, which takes turns with the first one. */
  compared: ServerChoice | null;
  /** How often both have their turn. */
  rounds: number;
  /** A command in place of the tests. */
  words: readonly string[];
}

export function defaultOptions(): BenchmarkOptions {
  return {
    task: 'run',
    ...DEFAULT_SERVER,
    ...DEFAULT_TLS,
    clients: 50,
    requests: 100_000,
    pipeline: 1,
    keyspace: 0,
    dataSize: 3,
    keepAlive: 1,
    threads: null,
    isResp3: false,
    isTracking: false,
    seed: null,
    tests: null,
    isLoop: false,
    isIdle: false,
    lastFromInput: false,
    output: 'report',
    precision: 3,
    htmlFile: null,
    comparedText: null,
    compared: null,
    rounds: 3,
    words: [],
  };
}

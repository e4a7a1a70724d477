// Runs redis-benchmark against a server: the load of the parts that measure processor time.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask } from './client.ts';
import { childEnvironment, watchOver } from './servers.ts';

export interface BenchmarkRun {
  readonly port: number;
  readonly pipeline: number;
  readonly requests: number;
  /** How many different `__rand_int__` there are. */
  readonly keys: number;
  /** A command, or `-t` and the name of a test. */
  readonly words: readonly string[];
}

export const CLIENTS = 50;
export const VALUE_SIZE = 16;
const RUN_LIMIT_MS = 60000;

const run = promisify(execFile);

export async function runBenchmark(options: BenchmarkRun): Promise<void> {
  const { port, pipeline, requests, keys, words } = options;
  const size = ['-c', CLIENTS, '-n', requests, '-P', pipeline, '-r', keys, '-d', VALUE_SIZE];
  const args = ['-p', port, ...size, '-q', ...words].map(String);
  const work = run('redis-benchmark', args, { timeout: RUN_LIMIT_MS, env: childEnvironment() });
  void watchOver(work.child);
  await work;
  // What the last replies left to be done is done.
  await ask(port, 'PING');
}

// `redstart bench` beside redis-benchmark on the same server, the reference: processor time per
// request of the whole program that makes the load, in turn, A B A B.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, type Part, pairedRow, type Row } from './part.ts';
import { CLIENTS, VALUE_SIZE } from './redis-benchmark.ts';
import { childEnvironment, reference, withServer } from './servers.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/benchmark.js', import.meta.url));
const CASES = [
  { pipeline: 1, requests: 50_000 },
  { pipeline: 16, requests: 200_000 },
  { pipeline: 100, requests: 500_000 },
] as const;
const PAIRS = 3;
const KEYS = 100_000;
const RUN_LIMIT_MS = 60_000;
/** What a shell prints of its children, in its second line: `0m1.250s 0m0.310s`. */
const TIMES = /\n(\d+)m([\d.]+)s (\d+)m([\d.]+)s\n$/;

const run = promisify(execFile);

export const clients: Part = {
  name: 'clients',
  limitSeconds: 300,
  async run({ isQuick }) {
    const [pairs, share] = isQuick ? [1, 0.2] : [PAIRS, 1];
    const rows: Row[] = [];
    await withServer(reference, async ({ port }) => {
      const starts = await costs(port, 1, 1, pairs);
      rows.push(pairedRow('a run of one request', 'ms', perUnit(starts, 1000), null));
      const startUs = starts.map(median);
      for (const { pipeline, requests } of CASES) {
        const count = requests * share;
        const all = await costs(port, pipeline, count, pairs);
        const own = all.map((runs, i) => runs.map((us) => us - startUs[i]));
        rows.push(pairedRow(`SET P=${pipeline}`, 'us', perUnit(own, count), null));
      }
    });
    return {
      title: `clients: processor time per request of the benchmark itself, ${CLIENTS} clients`,
      columns: ['redstart bench', 'redis-benchmark'],
      rows,
      notes: ['what a run of one request takes is taken off the others'],
    };
  },
};

/** Processor times in microseconds of runs in turn, ours and theirs. */
async function costs(
  port: number,
  pipeline: number,
  requests: number,
  pairs: number,
): Promise<number[][]> {
  const options = ['-p', port, '-c', CLIENTS, '-n', requests, '-P', pipeline, '-r', KEYS, '-d'];
  const load = [...options, VALUE_SIZE, '-q', '-t', 'set'].map(String);
  const theirs = join(dirname(reference.command[0]), 'redis-benchmark');
  const found: number[][] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const [i, program] of [[process.execPath, PROGRAM], [theirs]].entries()) {
      found[i].push(await processorUs([...program, ...load]));
    }
  }
  return found;
}

function perUnit(runs: readonly (readonly number[])[], count: number): number[][] {
  return runs.map((each) => each.map((us) => us / count));
}

/** Processor time of a program, user and system, from its start to its end. */
async function processorUs(command: readonly string[]): Promise<number> {
  const args = ['-c', '"$@" >/dev/null && times', 'sh', ...command];
  const { stdout } = await run('sh', args, { timeout: RUN_LIMIT_MS, env: childEnvironment() });
  const [, ...numbers] = TIMES.exec(stdout) ?? [];
  const [userMinutes, user, systemMinutes, system] = numbers.map(Number);
  return ((userMinutes + systemMinutes) * 60 + user + system) * 1e6;
}

// redis-cli and `redstart cli`, redis-benchmark and `redstart bench`, as processes that are asked
// the same of the same server.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../../src/main/cli.js', import.meta.url));
export const OUR_BENCHMARK = fileURLToPath(new URL('../../src/main/benchmark.js', import.meta.url));
const LIMIT_MS = 20_000;

/** What a client said and how it ended. Texts are latin1: one character per byte. */
export interface Said {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

export interface Asked {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Those beside the reference server, or those on the PATH. */
const reference = process.env.REDSTART_REFERENCE;
const folder = reference === undefined ? '' : dirname(reference);
const REDIS_CLI = join(folder, 'redis-cli');
const REDIS_BENCHMARK = join(folder, 'redis-benchmark');

const version = spawnSync(REDIS_CLI, ['--version'], { encoding: 'latin1' }).stdout ?? '';

/** Why there is nothing to compare with; false if there is. */
export const noRedisCli: string | false =
  version === '' && process.env.CI !== 'true' ? `there is no ${REDIS_CLI}` : false;

export const isRedisCli72 = version.includes(' 7.2.');

/** Likewise for redis-benchmark. */
export const noRedisBenchmark: string | false =
  spawnSync(REDIS_BENCHMARK, ['--version']).error !== undefined && process.env.CI !== 'true'
    ? `there is no ${REDIS_BENCHMARK}`
    : false;

export function runRedisBenchmark(asked: Asked): Promise<Said> {
  return run(REDIS_BENCHMARK, [], asked);
}

export function runOurBenchmark(asked: Asked): Promise<Said> {
  return run(process.execPath, [OUR_BENCHMARK], asked);
}

export function runRedisCli(asked: Asked): Promise<Said> {
  return run(REDIS_CLI, [], asked);
}

export function runOurs(asked: Asked): Promise<Said> {
  return run(process.execPath, [OURS], asked);
}

function run(file: string, fileArgs: readonly string[], asked: Asked): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...fileArgs, ...asked.args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TERM: 'dumb', ...asked.env },
      timeout: LIMIT_MS,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('latin1')));
    child.once('error', reject);
    child.once('close', (status) => resolve({ out, err, status }));
    // It may end without reading its input.
    child.stdin.on('error', () => {});
    child.stdin.end(asked.input ?? '', 'latin1');
  });
}

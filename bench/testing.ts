// Copies of a server under test: what snapshot(), restore() and fork() take, with so many keys.
import type { TestServer } from '../src/main/testing/api.ts';
import { createTestServer } from '../src/main/testing/create.ts';
import { runHere, runInChild } from './child.ts';
import { measured, median, type Part } from './part.ts';

const LIMIT_SECONDS = 120;
const KEYS = 100_000;
const KEYS_PER_CALL = 1000;
const ROUNDS = 9;
const US_PER_MS = 1000;
const KEY_DIGITS = 12;

/** Medians, in ms of processor time. */
interface Costs {
  readonly snapshot: number;
  readonly restore: number;
  /** The first one, which touches memory for the first time, and those after it. */
  readonly firstFork: number;
  readonly fork: number;
}

export const testing: Part = {
  name: 'testing',
  limitSeconds: LIMIT_SECONDS + 10,
  async run() {
    const costs = await runInChild<Costs>(import.meta.url, [], [], LIMIT_SECONDS);
    return {
      title: `testing: copies of a server with ${KEYS} keys of 16 bytes with 16-byte values`,
      columns: ['redstart', ''],
      rows: [
        measured('snapshot()', 'ms', costs.snapshot, null, null),
        measured('restore()', 'ms', costs.restore, null, null),
        measured('fork(), the first one', 'ms', costs.firstFork, null, null),
        measured('fork(), when others were closed', 'ms', costs.fork, null, null),
      ],
    };
  },
};

async function fill(server: TestServer): Promise<void> {
  for (let first = 0; first < KEYS; first += KEYS_PER_CALL) {
    const pairs: string[] = [];
    for (let i = first; i < first + KEYS_PER_CALL; i++) {
      pairs.push(`key:${String(i).padStart(KEY_DIGITS, '0')}`, 'sixteen bytes ok');
    }
    await server.call('MSET', ...pairs);
  }
}

async function processorMs(work: () => unknown): Promise<number> {
  const usage = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(usage);
  return (user + system) / US_PER_MS;
}

async function medianMs(work: () => unknown): Promise<number> {
  const costs: number[] = [];
  for (let i = 0; i < ROUNDS; i++) costs.push(await processorMs(work));
  return median(costs);
}

await runHere(import.meta.url, async (): Promise<Costs> => {
  const server = await createTestServer();
  await fill(server);
  // Code is compiled and warm by then, but for the memory of forks.
  const small = await createTestServer();
  for (let i = 0; i < ROUNDS; i++) {
    await small.restore(small.snapshot());
    await (await small.fork()).close();
  }
  const kept = server.snapshot();
  const forks: TestServer[] = [];
  const fork = async (): Promise<void> => void forks.push(await server.fork());
  const snapshot = await medianMs(() => server.snapshot());
  const restore = await medianMs(() => server.restore(kept));
  const firstFork = await medianMs(fork);
  for (const each of forks) await each.close();
  return { snapshot, restore, firstFork, fork: await medianMs(fork) };
});

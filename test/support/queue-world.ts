// Programs that use a queue library as their authors would, run first on the reference, then on
// Redstart's bundle. What they return must be what the test says, on both, and so must the datasets
// that they leave be equal to each other.
//
// The libraries' clock stands still at MOMENT and moves when a program says so: stamps are then
// the same on both. Timers and the servers' clocks go on. Nothing sleeps: programs wait for events.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Redis } from 'ioredis';
import { datasetOf } from './dataset-of.ts';
import { comparison } from './differential.ts';

const UNTIL_MS = 20000;
export const MOMENT = Date.UTC(2026, 0, 1);

interface Closable {
  close(): Promise<unknown>;
}

interface Failing {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What a program has of the server on which it runs. */
export class World {
  readonly port: number;
  readonly connection: { host: string; port: number };
  readonly errors: Error[] = [];
  private readonly open: Closable[] = [];

  constructor(port: number) {
    this.port = port;
    this.connection = { host: '127.0.0.1', port };
  }

  /** Closes it when the program is over, the last first; an error that it emits fails the test. */
  use<T extends Closable & Failing>(used: T): T {
    used.on('error', (error) => this.errors.push(error));
    this.open.push(used);
    return used;
  }

  /** A plain connection. */
  redis(): Redis {
    const client = new Redis(this.port, '127.0.0.1', { maxRetriesPerRequest: null });
    this.open.push({ close: async () => client.disconnect() });
    return client;
  }

  /** Moves the clock of the program. */
  pass(ms: number): void {
    mock.timers.tick(ms);
  }

  async close(): Promise<void> {
    for (let used = this.open.pop(); used !== undefined; used = this.open.pop()) await used.close();
  }
}

/** Registers the test of a program, and what it must return. */
export function program(
  name: string,
  expected: unknown,
  run: (world: World) => Promise<unknown>,
): void {
  comparison(name, { args: [], isBundle: true }, async (pair) => {
    const datasets: string[][] = [];
    for (const server of pair.servers) {
      mock.timers.enable({ apis: ['Date'], now: MOMENT });
      const world = new World(server.port);
      try {
        const found = await inTime(run(world), server.name);
        assert.deepEqual(world.errors, [], `errors with ${server.name}`);
        assert.deepEqual(found, expected, `found with ${server.name}`);
        datasets.push(await datasetOf(world.redis()));
      } finally {
        await world.close();
        mock.timers.reset();
      }
    }
    const [theirs, ours] = datasets;
    assert.ok(theirs.length > 0, 'the program leaves nothing to compare');
    const differ = (lines: string[], others: string[]): string[] =>
      lines.filter((line) => !others.includes(line));
    assert.deepEqual(differ(ours, theirs), differ(theirs, ours));
  });
}

/** Rejects when the program waits for what does not come. */
async function inTime<Found>(found: Promise<Found>, name: string): Promise<Found> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the program has not ended with ${name} after ${UNTIL_MS} ms`;
    timer = setTimeout(() => reject(new Error(message)), UNTIL_MS);
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}

/** Resolves when `count` of the events have come. */
export function events<Name extends string>(
  emitter: { on(event: Name, listener: () => void): unknown },
  event: Name,
  count: number,
): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    emitter.on(event, () => {
      if (++seen === count) resolve();
    });
  });
}

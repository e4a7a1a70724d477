// Programs that use a library as their authors would, run first on the reference, then on
// Redstart's bundle. What they return must be what the test says on both, and the datasets that
// they leave must be equal. Then what the library said to the reference is sent to both again.
//
// The libraries' clock stands still at MOMENT and moves when a program says so: stamps are then
// the same on both. Timers and the servers' clocks go on. Nothing sleeps: programs wait for events.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Redis } from 'ioredis';
import { datasetOf } from './dataset-of.ts';
import { comparison } from './differential.ts';
import { Monitor } from './monitor.ts';
import { replay } from './replay.ts';
import type { RunningServer } from './server.ts';

const UNTIL_MS = 60000;
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

/**
 * Registers the test of a program, and what it must return. One that waits for deadlines of some
 * milliseconds is not sent again: these would have passed on one of the servers alone.
 */
export function program(
  name: string,
  expected: unknown,
  run: (world: World) => Promise<unknown>,
  { isTimed = false } = {},
): void {
  comparison(name, { args: [], isBundle: true }, async (pair) => {
    const [reference, redstart] = pair.servers;
    const monitor = await Monitor.start(reference.port);
    let requests: string[][] = [];
    const theirs = await outcomeOf(reference, expected, async (world) => {
      const found = await run(world);
      requests = await monitor.stop();
      return found;
    });
    const ours = await outcomeOf(redstart, expected, run);
    assert.ok(theirs.length > 0, 'the program leaves nothing to compare');
    const differ = (lines: string[], others: string[]): string[] =>
      lines.filter((line) => !others.includes(line));
    assert.deepEqual(differ(ours, theirs), differ(theirs, ours));
    if (!isTimed) assert.ok((await replay(pair, requests)) > 0, 'there is nothing to send again');
  });
}

/** Runs the program, which must return what is expected. Returns the dataset that it left. */
async function outcomeOf(
  server: RunningServer,
  expected: unknown,
  run: (world: World) => Promise<unknown>,
): Promise<string[]> {
  mock.timers.enable({ apis: ['Date'], now: MOMENT });
  const world = new World(server.port);
  try {
    const found = await inTime(run(world), server.name);
    assert.deepEqual(world.errors, [], `errors with ${server.name}`);
    assert.deepEqual(found, expected, `found with ${server.name}`);
    return await datasetOf(world.redis());
  } finally {
    await world.close();
    mock.timers.reset();
  }
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

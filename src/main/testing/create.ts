// How a server for tests is made.
import { MovableClock } from '../../infrastructure/movable-clock.ts';
import { openServer } from '../embed/open-server.ts';
import type { TestServer, TestServerOptions } from './api.ts';
import { ServerRandom } from './server-random.ts';
import { KitServer } from './test-server.ts';

/** Of all servers under test: so one can hold what another one held. */
const HASH_KEY = { k0: 0x52656473, k1: 0x74617274 };

/** Makes a server for tests, as `createServer` does, which lets the process end. */
export function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  return make(options);
}

async function make({ data, seed, ...options }: TestServerOptions): Promise<KitServer> {
  const clock = new MovableClock();
  const random = new ServerRandom();
  const parts = { clock, random, data, seed, make: () => make(forkOptions(options)) };
  const server = await openServer(
    options,
    { clock, random, hashKey: HASH_KEY },
    (instance, lasts) => new KitServer(instance, lasts, parts),
  );
  try {
    await server.begin();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** What a fork is made of: its data is a copy, in memory, and nobody else has its sockets. */
function forkOptions(options: TestServerOptions): TestServerOptions {
  const { port, path, dir: _, config, ...others } = options;
  const { appendonly: _appendonly, save: _save, ...directives } = config ?? {};
  return {
    ...others,
    ...(port === undefined ? {} : { port: 0 }),
    ...(path === undefined ? {} : { path: true }),
    config: directives,
  };
}

// The test kit: what the package's `redstart/testing` exports.
import { MovableClock } from '../infrastructure/movable-clock.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import { openServer } from './embed/open-server.ts';
import type { TestServer, TestServerOptions } from './testing/api.ts';
import { KitServer } from './testing/test-server.ts';

/** Makes a server for tests, as `createServer` does, which lets the process end. */
export function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = new MovableClock();
  const ports = { clock, random: new SystemRandom() };
  return openServer(options, ports, (instance, lasts) => new KitServer(instance, lasts, clock));
}

// A server within a program: what `createServer` of the package makes.
import { SystemClock } from '../infrastructure/clock.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import type { RedstartServer, ServerOptions } from './embed/api.ts';
import { EmbeddedServer } from './embed/embedded-server.ts';
import { openServer } from './embed/open-server.ts';

/**
 * Makes a server and resolves when it serves: when its sockets are open and its data is loaded.
 * Rejects with a RedstartError.
 */
export function createServer(options: ServerOptions = {}): Promise<RedstartServer> {
  const ports = { clock: new SystemClock(), random: new SystemRandom() };
  return openServer(options, ports, (instance, lasts) => new EmbeddedServer(instance, lasts));
}

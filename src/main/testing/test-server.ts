// A server for tests: an embedded one whose time and randomness tests have in their hands.
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import { EmbeddedServer } from '../embed/embedded-server.ts';
import type { Instance } from '../instance.ts';
import type { TestServer } from './api.ts';
import { ServerClock } from './server-clock.ts';

export class KitServer extends EmbeddedServer implements TestServer {
  readonly clock: ServerClock;

  constructor(instance: Instance, lasts: boolean, clock: MovableClock) {
    super(instance, lasts);
    this.clock = new ServerClock(instance.server, clock, () => this.isOver);
    this.unref();
  }
}

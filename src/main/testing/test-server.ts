// A server for tests: an embedded one whose time and randomness tests have in their hands.

import { EmbeddedServer } from '../embed/embedded-server.ts';
import type { Instance } from '../instance.ts';
import type { TestServer } from './api.ts';

export class KitServer extends EmbeddedServer implements TestServer {
  constructor(instance: Instance, lasts: boolean) {
    super(instance, lasts);
    this.unref();
  }
}

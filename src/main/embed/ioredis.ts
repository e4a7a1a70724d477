// How ioredis, and what is built as it is, connects without a socket: by a connector of its kind.
import type { Duplex } from 'node:stream';

/** A class of connectors, of which a client makes one. */
export function connectorOf(open: () => Duplex): new (options: unknown) => never {
  const made = class extends Connector {
    constructor() {
      super(open);
    }
  };
  return made as unknown as new (
    options: unknown,
  ) => never;
}

class Connector {
  /** Does the client still want the connection that it has asked for? */
  connecting = false;
  private readonly open: () => Duplex;
  private stream: Duplex | null = null;

  constructor(open: () => Duplex) {
    this.open = open;
  }

  /** Whatever answers is the right server. */
  check(): boolean {
    return true;
  }

  async connect(): Promise<Duplex> {
    this.connecting = true;
    this.stream = this.open();
    return this.stream;
  }

  disconnect(): void {
    this.connecting = false;
    this.stream?.end();
  }
}

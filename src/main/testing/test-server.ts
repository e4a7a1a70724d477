// A server for tests: an embedded one whose time and randomness tests have in their hands, and of
// which there are copies.
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import { closed } from '../embed/closed.ts';
import { EmbeddedServer } from '../embed/embedded-server.ts';
import type { Instance } from '../instance.ts';
import type { Seed, Snapshot, TestServer } from './api.ts';
import { type CopiedServer, copyFrom, restore, snapshotOf } from './copies.ts';
import { plant } from './seed.ts';
import { ServerClock } from './server-clock.ts';
import { ServerFaults } from './server-faults.ts';

/** Makes another server of the same options. */
export type Maker = () => Promise<KitServer>;

export class KitServer extends EmbeddedServer implements TestServer {
  readonly clock: ServerClock;
  readonly faults: ServerFaults;
  private readonly copied: CopiedServer;
  private readonly make: Maker;
  /** Whose fork it is, until that has its memory back. */
  private original: KitServer | null = null;

  constructor(instance: Instance, lasts: boolean, clock: MovableClock, make: Maker) {
    super(instance, lasts);
    const { server } = instance;
    this.clock = new ServerClock(server, clock, () => this.isOver);
    this.faults = new ServerFaults(server);
    this.copied = { server, clock };
    this.make = make;
    this.unref();
  }

  snapshot(): Snapshot {
    if (this.isOver) throw closed();
    return snapshotOf(this.copied);
  }

  async restore(snapshot: Snapshot): Promise<void> {
    if (this.isOver) throw closed();
    restore(this.copied, snapshot);
  }

  async fork(): Promise<TestServer> {
    const copy = await this.make();
    try {
      if (this.isOver) throw closed();
      copyFrom(copy.copied, this.copied);
    } catch (error) {
      await copy.close();
      throw error;
    }
    copy.original = this;
    return copy;
  }

  /** Gives it its first data. */
  async plant(data: Seed | undefined): Promise<void> {
    if (data === undefined) return;
    await plant(this.copied.server, (name, ...args) => this.call(name, ...args), data);
  }

  /** The memory of a fork is for the next one. */
  override async close(): Promise<void> {
    await super.close();
    const { original } = this;
    this.original = null;
    original?.take(this);
  }

  private take({ copied }: KitServer): void {
    copied.server.keyspace.arena.giveMemoryTo(this.copied.server.keyspace.arena);
  }
}

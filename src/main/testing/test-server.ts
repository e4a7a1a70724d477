// A server for tests: an embedded one whose time and randomness tests have in their hands, and of
// which there are copies.
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import type { Argument } from '../embed/api.ts';
import { closed } from '../embed/closed.ts';
import { EmbeddedServer } from '../embed/embedded-server.ts';
import type { Instance } from '../instance.ts';
import type { Seed, Snapshot, TestServer } from './api.ts';
import { type CopiedServer, copyFrom, restore, snapshotOf } from './copies.ts';
import { plant } from './seed.ts';
import { ServerClock } from './server-clock.ts';
import { ServerFaults } from './server-faults.ts';
import type { ServerRandom } from './server-random.ts';

/** What a server under test is made with. */
export interface KitParts {
  readonly clock: MovableClock;
  readonly random: ServerRandom;
  /** What it begins with. */
  readonly data: Seed | undefined;
  readonly seed: number | undefined;
  /** Makes another server of the same options. */
  readonly make: () => Promise<KitServer>;
}

export class KitServer extends EmbeddedServer implements TestServer {
  readonly clock: ServerClock;
  readonly random: ServerRandom;
  readonly faults: ServerFaults;
  private readonly copied: CopiedServer;
  private readonly parts: KitParts;
  /** Whose fork it is, until that has its memory back. */
  private original: KitServer | null = null;

  constructor(instance: Instance, lasts: boolean, parts: KitParts) {
    super(instance, lasts);
    const { server } = instance;
    const { clock, random } = parts;
    this.parts = parts;
    this.random = random;
    this.clock = new ServerClock(server, clock, () => this.isOver);
    this.faults = new ServerFaults(server);
    this.copied = { server, clock, random };
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
    const copy = await this.parts.make();
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

  async reset(): Promise<void> {
    if (this.isOver) throw closed();
    this.faults.clear();
    this.clock.resume();
    this.instance.server.unpause();
    await this.call('FLUSHALL');
    await this.call('FUNCTION', 'FLUSH');
    await this.call('SCRIPT', 'FLUSH');
    await this.begin();
  }

  /** Gives it its first data, and its seed. */
  async begin(): Promise<void> {
    const { data, seed, random } = this.parts;
    const call = (name: string, ...args: Argument[]): Promise<unknown> => this.call(name, ...args);
    if (data !== undefined) await plant(this.copied.server, call, data);
    if (seed === undefined) random.unseed();
    else random.seed(seed);
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

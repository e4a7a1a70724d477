// maxmemory-clients: while all clients together take more, the one that takes most is closed. Those
// that said CLIENT NO-EVICT ON stay.
import type { ClientMemory } from './client-memory.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Log } from './ports.ts';
import type { Session } from './session.ts';
import type { Statistics } from './statistics.ts';

const CLOSED_AT_ONCE = 32;
/** Each that is closed costs a look at all clients. */
const LOOKS_AT_ONCE = 10_000;

/** What of the server is needed here. */
export interface ClientEvictionParts {
  readonly live: LiveSettings;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly statistics: Statistics;
  readonly log: Log;
}

export class ClientEviction {
  private readonly parts: ClientEvictionParts;
  private readonly memory: ClientMemory;

  constructor(parts: ClientEvictionParts, memory: ClientMemory) {
    this.parts = parts;
    this.memory = memory;
  }

  /** The limit may be another one. */
  applySettings(): void {
    const { maxmemory, maxmemoryClients } = this.parts.live;
    const limit = maxmemoryClients < 0 ? (maxmemory * -maxmemoryClients) / 100 : maxmemoryClients;
    this.memory.setLimit(limit === 0 ? Number.POSITIVE_INFINITY : limit);
  }

  /** Closes some clients if all take too much. Are there more to close? */
  closeLargest(): boolean {
    const { memory, parts } = this;
    const closedMax = Math.min(CLOSED_AT_ONCE, 1 + LOOKS_AT_ONCE / parts.sessions.size);
    for (let closed = 0; memory.isOverLimit; closed++) {
      if (closed >= closedMax) return true;
      const largest = this.findLargest();
      if (largest === null) {
        parts.log.write('warning', 'Over client maxmemory after evicting all evictable clients');
        // Not with each request: the next tick looks again.
        memory.setLimit(Number.POSITIVE_INFINITY);
        return false;
      }
      parts.statistics.evictedClients++;
      const { id, origin, memorySize } = largest;
      const name = largest.labelText('name');
      const line = `id=${id} addr=${origin.address} name=${name} tot-mem=${memorySize}`;
      parts.log.write('notice', `Evicting client: ${line}`);
      largest.output.destroy();
    }
    return false;
  }

  private findLargest(): Session | null {
    let largest: Session | null = null;
    for (const session of this.parts.sessions.values()) {
      if (session.isNoEvict) continue;
      if (largest === null || session.memorySize > largest.memorySize) largest = session;
    }
    return largest;
  }
}

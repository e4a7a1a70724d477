// What happens to keys, told to the program that embeds the server: after the turn in which it
// happened, since its listeners may do whatever they like. While nobody listens nothing is kept.
import type { Database } from '../../domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../../domain/keyspace/event-classes.ts';
import { EVENT_EVICTED, EVENT_EXPIRED, EVENT_OVERWRITTEN } from '../../domain/keyspace/events.ts';
import { isOfType, TYPE_STRING } from '../../domain/memory/record.ts';
import type { KeyObserver } from '../../engine/key-listeners.ts';
import type { Clock } from '../../engine/ports.ts';
import type { Server } from '../../engine/server.ts';
import type { ServerEvents } from './api.ts';
import { RedstartError } from './errors.ts';

/** What one turn may bring: one command can change millions of keys. */
const EVENTS_MAX = 1_000_000;

type KeyEvent =
  | { readonly name: 'expired' | 'evicted'; readonly args: ServerEvents['expired'] }
  | { readonly name: 'write'; readonly args: ServerEvents['write'] };

export interface Audience {
  hears(name: keyof ServerEvents): boolean;
  tell(name: keyof ServerEvents, args: readonly unknown[]): void;
}

export class KeyEvents implements KeyObserver {
  private readonly server: Server;
  private readonly clock: Clock;
  private readonly audience: Audience;
  private events: KeyEvent[] = [];
  private lostCount = 0;
  private isDue = false;

  constructor(server: Server, audience: Audience) {
    this.server = server;
    this.clock = server.clock;
    this.audience = audience;
  }

  /** Who listens has changed. */
  follow(): void {
    const { audience } = this;
    const isWanted = ['expired', 'evicted', 'write'] as const;
    const isHeard = isWanted.some((name) => audience.hears(name));
    this.server.keyListeners.observe(isHeard ? this : null);
  }

  changed(database: Database, ref: number, event: KeyspaceEvent): void {
    if (!this.audience.hears('write')) return;
    this.add({ name: 'write', args: [this.keyOf(ref), event.name, database.index] });
  }

  removed(database: Database, ref: number, event: KeyspaceEvent): void {
    const name = event === EVENT_EXPIRED ? 'expired' : event === EVENT_EVICTED ? 'evicted' : null;
    if (event === EVENT_OVERWRITTEN) return;
    if (name === null) return this.changed(database, ref, event);
    if (!this.audience.hears(name)) return;
    this.add({ name, args: [this.keyOf(ref), this.valueOf(ref), database.index] });
  }

  flushed(database: Database | null): void {
    if (!this.audience.hears('write')) return;
    const name = database === null ? 'flushall' : 'flushdb';
    this.add({ name: 'write', args: [null, name, database?.index ?? 0] });
  }

  private keyOf(ref: number): string {
    const { records } = this.server.keyspace;
    records.locateKey(ref);
    return text(records.keyBytes, records.keyStart, records.keyEnd);
  }

  private valueOf(ref: number): string | null {
    const { records } = this.server.keyspace;
    if (!isOfType(records.arena, ref, TYPE_STRING)) return null;
    records.locateValue(ref);
    return text(records.valueBytes, records.valueStart, records.valueEnd);
  }

  private add(event: KeyEvent): void {
    if (this.events.length < EVENTS_MAX) this.events.push(event);
    else this.lostCount++;
    if (this.isDue) return;
    this.isDue = true;
    this.clock.schedule(0, () => this.tell());
  }

  private tell(): void {
    const { events, audience, lostCount } = this;
    this.events = [];
    this.lostCount = 0;
    this.isDue = false;
    let told = 0;
    try {
      for (const { name, args } of events) {
        told++;
        audience.tell(name, args);
      }
    } finally {
      // Where a listener throws the others are told of the rest.
      for (let i = told; i < events.length; i++) this.add(events[i]);
    }
    if (lostCount === 0 || !audience.hears('error')) return;
    const message = `${lostCount} events were lost: one turn changed more than ${EVENTS_MAX} keys`;
    audience.tell('error', [new RedstartError('ERR_EVENTS_LOST', message)]);
  }
}

/** A copy of bytes that are the server's. */
function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('utf8');
}

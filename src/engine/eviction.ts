// Eviction: keys go, those that will be missed least by maxmemory-policy, until what the server
// uses is not more than maxmemory. It is asked for before every few requests; when it takes too
// long, the requests run and the cron goes on with it.
//
// What was deleted and is not freed yet goes first, before any other key; what of it stays for who
// reads the past does not count: it goes by itself, and no key that went would free it. Of keys
// with a deadline the next one to expire is known; of all others a few are looked at, chosen by
// chance.
import { ZERO } from '../domain/doubles.ts';
import type { Database } from '../domain/keyspace/database.ts';
import { EVENT_EVICTED } from '../domain/keyspace/events.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { accessOf } from '../domain/memory/record.ts';
import { EvictionPool } from './eviction-pool.ts';
import { COUNTER_MAX, type LfuCounter } from './lfu.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Clock, Random } from './ports.ts';
import type { Statistics } from './statistics.ts';
import type { LatencyMonitor } from './stats/latency.ts';
import { ACCESS_MASK } from './turn.ts';

// What makeRoom() answers.
/** Less than maxmemory is used. */
const FITS = 0;
/** Time is up, and keys can still be evicted. */
export const GOES_ON = 1;
/** There is nothing to evict. */
export const FULL = 2;

/** Keys evicted, or pending frees done, between two looks at the clock. */
const STEP = 16;
/** Up to this tenacity the time grows evenly, then by 15 % with each. As in Redis. */
const EVEN_TENACITY = 10;
const EVEN_US = 50;
const TENACITY_MAX = 100;

/** What of the server is needed here. */
export interface EvictionParts {
  readonly keyspace: Keyspace;
  readonly live: LiveSettings;
  readonly lfu: LfuCounter;
  readonly clock: Clock;
  readonly random: Random;
  readonly statistics: Statistics;
  readonly latency: LatencyMonitor;
  readonly usedMemory: number;
}

export class Eviction {
  private readonly parts: EvictionParts;
  private readonly pool = new EvictionPool();
  /** Policies that choose by chance take the databases by turns. */
  private nextDatabase = 0;
  /** Since when too much is used; 0: it is not. */
  private overSinceUs = ZERO;
  private overUs = ZERO;
  /** Time was up before it fitted: the cron goes on. */
  isBehind = false;

  constructor(parts: EvictionParts) {
    this.parts = parts;
  }

  /** INFO's current_eviction_exceeded_time, in us: how long too much has been used by now. */
  get currentOverUs(): number {
    return this.overSinceUs === 0 ? 0 : this.parts.clock.monotonicUs() - this.overSinceUs;
  }

  /** INFO's total_eviction_exceeded_time, in us. */
  get totalOverUs(): number {
    return this.overUs + this.currentOverUs;
  }

  /** CONFIG RESETSTAT. */
  resetTimes(): void {
    this.overUs = 0;
    if (this.overSinceUs !== 0) this.overSinceUs = this.parts.clock.monotonicUs();
  }

  /** Evicts until it fits, for a slice of time. Returns one of FITS, GOES_ON and FULL. */
  makeRoom(): number {
    const { clock, keyspace, live } = this.parts;
    if (live.maxmemory === 0) return this.counted(FITS, 0);
    const overSize = this.parts.usedMemory - keyspace.pastSize - live.maxmemory;
    if (overSize <= 0) return this.counted(FITS, 0);
    // While writes are paused the data stays as it is.
    if (keyspace.keepsExpired) return this.counted(FITS, 0);
    const startUs = clock.monotonicUs();
    const endUs = startUs + timeOf(live.evictionTenacity);
    // What others are told of it meanwhile takes memory, too, but must not let more and more go.
    const wantedSize = Math.max(0, this.dataSize - overSize);
    let outcome = FITS;
    for (let steps = 1; this.dataSize > wantedSize; steps++) {
      if (keyspace.pending.hasMore) keyspace.pending.freeSlice(STEP);
      else if (!this.evictOne()) {
        outcome = FULL;
        break;
      }
      if (steps % STEP !== 0 || clock.monotonicUs() < endUs) continue;
      if (this.dataSize > wantedSize) outcome = GOES_ON;
      break;
    }
    return this.counted(outcome, clock.monotonicUs() - startUs);
  }

  /** Bytes of data that can be made less. */
  private get dataSize(): number {
    const { keyspace } = this.parts;
    return keyspace.usedSize - keyspace.pastSize;
  }

  private evictOne(): boolean {
    const policy = this.parts.live.maxmemoryPolicy;
    if (policy === 'noeviction') return false;
    if (policy === 'volatile-ttl') return this.evictNextToExpire();
    const isVolatile = policy.startsWith('volatile');
    if (policy.endsWith('-random')) return this.evictAny(isVolatile);
    return this.evictLeastUsed(isVolatile, policy.endsWith('-lfu'));
  }

  private evictNextToExpire(): boolean {
    let next: Database | null = null;
    for (const database of this.parts.keyspace.databases) {
      if (database.heap.count === 0) continue;
      if (next === null || database.heap.earliest < next.heap.earliest) next = database;
    }
    if (next === null) return false;
    this.evict(next, next.heap.refAt(1));
    return true;
  }

  private evictAny(isVolatile: boolean): boolean {
    const { databases } = this.parts.keyspace;
    for (let i = 0; i < databases.length; i++) {
      const database = databases[this.nextDatabase++ % databases.length];
      const ref = this.chosenByChance(database, isVolatile);
      if (ref === NONE) continue;
      this.evict(database, ref);
      return true;
    }
    return false;
  }

  private evictLeastUsed(isVolatile: boolean, byFrequency: boolean): boolean {
    const { databases } = this.parts.keyspace;
    const { pool } = this;
    for (;;) {
      let candidates = 0;
      for (const database of databases) {
        candidates += this.sample(database, isVolatile, byFrequency);
      }
      if (candidates === 0) return false;
      while (pool.count > 0) {
        const best = pool.count - 1;
        const database = databases[pool.databases[best]];
        const hash = pool.hashes[best];
        const ref = pool.refs[best];
        const score = pool.scores[best];
        pool.remove(best);
        if (!database.dict.holds(hash, ref)) continue;
        // It was used meanwhile, or the policy is another one.
        if (this.scoreOf(ref, byFrequency) < score) continue;
        if (isVolatile && this.parts.keyspace.deadline(database, ref) < 0) continue;
        this.evict(database, ref);
        return true;
      }
    }
  }

  /** Looks at a few keys of a database. Returns how many there are to look at. */
  private sample(database: Database, isVolatile: boolean, byFrequency: boolean): number {
    const { keyspace, live } = this.parts;
    const count = isVolatile ? database.heap.count : database.dict.count;
    const samples = Math.min(count, live.evictionSamples);
    for (let i = 0; i < samples; i++) {
      const ref = this.chosenByChance(database, isVolatile);
      const score = this.scoreOf(ref, byFrequency);
      if (!this.pool.wants(score)) continue;
      this.pool.add(score, database.index, keyspace.records.hashOf(ref), ref);
    }
    return count;
  }

  private chosenByChance({ heap, dict }: Database, isVolatile: boolean): number {
    const { random } = this.parts;
    if (!isVolatile) return dict.randomEntry(random);
    return heap.count === 0 ? NONE : heap.refAt(1 + (random.next() % heap.count));
  }

  /** How little it will be missed: seconds without use, or what the counter lacks to its end. */
  private scoreOf(ref: number, byFrequency: boolean): number {
    const { arena, records } = this.parts.keyspace;
    const access = accessOf(arena, ref);
    if (byFrequency) return COUNTER_MAX - this.parts.lfu.decayed(access, records.accessNow);
    return (records.accessNow - access) & ACCESS_MASK;
  }

  private evict(database: Database, ref: number): void {
    const { keyspace, statistics, live, clock, latency } = this.parts;
    statistics.evictedKeys++;
    if (live.latencyMs === 0) return keyspace.discard(database, ref, EVENT_EVICTED);
    const startUs = clock.monotonicUs();
    keyspace.discard(database, ref, EVENT_EVICTED);
    const durationUs = clock.monotonicUs() - startUs;
    latency.addIfSlow('eviction-del', durationUs, live.latencyMs, keyspace.nowMs);
  }

  /** Notes how long it took and how long too much was used. */
  private counted(outcome: number, durationUs: number): number {
    const { clock, live, latency, keyspace } = this.parts;
    this.isBehind = outcome === GOES_ON;
    latency.addIfSlow('eviction-cycle', durationUs, live.latencyMs, keyspace.nowMs);
    if (outcome === FITS && this.overSinceUs !== 0) {
      this.overUs = this.totalOverUs;
      this.overSinceUs = 0;
    } else if (outcome !== FITS && this.overSinceUs === 0) {
      this.overSinceUs = clock.monotonicUs();
    }
    return outcome;
  }
}

/** How long requests may be kept waiting, in us. */
function timeOf(tenacity: number): number {
  if (tenacity >= TENACITY_MAX) return Number.POSITIVE_INFINITY;
  if (tenacity <= EVEN_TENACITY) return EVEN_US * tenacity;
  return EVEN_US * EVEN_TENACITY * 1.15 ** (tenacity - EVEN_TENACITY);
}

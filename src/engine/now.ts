// The present, as everything that runs sees it: sampled, so that a turn has one time.
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { LfuCounter } from './lfu.ts';
import type { Clock } from './ports.ts';

/** Redis's LRU clock: seconds, 24 bits. */
const ACCESS_MASK = 0xffffff;

/** What of the server is needed here. */
export interface NowParts {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  readonly lfu: LfuCounter;
}

/** Reads the clock for everything that happens until the next sample. */
export function sampleNow({ clock, keyspace, lfu }: NowParts): void {
  const nowMs = clock.nowMs();
  keyspace.nowMs = nowMs;
  keyspace.records.accessNow = keyspace.countsFrequency
    ? lfu.initial(nowMs)
    : Math.floor(nowMs / 1000) & ACCESS_MASK;
}

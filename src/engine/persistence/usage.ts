// What is known of the use of an entry, for eviction, as files have it: seconds since its last
// access with policies that go by that, the LFU counter with those that count.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { accessOf, setAccess } from '../../domain/memory/record.ts';
import { COUNTER_MAX, type LfuCounter } from '../lfu.ts';
import type { LiveSettings } from '../live-settings.ts';
import { ACCESS_MASK } from '../turn.ts';
import { NOT_GIVEN } from './rdb-format.ts';

/** What of the server is needed here. */
export interface UsageParts {
  readonly keyspace: Keyspace;
  readonly live: LiveSettings;
  readonly lfu: LfuCounter;
}

/** Seconds without use, to be written; NOT_GIVEN where no policy asks for them. */
export function idleSecondsOf({ keyspace, live }: UsageParts, ref: number): number {
  if (!live.maxmemoryPolicy.endsWith('-lru')) return NOT_GIVEN;
  const { accessNow } = keyspace.records;
  return (accessNow - accessOf(keyspace.arena, ref)) & ACCESS_MASK;
}

/** The LFU counter, likewise. */
export function frequencyOf({ keyspace, live, lfu }: UsageParts, ref: number): number {
  if (!live.countsFrequency) return NOT_GIVEN;
  return lfu.decayed(accessOf(keyspace.arena, ref), keyspace.records.accessNow);
}

/** Lets an entry have been used as is said, if the policy asks for that. */
export function setUsage(
  keyspace: Keyspace,
  ref: number,
  idleSeconds: number,
  frequency: number,
): void {
  const { accessNow } = keyspace.records;
  if (keyspace.countsFrequency) {
    if (frequency === NOT_GIVEN) return;
    setAccess(keyspace.arena, ref, (accessNow & ~COUNTER_MAX) | frequency);
  } else if (idleSeconds !== NOT_GIVEN) {
    const idle = idleSeconds % (ACCESS_MASK + 1);
    setAccess(keyspace.arena, ref, (accessNow - idle) & ACCESS_MASK);
  }
}

// A dataset: all that a server holds for its clients at one moment, in memory, whole and apart from
// any server. Servers can have it from then on, as often as they like.
//
// What belongs to it: keys with their deadlines and accesses, and libraries of functions. What does
// not: configuration, statistics, connections, the cache of scripts (as after a start).
import { copyKeyspace, copyOfKeyspace, whyNoCopy } from '../domain/keyspace/copies.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { FLUSH } from './scripting/functions.ts';
import type { Server } from './server.ts';
import { sampleNow } from './turn.ts';

export interface Dataset {
  readonly keyspace: Keyspace;
  readonly libraries: readonly Uint8Array[];
  /** What the access clock of its keys is ahead of the wall clock. */
  readonly accessAheadUs: number;
}

/**
 * What a server holds now, or why it cannot be had: its own keyspace, which goes on to change.
 */
export function datasetOf(server: Server): Dataset | string {
  const { keyspace, persistence, clock } = server;
  if (persistence.isLoading) return 'its data is being loaded';
  if (keyspace.arena.past !== null) return 'its data is being saved';
  return {
    keyspace,
    libraries: server.libraries,
    accessAheadUs: clock.elapsedUs() + server.accessAheadUs - clock.nowMs() * 1000,
  };
}

/** The same for keeps. */
export function copyOfDataset({ keyspace, libraries, accessAheadUs }: Dataset): Dataset {
  return { keyspace: copyOfKeyspace(keyspace), libraries, accessAheadUs };
}

/**
 * A server holds another dataset from here on; '' or why not: then nothing has changed. Whoever
 * watches keys, tracks them or waits for them is told. Not while a command runs.
 */
export function adoptDataset(server: Server, dataset: Dataset): string {
  const { keyspace, persistence, clock, journal, scripting } = server;
  if (persistence.isLoading) return 'its data is being loaded';
  if (journal.isOn || journal.isStarting)
    return 'it has an append-only file, which would not know of it';
  const problem = whyNoCopy(keyspace, dataset.keyspace);
  if (problem !== '') return problem;
  const refusal = scripting.functions.restore(dataset.libraries, FLUSH, true);
  if (refusal !== '') return refusal;
  server.accessAheadUs = dataset.accessAheadUs + clock.nowMs() * 1000 - clock.elapsedUs();
  sampleNow(server, clock.elapsedUs());
  copyKeyspace(keyspace, dataset.keyspace);
  // A change, for save points.
  keyspace.dirty++;
  server.alarm.wakeIn(0);
  return '';
}

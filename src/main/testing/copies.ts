// Snapshots of a server under test: all that it holds for its clients at one moment, and its time.
import { adoptDataset, copyOfDataset, type Dataset, datasetOf } from '../../engine/dataset.ts';
import type { Server } from '../../engine/server.ts';
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import { RedstartError } from '../embed/errors.ts';
import type { Snapshot } from './api.ts';

/** What of a server under test is copied, and what its time is. */
export interface CopiedServer {
  readonly server: Server;
  readonly clock: MovableClock;
}

/** The moment at which the clock stands still; null: it is the process's. */
type Time = number | null;

class KeptSnapshot implements Snapshot {
  readonly keys: number;
  readonly dataset: Dataset;
  readonly time: Time;

  constructor(dataset: Dataset, time: Time) {
    this.dataset = dataset;
    this.time = time;
    this.keys = dataset.keyspace.databases.reduce((sum, { dict }) => sum + dict.count, 0);
  }
}

export function snapshotOf({ server, clock }: CopiedServer): Snapshot {
  return new KeptSnapshot(copyOfDataset(presentOf(server)), timeOf(clock));
}

/** A server is what it was when a snapshot was taken, of it or of another one. */
export function restore({ server, clock }: CopiedServer, snapshot: Snapshot): void {
  if (!(snapshot instanceof KeptSnapshot)) {
    throw new RedstartError('ERR_BAD_CALL', 'restore() takes what snapshot() gave');
  }
  adopt(server, clock, snapshot.dataset, snapshot.time);
}

/** A server holds from here on what another one holds. */
export function copyFrom({ server, clock }: CopiedServer, other: CopiedServer): void {
  adopt(server, clock, presentOf(other.server), timeOf(other.clock));
}

function adopt(server: Server, clock: MovableClock, dataset: Dataset, time: Time): void {
  const before = timeOf(clock);
  setTime(clock, time);
  const problem = adoptDataset(server, dataset);
  if (problem === '') return;
  setTime(clock, before);
  throw new RedstartError('ERR_DATA', `the server cannot take a copy: ${problem}`);
}

function presentOf(server: Server): Dataset {
  const dataset = datasetOf(server);
  if (typeof dataset !== 'string') return dataset;
  throw new RedstartError('ERR_DATA', `the server cannot be copied: ${dataset}`);
}

function timeOf(clock: MovableClock): Time {
  return clock.isFrozen ? clock.nowMs() : null;
}

function setTime(clock: MovableClock, time: Time): void {
  if (time === null) clock.resume();
  else clock.freeze(time);
}

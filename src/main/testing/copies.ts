// Snapshots of a server under test: all that it holds for its clients at one moment, its time, and
// what it draws next.
import { adoptDataset, copyOfDataset, type Dataset, datasetOf } from '../../engine/dataset.ts';
import type { Server } from '../../engine/server.ts';
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import { RedstartError } from '../embed/errors.ts';
import type { Snapshot } from './api.ts';
import type { ServerRandom } from './server-random.ts';

/** What of a server under test is copied, what its time is, and its draws. */
export interface CopiedServer {
  readonly server: Server;
  readonly clock: MovableClock;
  readonly random: ServerRandom;
}

/** The moment at which the clock stands still; null: it is the process's. */
type Time = number | null;
/** Where the random source is. */
type Draws = ServerRandom['state'];

class KeptSnapshot implements Snapshot {
  readonly keys: number;
  readonly dataset: Dataset;
  readonly time: Time;
  readonly draws: Draws;

  constructor(dataset: Dataset, time: Time, draws: Draws) {
    this.dataset = dataset;
    this.time = time;
    this.draws = draws;
    this.keys = dataset.keyspace.databases.reduce((sum, { dict }) => sum + dict.count, 0);
  }
}

export function snapshotOf({ server, clock, random }: CopiedServer): Snapshot {
  return new KeptSnapshot(copyOfDataset(presentOf(server)), timeOf(clock), random.state);
}

/** A server is what it was when a snapshot was taken, of it or of another one. */
export function restore(copied: CopiedServer, snapshot: Snapshot): void {
  if (!(snapshot instanceof KeptSnapshot)) {
    throw new RedstartError('ERR_BAD_CALL', 'restore() takes what snapshot() gave');
  }
  adopt(copied, snapshot.dataset, snapshot.time, snapshot.draws);
}

/** A server holds from here on what another one holds. */
export function copyFrom(copied: CopiedServer, other: CopiedServer): void {
  adopt(copied, presentOf(other.server), timeOf(other.clock), other.random.state);
}

function adopt(copied: CopiedServer, dataset: Dataset, time: Time, draws: Draws): void {
  const { server, clock, random } = copied;
  const before = timeOf(clock);
  setTime(clock, time);
  const problem = adoptDataset(server, dataset);
  if (problem === '') {
    random.state = draws;
    return;
  }
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

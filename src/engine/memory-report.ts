// What the server's memory is used for: the figures of INFO memory, MEMORY STATS and MEMORY DOCTOR.
//
// All memory that is counted is asked for by the server itself: records and big values, the tables
// of the databases, the buffers of clients, the reply writer; and, about, what clients are
// subscribed to. What the JavaScript engine needs for code and small objects is not in it; it shows
// in the resident size, and so in the fragmentation ratio.
import type { ServerView } from './command.ts';

/** The tables of one database that holds keys. */
interface DatabaseOverhead {
  readonly index: number;
  readonly keysSize: number;
  readonly deadlinesSize: number;
}

export interface MemoryReport {
  readonly used: number;
  readonly peak: number;
  /** What an empty server uses. */
  readonly startup: number;
  /** All that is not records. */
  readonly overhead: number;
  readonly dataset: number;
  readonly clients: number;
  readonly resident: number;
  /** `used`, and what the arena holds beyond it to give out. */
  readonly reserved: number;
  readonly keysCount: number;
  readonly bytesPerKey: number;
  readonly datasetPercent: number;
  readonly peakPercent: number;
  /** Memory reserved per memory used, and the difference. */
  readonly reservedRatio: number;
  readonly reservedExcess: number;
  /** Resident memory per memory used, and the difference. */
  readonly residentRatio: number;
  readonly residentExcess: number;
  readonly databases: readonly DatabaseOverhead[];
}

/** Measures now; a peak that was not noticed before is noted. */
export function reportMemory(server: ServerView): MemoryReport {
  const { keyspace, statistics } = server;
  const used = server.usedMemory;
  statistics.memoryPeakSize = Math.max(statistics.memoryPeakSize, used);
  const startup = server.startupMemorySize;
  let dataset = keyspace.arena.usedSize + keyspace.arena.large.usedSize;
  for (const { dict } of keyspace.databases) dataset -= dict.size - dict.ownSize;
  const reserved = used + keyspace.arena.reservedSize - keyspace.arena.usedSize;
  const resident = server.host.residentSize();
  // Redis takes 1 where the server uses no more than at its start.
  const net = used > startup ? used - startup : 1;
  const databases: DatabaseOverhead[] = [];
  let keysCount = 0;
  for (const { dict, heap, index } of keyspace.databases) {
    if (dict.count === 0) continue;
    keysCount += dict.count;
    databases.push({ index, keysSize: dict.size, deadlinesSize: heap.size });
  }
  return {
    used,
    peak: statistics.memoryPeakSize,
    startup,
    overhead: used - dataset,
    dataset,
    clients: server.clientsSize,
    resident,
    reserved,
    keysCount,
    bytesPerKey: keysCount === 0 ? 0 : Math.trunc(net / keysCount),
    datasetPercent: (dataset * 100) / net,
    peakPercent: (used * 100) / statistics.memoryPeakSize,
    reservedRatio: reserved / used,
    reservedExcess: reserved - used,
    residentRatio: resident / used,
    residentExcess: resident - used,
    databases,
  };
}

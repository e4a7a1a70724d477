// Writes an RDB file of all that there is now, at once: SAVE, the end of the process, DEBUG RELOAD.
// It blocks, as in Redis.
import type { Database } from '../../domain/keyspace/database.ts';
import type { Host } from '../ports.ts';
import type { Settings } from '../settings/settings.ts';
import { REDIS_VERSION } from '../version.ts';
import type { ByteTarget, RdbFacts, RdbFormat, RdbWriting } from './rdb-format.ts';
import { frequencyOf, idleSecondsOf, type UsageParts } from './usage.ts';

/** Elements of a value that are written at once. */
const ELEMENTS_AT_ONCE = 1024;

/** What of the server is needed here. */
export interface DatasetParts extends UsageParts {
  readonly clock: { nowMs(): number };
  readonly host: Pick<Host, 'architectureBits' | 'sleep'>;
  readonly settings: Settings;
  readonly usedMemory: number;
  readonly rdbFormat: RdbFormat;
  /** The code of libraries of functions. */
  readonly libraries: readonly Uint8Array[];
}

export function writeDataset(parts: DatasetParts, target: ByteTarget): void {
  const { keyspace, rdbFormat } = parts;
  const writing = rdbFormat.writing(target);
  beginFile(parts, writing, false);
  for (const database of keyspace.databases) {
    if (database.dict.count > 0) writeDatabase(parts, database, writing);
  }
  writing.end();
}

/** Begins a file of what the server has now: the databases follow. */
export function beginFile(
  { clock, host, usedMemory, settings, libraries }: DatasetParts,
  writing: RdbWriting,
  isAofBase: boolean,
  isPatient = false,
): void {
  const facts: RdbFacts = {
    redisVersion: REDIS_VERSION,
    bits: host.architectureBits,
    seconds: Math.floor(clock.nowMs() / 1000),
    usedMemory,
    isAofBase,
  };
  const hasChecksum = settings.flag('rdbchecksum');
  writing.begin(facts, hasChecksum, settings.flag('rdbcompression'), isPatient);
  for (const library of libraries) writing.library(library);
}

function writeDatabase(parts: DatasetParts, database: Database, writing: RdbWriting): void {
  const { keyspace, host, settings } = parts;
  const { dict, heap, index } = database;
  const delayUs = settings.integer('rdb-key-save-delay');
  writing.database(index, dict.count, heap.count);
  dict.forEach({
    visit: (ref) => {
      const deadlineMs = keyspace.deadline(database, ref);
      writing.entry(ref, deadlineMs, idleSecondsOf(parts, ref), frequencyOf(parts, ref));
      while (writing.step(ELEMENTS_AT_ONCE));
      if (delayUs > 0) host.sleep(delayUs);
    },
  });
}

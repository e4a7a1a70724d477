// RDB files in memory for tests: written of what a test server has, put together by hand, and read
// into another one.
import assert from 'node:assert/strict';
import { RdbFiles } from '../../src/adapters/rdb/files.ts';
import { addLoaded } from '../../src/domain/keyspace/loaded.ts';
import type { DiskFile } from '../../src/engine/disk.ts';
import {
  EMPTY,
  ENDED,
  ENTRY,
  FACT,
  FAILED,
  LIBRARY,
  MODULE_DATA,
  NOT_GIVEN,
  type RdbReading,
} from '../../src/engine/persistence/rdb-format.ts';
import type { Server } from '../../src/engine/server.ts';
import { crc64 } from './payloads.ts';

const FACTS = {
  redisVersion: '7.2.6',
  bits: 64,
  seconds: 1795168800,
  usedMemory: 1234567,
  isAofBase: false,
};
const END = Buffer.of(255);
const STEPS_MAX = 1e6;

/** A file that can be read, as many bytes at a time as are wanted, or `readMax`. */
export function bytesFile(bytes: Uint8Array, readMax = Number.POSITIVE_INFINITY): DiskFile {
  const never = (): never => assert.fail('it is only read');
  return {
    path: 'dump.rdb',
    size: () => bytes.length,
    read: (into, start, end, position) => {
      const count = Math.max(0, Math.min(end - start, bytes.length - position, readMax));
      into.set(bytes.subarray(position, position + count), start);
      return count;
    },
    write: never,
    writeOver: never,
    truncate: never,
    sync: never,
    syncNow: never,
    close: () => {},
  };
}

/** Items with a header before them, and the end and the checksum behind. */
export function fileOf(items: readonly Uint8Array[], version = 10): Buffer {
  const header = Buffer.from(`REDIS${String(version).padStart(4, '0')}`);
  const whole = Buffer.concat([header, ...items, END]);
  if (version < 5) return whole;
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(crc64(whole));
  return Buffer.concat([whole, checksum]);
}

/** The file of all that a server has. */
export function writtenFile({ keyspace, live }: Server, hasChecksum = true): Buffer {
  const chunks: Buffer[] = [];
  const target = {
    take: (bytes: Uint8Array, start: number, end: number): void => {
      chunks.push(Buffer.from(bytes.slice(start, end)));
    },
  };
  const writing = new RdbFiles(keyspace, live.collections).writing(target);
  writing.begin(FACTS, hasChecksum, true);
  for (const database of keyspace.databases) {
    const { dict, heap } = database;
    if (dict.count === 0) continue;
    writing.database(database.index, dict.count, heap.count);
    dict.forEach({
      visit: (ref) => {
        writing.entry(ref, keyspace.deadline(database, ref), NOT_GIVEN, NOT_GIVEN);
        while (writing.step(3));
      },
    });
  }
  writing.end();
  return Buffer.concat(chunks);
}

/** What came of reading a file. */
export interface ReadFile {
  readonly problem: string;
  readonly isCut: boolean;
  readonly isChecked: boolean;
  /** Where reading has ended, and where what was read last begins. */
  readonly position: number;
  readonly itemPosition: number;
  /** Facts, libraries, modules and what was empty, as lines. */
  readonly lines: readonly string[];
}

/** Reads a file into a server, which had none of these keys. */
export function readFile(
  { keyspace, live }: Server,
  file: DiskFile,
  checksChecksum = true,
): ReadFile {
  const reading = new RdbFiles(keyspace, live.collections).reading(file, checksChecksum);
  const lines: string[] = [];
  let outcome = reading.step();
  for (let steps = 0; outcome !== ENDED && outcome !== FAILED; steps++) {
    assert.ok(steps < STEPS_MAX, 'it never ends');
    const line = lineOf(reading, outcome);
    if (line !== '') lines.push(line);
    if (outcome === ENTRY && !addEntry(reading, keyspace)) lines.push('twice');
    outcome = reading.step();
  }
  const { problem, isCut, isChecked, position, itemPosition } = reading;
  reading.close();
  assert.equal(problem === '', outcome === ENDED);
  return { problem, isCut, isChecked, position, itemPosition, lines };
}

function lineOf({ name, text, bytes, start, end }: RdbReading, outcome: number): string {
  const key = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  if (outcome === FACT) return `${name}: ${text}`;
  if (outcome === LIBRARY) return `library ${key}`;
  if (outcome === MODULE_DATA) return `module ${name}`;
  return outcome === EMPTY ? `empty ${key}` : '';
}

function addEntry(reading: RdbReading, keyspace: Server['keyspace']): boolean {
  const { databaseIndex, fieldsMs, deadlineMs } = reading;
  const ref = reading.make();
  const database = keyspace.databases[databaseIndex];
  const hash = keyspace.records.hashOf(ref);
  if (addLoaded(keyspace, database, hash, ref, deadlineMs, fieldsMs)) return true;
  keyspace.pending.freeRecord(ref);
  return false;
}

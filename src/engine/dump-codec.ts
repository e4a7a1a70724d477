// How values become bytes that another server understands, and come back: what DUMP and RESTORE
// need of the format, which adapters/rdb knows.
import type { Database } from '../domain/keyspace/database.ts';
import type { ByteTarget } from './persistence/rdb-format.ts';

/** What there is to say of a payload. */
export const RESTORABLE = 0;
export const WRONG_CHECKSUM = 1;
export const BAD_FORMAT = 2;
/** The memory for data is used up. */
export const NO_ROOM = 3;

/** It has not been read to its end. */
export const UNDER_WAY = 4;

/** A payload that is being read, in steps between which others may have their turn. */
export interface PayloadReading {
  /** Why it is of BAD_FORMAT, for the log. */
  readonly problem: string;
  /**
   * Reads some more, in 20 us or so: UNDER_WAY; or, at its end, RESTORABLE, which must be followed
   * by store() or drop(), WRONG_CHECKSUM, BAD_FORMAT or NO_ROOM, after which nothing is left of it.
   */
  step(): number;
  /**
   * Lets the value that was read be that of a key, in the place of `replaced` or NONE; who calls
   * tells of it. Returns the ref of the entry.
   */
  store(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    replaced: number,
  ): number;
  /** What was read is not wanted, all of it or so far. */
  drop(): void;
}

/** A payload that is being written, in steps between which its entry must not change. */
export interface PayloadWriting {
  /** Writes some more, in 20 us or so. Was that the end? */
  step(): boolean;
}

export interface DumpCodec {
  /** Is the checksum of payloads looked at? DEBUG may switch that off. */
  checksChecksum: boolean;
  /** The payload of the value of an entry, for keeps. */
  dump(ref: number): Uint8Array;
  /** Begins to write the payload of an entry, whose bytes `target` gets, to copy them. */
  write(ref: number, target: ByteTarget): PayloadWriting;
  /** Bytes of the value alone, as they stand in its payload. */
  sizeOf(ref: number): number;
  /** The payload of libraries of functions. */
  dumpLibraries(codes: readonly Uint8Array[]): Uint8Array;
  /** The code of each library in the payload bytes[start, end); a text says what is wrong. */
  readLibraries(bytes: Uint8Array, start: number, end: number): Uint8Array[] | string;
  /** Begins to read the payload bytes[start, end), which must stand until it is read. */
  read(bytes: Uint8Array, start: number, end: number): PayloadReading;
}

// How values become bytes that another server understands, and come back: what DUMP and RESTORE
// need of the format, which adapters/rdb knows.
import type { Database } from '../domain/keyspace/database.ts';

/** What there is to say of a payload. */
export const RESTORABLE = 0;
export const WRONG_CHECKSUM = 1;
export const BAD_FORMAT = 2;
/** The memory for data is used up. */
export const NO_ROOM = 3;

export interface DumpCodec {
  /** Is the checksum of payloads looked at? DEBUG may switch that off. */
  checksChecksum: boolean;
  /** Why the last payload that was read is of BAD_FORMAT, for the log. */
  readonly problem: string;
  /** The payload of the value of an entry, for keeps. */
  dump(ref: number): Uint8Array;
  /** Bytes of the value alone, as they stand in its payload. */
  sizeOf(ref: number): number;
  /**
   * Checks the whole payload bytes[start, end), and builds its value, which is nobody's then: one
   * of RESTORABLE, which must be followed by store() or drop(), WRONG_CHECKSUM, BAD_FORMAT and
   * NO_ROOM.
   */
  read(bytes: Uint8Array, start: number, end: number): number;
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
  /** The value that was read is not wanted. */
  drop(): void;
}

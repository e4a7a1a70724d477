// A value that was made of what a DUMP payload or an RDB file says and that is nobody's yet: one
// run of bytes for a record, or a root with many blocks. It ends with store() or drop().
import type { Database } from '../../keyspace/database.ts';
import { EVENT_OVERWRITTEN } from '../../keyspace/events.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { enterFields } from '../../keyspace/loaded.ts';
import { NONE } from '../../memory/arena.ts';

const NO_BYTES = new Uint8Array(0);

export class BuiltValue {
  /** One of KIND_*. */
  kind = 0;
  /** Of many blocks, or NONE: then the value is bytes[start, end), which are borrowed. */
  root = NONE;
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  /** The earliest deadline of a hash's fields; infinity without any. */
  earliestMs = Number.POSITIVE_INFINITY;

  setBytes(kind: number, bytes: Uint8Array, start: number, end: number): void {
    this.kind = kind;
    this.root = NONE;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.earliestMs = Number.POSITIVE_INFINITY;
  }

  setRoot(kind: number, root: number): void {
    this.kind = kind;
    this.root = root;
    this.bytes = NO_BYTES;
    this.earliestMs = Number.POSITIVE_INFINITY;
  }

  /**
   * The value becomes that of a key, in the place of `replaced` or NONE; who calls tells of it.
   * Returns the ref of the entry.
   */
  store(
    keyspace: Keyspace,
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    replaced: number,
  ): number {
    const { earliestMs } = this;
    const ref = this.makeRecord(keyspace, buffer, keyStart, keyEnd);
    if (replaced !== NONE) keyspace.discard(database, replaced, EVENT_OVERWRITTEN);
    keyspace.link(database, keyspace.hashOfAbsent(database, buffer, keyStart, keyEnd), ref);
    enterFields(keyspace, database, ref, earliestMs);
    return ref;
  }

  /** Makes a record of the value, which is in no database yet; returns its ref. */
  makeRecord({ records }: Keyspace, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    const { kind, root, bytes, start, end } = this;
    const ref =
      root === NONE
        ? records.make(buffer, keyStart, keyEnd, bytes, start, end, kind)
        : records.makeRooted(buffer, keyStart, keyEnd, root, kind);
    this.forget();
    return ref;
  }

  /** Nobody wants the value: its blocks are freed, in slices if they are many. */
  drop(keyspace: Keyspace): void {
    if (this.root !== NONE) keyspace.pending.freeRoot(this.root, this.kind);
    this.forget();
  }

  private forget(): void {
    this.root = NONE;
    this.bytes = NO_BYTES;
    this.start = 0;
    this.end = 0;
  }
}

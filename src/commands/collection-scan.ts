// HSCAN, SSCAN and ZSCAN: a collection in steps. What is packed comes at once, whatever COUNT says,
// as in Redis; what may take long runs in slices: engine/slices.ts. In between the collection may
// become another one: what is there from the first call of a scan to the last is answered all the
// same.
import { NOT_CURSOR, parseCursor } from '../domain/bytes/integer.ts';
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { isOfType } from '../domain/memory/record.ts';
import type { EntryVisitor } from '../domain/structures/segment.ts';
import type { Context } from '../engine/command.ts';
import { readKey, WRONG } from '../engine/look-up.ts';
import type { Pages } from '../engine/pages.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { runInSlices, type SlicedWork } from '../engine/slices.ts';
import { INVALID_CURSOR, parseScanOptions, type ScanOptions } from './scan-options.ts';

/** Elements that a step looks at. */
const STEP_ELEMENTS = 128;

/** The collections of one type, and how they are answered. */
export interface ScannedType {
  /** A TYPE_* number. */
  readonly type: number;
  /** From here on it is the collection `ref`. Has it a table? */
  open(database: Database, ref: number): boolean;
  /** One step over its table: see structures/scan.ts. */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number;
  /** Answers an element of the table that the options let through; returns how many words. */
  answer(element: number, options: ScanOptions, found: Reply): number;
  /** The same of all that a collection without a table has. */
  answerAll(options: ScanOptions, found: Reply): number;
}

/** Answers a step of a scan: its key is argument 1, its cursor argument 2, then come options. */
export function scanCollection(
  context: Context,
  request: Request,
  reply: Reply,
  scanned: ScannedType,
): void {
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error(INVALID_CURSOR);
  const ref = readKey(context, request, 1, scanned.type, reply);
  if (ref === WRONG) return;
  if (ref === NONE) {
    reply.array(2);
    reply.bulkInteger(0);
    return reply.array(0);
  }
  const options = parseScanOptions(request, 3, false, reply);
  if (options === null) return;
  const scan = new CollectionScan(context, request.copy(1), cursor, options, scanned);
  runInSlices(context, scan, reply);
}

class CollectionScan implements SlicedWork, EntryVisitor {
  private readonly keyspace: Keyspace;
  /** Wherever it is by the end: SWAPDB may move it. */
  private readonly database: Database;
  private readonly key: Uint8Array;
  private readonly options: ScanOptions;
  private readonly scanned: ScannedType;
  private cursor: number;
  /** How many elements are still to be looked at. */
  private countLeft: number;
  private found: Reply | null = null;
  private wordsCount = 0;

  constructor(
    context: Context,
    key: Uint8Array,
    cursor: number,
    options: ScanOptions,
    scanned: ScannedType,
  ) {
    this.keyspace = context.keyspace;
    this.database = context.database;
    this.key = key;
    this.cursor = cursor;
    this.options = options;
    this.scanned = scanned;
    this.countLeft = options.count;
  }

  step(found: Reply): boolean {
    const { keyspace, database, key, scanned } = this;
    this.found = found;
    const ref = keyspace.find(database, key, 0, key.length);
    if (ref === NONE || !isOfType(keyspace.arena, ref, scanned.type)) {
      this.cursor = 0;
      return true;
    }
    if (!scanned.open(database, ref)) {
      this.wordsCount += scanned.answerAll(this.options, found);
      this.cursor = 0;
      return true;
    }
    const count = Math.min(this.countLeft, STEP_ELEMENTS);
    this.cursor = scanned.scan(this.cursor, count, this);
    this.countLeft -= count;
    return this.countLeft === 0 || this.cursor === 0;
  }

  visit(element: number): void {
    this.wordsCount += this.scanned.answer(element, this.options, this.found as Reply);
  }

  answer(reply: Reply, found: Pages): void {
    reply.array(2);
    reply.bulkInteger(this.cursor);
    reply.array(this.wordsCount);
    found.writeTo(reply);
  }
}

// SSCAN. What may take long runs in slices: engine/slices.ts. In between the set may become another
// one: what is there from the first call of a scan to the last is answered all the same.
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, KIND_SET_TABLE, TYPE_SET } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Sets } from '../../domain/values/sets.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import { readKey, WRONG } from '../../engine/look-up.ts';
import type { Pages } from '../../engine/pages.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { INVALID_CURSOR, parseScanOptions, type ScanOptions } from '../scan-options.ts';

/** Members that a step looks at. */
const STEP_MEMBERS = 128;

const SSCAN: CommandEntry = {
  name: 'SSCAN',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
  ],
  tips: ['nondeterministic_output'],
  run: sscan,
};

function sscan(context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error(INVALID_CURSOR);
  const ref = readKey(context, request, 1, TYPE_SET, reply);
  if (ref === WRONG) return;
  if (ref === NONE) {
    reply.array(2);
    reply.bulkInteger(0);
    return reply.array(0);
  }
  const options = parseScanOptions(request, 3, false, reply);
  if (options === null) return;
  runInSlices(context, new SetScan(context, request.copy(1), cursor, options), reply);
}

/** Answers the members that it visits and that the options let through. */
class SetScan implements SlicedWork, EntryVisitor {
  private readonly keyspace: Keyspace;
  /** Wherever it is by the end: SWAPDB may move it. */
  private readonly database: Database;
  private readonly sets: Sets;
  private readonly key: Uint8Array;
  private readonly options: ScanOptions;
  private cursor: number;
  /** How many members are still to be looked at. */
  private countLeft: number;
  private found: Reply | null = null;
  private foundCount = 0;

  constructor(context: Context, key: Uint8Array, cursor: number, options: ScanOptions) {
    this.keyspace = context.keyspace;
    this.database = context.database;
    this.sets = context.sets;
    this.key = key;
    this.cursor = cursor;
    this.options = options;
    this.countLeft = options.count;
  }

  step(found: Reply): boolean {
    const { keyspace, database, sets, key } = this;
    this.found = found;
    const ref = keyspace.find(database, key, 0, key.length);
    if (ref === NONE || !isOfType(keyspace.arena, ref, TYPE_SET)) {
      this.cursor = 0;
      return true;
    }
    sets.open(database, ref);
    if (sets.kind !== KIND_SET_TABLE) {
      for (let more = sets.first(); more; more = sets.next()) this.answerMember();
      this.cursor = 0;
      return true;
    }
    const count = Math.min(this.countLeft, STEP_MEMBERS);
    this.cursor = sets.scan(this.cursor, count, this);
    this.countLeft -= count;
    return this.countLeft === 0 || this.cursor === 0;
  }

  visit(element: number): void {
    this.sets.locate(element);
    this.answerMember();
  }

  answer(reply: Reply, found: Pages): void {
    reply.array(2);
    reply.bulkInteger(this.cursor);
    reply.array(this.foundCount);
    found.writeTo(reply);
  }

  private answerMember(): void {
    const { bytes, start, end } = this.sets;
    if (!this.options.matches(bytes, start, end)) return;
    (this.found as Reply).bulk(bytes, start, end);
    this.foundCount++;
  }
}

export const SET_SCAN_COMMANDS: readonly CommandEntry[] = [SSCAN];

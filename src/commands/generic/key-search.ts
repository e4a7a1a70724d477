// KEYS: the keys that match a pattern, found in slices (engine/slices.ts). A key that is there
// from the first slice to the last is in the answer once; one that comes or goes may be in it.
import { globIsAll, globIsLiteral, globMatch } from '../../domain/bytes/glob.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { isDue } from '../../domain/keyspace/walks.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { DictWalk } from '../../domain/structures/dict-walk.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { pattern } from '../../engine/declaration/arguments.ts';
import type { Pages } from '../../engine/pages.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';

/** Slots of the dict in a step: so many records are loaded into the cache at once. */
const STEP_SLOTS = 128;

const KEYS: CommandEntry = {
  name: 'KEYS',
  flags: READONLY | RUNS_IN_SLICES,
  args: [pattern('pattern')],
  categories: ['dangerous'],
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  run: keys,
};

function keys(context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  if (globIsLiteral(buffer, starts[1], ends[1])) replyOnly(context, request, reply);
  else runInSlices(context, new KeySearch(context, request.copy(1)), reply);
}

/** Only one key can match. */
function replyOnly({ keyspace, database }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const ref = keyspace.findEvenDue(database, buffer, starts[1], ends[1]);
  if (ref === NONE || isDue(keyspace, database, ref)) return reply.array(0);
  reply.array(1);
  reply.bulk(buffer, starts[1], ends[1]);
}

class KeySearch implements SlicedWork {
  private readonly keyspace: Keyspace;
  /** Wherever it is by the end: SWAPDB may move it. */
  private readonly database: Database;
  private readonly pattern: Uint8Array;
  private readonly matchesAll: boolean;
  private readonly walk = new DictWalk();
  private readonly batch: RefBatch;
  private count = 0;

  constructor({ keyspace, database, scratch }: Context, pattern: Uint8Array) {
    this.keyspace = keyspace;
    this.database = database;
    this.pattern = pattern;
    this.matchesAll = globIsAll(pattern, 0, pattern.length);
    this.batch = scratch.of(RefBatch);
  }

  step(found: Reply): boolean {
    const { batch, keyspace, database } = this;
    const { records } = keyspace;
    batch.count = 0;
    this.walk.step(database.dict, STEP_SLOTS, batch);
    records.prefetch(batch.refs, batch.count);
    for (let i = 0; i < batch.count; i++) {
      const ref = batch.refs[i];
      if (isDue(keyspace, database, ref)) continue;
      records.locateKey(ref);
      const { keyBytes, keyStart, keyEnd } = records;
      if (!this.matchesAll && !this.isMatch(keyBytes, keyStart, keyEnd)) continue;
      found.bulk(keyBytes, keyStart, keyEnd);
      this.count++;
    }
    return this.walk.isDone;
  }

  answer(reply: Reply, found: Pages): void {
    reply.array(this.count);
    found.writeTo(reply);
  }

  private isMatch(key: Uint8Array, start: number, end: number): boolean {
    const { pattern } = this;
    return globMatch(pattern, 0, pattern.length, key, start, end, false);
  }
}

/** Refs that a step of a walk has met. */
class RefBatch implements EntryVisitor {
  refs = new Int32Array(2 * STEP_SLOTS);
  count = 0;

  visit(ref: number): void {
    if (this.count === this.refs.length) {
      const larger = new Int32Array(2 * this.refs.length);
      larger.set(this.refs);
      this.refs = larger;
    }
    this.refs[this.count++] = ref;
  }
}

export const GENERIC_SEARCH_COMMANDS: readonly CommandEntry[] = [KEYS];

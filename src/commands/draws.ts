// What HRANDFIELD, SRANDMEMBER and ZRANDMEMBER have in common: their count, and the answer to a
// negative one: so many draws, each of which may bring what came before. In slices
// (engine/slices.ts), and bounded: a few words must not be answered with more than there is memory.
import { SYNTAX_ERROR } from '../domain/errors.ts';
import type { Database } from '../domain/keyspace/database.ts';
import { NONE } from '../domain/memory/arena.ts';
import { isOfType } from '../domain/memory/record.ts';
import type { Context } from '../engine/command.ts';
import type { Pages } from '../engine/pages.ts';
import type { Reply } from '../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../engine/request.ts';
import { runInSlices, type SlicedWork } from '../engine/slices.ts';

/** More draws, or more bytes of them, are refused: docs/differences.md. */
const DRAWS_MAX = 2 ** 24;
const REPLY_SIZE_MAX = 2 ** 30;
const INT64_MAX = 2n ** 63n - 1n;
const OUT_OF_RANGE = 'ERR value is out of range';
const NOT_BETWEEN = `${OUT_OF_RANGE}, value must between ${-INT64_MAX} and ${INT64_MAX}`;
/** Draws of a step. */
const STEP_DRAWS = 64;

/** How to draw from a value of some type. */
export interface Drawing {
  readonly type: number;
  /** Lets the view that draw() knows be of this entry. */
  open(context: Context, database: Database, ref: number): void;
  /** What there is to draw from. */
  count(context: Context): number;
  /** Writes what was drawn: so many items of the array. */
  draw(context: Context, reply: Reply): void;
  items(reply: Reply): number;
}

/** The count, argument 2, where argument 3 may be `option` and nothing else. */
export function drawCount(request: Request, option: string, reply: Reply): number | Refused {
  const count = request.integer(2, reply);
  if (isRefused(count)) return REFUSED;
  const exact = Number.isSafeInteger(count) ? null : request.bigInteger(2);
  const hasOption = request.count > 3;
  let problem = '';
  if (exact !== null && exact < -INT64_MAX) problem = NOT_BETWEEN;
  else if (request.count > 4 || (hasOption && !request.is(3, option))) problem = SYNTAX_ERROR;
  else if (hasOption && exact !== null && (exact > INT64_MAX / 2n || exact < -INT64_MAX / 2n)) {
    problem = OUT_OF_RANGE;
  }
  if (problem === '') return count;
  reply.error(problem);
  return REFUSED;
}

/** Draws `count` times from the value that argument 1 names. */
export function replyRepeated(
  context: Context,
  request: Request,
  count: number,
  drawing: Drawing,
  reply: Reply,
): void {
  if (count > DRAWS_MAX && !isLimited(context)) return reply.error(OUT_OF_RANGE);
  runInSlices(context, new RepeatedDraws(context, request.copy(1), count, drawing), reply);
}

/** Is a client that asks for too much closed before much memory is used? */
function isLimited(context: Context): boolean {
  const { blocking, server, session } = context;
  const { hardSize } = server.live.outputLimits[session.outputClass];
  return blocking.mayWait(context) && hardSize > 0 && hardSize < REPLY_SIZE_MAX;
}

class RepeatedDraws implements SlicedWork {
  private readonly context: Context;
  private readonly database: Database;
  private readonly key: Uint8Array;
  private readonly drawing: Drawing;
  private left: number;
  private drawn = 0;
  private drawnSize = 0;

  constructor(context: Context, key: Uint8Array, count: number, drawing: Drawing) {
    this.context = context;
    this.database = context.database;
    this.key = key;
    this.drawing = drawing;
    this.left = count;
  }

  /** If the value is gone meanwhile, there are no more. */
  step(found: Reply): boolean {
    const { context, database, key, drawing } = this;
    const { keyspace } = context;
    const ref = keyspace.find(database, key, 0, key.length);
    if (ref === NONE || !isOfType(keyspace.arena, ref, drawing.type)) return true;
    drawing.open(context, database, ref);
    if (drawing.count(context) === 0) return true;
    const count = Math.min(STEP_DRAWS, this.left);
    for (let i = 0; i < count && this.drawnSize <= REPLY_SIZE_MAX; i++) {
      const sizeBefore = found.totalSize;
      drawing.draw(context, found);
      this.drawnSize += found.totalSize - sizeBefore;
    }
    this.left -= count;
    this.drawn += count;
    return this.left === 0 || this.drawnSize > REPLY_SIZE_MAX;
  }

  answer(reply: Reply, found: Pages): void {
    if (this.drawnSize > REPLY_SIZE_MAX) return reply.error(OUT_OF_RANGE);
    reply.array(this.drawn * this.drawing.items(reply));
    found.writeTo(reply);
  }
}

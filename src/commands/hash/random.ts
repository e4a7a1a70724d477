// HRANDFIELD: fields by chance. As in Redis, a positive count draws different fields, a negative
// one may draw a field again and again, and does so in slices: engine/slices.ts.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, TYPE_HASH } from '../../domain/memory/record.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  optional,
  RO,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Pages } from '../../engine/pages.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { readHash } from './open.ts';

/** So many draws are answered at once; who asks for more would get more than there is memory. */
const DRAWS_MAX = 2 ** 24;
/** Draws of one step. */
const STEP_DRAWS = 64;
const INT64_MAX = 2n ** 63n - 1n;
const OUT_OF_RANGE = 'ERR value is out of range';
const COUNT_OUT_OF_RANGE = `${OUT_OF_RANGE}, value must between ${-INT64_MAX} and ${INT64_MAX}`;

const HRANDFIELD: CommandEntry = {
  name: 'HRANDFIELD',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    optional(block('options', [integer('count'), optional(token('withvalues', 'WITHVALUES'))])),
  ],
  tips: ['nondeterministic_output'],
  run: hrandfield,
};

function hrandfield(context: Context, request: Request, reply: Reply): void {
  if (request.count > 2) return hrandfieldCount(context, request, reply);
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.nil();
  const { hashes, server } = context;
  hashes.draw(server.random);
  const { bytes, start, end } = hashes.field;
  reply.bulk(bytes, start, end);
}

function hrandfieldCount(context: Context, request: Request, reply: Reply): void {
  const count = countOf(request, reply);
  if (isRefused(count)) return;
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere || count === 0) return reply.array(0);
  const withValues = request.count === 4;
  const { hashes } = context;
  if (count >= hashes.count) return replyAll(context, withValues, reply);
  if (count < -DRAWS_MAX) return reply.error(OUT_OF_RANGE);
  if (count < 0) return runInSlices(context, new Draws(context, request, -count), reply);
  replyHeader(count, withValues, reply);
  if (hashes.isPacked) return replySome(context, count, withValues, reply);
  for (const element of hashes.drawElements(count, context.server.random)) {
    hashes.show(element);
    replyField(context, withValues, reply);
  }
}

/** The count; other arguments are right then, too. */
function countOf(request: Request, reply: Reply): number | Refused {
  const count = request.integer(2, reply);
  if (isRefused(count)) return count;
  const exact = Number.isSafeInteger(count) ? null : request.bigInteger(2);
  let problem = exact !== null && exact < -INT64_MAX ? COUNT_OUT_OF_RANGE : '';
  if (problem === '' && request.count > 3) {
    const isOption = request.count === 4 && request.is(3, 'withvalues');
    if (!isOption) problem = SYNTAX_ERROR;
    else if (exact !== null && (exact > INT64_MAX / 2n || exact < -INT64_MAX / 2n)) {
      problem = OUT_OF_RANGE;
    }
  }
  if (problem === '') return count;
  reply.error(problem);
  return REFUSED;
}

function replyAll(context: Context, withValues: boolean, reply: Reply): void {
  const { hashes } = context;
  replyHeader(hashes.count, withValues, reply);
  for (let more = hashes.first(); more; more = hashes.next()) {
    replyField(context, withValues, reply);
  }
}

/** Fields that may come again: any number of them. */
class Draws implements SlicedWork {
  private readonly context: Context;
  private readonly database: Context['database'];
  private readonly key: Uint8Array;
  private readonly withValues: boolean;
  private left: number;
  private drawn = 0;

  constructor(context: Context, request: Request, count: number) {
    this.context = context;
    this.database = context.database;
    this.key = request.copy(1);
    this.withValues = request.count === 4;
    this.left = count;
  }

  /** If the hash is gone meanwhile, there are no more. */
  step(found: Reply): boolean {
    const { context, database, key, withValues } = this;
    const { keyspace, hashes, server } = context;
    const ref = keyspace.find(database, key, 0, key.length);
    if (ref === NONE || !isOfType(keyspace.arena, ref, TYPE_HASH)) return true;
    hashes.open(database, ref);
    if (hashes.count === 0) return true;
    const count = Math.min(STEP_DRAWS, this.left);
    for (let i = 0; i < count; i++) {
      hashes.draw(server.random);
      replyField(context, withValues, found);
    }
    this.left -= count;
    this.drawn += count;
    return this.left === 0;
  }

  answer(reply: Reply, found: Pages): void {
    replyHeader(this.drawn, this.withValues, reply);
    found.writeTo(reply);
  }
}

/** Some fields of a packed hash, in their order: each as likely as any other. */
function replySome(context: Context, count: number, withValues: boolean, reply: Reply): void {
  const { hashes, server } = context;
  let left = hashes.count;
  let wanted = count;
  for (let more = hashes.first(); more && wanted > 0; more = hashes.next()) {
    if ((server.random.next() / 2 ** 32) * left < wanted) {
      replyField(context, withValues, reply);
      wanted--;
    }
    left--;
  }
}

function replyHeader(count: number, withValues: boolean, reply: Reply): void {
  reply.array(withValues && !reply.resp3 ? 2 * count : count);
}

function replyField({ hashes }: Context, withValues: boolean, reply: Reply): void {
  const { field, value } = hashes;
  if (withValues && reply.resp3) reply.array(2);
  reply.bulk(field.bytes, field.start, field.end);
  if (withValues) reply.bulk(value.bytes, value.start, value.end);
}

export const HASH_RANDOM_COMMANDS: readonly CommandEntry[] = [HRANDFIELD];

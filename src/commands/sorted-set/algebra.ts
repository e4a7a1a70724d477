// ZUNION, ZINTER, ZDIFF, their STORE forms, and ZINTERCARD. Each input is a sorted set, or a set,
// whose members have the score 1.
import { SYNTAX_ERROR, WRONG_TYPE } from '../../domain/errors.ts';
import type { KeyspaceEvent } from '../../domain/keyspace/event-classes.ts';
import {
  EVENT_ZDIFFSTORE,
  EVENT_ZINTERSTORE,
  EVENT_ZUNIONSTORE,
} from '../../domain/keyspace/events.ts';
import {
  aggregated,
  MAX,
  MIN,
  type SortedSetResult,
  SUM,
} from '../../domain/values/sorted-set-result.ts';
import { type CommandEntry, type Context, DENYOOM, READONLY, WRITE } from '../../engine/command.ts';
import {
  ACCESS,
  integer,
  key,
  multiple,
  OW,
  oneof,
  optional,
  RO,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { Inputs, type MemberSource } from './inputs.ts';
import { scoreAt } from './open.ts';
import { resultOf } from './result.ts';

// What is made of the inputs.
const UNION = 0;
const INTERSECTION = 1;
const DIFFERENCE = 2;
const CARDINALITY = 3;

const BAD_WEIGHT = 'ERR weight value is not a float';
const BAD_LIMIT = "ERR LIMIT can't be negative";

const INPUT_KEYS = [integer('numkeys'), multiple(key('key', RO | ACCESS))];
const DESTINATION = key('destination', OW | UPDATE);
const WEIGHTS = optional(multiple(integer('weight', { token: 'WEIGHTS' })));
const AGGREGATE = optional(
  oneof('aggregate', [token('sum', 'SUM'), token('min', 'MIN'), token('max', 'MAX')], {
    token: 'AGGREGATE',
  }),
);
const WITH_SCORES = optional(token('withscores', 'WITHSCORES'));
const STORE_FLAGS = WRITE | DENYOOM;

const ZDIFF: CommandEntry = {
  name: 'ZDIFF',
  flags: READONLY,
  args: [...INPUT_KEYS, WITH_SCORES],
  run: (context, request, reply) => replyResult(context, request, DIFFERENCE, 'zdiff', reply),
};

const ZDIFFSTORE: CommandEntry = {
  name: 'ZDIFFSTORE',
  flags: STORE_FLAGS,
  args: [DESTINATION, ...INPUT_KEYS],
  run: (context, request, reply) => {
    storeResult(context, request, DIFFERENCE, EVENT_ZDIFFSTORE, reply);
  },
};

const ZINTER: CommandEntry = {
  name: 'ZINTER',
  flags: READONLY,
  args: [...INPUT_KEYS, WEIGHTS, AGGREGATE, WITH_SCORES],
  run: (context, request, reply) => replyResult(context, request, INTERSECTION, 'zinter', reply),
};

const ZINTERCARD: CommandEntry = {
  name: 'ZINTERCARD',
  flags: READONLY,
  args: [...INPUT_KEYS, optional(integer('limit', { token: 'LIMIT' }))],
  run: zintercard,
};

const ZINTERSTORE: CommandEntry = {
  name: 'ZINTERSTORE',
  flags: STORE_FLAGS,
  args: [DESTINATION, ...INPUT_KEYS, WEIGHTS, AGGREGATE],
  run: (context, request, reply) => {
    storeResult(context, request, INTERSECTION, EVENT_ZINTERSTORE, reply);
  },
};

const ZUNION: CommandEntry = {
  name: 'ZUNION',
  flags: READONLY,
  args: [...INPUT_KEYS, WEIGHTS, AGGREGATE, WITH_SCORES],
  run: (context, request, reply) => replyResult(context, request, UNION, 'zunion', reply),
};

const ZUNIONSTORE: CommandEntry = {
  name: 'ZUNIONSTORE',
  flags: STORE_FLAGS,
  args: [DESTINATION, ...INPUT_KEYS, WEIGHTS, AGGREGATE],
  run: (context, request, reply) => {
    storeResult(context, request, UNION, EVENT_ZUNIONSTORE, reply);
  },
};

/** What the words behind the keys say. */
class AlgebraOptions {
  aggregate = SUM;
  hasScores = false;
  /** 0: none. */
  limit = 0;
}

function replyResult(
  context: Context,
  request: Request,
  operation: number,
  command: string,
  reply: Reply,
): void {
  const inputs = context.scratch.of(Inputs);
  const options = context.scratch.of(AlgebraOptions);
  if (!parse(context, request, 1, operation, false, command, inputs, options, reply)) return;
  const result = compute(context, operation, inputs, options);
  const { count, member } = result;
  const { hasScores } = options;
  const isNested = hasScores && reply.resp3;
  reply.array(hasScores && !isNested ? 2 * count : count);
  for (let more = result.first(); more; more = result.next()) {
    if (isNested) reply.array(2);
    reply.bulk(member.bytes, member.start, member.end);
    if (hasScores) reply.double(result.score);
  }
  result.free();
}

function storeResult(
  context: Context,
  request: Request,
  operation: number,
  event: KeyspaceEvent,
  reply: Reply,
): void {
  const inputs = context.scratch.of(Inputs);
  const options = context.scratch.of(AlgebraOptions);
  const { buffer, starts, ends } = request;
  if (!parse(context, request, 2, operation, true, event.name, inputs, options, reply)) return;
  const result = compute(context, operation, inputs, options);
  reply.integer(result.store(context.database, buffer, starts[1], ends[1], event));
}

function zintercard(context: Context, request: Request, reply: Reply): void {
  const inputs = context.scratch.of(Inputs);
  const options = context.scratch.of(AlgebraOptions);
  const command = 'zintercard';
  if (!parse(context, request, 1, CARDINALITY, false, command, inputs, options, reply)) return;
  inputs.sort(false);
  const smallest = inputs.sources[0];
  const { limit } = options;
  let count = 0;
  const isEmpty = smallest.count === 0;
  for (let more = !isEmpty && smallest.first(); more; more = smallest.next()) {
    if (!isInOthers(inputs, smallest, 1)) continue;
    if (++count === limit) break;
  }
  reply.integer(count);
}

/** Finds the inputs and reads the options. False: something is wrong, and that is said. */
function parse(
  context: Context,
  request: Request,
  at: number,
  operation: number,
  isStore: boolean,
  command: string,
  inputs: Inputs,
  options: AlgebraOptions,
  reply: Reply,
): boolean {
  const keys = request.integer(at, reply);
  if (isRefused(keys)) return false;
  if (keys < 1) {
    reply.error(`ERR at least 1 input key is needed for '${command}' command`);
    return false;
  }
  if (keys > request.count - at - 1) {
    reply.error(SYNTAX_ERROR);
    return false;
  }
  if (!inputs.open(context, request, at + 1, keys)) {
    reply.error(WRONG_TYPE);
    return false;
  }
  options.aggregate = SUM;
  options.hasScores = false;
  options.limit = 0;
  for (let i = at + 1 + keys; i < request.count; ) {
    const next = parseOption(request, i, operation, isStore, inputs, options, reply);
    if (next === 0) return false;
    i = next;
  }
  return true;
}

/** Reads one option. Returns the argument behind it; 0: it is none, and that is said. */
function parseOption(
  request: Request,
  at: number,
  operation: number,
  isStore: boolean,
  inputs: Inputs,
  options: AlgebraOptions,
  reply: Reply,
): number {
  const left = request.count - at;
  const isWeighted = operation === UNION || operation === INTERSECTION;
  if (isWeighted && left > inputs.count && request.is(at, 'weights')) {
    for (let i = 0; i < inputs.count; i++) {
      const weight = scoreAt(request, at + 1 + i, reply, BAD_WEIGHT);
      if (isRefused(weight)) return 0;
      inputs.weights[i] = weight;
    }
    return at + 1 + inputs.count;
  }
  if (isWeighted && left >= 2 && request.is(at, 'aggregate')) {
    if (request.is(at + 1, 'sum')) options.aggregate = SUM;
    else if (request.is(at + 1, 'min')) options.aggregate = MIN;
    else if (request.is(at + 1, 'max')) options.aggregate = MAX;
    else return refuse(reply);
    return at + 2;
  }
  if (!isStore && operation !== CARDINALITY && request.is(at, 'withscores')) {
    options.hasScores = true;
    return at + 1;
  }
  if (operation === CARDINALITY && left >= 2 && request.is(at, 'limit')) {
    const limit = request.integerWithin(at + 1, 0, Number.MAX_VALUE, reply, BAD_LIMIT);
    if (isRefused(limit)) return 0;
    options.limit = limit;
    return at + 2;
  }
  return refuse(reply);
}

function refuse(reply: Reply): number {
  reply.error(SYNTAX_ERROR);
  return 0;
}

function compute(
  context: Context,
  operation: number,
  inputs: Inputs,
  { aggregate }: AlgebraOptions,
): SortedSetResult {
  const result = resultOf(context);
  if (operation === DIFFERENCE) subtract(inputs, result);
  else {
    // Sums depend on the order in which they are made.
    inputs.sort(false);
    if (operation === UNION) unite(inputs, aggregate, result);
    else intersect(inputs, aggregate, result);
  }
  result.finish();
  return result;
}

function unite(inputs: Inputs, aggregate: number, result: SortedSetResult): void {
  const { sources, weights, count } = inputs;
  result.begin(sources[count - 1].count);
  for (let i = 0; i < count; i++) {
    const source = sources[i];
    const { member } = source;
    for (let more = source.count > 0 && source.first(); more; more = source.next()) {
      const score = weighted(source.score, weights[i]);
      result.aggregate(score, aggregate, member.bytes, member.start, member.end);
    }
  }
}

function intersect(inputs: Inputs, aggregate: number, result: SortedSetResult): void {
  const { sources, weights, count } = inputs;
  const smallest = sources[0];
  const { member } = smallest;
  result.begin(0);
  for (let more = smallest.count > 0 && smallest.first(); more; more = smallest.next()) {
    let score = weighted(smallest.score, weights[0]);
    let i = 1;
    while (i < count && sources[i].find(member.bytes, member.start, member.end)) {
      // Not weighted(): here Redis sees to the sum alone.
      score = aggregated(score, sources[i].score * weights[i], aggregate);
      i++;
    }
    if (i === count) result.add(score, member.bytes, member.start, member.end);
  }
}

/** What the first input has and no other one, by the cheaper of two ways. */
function subtract(inputs: Inputs, result: SortedSetResult): void {
  const { sources, count } = inputs;
  const first = sources[0];
  const { member } = first;
  result.begin(0);
  if (first.count === 0) return;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sources[i].count;
  const looksUp = Math.floor((first.count * count) / 2) <= sum;
  if (looksUp) inputs.sort(true);
  for (let more = first.first(); more; more = first.next()) {
    if (looksUp && isInAny(inputs, first)) continue;
    result.add(first.score, member.bytes, member.start, member.end);
  }
  for (let i = 1; i < count && !looksUp; i++) {
    const source = sources[i];
    for (let more = source.count > 0 && source.first(); more; more = source.next()) {
      const { bytes, start, end } = source.member;
      result.remove(bytes, start, end);
    }
  }
}

/** Is what a source has read in all inputs from `from` on? */
function isInOthers({ sources, count }: Inputs, { member }: MemberSource, from: number): boolean {
  for (let i = from; i < count; i++) {
    if (!sources[i].find(member.bytes, member.start, member.end)) return false;
  }
  return true;
}

/** Is what the first source has read in any other one? */
function isInAny({ sources, count }: Inputs, { member }: MemberSource): boolean {
  for (let i = 1; i < count; i++) {
    if (sources[i].find(member.bytes, member.start, member.end)) return true;
  }
  return false;
}

function weighted(score: number, weight: number): number {
  // Of 0 and infinity.
  const product = score * weight;
  return Number.isNaN(product) ? 0 : product;
}

export const SORTED_SET_ALGEBRA_COMMANDS: readonly CommandEntry[] = [
  ZDIFF,
  ZDIFFSTORE,
  ZINTER,
  ZINTERCARD,
  ZINTERSTORE,
  ZUNION,
  ZUNIONSTORE,
];

// XADD and XTRIM: a stream grows at its end and is cut off at its front.
import { wrongArity } from '../../domain/errors.ts';
import { EVENT_XADD, EVENT_XTRIM } from '../../domain/keyspace/events.ts';
import type { StreamId } from '../../domain/values/stream-id.ts';
import { STREAM_ENTRY_SIZE_MAX } from '../../domain/values/stream-log.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  block,
  DELETE,
  key,
  multiple,
  oneof,
  optional,
  RW,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { changeStream, changeStreamAgain, replyId, textOfId } from './open.ts';
import { TRIM, TrimOptions } from './trim.ts';

const ID_IS_ZERO = 'ERR The ID specified in XADD must be greater than 0-0';
const EXHAUSTED = 'ERR The stream has exhausted the last possible ID, unable to add more items';
const TOO_SMALL =
  'ERR The ID specified in XADD is equal or smaller than the target stream top item';
const WORD = 2 ** 32;
const TOO_LARGE = 'ERR Elements are too large to be stored';

const XADD: CommandEntry = {
  name: 'XADD',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [
    key('key', RW | UPDATE),
    optional(token('nomkstream', 'NOMKSTREAM', { since: '6.2.0' })),
    optional(TRIM),
    oneof('id-selector', [token('auto-id', '*'), string('id')]),
    multiple(block('data', [string('field'), string('value')])),
  ],
  keySpecifications: [
    {
      first: 1,
      last: 0,
      step: 1,
      access: RW | UPDATE,
      notes: 'UPDATE instead of INSERT because of the optional trimming feature',
    },
  ],
  tips: ['nondeterministic_output'],
  run: xadd,
};

function xadd(context: Context, request: Request, reply: Reply): void {
  const { database, streams, scratch } = context;
  const { buffer, starts, ends, count } = request;
  const options = scratch.of(TrimOptions);
  if (!options.parse(context, request, reply, true)) return;
  const first = options.idArgument + 1;
  if (count - first < 2 || (count - first) % 2 === 1) return reply.error(wrongArity('xadd'));
  const { id } = options;
  if (options.hasId && options.hasSequence && id.isLeast) return reply.error(ID_IS_ZERO);
  const isThere = changeStream(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere && options.noCreate) return reply.nil();
  if (isThere && streams.lastId.isGreatest) return reply.error(EXHAUSTED);
  if (streams.entries.measure(request, first, count) > STREAM_ENTRY_SIZE_MAX)
    return reply.error(TOO_LARGE);
  if (!isThere) streams.create(database, buffer, starts[1], ends[1]);
  if (!makeId(context, options, id)) return reply.error(TOO_SMALL);
  streams.append(id, request, first, count);
  replyId(context, reply, id);
  streams.changed(EVENT_XADD, 1);
  if (options.isTrimmed && options.trim(context) > 0) streams.changed(EVENT_XTRIM, 0);
  if (context.effects.isOn) tellOfAdd(context, request, options);
}

/** The ID of the new entry, out of what was said of it. False when it is not above the last one. */
function makeId({ keyspace, streams }: Context, options: TrimOptions, id: StreamId): boolean {
  const { lastId } = streams;
  if (!options.hasId) {
    // Two words: a double would be an object on its way to a function. What is no word has the low
    // one as its remainder.
    const { nowMs } = keyspace;
    return id.follow(lastId, Math.floor(nowMs / WORD) | 0, nowMs | 0);
  }
  if (!options.hasSequence && id.hasTimeOf(lastId)) {
    if (lastId.isLastOfTime) return false;
    id.take(lastId);
    id.increment();
  }
  return id.compare(lastId) > 0;
}

/** The effect has the ID, and cuts off exactly what was cut off here. */
function tellOfAdd(context: Context, request: Request, options: TrimOptions): void {
  const { effects } = context;
  const isExact = !options.isTrimmed || !options.isApproximate;
  if (isExact && options.hasId && options.hasSequence) return;
  effects.instead(request.text(0), request.count);
  for (let i = 1; i < request.count; i++) {
    if (i === options.idArgument) effects.text(textOfId(options.id));
    else options.tell(context, request, i);
  }
}

const XTRIM: CommandEntry = {
  name: 'XTRIM',
  flags: WRITE | RUNS_IN_SLICES,
  args: [key('key', RW | DELETE), TRIM],
  tips: ['nondeterministic_output'],
  run: xtrim,
};

function xtrim(context: Context, request: Request, reply: Reply): void {
  const { scratch } = context;
  const options = scratch.of(TrimOptions);
  if (!options.parse(context, request, reply, false)) return;
  const isThere = changeStream(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  if (options.mayTakeLong(context) && context.blocking.mayWait(context)) {
    scratch.giveAway(TrimOptions);
    return runInSlices(context, new Trimming(context, request, options), reply);
  }
  reply.integer(trimRest(context, request, options, options.isApproximate));
}

/**
 * Cuts off what is to be cut off. Returns how many entries have gone. The call as it came is the
 * effect, unless that is told here.
 */
function trimRest(
  context: Context,
  request: Request,
  options: TrimOptions,
  tells: boolean,
): number {
  const { streams, effects } = context;
  const removed = options.trim(context);
  if (removed === 0) return 0;
  streams.changed(EVENT_XTRIM, removed);
  if (!effects.isOn || !tells) return removed;
  effects.instead(request.text(0), request.count);
  for (let i = 1; i < request.count; i++) options.tell(context, request, i);
  return removed;
}

/** Much goes in slices, as if it had been cut off by several calls. */
class Trimming implements SlicedWork {
  readonly request: Request;
  private readonly context: Context;
  private readonly options: TrimOptions;
  private removed = 0;

  constructor(context: Context, request: Request, options: TrimOptions) {
    this.context = context;
    this.request = request.keep(context.keyspace.arena.large);
    this.options = options;
  }

  step(): boolean {
    const { context, request, options } = this;
    if (!options.isTrimmed || !changeStreamAgain(context, request, 1)) return true;
    const removed = options.trimSome(context);
    if (removed === 0) return true;
    context.streams.changed(EVENT_XTRIM, removed);
    options.tellOfSome(context, request);
    this.removed += removed;
    return false;
  }

  answer(reply: Reply): void {
    const { context, request, options } = this;
    if (options.isTrimmed && changeStreamAgain(context, request, 1)) {
      this.removed += trimRest(context, request, options, true);
    }
    reply.integer(this.removed);
  }
}

export const STREAM_ADD_COMMANDS: readonly CommandEntry[] = [XADD, XTRIM];

// What XADD and XTRIM have in common: up to where a stream is to be cut off.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { type Context, FROM_JOURNAL } from '../../engine/command.ts';
import {
  type Argument,
  block,
  integer,
  oneof,
  optional,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { parseId, parseNewId, TIME_OF_ID } from './ids.ts';
import { textOfId } from './open.ts';

/** The arguments of XTRIM, and the options of XADD. */
export const TRIM: Argument = block('trim', [
  oneof('strategy', [token('maxlen', 'MAXLEN'), token('minid', 'MINID', { since: '6.2.0' })]),
  optional(oneof('operator', [token('equal', '='), token('approximately', '~')])),
  string('threshold'),
  optional(integer('count', { token: 'LIMIT', since: '6.2.0' })),
]);

const TWO_STRATEGIES =
  'ERR syntax error, MAXLEN and MINID options at the same time are not compatible';
const NEGATIVE_LENGTH = 'ERR The MAXLEN argument must be >= 0.';
const NEGATIVE_LIMIT = 'ERR The LIMIT argument must be >= 0.';
const LIMIT_ALONE = 'ERR syntax error, LIMIT cannot be used without specifying a trimming strategy';
const NO_STRATEGY = 'ERR syntax error, XTRIM must be called with a trimming strategy';
const EXACT_LIMIT = 'ERR syntax error, LIMIT cannot be used without the special ~ option';

/** Without a LIMIT, at most so many nodes go at once, ... */
const NODES_AT_ONCE = 100;
/** ... at most so many entries, and so many where a node may have any number. */
const LIMIT_MAX = 1_000_000;
const LIMIT_UNBOUNDED = 10_000;

/** So many entries of whole nodes go in one step, where more than so many may go. */
const TRIMMED_AT_ONCE = 4000;
const LONG_TRIM_MIN = 10_000;

const NOT_TRIMMED = 0;
const BY_LENGTH = 1;
const BY_ID = 2;

/** What was said of a stream's new entry and of its end. */
export class TrimOptions {
  strategy = NOT_TRIMMED;
  /** `~`: whole nodes only. */
  isApproximate = false;
  /** The argument that is the bound. */
  threshold = 0;
  lengthMax = 0;
  readonly idMin = new StreamId();
  /** 0: none. */
  limit = 0;
  // XADD alone.
  noCreate = false;
  /** Where the ID of the new entry stands; is it there (not `*`), and its sequence? */
  idArgument = 0;
  hasId = false;
  hasSequence = false;
  readonly id = new StreamId();

  get isTrimmed(): boolean {
    return this.strategy !== NOT_TRIMMED;
  }

  /** Reads the options from argument 2 on; for XADD up to the ID. */
  parse(context: Context, request: Request, reply: Reply, isAdd: boolean): boolean {
    this.strategy = NOT_TRIMMED;
    this.isApproximate = false;
    this.limit = 0;
    this.noCreate = false;
    this.hasId = false;
    let hasLimit = false;
    let i = 2;
    for (; i < request.count; i++) {
      const hasMore = i + 1 < request.count;
      if (isAdd && request.is(i, '*')) break;
      if (hasMore && (request.is(i, 'maxlen') || request.is(i, 'minid'))) {
        i = this.parseStrategy(request, i, reply);
        if (i < 0) return false;
      } else if (hasMore && request.is(i, 'limit')) {
        const limit = request.integer(++i, reply);
        if (isRefused(limit)) return false;
        if (limit < 0) return refuse(reply, NEGATIVE_LIMIT);
        this.limit = limit;
        hasLimit = true;
      } else if (isAdd && request.is(i, 'nomkstream')) {
        this.noCreate = true;
      } else if (!isAdd) {
        return refuse(reply, SYNTAX_ERROR);
      } else {
        const found = parseNewId(request, i, this.id, reply);
        if (found === 0) return false;
        this.hasId = true;
        this.hasSequence = found !== TIME_OF_ID;
        break;
      }
    }
    this.idArgument = i;
    return this.check(context, reply, isAdd, hasLimit);
  }

  /** Cuts the open stream off. Returns how many entries have gone. */
  trim({ streams }: Context): number {
    const { isApproximate, limit } = this;
    if (this.strategy === BY_ID) return streams.trimBelow(this.idMin, isApproximate, limit);
    return streams.trimToLength(this.lengthMax, isApproximate, limit);
  }

  /**
   * Takes whole nodes out of the front of the open stream, some of those that trim() would.
   * Returns how many entries have gone; 0: what is left to do is little.
   */
  trimSome({ streams }: Context): number {
    const limit = this.limit === 0 ? TRIMMED_AT_ONCE : Math.min(this.limit, TRIMMED_AT_ONCE);
    const removed =
      this.strategy === BY_ID
        ? streams.trimBelow(this.idMin, true, limit)
        : streams.trimToLength(this.lengthMax, true, limit);
    if (this.limit === 0) return removed;
    if (removed === this.limit) this.strategy = NOT_TRIMMED;
    this.limit -= removed;
    return removed;
  }

  /** May so much go from the open stream that it takes long? */
  mayTakeLong({ streams }: Context): boolean {
    const most = this.strategy === BY_ID ? streams.length : streams.length - this.lengthMax;
    return most > LONG_TRIM_MIN && (this.limit === 0 || this.limit > LONG_TRIM_MIN);
  }

  /** The effect of trimSome(): the entries before the first one have gone. */
  tellOfSome({ streams, effects }: Context, request: Request): void {
    effects.instead('XTRIM', 4).argument(request, 1).text('MINID');
    if (effects.isOn) effects.text(firstIdText(streams.entries));
  }

  /** The next argument of the effect, which cuts off exactly what was cut off here. */
  tell({ streams, effects }: Context, request: Request, argument: number): void {
    if (!this.isTrimmed || !this.isApproximate) effects.argument(request, argument);
    else if (argument === this.threshold - 1) effects.text('=');
    else if (argument !== this.threshold) effects.argument(request, argument);
    else if (this.strategy === BY_LENGTH) effects.integer(streams.length);
    else effects.text(firstIdText(streams.entries));
  }

  /** Returns the argument of the bound, -1 when that is refused. */
  private parseStrategy(request: Request, argument: number, reply: Reply): number {
    if (this.isTrimmed) {
      reply.error(TWO_STRATEGIES);
      return -1;
    }
    const isById = request.is(argument, 'minid');
    let i = argument + 1;
    this.isApproximate = false;
    if (i + 1 < request.count && (request.is(i, '~') || request.is(i, '='))) {
      this.isApproximate = request.is(i, '~');
      i++;
    }
    if (isById) {
      if (!parseId(request, i, this.idMin, reply)) return -1;
    } else {
      const length = request.integer(i, reply);
      if (isRefused(length)) return -1;
      if (length < 0) {
        reply.error(NEGATIVE_LENGTH);
        return -1;
      }
      this.lengthMax = length;
    }
    this.strategy = isById ? BY_ID : BY_LENGTH;
    this.threshold = i;
    return i;
  }

  private check(context: Context, reply: Reply, isAdd: boolean, hasLimit: boolean): boolean {
    if (this.limit !== 0 && !this.isTrimmed) return refuse(reply, LIMIT_ALONE);
    if (!isAdd && !this.isTrimmed) return refuse(reply, NO_STRATEGY);
    if (context.origin === FROM_JOURNAL) {
      this.limit = 0;
      return true;
    }
    if (hasLimit) return this.isApproximate || refuse(reply, EXACT_LIMIT);
    if (!this.isApproximate) return true;
    const entries = NODES_AT_ONCE * context.server.live.collections.streamNodeEntries;
    this.limit = entries <= 0 ? LIMIT_UNBOUNDED : Math.min(entries, LIMIT_MAX);
    return true;
  }
}

/** The first entry, even a deleted one: all before it have gone. */
function firstIdText(entries: Context['streams']['entries']): string {
  const id = new StreamId();
  if (entries.first(true)) id.take(entries.entry.id);
  else id.setGreatest();
  return textOfId(id);
}

function refuse(reply: Reply, line: string): false {
  reply.error(line);
  return false;
}

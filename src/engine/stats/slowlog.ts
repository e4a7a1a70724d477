// The slow log: the last commands that took longer than the directive slowlog-log-slower-than says.
//
// The log is a ring. Invariants:
// - ring.length <= max; while it is smaller, entries stand in order of arrival and `oldest` is 0.
// - Once it is max, `oldest` is the place of the oldest entry and of the next one to come.
// - Ids count commands since the start: neither reset() nor setMax() sets them back.
import { latin1Text } from '../../domain/bytes/ascii.ts';

/** Redis's bounds for what an entry keeps of a command, so that the log stays small. */
export const SLOWLOG_ARGUMENTS_MAX = 32;
const SLOWLOG_ARGUMENT_SIZE_MAX = 128;
/** The default of the directive slowlog-max-len. */
const SLOWLOG_ENTRIES_DEFAULT = 128;

const REDACTED = '(redacted)';

/** One slow command as SLOWLOG GET lists it; strings hold one byte per character. */
export interface SlowLogEntry {
  readonly id: number;
  /** Unix time at which the command ended, in seconds. */
  readonly timeSeconds: number;
  readonly durationUs: number;
  readonly args: readonly string[];
  readonly clientAddress: string;
  readonly clientName: string;
}

/** What is to be known of a slow command besides its arguments. */
export interface SlowCall {
  readonly timeSeconds: number;
  readonly durationUs: number;
  readonly clientAddress: string;
  readonly clientName: string;
  /** Indexes of arguments that hold secrets and are logged as `(redacted)`; null for none. */
  readonly redacted: ReadonlySet<number> | null;
}

/** The bounded log, newest entries kept. */
export class SlowLog {
  private ring: SlowLogEntry[] = [];
  private oldest = 0;
  private max: number;
  private nextId = 0;

  /** `max` is the directive slowlog-max-len: 0 keeps nothing. */
  constructor(max = SLOWLOG_ENTRIES_DEFAULT) {
    this.max = max;
  }

  /** How many entries there are. */
  get length(): number {
    return this.ring.length;
  }

  /**
   * Logs a command of `count` arguments, its name included, at [starts[i], ends[i]) in `buffer`.
   */
  add(
    buffer: Uint8Array,
    starts: ArrayLike<number>,
    ends: ArrayLike<number>,
    count: number,
    call: SlowCall,
  ): void {
    const id = this.nextId++;
    if (this.max === 0) return;
    const { timeSeconds, clientAddress, clientName, redacted } = call;
    const args = loggedArguments(buffer, starts, ends, count, redacted);
    const durationUs = Math.trunc(call.durationUs);
    const entry = { id, timeSeconds, durationUs, args, clientAddress, clientName };
    if (this.ring.length < this.max) {
      this.ring.push(entry);
      return;
    }
    this.ring[this.oldest] = entry;
    this.oldest = (this.oldest + 1) % this.max;
  }

  /** The newest `count` entries, the newest first; all of them if `count` is negative. */
  get(count: number): SlowLogEntry[] {
    const length = this.ring.length;
    const taken = count < 0 ? length : Math.min(count, length);
    const entries: SlowLogEntry[] = [];
    for (let i = 1; i <= taken; i++) entries.push(this.ring[(this.oldest + length - i) % length]);
    return entries;
  }

  /** Removes all entries. */
  reset(): void {
    this.ring = [];
    this.oldest = 0;
  }

  /** Changes the bound; the oldest entries beyond it go at once. */
  setMax(max: number): void {
    this.ring = this.get(max).reverse();
    this.oldest = 0;
    this.max = max;
  }
}

function loggedArguments(
  buffer: Uint8Array,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  count: number,
  redacted: ReadonlySet<number> | null,
): string[] {
  // When there are too many, the last place says how many are left out.
  const taken = count > SLOWLOG_ARGUMENTS_MAX ? SLOWLOG_ARGUMENTS_MAX - 1 : count;
  const args: string[] = [];
  for (let i = 0; i < taken; i++) {
    const isSecret = redacted?.has(i) === true;
    args.push(isSecret ? REDACTED : loggedArgument(buffer, starts[i], ends[i]));
  }
  if (taken < count) args.push(`... (${count - taken} more arguments)`);
  return args;
}

function loggedArgument(buffer: Uint8Array, start: number, end: number): string {
  const excess = end - start - SLOWLOG_ARGUMENT_SIZE_MAX;
  if (excess <= 0) return latin1Text(buffer, start, end);
  const kept = latin1Text(buffer, start, start + SLOWLOG_ARGUMENT_SIZE_MAX);
  return `${kept}... (${excess} more bytes)`;
}

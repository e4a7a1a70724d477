// What commands cost: whoever runs a command runs it here. Time is read at the two ends of a turn
// and shared out among its commands; commands whose cost grows with the data are timed one by one,
// of others that a script calls one stands for a few. Everything is timed, for a while, after a
// turn that was slow, or when the slow log wants to see short times.
import { ZERO } from '../../domain/doubles.ts';
import {
  type Command,
  type CommandRunner,
  type Context,
  FROM_SCRIPT,
  type Handler,
} from '../command.ts';
import type { Clock } from '../ports.ts';
import { COUNTED, type Reply } from '../reply.ts';
import type { Request } from '../request.ts';
import { commandsCount } from '../shared-commands.ts';
import type { Statistics } from '../statistics.ts';
import type { CommandTable } from '../table.ts';
import type { CommandStatistics, StatisticsByCommand } from './command-stats.ts';
import type { SlowCalls, SlowClient } from './slow-calls.ts';

/** Below this threshold of the slow log, constant-time commands can be slow too: time each. */
const EXACT_THRESHOLD_US = 1000;
/** After a slow turn each command is timed for this long. */
const EXACT_TIME_US = 1e6;
/**
 * To time a small command takes a tenth of its own time. Of those that scripts call so many are
 * taken to last as long as the last that was timed; after a long one the next is timed, too.
 */
const UNTIMED_MAX = 7;
const REPEATED_US_MAX = 20;
const LINE_END_SIZE = 2;
/** In place of a count of calls: between turns, or something has run that no command is. */
const NEVER_SEEN = -1;
/** A request this large is timed alone, whatever its command. */
const LARGE_REQUEST_SIZE = 64 * 1024;
/** So many shares wait at most, at the end of a turn, to be told to their commands' statistics. */
const SHARES_MAX = 64;

/** As Redis has it: what a script calls comes from nowhere. */
const SCRIPT: SlowClient = { labelText: () => '', origin: { address: '' } };

/** What of the server is needed here. */
export interface CostsParts {
  readonly clock: Clock;
  readonly commands: CommandTable<Command>;
  readonly statistics: Statistics;
  readonly live: { slowlogUs: number; latencyMs: number; tracksLatency: boolean };
  readonly slowCalls: SlowCalls;
}

export class Costs implements CommandRunner {
  /** Time in commands that were timed one by one, which is not shared out. */
  timedUs = ZERO;
  /** What the command took that was timed last; of those within others each is. */
  lastUs = ZERO;
  /** Requests of the turn, those that were refused too. */
  requests = 0;
  /** The shortest time that the slow log or the latency monitor wants to know of. */
  slowUs = Number.POSITIVE_INFINITY;
  private readonly parts: CostsParts;
  /** What is counted of each command: kept near, for calls of scripts are many. */
  private readonly counts: StatisticsByCommand;
  private startUs = ZERO;
  /** When the clock was looked at last, and after how many calls that were not timed one by one. */
  private seenUs = ZERO;
  private seenCalls = NEVER_SEEN;
  /**
   * Commands, how often they ran in a turn and what that took together: shares of turns that are
   * over, and from `turnsFirst` to `sharesCount` those of this one, whose time is not known yet.
   */
  private readonly sharers: Command[] = [];
  /** Calls of this turn that are not timed one by one, by the index of the command... */
  private readonly pendingCalls: Int32Array;
  /** ...without the last ones of all, which are of this command, from this call on. */
  private last: Command | null = null;
  private lastFirst = 0;
  private readonly sharedCalls: number[] = [];
  private readonly sharedUs: number[] = [];
  private turnsFirst = 0;
  private sharesCount = 0;
  /** The request of the turn's first call, and how many arguments it had when it ran. */
  private firstRequest: Request | null = null;
  private firstCount = 0;
  /** Calls that were not timed one by one. */
  private calls = 0;
  /** When the outermost command that is timed was begun. */
  private timedStartUs = ZERO;
  private depth = 0;
  private timesEach = false;
  private timesEachUntilUs = ZERO;
  private tracksLatency = true;

  constructor(parts: CostsParts) {
    this.parts = parts;
    this.counts = parts.statistics.commands;
    this.pendingCalls = new Int32Array(commandsCount(parts.commands));
  }

  /** The settings are others from here on: of a command that is timed by itself. */
  applySettings(): void {
    this.settle();
    this.tracksLatency = this.parts.live.tracksLatency;
    this.applyThresholds();
  }

  private applyThresholds(): void {
    const { slowlogUs, latencyMs } = this.parts.live;
    this.slowUs = Number.POSITIVE_INFINITY;
    if (slowlogUs >= 0) this.slowUs = slowlogUs;
    if (latencyMs > 0) this.slowUs = Math.min(this.slowUs, latencyMs * 1000);
    this.timesEach = this.slowUs < EXACT_THRESHOLD_US;
  }

  begin(nowUs: number): void {
    this.startUs = nowUs;
    this.seenUs = nowUs;
    this.seenCalls = 0;
    this.timedUs = 0;
    this.calls = 0;
    this.lastFirst = 0;
    this.requests = 0;
  }

  /** Runs a command, and counts what it cost and whether it failed. Calls may nest. */
  run(context: Context, command: Command, request: Request, reply: Reply): void {
    const size = request.ends[request.count - 1] - request.starts[0];
    const grows = request.count > command.constantTimeWords;
    const isAlone = this.timesEach || grows || size > LARGE_REQUEST_SIZE;
    // The time of a command within another one is not the turn's to share out.
    const counted = !isAlone && context.origin === FROM_SCRIPT ? this.untimed(command) : null;
    if (counted !== null) {
      command.run(context, request, reply);
      this.parts.statistics.commandsProcessed++;
      counted.record(1, counted.lastUs, this.tracksLatency);
    } else if (isAlone || this.depth > 0) {
      this.runTimed(context, command, request, reply, command.run);
    } else {
      command.run(context, request, reply);
      // It is counted, and timed, when it is answered.
      if (context.session.isBlocked) return;
      if (command !== this.last) this.turnTo(command);
      if (this.calls++ === 0) {
        this.firstRequest = request;
        this.firstCount = request.count;
      }
      this.requests++;
    }
    if (reply.failure !== null) this.countFailure(command, reply.failure, reply);
  }

  /** The calls that follow are of this command. */
  private turnTo(command: Command): void {
    const { last, pendingCalls } = this;
    const more = this.calls - this.lastFirst;
    if (last !== null && more > 0) {
      if (pendingCalls[last.index] === 0) this.sharers[this.sharesCount++] = last;
      pendingCalls[last.index] += more;
    }
    this.last = command;
    this.lastFirst = this.calls;
  }

  /** Where a call of a script is counted that is taken to be like the last; null if it is not. */
  private untimed(command: Command): CommandStatistics | null {
    const counted = this.counts.of(command);
    if (counted.lastUs > REPEATED_US_MAX || counted.untimedCalls === UNTIMED_MAX) {
      counted.untimedCalls = 0;
      return null;
    }
    counted.untimedCalls++;
    return counted;
  }

  runAgain(
    context: Context,
    command: Command,
    request: Request,
    reply: Reply,
    retry: Handler,
  ): void {
    this.runTimed(context, command, request, reply, retry);
    if (reply.failure !== null) this.countFailure(command, reply.failure, reply);
  }

  /** Something has run that is no command's to answer for. */
  lookAnew(): void {
    this.seenCalls = NEVER_SEEN;
  }

  /** Counts a cycle of the event loop that brought work: a turn, or a run of the cron. */
  countCycle(durationUs: number, requests: number): void {
    const { statistics } = this.parts;
    statistics.eventLoopCycles++;
    if (durationUs > statistics.eventLoopMaxUs) statistics.eventLoopMaxUs = durationUs;
    if (requests > statistics.commandsPerCycleMax) statistics.commandsPerCycleMax = requests;
  }

  /**
   * Shares out the time of a turn that began with bytes [0, size) of `bytes`. `slowUs` and more in
   * its only request is told to `slowCalls`; of several nobody knows which was slow, so for a while
   * each is timed.
   */
  end(endUs: number, client: SlowClient, bytes: Uint8Array, size: number): void {
    const only = this.isAlone(bytes, size) ? this.firstRequest : null;
    this.seenCalls = NEVER_SEEN;
    const command = this.last;
    const hasShares = this.calls > 0;
    const durationUs = this.shareOut(endUs);
    if (this.sharesCount > SHARES_MAX) this.tellShares();
    if (hasShares && durationUs >= this.slowUs) {
      if (only === null || command === null) return this.timeEachForAWhile(endUs);
      // The parser may have emptied it already, for what comes next.
      const { count } = only;
      only.count = this.firstCount;
      this.parts.slowCalls.notice(command, only, client, durationUs);
      only.count = count;
    } else if (this.timesEachUntilUs !== 0 && endUs > this.timesEachUntilUs) {
      this.timesEachUntilUs = 0;
      this.applyThresholds();
    }
  }

  /**
   * Brings all statistics up to what has run before the present command, which must be one that is
   * timed by itself: for commands that show statistics or reset them.
   */
  settle(): void {
    const hasShares = this.calls > 0;
    const durationUs = this.shareOut(this.timedStartUs);
    this.tellShares();
    if (hasShares && durationUs >= this.slowUs) this.timeEachForAWhile(this.timedStartUs);
  }

  /**
   * Was there one request in the turn's bytes, and nothing behind it? Else its arguments may be
   * those of another one by now: of one that is not whole yet, that waits, or was no command.
   */
  private isAlone(bytes: Uint8Array, size: number): boolean {
    const { firstRequest: request } = this;
    if (request === null || this.calls !== 1 || this.requests !== 1) return false;
    if (request.origin !== 0) return false;
    // Its own bytes are those of a line, taken apart.
    return request.buffer !== bytes || request.ends[this.firstCount - 1] + LINE_END_SIZE >= size;
  }

  private countFailure(command: Command, failure: string, reply: Reply): void {
    const { statistics } = this.parts;
    statistics.commands.of(command).failedCalls++;
    if (failure !== COUNTED) statistics.errors.add(failure);
    reply.failure = null;
  }

  private runTimed(
    context: Context,
    command: Command,
    request: Request,
    reply: Reply,
    run: Handler,
  ): void {
    const { clock, statistics, slowCalls } = this.parts;
    const { session } = context;
    // Where nothing else has run it begins when the command before it ended.
    const isSeen = this.depth === 0 && this.seenCalls === this.calls;
    const startUs = isSeen ? this.seenUs : clock.monotonicUs();
    if (this.depth++ === 0) this.timedStartUs = startUs;
    run(context, request, reply);
    const endUs = clock.monotonicUs();
    let durationUs = endUs - startUs;
    this.lastUs = durationUs;
    if (--this.depth === 0) {
      this.seenUs = endUs;
      this.seenCalls = this.calls;
      this.timedUs += durationUs;
      durationUs += session.blockedUs;
      session.blockedUs = session.isBlocked ? durationUs : 0;
      // It is counted when it is answered.
      if (session.isBlocked) return;
      this.requests++;
    }
    statistics.commandsProcessed++;
    const counted = this.counts.of(command);
    counted.lastUs = durationUs;
    counted.record(1, durationUs, this.tracksLatency);
    if (durationUs < this.slowUs) return;
    const client = context.origin === FROM_SCRIPT ? SCRIPT : session;
    slowCalls.notice(command, request, client, durationUs);
  }

  /**
   * Gives the commands that were not timed their shares of the time up to `endUs`, and returns it.
   */
  private shareOut(endUs: number): number {
    const { statistics } = this.parts;
    const { calls, sharers, pendingCalls, sharedCalls, sharedUs } = this;
    const totalUs = Math.max(0, endUs - this.startUs);
    const durationUs = Math.max(0, totalUs - this.timedUs);
    statistics.eventLoopUs += totalUs;
    statistics.commandUs += calls > 0 ? totalUs : this.timedUs;
    statistics.commandsProcessed += calls;
    // Mostly they are all of one command.
    if (this.lastFirst > 0 && this.last !== null) this.turnTo(this.last);
    else if (calls > 0 && this.last !== null) {
      sharers[this.sharesCount++] = this.last;
      pendingCalls[this.last.index] = calls;
    }
    for (let i = this.turnsFirst; i < this.sharesCount; i++) {
      const { index } = sharers[i];
      sharedCalls[i] = pendingCalls[index];
      sharedUs[i] = (durationUs * pendingCalls[index]) / calls;
      pendingCalls[index] = 0;
    }
    this.turnsFirst = this.sharesCount;
    this.calls = 0;
    this.lastFirst = 0;
    this.timedUs = 0;
    this.startUs = endUs;
    return durationUs;
  }

  /** Tells the statistics of all commands their shares: of many turns at once, for few look. */
  private tellShares(): void {
    const { sharers, sharedCalls, sharedUs, tracksLatency } = this;
    const { commands } = this.parts.statistics;
    for (let i = 0; i < this.sharesCount; i++) {
      commands.of(sharers[i]).record(sharedCalls[i], sharedUs[i], tracksLatency);
    }
    this.sharesCount = 0;
    this.turnsFirst = 0;
  }

  private timeEachForAWhile(nowUs: number): void {
    this.timesEach = true;
    this.timesEachUntilUs = nowUs + EXACT_TIME_US;
  }
}

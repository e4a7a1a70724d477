// A batch: the commands that one chunk of bytes brought. Time is read at its two ends, and what it
// took is shared out among its commands. Commands whose cost grows with the data are timed one by
// one; so is everything, for a while, after a batch that was slow, or when the slow log wants to
// see short times.
import { ZERO } from '../domain/doubles.ts';
import type { Command } from './command.ts';
import { CONSTANT_TIME, FAST, SKIP_SLOWLOG } from './command.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';

/** Below this threshold of the slow log, constant-time commands can be slow too: time each. */
const EXACT_THRESHOLD_US = 1000;
/** A batch that begins sooner than this after the last sample of the wall clock takes that one. */
const SAMPLE_TIME_US = 250;
/** After a slow batch each command is timed for this long. */
const EXACT_TIME_MS = 1000;
/** How often isLongerThan() is asked between two looks at the clock. */
const ASKED_MIN = 4;
const ASKED_MAX = 64;
/** A request this large is timed alone, whatever its command. */
const LARGE_REQUEST_SIZE = 64 * 1024;
/** Redis's LRU clock: seconds, 24 bits. */
const ACCESS_MASK = 0xffffff;

export class Batch {
  private readonly server: Server;
  private startUs = ZERO;
  /** Time in commands that were timed one by one, which is not shared out. */
  timedUs = ZERO;
  /** The commands that were called and not timed one by one: the first `commandCount`. */
  private readonly commands: Command[] = [];
  private commandCount = 0;
  /** Calls of commands that were not timed one by one. */
  private calls = 0;
  private nextSampleUs = ZERO;
  /** When begin() was called, and how many commands have run since. */
  private begunUs = ZERO;
  private batchCalls = 0;
  /** How often isLongerThan() was asked since begin(), and when it looks at the clock again. */
  private asked = 0;
  private lookWhenAsked = 0;
  /** When the command that runs, or ran last, was begun, of those that are timed. */
  private timedStartUs = ZERO;
  private timesEach = false;
  /** The shortest time that the slow log or the latency monitor wants to know of. */
  private slowUs = Number.POSITIVE_INFINITY;
  private timesEachUntilMs = ZERO;

  constructor(server: Server) {
    this.server = server;
  }

  applySettings(): void {
    const { slowlogUs, latencyMs } = this.server.live;
    this.slowUs = Number.POSITIVE_INFINITY;
    if (slowlogUs >= 0) this.slowUs = slowlogUs;
    if (latencyMs > 0) this.slowUs = Math.min(this.slowUs, latencyMs * 1000);
    this.timesEach = this.slowUs < EXACT_THRESHOLD_US;
    // What is sampled depends on settings too.
    this.nextSampleUs = 0;
  }

  /** Takes the time for all that follows until end(). */
  begin(): void {
    const server = this.server;
    this.startUs = server.clock.monotonicUs();
    this.begunUs = this.startUs;
    if (this.startUs >= this.nextSampleUs) {
      this.nextSampleUs = this.startUs + SAMPLE_TIME_US;
      sampleTime(server);
    }
    if (server.live.maxmemory !== 0) server.checkMemory();
    this.timedUs = 0;
    this.calls = 0;
    this.batchCalls = 0;
    this.asked = 0;
    this.lookWhenAsked = ASKED_MIN;
  }

  /**
   * Has the time since begin() passed a limit? Asked after every few requests, it looks at the
   * clock only now and then, for each look costs time and 16 bytes of heap: again when requests
   * like those before will have used half of what is left.
   */
  isLongerThan(limitUs: number): boolean {
    const asked = ++this.asked;
    if (asked < this.lookWhenAsked) return false;
    const elapsedUs = this.server.clock.monotonicUs() - this.begunUs;
    const left = (asked * (limitUs - elapsedUs)) / Math.max(elapsedUs, 1);
    this.lookWhenAsked = asked + Math.min(ASKED_MAX, Math.max(ASKED_MIN, Math.floor(left / 2)));
    return elapsedUs > limitUs;
  }

  /** Something took long: the next isLongerThan() looks at the clock. */
  lookSoon(): void {
    this.lookWhenAsked = 0;
  }

  /** Must this request be timed by itself? */
  isTimed(command: Command, request: Request): boolean {
    if (this.timesEach || (command.flags & CONSTANT_TIME) === 0) return true;
    return request.ends[request.count - 1] - request.starts[0] > LARGE_REQUEST_SIZE;
  }

  /** Counts a call whose time is shared out at the end. */
  count(command: Command): void {
    if (command.batchCalls++ === 0) this.commands[this.commandCount++] = command;
    this.calls++;
    this.batchCalls++;
  }

  /** Runs a request that is timed by itself. */
  runTimed(command: Command, request: Request): void {
    const server = this.server;
    const startUs = server.clock.monotonicUs();
    this.timedStartUs = startUs;
    command.run(server.context, request, server.reply);
    const durationUs = server.clock.monotonicUs() - startUs;
    this.timedUs += durationUs;
    this.batchCalls++;
    server.statistics.commandsProcessed++;
    command.statistics.record(1, durationUs, server.live.tracksLatency);
    this.watch(command, request, durationUs);
  }

  /** Shares the batch's time out. */
  end(lastRequest: Request): void {
    const server = this.server;
    const endUs = server.clock.monotonicUs();
    server.cron.noticeDeadline(server.keyspace.earliestMs);
    server.statistics.noticeCycle(endUs - this.begunUs, this.batchCalls);
    const first = this.commands[0];
    const isOnly = this.calls === 1 && this.batchCalls === 1;
    const hasShares = this.calls > 0;
    const durationUs = this.shareOut(endUs);
    if (hasShares && durationUs >= this.slowUs) {
      if (isOnly) this.watch(first, lastRequest, durationUs);
      else this.timeEachForAWhile();
    } else if (this.timesEachUntilMs !== 0 && server.keyspace.nowMs > this.timesEachUntilMs) {
      this.timesEachUntilMs = 0;
      this.applySettings();
    }
  }

  /**
   * Brings all statistics up to what has run before the present command, which must be one that is
   * timed by itself: for commands that show statistics or reset them.
   */
  settle(): void {
    const hasShares = this.calls > 0;
    const durationUs = this.shareOut(this.timedStartUs);
    if (hasShares && durationUs >= this.slowUs) this.timeEachForAWhile();
  }

  /**
   * Gives the commands that were not timed their shares of the time up to `endUs`, and returns it.
   */
  private shareOut(endUs: number): number {
    const { statistics, live } = this.server;
    const { calls, commands } = this;
    const totalUs = Math.max(0, endUs - this.startUs);
    const durationUs = Math.max(0, totalUs - this.timedUs);
    statistics.eventLoopUs += totalUs;
    statistics.commandUs += calls > 0 ? totalUs : this.timedUs;
    statistics.commandsProcessed += calls;
    for (let i = 0; i < this.commandCount; i++) {
      const command = commands[i];
      const share = (durationUs * command.batchCalls) / calls;
      command.statistics.record(command.batchCalls, share, live.tracksLatency);
      command.batchCalls = 0;
    }
    this.commandCount = 0;
    this.calls = 0;
    this.timedUs = 0;
    this.startUs = endUs;
    return durationUs;
  }

  private timeEachForAWhile(): void {
    this.timesEach = true;
    this.timesEachUntilMs = this.server.keyspace.nowMs + EXACT_TIME_MS;
  }

  /** Tells the slow log and the latency monitor of a command that took long. */
  private watch(command: Command, request: Request, durationUs: number): void {
    const { live, keyspace, slowlog, latency, context } = this.server;
    const timeSeconds = Math.floor(keyspace.nowMs / 1000);
    if (live.latencyMs > 0 && durationUs >= live.latencyMs * 1000) {
      const isFast = (command.flags & FAST) !== 0;
      latency.add(isFast ? 'fast-command' : 'command', Math.floor(durationUs / 1000), timeSeconds);
    }
    if (live.slowlogUs < 0 || durationUs < live.slowlogUs) return;
    if ((command.flags & SKIP_SLOWLOG) !== 0) return;
    const { isSensitive } = command.declaration;
    const redacted = new Set<number>();
    if (isSensitive !== undefined) {
      for (let i = 1; i < request.count; i++) if (isSensitive(request, i)) redacted.add(i);
    }
    slowlog.add(request.buffer, request.starts, request.ends, request.count, {
      timeSeconds,
      durationUs,
      clientAddress: context.session.origin.address,
      clientName: context.session.name,
      redacted,
    });
  }
}

/** Reads the clock for everything that happens until the next sample. */
export function sampleTime(server: Server): void {
  const { keyspace } = server;
  const nowMs = server.clock.nowMs();
  keyspace.nowMs = nowMs;
  keyspace.records.accessNow = keyspace.countsFrequency
    ? server.lfu.initial(nowMs)
    : Math.floor(nowMs / 1000) & ACCESS_MASK;
}

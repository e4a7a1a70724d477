// A batch: the commands that one chunk of bytes brought. Time is read at its two ends, and what it took
// is shared out among its commands. Commands whose cost grows with the data are timed one by one; so is
// everything, for a while, after a batch that was slow, or when the slow log wants to see short times.
import type { Command } from './command.ts';
import { CONSTANT_TIME, SKIP_SLOWLOG } from './command.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';

/** Below this threshold of the slow log, constant-time commands can be slow too: time each. */
const EXACT_THRESHOLD_US = 1000;
/** After a slow batch each command is timed for this long. */
const EXACT_TIME_MS = 1000;
/** A request this large is timed alone, whatever its command. */
const LARGE_REQUEST_SIZE = 64 * 1024;
/** Redis's LRU clock: seconds, 24 bits. */
const ACCESS_MASK = 0xffffff;

export class Batch {
  private readonly server: Server;
  private startUs = 0;
  /** Time in commands that were timed one by one, which is not shared out. */
  private timedUs = 0;
  private readonly commands: Command[] = [];
  private calls = 0;
  private timesEach = false;
  private timesEachUntilMs = 0;

  constructor(server: Server) {
    this.server = server;
  }

  applySettings(): void {
    const { slowlogUs, latencyMs } = this.server.live;
    this.timesEach =
      (slowlogUs >= 0 && slowlogUs < EXACT_THRESHOLD_US) ||
      (latencyMs > 0 && latencyMs * 1000 < EXACT_THRESHOLD_US);
  }

  /** Samples the time for all that follows until end(). */
  begin(): void {
    const server = this.server;
    this.startUs = server.clock.monotonicUs();
    sampleTime(server);
    if (server.live.maxmemory !== 0) server.checkMemory();
    this.timedUs = 0;
    this.calls = 0;
  }

  /** Must this request be timed by itself? */
  isTimed(command: Command, request: Request): boolean {
    if (this.timesEach || (command.flags & CONSTANT_TIME) === 0) return true;
    return request.ends[request.count - 1] - request.starts[0] > LARGE_REQUEST_SIZE;
  }

  /** Counts a call whose time is shared out at the end. */
  count(command: Command): void {
    if (command.batchCalls++ === 0) this.commands.push(command);
    this.calls++;
  }

  /** Runs a request that is timed by itself. */
  runTimed(command: Command, request: Request): void {
    const server = this.server;
    const startUs = server.clock.monotonicUs();
    command.run(server.context, request, server.reply);
    const durationUs = server.clock.monotonicUs() - startUs;
    this.timedUs += durationUs;
    server.statistics.commandsProcessed++;
    command.statistics.record(1, durationUs, server.live.tracksLatency);
    this.watch(command, request, durationUs);
  }

  /** Shares the batch's time out. */
  end(lastRequest: Request): void {
    const server = this.server;
    const calls = this.calls;
    const endUs = server.clock.monotonicUs();
    server.statistics.activeTimeMs += (endUs - this.startUs) / 1000;
    server.cron.noticeDeadline(server.keyspace.earliestMs);
    if (calls === 0) return;
    const durationUs = Math.max(0, endUs - this.startUs - this.timedUs);
    server.statistics.commandsProcessed += calls;
    for (const command of this.commands) {
      const share = (durationUs * command.batchCalls) / calls;
      command.statistics.record(command.batchCalls, share, server.live.tracksLatency);
      command.batchCalls = 0;
    }
    if (durationUs >= EXACT_THRESHOLD_US) this.wasSlow(lastRequest, durationUs);
    this.commands.length = 0;
    if (this.timesEachUntilMs !== 0 && server.keyspace.nowMs > this.timesEachUntilMs) {
      this.timesEachUntilMs = 0;
      this.applySettings();
    }
  }

  private wasSlow(lastRequest: Request, durationUs: number): void {
    const server = this.server;
    if (this.calls === 1) {
      if (lastRequest.count > 0) this.watch(this.commands[0], lastRequest, durationUs);
      return;
    }
    if (server.live.slowlogUs < 0 && server.live.latencyMs === 0) return;
    this.timesEach = true;
    this.timesEachUntilMs = server.keyspace.nowMs + EXACT_TIME_MS;
  }

  /** Tells the slow log and the latency monitor of a command that took long. */
  private watch(command: Command, request: Request, durationUs: number): void {
    const { live, keyspace, slowlog, latency, context } = this.server;
    const timeSeconds = Math.floor(keyspace.nowMs / 1000);
    if (live.latencyMs > 0 && durationUs >= live.latencyMs * 1000) {
      const isFast = command.declaration.complexity === 'O(1)';
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
  if (nowMs === keyspace.nowMs) return;
  keyspace.nowMs = nowMs;
  keyspace.records.accessNow = keyspace.countsFrequency
    ? server.lfu.initial(nowMs)
    : Math.floor(nowMs / 1000) & ACCESS_MASK;
}

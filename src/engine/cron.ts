// What happens by itself: the expiry of keys at their deadlines, and `hz` times a second the rest:
// freeing what was flushed, closing idle clients, the end of a pause, samples for INFO.
//
// The alarm is set to the next deadline or the next tick, whichever comes first.

import { ZERO } from '../domain/doubles.ts';
import { earliestDeadline } from '../domain/keyspace/database.ts';
import type { Alarm } from './alarm.ts';
import type { LiveSettings } from './live-settings.ts';
import { closeOverLimit, isOverOutputLimit } from './output-limit.ts';
import type { Log } from './ports.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { Session } from './session.ts';
import type { Statistics } from './statistics.ts';
import type { LatencyMonitor } from './stats/latency.ts';
import { type NowParts, sampleNow } from './turn.ts';

/** No slice of work is longer than this, so that the loop stays free for clients. */
const SLICE_US = 500;
/**
 * Blocks freed, keys expired or topics left between two looks at the clock; few, since code may be
 * cold.
 */
const STEP_ITEMS = 16;
/** How often V8 is told of memory that was dropped. */
const COLLECT_MS = 1000;
/** Rates of INFO are sampled at least this far apart. */
const RATE_SAMPLE_MS = 100;

/**
 * Clients are looked at a share in each tick, all of them about once a second, as in Redis: many of
 * them would keep others waiting. So many are looked at at least.
 */
const CLIENTS_MIN = 5;

/** What of the server is needed here. */
export interface CronParts extends NowParts {
  readonly live: LiveSettings;
  readonly log: Log;
  readonly alarm: Alarm;
  readonly statistics: Statistics;
  readonly latency: LatencyMonitor;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly pubsub: PubSub;
  readonly turn: { deliver(): void };
  readonly blocking: { readonly earliestMs: number; timeOut(nowMs: number): void };
  readonly costs: { countCycle(durationUs: number, requests: number): void };
  /** All memory but that of clients. */
  readonly ownMemory: number;
  readonly isCronPaused: boolean;
  /** Are keys deleted at their deadlines? */
  readonly expiresActively: boolean;
  readonly pauseEndMs: number;
  unpause(): void;
  checkMemory(): void;
  resumePostponed(): void;
}

export class Cron {
  private readonly server: CronParts;
  private nextTickMs = ZERO;
  private nextRateMs = ZERO;
  private nextCollectMs = ZERO;
  /** Those that were not looked at yet in this round; who comes meanwhile is among them. */
  private unseen: Iterator<Session>;
  /** What the clients of this round take, and those of the last one took. */
  private seenSize = ZERO;
  private clientsSize = ZERO;

  constructor(server: CronParts) {
    this.server = server;
    this.unseen = server.sessions.values();
  }

  start(): void {
    this.nextTickMs = this.server.clock.nowMs();
    this.server.alarm.start();
    this.plan();
  }

  stop(): void {
    this.server.alarm.stop();
  }

  /** Deletes keys that are due, for at most a slice of time. Are there more? */
  expireDue(): boolean {
    const { server } = this;
    const { keyspace, clock } = server;
    if (!server.expiresActively) return false;
    const startUs = clock.monotonicUs();
    let expired = 0;
    for (const database of keyspace.databases) {
      const { heap } = database;
      while (heap.earliest <= keyspace.nowMs) {
        keyspace.expire(database, heap.refAt(1));
        if (++expired % STEP_ITEMS === 0 && clock.monotonicUs() - startUs > SLICE_US) {
          server.statistics.expireTimeCapReached++;
          this.countExpireTime(clock.monotonicUs() - startUs);
          return true;
        }
      }
    }
    if (expired > 0) this.countExpireTime(clock.monotonicUs() - startUs);
    return false;
  }

  /** The next moment at which something is to be done, in ms. */
  private nextDueMs(): number {
    const { server } = this;
    const dueMs = Math.min(this.nextTickMs, server.blocking.earliestMs);
    if (server.pauseEndMs !== 0) return Math.min(dueMs, server.pauseEndMs);
    if (!server.expiresActively) return dueMs;
    const { keyspace } = server;
    keyspace.earliestMs = earliestDeadline(keyspace.databases);
    return Math.min(dueMs, keyspace.earliestMs);
  }

  /** The alarm rang. */
  run(): void {
    const { statistics, clock } = this.server;
    const startUs = clock.monotonicUs();
    const beforeUs = statistics.eventLoopUs;
    this.work();
    this.server.turn.deliver();
    // Requests that were postponed and went on here have counted their time themselves.
    const elsewhereUs = statistics.eventLoopUs - beforeUs;
    const durationUs = Math.max(0, clock.monotonicUs() - startUs - elsewhereUs);
    statistics.eventLoopUs += durationUs;
    statistics.cronUs += durationUs;
    this.server.costs.countCycle(durationUs, 0);
  }

  private work(): void {
    const { server } = this;
    sampleNow(server);
    if (server.pauseEndMs !== 0 && server.keyspace.nowMs >= server.pauseEndMs) server.unpause();
    server.resumePostponed();
    server.blocking.timeOut(server.keyspace.nowMs);
    const hasMoreDue = this.expireDue();
    const hasMoreToFree = this.freeFlushed();
    const nowMs = server.keyspace.nowMs;
    if (nowMs >= this.nextTickMs) {
      this.tick(nowMs);
      this.nextTickMs = nowMs + 1000 / Math.max(1, server.live.hz);
    }
    const hasMoreToLeave = this.leaveTopics();
    if (hasMoreDue || hasMoreToFree || hasMoreToLeave) server.alarm.wakeAt(nowMs);
    else this.plan();
  }

  private plan(): void {
    this.server.alarm.wakeAt(this.nextDueMs());
  }

  private freeFlushed(): boolean {
    const { keyspace, clock } = this.server;
    const pending = keyspace.pending.count;
    if (pending === 0) return false;
    const startUs = clock.monotonicUs();
    let hasMore = keyspace.pending.freeSlice(STEP_ITEMS);
    while (hasMore && clock.monotonicUs() - startUs <= SLICE_US) {
      hasMore = keyspace.pending.freeSlice(STEP_ITEMS);
    }
    this.server.statistics.lazyFreedKeys += pending - keyspace.pending.count;
    return hasMore;
  }

  /** Goes on with taking clients that are gone out of what they were subscribed to. */
  private leaveTopics(): boolean {
    const { pubsub, clock } = this.server;
    const startUs = clock.monotonicUs();
    while (pubsub.leaveSlice(STEP_ITEMS)) {
      if (clock.monotonicUs() - startUs > SLICE_US) return true;
    }
    return false;
  }

  private tick(nowMs: number): void {
    const { server } = this;
    const { statistics, keyspace } = server;
    server.checkMemory();
    statistics.memoryPeakSize = Math.max(
      statistics.memoryPeakSize,
      server.ownMemory + this.clientsSize,
    );
    if (nowMs >= this.nextCollectMs) {
      keyspace.arena.memory.collectDropped();
      this.nextCollectMs = nowMs + COLLECT_MS;
    }
    if (nowMs >= this.nextRateMs) {
      statistics.commandRate.sample(statistics.commandsProcessed, nowMs);
      statistics.inputRate.sample(statistics.netInputBytes, nowMs);
      statistics.outputRate.sample(statistics.netOutputBytes, nowMs);
      statistics.cycleRate.sample(statistics.eventLoopCycles, nowMs);
      statistics.cycleTime.sample(statistics.eventLoopUs, statistics.eventLoopCycles);
      this.nextRateMs = nowMs + RATE_SAMPLE_MS;
    }
    if (!server.isCronPaused) this.checkSessions(keyspace.nowMs);
  }

  private checkSessions(nowMs: number): void {
    const { live, sessions } = this.server;
    const share = Math.max(CLIENTS_MIN, Math.ceil(sessions.size / Math.max(1, live.hz)));
    for (let i = Math.min(share, sessions.size); i > 0; i--) {
      let next = this.unseen.next();
      if (next.done === true) {
        this.clientsSize = this.seenSize;
        this.seenSize = 0;
        this.unseen = sessions.values();
        next = this.unseen.next();
        if (next.done === true) return;
      }
      this.checkSession(next.value, nowMs);
    }
  }

  private checkSession(session: Session, nowMs: number): void {
    const { live, statistics, log } = this.server;
    const { output } = session;
    statistics.inputBufferPeak.add(output.queryBufferSize + output.argumentsSize, nowMs);
    statistics.outputBufferPeak.add(output.pendingSize, nowMs);
    if (live.timeoutMs > 0 && mayTimeOut(session)) {
      if (nowMs - session.lastInteractionMs > live.timeoutMs) {
        log.write('verbose', 'Closing idle client');
        output.destroy();
        return;
      }
    }
    output.tick(nowMs);
    this.checkOutput(session, nowMs);
    this.seenSize += session.usedSize;
  }

  private checkOutput(session: Session, nowMs: number): void {
    const limit = this.server.live.outputLimits[session.outputClass];
    if (isOverOutputLimit(limit, session, session.output.pendingSize, nowMs)) {
      closeOverLimit(this.server, session);
    }
  }

  private countExpireTime(durationUs: number): void {
    const { server } = this;
    const ms = durationUs / 1000;
    server.statistics.expireCycleMs += ms;
    if (server.live.latencyMs > 0 && ms >= server.live.latencyMs) {
      server.latency.add('expire-cycle', Math.floor(ms), Math.floor(server.keyspace.nowMs / 1000));
    }
  }
}

/** Whoever only listens, or waits for a command or the end of a pause, is not idle. */
function mayTimeOut(session: Session): boolean {
  if (session.isMonitor || session.isBlocked || session.isPostponed) return false;
  return session.subscriptions === null;
}

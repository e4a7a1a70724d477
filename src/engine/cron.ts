// What happens by itself: the expiry of keys at their deadlines, and `hz` times a second the rest:
// freeing what was flushed, closing idle clients, the end of a pause, samples for INFO.
//
// The alarm is set to the next deadline or the next tick, whichever comes first. Deadlines are
// moments of the wall clock; ticks and all else here go by the time that elapses, so that a clock
// that is set back stops nothing.

import { ZERO } from '../domain/doubles.ts';
import { earliestDeadline } from '../domain/keyspace/database.ts';
import type { Hashes } from '../domain/values/hashes.ts';
import type { Alarm } from './alarm.ts';
import type { LiveSettings } from './live-settings.ts';
import { closeOverLimit, isOverOutputLimit } from './output-limit.ts';
import type { ScheduledEnd, ShutDownParts } from './persistence/shut-down.ts';
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
const COLLECT_US = 1e6;
/** Rates of INFO are sampled at least this far apart. */
const RATE_SAMPLE_US = 100_000;

/**
 * Clients are looked at a share in each tick, all of them about once a second, as in Redis: many of
 * them would keep others waiting. So many are looked at at least.
 */
const CLIENTS_MIN = 5;

/** What of the server is needed here. */
export interface CronParts extends NowParts, ShutDownParts {
  readonly live: LiveSettings;
  readonly alarm: Alarm;
  readonly statistics: Statistics;
  readonly latency: LatencyMonitor;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly pubsub: PubSub;
  readonly turn: { deliver(): void };
  readonly blocking: {
    readonly earliestUs: number;
    timeOut(nowUs: number): void;
    wakeReady(): void;
  };
  readonly costs: { countCycle(durationUs: number, requests: number): void };
  readonly usedMemory: number;
  readonly scheduledEnd: ScheduledEnd;
  readonly eviction: { readonly isBehind: boolean };
  readonly backgroundSave: { tick(): void; abort(why: string): void };
  readonly clientEviction: { applySettings(): void; closeLargest(): boolean };
  readonly context: { readonly hashes: Hashes };
  readonly journal: { tick(): void; end(): string };
  readonly isCronPaused: boolean;
  /** Are keys deleted at their deadlines? */
  readonly expiresActively: boolean;
  readonly pauseEndUs: number;
  unpause(): void;
  checkMemory(): void;
  resumePostponed(): boolean;
}

export class Cron {
  private readonly server: CronParts;
  private nextTickUs = ZERO;
  private nextRateUs = ZERO;
  private nextCollectUs = ZERO;
  /** Those that were not looked at yet in this round; who comes meanwhile is among them. */
  private unseen: Iterator<Session>;

  constructor(server: CronParts) {
    this.server = server;
    this.unseen = server.sessions.values();
  }

  start(): void {
    this.nextTickUs = this.server.clock.elapsedUs();
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
      const { heap, fieldHeap } = database;
      while (heap.earliest <= keyspace.dueMs) {
        keyspace.expire(database, heap.refAt(1));
        if (++expired % STEP_ITEMS === 0 && this.isCapReached(startUs)) return true;
      }
      while (fieldHeap.earliest <= keyspace.dueMs) {
        const { hashes } = server.context;
        hashes.open(database, fieldHeap.refAt(1));
        hashes.expireDue(STEP_ITEMS);
        expired += STEP_ITEMS;
        if (this.isCapReached(startUs)) return true;
      }
    }
    if (expired > 0) this.countExpireTime(clock.monotonicUs() - startUs);
    return false;
  }

  /** Has the slice of expiry taken its time? That is counted then. */
  private isCapReached(startUs: number): boolean {
    const durationUs = this.server.clock.monotonicUs() - startUs;
    if (durationUs <= SLICE_US) return false;
    this.server.statistics.expireTimeCapReached++;
    this.countExpireTime(durationUs);
    return true;
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
    const nowUs = server.clock.elapsedUs();
    sampleNow(server, nowUs);
    if (server.scheduledEnd.isDue && !server.isCronPaused) server.scheduledEnd.run(server);
    if (server.pauseEndUs !== 0 && nowUs >= server.pauseEndUs) server.unpause();
    const hasMorePostponed = this.resumePostponed();
    server.blocking.timeOut(nowUs);
    const hasMoreDue = this.expireDue();
    server.blocking.wakeReady();
    const hasMoreToFree = this.freeFlushed();
    const isTick = nowUs >= this.nextTickUs;
    if (isTick || server.eviction.isBehind) server.checkMemory();
    if (isTick) {
      this.tick(nowUs);
      this.nextTickUs = nowUs + 1e6 / Math.max(1, server.live.hz);
    }
    const hasMoreToLeave = this.leaveTopics();
    const hasMoreToClose = server.clientEviction.closeLargest();
    const hasMore = hasMorePostponed || hasMoreDue || hasMoreToFree || hasMoreToClose;
    if (hasMore || hasMoreToLeave || server.eviction.isBehind) server.alarm.wakeIn(0);
    else this.plan();
  }

  /** Sets the alarm to the next moment at which something is to be done. */
  private plan(): void {
    const { server } = this;
    const { alarm, blocking, clock, keyspace, pauseEndUs } = server;
    const tickUs = clock.isMoved ? Number.POSITIVE_INFINITY : this.nextTickUs;
    const ownUs = Math.min(tickUs, blocking.earliestUs);
    const dueUs = pauseEndUs === 0 ? ownUs : Math.min(ownUs, pauseEndUs);
    const delayMs = (dueUs - clock.elapsedUs()) / 1000;
    if (!server.expiresActively) return alarm.wakeIn(delayMs);
    keyspace.earliestMs = earliestDeadline(keyspace.databases);
    alarm.wakeAtDeadline(keyspace.earliestMs, delayMs);
  }

  private freeFlushed(): boolean {
    const { keyspace, clock } = this.server;
    if (!keyspace.pending.hasMore) return false;
    const startUs = clock.monotonicUs();
    let hasMore = keyspace.pending.freeSlice(STEP_ITEMS);
    while (hasMore && clock.monotonicUs() - startUs <= SLICE_US) {
      hasMore = keyspace.pending.freeSlice(STEP_ITEMS);
    }
    return hasMore;
  }

  /** Lets requests go on that a pause postponed which is over, for at most a slice of time. */
  private resumePostponed(): boolean {
    const { server } = this;
    const { clock } = server;
    const startUs = clock.monotonicUs();
    while (server.resumePostponed()) {
      if (clock.monotonicUs() - startUs > SLICE_US) return true;
    }
    return false;
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

  private tick(nowUs: number): void {
    const { server } = this;
    const { statistics, keyspace } = server;
    server.clientEviction.applySettings();
    server.backgroundSave.tick();
    statistics.memoryPeakSize = Math.max(statistics.memoryPeakSize, server.usedMemory);
    if (nowUs >= this.nextCollectUs) {
      keyspace.arena.giveBack();
      this.nextCollectUs = nowUs + COLLECT_US;
    }
    if (nowUs >= this.nextRateUs) {
      const nowMs = nowUs / 1000;
      statistics.commandRate.sample(statistics.commandsProcessed, nowMs);
      statistics.inputRate.sample(statistics.netInputBytes, nowMs);
      statistics.outputRate.sample(statistics.netOutputBytes, nowMs);
      statistics.cycleRate.sample(statistics.eventLoopCycles, nowMs);
      statistics.cycleTime.sample(statistics.eventLoopUs, statistics.eventLoopCycles);
      this.nextRateUs = nowUs + RATE_SAMPLE_US;
    }
    server.journal.tick();
    if (!server.isCronPaused) this.checkSessions(nowUs);
  }

  private checkSessions(nowUs: number): void {
    const { live, sessions, clock } = this.server;
    const rounds = clock.isMoved ? 1 : Math.max(1, live.hz);
    const share = Math.max(CLIENTS_MIN, Math.ceil(sessions.size / rounds));
    for (let i = Math.min(share, sessions.size); i > 0; i--) {
      let next = this.unseen.next();
      if (next.done === true) {
        this.unseen = sessions.values();
        next = this.unseen.next();
        if (next.done === true) return;
      }
      this.checkSession(next.value, nowUs);
    }
  }

  private checkSession(session: Session, nowUs: number): void {
    const { live, statistics, log } = this.server;
    const { output } = session;
    if (live.timeoutMs > 0 && mayTimeOut(session)) {
      if (nowUs - session.lastInteractionUs > live.timeoutMs * 1000) {
        log.write('verbose', 'Closing idle client');
        output.destroy();
        return;
      }
    }
    // Most of many clients are idle, and cost no look at anything else.
    if (!session.hasBuffers) return;
    statistics.inputBufferPeak.add(output.queryBufferSize + output.argumentsSize, nowUs);
    statistics.outputBufferPeak.add(output.pendingSize, nowUs);
    output.tick(nowUs);
    this.checkOutput(session);
  }

  private checkOutput(session: Session): void {
    const { server } = this;
    const limit = server.live.outputLimits[session.outputClass];
    if (isOverOutputLimit(limit, session, session.output.pendingSize, server.clock)) {
      closeOverLimit(server, session);
    }
  }

  private countExpireTime(durationUs: number): void {
    const { server } = this;
    const { latency, live, keyspace } = server;
    server.statistics.expireCycleMs += durationUs / 1000;
    latency.addIfSlow('expire-cycle', durationUs, live.latencyMs, keyspace.nowMs);
  }
}

/** Whoever only listens, or waits for a command or the end of a pause, is not idle. */
function mayTimeOut(session: Session): boolean {
  if (session.isMonitor || session.isBlocked || session.isPostponed) return false;
  return session.subscriptions === null;
}

// What INFO stats counts, and the peaks and rates beside it.
import { ZERO } from '../domain/doubles.ts';
import { StatisticsByCommand } from './stats/command-stats.ts';
import { ErrorStatistics } from './stats/error-stats.ts';
import { RateSampler } from './stats/rates.ts';
import { RecentPeak } from './stats/recent-peaks.ts';

export class Statistics {
  connectionsReceived = 0;
  connectionsRejected = 0;
  commandsProcessed = ZERO;
  netInputBytes = ZERO;
  netOutputBytes = ZERO;
  readsProcessed = ZERO;
  writesProcessed = ZERO;
  outputLimitDisconnections = 0;
  queryLimitDisconnections = 0;
  protocolErrors = 0;
  authenticationFailures = 0;
  evictedKeys = ZERO;
  evictedClients = 0;
  /** Saves that were begun in the foreground, or ended well in the background. */
  saves = 0;
  memoryPeakSize = ZERO;
  readonly commands = new StatisticsByCommand();
  readonly errors = new ErrorStatistics();
  readonly commandRate = new RateSampler();
  readonly inputRate = new RateSampler();
  readonly outputRate = new RateSampler();
  /** Time the expiry cycle used, in ms. */
  expireCycleMs = ZERO;
  /** Expiry cycles that ran out of time with keys still due. */
  expireTimeCapReached = 0;
  // The turns of the loop that brought work: a chunk of requests, or a run of the cron.
  eventLoopCycles = ZERO;
  eventLoopUs = ZERO;
  eventLoopMaxUs = ZERO;
  /** Of eventLoopUs, the time in commands and the time in the cron. */
  commandUs = ZERO;
  cronUs = ZERO;
  commandsPerCycleMax = 0;
  /** What single clients needed in the last seconds, in bytes. */
  readonly inputBufferPeak = new RecentPeak();
  readonly outputBufferPeak = new RecentPeak();
  readonly cycleRate = new RateSampler();
  /** The mean time of a turn, in microseconds. */
  readonly cycleTime = new RateSampler(1);

  /** CONFIG RESETSTAT. */
  reset(): void {
    this.connectionsReceived = 0;
    this.connectionsRejected = 0;
    this.commandsProcessed = 0;
    this.netInputBytes = 0;
    this.netOutputBytes = 0;
    this.readsProcessed = 0;
    this.writesProcessed = 0;
    this.outputLimitDisconnections = 0;
    this.queryLimitDisconnections = 0;
    this.protocolErrors = 0;
    this.authenticationFailures = 0;
    this.evictedKeys = 0;
    this.evictedClients = 0;
    this.saves = 0;
    this.expireCycleMs = 0;
    this.expireTimeCapReached = 0;
    this.eventLoopCycles = 0;
    this.eventLoopUs = 0;
    this.eventLoopMaxUs = 0;
    this.commandUs = 0;
    this.cronUs = 0;
    this.commandsPerCycleMax = 0;
    this.commands.reset();
    this.errors.reset();
    this.commandRate.reset();
    this.inputRate.reset();
    this.outputRate.reset();
    this.cycleRate.reset();
    this.cycleTime.reset();
  }
}

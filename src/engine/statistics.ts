// What INFO stats counts, and the peaks and rates beside it.
import { ErrorStatistics } from './stats/error-stats.ts';
import { RateSampler } from './stats/rates.ts';

export class Statistics {
  connectionsReceived = 0;
  connectionsRejected = 0;
  commandsProcessed = 0;
  netInputBytes = 0;
  netOutputBytes = 0;
  readsProcessed = 0;
  writesProcessed = 0;
  outputLimitDisconnections = 0;
  queryLimitDisconnections = 0;
  protocolErrors = 0;
  authenticationFailures = 0;
  memoryPeakSize = 0;
  readonly errors = new ErrorStatistics();
  readonly commandRate = new RateSampler();
  readonly inputRate = new RateSampler();
  readonly outputRate = new RateSampler();
  /** Time the expiry cycle used, in ms. */
  expireCycleMs = 0;
  /** Expiry cycles that ran out of time with keys still due. */
  expireTimeCapReached = 0;
  activeTimeMs = 0;

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
    this.expireCycleMs = 0;
    this.expireTimeCapReached = 0;
    this.errors.reset();
    this.commandRate.reset();
    this.inputRate.reset();
    this.outputRate.reset();
  }
}

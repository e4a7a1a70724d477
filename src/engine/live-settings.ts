// The settings that are read per batch or more often, as plain fields. CONFIG SET refreshes them.
import type { Settings } from './settings/settings.ts';

/** Directives whose change refreshes the fields. */
const NAMES = [
  'slowlog-log-slower-than',
  'slowlog-max-len',
  'latency-monitor-threshold',
  'latency-tracking',
  'proto-max-bulk-len',
  'client-query-buffer-limit',
  'client-output-buffer-limit',
  'maxmemory',
  'maxmemory-policy',
  'maxclients',
  'timeout',
  'hz',
  'lfu-log-factor',
  'lfu-decay-time',
];

export class LiveSettings {
  /** Below 0: the slow log is off. */
  slowlogUs = 0;
  slowlogEntriesMax = 0;
  /** 0: the latency monitor is off. */
  latencyMs = 0;
  tracksLatency = true;
  bulkSizeMax = 0;
  queryBufferSizeMax = 0;
  outputHardSize = 0;
  outputSoftSize = 0;
  outputSoftMs = 0;
  maxmemory = 0;
  countsFrequency = false;
  maxclients = 0;
  timeoutMs = 0;
  hz = 10;
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;

  constructor(settings: Settings) {
    this.refresh(settings);
  }

  /** Keeps the fields fresh; `then` runs after each refresh. */
  follow(settings: Settings, then: () => void): void {
    settings.onChange(NAMES, (changed): void => {
      this.refresh(changed);
      then();
    });
  }

  /** Is there a limit to the replies that may wait? */
  get limitsOutput(): boolean {
    return this.outputHardSize > 0 || this.outputSoftSize > 0;
  }

  private refresh(settings: Settings): void {
    this.slowlogUs = settings.integer('slowlog-log-slower-than');
    this.slowlogEntriesMax = settings.integer('slowlog-max-len');
    this.latencyMs = settings.integer('latency-monitor-threshold');
    this.tracksLatency = settings.flag('latency-tracking');
    this.bulkSizeMax = settings.integer('proto-max-bulk-len');
    this.queryBufferSizeMax = settings.integer('client-query-buffer-limit');
    const output = settings.outputBufferLimit('normal');
    this.outputHardSize = output.hardBytes;
    this.outputSoftSize = output.softBytes;
    this.outputSoftMs = output.softSeconds * 1000;
    this.maxmemory = settings.integer('maxmemory');
    this.countsFrequency = settings.text('maxmemory-policy').endsWith('-lfu');
    this.maxclients = settings.integer('maxclients');
    this.timeoutMs = settings.integer('timeout') * 1000;
    this.hz = settings.integer('hz');
    this.lfuLogFactor = settings.integer('lfu-log-factor');
    this.lfuDecayMinutes = settings.integer('lfu-decay-time');
  }
}

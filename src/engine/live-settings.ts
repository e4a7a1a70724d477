// The settings that are read per turn or more often, as plain fields. CONFIG SET refreshes them.
import { CollectionLimits } from '../domain/values/collection-limits.ts';
import type { Log } from './ports.ts';
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
  'maxmemory-samples',
  'maxmemory-eviction-tenacity',
  'maxmemory-clients',
  'maxclients',
  'notify-keyspace-events',
  'lazyfree-lazy-expire',
  'lazyfree-lazy-eviction',
  'timeout',
  'hz',
  'lfu-log-factor',
  'lfu-decay-time',
  'tracking-table-max-keys',
  'min-replicas-to-write',
  'min-replicas-max-lag',
  'hash-max-listpack-entries',
  'hash-max-listpack-value',
  'list-max-listpack-size',
  'list-compress-depth',
  'set-max-intset-entries',
  'set-max-listpack-entries',
  'set-max-listpack-value',
  'zset-max-listpack-entries',
  'zset-max-listpack-value',
  'stream-node-max-bytes',
  'stream-node-max-entries',
  'hll-sparse-max-bytes',
  'rdbcompression',
];

/** How much output of a client may wait. */
export interface OutputLimit {
  /** 0: there is none. */
  readonly hardSize: number;
  readonly softSize: number;
  /** How long more than the soft limit may wait. */
  readonly softMs: number;
  readonly isSet: boolean;
}

/** In the order of the classes of output-limit.ts. */
const OUTPUT_CLASSES = ['normal', 'slave', 'pubsub'] as const;

export class LiveSettings {
  /** Below 0: the slow log is off. */
  slowlogUs = 0;
  slowlogEntriesMax = 0;
  /** 0: the latency monitor is off. */
  latencyMs = 0;
  tracksLatency = true;
  bulkSizeMax = 0;
  queryBufferSizeMax = 0;
  /** By session.outputClass. */
  outputLimits: readonly OutputLimit[] = [];
  maxmemory = 0;
  /** By what keys are chosen that have to go: `noeviction` and others. */
  maxmemoryPolicy = 'noeviction';
  /** Keys of each database that are looked at to choose one. */
  evictionSamples = 0;
  /** From 0 to 100: how long requests may be kept waiting by eviction. */
  evictionTenacity = 0;
  /** What all clients may take: bytes; a percentage of maxmemory below 0; 0: as much as they do. */
  maxmemoryClients = 0;
  countsFrequency = false;
  maxclients = 0;
  /** lazyfree-lazy-expire: the effect of a key's expiry is UNLINK and not DEL. */
  unlinksExpired = false;
  /** lazyfree-lazy-eviction: the same of a key that is evicted. */
  unlinksEvicted = false;
  /** Letters of notify-keyspace-events, with A taken apart. */
  eventClasses = '';
  timeoutMs = 0;
  hz = 10;
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;
  /** 0: the table of tracked keys may grow. */
  trackedKeysMax = 0;
  /** Writes are refused unless replicas follow closely enough. */
  wantsReplicas = false;
  /** rdbcompression: payloads of DUMP are packed. */
  packsDumps = true;

  readonly collections = new CollectionLimits();

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

  private refresh(settings: Settings): void {
    this.slowlogUs = settings.integer('slowlog-log-slower-than');
    this.slowlogEntriesMax = settings.integer('slowlog-max-len');
    this.latencyMs = settings.integer('latency-monitor-threshold');
    this.tracksLatency = settings.flag('latency-tracking');
    this.bulkSizeMax = settings.integer('proto-max-bulk-len');
    this.queryBufferSizeMax = settings.integer('client-query-buffer-limit');
    this.outputLimits = OUTPUT_CLASSES.map((name) => {
      const { hardBytes, softBytes, softSeconds } = settings.outputBufferLimit(name);
      const isSet = hardBytes > 0 || softBytes > 0;
      return { hardSize: hardBytes, softSize: softBytes, softMs: softSeconds * 1000, isSet };
    });
    this.maxmemory = settings.integer('maxmemory');
    this.maxmemoryPolicy = settings.text('maxmemory-policy');
    this.evictionSamples = settings.integer('maxmemory-samples');
    this.evictionTenacity = settings.integer('maxmemory-eviction-tenacity');
    this.maxmemoryClients = settings.integer('maxmemory-clients');
    this.countsFrequency = this.maxmemoryPolicy.endsWith('-lfu');
    this.maxclients = settings.integer('maxclients');
    this.eventClasses = settings.eventClasses();
    this.unlinksExpired = settings.flag('lazyfree-lazy-expire');
    this.unlinksEvicted = settings.flag('lazyfree-lazy-eviction');
    this.timeoutMs = settings.integer('timeout') * 1000;
    this.hz = settings.integer('hz');
    this.lfuLogFactor = settings.integer('lfu-log-factor');
    this.lfuDecayMinutes = settings.integer('lfu-decay-time');
    this.trackedKeysMax = settings.integer('tracking-table-max-keys');
    this.wantsReplicas =
      settings.integer('min-replicas-to-write') > 0 && settings.integer('min-replicas-max-lag') > 0;
    this.packsDumps = settings.flag('rdbcompression');
    this.refreshCollections(settings);
  }

  private refreshCollections(settings: Settings): void {
    const { collections } = this;
    collections.hashEntries = settings.integer('hash-max-listpack-entries');
    collections.hashValueSize = settings.integer('hash-max-listpack-value');
    collections.listSize = settings.integer('list-max-listpack-size');
    collections.listCompressDepth = settings.integer('list-compress-depth');
    collections.setIntegers = settings.integer('set-max-intset-entries');
    collections.setEntries = settings.integer('set-max-listpack-entries');
    collections.setValueSize = settings.integer('set-max-listpack-value');
    collections.sortedSetEntries = settings.integer('zset-max-listpack-entries');
    collections.sortedSetValueSize = settings.integer('zset-max-listpack-value');
    collections.streamNodeSize = settings.integer('stream-node-max-bytes');
    collections.streamNodeEntries = settings.integer('stream-node-max-entries');
    collections.hyperLogLogSize = settings.integer('hll-sparse-max-bytes');
  }
}

/** What Redis says to a maxmemory that has been passed already. */
export function warnOfMemory(server: { live: LiveSettings; usedMemory: number; log: Log }): void {
  const { live, usedMemory, log } = server;
  if (live.maxmemory === 0 || usedMemory <= live.maxmemory) return;
  log.write(
    'warning',
    `WARNING: the new maxmemory value set via CONFIG SET (${live.maxmemory}) is smaller than the ` +
      `current memory usage (${usedMemory}). This will result in key eviction and/or the ` +
      'inability to accept new write commands depending on the maxmemory-policy.',
  );
}

/** There is no watchdog, but as in Redis it would not look more often than at every second tick. */
export function raiseWatchdogPeriod(settings: Settings): void {
  const periodMs = settings.integer('watchdog-period');
  const leastMs = 2 * Math.floor(1000 / settings.integer('hz'));
  if (periodMs !== 0 && periodMs < leastMs) settings.load('watchdog-period', [String(leastMs)]);
}

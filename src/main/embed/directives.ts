// The directives of a server that a program embeds, named as in redis.conf.
// Made by tools/directives.mjs from the table of directives: do not edit it.

/** Bytes: a number, or a text with a unit: '100mb'. */
type Bytes = number | `${number}${'' | Unit | Uppercase<Unit>}`;
type Unit = 'b' | 'k' | 'kb' | 'm' | 'mb' | 'g' | 'gb';
type Percent = `${number}%`;
/** Also false and true. */
type Flag = boolean | 'yes' | 'no';

export interface Directives {
  /** yes by default. */
  'protected-mode'?: Flag;
  /** 511 by default. */
  'tcp-backlog'?: number;
  /** 0 by default. */
  unixsocketperm?: string;
  /** 0 by default. */
  timeout?: number;
  /** 300 by default. */
  'tcp-keepalive'?: number;
  /** notice by default. */
  loglevel?: 'debug' | 'verbose' | 'notice' | 'warning' | 'nothing';
  /** 16 by default. */
  databases?: number;
  /** Empty by default. */
  'locale-collate'?: string;
  /** Empty by default. */
  'ignore-warnings'?: string;
  /** 10 by default. */
  hz?: number;
  /** yes by default. */
  'dynamic-hz'?: Flag;
  /** 10 by default. */
  'shutdown-timeout'?: number;
  /** Empty by default. */
  requirepass?: string;
  /** 128 by default. */
  'acllog-max-len'?: number;
  /** resetchannels by default. */
  'acl-pubsub-default'?: 'allchannels' | 'resetchannels';
  /** no by default. */
  'enable-protected-configs'?: 'no' | 'yes' | 'local';
  /** 10000 by default. */
  maxclients?: number;
  /** 0 by default. */
  'maxmemory-clients'?: Bytes | Percent;
  /** 1073741824 by default. */
  'client-query-buffer-limit'?: Bytes;
  /** normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60 by default. */
  'client-output-buffer-limit'?: string;
  /** 536870912 by default. */
  'proto-max-bulk-len'?: Bytes;
  /** 1000000 by default. */
  'tracking-table-max-keys'?: number;
  /** 5000 by default. */
  'busy-reply-threshold'?: number;
  /** The same as busy-reply-threshold. */
  'lua-time-limit'?: number;
  /** 10000 by default. */
  'slowlog-log-slower-than'?: number;
  /** 128 by default. */
  'slowlog-max-len'?: number;
  /** 0 by default. */
  'latency-monitor-threshold'?: number;
  /** yes by default. */
  'latency-tracking'?: Flag;
  /** 50 99 99.9 by default. */
  'latency-tracking-info-percentiles'?: string;
  /** Empty by default. */
  'notify-keyspace-events'?: string;
  /** 0 by default. */
  maxmemory?: Bytes;
  /** noeviction by default. */
  'maxmemory-policy'?:
    | 'volatile-lru'
    | 'volatile-lfu'
    | 'volatile-random'
    | 'volatile-ttl'
    | 'allkeys-lru'
    | 'allkeys-lfu'
    | 'allkeys-random'
    | 'noeviction';
  /** 5 by default. */
  'maxmemory-samples'?: number;
  /** 10 by default. */
  'maxmemory-eviction-tenacity'?: number;
  /** 10 by default. */
  'lfu-log-factor'?: number;
  /** 1 by default. */
  'lfu-decay-time'?: number;
  /** 1 by default. */
  'active-expire-effort'?: number;
  /** yes by default. */
  activerehashing?: Flag;
  /** no by default. */
  'lazyfree-lazy-eviction'?: Flag;
  /** no by default. */
  'lazyfree-lazy-expire'?: Flag;
  /** no by default. */
  'lazyfree-lazy-server-del'?: Flag;
  /** no by default. */
  'lazyfree-lazy-user-del'?: Flag;
  /** no by default. */
  'lazyfree-lazy-user-flush'?: Flag;
  /** yes by default. */
  'jemalloc-bg-thread'?: Flag;
  /** no by default. */
  activedefrag?: Flag;
  /** 1 by default. */
  'active-defrag-cycle-min'?: number;
  /** 25 by default. */
  'active-defrag-cycle-max'?: number;
  /** 10 by default. */
  'active-defrag-threshold-lower'?: number;
  /** 100 by default. */
  'active-defrag-threshold-upper'?: number;
  /** 104857600 by default. */
  'active-defrag-ignore-bytes'?: Bytes;
  /** 1000 by default. */
  'active-defrag-max-scan-fields'?: number;
  /** 512 by default. */
  'hash-max-listpack-entries'?: number;
  /** The same as hash-max-listpack-entries. */
  'hash-max-ziplist-entries'?: number;
  /** 64 by default. */
  'hash-max-listpack-value'?: Bytes;
  /** The same as hash-max-listpack-value. */
  'hash-max-ziplist-value'?: Bytes;
  /** -2 by default. */
  'list-max-listpack-size'?: number;
  /** The same as list-max-listpack-size. */
  'list-max-ziplist-size'?: number;
  /** 0 by default. */
  'list-compress-depth'?: number;
  /** 512 by default. */
  'set-max-intset-entries'?: number;
  /** 128 by default. */
  'set-max-listpack-entries'?: number;
  /** 64 by default. */
  'set-max-listpack-value'?: number;
  /** 128 by default. */
  'zset-max-listpack-entries'?: number;
  /** The same as zset-max-listpack-entries. */
  'zset-max-ziplist-entries'?: number;
  /** 64 by default. */
  'zset-max-listpack-value'?: Bytes;
  /** The same as zset-max-listpack-value. */
  'zset-max-ziplist-value'?: Bytes;
  /** 3000 by default. */
  'hll-sparse-max-bytes'?: Bytes;
  /** 4096 by default. */
  'stream-node-max-bytes'?: Bytes;
  /** 100 by default. */
  'stream-node-max-entries'?: number;
  /** Empty by default. */
  save?: string;
  /** dump.rdb by default. */
  dbfilename?: string;
  /** yes by default. */
  rdbcompression?: Flag;
  /** yes by default. */
  rdbchecksum?: Flag;
  /** no by default. */
  'rdb-del-sync-files'?: Flag;
  /** yes by default. */
  'rdb-save-incremental-fsync'?: Flag;
  /** no by default. */
  'sanitize-dump-payload'?: 'no' | 'yes' | 'clients';
  /** yes by default. */
  'stop-writes-on-bgsave-error'?: Flag;
  /** yes with the option dir, no without it, by default. */
  appendonly?: Flag;
  /** appendonly.aof by default. */
  appendfilename?: string;
  /** appendonlydir by default. */
  appenddirname?: string;
  /** everysec by default. */
  appendfsync?: 'everysec' | 'always' | 'no';
  /** no by default. */
  'no-appendfsync-on-rewrite'?: Flag;
  /** 100 by default. */
  'auto-aof-rewrite-percentage'?: number;
  /** 67108864 by default. */
  'auto-aof-rewrite-min-size'?: Bytes;
  /** yes by default. */
  'aof-load-truncated'?: Flag;
  /** yes by default. */
  'aof-use-rdb-preamble'?: Flag;
  /** no by default. */
  'aof-timestamp-enabled'?: Flag;
  /** no by default. */
  'aof-checksum'?: Flag;
  /** resp by default. */
  'aof-format'?: 'resp' | 'text';
  /** yes by default. */
  'aof-rewrite-incremental-fsync'?: Flag;
  /** Empty by default. */
  masteruser?: string;
  /** Empty by default. */
  masterauth?: string;
  /** yes by default. */
  'replica-serve-stale-data'?: Flag;
  /** The same as replica-serve-stale-data. */
  'slave-serve-stale-data'?: Flag;
  /** yes by default. */
  'replica-read-only'?: Flag;
  /** The same as replica-read-only. */
  'slave-read-only'?: Flag;
  /** no by default. */
  'replica-lazy-flush'?: Flag;
  /** The same as replica-lazy-flush. */
  'slave-lazy-flush'?: Flag;
  /** yes by default. */
  'replica-ignore-maxmemory'?: Flag;
  /** The same as replica-ignore-maxmemory. */
  'slave-ignore-maxmemory'?: Flag;
  /** no by default. */
  'replica-ignore-disk-write-errors'?: Flag;
  /** 100 by default. */
  'replica-priority'?: number;
  /** The same as replica-priority. */
  'slave-priority'?: number;
  /** Empty by default. */
  'replica-announce-ip'?: string;
  /** The same as replica-announce-ip. */
  'slave-announce-ip'?: string;
  /** 0 by default. */
  'replica-announce-port'?: number;
  /** The same as replica-announce-port. */
  'slave-announce-port'?: number;
  /** yes by default. */
  'replica-announced'?: Flag;
  /** yes by default. */
  'repl-diskless-sync'?: Flag;
  /** 5 by default. */
  'repl-diskless-sync-delay'?: number;
  /** 0 by default. */
  'repl-diskless-sync-max-replicas'?: number;
  /** disabled by default. */
  'repl-diskless-load'?: 'disabled' | 'on-empty-db' | 'swapdb';
  /** 10 by default. */
  'repl-ping-replica-period'?: number;
  /** The same as repl-ping-replica-period. */
  'repl-ping-slave-period'?: number;
  /** 60 by default. */
  'repl-timeout'?: number;
  /** no by default. */
  'repl-disable-tcp-nodelay'?: Flag;
  /** 1048576 by default. */
  'repl-backlog-size'?: Bytes;
  /** 3600 by default. */
  'repl-backlog-ttl'?: number;
  /** 0 by default. */
  'min-replicas-to-write'?: number;
  /** The same as min-replicas-to-write. */
  'min-slaves-to-write'?: number;
  /** 10 by default. */
  'min-replicas-max-lag'?: number;
  /** The same as min-replicas-max-lag. */
  'min-slaves-max-lag'?: number;
  /** ignore by default. */
  'propagation-error-behavior'?: 'ignore' | 'panic' | 'panic-on-replicas';
  /** nodes.conf by default. */
  'cluster-config-file'?: string;
  /** 0 by default. */
  'cluster-port'?: number;
  /** 15000 by default. */
  'cluster-node-timeout'?: number;
  /** 10 by default. */
  'cluster-replica-validity-factor'?: number;
  /** The same as cluster-replica-validity-factor. */
  'cluster-slave-validity-factor'?: number;
  /** 1 by default. */
  'cluster-migration-barrier'?: number;
  /** yes by default. */
  'cluster-allow-replica-migration'?: Flag;
  /** yes by default. */
  'cluster-require-full-coverage'?: Flag;
  /** no by default. */
  'cluster-replica-no-failover'?: Flag;
  /** The same as cluster-replica-no-failover. */
  'cluster-slave-no-failover'?: Flag;
  /** no by default. */
  'cluster-allow-reads-when-down'?: Flag;
  /** yes by default. */
  'cluster-allow-pubsubshard-when-down'?: Flag;
  /** 0 by default. */
  'cluster-link-sendbuf-limit'?: Bytes;
  /** Empty by default. */
  'cluster-announce-ip'?: string;
  /** Empty by default. */
  'cluster-announce-hostname'?: string;
  /** Empty by default. */
  'cluster-announce-human-nodename'?: string;
  /** 0 by default. */
  'cluster-announce-port'?: number;
  /** 0 by default. */
  'cluster-announce-tls-port'?: number;
  /** 0 by default. */
  'cluster-announce-bus-port'?: number;
  /** ip by default. */
  'cluster-preferred-endpoint-type'?: 'ip' | 'hostname' | 'unknown-endpoint';
}

// Directives of the dataset: encodings, snapshots, the append-only file, replication, cluster and
// TLS, as Redis 7.2.6 has them: names, defaults, bounds and flags were compared with the real
// server.
import {
  checkHostName,
  checkJournalDirectory,
  checkJournalName,
  checkNodeName,
  checkSnapshotName,
} from './checks.ts';
import {
  choice,
  DENY_LOADING,
  type Directive,
  flag,
  HIDDEN,
  IMMUTABLE,
  INT_MAX,
  INT_MIN,
  integer,
  LONG_MAX,
  MULTI,
  NOT_BUILT,
  PROTECTED,
  SENSITIVE,
  special,
  text,
  ULONG_MAX,
} from './directive.ts';
import { readReplicaOf, readSave } from './special.ts';

const PORT_MAX = 65535;
const MEBIBYTE = 2 ** 20;
const BACKLOG_BYTES_MIN = 16n * 1024n;

const COUNT = { unsigned: true } as const;
const SIZE = { unit: 'memory', unsigned: true } as const;

/** Up to where a value stays in its compact encoding. */
const ENCODINGS: readonly Directive[] = [
  integer('hash-max-listpack-entries', 512, 0, LONG_MAX, {
    ...COUNT,
    alias: 'hash-max-ziplist-entries',
  }),
  integer('hash-max-listpack-value', 64, 0, LONG_MAX, {
    ...SIZE,
    alias: 'hash-max-ziplist-value',
  }),
  integer('list-max-listpack-size', -2, INT_MIN, INT_MAX, { alias: 'list-max-ziplist-size' }),
  integer('list-compress-depth', 0, 0, INT_MAX),
  integer('set-max-intset-entries', 512, 0, LONG_MAX, COUNT),
  integer('set-max-listpack-entries', 128, 0, LONG_MAX, COUNT),
  integer('set-max-listpack-value', 64, 0, LONG_MAX, COUNT),
  integer('zset-max-listpack-entries', 128, 0, LONG_MAX, {
    ...COUNT,
    alias: 'zset-max-ziplist-entries',
  }),
  integer('zset-max-listpack-value', 64, 0, LONG_MAX, {
    ...SIZE,
    alias: 'zset-max-ziplist-value',
  }),
  integer('hll-sparse-max-bytes', 3000, 0, LONG_MAX, SIZE),
  integer('stream-node-max-bytes', 4096, 0, LONG_MAX, SIZE),
  integer('stream-node-max-entries', 100, 0, LONG_MAX),
];

/** Snapshots and the append-only file. */
const PERSISTENCE: readonly Directive[] = [
  special('save', '3600 1 300 100 60 10000', readSave, { flags: MULTI }),
  text('dbfilename', 'dump.rdb', { flags: PROTECTED, check: checkSnapshotName }),
  flag('rdbcompression', true),
  flag('rdbchecksum', true, { flags: IMMUTABLE }),
  flag('rdb-del-sync-files', false),
  flag('rdb-save-incremental-fsync', true),
  integer('rdb-key-save-delay', 0, INT_MIN, INT_MAX, { flags: HIDDEN }),
  integer('key-load-delay', 0, INT_MIN, INT_MAX, { flags: HIDDEN }),
  integer('loading-process-events-interval-bytes', 2 * MEBIBYTE, 1024, INT_MAX, {
    flags: HIDDEN,
  }),
  choice('sanitize-dump-payload', 'no', ['no', 'yes', 'clients']),
  flag('stop-writes-on-bgsave-error', true),
  flag('appendonly', false, { flags: DENY_LOADING }),
  text('appendfilename', 'appendonly.aof', { flags: IMMUTABLE, check: checkJournalName }),
  text('appenddirname', 'appendonlydir', { flags: IMMUTABLE, check: checkJournalDirectory }),
  choice('appendfsync', 'everysec', ['everysec', 'always', 'no']),
  flag('no-appendfsync-on-rewrite', false),
  integer('auto-aof-rewrite-percentage', 100, 0, INT_MAX),
  integer('auto-aof-rewrite-min-size', 64 * MEBIBYTE, 0, LONG_MAX, { unit: 'memory' }),
  flag('aof-load-truncated', true),
  flag('aof-use-rdb-preamble', true),
  flag('aof-timestamp-enabled', false),
  flag('aof-checksum', false, { flags: IMMUTABLE }),
  choice('aof-format', 'resp', ['resp', 'text'], { flags: IMMUTABLE }),
  flag('aof-rewrite-incremental-fsync', true),
  flag('aof-disable-auto-gc', false, { flags: HIDDEN }),
];

/** Primaries and replicas. */
const REPLICATION: readonly Directive[] = [
  special('replicaof', null, readReplicaOf, { alias: 'slaveof', flags: IMMUTABLE | MULTI }),
  text('masteruser', null, { flags: SENSITIVE }),
  text('masterauth', null, { flags: SENSITIVE, binary: true }),
  flag('replica-serve-stale-data', true, { alias: 'slave-serve-stale-data' }),
  flag('replica-read-only', true, { alias: 'slave-read-only' }),
  flag('replica-lazy-flush', false, { alias: 'slave-lazy-flush' }),
  flag('replica-ignore-maxmemory', true, { alias: 'slave-ignore-maxmemory' }),
  flag('replica-ignore-disk-write-errors', false),
  integer('replica-priority', 100, 0, INT_MAX, { alias: 'slave-priority' }),
  text('replica-announce-ip', null, { alias: 'slave-announce-ip' }),
  integer('replica-announce-port', 0, 0, PORT_MAX, { alias: 'slave-announce-port' }),
  flag('replica-announced', true),
  flag('repl-diskless-sync', true),
  integer('repl-diskless-sync-delay', 5, 0, INT_MAX),
  integer('repl-diskless-sync-max-replicas', 0, 0, INT_MAX),
  choice('repl-diskless-load', 'disabled', ['disabled', 'on-empty-db', 'swapdb'], {
    flags: DENY_LOADING,
  }),
  integer('repl-ping-replica-period', 10, 1, INT_MAX, { alias: 'repl-ping-slave-period' }),
  integer('repl-timeout', 60, 1, INT_MAX),
  flag('repl-disable-tcp-nodelay', false),
  integer('repl-backlog-size', MEBIBYTE, 1, LONG_MAX, {
    unit: 'memory',
    clamp: [BACKLOG_BYTES_MIN, LONG_MAX],
  }),
  integer('repl-backlog-ttl', 3600, 0, LONG_MAX),
  integer('min-replicas-to-write', 0, 0, INT_MAX, { alias: 'min-slaves-to-write' }),
  integer('min-replicas-max-lag', 10, 0, INT_MAX, { alias: 'min-slaves-max-lag' }),
  choice('propagation-error-behavior', 'ignore', ['ignore', 'panic', 'panic-on-replicas']),
];

/** Redis Cluster. */
const CLUSTER: readonly Directive[] = [
  flag('cluster-enabled', false, { flags: IMMUTABLE }),
  text('cluster-config-file', 'nodes.conf', { flags: IMMUTABLE }),
  integer('cluster-port', 0, 0, PORT_MAX, { flags: IMMUTABLE }),
  integer('cluster-node-timeout', 15_000, 0, LONG_MAX),
  integer('cluster-ping-interval', 0, 0, LONG_MAX, { flags: HIDDEN }),
  integer('cluster-replica-validity-factor', 10, 0, INT_MAX, {
    alias: 'cluster-slave-validity-factor',
  }),
  integer('cluster-migration-barrier', 1, 0, INT_MAX),
  flag('cluster-allow-replica-migration', true),
  flag('cluster-require-full-coverage', true),
  flag('cluster-replica-no-failover', false, { alias: 'cluster-slave-no-failover' }),
  flag('cluster-allow-reads-when-down', false),
  flag('cluster-allow-pubsubshard-when-down', true),
  integer('cluster-link-sendbuf-limit', 0, 0, ULONG_MAX, SIZE),
  text('cluster-announce-ip', null),
  text('cluster-announce-hostname', null, { check: checkHostName }),
  text('cluster-announce-human-nodename', null, { check: checkNodeName }),
  integer('cluster-announce-port', 0, 0, PORT_MAX),
  integer('cluster-announce-tls-port', 0, 0, PORT_MAX),
  integer('cluster-announce-bus-port', 0, 0, PORT_MAX),
  choice('cluster-preferred-endpoint-type', 'ip', ['ip', 'hostname', 'unknown-endpoint']),
];

// TLS is known but not built: only its defaults are accepted.
const TLS = { flags: NOT_BUILT } as const;

const TLS_DIRECTIVES: readonly Directive[] = [
  integer('tls-port', 0, 0, PORT_MAX, TLS),
  integer('tls-session-cache-size', 20 * 1024, 0, INT_MAX, TLS),
  integer('tls-session-cache-timeout', 300, 0, INT_MAX, TLS),
  flag('tls-cluster', false, TLS),
  flag('tls-replication', false, TLS),
  choice('tls-auth-clients', 'yes', ['no', 'yes', 'optional'], TLS),
  flag('tls-prefer-server-ciphers', false, TLS),
  flag('tls-session-caching', true, TLS),
  text('tls-cert-file', null, TLS),
  text('tls-key-file', null, TLS),
  text('tls-key-file-pass', null, { flags: NOT_BUILT | SENSITIVE }),
  text('tls-client-cert-file', null, TLS),
  text('tls-client-key-file', null, TLS),
  text('tls-client-key-file-pass', null, { flags: NOT_BUILT | SENSITIVE }),
  text('tls-dh-params-file', null, TLS),
  text('tls-ca-cert-file', null, TLS),
  text('tls-ca-cert-dir', null, TLS),
  text('tls-protocols', null, TLS),
  text('tls-ciphers', null, TLS),
  text('tls-ciphersuites', null, TLS),
];

/** The directives of this file. */
export const DATA_DIRECTIVES: readonly Directive[] = [
  ...ENCODINGS,
  ...PERSISTENCE,
  ...REPLICATION,
  ...CLUSTER,
  ...TLS_DIRECTIVES,
];

// Directives of the process, its listeners, clients, log, access and memory, as Redis 7.2.6 has
// them: names, defaults, bounds and flags were compared with the real server.
import { checkActiveDefrag, checkLocale, checkTitleTemplate } from './checks.ts';
import {
  choice,
  DENY_LOADING,
  type Directive,
  flag,
  HIDDEN,
  IMMUTABLE,
  INT_MAX,
  integer,
  LONG_MAX,
  MULTI,
  PROTECTED,
  SENSITIVE,
  special,
  text,
  UINT_MAX,
  ULONG_MAX,
} from './directive.ts';
import {
  printEventClasses,
  readBind,
  readDirectory,
  readEventClasses,
  readOomScores,
  readOutputBufferLimits,
  readPercentiles,
  readShutdownFlags,
} from './special.ts';

const PORT_MAX = 65535;
const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

const LIMITS = 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60';

const SYSLOG_FACILITIES = ['user', ...[0, 1, 2, 3, 4, 5, 6, 7].map((digit) => `local${digit}`)];

const EVICTION_POLICIES = [
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'noeviction',
];

/** Listeners and connections. */
const NETWORK: readonly Directive[] = [
  special('bind', '* -::*', readBind, { flags: MULTI }),
  text('bind-source-addr', null),
  flag('protected-mode', true),
  integer('port', 6379, 0, PORT_MAX),
  integer('tcp-backlog', 511, 0, INT_MAX, { flags: IMMUTABLE }),
  text('unixsocket', null, { flags: IMMUTABLE }),
  integer('unixsocketperm', 0, 0, 0o777, { flags: IMMUTABLE, unit: 'octal', unsigned: true }),
  integer('timeout', 0, 0, INT_MAX),
  integer('tcp-keepalive', 300, 0, INT_MAX),
  integer('socket-mark-id', 0, 0, UINT_MAX, { flags: IMMUTABLE, unsigned: true }),
  // The two text dialects of Redstart listen where they are told to; 0 is nowhere.
  integer('plain-port', 0, 0, PORT_MAX),
  integer('quoted-port', 0, 0, PORT_MAX),
];

/** The process: where it runs, how it logs, how it ends. */
const PROCESS: readonly Directive[] = [
  special('dir', '.', readDirectory, { flags: PROTECTED | DENY_LOADING }),
  flag('daemonize', false, { flags: IMMUTABLE }),
  choice('supervised', 'no', ['upstart', 'systemd', 'auto', 'no'], { flags: IMMUTABLE }),
  text('pidfile', null, { flags: IMMUTABLE }),
  choice('loglevel', 'notice', ['debug', 'verbose', 'notice', 'warning', 'nothing']),
  text('logfile', '', { flags: IMMUTABLE }),
  flag('syslog-enabled', false, { flags: IMMUTABLE }),
  text('syslog-ident', 'redis', { flags: IMMUTABLE }),
  choice('syslog-facility', 'local0', SYSLOG_FACILITIES, { flags: IMMUTABLE }),
  flag('crash-log-enabled', true),
  flag('crash-memcheck-enabled', true),
  flag('use-exit-on-panic', false, { flags: HIDDEN }),
  integer('databases', 16, 1, INT_MAX, { flags: IMMUTABLE }),
  flag('always-show-logo', false, { flags: IMMUTABLE }),
  flag('set-proc-title', true, { flags: IMMUTABLE }),
  text('proc-title-template', '{title} {listen-addr} {server-mode}', {
    check: checkTitleTemplate,
  }),
  text('locale-collate', '', { check: checkLocale }),
  text('ignore-warnings', ''),
  integer('hz', 10, 0, INT_MAX, { clamp: [1n, 500n] }),
  flag('dynamic-hz', true),
  integer('watchdog-period', 0, 0, INT_MAX, { flags: HIDDEN }),
  integer('shutdown-timeout', 10, 0, INT_MAX),
  special('shutdown-on-sigint', 'default', readShutdownFlags, {
    flags: MULTI,
    quietWhenEqual: true,
  }),
  special('shutdown-on-sigterm', 'default', readShutdownFlags, {
    flags: MULTI,
    quietWhenEqual: true,
  }),
  choice('oom-score-adj', 'no', ['no', 'yes', 'relative', 'absolute'], {
    synonyms: { relative: 'yes' },
  }),
  special('oom-score-adj-values', '0 200 800', readOomScores, {
    flags: MULTI,
    quietWhenEqual: true,
  }),
  flag('disable-thp', true, { flags: IMMUTABLE }),
  integer('io-threads', 1, 1, 128, { flags: IMMUTABLE }),
  flag('io-threads-do-reads', false, { flags: IMMUTABLE }),
  text('server_cpulist', null, { flags: IMMUTABLE }),
  text('bio_cpulist', null, { flags: IMMUTABLE }),
  text('aof_rewrite_cpulist', null, { flags: IMMUTABLE }),
  text('bgsave_cpulist', null, { flags: IMMUTABLE }),
];

/** Who may do what. */
const ACCESS: readonly Directive[] = [
  text('requirepass', null, { flags: SENSITIVE, binary: true }),
  text('aclfile', '', { flags: IMMUTABLE }),
  integer('acllog-max-len', 128, 0, LONG_MAX),
  choice('acl-pubsub-default', 'resetchannels', ['allchannels', 'resetchannels']),
  choice('enable-protected-configs', 'no', ['no', 'yes', 'local'], { flags: IMMUTABLE }),
  choice('enable-debug-command', 'no', ['no', 'yes', 'local'], { flags: IMMUTABLE }),
  choice('enable-module-command', 'no', ['no', 'yes', 'local'], { flags: IMMUTABLE }),
];

/** Clients, what they may use, and what is told about them. */
const CLIENTS: readonly Directive[] = [
  integer('maxclients', 10000, 1, UINT_MAX, { unsigned: true }),
  integer('maxmemory-clients', 0, -100, LONG_MAX, { unit: 'memory-or-percent' }),
  integer('client-query-buffer-limit', GIBIBYTE, MEBIBYTE, LONG_MAX, {
    unit: 'memory',
    unsigned: true,
  }),
  special('client-output-buffer-limit', LIMITS, readOutputBufferLimits, { flags: MULTI }),
  integer('proto-max-bulk-len', GIBIBYTE / 2, MEBIBYTE, LONG_MAX, { unit: 'memory' }),
  integer('tracking-table-max-keys', 1_000_000, 0, LONG_MAX, { unsigned: true }),
  integer('busy-reply-threshold', 5000, 0, LONG_MAX, { alias: 'lua-time-limit' }),
  integer('slowlog-log-slower-than', 10_000, -1, LONG_MAX),
  integer('slowlog-max-len', 128, 0, LONG_MAX),
  integer('latency-monitor-threshold', 0, 0, LONG_MAX),
  flag('latency-tracking', true),
  special('latency-tracking-info-percentiles', '50 99 99.9', readPercentiles, { flags: MULTI }),
  special('notify-keyspace-events', '', readEventClasses, { print: printEventClasses }),
];

/** Memory, eviction, expiry and freeing. */
const MEMORY: readonly Directive[] = [
  integer('maxmemory', 0, 0, ULONG_MAX, { unit: 'memory', unsigned: true }),
  choice('maxmemory-policy', 'noeviction', EVICTION_POLICIES),
  integer('maxmemory-samples', 5, 1, INT_MAX),
  integer('maxmemory-eviction-tenacity', 10, 0, 100),
  integer('lfu-log-factor', 10, 0, INT_MAX),
  integer('lfu-decay-time', 1, 0, INT_MAX),
  integer('active-expire-effort', 1, 1, 10),
  flag('activerehashing', true),
  flag('lazyfree-lazy-eviction', false),
  flag('lazyfree-lazy-expire', false),
  flag('lazyfree-lazy-server-del', false),
  flag('lazyfree-lazy-user-del', false),
  flag('lazyfree-lazy-user-flush', false),
  flag('jemalloc-bg-thread', true),
  flag('activedefrag', false, { check: checkActiveDefrag }),
  integer('active-defrag-cycle-min', 1, 1, 99),
  integer('active-defrag-cycle-max', 25, 1, 99),
  integer('active-defrag-threshold-lower', 10, 0, 1000),
  integer('active-defrag-threshold-upper', 100, 0, 1000),
  integer('active-defrag-ignore-bytes', 100 * MEBIBYTE, 1, LONG_MAX, {
    unit: 'memory',
    unsigned: true,
  }),
  integer('active-defrag-max-scan-fields', 1000, 1, LONG_MAX),
];

/** The directives of this file. */
export const SERVER_DIRECTIVES: readonly Directive[] = [
  ...NETWORK,
  ...PROCESS,
  ...ACCESS,
  ...CLIENTS,
  ...MEMORY,
];

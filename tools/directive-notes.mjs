// What each directive does, in the order of docs/reference/configuration.md, which
// tools/docs-configuration.mjs makes of this and of the table of directives.

/** Directives that do something: titles of sections, and in each what its directives do. */
export const SECTIONS = {
  'Where it listens': {
    port: 'The TCP port of RESP. 0: none.',
    bind: 'Addresses to listen on; one with a `-` before it may be missing. `*`, `-::*`: all.',
    unixsocket: 'The path of a Unix socket. Empty: none.',
    unixsocketperm: 'The mode of the Unix socket, as octal number. 0: as the umask says.',
    'plain-port':
      'A port that speaks plain lines, for netcat ([dialects.md](../dialects.md)). 0: none.',
    'quoted-port': 'A port that speaks quoted lines ([dialects.md](../dialects.md)). 0: none.',
    'tcp-backlog': 'How many connections may wait to be accepted.',
    'tcp-keepalive':
      'Seconds after which the system asks a silent peer whether it lives. 0: never.',
    timeout: 'Seconds after which a client that does nothing is closed. 0: never.',
    maxclients: 'How many clients there may be; further ones get an error.',
  },
  'Who may come': {
    requirepass: 'The password that AUTH wants. Empty: none.',
    'protected-mode': 'Without a password, serve only connections from this machine.',
    'enable-debug-command': 'Who may use DEBUG: nobody, everybody, connections from this machine.',
    'enable-module-command': 'Who may use MODULE LOAD, which loads nothing: there are no modules.',
    'enable-protected-configs':
      'Who may change `dir` and `dbfilename`: nobody, everybody, connections from this machine.',
  },
  'The process': {
    dir: 'The working directory: all files of the server start from it.',
    databases: 'How many databases there are.',
    'always-show-logo': 'Whether the server greets on any output, and not on a terminal alone.',
    logfile: 'Where the log goes. Empty: standard output.',
    loglevel: 'The least that is logged.',
    'crash-log-enabled': 'Whether a crash writes a report to the log.',
    pidfile: 'Where the process writes its number, once it listens.',
    'set-proc-title': 'Whether the process sets its title.',
    'proc-title-template': 'What the title says.',
    'oom-score-adj':
      'Whether the process sets its score for the killer of Linux that frees memory.',
    'oom-score-adj-values':
      'The scores of a primary, of a replica, of a child; the first one is used.',
    hz: 'How often a second clients and rewrites are looked after. Expiry is exact anyway.',
    'shutdown-on-sigint': 'What SIGINT does: `save`, `nosave`, `now`, `force`.',
    'shutdown-on-sigterm': 'What SIGTERM does, likewise.',
  },
  'Limits of clients': {
    'client-query-buffer-limit':
      'Bytes that a request, or what waits between MULTI and EXEC, may have.',
    'client-output-buffer-limit':
      'Of each class of clients: bytes of unread replies to be closed at, and bytes and seconds.',
    'proto-max-bulk-len': 'Bytes that an argument, or a string, may have.',
    'maxmemory-clients':
      'Bytes of all clients, or a share of `maxmemory`, above which the largest go. 0: none.',
    'tracking-table-max-keys': 'Keys that client-side caching remembers. 0: no limit.',
    'busy-reply-threshold':
      'Milliseconds after which a script is slow, and others are served or told BUSY meanwhile.',
  },
  Memory: {
    maxmemory: 'Bytes above which keys are evicted, or writes refused. 0: no limit.',
    'maxmemory-policy': 'Which keys are evicted.',
    'maxmemory-samples': 'Keys that are looked at for each that is evicted.',
    'maxmemory-eviction-tenacity':
      'How long a command may wait for eviction; 100: as long as it takes.',
    'lfu-log-factor': 'How slowly the counter of uses grows.',
    'lfu-decay-time': 'Minutes after which the counter of uses falls by one.',
    'lazyfree-lazy-eviction': 'Whether the journal says UNLINK of evicted keys, not DEL.',
    'lazyfree-lazy-expire': 'Whether it says UNLINK of expired keys, not DEL.',
    'lazyfree-lazy-server-del': 'Whether it says UNLINK of keys that a command removes, not DEL.',
    'lazyfree-lazy-user-flush': 'Whether FLUSHALL and FLUSHDB without a word mean ASYNC.',
  },
  'Small forms of values': {
    'hash-max-listpack-entries': 'Fields that a packed hash may have.',
    'hash-max-listpack-value': 'Bytes of the longest field or value in a packed hash.',
    'list-max-listpack-size': 'Items of a packed list; negative: -1 to -5 are 4 to 64 KiB.',
    'set-max-intset-entries': 'Members of a set of integers alone.',
    'set-max-listpack-entries': 'Members that a packed set may have.',
    'set-max-listpack-value': 'Bytes of the longest member in a packed set.',
    'zset-max-listpack-entries': 'Members that a packed sorted set may have.',
    'zset-max-listpack-value': 'Bytes of the longest member in a packed sorted set.',
    'hll-sparse-max-bytes': 'Bytes above which a HyperLogLog becomes dense.',
    'stream-node-max-bytes': 'Bytes of a node of a stream. 0: no limit.',
    'stream-node-max-entries': 'Entries of a node of a stream. 0: no limit.',
  },
  'Dumps (RDB)': {
    save: 'Save points: after so many seconds, if so many keys have changed. Empty: none.',
    dbfilename: 'The name of the dump in `dir`.',
    rdbcompression: 'Whether long strings in a dump are compressed.',
    rdbchecksum: 'Whether a dump ends with a checksum, and is checked against it.',
    'rdb-save-incremental-fsync': 'Whether a dump is synced as it grows, not all at its end.',
    'stop-writes-on-bgsave-error':
      'Whether writes are refused after a background save that failed.',
    'rdb-key-save-delay': 'Microseconds that a save waits at each key, for tests.',
    'key-load-delay': 'Microseconds that loading waits at each key, for tests.',
  },
  'Append-only files (AOF)': {
    appendonly: 'Whether each write goes to an append-only file.',
    appendfsync: 'When it is synced: before the reply, every second, when the system likes.',
    appenddirname: 'The directory of the files, in `dir`.',
    appendfilename: 'The beginning of their names.',
    'auto-aof-rewrite-percentage':
      'Growth since the last rewrite at which the next one begins. 0: never.',
    'auto-aof-rewrite-min-size': 'Bytes below which nothing is rewritten by itself.',
    'aof-load-truncated':
      'Whether a last write that is not whole is cut off at the start, or refused.',
    'aof-use-rdb-preamble': 'Whether the base is a dump, or commands.',
    'aof-timestamp-enabled': 'Whether the file has lines with the time.',
    'aof-format':
      'How increments are written: RESP, as Redis does, or `text`, lines to read and edit.',
    'aof-checksum':
      'Whether groups of commands have checksums, which a start and `check-aof` compare.',
    'aof-rewrite-incremental-fsync': 'Whether a base is synced as it grows, not all at its end.',
    'aof-disable-auto-gc': 'Whether old files stay after a rewrite, for tests.',
  },
  Replicas: {
    'min-replicas-to-write': 'Writes are refused with fewer replicas; there are none yet. 0: any.',
    'min-replicas-max-lag': 'Seconds after which a silent replica does not count. 0: any.',
  },
  'What it tells': {
    'notify-keyspace-events': 'Classes of events of keys that are published. Empty: none.',
    'slowlog-log-slower-than':
      'Microseconds above which a command stands in SLOWLOG. Negative: none does; 0: all do.',
    'slowlog-max-len': 'Entries of SLOWLOG.',
    'latency-monitor-threshold': 'Milliseconds above which LATENCY remembers. 0: never.',
    'latency-tracking': 'Whether INFO latencystats has the times of commands.',
    'latency-tracking-info-percentiles': 'Which percentiles it shows.',
  },
};

/** Directives that are checked, kept and shown, and change nothing: reasons, and their names. */
export const WITHOUT_EFFECT = {
  'There is no replication yet. `replicaof` is named in the log at the start.': `
    replicaof masteruser masterauth replica-serve-stale-data replica-read-only replica-lazy-flush
    replica-ignore-maxmemory replica-ignore-disk-write-errors replica-priority replica-announce-ip
    replica-announce-port replica-announced repl-diskless-sync repl-diskless-sync-delay
    repl-diskless-sync-max-replicas repl-diskless-load repl-ping-replica-period repl-timeout
    repl-disable-tcp-nodelay repl-backlog-size repl-backlog-ttl propagation-error-behavior
    rdb-del-sync-files shutdown-timeout`,
  'There is no cluster. `cluster-enabled` is named in the log at the start.': `
    cluster-enabled cluster-config-file cluster-port cluster-node-timeout cluster-ping-interval
    cluster-replica-validity-factor cluster-migration-barrier cluster-allow-replica-migration
    cluster-require-full-coverage cluster-replica-no-failover cluster-allow-reads-when-down
    cluster-allow-pubsubshard-when-down cluster-link-sendbuf-limit cluster-announce-ip
    cluster-announce-hostname cluster-announce-human-nodename cluster-announce-port
    cluster-announce-tls-port cluster-announce-bus-port cluster-preferred-endpoint-type`,
  'There are no ACL users yet.': 'acllog-max-len acl-pubsub-default',
  'The runtime has the threads, and the core is one.': `
    io-threads io-threads-do-reads server_cpulist bio_cpulist aof_rewrite_cpulist bgsave_cpulist`,
  'Memory is laid out otherwise: nothing is defragmented or rehashed as a whole.': `
    activerehashing activedefrag active-defrag-cycle-min active-defrag-cycle-max
    active-defrag-threshold-lower active-defrag-threshold-upper active-defrag-ignore-bytes
    active-defrag-max-scan-fields jemalloc-bg-thread disable-thp`,
  'Large values are always freed in slices.': 'lazyfree-lazy-user-del',
  'Keys expire at their deadline, so there is no effort to set.': 'active-expire-effort dynamic-hz',
  'Payloads and files are always checked, and loading lets others have their turns every 2 ms.':
    'sanitize-dump-payload loading-process-events-interval-bytes',
  'Nothing in a list is compressed; DEBUG OBJECT shows the setting.': 'list-compress-depth',
  'There is no watchdog.': 'watchdog-period',
  'A rewrite takes no promise back.': 'no-appendfsync-on-rewrite',
  'They are of the system or of C. `supervised` and `syslog-enabled` are named in the log.': `
    supervised syslog-enabled syslog-ident syslog-facility bind-source-addr socket-mark-id
    crash-memcheck-enabled use-exit-on-panic locale-collate ignore-warnings`,
};

/** Directives of which only the default value is accepted: reasons, and their names. */
export const DEFAULT_ONLY = {
  'TLS is not built yet.': 'tls-*',
  'The start stops with a line that says why.': 'daemonize aclfile',
};

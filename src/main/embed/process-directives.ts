// The directives that an embedded server does not take: those of a process of its own, and those
// that are options of createServer().

export const PROCESS_DIRECTIVES: ReadonlySet<string> = new Set(
  [
    // Options, and where else it would listen.
    'bind dir port unixsocket plain-port quoted-port bind-source-addr socket-mark-id',
    // The process that embeds it has a life and a log of its own.
    'daemonize supervised pidfile logfile always-show-logo set-proc-title proc-title-template',
    'syslog-enabled syslog-ident syslog-facility crash-log-enabled crash-memcheck-enabled',
    'shutdown-on-sigint shutdown-on-sigterm oom-score-adj oom-score-adj-values disable-thp',
    'io-threads io-threads-do-reads server_cpulist bio_cpulist aof_rewrite_cpulist',
    'bgsave_cpulist',
    // DEBUG may stop the process, and there are no modules.
    'enable-debug-command enable-module-command',
    // What is not built yet.
    'aclfile replicaof cluster-enabled',
  ]
    .join(' ')
    .split(' '),
);

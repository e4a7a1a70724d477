// INFO's sections on the process, its clients, persistence, and what is not built yet: replication
// and cluster, of which the constants of a server without them are told.
import type { ServerView } from '../../engine/command.ts';
import { ACCESS_MASK } from '../../engine/turn.ts';
import { REDIS_VERSION } from '../../engine/version.ts';
import { journalFields, openJournalFields } from './info-journal.ts';

const SECONDS_PER_DAY = 86400;

/** INFO server. What Redis says of its compiler and its event loop is said of the runtime. */
export function serverFields(server: ServerView): string[] {
  const { clock, host, settings, uptimeSeconds } = server;
  const accessSeconds = (clock.elapsedUs() + server.accessAheadUs) / 1e6;
  return [
    `redis_version:${REDIS_VERSION}`,
    `redstart_version:${server.version}`,
    'redis_git_sha1:00000000',
    'redis_git_dirty:0',
    'redis_build_id:0000000000000000',
    'redis_mode:standalone',
    `os:${host.operatingSystem}`,
    `arch_bits:${host.architectureBits}`,
    'monotonic_clock:performance.now',
    'multiplexing_api:libuv',
    'atomicvar_api:none',
    'gcc_version:0.0.0',
    `node_version:${host.runtimeVersion}`,
    `process_id:${host.pid}`,
    'process_supervised:no',
    `run_id:${server.runId}`,
    `tcp_port:${settings.integer('port')}`,
    `server_time_usec:${clock.nowUs()}`,
    `uptime_in_seconds:${uptimeSeconds}`,
    `uptime_in_days:${Math.floor(uptimeSeconds / SECONDS_PER_DAY)}`,
    `hz:${server.live.hz}`,
    `configured_hz:${settings.integer('hz')}`,
    `lru_clock:${accessSeconds & ACCESS_MASK}`,
    `executable:${host.executable}`,
    `config_file:${host.configFile}`,
    'io_threads_active:0',
    ...listenerFields(server),
  ];
}

/** INFO clients. */
export function clientsFields(server: ServerView): string[] {
  const { statistics } = server;
  const nowUs = server.clock.elapsedUs();
  // Redis calls a client blocked whose command CLIENT PAUSE has postponed.
  const blockedCount = server.blocking.count + server.postponed.size;
  return [
    `connected_clients:${server.sessions.size}`,
    'cluster_connections:0',
    `maxclients:${server.live.maxclients}`,
    `client_recent_max_input_buffer:${statistics.inputBufferPeak.max(nowUs)}`,
    `client_recent_max_output_buffer:${statistics.outputBufferPeak.max(nowUs)}`,
    `blocked_clients:${blockedCount}`,
    `tracking_clients:${server.tracking.clientsCount}`,
    `clients_in_timeout_table:${server.blocking.deadlinesCount}`,
    `total_blocking_keys:${server.blocking.keys.count}`,
    `total_blocking_keys_on_nokey:${server.blocking.keys.lossesCount}`,
  ];
}

/** INFO persistence. */
export function persistenceFields(server: ServerView): string[] {
  const { persistence, backgroundSave, journal } = server;
  const { extra, extraPeak, keysRead, keysTotal } = backgroundSave.progress;
  const percent = keysTotal === 0 ? 0 : (100 * keysRead) / keysTotal;
  return [
    `loading:${persistence.isLoading ? 1 : 0}`,
    'async_loading:0',
    `current_cow_peak:${extraPeak}`,
    `current_cow_size:${extra}`,
    'current_cow_size_age:0',
    `current_fork_perc:${percent.toFixed(2)}`,
    `current_save_keys_processed:${keysRead}`,
    `current_save_keys_total:${keysTotal}`,
    `rdb_changes_since_last_save:${server.keyspace.dirty}`,
    `rdb_bgsave_in_progress:${backgroundSave.isRunning ? 1 : 0}`,
    `rdb_last_save_time:${persistence.lastSaveSeconds}`,
    `rdb_last_bgsave_status:${persistence.hasFailed ? 'err' : 'ok'}`,
    `rdb_last_bgsave_time_sec:${persistence.lastDurationSeconds}`,
    `rdb_current_bgsave_time_sec:${backgroundSave.seconds}`,
    `rdb_saves:${server.statistics.saves}`,
    `rdb_last_cow_size:${backgroundSave.lastExtraSize}`,
    `rdb_last_load_keys_expired:${persistence.keysExpired}`,
    `rdb_last_load_keys_loaded:${persistence.keysLoaded}`,
    ...journalFields(journal),
    'module_fork_in_progress:0',
    'module_fork_last_cow_size:0',
    ...openJournalFields(journal),
    ...persistence.progressFields(),
  ];
}

/** INFO replication, of a primary without replicas. */
export function replicationFields(server: ServerView): string[] {
  return [
    'role:master',
    'connected_slaves:0',
    ...(server.live.wantsReplicas ? ['min_slaves_good_slaves:0'] : []),
    'master_failover_state:no-failover',
    `master_replid:${server.replicationId}`,
    `master_replid2:${'0'.repeat(40)}`,
    'master_repl_offset:0',
    'second_repl_offset:-1',
    'repl_backlog_active:0',
    `repl_backlog_size:${server.settings.text('repl-backlog-size')}`,
    'repl_backlog_first_byte_offset:0',
    'repl_backlog_histlen:0',
  ];
}

/** INFO cpu: of the whole process, the threads of the runtime included. There are no children. */
export function processorFields(server: ServerView): string[] {
  const { user, system } = server.host.processorSeconds();
  return [
    `used_cpu_sys:${system.toFixed(6)}`,
    `used_cpu_user:${user.toFixed(6)}`,
    'used_cpu_sys_children:0.000000',
    'used_cpu_user_children:0.000000',
  ];
}

/** INFO cluster. */
export function clusterFields(): string[] {
  return ['cluster_enabled:0'];
}

/** Where the server listens. Redis numbers TCP 0 and the Unix socket 1; its 2 would be TLS. */
function listenerFields({ settings }: ServerView): string[] {
  const addresses = settings.words('bind').map((address) => `,bind=${address}`);
  const fields: string[] = [];
  const add = (number: number, name: string, port: number): void => {
    if (port !== 0) fields.push(`listener${number}:name=${name}${addresses.join('')},port=${port}`);
  };
  add(0, 'tcp', settings.integer('port'));
  const path = settings.text('unixsocket');
  if (path !== '') fields.push(`listener1:name=unix,bind=${path}`);
  add(3, 'plain', settings.integer('plain-port'));
  add(4, 'quoted', settings.integer('quoted-port'));
  return fields;
}

// INFO's sections that count: stats, commandstats, errorstats, latencystats, keyspace and debug.
// What is not built yet (replication) has counted 0.
import type { Database } from '../../domain/keyspace/database.ts';
import type { Command, ServerView } from '../../engine/command.ts';
import { CHANNELS, PATTERNS, SHARD_CHANNELS } from '../../engine/pubsub/subscriptions.ts';
import { commandStatisticsLine, latencyPercentilesLine } from '../../engine/stats/command-stats.ts';
import { kilobytesText } from '../../engine/stats/rates.ts';

/** Deadlines that are looked at to know the mean time to live. */
const DEADLINE_SAMPLES_MAX = 1000;

/** INFO stats. A cycle of the event loop is one that brought work: requests, or the cron's. */
export function statsFields(server: ServerView): string[] {
  const { statistics, keyspace, pubsub, tracking, eviction } = server;
  return [
    `total_connections_received:${statistics.connectionsReceived}`,
    `total_commands_processed:${statistics.commandsProcessed}`,
    `instantaneous_ops_per_sec:${statistics.commandRate.perSecond()}`,
    `total_net_input_bytes:${statistics.netInputBytes}`,
    `total_net_output_bytes:${statistics.netOutputBytes}`,
    'total_net_repl_input_bytes:0',
    'total_net_repl_output_bytes:0',
    `instantaneous_input_kbps:${kilobytesText(statistics.inputRate.perSecond())}`,
    `instantaneous_output_kbps:${kilobytesText(statistics.outputRate.perSecond())}`,
    'instantaneous_input_repl_kbps:0.00',
    'instantaneous_output_repl_kbps:0.00',
    `rejected_connections:${statistics.connectionsRejected}`,
    'sync_full:0',
    'sync_partial_ok:0',
    'sync_partial_err:0',
    `expired_keys:${keyspace.expiredKeys}`,
    // Fields of hashes: Redis has this from 7.4 on.
    `expired_subkeys:${keyspace.expiredFields}`,
    // Keys expire at their deadlines, so that no share of them is estimated to be stale.
    'expired_stale_perc:0.00',
    `expired_time_cap_reached_count:${statistics.expireTimeCapReached}`,
    `expire_cycle_cpu_milliseconds:${Math.trunc(statistics.expireCycleMs)}`,
    `evicted_keys:${statistics.evictedKeys}`,
    `evicted_clients:${statistics.evictedClients}`,
    `total_eviction_exceeded_time:${Math.trunc(eviction.totalOverUs / 1000)}`,
    `current_eviction_exceeded_time:${Math.trunc(eviction.currentOverUs / 1000)}`,
    `keyspace_hits:${keyspace.hits}`,
    `keyspace_misses:${keyspace.misses}`,
    `pubsub_channels:${pubsub.count(CHANNELS)}`,
    `pubsub_patterns:${pubsub.count(PATTERNS)}`,
    `pubsubshard_channels:${pubsub.count(SHARD_CHANNELS)}`,
    ...UNBUILT_FIELDS,
    `tracking_total_keys:${tracking.keysCount}`,
    `tracking_total_items:${tracking.itemsCount}`,
    `tracking_total_prefixes:${tracking.prefixesCount}`,
    'unexpected_error_replies:0',
    `total_error_replies:${statistics.errors.total}`,
    'dump_payload_sanitizations:0',
    `total_reads_processed:${statistics.readsProcessed}`,
    `total_writes_processed:${statistics.writesProcessed}`,
    'io_threaded_reads_processed:0',
    'io_threaded_writes_processed:0',
    // One reply buffer serves all clients; none has its own that could shrink or expand.
    'reply_buffer_shrinks:0',
    'reply_buffer_expands:0',
    `eventloop_cycles:${statistics.eventLoopCycles}`,
    `eventloop_duration_sum:${Math.trunc(statistics.eventLoopUs)}`,
    `eventloop_duration_cmd_sum:${Math.trunc(statistics.commandUs)}`,
    `instantaneous_eventloop_cycles_per_sec:${statistics.cycleRate.perSecond()}`,
    `instantaneous_eventloop_duration_usec:${statistics.cycleTime.perSecond()}`,
    `acl_access_denied_auth:${statistics.authenticationFailures}`,
    'acl_access_denied_cmd:0',
    'acl_access_denied_key:0',
    'acl_access_denied_channel:0',
  ];
}

const UNBUILT_FIELDS = [
  'latest_fork_usec:0',
  'total_forks:0',
  'migrate_cached_sockets:0',
  'slave_expires_tracked_keys:0',
  'active_defrag_hits:0',
  'active_defrag_misses:0',
  'active_defrag_key_hits:0',
  'active_defrag_key_misses:0',
  'total_active_defrag_time:0',
  'current_active_defrag_time:0',
];

/** INFO commandstats. */
export function commandFields(server: ServerView): string[] {
  const fields: string[] = [];
  for (const command of allCommands(server)) {
    const statistics = server.statistics.commands.find(command);
    if (statistics?.isListed()) fields.push(commandStatisticsLine(command.fullName, statistics));
  }
  return fields;
}

/** INFO errorstats. */
export function errorFields(server: ServerView): string[] {
  return server.statistics.errors.lines();
}

/** INFO latencystats. */
export function latencyFields(server: ServerView): string[] {
  const { settings } = server;
  if (!settings.flag('latency-tracking')) return [];
  const percentiles = settings.words('latency-tracking-info-percentiles').map(Number);
  const fields: string[] = [];
  for (const command of allCommands(server)) {
    const histogram = server.statistics.commands.find(command)?.histogram ?? null;
    if (histogram === null) continue;
    fields.push(latencyPercentilesLine(command.fullName, histogram, percentiles));
  }
  return fields;
}

/** INFO keyspace. */
export function keyspaceFields(server: ServerView): string[] {
  const nowMs = server.clock.nowMs();
  const fields: string[] = [];
  for (const database of server.keyspace.databases) {
    const { dict, heap, fieldHeap, index } = database;
    if (dict.count === 0) continue;
    const ttlMs = meanTimeToLive(database, nowMs);
    // 7.2 has no hashes whose fields expire; 7.4 says how many there are.
    const more = fieldHeap.count > 0 ? `,subexpiry=${fieldHeap.count}` : '';
    fields.push(`db${index}:keys=${dict.count},expires=${heap.count},avg_ttl=${ttlMs}${more}`);
  }
  return fields;
}

/** INFO debug, which must be asked for by name. */
export function debugFields({ statistics }: ServerView): string[] {
  return [
    'eventloop_duration_aof_sum:0',
    `eventloop_duration_cron_sum:${Math.trunc(statistics.cronUs)}`,
    `eventloop_duration_max:${Math.trunc(statistics.eventLoopMaxUs)}`,
    `eventloop_cmd_per_cycle_max:${statistics.commandsPerCycleMax}`,
  ];
}

/** All commands with their subcommands behind them. */
function allCommands(server: ServerView): Command[] {
  return server.commands.all.flatMap((command) => [command, ...(command.subcommands?.all ?? [])]);
}

/** The mean of the milliseconds that keys have left, of all keys or of so many spread evenly. */
function meanTimeToLive({ heap }: Database, nowMs: number): number {
  const samples = Math.min(heap.count, DEADLINE_SAMPLES_MAX);
  let sum = 0;
  for (let i = 0; i < samples; i++) {
    const place = 1 + Math.floor((i * heap.count) / samples);
    sum += Math.max(0, heap.deadlineAt(place) - nowMs);
  }
  return samples === 0 ? 0 : Math.round(sum / samples);
}

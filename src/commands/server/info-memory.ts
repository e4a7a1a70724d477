// INFO memory. There are no replicas and no defragmentation yet: their fields are 0.
import type { ServerView } from '../../engine/command.ts';
import { reportMemory } from '../../engine/memory-report.ts';
import { humanSize, twoDecimals } from '../../engine/stats/info-text.ts';

/** The name of what gives out memory: see domain/memory/arena.ts. */
export const ALLOCATOR_NAME = 'redstart-arena';

/**
 * INFO memory. The allocator's figures are those of all memory that is counted: allocator_active is
 * what was taken from the system for it. How much of that is resident is known of the process only.
 */
export function memoryFields(server: ServerView): string[] {
  const report = reportMemory(server);
  const { settings, keyspace, host, scripting } = server;
  const maxmemory = settings.text('maxmemory');
  return [
    ...sizeFields('used_memory', report.used),
    ...sizeFields('used_memory_rss', report.resident),
    ...sizeFields('used_memory_peak', report.peak),
    `used_memory_peak_perc:${twoDecimals(report.peakPercent)}%`,
    `used_memory_overhead:${report.overhead}`,
    `used_memory_startup:${report.startup}`,
    `used_memory_dataset:${report.dataset}`,
    `used_memory_dataset_perc:${twoDecimals(report.datasetPercent)}%`,
    `allocator_allocated:${report.used}`,
    `allocator_active:${report.reserved}`,
    ...sizeFields('total_system_memory', host.systemMemorySize),
    ...scriptFields(scripting),
    `maxmemory:${maxmemory}`,
    `maxmemory_human:${humanSize(Number(maxmemory))}`,
    `maxmemory_policy:${settings.text('maxmemory-policy')}`,
    `allocator_frag_ratio:${twoDecimals(report.reservedRatio)}`,
    `allocator_frag_bytes:${report.reservedExcess}`,
    `mem_fragmentation_ratio:${twoDecimals(report.residentRatio)}`,
    `mem_fragmentation_bytes:${report.residentExcess}`,
    `mem_not_counted_for_evict:${keyspace.pastSize}`,
    'mem_replication_backlog:0',
    'mem_total_replication_buffers:0',
    'mem_clients_slaves:0',
    `mem_clients_normal:${report.clients}`,
    'mem_cluster_links:0',
    'mem_aof_buffer:0',
    `mem_allocator:${ALLOCATOR_NAME}`,
    'active_defrag_running:0',
    `lazyfree_pending_objects:${keyspace.pending.count}`,
    `lazyfreed_objects:${keyspace.pending.freedCount}`,
  ];
}

/** What runs scripts is part of the JavaScript heap, and nobody knows its share. */
function scriptFields({ scriptsCount, scriptsSize, functions }: ServerView['scripting']): string[] {
  return [
    'used_memory_lua:0',
    'used_memory_vm_eval:0',
    'used_memory_lua_human:0B',
    `used_memory_scripts_eval:${scriptsSize}`,
    `number_of_cached_scripts:${scriptsCount}`,
    `number_of_functions:${functions.count}`,
    `number_of_libraries:${functions.librariesCount}`,
    'used_memory_vm_functions:0',
    'used_memory_vm_total:0',
    'used_memory_vm_total_human:0B',
    `used_memory_functions:${functions.size}`,
    ...sizeFields('used_memory_scripts', scriptsSize + functions.size),
  ];
}

function sizeFields(name: string, size: number): string[] {
  return [`${name}:${size}`, `${name}_human:${humanSize(size)}`];
}

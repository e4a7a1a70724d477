// What COMMAND DOCS says of the server commands, by full name.
import type { Documentation } from '../../engine/command.ts';

export const SERVER_DOCUMENTATION: Readonly<Record<string, Documentation>> = {
  BGREWRITEAOF: {
    summary: 'Asynchronously rewrites the append-only file to disk.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  COMMAND: {
    summary: 'Returns detailed information about all commands.',
    since: '2.8.13',
    complexity: 'O(N) where N is the total number of Redis commands',
  },
  'COMMAND|COUNT': {
    summary: 'Returns a count of commands.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'COMMAND|DOCS': {
    summary: 'Returns documentary information about one, multiple or all commands.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of commands to look up',
  },
  'COMMAND|GETKEYS': {
    summary: 'Extracts the key names from an arbitrary command.',
    since: '2.8.13',
    complexity: 'O(N) where N is the number of arguments to the command',
  },
  'COMMAND|GETKEYSANDFLAGS': {
    summary: 'Extracts the key names and access flags for an arbitrary command.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of arguments to the command',
  },
  'COMMAND|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'COMMAND|INFO': {
    summary: 'Returns information about one, multiple or all commands.',
    since: '2.8.13',
    complexity: 'O(N) where N is the number of commands to look up',
    history: [['7.0.0', 'Allowed to be called with no argument to get info on all commands.']],
  },
  'COMMAND|LIST': {
    summary: 'Returns a list of command names.',
    since: '7.0.0',
    complexity: 'O(N) where N is the total number of Redis commands',
  },
  CONFIG: {
    summary: 'A container for server configuration commands.',
    since: '2.0.0',
    complexity: 'Depends on subcommand.',
  },
  'CONFIG|GET': {
    summary: 'Returns the effective values of configuration parameters.',
    since: '2.0.0',
    complexity: 'O(N) when N is the number of configuration parameters provided',
    history: [['7.0.0', 'Added the ability to pass multiple pattern parameters in one call']],
  },
  'CONFIG|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'CONFIG|RESETSTAT': {
    summary: "Resets the server's statistics.",
    since: '2.0.0',
    complexity: 'O(1)',
  },
  'CONFIG|REWRITE': {
    summary: 'Persists the effective configuration to file.',
    since: '2.8.0',
    complexity: 'O(1)',
  },
  'CONFIG|SET': {
    summary: 'Sets configuration parameters in-flight.',
    since: '2.0.0',
    complexity: 'O(N) when N is the number of configuration parameters provided',
    history: [['7.0.0', 'Added the ability to set multiple parameters in one call.']],
  },
  DBSIZE: {
    summary: 'Returns the number of keys in the database.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  DEBUG: {
    summary: 'A container for debugging commands.',
    since: '1.0.0',
    complexity: 'Depends on subcommand.',
    isSystemCommand: true,
  },
  FLUSHALL: {
    summary: 'Removes all keys from all databases.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of keys in all databases',
    history: [
      ['4.0.0', 'Added the `ASYNC` flushing mode modifier.'],
      ['6.2.0', 'Added the `SYNC` flushing mode modifier.'],
    ],
  },
  FLUSHDB: {
    summary: 'Remove all keys from the current database.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of keys in the selected database',
    history: [
      ['4.0.0', 'Added the `ASYNC` flushing mode modifier.'],
      ['6.2.0', 'Added the `SYNC` flushing mode modifier.'],
    ],
  },
  INFO: {
    summary: 'Returns information and statistics about the server.',
    since: '1.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added support for taking multiple section arguments.']],
  },
  LASTSAVE: {
    summary: 'Returns the Unix timestamp of the last successful save to disk.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  LATENCY: {
    summary: 'A container for latency diagnostics commands.',
    since: '2.8.13',
    complexity: 'Depends on subcommand.',
  },
  'LATENCY|DOCTOR': {
    summary: 'Returns a human-readable latency analysis report.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'LATENCY|GRAPH': {
    summary: 'Returns a latency graph for an event.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'LATENCY|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'LATENCY|HISTOGRAM': {
    summary: 'Returns the cumulative distribution of latencies of a subset or all commands.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of commands with latency information being retrieved.',
  },
  'LATENCY|HISTORY': {
    summary: 'Returns timestamp-latency samples for an event.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'LATENCY|LATEST': {
    summary: 'Returns the latest latency samples for all events.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  'LATENCY|RESET': {
    summary: 'Resets the latency data for one or more events.',
    since: '2.8.13',
    complexity: 'O(1)',
  },
  LOLWUT: {
    summary: 'Displays computer art and the Redis version',
    since: '5.0.0',
  },
  MEMORY: {
    summary: 'A container for memory diagnostics commands.',
    since: '4.0.0',
    complexity: 'Depends on subcommand.',
  },
  'MEMORY|DOCTOR': {
    summary: 'Outputs a memory problems report.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  'MEMORY|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  'MEMORY|MALLOC-STATS': {
    summary: 'Returns the allocator statistics.',
    since: '4.0.0',
    complexity: 'Depends on how much memory is allocated, could be slow',
  },
  'MEMORY|PURGE': {
    summary: 'Asks the allocator to release memory.',
    since: '4.0.0',
    complexity: 'Depends on how much memory is allocated, could be slow',
  },
  'MEMORY|STATS': {
    summary: 'Returns details about memory usage.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  'MEMORY|USAGE': {
    summary: 'Estimates the memory usage of a key.',
    since: '4.0.0',
    complexity: 'O(N) where N is the number of samples.',
  },
  MODULE: {
    summary: 'A container for module commands.',
    since: '4.0.0',
    complexity: 'Depends on subcommand.',
  },
  'MODULE|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'MODULE|LIST': {
    summary: 'Returns all loaded modules.',
    since: '4.0.0',
    complexity: 'O(N) where N is the number of loaded modules.',
  },
  'MODULE|LOAD': {
    summary: 'Loads a module.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  'MODULE|LOADEX': {
    summary: 'Loads a module using extended parameters.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  'MODULE|UNLOAD': {
    summary: 'Unloads a module.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  MONITOR: {
    summary: 'Listens for all requests received by the server in real-time.',
    since: '1.0.0',
  },
  ROLE: {
    summary: 'Returns the replication role.',
    since: '2.8.12',
    complexity: 'O(1)',
  },
  SAVE: {
    summary: 'Synchronously saves the database(s) to disk.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of keys in all databases',
  },
  SHUTDOWN: {
    summary: 'Synchronously saves the database(s) to disk and shuts down the Redis server.',
    since: '1.0.0',
    complexity:
      'O(N) when saving, where N is the total number of keys in all databases when saving data, ' +
      'otherwise O(1)',
    history: [['7.0.0', 'Added the `NOW`, `FORCE` and `ABORT` modifiers.']],
  },
  SLOWLOG: {
    summary: 'A container for slow log commands.',
    since: '2.2.12',
    complexity: 'Depends on subcommand.',
  },
  'SLOWLOG|GET': {
    summary: "Returns the slow log's entries.",
    since: '2.2.12',
    complexity: 'O(N) where N is the number of entries returned',
    history: [['4.0.0', 'Added client IP address, port and name to the reply.']],
  },
  'SLOWLOG|HELP': {
    summary: 'Show helpful text about the different subcommands',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'SLOWLOG|LEN': {
    summary: 'Returns the number of entries in the slow log.',
    since: '2.2.12',
    complexity: 'O(1)',
  },
  'SLOWLOG|RESET': {
    summary: 'Clears all entries from the slow log.',
    since: '2.2.12',
    complexity: 'O(N) where N is the number of entries in the slowlog',
  },
  SWAPDB: {
    summary: 'Swaps two Redis databases.',
    since: '4.0.0',
    complexity:
      'O(N) where N is the count of clients watching or blocking on keys from both databases.',
  },
  TIME: {
    summary: 'Returns the server time.',
    since: '2.6.0',
    complexity: 'O(1)',
  },
};

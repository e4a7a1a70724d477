// What COMMAND DOCS says of the scripting commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const SCRIPTING_DOCUMENTATION: Documentations = () => ({
  EVAL: {
    summary: 'Executes a server-side Lua script.',
    since: '2.6.0',
    complexity: 'Depends on the script that is executed.',
  },
  EVALSHA: {
    summary: 'Executes a server-side Lua script by SHA1 digest.',
    since: '2.6.0',
    complexity: 'Depends on the script that is executed.',
  },
  EVALSHA_RO: {
    summary: 'Executes a read-only server-side Lua script by SHA1 digest.',
    since: '7.0.0',
    complexity: 'Depends on the script that is executed.',
  },
  EVAL_RO: {
    summary: 'Executes a read-only server-side Lua script.',
    since: '7.0.0',
    complexity: 'Depends on the script that is executed.',
  },
  FCALL: {
    summary: 'Invokes a function.',
    since: '7.0.0',
    complexity: 'Depends on the function that is executed.',
  },
  FCALL_RO: {
    summary: 'Invokes a read-only function.',
    since: '7.0.0',
    complexity: 'Depends on the function that is executed.',
  },
  FUNCTION: {
    summary: 'A container for function commands.',
    since: '7.0.0',
    complexity: 'Depends on subcommand.',
  },
  'FUNCTION|DELETE': {
    summary: 'Deletes a library and its functions.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  'FUNCTION|DUMP': {
    summary: 'Dumps all libraries into a serialized binary payload.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of functions',
  },
  'FUNCTION|FLUSH': {
    summary: 'Deletes all libraries and functions.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of functions deleted',
  },
  'FUNCTION|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  'FUNCTION|KILL': {
    summary: 'Terminates a function during execution.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  'FUNCTION|LIST': {
    summary: 'Returns information about all libraries.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of functions',
  },
  'FUNCTION|LOAD': {
    summary: 'Creates a library.',
    since: '7.0.0',
    complexity: 'O(1) (considering compilation time is redundant)',
  },
  'FUNCTION|RESTORE': {
    summary: 'Restores all libraries from a payload.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of functions on the payload',
  },
  'FUNCTION|STATS': {
    summary: 'Returns information about a function during execution.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  SCRIPT: {
    summary: 'A container for Lua scripts management commands.',
    since: '2.6.0',
    complexity: 'Depends on subcommand.',
  },
  'SCRIPT|DEBUG': {
    summary: 'Sets the debug mode of server-side Lua scripts.',
    since: '3.2.0',
    complexity: 'O(1)',
  },
  'SCRIPT|EXISTS': {
    summary: 'Determines whether server-side Lua scripts exist in the script cache.',
    since: '2.6.0',
    complexity:
      'O(N) with N being the number of scripts to check ' +
      '(so checking a single script is an O(1) operation).',
  },
  'SCRIPT|FLUSH': {
    summary: 'Removes all server-side Lua scripts from the script cache.',
    since: '2.6.0',
    complexity: 'O(N) with N being the number of scripts in cache',
    history: [['6.2.0', 'Added the `ASYNC` and `SYNC` flushing mode modifiers.']],
  },
  'SCRIPT|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'SCRIPT|KILL': {
    summary: 'Terminates a server-side Lua script during execution.',
    since: '2.6.0',
    complexity: 'O(1)',
  },
  'SCRIPT|LOAD': {
    summary: 'Loads a server-side Lua script to the script cache.',
    since: '2.6.0',
    complexity: 'O(N) with N being the length in bytes of the script body.',
  },
});

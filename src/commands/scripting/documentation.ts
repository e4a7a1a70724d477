// What COMMAND DOCS says of the scripting commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const SCRIPTING_DOCUMENTATION: Documentations = () => ({
  FUNCTION: {
    summary: 'A container for function commands.',
    since: '7.0.0',
    complexity: 'Depends on subcommand.',
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
});

// What COMMAND DOCS says of the transactions commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const TRANSACTIONS_DOCUMENTATION: Documentations = () => ({
  DISCARD: {
    summary: 'Discards a transaction.',
    since: '2.0.0',
    complexity: 'O(N), when N is the number of queued commands',
  },
  EXEC: {
    summary: 'Executes all commands in a transaction.',
    since: '1.2.0',
    complexity: 'Depends on commands in the transaction',
  },
  MULTI: {
    summary: 'Starts a transaction.',
    since: '1.2.0',
    complexity: 'O(1)',
  },
  UNWATCH: {
    summary: 'Forgets about watched keys of a transaction.',
    since: '2.2.0',
    complexity: 'O(1)',
  },
  WATCH: {
    summary: 'Monitors changes to keys to determine the execution of a transaction.',
    since: '2.2.0',
    complexity: 'O(1) for every key.',
  },
});

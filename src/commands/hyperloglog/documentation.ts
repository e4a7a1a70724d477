// What COMMAND DOCS says of the hyperloglog commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const HYPERLOGLOG_DOCUMENTATION: Documentations = () => ({
  PFADD: {
    summary: "Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.",
    since: '2.8.9',
    complexity: 'O(1) to add every element.',
  },
  PFCOUNT: {
    summary:
      'Returns the approximated cardinality of the set(s) observed by the HyperLogLog key(s).',
    since: '2.8.9',
    complexity:
      'O(1) with a very small average constant time when called with a single key. O(N) with N ' +
      'being the number of keys, and much bigger constant times, when called with multiple keys.',
  },
  PFDEBUG: {
    summary: 'Internal commands for debugging HyperLogLog values.',
    since: '2.8.9',
    complexity: 'N/A',
    isSystemCommand: true,
  },
  PFMERGE: {
    summary: 'Merges one or more HyperLogLog values into a single key.',
    since: '2.8.9',
    complexity: 'O(N) to merge N HyperLogLogs, but with high constant times.',
  },
  PFSELFTEST: {
    summary: 'An internal command for testing HyperLogLog values.',
    since: '2.8.9',
    complexity: 'N/A',
    isSystemCommand: true,
  },
});

// What COMMAND DOCS says of the bitmap commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const BITMAP_DOCUMENTATION: Documentations = () => ({
  BITCOUNT: {
    summary: 'Counts the number of set bits (population counting) in a string.',
    since: '2.6.0',
    complexity: 'O(N)',
    history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  },
  BITFIELD: {
    summary: 'Performs arbitrary bitfield integer operations on strings.',
    since: '3.2.0',
    complexity: 'O(1) for each subcommand specified',
  },
  BITFIELD_RO: {
    summary: 'Performs arbitrary read-only bitfield integer operations on strings.',
    since: '6.0.0',
    complexity: 'O(1) for each subcommand specified',
  },
  BITOP: {
    summary: 'Performs bitwise operations on multiple strings, and stores the result.',
    since: '2.6.0',
    complexity: 'O(N)',
  },
  BITPOS: {
    summary: 'Finds the first set (1) or clear (0) bit in a string.',
    since: '2.8.7',
    complexity: 'O(N)',
    history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  },
  GETBIT: {
    summary: 'Returns a bit value by offset.',
    since: '2.2.0',
    complexity: 'O(1)',
  },
  SETBIT: {
    summary:
      "Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.",
    since: '2.2.0',
    complexity: 'O(1)',
  },
});

// What COMMAND DOCS says of the set commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const SET_DOCUMENTATION: Documentations = () => ({
  SADD: {
    summary: "Adds one or more members to a set. Creates the key if it doesn't exist.",
    since: '1.0.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with ' +
      'multiple arguments.',
    history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  },
  SCARD: {
    summary: 'Returns the number of members in a set.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  SDIFF: {
    summary: 'Returns the difference of multiple sets.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of elements in all given sets.',
  },
  SDIFFSTORE: {
    summary: 'Stores the difference of multiple sets in a key.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of elements in all given sets.',
  },
  SINTER: {
    summary: 'Returns the intersect of multiple sets.',
    since: '1.0.0',
    complexity:
      'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of ' +
      'sets.',
  },
  SINTERCARD: {
    summary: 'Returns the number of members of the intersect of multiple sets.',
    since: '7.0.0',
    complexity:
      'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of ' +
      'sets.',
  },
  SINTERSTORE: {
    summary: 'Stores the intersect of multiple sets in a key.',
    since: '1.0.0',
    complexity:
      'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of ' +
      'sets.',
  },
  SISMEMBER: {
    summary: 'Determines whether a member belongs to a set.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  SMEMBERS: {
    summary: 'Returns all members of a set.',
    since: '1.0.0',
    complexity: 'O(N) where N is the set cardinality.',
  },
  SMISMEMBER: {
    summary: 'Determines whether multiple members belong to a set.',
    since: '6.2.0',
    complexity: 'O(N) where N is the number of elements being checked for membership',
  },
  SMOVE: {
    summary: 'Moves a member from one set to another.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  SPOP: {
    summary:
      'Returns one or more random members from a set after removing them. Deletes the set if the ' +
      'last member was popped.',
    since: '1.0.0',
    complexity:
      'Without the count argument O(1), otherwise O(N) where N is the value of the passed count.',
    history: [['3.2.0', 'Added the `count` argument.']],
  },
  SRANDMEMBER: {
    summary: 'Get one or multiple random members from a set',
    since: '1.0.0',
    complexity:
      'Without the count argument O(1), otherwise O(N) where N is the absolute value of the ' +
      'passed count.',
    history: [['2.6.0', 'Added the optional `count` argument.']],
  },
  SREM: {
    summary:
      'Removes one or more members from a set. Deletes the set if the last member was removed.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of members to be removed.',
    history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  },
  SSCAN: {
    summary: 'Iterates over members of a set.',
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls for ' +
      'the cursor to return back to 0. N is the number of elements inside the collection.',
  },
  SUNION: {
    summary: 'Returns the union of multiple sets.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of elements in all given sets.',
  },
  SUNIONSTORE: {
    summary: 'Stores the union of multiple sets in a key.',
    since: '1.0.0',
    complexity: 'O(N) where N is the total number of elements in all given sets.',
  },
});

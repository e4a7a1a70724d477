// What COMMAND DOCS says of the generic commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const GENERIC_DOCUMENTATION: Documentations = () => ({
  COPY: {
    summary: 'Copies the value of a key to a new key.',
    since: '6.2.0',
    complexity:
      'O(N) worst case for collections, where N is the number of nested items. O(1) for string ' +
      'values.',
  },
  DEL: {
    summary: 'Deletes one or more keys.',
    since: '1.0.0',
    complexity:
      'O(N) where N is the number of keys that will be removed. When a key to remove holds a ' +
      'value other than a string, the individual complexity for this key is O(M) where M is the ' +
      'number of elements in the list, set, sorted set or hash. Removing a single key that holds ' +
      'a string value is O(1).',
  },
  DUMP: {
    summary: 'Returns a serialized representation of the value stored at a key.',
    since: '2.6.0',
    complexity:
      'O(1) to access the key and additional O(N*M) to serialize it, where N is the number of ' +
      'Redis objects composing the value and M their average size. For small string values the ' +
      'time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).',
  },
  EXISTS: {
    summary: 'Determines whether one or more keys exist.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of keys to check.',
    history: [['3.0.3', 'Accepts multiple `key` arguments.']],
  },
  EXPIRE: {
    summary: 'Sets the expiration time of a key in seconds.',
    since: '1.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
  },
  EXPIREAT: {
    summary: 'Sets the expiration time of a key to a Unix timestamp.',
    since: '1.2.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
  },
  EXPIRETIME: {
    summary: 'Returns the expiration time of a key as a Unix timestamp.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  KEYS: {
    summary: 'Returns all key names that match a pattern.',
    since: '1.0.0',
    complexity:
      'O(N) with N being the number of keys in the database, under the assumption that the key ' +
      'names in the database and the given pattern have limited length.',
  },
  MOVE: {
    summary: 'Moves a key to another database.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  OBJECT: {
    summary: 'A container for object introspection commands.',
    since: '2.2.3',
    complexity: 'Depends on subcommand.',
  },
  'OBJECT|ENCODING': {
    summary: 'Returns the internal encoding of a Redis object.',
    since: '2.2.3',
    complexity: 'O(1)',
  },
  'OBJECT|FREQ': {
    summary: 'Returns the logarithmic access frequency counter of a Redis object.',
    since: '4.0.0',
    complexity: 'O(1)',
  },
  'OBJECT|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'OBJECT|IDLETIME': {
    summary: 'Returns the time since the last access to a Redis object.',
    since: '2.2.3',
    complexity: 'O(1)',
  },
  'OBJECT|REFCOUNT': {
    summary: 'Returns the reference count of a value of a key.',
    since: '2.2.3',
    complexity: 'O(1)',
  },
  PERSIST: {
    summary: 'Removes the expiration time of a key.',
    since: '2.2.0',
    complexity: 'O(1)',
  },
  PEXPIRE: {
    summary: 'Sets the expiration time of a key in milliseconds.',
    since: '2.6.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
  },
  PEXPIREAT: {
    summary: 'Sets the expiration time of a key to a Unix milliseconds timestamp.',
    since: '2.6.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
  },
  PEXPIRETIME: {
    summary: 'Returns the expiration time of a key as a Unix milliseconds timestamp.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  PTTL: {
    summary: 'Returns the expiration time in milliseconds of a key.',
    since: '2.6.0',
    complexity: 'O(1)',
    history: [['2.8.0', 'Added the -2 reply.']],
  },
  RANDOMKEY: {
    summary: 'Returns a random key name from the database.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  RENAME: {
    summary: 'Renames a key and overwrites the destination.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  RENAMENX: {
    summary: "Renames a key only when the target key name doesn't exist.",
    since: '1.0.0',
    complexity: 'O(1)',
    history: [
      [
        '3.2.0',
        'The command no longer returns an error when source and destination names are the same.',
      ],
    ],
  },
  RESTORE: {
    summary: 'Creates a key from the serialized representation of a value.',
    since: '2.6.0',
    complexity:
      'O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, ' +
      'where N is the number of Redis objects composing the value and M their average size. For ' +
      'small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply ' +
      'O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting ' +
      'values into sorted sets is O(log(N)).',
    history: [
      ['3.0.0', 'Added the `REPLACE` modifier.'],
      ['5.0.0', 'Added the `ABSTTL` modifier.'],
      ['5.0.0', 'Added the `IDLETIME` and `FREQ` options.'],
    ],
  },
  'RESTORE-ASKING': {
    summary: 'An internal command for migrating keys in a cluster.',
    since: '3.0.0',
    complexity:
      'O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, ' +
      'where N is the number of Redis objects composing the value and M their average size. For ' +
      'small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply ' +
      'O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting ' +
      'values into sorted sets is O(log(N)).',
    history: [
      ['3.0.0', 'Added the `REPLACE` modifier.'],
      ['5.0.0', 'Added the `ABSTTL` modifier.'],
      ['5.0.0', 'Added the `IDLETIME` and `FREQ` options.'],
    ],
    isSystemCommand: true,
  },
  SCAN: {
    summary: 'Iterates over the key names in the database.',
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls for ' +
      'the cursor to return back to 0. N is the number of elements inside the collection.',
    history: [['6.0.0', 'Added the `TYPE` subcommand.']],
  },
  SORT: {
    summary: 'Sorts the elements in a list, a set, or a sorted set, optionally storing the result.',
    since: '1.0.0',
    complexity:
      'O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the ' +
      'number of returned elements. When the elements are not sorted, complexity is O(N).',
  },
  SORT_RO: {
    summary: 'Returns the sorted elements of a list, a set, or a sorted set.',
    since: '7.0.0',
    complexity:
      'O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the ' +
      'number of returned elements. When the elements are not sorted, complexity is O(N).',
  },
  TOUCH: {
    summary:
      'Returns the number of existing keys out of those specified after updating the time they ' +
      'were last accessed.',
    since: '3.2.1',
    complexity: 'O(N) where N is the number of keys that will be touched.',
  },
  TTL: {
    summary: 'Returns the expiration time in seconds of a key.',
    since: '1.0.0',
    complexity: 'O(1)',
    history: [['2.8.0', 'Added the -2 reply.']],
  },
  TYPE: {
    summary: 'Determines the type of value stored at a key.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  UNLINK: {
    summary: 'Asynchronously deletes one or more keys.',
    since: '4.0.0',
    complexity:
      'O(1) for each key removed regardless of its size. Then the command does O(N) work in a ' +
      'different thread in order to reclaim memory, where N is the number of allocations the ' +
      'deleted objects where composed of.',
  },
});

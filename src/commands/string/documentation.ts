// What COMMAND DOCS says of the string commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const STRING_DOCUMENTATION: Documentations = () => ({
  APPEND: {
    summary: "Appends a string to the value of a key. Creates the key if it doesn't exist.",
    since: '2.0.0',
    complexity:
      'O(1). The amortized time complexity is O(1) assuming the appended value is small and the ' +
      'already present value is of any size, since the dynamic string library used by Redis will ' +
      'double the free space available on every reallocation.',
  },
  DECR: {
    summary:
      "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't " +
      'exist.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  DECRBY: {
    summary:
      'Decrements a number from the integer value of a key. Uses 0 as initial value if the key ' +
      "doesn't exist.",
    since: '1.0.0',
    complexity: 'O(1)',
  },
  GET: {
    summary: 'Returns the string value of a key.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  GETDEL: {
    summary: 'Returns the string value of a key after deleting the key.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  GETEX: {
    summary: 'Returns the string value of a key after setting its expiration time.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  GETRANGE: {
    summary: 'Returns a substring of the string stored at a key.',
    since: '2.4.0',
    complexity:
      'O(N) where N is the length of the returned string. The complexity is ultimately ' +
      'determined by the returned length, but because creating a substring from an existing ' +
      'string is very cheap, it can be considered O(1) for small strings.',
  },
  GETSET: {
    summary: 'Returns the previous string value of a key after setting it to a new value.',
    since: '1.0.0',
    complexity: 'O(1)',
    deprecatedSince: '6.2.0',
    replacedBy: '`SET` with the `!GET` argument',
  },
  INCR: {
    summary:
      "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't " +
      'exist.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  INCRBY: {
    summary:
      'Increments the integer value of a key by a number. Uses 0 as initial value if the key ' +
      "doesn't exist.",
    since: '1.0.0',
    complexity: 'O(1)',
  },
  INCRBYFLOAT: {
    summary:
      'Increment the floating point value of a key by a number. Uses 0 as initial value if the ' +
      "key doesn't exist.",
    since: '2.6.0',
    complexity: 'O(1)',
  },
  LCS: {
    summary: 'Finds the longest common substring.',
    since: '7.0.0',
    complexity: 'O(N*M) where N and M are the lengths of s1 and s2, respectively',
  },
  MGET: {
    summary: 'Atomically returns the string values of one or more keys.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of keys to retrieve.',
  },
  MSET: {
    summary: 'Atomically creates or modifies the string values of one or more keys.',
    since: '1.0.1',
    complexity: 'O(N) where N is the number of keys to set.',
  },
  MSETNX: {
    summary:
      "Atomically modifies the string values of one or more keys only when all keys don't exist.",
    since: '1.0.1',
    complexity: 'O(N) where N is the number of keys to set.',
  },
  PSETEX: {
    summary:
      'Sets both string value and expiration time in milliseconds of a key. The key is created ' +
      "if it doesn't exist.",
    since: '2.6.0',
    complexity: 'O(1)',
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `PX` argument',
  },
  SET: {
    summary:
      "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
    since: '1.0.0',
    complexity: 'O(1)',
    history: [
      ['2.6.12', 'Added the `EX`, `PX`, `NX` and `XX` options.'],
      ['6.0.0', 'Added the `KEEPTTL` option.'],
      ['6.2.0', 'Added the `GET`, `EXAT` and `PXAT` option.'],
      ['7.0.0', 'Allowed the `NX` and `GET` options to be used together.'],
    ],
  },
  SETEX: {
    summary:
      "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.",
    since: '2.0.0',
    complexity: 'O(1)',
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `EX` argument',
  },
  SETNX: {
    summary: "Set the string value of a key only when the key doesn't exist.",
    since: '1.0.0',
    complexity: 'O(1)',
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `NX` argument',
  },
  SETRANGE: {
    summary:
      'Overwrites a part of a string value with another by an offset. Creates the key if it ' +
      "doesn't exist.",
    since: '2.2.0',
    complexity:
      'O(1), not counting the time taken to copy the new string in place. Usually, this string ' +
      'is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M ' +
      'being the length of the value argument.',
  },
  STRLEN: {
    summary: 'Returns the length of a string value.',
    since: '2.2.0',
    complexity: 'O(1)',
  },
  SUBSTR: {
    summary: 'Returns a substring from a string value.',
    since: '1.0.0',
    complexity:
      'O(N) where N is the length of the returned string. The complexity is ultimately ' +
      'determined by the returned length, but because creating a substring from an existing ' +
      'string is very cheap, it can be considered O(1) for small strings.',
    deprecatedSince: '2.0.0',
    replacedBy: '`GETRANGE`',
  },
});

// What COMMAND DOCS says of the hash commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const HASH_DOCUMENTATION: Documentations = () => ({
  HDEL: {
    summary:
      'Deletes one or more fields and their values from a hash. Deletes the hash if no fields ' +
      'remain.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of fields to be removed.',
    history: [['2.4.0', 'Accepts multiple `field` arguments.']],
  },
  HEXISTS: {
    summary: 'Determines whether a field exists in a hash.',
    since: '2.0.0',
    complexity: 'O(1)',
  },
  HEXPIRE: {
    summary: 'Set expiry for hash field using relative time to expire (seconds)',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HEXPIREAT: {
    summary: 'Set expiry for hash field using an absolute Unix timestamp (seconds)',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HEXPIRETIME: {
    summary: 'Returns the expiration time of a hash field as a Unix timestamp, in seconds.',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HGET: {
    summary: 'Returns the value of a field in a hash.',
    since: '2.0.0',
    complexity: 'O(1)',
  },
  HGETALL: {
    summary: 'Returns all fields and values in a hash.',
    since: '2.0.0',
    complexity: 'O(N) where N is the size of the hash.',
  },
  HGETDEL: {
    summary: 'Returns the value of a field and deletes it from the hash.',
    since: '8.0.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HGETEX: {
    summary:
      'Get the value of one or more fields of a given hash key, and optionally set their ' +
      'expiration.',
    since: '8.0.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HINCRBY: {
    summary:
      'Increments the integer value of a field in a hash by a number. Uses 0 as initial value if ' +
      "the field doesn't exist.",
    since: '2.0.0',
    complexity: 'O(1)',
  },
  HINCRBYFLOAT: {
    summary:
      'Increments the floating point value of a field by a number. Uses 0 as initial value if ' +
      "the field doesn't exist.",
    since: '2.6.0',
    complexity: 'O(1)',
  },
  HKEYS: {
    summary: 'Returns all fields in a hash.',
    since: '2.0.0',
    complexity: 'O(N) where N is the size of the hash.',
  },
  HLEN: {
    summary: 'Returns the number of fields in a hash.',
    since: '2.0.0',
    complexity: 'O(1)',
  },
  HMGET: {
    summary: 'Returns the values of all fields in a hash.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of fields being requested.',
  },
  HMSET: {
    summary: 'Sets the values of multiple fields.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of fields being set.',
    deprecatedSince: '4.0.0',
    replacedBy: '`HSET` with multiple field-value pairs',
  },
  HPERSIST: {
    summary: 'Removes the expiration time for each specified field',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HPEXPIRE: {
    summary: 'Set expiry for hash field using relative time to expire (milliseconds)',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HPEXPIREAT: {
    summary: 'Set expiry for hash field using an absolute Unix timestamp (milliseconds)',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HPEXPIRETIME: {
    summary: 'Returns the expiration time of a hash field as a Unix timestamp, in msec.',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HPTTL: {
    summary: 'Returns the TTL in milliseconds of a hash field.',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HRANDFIELD: {
    summary: 'Returns one or more random fields from a hash.',
    since: '6.2.0',
    complexity: 'O(N) where N is the number of fields returned',
  },
  HSCAN: {
    summary: 'Iterates over fields and values of a hash.',
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls for ' +
      'the cursor to return back to 0. N is the number of elements inside the collection.',
  },
  HSET: {
    summary: 'Creates or modifies the value of a field in a hash.',
    since: '2.0.0',
    complexity:
      'O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command ' +
      'is called with multiple field/value pairs.',
    history: [['4.0.0', 'Accepts multiple `field` and `value` arguments.']],
  },
  HSETEX: {
    summary:
      'Set the value of one or more fields of a given hash key, and optionally set their ' +
      'expiration.',
    since: '8.0.0',
    complexity: 'O(N) where N is the number of fields being set.',
  },
  HSETNX: {
    summary: "Sets the value of a field in a hash only when the field doesn't exist.",
    since: '2.0.0',
    complexity: 'O(1)',
  },
  HSTRLEN: {
    summary: 'Returns the length of the value of a field.',
    since: '3.2.0',
    complexity: 'O(1)',
  },
  HTTL: {
    summary: 'Returns the TTL in seconds of a hash field.',
    since: '7.4.0',
    complexity: 'O(N) where N is the number of specified fields',
  },
  HVALS: {
    summary: 'Returns all values in a hash.',
    since: '2.0.0',
    complexity: 'O(N) where N is the size of the hash.',
  },
});

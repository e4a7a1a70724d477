// What COMMAND DOCS says of the sorted-set commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const SORTED_SET_DOCUMENTATION: Documentations = () => ({
  BZMPOP: {
    summary:
      'Removes and returns a member by score from one or more sorted sets. Blocks until a member ' +
      'is available otherwise. Deletes the sorted set if the last element was popped.',
    since: '7.0.0',
    complexity:
      'O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements ' +
      'in the sorted set, and M being the number of elements popped.',
  },
  BZPOPMAX: {
    summary:
      'Removes and returns the member with the highest score from one or more sorted sets. ' +
      'Blocks until a member available otherwise.  Deletes the sorted set if the last element ' +
      'was popped.',
    since: '5.0.0',
    complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  },
  BZPOPMIN: {
    summary:
      'Removes and returns the member with the lowest score from one or more sorted sets. Blocks ' +
      'until a member is available otherwise. Deletes the sorted set if the last element was ' +
      'popped.',
    since: '5.0.0',
    complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  },
  ZADD: {
    summary:
      'Adds one or more members to a sorted set, or updates their scores. Creates the key if it ' +
      "doesn't exist.",
    since: '1.2.0',
    complexity:
      'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
    history: [
      ['2.4.0', 'Accepts multiple elements.'],
      ['3.0.2', 'Added the `XX`, `NX`, `CH` and `INCR` options.'],
      ['6.2.0', 'Added the `GT` and `LT` options.'],
    ],
  },
  ZCARD: {
    summary: 'Returns the number of members in a sorted set.',
    since: '1.2.0',
    complexity: 'O(1)',
  },
  ZCOUNT: {
    summary: 'Returns the count of members in a sorted set that have scores within a range.',
    since: '2.0.0',
    complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
  },
  ZDIFF: {
    summary: 'Returns the difference between multiple sorted sets.',
    since: '6.2.0',
    complexity:
      'O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N ' +
      'is the size of the first set, and K is the size of the result set.',
  },
  ZDIFFSTORE: {
    summary: 'Stores the difference of multiple sorted sets in a key.',
    since: '6.2.0',
    complexity:
      'O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N ' +
      'is the size of the first set, and K is the size of the result set.',
  },
  ZINCRBY: {
    summary: 'Increments the score of a member in a sorted set.',
    since: '1.2.0',
    complexity: 'O(log(N)) where N is the number of elements in the sorted set.',
  },
  ZINTER: {
    summary: 'Returns the intersect of multiple sorted sets.',
    since: '6.2.0',
    complexity:
      'O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the ' +
      'number of input sorted sets and M being the number of elements in the resulting sorted ' +
      'set.',
  },
  ZINTERCARD: {
    summary: 'Returns the number of members of the intersect of multiple sorted sets.',
    since: '7.0.0',
    complexity:
      'O(N*K) worst case with N being the smallest input sorted set, K being the number of input ' +
      'sorted sets.',
  },
  ZINTERSTORE: {
    summary: 'Stores the intersect of multiple sorted sets in a key.',
    since: '2.0.0',
    complexity:
      'O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the ' +
      'number of input sorted sets and M being the number of elements in the resulting sorted ' +
      'set.',
  },
  ZLEXCOUNT: {
    summary: 'Returns the number of members in a sorted set within a lexicographical range.',
    since: '2.8.9',
    complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
  },
  ZMPOP: {
    summary:
      'Returns the highest- or lowest-scoring members from one or more sorted sets after ' +
      'removing them. Deletes the sorted set if the last member was popped.',
    since: '7.0.0',
    complexity:
      'O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements ' +
      'in the sorted set, and M being the number of elements popped.',
  },
  ZMSCORE: {
    summary: 'Returns the score of one or more members in a sorted set.',
    since: '6.2.0',
    complexity: 'O(N) where N is the number of members being requested.',
  },
  ZPOPMAX: {
    summary:
      'Returns the highest-scoring members from a sorted set after removing them. Deletes the ' +
      'sorted set if the last member was popped.',
    since: '5.0.0',
    complexity:
      'O(log(N)*M) with N being the number of elements in the sorted set, and M being the number ' +
      'of elements popped.',
  },
  ZPOPMIN: {
    summary:
      'Returns the lowest-scoring members from a sorted set after removing them. Deletes the ' +
      'sorted set if the last member was popped.',
    since: '5.0.0',
    complexity:
      'O(log(N)*M) with N being the number of elements in the sorted set, and M being the number ' +
      'of elements popped.',
  },
  ZRANDMEMBER: {
    summary: 'Returns one or more random members from a sorted set.',
    since: '6.2.0',
    complexity: 'O(N) where N is the number of members returned',
  },
  ZRANGE: {
    summary: 'Returns members in a sorted set within a range of indexes.',
    since: '1.2.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements returned.',
    history: [['6.2.0', 'Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.']],
  },
  ZRANGEBYLEX: {
    summary: 'Returns members in a sorted set within a lexicographical range.',
    since: '2.8.9',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements being returned. If M is constant (e.g. always asking for the first 10 elements ' +
      'with LIMIT), you can consider it O(log(N)).',
    deprecatedSince: '6.2.0',
    replacedBy: '`ZRANGE` with the `BYLEX` argument',
  },
  ZRANGEBYSCORE: {
    summary: 'Returns members in a sorted set within a range of scores.',
    since: '1.0.5',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements being returned. If M is constant (e.g. always asking for the first 10 elements ' +
      'with LIMIT), you can consider it O(log(N)).',
    history: [['2.0.0', 'Added the `WITHSCORES` modifier.']],
    deprecatedSince: '6.2.0',
    replacedBy: '`ZRANGE` with the `BYSCORE` argument',
  },
  ZRANGESTORE: {
    summary: 'Stores a range of members from sorted set in a key.',
    since: '6.2.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements stored into the destination key.',
  },
  ZRANK: {
    summary: 'Returns the index of a member in a sorted set ordered by ascending scores.',
    since: '2.0.0',
    complexity: 'O(log(N))',
    history: [['7.2.0', 'Added the optional `WITHSCORE` argument.']],
  },
  ZREM: {
    summary:
      'Removes one or more members from a sorted set. Deletes the sorted set if all members were ' +
      'removed.',
    since: '1.2.0',
    complexity:
      'O(M*log(N)) with N being the number of elements in the sorted set and M the number of ' +
      'elements to be removed.',
    history: [['2.4.0', 'Accepts multiple elements.']],
  },
  ZREMRANGEBYLEX: {
    summary:
      'Removes members in a sorted set within a lexicographical range. Deletes the sorted set if ' +
      'all members were removed.',
    since: '2.8.9',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements removed by the operation.',
  },
  ZREMRANGEBYRANK: {
    summary:
      'Removes members in a sorted set within a range of indexes. Deletes the sorted set if all ' +
      'members were removed.',
    since: '2.0.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements removed by the operation.',
  },
  ZREMRANGEBYSCORE: {
    summary:
      'Removes members in a sorted set within a range of scores. Deletes the sorted set if all ' +
      'members were removed.',
    since: '1.2.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements removed by the operation.',
  },
  ZREVRANGE: {
    summary: 'Returns members in a sorted set within a range of indexes in reverse order.',
    since: '1.2.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements returned.',
    deprecatedSince: '6.2.0',
    replacedBy: '`ZRANGE` with the `REV` argument',
  },
  ZREVRANGEBYLEX: {
    summary: 'Returns members in a sorted set within a lexicographical range in reverse order.',
    since: '2.8.9',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements being returned. If M is constant (e.g. always asking for the first 10 elements ' +
      'with LIMIT), you can consider it O(log(N)).',
    deprecatedSince: '6.2.0',
    replacedBy: '`ZRANGE` with the `REV` and `BYLEX` arguments',
  },
  ZREVRANGEBYSCORE: {
    summary: 'Returns members in a sorted set within a range of scores in reverse order.',
    since: '2.2.0',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of ' +
      'elements being returned. If M is constant (e.g. always asking for the first 10 elements ' +
      'with LIMIT), you can consider it O(log(N)).',
    history: [['2.1.6', '`min` and `max` can be exclusive.']],
    deprecatedSince: '6.2.0',
    replacedBy: '`ZRANGE` with the `REV` and `BYSCORE` arguments',
  },
  ZREVRANK: {
    summary: 'Returns the index of a member in a sorted set ordered by descending scores.',
    since: '2.0.0',
    complexity: 'O(log(N))',
    history: [['7.2.0', 'Added the optional `WITHSCORE` argument.']],
  },
  ZSCAN: {
    summary: 'Iterates over members and scores of a sorted set.',
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls for ' +
      'the cursor to return back to 0. N is the number of elements inside the collection.',
  },
  ZSCORE: {
    summary: 'Returns the score of a member in a sorted set.',
    since: '1.2.0',
    complexity: 'O(1)',
  },
  ZUNION: {
    summary: 'Returns the union of multiple sorted sets.',
    since: '6.2.0',
    complexity:
      'O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being ' +
      'the number of elements in the resulting sorted set.',
  },
  ZUNIONSTORE: {
    summary: 'Stores the union of multiple sorted sets in a key.',
    since: '2.0.0',
    complexity:
      'O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being ' +
      'the number of elements in the resulting sorted set.',
  },
});

// Publish and subscribe on the reference and on Redstart: confirmations, messages, their order, and
// PUBSUB. With RESP2 messages are arrays, with RESP3 they are pushes.
import { differential } from '../support/differential.ts';

differential('SUBSCRIBE, PUBLISH, UNSUBSCRIBE', [
  { send: 'sub> SUBSCRIBE a b', replies: 2 },
  'PUBLISH a hello',
  'sub<',
  'PUBLISH b "x\\x00\\r\\n\\xff"',
  'sub<',
  'PUBLISH c nobody',
  'PUBLISH A nobody',
  'sub> UNSUBSCRIBE a',
  'PUBLISH a nobody',
  'PUBLISH b ""',
  'sub<',
  'sub> UNSUBSCRIBE b',
  'PUBLISH b nobody',
  'sub> GET k',
]);

differential('several subscribers', [
  'first> SUBSCRIBE a',
  'second> SUBSCRIBE a',
  { send: 'third> SUBSCRIBE b a', replies: 2 },
  'PUBLISH a 1',
  'first<',
  'second<',
  'third<',
  'PUBLISH b 2',
  'third<',
  'first< nothing',
  'first> UNSUBSCRIBE a',
  'PUBLISH a 3',
  'second<',
  'third<',
  'second> QUIT',
  'second<',
  'PUBLISH a 4',
  'third<',
]);

differential('a channel twice, and channels that nobody is subscribed to', [
  { send: 'sub> SUBSCRIBE a a b a', replies: 4 },
  'PUBLISH a once',
  'sub<',
  { send: 'sub> UNSUBSCRIBE c a a', replies: 3 },
  'PUBLISH a never',
  { send: 'sub> UNSUBSCRIBE b b', replies: 2 },
  { send: 'sub> UNSUBSCRIBE x y', replies: 2 },
  { send: 'sub> PUNSUBSCRIBE x y', replies: 2 },
  { send: 'sub> SUNSUBSCRIBE x y', replies: 2 },
]);

differential('unsubscribing from all, and from nothing', [
  'sub> UNSUBSCRIBE',
  'sub> PUNSUBSCRIBE',
  'sub> SUNSUBSCRIBE',
  { send: 'sub> SUBSCRIBE a b c', replies: 3 },
  { send: 'sub> PSUBSCRIBE a* b*', replies: 2 },
  { send: 'sub> SSUBSCRIBE a b', replies: 2 },
  { send: 'sub> UNSUBSCRIBE', replies: 3, tolerance: 'scattered' },
  'sub> UNSUBSCRIBE',
  { send: 'sub> PUNSUBSCRIBE', replies: 2, tolerance: 'scattered' },
  'sub> PUNSUBSCRIBE',
  { send: 'sub> SUNSUBSCRIBE', replies: 2, tolerance: 'scattered' },
  'sub> SUNSUBSCRIBE',
  'sub> GET k',
  'PUBLISH a nobody',
  'SPUBLISH a nobody',
]);

differential('PSUBSCRIBE, PUBLISH, PUNSUBSCRIBE', [
  { send: 'sub> PSUBSCRIBE foo.* bar.?', replies: 2 },
  'PUBLISH foo.1 hello',
  'sub<',
  'PUBLISH foo. hello',
  'sub<',
  'PUBLISH bar.1 hello',
  'sub<',
  'PUBLISH bar.12 nobody',
  'PUBLISH foo nobody',
  'PUBLISH xfoo.1 nobody',
  'sub> PUNSUBSCRIBE foo.*',
  'PUBLISH foo.1 nobody',
  'sub> PUNSUBSCRIBE foo.1',
  'PUBLISH bar.2 hello',
  'sub<',
  { send: 'sub> PUNSUBSCRIBE bar.? bar.?', replies: 2 },
]);

differential('channels come before patterns', [
  { send: 'sub> PSUBSCRIBE a*', replies: 1 },
  { send: 'sub> SUBSCRIBE ab', replies: 1 },
  'other> PSUBSCRIBE a*',
  'PUBLISH ab hello',
  'sub< 2',
  'other<',
  'PUBLISH ac hello',
  'sub<',
  'other<',
]);

differential('several patterns match', [
  { send: 'sub> PSUBSCRIBE a* *b ?? [a-c]b **', replies: 5 },
  'PUBLISH ab hello',
  { send: 'sub< 5', tolerance: 'sorted' },
  'PUBLISH xb hello',
  { send: 'sub< 3', tolerance: 'sorted' },
  { send: 'sub> PSUBSCRIBE a* a*', replies: 2 },
  'PUBLISH axx hello',
  { send: 'sub< 2', tolerance: 'sorted' },
]);

/** A pattern and channels that it is tried on. */
const PATTERNS: readonly [pattern: string, ...channels: string[]][] = [
  ['a[b-d]e', 'ace', 'aee', 'a[b-d]e'],
  ['a[^b]c', 'abc', 'axc', 'a^c'],
  ['a\\\\*b', 'a*b', 'axb', 'a\\\\*b'],
  ['a\\\\?', 'a?', 'ab'],
  ['a[', 'a', 'a['],
  ['a[b', 'ab', 'a[b'],
  ['a\\\\', 'a', 'a\\\\'],
  ['[]a', 'a', '[]a'],
  ['?', 'a', '', 'ab', '\\xff'],
  ['*', '', 'anything', '\\x00'],
  ['', '', 'a'],
  ['\\x00*', '\\x00', '\\x00a', 'a'],
  ['\\xff\\xfe?', '\\xff\\xfe\\xfd', '\\xff\\xfe'],
  ['a*b*c', 'abc', 'axxbxxc', 'acb'],
  ['ABC', 'abc', 'ABC'],
  ['*a', 'a', 'ba', 'ab', 'aaa'],
];

for (const [pattern, ...channels] of PATTERNS) {
  differential(`PSUBSCRIBE "${pattern}"`, [
    `sub> PSUBSCRIBE "${pattern}"`,
    ...channels.map((channel) => `PUBLISH "${channel}" message`),
    { send: 'sub> QUIT', replies: 'all' },
  ]);
}

differential('channels and messages of bytes, and empty ones', [
  { send: 'sub> SUBSCRIBE "" "\\x00" "a b" "\\xff\\r\\n"', replies: 4 },
  'PUBLISH "" ""',
  'sub<',
  'PUBLISH "\\x00" "\\x00"',
  'sub<',
  'PUBLISH "a b" "c d"',
  'sub<',
  'PUBLISH "\\xff\\r\\n" "\\r\\n"',
  'sub<',
  { send: ['PUBLISH', '', 'long '.repeat(20000)] },
  'sub<',
  'PUBSUB NUMSUB "" "\\x00"',
  'sub> UNSUBSCRIBE ""',
  'PUBLISH "" nobody',
]);

differential('many messages at once', [
  { send: 'sub> SUBSCRIBE a b', replies: 2 },
  'sub> PSUBSCRIBE a*',
  { pipeline: ['PUBLISH a 1', 'PUBLISH b 2', 'SET k v', 'PUBLISH a 3', 'PUBLISH c 4'] },
  'sub< 5',
  { pipeline: Array.from({ length: 300 }, (_, i) => `PUBLISH b ${'x'.repeat(i + 1)}`) },
  'sub< 300',
]);

differential('sharded channels are apart', [
  { send: 'sub> SSUBSCRIBE a b', replies: 2 },
  'sub> SUBSCRIBE a',
  'sub> PSUBSCRIBE *',
  'SPUBLISH a shard',
  'sub<',
  'PUBLISH a global',
  'sub< 2',
  'SPUBLISH c nobody',
  'PUBLISH b pattern',
  'sub<',
  { send: 'sub> SSUBSCRIBE a a', replies: 2 },
  'sub> SUNSUBSCRIBE a',
  'SPUBLISH a nobody',
  'sub> UNSUBSCRIBE b',
  'SPUBLISH b shard',
  'sub<',
  'SPUBLISH b ""',
  'sub<',
]);

differential('arity', [
  'SUBSCRIBE',
  'PSUBSCRIBE',
  'SSUBSCRIBE',
  'PUBLISH',
  'PUBLISH a',
  'PUBLISH a b c',
  'SPUBLISH a',
  'SPUBLISH a b c',
  'PUBSUB',
]);

differential('PUBSUB with strange words', [
  'PUBSUB nosuch',
  'PUBSUB CHANNELS a b',
  'PUBSUB NUMPAT a',
  'PUBSUB SHARDCHANNELS a b',
  'PUBSUB HELP a',
  'PUBSUB channels',
  'pubsub numpat',
  { send: 'PUBSUB HELP', only: '7.2' },
]);

differential('PUBSUB', [
  'PUBSUB CHANNELS',
  'PUBSUB NUMSUB',
  'PUBSUB NUMPAT',
  'PUBSUB SHARDCHANNELS',
  'PUBSUB SHARDNUMSUB',
  { send: 'first> SUBSCRIBE aa ab b', replies: 3 },
  { send: 'second> SUBSCRIBE aa c', replies: 2 },
  { send: 'second> PSUBSCRIBE a* b*', replies: 2 },
  { send: 'first> PSUBSCRIBE a* c*', replies: 2 },
  { send: 'first> SSUBSCRIBE sa sb', replies: 2 },
  { send: 'second> SSUBSCRIBE sb', replies: 1 },
  { send: 'PUBSUB CHANNELS', tolerance: 'sorted' },
  { send: 'PUBSUB CHANNELS a*', tolerance: 'sorted' },
  'PUBSUB CHANNELS nosuch',
  'PUBSUB CHANNELS ""',
  'PUBSUB NUMSUB aa ab b c d aa',
  'PUBSUB NUMSUB sa',
  'PUBSUB NUMPAT',
  { send: 'PUBSUB SHARDCHANNELS', tolerance: 'sorted' },
  'PUBSUB SHARDCHANNELS *b',
  'PUBSUB SHARDNUMSUB sa sb aa',
  { send: 'INFO stats', part: /pubsub\w*:\d+/ },
  { send: 'INFO clients', part: /pubsub_clients:\d+|connected_clients:\d+/ },
  { send: 'first> UNSUBSCRIBE', replies: 3, tolerance: 'scattered' },
  { send: 'PUBSUB CHANNELS', tolerance: 'sorted' },
  'PUBSUB NUMPAT',
  'second> RESET',
  { send: 'PUBSUB CHANNELS', tolerance: 'sorted' },
  'PUBSUB NUMPAT',
  'PUBSUB SHARDNUMSUB sa sb aa',
  { send: 'INFO stats', part: /pubsub\w*:\d+/ },
  'first> QUIT',
  'first<',
  'PUBSUB NUMPAT',
  'PUBSUB SHARDCHANNELS',
  { send: 'INFO stats', part: /pubsub\w*:\d+/ },
]);

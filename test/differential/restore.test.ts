// RESTORE and DUMP as commands: what they answer, options, wrong words, and payloads of all forms
// that values ever had, which the reference takes and refuses as we do.
import assert from 'node:assert/strict';
import { comparison, differential } from '../support/differential.ts';
import { OLD_VALUES } from '../support/old-values.ts';
import { payloadOf } from '../support/payloads.ts';
import { body, integer, length, listpack, string } from '../support/rdb-forms.ts';
import { REFUSED_VALUES } from '../support/refused-values.ts';
import { isReference72 } from '../support/server.ts';

/** What 7.0 writes, so that all references read it. */
const VERSION = 10;
/** The types of 7.4, and the first that 7.0 does not know. */
const TYPE_7_4 = 22;
const TYPE_7_2 = 19;

const LATER = '33177117420000';
const ONE = word(payloadOf(body(0, integer(1, 8)), VERSION));
const LIST = word(payloadOf(body(18, length(1), length(2), string(listpack(['a', 'b']))), VERSION));
/** Small integers are one object for all keys there, with one clock. */
const TEXT = word(payloadOf(body(0, string('text')), VERSION));
const LATE = word(payloadOf(body(0, integer(1, 8)), 13));
const BROKEN = word(Buffer.concat([payloadOf(body(0, integer(1, 8)), VERSION), Buffer.of(0)]));

/** Our refusals that Redis has not: see docs/differences.md. */
const TAKEN_THERE = [
  'bytes behind a string',
  'bytes behind a list',
  'LZF of a coded length',
  'a coded count',
  'a score of other text',
  'a listpack with a score of text',
  'a ziplist with a score of text',
  'a stream whose node has another ID',
  'a stream node without entries',
];

differential('DUMP and RESTORE', [
  'DUMP',
  'DUMP a b',
  'DUMP nokey',
  'RESTORE',
  'RESTORE k',
  'RESTORE k 0',
  `RESTORE k 0 ${ONE}`,
  'GET k',
  'TTL k',
  `RESTORE k 0 ${ONE}`,
  `RESTORE k 0 ${LIST} REPLACE`,
  'LRANGE k 0 -1',
  `RESTORE k 0 ${ONE} replace`,
  'GET k',
  `RESTORE l 0 ${ONE} REPLACE REPLACE`,
  'INCR l',
  `RESTORE "" 0 ${ONE}`,
  'DBSIZE',
]);

for (const name of ['RESTORE', 'RESTORE-ASKING']) {
  differential(`${name}: options`, [
    `${name} k 0`,
    `${name} k 0 ${ONE} junk`,
    `${name} k 0 ${ONE} IDLETIME`,
    `${name} k 0 ${ONE} IDLETIME x`,
    `${name} k 0 ${ONE} IDLETIME -1`,
    `${name} k 0 ${ONE} IDLETIME 5 FREQ 5`,
    `${name} k 0 ${ONE} IDLETIME 5 IDLETIME 6`,
    `${name} a 0 ${ONE} FREQ`,
    `${name} a 0 ${ONE} FREQ x`,
    `${name} a 0 ${ONE} FREQ -1`,
    `${name} a 0 ${ONE} FREQ 256`,
    `${name} a 0 ${ONE} FREQ 255`,
    `${name} b 0 ${ONE} FREQ 5 IDLETIME 5`,
    `${name} c 0 ${ONE} FREQ 5 FREQ 6`,
    `${name} d 0 ${ONE} ABSTTL`,
    'TTL d',
    `${name} e ${LATER} ${ONE} ABSTTL`,
    'PEXPIRETIME e',
    `${name} f 100000 ${ONE}`,
    { send: 'TTL f', tolerance: 'approx' },
    `${name} g 1 ${ONE} ABSTTL`,
    'EXISTS g',
    `${name} f 1 ${ONE} ABSTTL`,
    `${name} f 1 ${ONE} ABSTTL REPLACE`,
    'EXISTS f',
    `${name} h 9223372036854775807 ${ONE}`,
    'EXISTS h',
    `${name} i 9223372036854775807 ${ONE} ABSTTL`,
    'EXISTS i',
    `${name} j 9223372036854775808 ${ONE}`,
    `${name} j -1 ${ONE}`,
    `${name} j x ${ONE}`,
    `${name} j 0 ${ONE} IDLETIME 9223372036854775808`,
  ]);

  differential(`${name}: what is looked at first`, [
    'SET k v',
    `${name} k x junk`,
    `${name} k x junk REPLACE`,
    `${name} k -1 junk REPLACE`,
    `${name} k 0 junk REPLACE`,
    `${name} k 0 junk REPLACE junk`,
    `${name} k 0 junk IDLETIME x`,
    `${name} k 0 "" REPLACE`,
    `${name} k 0 ${LATE} REPLACE`,
    `${name} k 0 ${BROKEN} REPLACE`,
    'GET k',
  ]);
}

differential(
  'RESTORE: the access clock and the counter',
  [
    `RESTORE k 0 ${TEXT} IDLETIME 1000`,
    { send: 'OBJECT IDLETIME k', tolerance: 'approx' },
    `RESTORE k 0 ${TEXT} IDLETIME 0 REPLACE`,
    { send: 'OBJECT IDLETIME k', tolerance: 'approx' },
    `RESTORE k 0 ${TEXT} FREQ 100 REPLACE`,
    { send: 'OBJECT IDLETIME k', tolerance: 'approx' },
    'CONFIG SET maxmemory-policy allkeys-lfu',
    `RESTORE k 0 ${TEXT} FREQ 100 REPLACE`,
    'OBJECT FREQ k',
    `RESTORE k 0 ${TEXT} FREQ 0 REPLACE`,
    'OBJECT FREQ k',
    `RESTORE k 0 ${TEXT} IDLETIME 100 REPLACE`,
    'OBJECT FREQ k',
    `RESTORE l 0 ${TEXT}`,
    'OBJECT FREQ l',
  ],
  { atEnd: ['CONFIG SET maxmemory-policy noeviction'] },
);

differential(
  'RESTORE tells of its keys, serves who waits for them, and ends transactions that watch them',
  [
    'CONFIG SET notify-keyspace-events KEAn',
    'ear> PSUBSCRIBE __key*__:*',
    `RESTORE k 0 ${ONE}`,
    'ear< 4',
    `RESTORE k 100000 ${ONE} REPLACE`,
    'ear< 4',
    `RESTORE k 1 ${ONE} ABSTTL REPLACE`,
    'ear< 2',
    `RESTORE k 1 ${ONE} ABSTTL REPLACE`,
    'RESTORE k 0 junk REPLACE',
    'ear< nothing',
    'CONFIG SET notify-keyspace-events ""',
    'waiter>> BRPOP k 0',
    `RESTORE k 0 ${LIST}`,
    'waiter<',
    'SET w 1',
    'watcher> WATCH w',
    `RESTORE w 0 ${ONE} REPLACE`,
    'watcher> MULTI',
    'watcher> GET w',
    'watcher> EXEC',
  ],
  { atEnd: ['CONFIG SET notify-keyspace-events ""'] },
);

for (const { name, body, encoding, read } of OLD_VALUES) {
  // An unsorted sorted set is one there, too.
  if (body[0] >= TYPE_7_4 || name.includes('unsorted')) continue;
  comparison(`${name} is restored as there`, {}, async (pair) => {
    if (!isReference72() && body[0] >= TYPE_7_2) return;
    const payload = payloadOf(body, VERSION).toString('latin1');
    for (const reply of await pair.send('', 2, ['RESTORE', 'k', '0', payload])) {
      assert.equal(reply.toString('latin1'), '+OK\r\n');
    }
    const lines = [`${read[0]} k${read[1]}`, 'OBJECT ENCODING k', 'DEBUG DIGEST-VALUE k'];
    // Older ones have other encodings, and say scores in other words.
    for (const line of isReference72() ? lines : lines.slice(0, 1)) {
      const [theirs, ours] = await pair.send('', 2, line.split(' '));
      const isOrdered = read[0] !== 'SMEMBERS' && encoding !== 'hashtable';
      if (isOrdered || line !== lines[0]) assert.equal(ours.toString(), theirs.toString(), line);
    }
  });
}

comparison(
  'what is refused is refused there',
  { args: ['--sanitize-dump-payload', 'yes'] },
  async (pair) => {
    // 7.0 does not get over some of them.
    if (!isReference72()) return;
    for (const [name, bytes] of REFUSED_VALUES) {
      const payload = payloadOf(bytes, VERSION).toString('latin1');
      const [theirs, ours] = await pair.send('', 2, ['RESTORE', 'k', '0', payload, 'REPLACE']);
      assert.equal(ours.toString(), '-ERR Bad data format\r\n', name);
      if (TAKEN_THERE.includes(name)) assert.equal(theirs.toString(), '+OK\r\n', name);
      else assert.equal(theirs.toString(), ours.toString(), name);
    }
  },
);

/** Bytes as a word of a line. */
function word(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes).toString('hex').replace(/../g, '\\x$&')}"`;
}

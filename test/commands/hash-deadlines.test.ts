// Fields with deadlines, and what Redis 8.0 adds for hashes: HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT
// HTTL HPTTL HEXPIRETIME HPEXPIRETIME HPERSIST, HGETDEL HGETEX HSETEX. The references know none of
// them: these lines were written from the documentation and the sources of Redis 7.4 and 8.0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, connect, makeServer, START_MS } from '../support/clock.ts';
import { parseReply, type ReplyTree } from '../support/resp.ts';

/** What is sent (`@5` lets 5 ms pass), and what is answered; errors begin with '-'. */
type Line = readonly [sent: string, answered?: unknown];

const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_CLAUSE = '-ERR Mandatory argument FIELDS is missing or not at the right position';
const NO_COUNT = '-ERR Number of fields must be a positive integer';
const BAD_COUNT = '-ERR Parameter `numFields` should be greater than 0';
const MISMATCH = '-ERR The `numfields` parameter must match the number of arguments';
const NO_INTEGER = '-ERR value is not an integer or out of range';
const MAX_MS = 2 ** 46 - 1;
const LATER_MS = START_MS + 100_000;

function arity(command: string): string {
  return `-ERR wrong number of arguments for '${command}' command`;
}

function invalidTime(command: string): string {
  return `-ERR invalid expire time in '${command}' command`;
}

both('HEXPIRE and its kin, HTTL and its kin', [
  ['HSET h a 1 b 2 c 3', 3],
  ['HEXPIRE h 100 FIELDS 2 a x', [1, -2]],
  ['HTTL h FIELDS 3 a b x', [100, -1, -2]],
  ['HPTTL h FIELDS 3 a b x', [100_000, -1, -2]],
  ['HEXPIRETIME h FIELDS 2 a b', [LATER_MS / 1000, -1]],
  ['HPEXPIRETIME h FIELDS 2 a b', [LATER_MS, -1]],
  ['@1'],
  ['HTTL h FIELDS 1 a', [100]],
  ['HPTTL h FIELDS 1 a', [99_999]],
  ['HPEXPIRE h 1500 FIELDS 1 b', [1]],
  ['HTTL h FIELDS 1 b', [2]],
  ['HEXPIREAT h 33000000000 FIELDS 1 c', [1]],
  ['HPEXPIRETIME h FIELDS 1 c', [33_000_000_000_000]],
  ['HPEXPIREAT h 33000000000001 fields 1 c', [1]],
  ['HPEXPIRETIME h FIELDS 1 c', [33_000_000_000_001]],
  ['HEXPIRETIME h FIELDS 1 c', [33_000_000_001]],
  ['HTTL absent FIELDS 2 a b', [-2, -2]],
  ['HEXPIRE absent 5 FIELDS 2 a b', [-2, -2]],
  ['HPERSIST absent FIELDS 1 a', [-2]],
  ['EXISTS absent', 0],
]);

both('NX, XX, GT, LT', [
  ['HSET h a 1 b 2', 2],
  ['HEXPIRE h 100 XX FIELDS 1 a', [0]],
  ['HEXPIRE h 100 GT FIELDS 1 a', [0]],
  ['HEXPIRE h 100 nx FIELDS 1 a', [1]],
  ['HEXPIRE h 200 NX FIELDS 1 a', [0]],
  ['HEXPIRE h 100 GT FIELDS 1 a', [0]],
  ['HEXPIRE h 100 LT FIELDS 1 a', [0]],
  ['HEXPIRE h 200 GT FIELDS 1 a', [1]],
  ['HEXPIRE h 150 LT FIELDS 1 a', [1]],
  ['HEXPIRE h 300 XX FIELDS 2 a b', [1, 0]],
  ['HEXPIRE h 50 LT FIELDS 1 b', [1]],
  ['HTTL h FIELDS 2 a b', [300, 50]],
  ['HEXPIRE h 0 GT FIELDS 1 a', [0]],
]);

both('moments that have passed', [
  ['HSET h a 1 b 2 c 3', 3],
  ['HEXPIRE h 0 FIELDS 2 a a', [2, -2]],
  ['HGETALL h', ['b', '2', 'c', '3']],
  ['HPEXPIREAT h 1 FIELDS 1 b', [2]],
  [`HPEXPIREAT h ${START_MS} FIELDS 2 c x`, [2, -2]],
  ['EXISTS h', 0],
]);

both('fields go at their deadlines, and the hash with the last one', [
  ['HSET h a 1 b 2 c 3 d 4', 4],
  ['HPEXPIRE h 10 FIELDS 2 a c', [1, 1]],
  ['HPEXPIRE h 20 FIELDS 2 b d', [1, 1]],
  ['@9'],
  ['HLEN h', 4],
  ['@1'],
  ['HLEN h', 2],
  ['HGETALL h', ['b', '2', 'd', '4']],
  ['HGET h a', null],
  ['HMGET h a b', [null, '2']],
  ['HPERSIST h FIELDS 1 b', [1]],
  ['@10'],
  ['HKEYS h', ['b']],
  ['HPEXPIRE h 5 FIELDS 1 b', [1]],
  ['@5'],
  ['EXISTS h', 0],
  ['DBSIZE', 0],
]);

const UNSEEN: readonly Line[] = [
  ['FLUSHALL', 'OK'],
  ['DEBUG SET-ACTIVE-EXPIRE 0', 'OK'],
  ['HSET h a 1 b 2 c 3 n 4', 4],
  ['HPEXPIRE h 10 FIELDS 3 a b n', [1, 1, 1]],
  ['@10'],
];

both('fields that are due are not seen, and go when their hash is looked at', [
  ...UNSEEN,
  ['HEXISTS h a', 0],
  ...UNSEEN,
  ['HGETALL h', ['c', '3']],
  ...UNSEEN,
  ['HINCRBY h n 1', 1],
  ['HTTL h FIELDS 1 n', [-1]],
  ...UNSEEN,
  ['HSETNX h a 5', 1],
  ['HVALS h', ['3', '5']],
  ...UNSEEN,
  ['HDEL h a c', 1],
  ['EXISTS h', 0],
  ...UNSEEN,
  ['HRANDFIELD h', 'c'],
  ['HRANDFIELD h 5', ['c']],
  ['HSCAN h 0', ['0', ['c', '3']]],
  ...UNSEEN,
  ['HDEL h c', 1],
  ['HGETDEL h FIELDS 1 a', [null]],
  ['HSTRLEN h a', 0],
  ['HPEXPIRE h 9 FIELDS 1 b', [-2]],
  ['EXISTS h', 0],
]);

both('while writes are paused, what is due stays and is not seen', [
  ['HSET h a 1 b 2', 2],
  ['HPEXPIRE h 10 FIELDS 1 a', [1]],
  ['HSET g a 1', 1],
  ['HPEXPIRE g 10 FIELDS 1 a', [1]],
  ['CLIENT PAUSE 1000 WRITE', 'OK'],
  ['@20'],
  ['HGET h a', null],
  ['HLEN h', 1],
  ['HGETALL h', ['b', '2']],
  ['HRANDFIELD h -2', ['b', 'b']],
  ['HRANDFIELD g', null],
  ['HRANDFIELD g 2', []],
  ['HGETALL g', []],
  ['HLEN g', 0],
  ['HTTL g FIELDS 1 a', [-2]],
  ['@1000'],
  ['EXISTS h g', 1],
]);

both('what sets a value and what becomes of the deadline', [
  ['HSET h a 1 b 2 c 3 d 4', 4],
  ['HEXPIRE h 100 FIELDS 4 a b c d', [1, 1, 1, 1]],
  ['HSET h a 5', 0],
  ['HINCRBY h b 1', 3],
  ['HINCRBYFLOAT h c 0.5', '3.5'],
  ['HSETNX h d 6', 0],
  ['HTTL h FIELDS 4 a b c d', [-1, 100, 100, 100]],
  ['HDEL h d', 1],
  ['HSET h d 7', 1],
  ['HTTL h FIELDS 1 d', [-1]],
  ['HMSET h b 1', 'OK'],
  ['HTTL h FIELDS 1 b', [-1]],
  ['HPERSIST h FIELDS 4 a c x c', [-1, 1, -2, -1]],
]);

both('RENAME, COPY, MOVE take the deadlines along, SET and DEL do not', [
  ['HSET h a 1 b 2', 2],
  ['HPEXPIRE h 10 FIELDS 1 a', [1]],
  ['COPY h copy', 1],
  ['RENAME h renamed', 'OK'],
  ['COPY copy moved', 1],
  ['MOVE moved 1', 1],
  ['COPY copy over', 1],
  ['SET over x', 'OK'],
  ['COPY copy stored', 1],
  ['SADD s x', 1],
  ['SUNIONSTORE stored s', 1],
  ['COPY copy gone', 1],
  ['DEL gone', 1],
  ['HPTTL renamed FIELDS 2 a b', [10, -1]],
  ['HPTTL copy FIELDS 2 a b', [10, -1]],
  ['@10'],
  ['HGETALL renamed', ['b', '2']],
  ['HGETALL copy', ['b', '2']],
  ['SELECT 1', 'OK'],
  ['HGETALL moved', ['b', '2']],
  ['SWAPDB 0 1', 'OK'],
  ['HGETALL renamed', ['b', '2']],
  ['FLUSHALL', 'OK'],
]);

test('the encoding of a hash with deadlines', () => {
  play({}, [
    ['HSET h a 1', 1],
    ['HEXPIRE h 0 XX FIELDS 1 a', [0]],
    ['OBJECT ENCODING h', 'listpack'],
    ['HEXPIRE h 100 FIELDS 1 a', [1]],
    ['OBJECT ENCODING h', 'listpackex'],
    ['TYPE h', 'hash'],
    ['HPERSIST h FIELDS 1 a', [1]],
    ['OBJECT ENCODING h', 'listpackex'],
    ['HEXPIRE h 100 FIELDS 1 a', [1]],
    [`HSET h b ${'x'.repeat(65)}`, 1],
    ['OBJECT ENCODING h', 'hashtable'],
    ['HTTL h FIELDS 2 a b', [100, -1]],
  ]);
});

both('HGETDEL', [
  ['HSET h a 1 b 2 c 3', 3],
  ['HGETDEL h FIELDS 3 a x a', ['1', null, null]],
  ['HGETALL h', ['b', '2', 'c', '3']],
  ['HGETDEL h FIELDS 2 b c', ['2', '3']],
  ['EXISTS h', 0],
  ['HGETDEL absent FIELDS 1 a', [null]],
]);

both('HGETEX', [
  ['HSET h a 1 b 2 c 3 d 4', 4],
  ['HGETEX h FIELDS 2 a x', ['1', null]],
  ['HTTL h FIELDS 1 a', [-1]],
  ['HGETEX h EX 100 FIELDS 2 a x', ['1', null]],
  ['HGETEX h PX 1500 FIELDS 1 b', ['2']],
  ['HGETEX h EXAT 33000000000 FIELDS 1 c', ['3']],
  ['HGETEX h pxat 33000000000001 FIELDS 1 d', ['4']],
  ['HPEXPIRETIME h FIELDS 4 a b c d', [LATER_MS, START_MS + 1500, 33e12, 33e12 + 1]],
  ['HGETEX h FIELDS 1 a', ['1']],
  ['HGETEX h PERSIST FIELDS 3 a b x', ['1', '2', null]],
  ['HTTL h FIELDS 2 a b', [-1, -1]],
  ['HGETEX h EX 0 FIELDS 2 a b', ['1', '2']],
  ['HGETEX h PXAT 1 FIELDS 2 c d', ['3', '4']],
  ['EXISTS h', 0],
  ['HGETEX absent EX 10 FIELDS 2 a b', [null, null]],
]);

both('HSETEX', [
  ['HSETEX h FIELDS 2 a 1 b 2', 1],
  ['HTTL h FIELDS 2 a b', [-1, -1]],
  ['HSETEX h EX 100 FIELDS 1 a 3', 1],
  ['HSETEX h KEEPTTL FIELDS 2 a 4 c 5', 1],
  ['HTTL h FIELDS 2 a c', [100, -1]],
  ['HSETEX h FIELDS 1 a 6', 1],
  ['HTTL h FIELDS 1 a', [-1]],
  ['HSETEX h PX 1500 FXX FIELDS 2 a 7 b 8', 1],
  ['HPTTL h FIELDS 2 a b', [1500, 1500]],
  ['HSETEX h FXX FIELDS 2 a 9 x 9', 0],
  ['HSETEX h FNX FIELDS 2 a 9 x 9', 0],
  ['HSETEX h FNX EXAT 33000000000 FIELDS 2 x 9 x 10', 1],
  ['HGETALL h', ['a', '7', 'b', '8', 'c', '5', 'x', '10']],
  ['HSETEX absent FXX FIELDS 1 a 1', 0],
  ['EXISTS absent', 0],
  ['HSETEX h PXAT 1 FIELDS 2 a 1 new 1', 1],
  ['HKEYS h', ['b', 'c', 'x']],
  ['HSETEX new EX 0 FIELDS 1 a 1', 1],
  ['EXISTS new', 0],
]);

both('calls that are not answered', [
  ['SET k string', 'OK'],
  ['HSET h a 1', 1],
  // The type is looked at first, but by HSETEX.
  ['HEXPIRE k x FIELDS 1 a', WRONG_TYPE],
  ['HTTL k x 1 a', WRONG_TYPE],
  ['HPERSIST k x 1 a', WRONG_TYPE],
  ['HGETDEL k x 1 a', WRONG_TYPE],
  ['HGETEX k x 1 a', WRONG_TYPE],
  ['HSETEX k x 1 a b c', '-ERR unknown argument: x'],
  ['HSETEX k FIELDS 1 a b', WRONG_TYPE],
  ['HEXPIRE h x FIELDS 1 a', NO_INTEGER],
  ['HEXPIRE h -1 FIELDS 1 a', '-ERR invalid expire time, must be >= 0'],
  [`HEXPIRE h ${Math.floor(MAX_MS / 1000)} FIELDS 1 a`, invalidTime('hexpire')],
  [`HPEXPIREAT h ${MAX_MS + 1} FIELDS 1 a`, invalidTime('hpexpireat')],
  [`HPEXPIREAT h ${MAX_MS} FIELDS 1 a`, [1]],
  ['HPEXPIRE h 9223372036854775807 FIELDS 1 a', invalidTime('hpexpire')],
  ['HEXPIREAT h 9223372036854775808 FIELDS 1 a', NO_INTEGER],
  ['HEXPIRE h 1 FIELD 1 a', NO_CLAUSE],
  ['HEXPIRE h 1 NX XX FIELDS 1 a', NO_CLAUSE],
  ['HEXPIRE h 1 FIELDS 0 a', BAD_COUNT],
  ['HEXPIRE h 1 FIELDS x a', BAD_COUNT],
  ['HEXPIRE h 1 FIELDS 2 a', MISMATCH],
  ['HEXPIRE h 1 FIELDS 1 a b', MISMATCH],
  ['HEXPIRE h 1 FIELDS 1', arity('hexpire')],
  ['HTTL h FIELD 1 a', NO_CLAUSE],
  ['HTTL h FIELDS -1 a', NO_COUNT],
  ['HPTTL h FIELDS 9223372036854775807 a', MISMATCH],
  ['HEXPIRETIME h FIELDS 2 a', MISMATCH],
  ['HTTL h FIELDS 1', arity('httl')],
  ['HPERSIST h FIELDS 0 a', NO_COUNT],
  ['HPERSIST h FIELDS 1', arity('hpersist')],
  ['HGETDEL h 1 FIELDS a', NO_CLAUSE],
  ['HGETDEL h FIELDS 0 a', NO_COUNT],
  ['HGETDEL h FIELDS 2 a', MISMATCH],
  ['HGETEX h EX 1 PX 2 FIELDS 1 a', NO_CLAUSE],
  ['HGETEX h EX x FIELDS 1 a', NO_INTEGER],
  ['HGETEX h EX -1 FIELDS 1 a', '-ERR invalid expire time, must be >= 0'],
  [`HGETEX h PX ${MAX_MS} FIELDS 1 a`, invalidTime('hgetex')],
  ['HGETEX h PERSIST FIELDS 0 a', NO_COUNT],
  ['HGETEX h FIELDS 1 a b', MISMATCH],
  ['HSETEX h FIELDS 0 a b', '-ERR invalid number of fields'],
  ['HSETEX h FIELDS 2 a b', arity('hsetex')],
  ['HSETEX h FIELDS 1 a b c', arity('hsetex')],
  ['HSETEX h FNX FIELDS 1 a', arity('hsetex')],
  ['HSETEX h FNX FXX FIELDS 1 a b', '-ERR Only one of FXX or FNX arguments can be specified'],
  [
    'HSETEX h EX 1 KEEPTTL FIELDS 1 a b',
    '-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified',
  ],
  ['HSETEX h PX x FIELDS 1 a b', NO_INTEGER],
  [`HSETEX h EXAT ${MAX_MS} FIELDS 1 a b`, invalidTime('hsetex')],
  ['HGETALL h', ['a', '1']],
]);

/** Lines, and the events that they cause. */
const EVENTS: readonly (readonly [sent: string, ...events: string[]])[] = [
  ['HSET h a 1 b 2 c 3', 'hset'],
  ['HEXPIRE h 100 FIELDS 2 a b', 'hexpire'],
  ['HEXPIRE h 100 NX FIELDS 1 a'],
  ['HPERSIST h FIELDS 2 a b', 'hpersist'],
  ['HPERSIST h FIELDS 1 a'],
  ['HGETEX h EX 100 FIELDS 1 a', 'hexpire'],
  ['HGETEX h FIELDS 1 a'],
  ['HGETEX h PERSIST FIELDS 1 a', 'hpersist'],
  ['HGETEX h PERSIST FIELDS 1 a'],
  ['HGETDEL h FIELDS 1 a', 'hdel'],
  ['HEXPIRE h 0 FIELDS 1 b', 'hdel'],
  ['HGETEX h EX 0 FIELDS 1 c', 'hdel', 'del'],
  ['HSETEX h FIELDS 1 a 1', 'hset'],
  ['HSETEX h EX 5 FIELDS 1 a 1', 'hset', 'hexpire'],
  ['HSETEX h FNX FIELDS 1 a 1'],
  ['HSETEX h PXAT 1 FIELDS 1 a 1', 'hset', 'hdel', 'del'],
  ['HSETEX h PX 5 FIELDS 2 a 1 b 2', 'hset', 'hexpire'],
  ['HSET h c 3', 'hset'],
  ['@5', 'hexpired'],
  ['HPEXPIRE h 5 FIELDS 1 c', 'hexpire'],
  ['@5', 'hexpired', 'del'],
];

for (const entries of ['512', '0']) {
  test(`events of fields and their deadlines, hash-max-listpack-entries ${entries}`, () => {
    const { server, session, clock } = makeServer({ 'hash-max-listpack-entries': entries });
    server.cron.start();
    const watcher = connect(server);
    call(server, session, 'CONFIG SET notify-keyspace-events Ehgx');
    call(server, watcher.session, 'PSUBSCRIBE *');
    for (const [sent, ...events] of EVENTS) {
      watcher.output.sent = '';
      if (sent.startsWith('@')) clock.advance(Number(sent.slice(1)));
      else call(server, session, sent);
      const told = [...watcher.output.sent.matchAll(/__keyevent@0__:(\w+)/g)].map(
        ([, name]) => name,
      );
      assert.deepEqual(told, events, sent);
    }
    server.cron.stop();
  });
}

test('20,000 fields that are due at once go in slices', () => {
  const { server, session, clock } = makeServer();
  server.cron.start();
  for (let i = 0; i < 20_000; i += 100) {
    const pairs = Array.from({ length: 100 }, (_, k) => [`f${i + k}`, 'v']).flat();
    call(server, session, ['HSETEX', 'h', 'PX', '50', 'FIELDS', '100', ...pairs]);
  }
  call(server, session, 'HSET h stays 1');
  clock.lookUs = 50;
  clock.advance(51);
  const left = server.keyspace.databases[0].fieldHeap.count;
  assert.equal(left, 1, 'not all have gone at once');
  assert.equal(call(server, session, 'HLEN h'), ':1\r\n');
  clock.advance(100_000);
  assert.equal(server.keyspace.databases[0].fieldHeap.count, 0);
  assert.equal(call(server, session, 'HGETALL h'), '*2\r\n$5\r\nstays\r\n$1\r\n1\r\n');
  server.cron.stop();
});

/** Registers the lines for packed hashes and for tables. */
function both(name: string, lines: readonly Line[]): void {
  test(`${name}, packed`, () => play({}, lines));
  test(`${name}, table`, () => play({ 'hash-max-listpack-entries': '0' }, lines));
}

function play(config: Readonly<Record<string, string>>, lines: readonly Line[]): void {
  const { server, session, clock } = makeServer({ 'enable-debug-command': 'yes', ...config });
  server.cron.start();
  for (const [sent, answered] of lines) {
    if (sent.startsWith('@')) {
      clock.advance(Number(sent.slice(1)));
      continue;
    }
    const reply = shown(parseReply(Buffer.from(call(server, session, sent), 'latin1')), sent);
    assert.deepEqual(reply, answered, sent);
  }
  server.cron.stop();
}

/** A reply as the lines have it; what has no order in a table, sorted. */
function shown(tree: ReplyTree, sent: string): unknown {
  if (tree.raw.startsWith('$-1') || tree.raw.startsWith('*-1')) return null;
  if (tree.type === ':') return Number(tree.text);
  if (tree.type === '-') return `-${tree.text}`;
  if (tree.type !== '*') return tree.text;
  const items = tree.items.map((item) => shown(item, sent));
  if (sent.startsWith('HGETALL')) return sortedPairs(items);
  return /^(?:HKEYS|HVALS)/.test(sent) ? items.sort() : items;
}

function sortedPairs(items: unknown[]): unknown[] {
  const pairs: unknown[][] = [];
  for (let i = 0; i < items.length; i += 2) pairs.push(items.slice(i, i + 2));
  return pairs.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)).flat();
}

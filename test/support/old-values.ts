// A body of each type that RDB files of any version have, and what it is when it was restored.
import {
  body,
  double,
  integer,
  intset,
  length,
  length64,
  listpack,
  literals,
  milliseconds,
  string,
  textScore,
  ziplist,
  zipmap,
} from './rdb-forms.ts';

export interface OldValue {
  readonly name: string;
  readonly body: Buffer;
  /** What OBJECT ENCODING says. */
  readonly encoding: string;
  /** How it is read: words before and behind the key. */
  readonly read: readonly [before: string, behind: string];
  /** The items of the reply, sorted where the order is not defined. */
  readonly items: readonly string[];
}

const LONG = 'x'.repeat(300);
const WIDE = 'y'.repeat(20000);
const NUMBERS = [0, 1, 12, 13, -1, 127, 128, -128, -129, 32767, -32768, 32768, 8388607, -8388608];
const WIDE_NUMBERS = [8388608, 2147483647, -2147483648, 2147483648n, -9223372036854775808n];
const MIXED = ['', 'a', ...NUMBERS, LONG, ...WIDE_NUMBERS, 'b', 'z'.repeat(63), 'z'.repeat(64)];
const PAIRS = ['f', 1, 'g', 'value', 'h', '', 300, -4];
/** Far from now, 48 bits. */
const LATER = 33177117420000;

const GET: OldValue['read'] = ['GET', ''];
const LRANGE: OldValue['read'] = ['LRANGE', ' 0 -1'];
const SMEMBERS: OldValue['read'] = ['SMEMBERS', ''];
const HGETALL: OldValue['read'] = ['HGETALL', ''];
const ZRANGE: OldValue['read'] = ['ZRANGE', ' 0 -1 WITHSCORES'];

/** Entries of a listpack that are not in their shortest form: 5, -1, 1, 'a'. */
const LOOSE = [
  [0xf1, 5, 0],
  [0xf4, 255, 255, 255, 255, 255, 255, 255, 255],
  [0x81, 0x31],
  [0xf0, 1, 0, 0, 0, 0x61],
];

/** The listpack of a node with two entries, 1-0 and 1-5, the second of which has other fields. */
const NODE = listpack([2, 0, 1, 'f', 0, 2, 0, 0, 'v', 4, 0, 0, 5, 1, 'g', 'w', 6]);
const NODE_ID = Buffer.from('00000000000000010000000000000000', 'hex');
const PENDING = Buffer.concat([NODE_ID, milliseconds(5), length(3)]);
const XRANGE: OldValue['read'] = ['XRANGE', ' - +'];
const ENTRIES = ['', ''];

export const OLD_VALUES: readonly OldValue[] = [
  old(
    'a stream of the first form',
    body(15, length(1), string(NODE_ID), string(NODE), ...[2, 1, 5, 0].map(length)),
    'stream',
    XRANGE,
    ENTRIES,
  ),
  old(
    'a stream of the second form, with a group',
    body(
      19,
      ...[length(1), string(NODE_ID), string(NODE)],
      ...[2, 1, 5, 1, 0, 0, 0, 2, 1].map(length),
      ...[string('g'), length(1), length(0), length(1), length(1), PENDING],
      ...[length(1), string('c'), milliseconds(7), length(1), NODE_ID],
    ),
    'stream',
    XRANGE,
    ENTRIES,
  ),
  old('a string', body(0, string('hello')), 'embstr', GET, ['hello']),
  old('an empty string', body(0, string('')), 'embstr', GET, ['']),
  old('a long string', body(0, string(WIDE)), 'raw', GET, [WIDE]),
  old('a string with a length of 8 bytes', body(0, length64(2), text('ab')), 'embstr', GET, ['ab']),
  old('digits', body(0, string('12')), 'int', GET, ['12']),
  old('8 bits', body(0, integer(-7, 8)), 'int', GET, ['-7']),
  old('16 bits', body(0, integer(-300, 16)), 'int', GET, ['-300']),
  old('32 bits', body(0, integer(70000, 32)), 'int', GET, ['70000']),
  old('a packed string', body(0, literals(LONG)), 'raw', GET, [LONG]),
  old(
    'a list',
    body(1, length(3), string('a'), integer(5, 8), literals(LONG)),
    'listpack',
    LRANGE,
    ['a', '5', LONG],
  ),
  old('a set', body(2, length(2), string('b'), string('a')), 'listpack', SMEMBERS, ['a', 'b']),
  old(
    'a set of integers',
    body(2, length(3), integer(9, 8), string('-1'), integer(300, 16)),
    'intset',
    SMEMBERS,
    ['-1', '300', '9'],
  ),
  old(
    'a set of both',
    body(2, length(3), integer(9, 8), string('a'), integer(1, 8)),
    'listpack',
    SMEMBERS,
    ['1', '9', 'a'],
  ),
  old(
    'a set with a long member',
    body(2, length(2), string(LONG), string('1')),
    'hashtable',
    SMEMBERS,
    ['1', LONG],
  ),
  old(
    'a sorted set of text scores',
    body(
      3,
      length(4),
      string('a'),
      textScore('1.5'),
      string('b'),
      textScore('-inf'),
      string('c'),
      textScore('inf'),
      string('d'),
      textScore('-2'),
    ),
    'listpack',
    ZRANGE,
    ['b', '-inf', 'd', '-2', 'a', '1.5', 'c', 'inf'],
  ),
  old(
    'a hash',
    body(4, length(2), string('f'), string('1'), string('g'), literals('value')),
    'listpack',
    HGETALL,
    ['f', '1', 'g', 'value'],
  ),
  old(
    'a hash with a long value',
    body(4, length(2), string('f'), string(LONG), string('g'), string('')),
    'hashtable',
    HGETALL,
    ['f', LONG, 'g', ''],
  ),
  old(
    'a sorted set',
    body(5, length(3), string('c'), double(3), string('a'), double(1), string('b'), double(2.5)),
    'listpack',
    ZRANGE,
    ['a', '1', 'b', '2.5', 'c', '3'],
  ),
  old(
    'a sorted set with a long member',
    body(
      5,
      length(3),
      string(LONG),
      double(Infinity),
      string('b'),
      double(0.5),
      string('a'),
      double(0.5),
    ),
    'skiplist',
    ZRANGE,
    ['a', '0.5', 'b', '0.5', LONG, 'inf'],
  ),
  old('a zipmap', body(9, string(zipmap(['f', '1', 'g', 'value']))), 'listpack', HGETALL, [
    'f',
    '1',
    'g',
    'value',
  ]),
  old(
    'a zipmap with free bytes',
    body(9, string(zipmap(['f', '1', 'g', ''], 3))),
    'listpack',
    HGETALL,
    ['f', '1', 'g', ''],
  ),
  old('a zipmap with a long value', body(9, string(zipmap([LONG, LONG]))), 'hashtable', HGETALL, [
    LONG,
    LONG,
  ]),
  old('a list as ziplist', body(10, string(ziplist(MIXED))), 'quicklist', LRANGE, texts(MIXED)),
  old('a list as wide ziplist', body(10, string(ziplist([WIDE, 'a', WIDE]))), 'quicklist', LRANGE, [
    WIDE,
    'a',
    WIDE,
  ]),
  old('an intset of 2 bytes', body(11, string(intset(2, [-3, 1, 70]))), 'intset', SMEMBERS, [
    '-3',
    '1',
    '70',
  ]),
  old(
    'an intset of 4 bytes',
    body(11, literals(intset(4, [-3, 1, 70000]).toString('latin1'))),
    'intset',
    SMEMBERS,
    ['-3', '1', '70000'],
  ),
  old('an intset of 8 bytes', body(11, string(intset(8, [-3, 2n ** 40n]))), 'intset', SMEMBERS, [
    '-3',
    '1099511627776',
  ]),
  old(
    'a sorted set as ziplist',
    body(12, string(ziplist(['a', 1, 'b', '1.5', 3, 'inf']))),
    'listpack',
    ZRANGE,
    ['a', '1', 'b', '1.5', '3', 'inf'],
  ),
  old(
    'a sorted set as ziplist, unsorted',
    body(12, string(ziplist(['a', 9, 'b', '1.5', 3, '-1e3']))),
    'listpack',
    ZRANGE,
    ['3', '-1000', 'b', '1.5', 'a', '9'],
  ),
  old('a hash as ziplist', body(13, string(ziplist(PAIRS))), 'listpack', HGETALL, texts(PAIRS)),
  old(
    'a quicklist',
    body(
      14,
      length(3),
      string(ziplist(['a', 1])),
      literals(ziplist([]).toString('latin1')),
      string(ziplist(MIXED)),
    ),
    'quicklist',
    LRANGE,
    ['a', '1', ...texts(MIXED)],
  ),
  old(
    'a quicklist of one node',
    body(14, length(1), string(ziplist(MIXED))),
    'listpack',
    LRANGE,
    texts(MIXED),
  ),
  old('a hash as listpack', body(16, string(listpack(PAIRS))), 'listpack', HGETALL, texts(PAIRS)),
  old(
    'a sorted set as listpack',
    body(17, string(listpack(['a', 1, 'b', '1.5', 3, 'inf']))),
    'listpack',
    ZRANGE,
    ['a', '1', 'b', '1.5', '3', 'inf'],
  ),
  old(
    'a sorted set as listpack, unsorted',
    body(17, string(listpack(['b', 1, 'a', 1, 'c', -1]))),
    'listpack',
    ZRANGE,
    ['c', '-1', 'a', '1', 'b', '1'],
  ),
  old(
    'a quicklist 2',
    body(
      18,
      length(3),
      length(2),
      string(listpack(['a', 1])),
      length(1),
      string('plain'),
      length(2),
      string(listpack(MIXED)),
    ),
    'quicklist',
    LRANGE,
    ['a', '1', 'plain', ...texts(MIXED)],
  ),
  old(
    'a quicklist 2 of one node',
    body(18, length(1), length(2), string(listpack(MIXED))),
    'listpack',
    LRANGE,
    texts(MIXED),
  ),
  old(
    'a quicklist 2 of a plain node',
    body(18, length(1), length(1), string('p')),
    'quicklist',
    LRANGE,
    ['p'],
  ),
  old(
    'a quicklist 2 of a wide plain node',
    body(18, length(1), length(1), string(WIDE)),
    'quicklist',
    LRANGE,
    [WIDE],
  ),
  old(
    'a list of loose entries',
    body(18, length(1), length(2), string(listpack(LOOSE))),
    'listpack',
    LRANGE,
    ['5', '-1', '1', 'a'],
  ),
  old(
    'a list of an unknown count',
    body(18, length(1), length(2), string(listpack(['a', 'b'], 0xffff))),
    'listpack',
    LRANGE,
    ['a', 'b'],
  ),
  old(
    'a set as listpack',
    body(20, string(listpack(['b', 5, 'a', LONG]))),
    'listpack',
    SMEMBERS,
    ['5', 'a', 'b', LONG].sort(),
  ),
  old(
    'a hash with early deadlines',
    body(
      22,
      length(2),
      length64(LATER),
      string('f'),
      string('1'),
      length(0),
      string('g'),
      string('2'),
    ),
    'listpackex',
    HGETALL,
    ['f', '1', 'g', '2'],
  ),
  old(
    'a packed hash with early deadlines',
    body(23, string(listpack(['f', '1', LATER, 'g', 2, 0]))),
    'listpackex',
    HGETALL,
    ['f', '1', 'g', '2'],
  ),
  old(
    'a hash with deadlines',
    body(
      24,
      milliseconds(LATER),
      length(3),
      length(1),
      string('f'),
      string('1'),
      length(0),
      string('g'),
      string('2'),
      length(5001),
      string('h'),
      string(LONG),
    ),
    'hashtable',
    HGETALL,
    ['f', '1', 'g', '2', 'h', LONG],
  ),
  old(
    'a packed hash with deadlines',
    body(
      25,
      milliseconds(LATER),
      string(listpack(['f', 1, LATER, 'h', '', LATER + 5000, 'g', 2, 0])),
    ),
    'listpackex',
    HGETALL,
    ['f', '1', 'h', '', 'g', '2'],
  ),
];

function old(
  name: string,
  bytes: Buffer,
  encoding: string,
  read: OldValue['read'],
  items: readonly string[],
): OldValue {
  return { name, body: bytes, encoding, read, items };
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function texts(items: readonly (string | number | bigint)[]): string[] {
  return items.map(String);
}

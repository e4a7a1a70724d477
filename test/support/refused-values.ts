// Bodies of payloads that are none: RESTORE refuses them whatever their checksum.
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

const LONG = 'x'.repeat(300);

export const REFUSED_VALUES: readonly (readonly [name: string, body: Uint8Array])[] = [
  ['nothing', Buffer.of()],
  ['a type alone', body(0)],
  ...[6, 7, 8, 26, 27, 100, 250, 255].map(
    (type) => [`type ${type}`, body(type, length(1), string('a'), string('b'))] as const,
  ),
  ['bytes behind a string', body(0, string('a'), string('b'))],
  ['bytes behind a list', body(1, length(1), string('b'), string('b'))],
  ['a length of 2 GiB', body(0, Buffer.of(0x80, 0x7f, 0xff, 0xff, 0xff), string('a'))],
  ['a length of 2^64 - 1', body(0, Buffer.of(0x81), Buffer.alloc(8, 255), string('a'))],
  ['a length of an unknown form', body(0, Buffer.of(0x82), Buffer.alloc(9))],
  ['a string of an unknown code', body(0, Buffer.of(0xc4), Buffer.alloc(9))],
  ['LZF of a wrong size', body(0, Buffer.of(0xc3, 3, 4, 1, 97, 98))],
  ['LZF that refers to before its beginning', body(0, Buffer.of(0xc3, 5, 5, 1, 97, 98, 0x20, 2))],
  ['LZF that claims 1 GiB', body(0, Buffer.of(0xc3, 3, 0x80, 0x40, 0, 0, 0, 1, 97, 98))],
  ['LZF that ends in the midst', body(0, Buffer.of(0xc3, 3, 32, 4, 97, 98))],
  ['LZF of a coded length', body(0, Buffer.of(0xc3, 0xc3, 2, 1, 97, 98))],
  ['a coded count', body(1, Buffer.of(0xc1), string('a'))],
  ['a list of more items than bytes', body(1, length64(2 ** 40), string('a'))],
  ['a set of more members than bytes', body(2, length64(2 ** 40), string('a'))],
  ['a hash of more fields than bytes', body(4, length64(2 ** 40), string('a'), string('b'))],
  ['a sorted set of more members', body(5, length64(2 ** 40), string('a'), double(1))],
  ...[1, 2, 3, 4, 5, 14, 18].map((type) => [`type ${type}, empty`, body(type, length(0))] as const),
  ['a member twice', body(2, length(3), string('a'), string('b'), string('a'))],
  ['an integer twice', body(2, length(2), string('5'), integer(5, 8))],
  ['a long member twice', body(2, length(2), string(LONG), literals(LONG))],
  ['a field twice', body(4, length(2), string('f'), string('1'), string('f'), string('2'))],
  ['a field twice, with a long value', twiceBehind(LONG)],
  ['a scored member twice', body(5, length(2), string('a'), double(1), string('a'), double(2))],
  ['a long scored member twice', twiceScored(LONG)],
  ['a score that is no number', body(5, length(1), string('a'), double(Number.NaN))],
  ['a score of text that is none', body(3, length(1), string('a'), textScore('nan'))],
  ['a score of other text', body(3, length(1), string('a'), textScore('1x'))],
  ['an empty score', body(3, length(1), string('a'), textScore(''))],
  ['an empty intset', body(11, string(intset(2, [])))],
  ['an intset that descends', body(11, string(intset(2, [2, 1])))],
  ['an intset with an integer twice', body(11, string(intset(8, [1, 2n ** 40n, 2n ** 40n])))],
  ['an intset of 3 bytes', body(11, string(changed(intset(2, [1, 2]), 0, 3)))],
  ['an intset that says more', body(11, string(changed(intset(2, [1, 2]), 4, 3)))],
  ['an intset without a header', body(11, string('abc'))],
  ['an empty node', body(18, length(1), length(2), string(''))],
  ['nodes without items', body(18, length(2), ...twice(length(2), string(listpack([]))))],
  ['ziplists without items', body(14, length(1), string(ziplist([])))],
  ['a ziplist without items', body(10, string(ziplist([])))],
  ['an empty plain node', body(18, length(1), length(1), string(''))],
  ['a node of form 3', body(18, length(1), length(3), string(listpack(['a'])))],
  ...packedOf('listpack', listpack, [20, 16, 17]),
  ...packedOf('ziplist', ziplist, [13, 12]),
  ['a listpack with a set member twice', body(20, string(listpack(['a', 'b', 'a'])))],
  ['a listpack with one in two forms', body(20, string(listpack([5, [0xf1, 5, 0]])))],
  ['a listpack with a digit twice', body(20, string(listpack([1, '1'])))],
  ['a listpack with a score of text', body(17, string(listpack(['a', 'b'])))],
  ['a ziplist with a score of text', body(12, string(ziplist(['a', ''])))],
  ['an empty zipmap', body(9, string(zipmap([])))],
  ['a zipmap without an end', body(9, string(zipmap(['a', 'b']).subarray(0, -1)))],
  ['a zipmap that says more', body(9, string(changed(zipmap(['a', 'b']), 0, 2)))],
  ['a zipmap with a field twice', body(9, string(zipmap(['a', 'b', 'a', 'c'])))],
  ['a zipmap without a value', body(9, string(Buffer.of(1, 1, 97, 255)))],
  ['a zipmap with a wide field', body(9, string(Buffer.of(1, 254, 255, 255, 255, 255, 97, 255)))],
  ['deadlines beyond 48 bits', body(24, milliseconds(2 ** 48), ...field(1))],
  ['deadlines of a negative time', body(24, Buffer.alloc(8, 255), ...field(1))],
  ['a deadline beyond 48 bits', body(24, milliseconds(2 ** 48 - 2), ...field(2))],
  [
    'an early deadline beyond 48 bits',
    body(22, length(1), length64(2 ** 48), ...field(0).slice(2)),
  ],
  ['a packed deadline below 0', body(25, milliseconds(1), string(listpack(['f', 'v', -1])))],
  ['a packed deadline of text', body(25, milliseconds(1), string(listpack(['f', 'v', 'x'])))],
  ['a field without a deadline', body(25, milliseconds(1), string(listpack(['f', 'v'])))],
  ['a timed field twice', body(23, string(listpack(['f', 'v', 0, 'f', 'w', 5])))],
  ['a stream whose node has another ID', streamOf(listpack([1, 0, 1, 'f', 0, 2, 1, 0, 'v', 4]))],
  ['a stream whose node counts otherwise', streamOf(listpack([2, 0, 1, 'f', 0, 2, 0, 0, 'v', 4]))],
  [
    'a stream whose node has flags of text',
    streamOf(listpack([1, 0, 1, 'f', 0, 'x', 0, 0, 'v', 4])),
  ],
  ['a stream with a wrong number of parts', streamOf(listpack([1, 0, 1, 'f', 0, 2, 0, 0, 'v', 5]))],
  ['a stream with more fields than parts', streamOf(listpack([1, 0, 9, 'f', 0, 2, 0, 0, 'v', 4]))],
  ['a stream node without entries', streamOf(listpack([0, 0, 1, 'f', 0]))],
  ['a stream node that is none', streamOf(Buffer.from('abc'))],
  ['a stream whose node key is short', body(21, length(1), string('abc'), string(listpack([1])))],
];

/** A list, set, hash or sorted set in one string that is wrong in many ways. */
function packedOf(
  form: string,
  make: (items: readonly string[]) => Buffer,
  types: readonly number[],
): (readonly [string, Uint8Array])[] {
  const good = make(['ab', '1', 'cd', '2']);
  const isZiplist = form === 'ziplist';
  const sizeOfHeader = isZiplist ? 10 : 6;
  const wrong: (readonly [string, Uint8Array])[] = [
    ['empty', make([])],
    ['without a header', good.subarray(0, 5)],
    ['without an end', changed(good, good.length - 1, 0)],
    ['with a wrong size', changed(good, 0, good[0] + 1)],
    ['with a wrong count', changed(good, sizeOfHeader - 2, 3)],
    ['with an end in its midst', changed(good, sizeOfHeader, 0xff)],
    [
      'with an entry that goes on',
      changed(good, sizeOfHeader + (isZiplist ? 1 : 0), isZiplist ? 0x3f : 0xbf),
    ],
    [
      'with an entry of no form',
      changed(good, sizeOfHeader + (isZiplist ? 1 : 0), isZiplist ? 0xc1 : 0xf5),
    ],
    ['with a wrong way back', changed(good, sizeOfHeader + (isZiplist ? 4 : 3), 9)],
  ];
  if (isZiplist) wrong.push(['with a wrong tail', changed(good, 4, 11)]);
  return types.flatMap((type) => [
    ...wrong.map(
      ([name, bytes]) => [`a ${form} ${name} (${type})`, body(type, string(bytes))] as const,
    ),
    ...(type === 20
      ? []
      : [
          [
            `a ${form} with half a pair (${type})`,
            body(type, string(make(['ab', '1', 'cd']))),
          ] as const,
          [
            `a ${form} with a field twice (${type})`,
            body(type, string(make(['a', '1', 'a', '2']))),
          ] as const,
        ]),
  ]);
}

function changed(bytes: Uint8Array, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}

function twice(...parts: Buffer[]): Buffer[] {
  return [...parts, ...parts];
}

function twiceBehind(value: string): Buffer {
  return body(
    4,
    length(3),
    string('f'),
    string('1'),
    string('g'),
    string(value),
    string('f'),
    string('2'),
  );
}

function twiceScored(member: string): Buffer {
  return body(5, length(2), string(member), double(1), string(member), double(1));
}

/** One field with this deadline. */
function field(deadline: number): Buffer[] {
  return [length(1), length(deadline), string('f'), string('v')];
}

/** A stream of one entry, 1-0, whose node is this. */
function streamOf(node: Buffer): Buffer {
  const id = Buffer.from('00000000000000010000000000000000', 'hex');
  return body(15, length(1), string(id), string(node), ...[1, 1, 0, 0].map(length));
}

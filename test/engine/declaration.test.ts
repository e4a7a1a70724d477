// What is derived from a declaration: arity, key specifications, the keys of a call, flags,
// categories.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ADMIN,
  BLOCKING,
  CONSTANT_TIME,
  CONSTANT_TIME_ALONE,
  Command,
  type CommandDeclaration,
  FAST,
  MAY_REPLICATE,
  NO_MANDATORY_KEYS,
  NO_MULTI,
  PUBSUB,
  READONLY,
  RUNS_IN_SLICES,
  WRITE,
} from '../../src/engine/command.ts';
import {
  ACCESS,
  type Argument,
  arityOf,
  block,
  DELETE,
  double,
  INCOMPLETE,
  INSERT,
  integer,
  key,
  multiple,
  multipleToken,
  NOT_KEY,
  OW,
  oneof,
  optional,
  pattern,
  RO,
  RW,
  string,
  token,
  UPDATE,
  unixTime,
  VARIABLE_FLAGS,
} from '../../src/engine/declaration/arguments.ts';
import { categoriesOf, flagNames } from '../../src/engine/declaration/categories.ts';
import { KeyPositions } from '../../src/engine/declaration/key-positions.ts';
import {
  accessFlagNames,
  addSpecifiedKeys,
  firstKeyOf,
  haveKeys,
  type KeySpecification,
  keySpecificationsOf,
  legacyRangeOf,
} from '../../src/engine/declaration/key-specifications.ts';
import { Request } from '../../src/engine/request.ts';

const KEYS = multiple(key('key', RO));
const NUMKEYS = integer('numkeys');
const PAIRS = multiple(block('data', [key('key', OW), string('value')]));
const OPTIONS = optional(oneof('option', [token('a', 'A'), integer('b', { token: 'B' })]));

/** The arguments after a command's name, and its arity. */
const ARITIES: [args: Argument[], arity: number][] = [
  [[], 1],
  [[key('key', RO)], 2],
  [[key('key', RO), string('value'), OPTIONS], -3],
  [[KEYS], -2],
  [[PAIRS], -3],
  [[NUMKEYS, KEYS, optional(integer('limit', { token: 'LIMIT' }))], -3],
  [[KEYS, double('timeout')], -3],
  [[oneof('where', [token('left', 'LEFT'), token('right', 'RIGHT')])], 2],
  [[oneof('how', [token('now', 'NOW'), unixTime('at', { token: 'AT' })])], -2],
  [[string('id', { token: 'ID' })], 3],
  [[block('limit', [integer('offset'), optional(integer('count'))], { token: 'LIMIT' })], -3],
  [[multipleToken(pattern('pattern', { token: 'GET' }))], -3],
];

test('arity follows from the arguments', () => {
  for (const [args, arity] of ARITIES) {
    assert.equal(arityOf(1, args), arity, JSON.stringify(args));
    assert.equal(arityOf(2, args), arity < 0 ? arity - 1 : arity + 1);
  }
});

/** Arguments, and [first, last, step] of the specifications that follow from them. */
const SPECIFIED: [args: Argument[], ...[first: number, last: number, step: number][]][] = [
  [[]],
  [[string('message')]],
  [[key('key', RO)], [1, 0, 1]],
  [
    [string('operation'), key('target', OW), KEYS],
    [2, 0, 1],
    [3, -1, 1],
  ],
  [
    [key('key', RW), key('newkey', OW)],
    [1, 0, 1],
    [2, 0, 1],
  ],
  [
    [key('key1', RO), key('key2', RO)],
    [1, 1, 1],
  ],
  [[KEYS], [1, -1, 1]],
  [
    [KEYS, double('timeout')],
    [1, -2, 1],
  ],
  [[PAIRS], [1, -1, 2]],
  [[OPTIONS, key('key', RO)]],
  [
    [block('range', [integer('from'), integer('to')]), key('key', RO)],
    [3, 0, 1],
  ],
  [
    [string('id', { token: 'ID' }), key('key', RO)],
    [3, 0, 1],
  ],
];

test('key specifications follow from the arguments', () => {
  for (const [args, ...expected] of SPECIFIED) {
    const found = keySpecificationsOf(1, args).map(({ first, last, step }) => [first, last, step]);
    assert.deepEqual(found, expected, JSON.stringify(args));
    const behind = keySpecificationsOf(2, args).map(({ first }) => first - 1);
    assert.deepEqual(
      behind,
      expected.map(([first]) => first),
    );
  }
});

test('keys behind their number are counted', () => {
  assert.deepEqual(keySpecificationsOf(1, [key('destination', OW), NUMKEYS, KEYS]), [
    { first: 1, last: 0, step: 1, access: OW },
    { first: 2, last: 0, step: 1, access: RO, isCounted: true },
  ]);
});

const ONE: KeySpecification = { first: 1, last: 0, step: 1, access: RO };
const ALL: KeySpecification = { first: 1, last: -1, step: 1, access: RO };
const COUNTED: KeySpecification = { ...ONE, isCounted: true };
const UNKNOWN: KeySpecification = { ...ONE, first: 0, isUnknown: true };
const STREAMS: KeySpecification = { ...ALL, keyword: 'STREAMS', limit: 2 };
const AFTER_KEYS: KeySpecification = { ...ALL, first: -2, keyword: 'KEYS' };
const AFTER_STORE: KeySpecification = { ...ONE, first: 4, access: OW, keyword: 'STORE' };

/** Specifications, a call, and the arguments of it that are keys. */
const CALLS: [specifications: KeySpecification[], call: string, keys: string][] = [
  [[], 'PING a', ''],
  [[ONE], 'GET a', 'a'],
  [[ALL], 'DEL a b c', 'a b c'],
  [[{ ...ALL, step: 2 }], 'MSET a 1 b 2', 'a b'],
  [[{ ...ALL, step: 2 }], 'MSET a 1 b', 'a b'],
  [[{ ...ALL, last: -2 }], 'BLPOP a b 0', 'a b'],
  [[{ ...ALL, last: -2 }], 'BLPOP 0', ''],
  [[{ ...ONE, last: 1 }], 'LCS a b', 'a b'],
  [[{ ...ONE, last: 1 }], 'LCS a', ''],
  [[COUNTED], 'ZINTER 2 a b LIMIT', 'a b'],
  [[COUNTED], 'ZINTER 3 a b', ''],
  [[COUNTED], 'ZINTER 0 a b', ''],
  [[COUNTED], 'ZINTER -1 a b', ''],
  [[COUNTED], 'ZINTER x a b', ''],
  [[ONE, { ...COUNTED, first: 2 }], 'ZINTERSTORE d 1 a', 'd a'],
  [[STREAMS], 'XREAD COUNT 1 streams a b 0 0', 'a b'],
  [[STREAMS], 'XREAD COUNT 1 a b 0 0', ''],
  [[AFTER_KEYS], 'MIGRATE h p "" 0 1 KEYS a b', 'a b'],
  [[AFTER_KEYS], 'MIGRATE h p "" 0 1 x a b', ''],
  [[ONE, AFTER_STORE], 'GEORADIUS a 1 2 m STORE b', 'a b'],
  [[ONE, AFTER_STORE], 'GEORADIUS a 1 2 m', 'a'],
  [[ONE, UNKNOWN], 'SORT a', ''],
  [[{ ...ALL, access: NOT_KEY }], 'SSUBSCRIBE c', ''],
  [[{ ...ALL, access: RW | INCOMPLETE }], 'X a', ''],
];

test('the keys of a call', () => {
  for (const [specifications, call, keys] of CALLS) {
    for (const before of ['', 'COMMAND GETKEYS ']) {
      const words = `${before}${call}`.split(' ');
      const request = Request.of(words.map((word) => Buffer.from(word)));
      const from = before === '' ? 0 : 2;
      const found = new KeyPositions();
      addSpecifiedKeys(specifications, request, from, found);
      const names = [...found.indexes.subarray(0, found.count)].map((index) => words[index]);
      assert.equal(names.join(' '), keys, call);
    }
  }
});

test('a finder is asked where the specifications do not do', () => {
  const request = Request.of([Buffer.from('SET'), Buffer.from('a')]);
  const found = (parts: Partial<CommandDeclaration>): [number, number][] => {
    const keys = new KeyPositions();
    keys.add(0, 0);
    commandWith(parts).keysOf(request, keys);
    return [...keys.indexes.subarray(0, keys.count)].map((index, i) => [index, keys.accesses[i]]);
  };
  const findKeys = (_request: Request, _from: number, into: KeyPositions): void => into.add(1, RW);
  assert.deepEqual(found({ keySpecifications: [ONE], findKeys }), [[1, RO]]);
  for (const specification of [
    { ...ONE, access: RW | VARIABLE_FLAGS },
    { ...ONE, access: RW | INCOMPLETE },
    UNKNOWN,
    COUNTED,
  ]) {
    assert.deepEqual(found({ keySpecifications: [specification], findKeys }), [[1, RW]]);
    assert.deepEqual(found({ keySpecifications: [specification] }), []);
  }
});

/**
 * Specifications, and first, last and step for clients that know none; then: are others left out?
 */
const LEGACY: [KeySpecification[], number, number, number, boolean][] = [
  [[], 0, 0, 0, false],
  [[ONE], 1, 1, 1, false],
  [[ALL], 1, -1, 1, false],
  [[{ ...ALL, step: 2 }], 1, -1, 2, false],
  [[{ ...ALL, last: -2 }], 1, -2, 1, false],
  [[ONE, { ...ONE, first: 2 }], 1, 2, 1, false],
  [
    [
      { ...ONE, first: 2 },
      { ...ALL, first: 3 },
    ],
    2,
    -1,
    1,
    false,
  ],
  [[ONE, { ...ONE, first: 3 }], 1, 1, 1, true],
  [[ONE, { ...COUNTED, first: 2 }], 1, 1, 1, true],
  [[ONE, UNKNOWN, UNKNOWN], 1, 1, 1, true],
  [
    [
      { ...ONE, first: 3 },
      { ...AFTER_KEYS, access: INCOMPLETE },
    ],
    3,
    3,
    1,
    true,
  ],
  [[{ ...ONE, access: INCOMPLETE }], 1, 1, 1, true],
  [[COUNTED], 0, 0, 0, true],
  [[STREAMS], 0, 0, 0, true],
];

test('the range of keys for clients that know no specifications', () => {
  for (const [specifications, first, last, step, isMovable] of LEGACY) {
    const expected = { first, last, step, isMovable };
    assert.deepEqual(legacyRangeOf(specifications), expected, JSON.stringify(specifications));
  }
});

test('the first key', () => {
  assert.equal(firstKeyOf([]), 0);
  assert.equal(firstKeyOf([{ ...ONE, first: 2 }]), 2);
  assert.equal(firstKeyOf([COUNTED]), 2);
  assert.equal(firstKeyOf([STREAMS]), 0);
  assert.equal(firstKeyOf([UNKNOWN]), 0);
  assert.equal(haveKeys([{ ...ALL, access: NOT_KEY }]), false);
  assert.equal(haveKeys([STREAMS]), true);
});

test('names of what is done to a key', () => {
  assert.deepEqual(accessFlagNames(RW | ACCESS | DELETE), ['RW', 'access', 'delete']);
  assert.deepEqual(accessFlagNames(OW | UPDATE | VARIABLE_FLAGS), [
    'OW',
    'update',
    'variable_flags',
  ]);
  assert.deepEqual(accessFlagNames(RO | INSERT | NOT_KEY), ['RO', 'insert', 'not_key']);
});

/** Parts of a declaration, its flags and its categories. */
const NAMED: [Partial<CommandDeclaration>, flags: string, categories: string][] = [
  [{ flags: READONLY | FAST }, 'readonly fast', 'read string fast'],
  [{ flags: WRITE, group: 'generic' }, 'write', 'keyspace write slow'],
  [{ flags: WRITE, group: 'sorted-set' }, 'write', 'write sortedset slow'],
  [{ flags: ADMIN, group: 'server' }, 'admin', 'admin slow dangerous'],
  [{ flags: PUBSUB, group: 'pubsub' }, 'pubsub', 'pubsub slow'],
  [{ flags: WRITE | BLOCKING, group: 'list' }, 'write blocking', 'write list slow blocking'],
  [{ flags: READONLY, group: 'scripting' }, 'readonly', 'slow scripting'],
  [{ flags: MAY_REPLICATE, group: 'server' }, '', 'slow'],
  [{ flags: NO_MULTI | NO_MANDATORY_KEYS }, 'no_mandatory_keys no_multi', 'string slow'],
  [
    { group: 'generic', categories: ['dangerous'], flags: READONLY },
    'readonly',
    'keyspace read slow dangerous',
  ],
  [{ group: 'generic', categories: ['connection'] }, '', 'slow connection'],
  [{ group: 'connection', subcommands: [] }, '', 'slow'],
  [{ args: [NUMKEYS, KEYS], flags: READONLY }, 'readonly movablekeys', 'read string slow'],
];

test('names of flags and categories', () => {
  for (const [parts, flags, categories] of NAMED) {
    const command = commandWith(parts);
    assert.equal(flagNames(command).join(' '), flags, JSON.stringify(parts));
    assert.equal(categoriesOf(command).join(' '), categories, JSON.stringify(parts));
  }
});

/** Flags, and whether calls of two and of three words are timed with their turn. */
const TIMED_WITH_TURN: [flags: number, two: boolean, three: boolean][] = [
  [READONLY, false, false],
  [CONSTANT_TIME, true, true],
  [CONSTANT_TIME | BLOCKING, true, true],
  [CONSTANT_TIME | RUNS_IN_SLICES, true, true],
  [CONSTANT_TIME_ALONE, true, false],
  [CONSTANT_TIME_ALONE | RUNS_IN_SLICES, true, false],
  [RUNS_IN_SLICES, false, false],
];

test('calls that are timed with their turn', () => {
  const args = [key('key', RO), optional(integer('count'))];
  for (const [flags, two, three] of TIMED_WITH_TURN) {
    const { constantTimeWords } = commandWith({ args, flags });
    assert.deepEqual([2 <= constantTimeWords, 3 <= constantTimeWords], [two, three]);
  }
});

function commandWith(parts: Partial<CommandDeclaration>): Command {
  return new Command({
    name: 'X',
    group: 'string',
    documentations: () => ({}),
    flags: 0,
    args: [],
    run: () => {},
    ...parts,
  });
}

// The option parser: words in any case and order, values behind some, groups whose members exclude
// each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  integer,
  key,
  oneof,
  optional,
  RO,
  string,
  token,
} from '../../src/engine/declaration/arguments.ts';
import { OptionParser, valueArgument } from '../../src/engine/declaration/options.ts';
import { Reply } from '../../src/engine/reply.ts';
import { isRefused, Request } from '../../src/engine/request.ts';

// CMD key [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL] [NAME name]
const parser = new OptionParser([
  key('key', RO),
  optional(oneof('condition', [token('nx', 'NX'), token('xx', 'XX')])),
  optional(token('get', 'GET')),
  optional(
    oneof('expiration', [
      integer('seconds', { token: 'EX' }),
      integer('milliseconds', { token: 'PX' }),
      token('keepttl', 'KEEPTTL'),
    ]),
  ),
  optional(string('name', { token: 'NAME' })),
]);

function requestOf(words: readonly string[]): Request {
  return Request.of(['CMD', 'k', ...words].map((word) => Buffer.from(word, 'latin1')));
}

/** The options found, as `WORD` or `WORD=value`, in alphabetical order; null when they are bad. */
function parse(words: readonly string[]): string[] | null {
  const request = requestOf(words);
  const values = new Int32Array(32);
  const reply = new Reply();
  const found = parser.parse(request, 2, values, reply);
  const text = Buffer.from(reply.take()).toString();
  assert.equal(text, isRefused(found) ? '-ERR syntax error\r\n' : '');
  if (isRefused(found)) return null;
  const texts: string[] = [];
  for (const word of ['EX', 'GET', 'KEEPTTL', 'NAME', 'NX', 'PX', 'XX']) {
    const bit = parser.bit(word);
    if ((found & bit) === 0) continue;
    const hasValue = ['EX', 'NAME', 'PX'].includes(word);
    const value = hasValue
      ? `=${Buffer.from(request.copy(valueArgument(values, bit))).toString()}`
      : '';
    texts.push(word + value);
  }
  return texts;
}

function check(line: string, expected: string | null): void {
  const words = line === '' ? [] : line.split(' ');
  assert.deepEqual(
    parse(words),
    expected === null ? null : expected.split(' ').filter(Boolean),
    line,
  );
}

test('options: in any case and order', () => {
  check('', '');
  check('NX', 'NX');
  check('nx', 'NX');
  check('Get xX', 'GET XX');
  check('EX 10 NX GET', 'EX=10 GET NX');
  check('name GET ex NAME', 'EX=NAME NAME=GET');
});

test('options: what excludes each other', () => {
  check('NX XX', null);
  check('XX GET NX', null);
  check('EX 1 PX 2', null);
  check('KEEPTTL EX 1', null);
  check('PX 1 KEEPTTL', null);
});

test('options: the same again changes nothing, the last value counts', () => {
  check('NX NX', 'NX');
  check('EX 1 EX 2', 'EX=2');
  check('GET GET', 'GET');
});

test('options: values', () => {
  check('EX', null);
  check('NX EX', null);
  check('EX EX', 'EX=EX');
  check('EX EX EX', null);
  check('NAME ', 'NAME=');
});

test('options: what is none', () => {
  for (const word of ['', 'N', 'NXX', 'NX\0', 'EXAT', '10', 'K', 'CMD']) {
    assert.equal(parse([word]), null, JSON.stringify(word));
    assert.equal(parse(['NX', word]), null, JSON.stringify(word));
  }
  assert.throws(() => parser.bit('NOPE'), /is not an option/);
});

test('options: random words against a plain reading of them', () => {
  const groups = [['NX', 'XX'], ['GET'], ['EX', 'PX', 'KEEPTTL'], ['NAME']];
  const read = (words: readonly string[]): string[] | null => {
    const found = new Map<string, string>();
    for (let i = 0; i < words.length; i++) {
      const word = words[i].toUpperCase();
      const group = groups.find((members) => members.includes(word));
      if (group === undefined) return null;
      if (group.some((other) => other !== word && found.has(other))) return null;
      const hasValue = ['EX', 'NAME', 'PX'].includes(word);
      if (hasValue && i + 1 === words.length) return null;
      found.set(word, hasValue ? `=${words[++i]}` : '');
    }
    return [...found].map(([word, value]) => word + value).sort();
  };
  const word = fc.constantFrom('NX', 'xx', 'Get', 'EX', 'px', 'KEEPTTL', 'name', '1', 'junk');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      assert.deepEqual(parse(words), read(words));
    }),
    { numRuns: 500 },
  );
});

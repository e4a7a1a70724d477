// Patterns, as lua5.1 has them: what they match, what they capture, and what is wrong with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptStopped } from '../../src/lua/errors.ts';
import { stringLibrary } from '../../src/lua/library/string.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import type { LuaFunction, LuaValue } from '../../src/lua/value.ts';
import { SeededRandom } from '../support/random.ts';
import { type Call, call, checkCalls, checkCallsOfRedis, tableOf } from './support/string-calls.ts';

const SEED = Number(process.env.REDSTART_SEED ?? 20261121);
const random = new SeededRandom(SEED);

/** Subject and pattern; find(), match(), gmatch() and gsub() are called with each. */
const lines: [string, string][] = [
  // Idioms of scripts.
  ['  trim me  ', '^%s*(.-)%s*$'],
  ['  trim me  ', '^%s+'],
  ['  trim me  ', '%s+$'],
  ['key = value', '^(%w+)%s*=%s*(%w+)$'],
  ['key=value, k2=v2', '(%w+)=(%w+)'],
  ['a,b,,c', '([^,]*)'],
  ['a,b,,c', '([^,]+)'],
  ['a,b,,c', '[^,]*,?'],
  ['bull:queue:id:42', '^(.*):(%d+)$'],
  ['bull:queue:id:42', '(.-):'],
  ['bull:queue:id:42', '([^:]+):?'],
  ['2026-11-21T10:00:00Z', '(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)'],
  ['{tag}rest', '{(.-)}'],
  ['http://host:80/path?q=1', '^(%a+)://([^/:]+):?(%d*)(/?[^?]*)%??(.*)$'],
  ['"quoted \\" text"', '"(.-)"'],
  ["x = \"it's\" .. 'so'", '(["\'])(.-)%1'],
  ['hello hello world', '(%w+) %1'],
  ['abcabc', '(a)(b)(c)%1%2%3'],
  ['f(a(b)c)d(e', '%b()'],
  ['f(a(b)c)d(e', '(%b())(.)'],
  ['aaab', '%baa'],
  ['xaaby', '%bab'],
  ['THE (quick) fox', '%f[%a]%a+'],
  ['THE (quick) fox', '%f[%A]'],
  ['THE (quick) fox', '()%f[%l]'],
  ['THE (quick) fox', '%f[%z]'],
  ['foo', '%f[%z]$'],
  ['foo', '%f[^%z]'],
  ['foo', 'o%f[%Z]'],
  ['\0foo', '%f[%z]'],
  ['hello', '()ll()'],
  ['hello', '(h)(e)(l)(l)(o)'],
  ['hello', '((h)(e(l)))'],
  ['hello', '(()(h)())'],
  ['hello', ''],
  ['hello', '()'],
  ['', ''],
  ['', '()'],
  ['', '^$'],
  ['', '.'],
  ['', '.*'],
  ['', '%s*$'],
  ['', 'a?'],
  ['', '[^a]'],
  // Anchors.
  ['hello', '^'],
  ['hello', '$'],
  ['hello', '^h'],
  ['hello', '^e'],
  ['hello', 'o$'],
  ['hello', 'l$'],
  ['hello', '^hello$'],
  ['a^b$c', '^b'],
  ['a^b$c', 'a^b'],
  ['a^b$c', 'b$c'],
  ['a^b$c', '$c'],
  ['a^b$c', '%^b%$'],
  ['a^b$c', '[$^]'],
  ['^^', '^^'],
  ['^^', '^^*'],
  ['$$', '$*'],
  ['$$', '^$$'],
  ['*a*', '^*'],
  ['*a*', '*'],
  ['*a*', '**'],
  ['+a-', '+'],
  ['+a-', '-'],
  ['+a-', 'a-'],
  ['?a', '?'],
  ['a?', 'a??'],
  ['(*)', '(*)'],
  ['(*)', '()*'],
  ['(*)', '(%*)'],
  ['a)', '%b()*'],
  // Repetitions.
  ['aaa', 'a*'],
  ['aaa', 'a+'],
  ['aaa', 'a-'],
  ['aaa', 'a-$'],
  ['aaa', 'a?'],
  ['aaa', 'a?a?a?a?'],
  ['aaa', '^a?a?a?a?$'],
  ['aaa', 'a*a'],
  ['aaa', 'a*aaa'],
  ['aaa', 'a*aaaa'],
  ['aaa', '^(a*)(a*)$'],
  ['aaa', '^(a-)(a*)$'],
  ['aaa', '^(a*)(a-)$'],
  ['aaa', '^(a?)(a-)(a?)$'],
  ['aabab', 'a.-b'],
  ['aabab', 'a.*b'],
  ['aabab', '.-b$'],
  ['aabab', '(a*(.)%w(%s*))'],
  ['aabab', 'a*b-a'],
  ['xxabcxx', 'x*(.-)x*$'],
  ['xxabcxx', '^x*(.-)x*$'],
  ['foo.bar.baz', '(.*)%.(.*)'],
  ['foo.bar.baz', '(.-)%.(.*)'],
  ['1234', '%d%d?'],
  ['1234', '%d-%d'],
  ['12.50', '^(%d+)%.?(%d-)0*$'],
  // Sets.
  ['a]b', '[]]'],
  ['a]b', '[^]]'],
  ['a]b', '[]-a]'],
  ['a-b', '[a-]'],
  ['a-b', '[-a]'],
  ['a-b', '[%a-]+'],
  ['a-b', '[a%-b]+'],
  ['a%b', '[%%]'],
  ['a%b', '[a-%]'],
  ['a%b', '[a-%%]'],
  ['a%b]', '[a-%%]]'],
  ['abcdef', '[b-d]+'],
  ['abcdef', '[d-b]+'],
  ['abcdef', '[^b-d]+'],
  ['abcdef', '[a-cd-f]+'],
  ['abcdef', '[a-c-f]+'],
  ['abc-f', '[a-c-f]+'],
  ['a.b', '[.]'],
  ['a.b', '[%.]'],
  ['a.b', '[^%w]'],
  ['a_b1', '[%w_]+'],
  ['a^b', '[a^]+'],
  ['a^b', '[%^]'],
  ['a[b', '[[]'],
  ['a[b', '[%[]'],
  ['a[b]', '[%[%]]'],
  ['\xe9\xc8\xff', '[\xe0-\xef]'],
  ['\xe9\xc8\xff', '%a'],
  ['\xe9\xc8\xff', '%A+'],
  ['\xe9\xc8\xff', '[\x80-\xff]+'],
  ['\xe9\xc8\xff', '\xc8'],
  ['\xe9\xc8\xff', '.-\xff'],
  // Zero bytes: a pattern ends there.
  ['a\0b', '%z'],
  ['a\0b', '.'],
  ['a\0b', 'a\0b'],
  ['a\0b', 'a\0%'],
  ['a\0b', 'a.\0('],
  ['a\0b', '[%z]'],
  ['a\0b', '[^%z]'],
  ['a\0b', '\0'],
  ['a\0b', '%a\0'],
  ['a\0b', '(.)\0)'],
  ['a\0b', '[a\0]'],
  ['a\0b', '%\0'],
  ['a\0b', '%b\0a'],
  ['a\0b', '%ba\0'],
  ['a\0b', '[^a]'],
  ['a\0b', '%c'],
  // Errors.
  ['abc', '%'],
  ['abc', 'a%'],
  ['abc', 'x%'],
  ['abc', 'c%'],
  ['abc', '['],
  ['abc', '[^'],
  ['abc', '[a'],
  ['abc', '[]'],
  ['abc', '[^]'],
  ['abc', '[%'],
  ['abc', '[%]'],
  ['abc', '[a-'],
  ['abc', 'x[a'],
  ['abc', 'b[a'],
  ['abc', '('],
  ['abc', '(a'],
  ['abc', '(x'],
  ['abc', 'a(b'],
  ['abc', '((a)'],
  ['abc', '()('],
  ['abc', ')'],
  ['abc', 'a)'],
  ['abc', 'x)'],
  ['abc', '(a))'],
  ['abc', '())'],
  ['abc', '%f'],
  ['abc', '%fa'],
  ['abc', 'x%fa'],
  ['abc', '%f['],
  ['abc', '%f[a'],
  ['abc', '%b'],
  ['abc', '%ba'],
  ['abc', 'x%b'],
  ['abc', '%bab'],
  ['abc', '%0'],
  ['abc', '%1'],
  ['abc', '%9'],
  ['abc', '(%1)'],
  ['abc', '(a%1)'],
  ['abc', '(a)%2'],
  ['abc', '(a)%1'],
  ['abc', '()%1'],
  ['abc', '()%1('],
  ['abc', '(a)()%2%'],
  ['abc', '(a)x%'],
  ['abc', 'a*%'],
  ['abc', 'd*%'],
  ['abc', 'a-%'],
  ['abc', 'a?%'],
  ['abc', 'a*['],
  ['abc', '.-)'],
  ['abc', 'c*)'],
  ['abc', '%g'],
  ['%g', '%g'],
  ['abc', '%q%Q'],
  ['abc', '()'.repeat(32)],
  ['abc', '()'.repeat(33)],
  ['abc', `x${'()'.repeat(33)}`],
  ['abc', `${'('.repeat(32)}a${')'.repeat(32)}`],
  ['abc', `${'('.repeat(33)}a`],
  ['abc', `${'a?'.repeat(300)}b`],
  ['abc', `${'(a?)'.repeat(30)}(b)`],
];

function callsOf(pairs: readonly (readonly [string, string])[]): Call[] {
  return pairs.flatMap(([subject, pattern]): Call[] => [
    ['find', subject, pattern],
    ['match', subject, pattern],
    ['gmatchAll', subject, pattern],
    ['gsub', subject, pattern, '<%0>'],
    ['gsub', subject, pattern, '%1'],
    ['gsub', subject, pattern, 'x', 1],
  ]);
}

const starts = [
  -9,
  -4,
  -3,
  -1,
  0,
  1,
  2,
  3,
  4,
  5,
  9,
  1.9,
  -1.9,
  2 ** 40,
  -(2 ** 40),
  1e300,
  -1e300,
  '2',
];
const startCalls: Call[] = ['b', '', '.', '^b', '^', '$', 'c$', '()', '%f[%w]', 'a-b', 'd'].flatMap(
  (pattern) =>
    starts.flatMap((start): Call[] => [
      ['find', 'abc', pattern, start],
      ['match', 'abc', pattern, start],
      ['find', 'abc', pattern, start, true],
    ]),
);

const plainCalls: Call[] = [
  ['find', 'a.c', '.', 1, true],
  ['find', 'a.c', '.', 1, false],
  ['find', 'a.c', '.', 1, 0],
  ['find', 'a.c', '.', undefined, 'yes'],
  ['find', 'a.c', '.', 3, true],
  ['find', 'a%', '%', 1, true],
  ['find', 'a(', '(', 1, true],
  ['find', 'a\0b', '\0b', 1, true],
  ['find', 'abc', 'c\0b'],
  ['find', 'a\0%', 'a\0%'],
  ['find', '', '', 1, true],
  ['find', 'abc', '', 4, true],
  ['find', 'abc', '', 5, true],
  ['find', 'aaab', 'ab'],
  ['find', 'aaab', 'ba'],
  ['find', 12321, 2],
  ['find', 12321, 2, 3],
  ['match', 12321, '%d', 3],
  ['gmatchAll', 123, 2],
  ['gmatchAll', 'aba', 'a'],
  ['find'],
  ['find', 'a'],
  ['find', undefined, 'a'],
  ['find', 'a', true],
  ['find', 'a', 'b', 'c'],
  ['find', 'a', 'b', { lua: '{}', make: () => tableOf({}) }],
  ['match'],
  ['match', 'a'],
  ['match', 'a', 'b', 'c'],
  ['gmatch'],
  ['gmatch', 'a'],
  ['gmatch', 'a', { lua: '{}', make: () => tableOf({}) }],
];

/** Texts that are far away, behind others that begin in the same way. */
function farCalls(): Call[] {
  const calls: Call[] = [];
  for (const count of [1, 15, 16, 17, 100]) {
    const subject = `${'abcdefX'.repeat(count)}${'.'.repeat(600)}abcdefg${'abcdefg'.repeat(3)}`;
    for (const text of ['abcdefg', 'abcdefgabc', 'abcdefh', 'fg', 'g', '.abcdefg']) {
      calls.push(['find', subject, text, 1, true], ['find', subject, `${text}%w`]);
      calls.push(['find', subject, text, 600], ['gsub', subject, text, '<%0>']);
    }
  }
  const text = `${'a'.repeat(1024)}b`;
  for (const offset of [0, 20, 1000]) {
    calls.push(['find', `${'a'.repeat(offset)}${text}c`, text, 1, true]);
    calls.push(['find', `${'a'.repeat(offset)}${text}c`, `${text}%d`]);
  }
  return calls;
}

/** Each class and each byte by itself, and all bytes. */
function byteCalls(): Call[] {
  const all = String.fromCharCode(...Array(256).keys());
  const calls: Call[] = [];
  for (let code = 0; code < 256; code++) {
    const byte = String.fromCharCode(code);
    for (const pattern of [
      byte,
      `%${byte}`,
      `[${byte}]`,
      `[^${byte}]`,
      `[%${byte}]`,
      `%${byte}+`,
    ]) {
      calls.push(['find', all, pattern], ['gsub', all, pattern, '']);
    }
    calls.push(
      ['find', all, byte, 1, true],
      ['find', all, `[${byte}-\xff]`],
      ['match', byte, '()[%c%p]()'],
    );
  }
  return calls;
}

/** Patterns that a grammar gives, well-formed for the most part. */
function randomPairs(count: number): [string, string][] {
  const singles = [
    'a',
    'b',
    'c',
    '.',
    '%a',
    '%d',
    '%s',
    '%w',
    '%.',
    '%%',
    '%W',
    '[ab]',
    '[^ab]',
    '[%w_]',
    '[a-c]',
    '[^%s]',
    '%z',
    '\xe9',
    ' ',
    '1',
    ',',
    ']',
    '-',
    '^',
    '$',
  ];
  const rare = [
    '(',
    ')',
    '%b()',
    '%bab',
    '%f[%w]',
    '%f[%W]',
    '%1',
    '%2',
    '()',
    '%',
    '[',
    '[^',
    '*',
    '+',
    '?',
    '%0',
    '\0',
  ];
  const repetitions = ['', '', '', '*', '+', '-', '?'];
  const letters = 'aaabbbccc  ,.1(()-_%X\0\n\xe9]^$';
  return Array.from({ length: count }, () => {
    let pattern = random.below(6) === 0 ? '^' : '';
    const itemsCount = 1 + random.below(5);
    for (let i = 0; i < itemsCount; i++) {
      const item =
        random.below(12) === 0
          ? random.pick(rare)
          : random.pick(singles) + random.pick(repetitions);
      pattern += random.below(5) === 0 ? `(${item})` : item;
    }
    if (random.below(8) === 0) pattern += '$';
    let subject = '';
    for (let size = random.below(14); size > 0; size--)
      subject += letters[random.below(letters.length)];
    return [subject, pattern];
  });
}

checkCalls('patterns', callsOf(lines));
checkCallsOfRedis('patterns', callsOf(lines));
checkCalls('starts', startCalls);
checkCalls('plain texts and arguments', plainCalls);
checkCalls('far texts', farCalls());
checkCalls('bytes', byteCalls());
checkCalls(`random patterns of seed ${SEED}`, callsOf(randomPairs(2500)));

// The reference needs the product of both sizes for these, up to a minute: what it says is known.
test('long texts that are far away', () => {
  for (const size of [1024, 2000, 30_000]) {
    const text = `${'a'.repeat(size)}b`;
    for (const offset of [40_000, 67_108, 67_109]) {
      const subject = `${'a'.repeat(offset)}${text}c`;
      assert.deepEqual(call('find', [subject, text, 1, true]), [offset + 1, offset + size + 1]);
      assert.deepEqual(call('find', [subject, `${text}%d`]), [undefined]);
      assert.deepEqual(call('find', [subject, `${text}%l`]), [offset + 1, offset + size + 2]);
    }
  }
});

test('long subjects need no stack', () => {
  const long = 'a'.repeat(1_000_000);
  const size = long.length;
  const found = (pattern: string): LuaValue[] => call('find', [`${long}b`, pattern]);
  assert.deepEqual(found('.-b'), [1, size + 1]);
  assert.deepEqual(found('^.*b$'), [1, size + 1]);
  assert.deepEqual(found('a-b'), [1, size + 1]);
  assert.deepEqual(found('^(.*)(b)$'), [1, size + 1, long, 'b']);
  assert.deepEqual(call('gsub', [long, 'a', 'bb']), ['b'.repeat(2 * size), size]);
  assert.deepEqual(call('match', [`(${long})`, '%b()']), [`(${long})`]);
  assert.deepEqual(call('find', [long.slice(0, 40_000), `^${'a?'.repeat(40_000)}$`]), [1, 40_000]);
});

test('a pattern far too long is an error', () => {
  const long = '%a'.repeat(200_000);
  assert.throws(() => call('find', ['a'.repeat(200_000), long]), { value: /pattern too complex$/ });
  assert.deepEqual(call('find', ['abc', long]), [undefined]);
  assert.deepEqual(
    call('find', [`${'a'.repeat(200_000)}1`, `${'a'.repeat(200_000)}%d`]),
    [1, 200_001],
  );
});

/** Patterns that need more time than anybody has. */
const bombs: [string, string, string, string?][] = [
  ['find', 'a'.repeat(200), `${'a*'.repeat(20)}b`],
  ['find', 'a'.repeat(100), `${'a?'.repeat(100)}${'a'.repeat(100)}b`],
  ['match', 'a'.repeat(1000), `${'.-'.repeat(12)}b`],
  ['gsub', 'a'.repeat(1000), `${'(a*)'.repeat(12)}b`, ''],
  ['gmatch', '('.repeat(10_000_000), '%b()'],
  ['find', 'a'.repeat(3_000_000), '(a*)%1b'],
  ['find', 'a'.repeat(10_000_000), `aaaaaab${'a'.repeat(5_000_000)}%d`],
  ['find', `${`${'a'.repeat(999)}b`.repeat(20_000)}`, 'a*c'],
  ['find', 'ab'.repeat(50_000_000), `${'ba'.repeat(20_000_000)}c`],
];

test('matching can be stopped', () => {
  for (const [name, subject, pattern, replacement] of bombs) {
    let ticksLeft = 3;
    const host = {
      tick() {
        if (--ticksLeft === 0) throw new ScriptStopped('time');
      },
      memorySize: () => 0,
      liveMemorySize: () => 0,
      clockSeconds: () => 0,
    };
    const library = stringLibrary(new Runtime(host, 2 ** 40));
    const run = (): void => {
      const callee = library.getString(name) as LuaFunction;
      const result = callee(subject, pattern, replacement);
      if (typeof result === 'function') result();
    };
    assert.throws(run, ScriptStopped, pattern.slice(0, 40));
  }
});

// Syntax trees of good sources, in the form of support/syntax-tree.ts, and names of chunks.
// That lua5.1 resolves names in the same way and gives the same lines was also seen by comparing
// its bytecode of 13,000 random programs with their trees.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { chunkNameOf, syntaxChunkNameOf } from '../../src/lua/syntax/chunk-name.ts';
import { parse } from '../../src/lua/syntax/parser.ts';
import { askReference } from './support/syntax-reference.ts';
import { treeOf } from './support/syntax-tree.ts';

function check(source: string, tree: string): void {
  assert.equal(treeOf(source), tree, source);
}

/** Checks an expression. */
function checkValue(source: string, tree: string): void {
  check(`return ${source}`, `return ${tree}`);
}

test('statements', () => {
  check('', '');
  check('x = 1', '$x = 1');
  check('x = 1; y = 2 z = 3;', '$x = 1; $y = 2; $z = 3');
  check('x, y.z, t[1] = 1, 2', '$x, $y["z"], $t[1] = 1, 2');
  check('f()', '$f()');
  check('f{}.x = 1', '$f({})["x"] = 1');
  check('(f).x = 1', '$f["x"] = 1');
  check('do end', 'do  end');
  check('do x = 1 end', 'do $x = 1 end');
  check('while x do f() break end', 'while $x do $f(); break end');
  check('repeat f() until x', 'repeat $f() until $x');
  check('if x then f() end', 'if $x then $f() end');
  check(
    'if x then elseif y then f() else g() end',
    'if $x then  elseif $y then $f() else $g() end',
  );
  check('for i = 1, 2 do f(i) end', 'for i = 1, 2 do $f(i) end');
  check('for i = a, b, c do end', 'for i = $a, $b, $c do  end');
  check('for k in f do g(k) end', 'for k in $f do $g(k) end');
  check('for k, v in f, s do g(v) end', 'for k, v in $f, $s do $g(v) end');
  check('return', 'return ');
  check('return;', 'return ');
  check('return 1, f()', 'return 1, $f()');
  check('do return end', 'do return  end');
  check('local x', 'local x');
  check('local x, y = 1', 'local x, y = 1');
});

test('expressions', () => {
  checkValue('nil, true, false', 'nil, true, false');
  checkValue('a.b.c[1]["d"]', '$a["b"]["c"][1]["d"]');
  checkValue('f(1)(2).x:g(3)"s"{4}[[t]]', '$f(1)(2)["x"]:g(3)("s")({4})("t")');
  checkValue('o:m{}:n""', '$o:m({}):n("")');
  checkValue('(a), (f()), ((f())), (a.b), (1)', '$a, ($f()), ($f()), $a["b"], 1');
  checkValue('..., (...), {..., (...)}', '..., (...), {..., (...)}');
  checkValue('(f()).x, (f())(), (f)()', '($f())["x"], ($f())(), $f()');
  checkValue('("s"):len()', '"s":len()');
  checkValue('{}', '{}');
  checkValue('{1, 2; 3,}', '{1, 2, 3}');
  checkValue('{a = 1, [b] = 2, c}', '{["a"] = 1, [$b] = 2, $c}');
  checkValue('{a == b, c.d, e = f}', '{($a == $b), $c["d"], ["e"] = $f}');
  checkValue('{x, y = 1, f(), z}', '{$x, ["y"] = 1, $f(), $z}');
  checkValue('function() end', 'function()  end');
  checkValue('function(a, b) return b end', 'function(a, b) return b end');
});

test('operators', () => {
  checkValue('a or b and c', '($a or ($b and $c))');
  checkValue('a and b or c', '(($a and $b) or $c)');
  checkValue('a or b or c', '(($a or $b) or $c)');
  checkValue('a == b < c', '(($a == $b) < $c)');
  checkValue('a < b and c ~= d', '(($a < $b) and ($c ~= $d))');
  checkValue('a .. b .. c', '($a .. ($b .. $c))');
  checkValue('(a .. b) .. c', '(($a .. $b) .. $c)');
  checkValue('a .. b == c .. d', '(($a .. $b) == ($c .. $d))');
  checkValue('1 + 2 .. 3 - 4', '((1 + 2) .. (3 - 4))');
  checkValue('a - b - c', '(($a - $b) - $c)');
  checkValue('a - (b - c)', '($a - ($b - $c))');
  checkValue('a + b * c % d - e / f', '(($a + (($b * $c) % $d)) - ($e / $f))');
  checkValue('a ^ b ^ c', '($a ^ ($b ^ $c))');
  checkValue('2 ^ -3', '(2 ^ (- 3))');
  checkValue('-x ^ 2', '(- ($x ^ 2))');
  checkValue('-x * y', '((- $x) * $y)');
  checkValue('not a == b', '((not $a) == $b)');
  checkValue('not not -#a', '(not (not (- (# $a))))');
  checkValue('-a .. b', '((- $a) .. $b)');
  checkValue('2 ^ - 3 ^ 4', '(2 ^ (- (3 ^ 4)))');
  checkValue('a <= b, a >= b, a > b', '($a <= $b), ($a >= $b), ($a > $b)');
  checkValue('-1, - -1', '(- 1), (- (- 1))');
});

test('names are resolved', () => {
  check('local x; x = x + y', 'local x=; x = (x + $y)');
  check('local x = x', 'local x = $x');
  check('local x, x = 1, 2; return x', 'local x, x2 = 1, 2; return x2');
  check('local x; local x = x; return x', 'local x; local x2 = x; return x2');
  check('local x do local x = x end x()', 'local x; do local x2 = x end; x()');
  check('do local x end x()', 'do local x end; $x()');
  check('while x do local x end x()', 'while $x do local x end; $x()');
  check('repeat local x until x x()', 'repeat local x until x; $x()');
  check('if x then local x else x() end', 'if $x then local x else $x() end');
  check('for i = i, i do i() end i()', 'for i = $i, $i do i() end; $i()');
  check('for k, v in k, v do v = k end', 'for k, v= in $k, $v do v = k end');
  check('for i = 1, 2 do local i = i end', 'for i = 1, 2 do local i2 = i end');
  check('function f(a, a) return a end', '$f = function f(a, a2) return a2 end');
  check('local f = function() return f end', 'local f = function() return $f end');
  check('local function f() return f end', 'local f& = function f() return ^f end');
  check(
    'local x; function f() x = 1; local x; x() end',
    'local x=&; $f = function f() ^x = 1; local x2; x2() end',
  );
  check(
    'local x; return function() return function() return x end end',
    'local x&; return function() return function() return ^x end end',
  );
  check(
    'return function(x) return function() x = x end, x end',
    'return function(x=&) return function() ^x = ^x end, x end',
  );
  check('local t; t.x = 1', 'local t; t["x"] = 1');
  check('local t; function t() end', 'local t=; t = function t()  end');
});

test('functions', () => {
  check('function a.b.c() end', '$a["b"]["c"] = function a.b.c()  end');
  check('function a.b:c(x) self(x) end', '$a["b"]["c"] = function a.b.c(self, x) self(x) end');
  check('local function f(...) end', 'local f = function f(...) local arg;  end');
  check('function f(a, ...) return arg end', '$f = function f(a, ...) local arg; return arg end');
  check('function f(...) arg = {} end', '$f = function f(...) local arg=; arg = {} end');
  check('function f(arg, ...) end', '$f = function f(arg, ...) local arg2;  end');
  // Where `...` stands, the local is nil.
  check('function f(...) return ... end', '$f = function f(...) local arg; return ... end');
  const inner = 'function(...) local arg2; return ... end';
  check(
    'function f(...) return function(...) return ... end end',
    `$f = function f(...) local arg; return ${inner} end`,
  );
  check('return arg, ...', 'return $arg, ...');
});

test('a vararg function has the table `arg` unless `...` stands in it', () => {
  const needs: [source: string, needsTable: boolean][] = [
    ['function f(...) end', true],
    ['function f(...) return arg end', true],
    ['function f(...) return ... end', false],
    ['function f(...) return function(...) return ... end end', true],
    ['function f() end', false],
  ];
  for (const [source, needsTable] of needs) {
    const { body } = parse(source, 'test');
    const [statement] = body.block;
    assert.ok(statement.kind === 'assign' && statement.values[0].kind === 'function');
    assert.equal(statement.values[0].body.argLocal !== null, needsTable, source);
    assert.equal(body.argLocal, null);
  }
});

test('literals', () => {
  const literals = String.raw`
'' "a" 'a"b' "a'b" [[a]] [=[a]]b]=] [[]] [==[]==] [[\n]] [[a]b]] [==[x]=]]==] [=[[[]]]=]
"\a\b\f\n\r\t\v\\\"\'" "\q\z\A\.\x41\u" "\0\00\000\1x\0012" "\65\066\0677" "\255\127"
0 1 123 0123 1.5 .5 5. 5.e2 1e5 1E5 1e+5 1e-5 1.5e3 .5E-3 0e0 123456789012345 1234567890123456789
1e308 1e309 1e-324 5e-324 0.1 4.35 2.2250738585072011e-308 9007199254740993 179769313486231580e291
0x0 0xF 0Xff 0xABCDEF0123456789 0x10000000000000000 0x1p4 0xAP10 0x1P1 0xep1 0xfffffffffffffbff
0x20000000000001 0x20000000000003p3 0x0p9999 0x1p1023 0x1p1024 00 1e0000005
`.split(/[\n ]+/);
  checkLiterals(literals.filter((literal) => literal !== ''));
  checkLiterals(['[[\na]]', '[[\r\na]]', '[[\n\ra\rb\r\nc\n\rd\n\ne]]', '[[\r\r\n]]', '[[a\0b]]']);
  checkLiterals(['"\\\n"', '"\\\r"', '"\\\r\nx"', '"\\\n\rx"', '"a\0b"', '"\x80\xff"', '"\\\0x"']);
  checkLiterals(['" "', '"\\ "', '[[ ]]', '3\0', '3\0x', '3\0+x', '0.5\0\0']);
});

/** Compares the values of literals with what lua5.1 makes of them, numbers to the last bit. */
function checkLiterals(literals: readonly string[]): void {
  const answer = `function(source)
    local value = assert(loadstring('return ' .. source))()
    return type(value) == 'number' and ('%.17g'):format(value) or value
  end`;
  const expected = askReference(answer, literals);
  for (const [index, literal] of literals.entries()) {
    const [statement] = parse(`return ${literal}`, 'test').body.block;
    assert.ok(statement.kind === 'return');
    const [node] = statement.values;
    if (node.kind === 'string') assert.equal(node.value, expected[index], literal);
    else assert.ok(node.kind === 'number' && node.value === numberOf(expected[index]), literal);
  }
}

function numberOf(text: string): number {
  return text === 'inf' ? Number.POSITIVE_INFINITY : Number(text);
}

test('comments', () => {
  check('-- x = 1', '');
  check('x = 1 -- y\ny = 2', '$x = 1; $y = 2');
  check('--[[ x = 1\n]] y = 2', '$y = 2');
  check('--[==[ x ]] y ]=] ]==] z = 2', '$z = 2');
  check('--[ x = 1\ny = 2', '$y = 2');
  check('--[=x\ny = 2', '$y = 2');
  check('---[[\ny = 2', '$y = 2');
  check('x --[[]]= --\r\n1', '$x = 1');
});

test('names that are globals', () => {
  const source = `local a, b = c.d, e["f"] g.h = {i = j} b.k:l(a, "m", n[o])
    function p.q:r() return s end local function t() end`;
  const names = [...parse(source, 'test').globals].sort();
  assert.equal(names.join(' '), 'c e g j n o p s');
});

test('deep and long sources', () => {
  const count = 100000;
  const tooDeep = [
    '(',
    '- ',
    'not ',
    '{',
    'f(',
    'a[',
    '{y=',
    'a..',
    'a^',
    'function() return ',
    '-f{',
  ];
  for (const piece of tooDeep) checkDepth(`x = ${piece.repeat(count)}`, false);
  for (const piece of ['do ', 'if x then ', 'while x do ', 'repeat ']) {
    checkDepth(piece.repeat(count), false);
  }
  for (const piece of ['.b', '()', '[1]', ':b()', '+b', ' and b', ' == b']) {
    checkDepth(`x = a${piece.repeat(count)}`, true);
  }
  checkDepth(`function a${'.b'.repeat(count)}() end`, true);
  checkDepth(`if x then ${'elseif x then '.repeat(count)} end`, true);
  checkDepth(`x = {${'1,'.repeat(count)}}`, true);
  checkDepth('x = 1 '.repeat(count), true);
});

function checkDepth(source: string, isGood: boolean): void {
  let message = '';
  try {
    parse(source, 'test');
  } catch (error) {
    message = error instanceof LuaError ? String(error.value) : String(error);
  }
  assert.equal(message, isGood ? '' : 'test:1: chunk has too many syntax levels');
}

test('levels of calls out of C count', () => {
  const source = `x = ${'('.repeat(197)}1${')'.repeat(197)}`;
  for (const [level, isGood] of [
    [0, true],
    [1, true],
    [2, false],
  ] as const) {
    const run = () => parse(source, 'test', 'test', level);
    if (isGood) run();
    else assert.throws(run, { value: 'test:1: chunk has too many syntax levels' });
  }
});

test('errors may have another name for the chunk', () => {
  assert.equal(parse('', 'name', 'error name').name, 'name');
  assert.throws(() => parse('x', 'name', 'error name'), {
    value: "error name:1: '=' expected near '<eof>'",
  });
});

test('chunk names', () => {
  const texts = [
    'x',
    'x\ny',
    'x\ry',
    'x\r\n',
    '\n',
    '',
    'x\0y',
    '=',
    '@',
    '=x',
    '@x',
    '=x\ny',
    '=a\0',
  ];
  const names = [...texts, '@a\0b', '=@', '@=', '"', '\\', 'é'];
  for (const length of [42, 43, 44, 50, 51, 52, 53, 58, 59, 60, 62, 63, 64, 71, 72, 73, 79, 80]) {
    const letters = 'abcdefghij'.repeat(9).slice(0, length);
    names.push(letters, `${letters}\nx`, `=${letters}`, `@${letters}`);
  }
  const running = "function(name) return debug.getinfo(loadstring('', name), 'S').short_src end";
  const loading = `function(name)
    return (select(2, loadstring('x', name)):gsub(":1: '=' expected near '<eof>'$", ''))
  end`;
  assert.deepEqual(names.map(chunkNameOf), askReference(running, names));
  assert.deepEqual(names.map(syntaxChunkNameOf), askReference(loading, names));
});

// Errors of tokens and of limits: what Lua 5.1.5 says of bad sources, to the letter. Each line is
// one source; support/syntax-reference.ts says what stands for newlines and the like.
import { test } from 'node:test';
import { checkMessages, linesOf } from './support/syntax-reference.ts';

test('bad tokens', () => {
  const sources = linesOf(String.raw`
x = "
x = '
x = "abc
x = 'abc
x = "abc'
x = "abc¶"
x = "abc␍"
x = 'a"b¶c'
x = "a\
x = "a\n
x = "a\65b¶
x = "a\
x = "a\¶b¶c"
x = "a\¶b
x = "a\q\t¶"
x = "\256"
x = "abc\999def"
x = "a\300
x = 'a\12\345'
x = "\2550\256"
x = "\00\0001\400"
x = "a␀b¶"
"a␀b" = 1
x = "a␁b" y
"a\0b" = 1
"\65\66" = 1
'a\'b' = 1
"a\
x = [[
x = [[abc
x = [[abc]
x = [[abc¶def¶
x = [=[abc]]
x = [==[abc]=]
x = [==[abc]==
x = [=
x = [=abc
x = [==
x = [==abc]==]
x = [=a[b]]
x[=1] = 2
x = [[a [[ b]] c]]
x = [[¶[[
x = [[ [[[
x = [=[ [[ ]=] [[ [[ ]]
[[abc]] = 1
[=[abc]=] = 1
[==[¶a¶b]==] = 1
[==[␍a␍¶b¶␍c]==] = 1
[[a␀b]] = 1
[[]] = 1
--[[
--[[ abc
--[[¶¶
--[==[ abc ]]
--[==[ abc ]=]
--[[ [[ ]]
--[=[ [=[ ]=] ]=]
x --[[ ]] y
x --[==[¶¶]==] y
x --[=¶y
x -- y
x --¶--¶--¶y
3
3x = 1
x = 3x
x = 3_
x = 3..4
x = 3...4
x = 3.4.5
x = 3.x
x = .3x
x = .3.
x = 3e
x = 3e+
x = 3e-
x = 3E+x
x = 3e5x
x = 3e5.5
x = 3e++5
x = 3ee5
x = .e5
x = 0x
x = 0xg
x = 0x1g
x = 0x.8
x = 0x1.8
x = 0x1p
x = 0x1p-4
x = 0xp1
x = 0x1p4x
x = 0x1p1e5
x = 0X
x = 0b1
x = 0o7
x = 0B11
x = 00x1
x = 0.x1
x = 1n
x = 1e1e1
x = 12345678901234567890x
x = 1 1.5
x = 1 0x1F
x = 1 .5
x = 1 1e10
x = 1_000
x = 1inf
x = 0xinf
x = 0nan
x = 3␀.4 5
x = 3␀+y 5
x = 3e␀x y
x = 3e␀5
x = 3␀x␀ y
x = 3x␀y
x = a .␀ b c
x = a.␀.b
x = a␀
␀
x␀y
x = ␁
x = 
␁
x ␁
x = \
x = 
@
!
x = é
é = 1
ÿ
x = aé
x 
#!x
x = a'b
x = a[[b
x ~= 1
x ~ = 1
x <= 1
x >= 1
x == 1
x .. y
x ... y
x : : y
x != 1
x = and
x = or
and = 1
or = 1
in = 1
not = 1
local and = 1
local function end() end
function repeat() end
until = 1
f(while)
`);
  checkMessages(sources, true);
});

test('good sources that look bad', () => {
  const sources = linesOf(
    String.raw`
x = 3␀
x = 3␀x
x = a.␀b
f""
f[[]]
f{}
f"a""b"[[c]]{d}(e):g"h".i = 1
x = {f¶(1)}
x = a.b¶.c
x = - - -1
x = not not nil
x = 0x1p4 + 0xA + 0XfF
x = .5 + 5. + 5.e2 + .5e-1
x = "\q\"\'\\\065\6"
x = '\¶\␍¶\␍'
x = [==[ ]] ]=] [[ ]==]
x = [=[ [=[ ]=]
x = [[ [=[ ]]
--[==[ ]] ]==] x = 1
--[=x ]=]
--
return
return;
while x do break; end
for i = 1, 2 do return end
function f(...) local function g(...) return ... end return ... end
function a.b.c:d() end
local function f() return f end
x = {1, 2; 3,}
x = {[1] = 2, a = 3; b}
x = {a = a, a}
x = {["end"] = 1, [nil] = 2}
local x <¶
`.replace('local x <¶\n', ''),
  );
  checkMessages(sources, false);
});

/** A piece many times. */
function times(piece: string, count: number, separator = ''): string {
  return Array(count).fill(piece).join(separator);
}

function namesOf(count: number): string {
  return Array.from({ length: count }, (_, index) => `v${index}`).join(',');
}

test('limits, each from both sides', () => {
  const good: string[] = [];
  const bad: string[] = [];
  const add = (count: number, sourceFor: (count: number) => string): void => {
    good.push(sourceFor(count));
    bad.push(sourceFor(count + 1));
  };
  add(196, (count) => `x = ${times('(', count)}1${times(')', count)}`);
  add(196, (count) => `x = ${times('- ', count)}a`);
  add(197, (count) => `x = ${times('{', count)}${times('}', count)}`);
  add(197, (count) => `x = ${times('a', count, ' .. ')}`);
  add(197, (count) => `x = ${times('a', count, ' ^ ')}`);
  add(197, (count) => `${times('do ', count)}${times('end ', count)}`);
  add(98, (count) => `x = ${times('function() return ', count)}${times('end ', count)}`);
  add(200, (count) => `local ${namesOf(count)}`);
  add(200, (count) => `function f(${namesOf(count)}) end`);
  add(199, (count) => `function f(${namesOf(count)}, ...) end`);
  add(198, (count) => `local x local function f() end local ${namesOf(count)}`);
  add(197, (count) => `for ${namesOf(count)} in x do end`);
  add(196, (count) => `for i = 1, 2 do local ${namesOf(count)} end`);
  add(198, (count) => `${times('x', count, ',')} = 1`);
  add(60, (count) => `local ${namesOf(count)}\nfunction f() x = {${namesOf(count)}} end`);
  add(
    60,
    (count) => `local ${namesOf(count)}
function f() return function() v0 = 1 end, function() ${namesOf(count)} = 1 end end`,
  );
  add(248, (count) => `f(${times('a', count, ',')})`);
  add(247, (count) => `a:f(${times('a', count, ',')})`);
  add(249, (count) => `return ${times('a.b', count, ',')}`);
  const locals = `local ${namesOf(180)}`;
  add(68, (count) => `${locals} f(${times('1', count, ',')})`);
  add(69, (count) => `${locals} x = ${times('a', count, ' .. ')}`);
  add(68, (count) => `${locals} x = {${times('f(', count)}${times(')', count)}}`);
  add(67, (count) => `${locals} x = {f(${times('a', count, ',')})}`);
  add(46, (count) => `${locals} x = {{${times('a,', count)}f(${times('1', 20, ',')})}}`);
  checkMessages(good, false);
  checkMessages(bad, true);
});

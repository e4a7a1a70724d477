// Syntax: tokens, comments, literals, and what errors in them say.
import { corpus } from '../support/corpus.ts';

const KEYWORDS = [
  'and',
  'break',
  'do',
  'else',
  'elseif',
  'end',
  'false',
  'for',
  'function',
  'if',
  'in',
  'local',
  'nil',
  'not',
  'or',
  'repeat',
  'return',
  'then',
  'true',
  'until',
  'while',
];

const TOKENS = [
  ...KEYWORDS,
  'name',
  '1',
  "'text'",
  '[[long]]',
  ...'+-*/%^#<>=(){}[];:,.'.split(''),
  '==',
  '~=',
  '<=',
  '>=',
  '..',
  '...',
  '~',
  '!',
  '@',
  '$',
  '&',
  '|',
  '?',
  '\\',
  '\x01',
  '\x7f',
  '\x80',
  '\xff',
  '\0',
];

/** Places where a token is wrong, or happens to be right. */
const TOKEN_PLACES = [
  '$',
  'x = $',
  'x $',
  'return 1 $',
  'local $',
  'f($',
  't = {$',
  'if $',
  'for $',
  'function $',
  'x.$',
  'x = y\n$\nz = 1',
];

const latin1 = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

corpus({
  'each token in each place': TOKENS.flatMap((token) =>
    TOKEN_PLACES.map((place) => place.replace('$', () => token)),
  ),
  'each byte': latin1.flatMap((byte) => [
    `return ${byte}1`,
    `local a${byte}b = 1 return a`,
    `return '${byte}', #'${byte}'`,
    `return "${byte}"`,
    `return [[${byte}]], #[[${byte}]]`,
    `return [==[a${byte}]==]`,
    `--${byte}\nreturn 1`,
    `--[[${byte}]]return 1`,
    `return '\\${byte}'`,
    `return '\\${byte}5'`,
    `return 1${byte}`,
    `return '\\${byte.charCodeAt(0)}', '\\${String(byte.charCodeAt(0)).padStart(3, '0')}5'`,
  ]),
  tokens: String.raw`
return '\a\b\f\n\r\t\v\\\"\''
return "\a\b\f\n\r\t\v\\\"\'"
return '\65\066\0670', '\0', '\00', '\000', '\0001'
return '\255', #'\255', '\256'
return '\300'
return '\999'
return '\x41', '\u{41}', '\z  x', '\q', '\ '
return '\
  ', 'a\
  b'
return 'a
  b'
return "a
  b"
return 'a
return "a
return 'a"
return '\
return '\
  x
return '\9
return [[a]], [[]], [=[]=], [==[]]]==], [=[]]]=]
return [[
return [==[ ]=]
return [=[ ]] ]=]
return [=
return [==
return [=x
return [[a]b]]
return [[[a]]
return [[a]]]
return #[[[[]]
return [[ [[ ]]
return [=[ [[ ]] ]=]
return [=[ [=[ ]=]
return [[
  first newline is dropped]]
return [[

  second newline stays]]
return '--[[x]]', [[--x]]
--
-- comment only
--[[ comment ]] return 1
--[==[ comment ]] ]==] return 1
--[[ comment
  ]] return 1
--[[ never ends
--[==[ never ends ]]
--[ not long
  return 1
--[=not long
  return 1
---[[ not long
  return 1
--[[]]--[[]]return 1
return 1 --[[ x ]] + --[[ y ]] 2
return 1 -- end
return 1 --
#!shebang
# comment
return 1#
return#'abc'
return'a'
return"a"
return[[a]]
return{}and 1
return-1
return(1)
return...
return 1and 2
return 1or 2
return nil==nil
return 5..6
return 5 ..6
return 5.. 6
return 1..2
return 1 . 2
return 'a'..'b'..'c'
return 'a'.. 'b' ..'c'
return a.b
a={b={c=1}}return a.b.c
a={b={c=1}} return a . b . c
a={b={c=1}} return a
  .b
  .c
x=1y=2 return x,y
x=1 y=2 z=x+y return z
x='a'y='b' return x..y
if true then x=1end return x
local a,b=1,2return a,b
local function f()return 1 end return f()
local t={[1]=1,['x']=2}return t[1],t['x']
return 3
return 3.
return .5
return 3.14, 3.14e2, 3.14E2, 3.14e+2, 3.14e-2, 3e0, 0e5, .5e1, 5.e1
return 0x10, 0xff, 0XFF, 0xAbC, 0x0, 0xffffffff, 0x100000000
return 0xffffffffffffffff, 0x7fffffffffffffff
return 0xfffffffffffffffff
return 0x
return 0xg
return 0x1.8
return 0x1p4
return 0x1e2
return 1e
return 1e+
return 1e5.5
return 1.2.3
return 1..2.3
return 1...2
return 3x
return 3_000
return 1e400, -1e400, 1e-400
return 123456789012345678901234567890
return 0000012, 00.5, 012
return 1 2
return 08, 09
return 1e1e1
return 0xep1
return 1i
return 1LL
return 5 .. ''
return - 5, -5, - -5, -(-5), 2 - -2, 2--2
return 2^-2, -2^2, (-2)^2, -2^-2
return not nil == true, not (nil == true)
return 1 < 2 == true, 1 == 1 == true
return 'a' < 'b' and 'b' < 'c'
return a.and
return a:and()
return a.b:c
return a..b
return a...b
return a:b:c()
return a.b.c:d()
return ('x'):upper(), ('x').upper
return 'x':upper()
return {}.x
return {}:x()
return ({}).x
return (function() return 1 end)()
return function() return 1 end()
function f() return 1 end()
return (f)
return f'x'
return f{1}
return f[[x]]
return f 'x' 'y'
f = function(x) return function(y) return x .. y end end return f 'x' 'y', f'a'[[b]]
f = function(t) return #t end return f{1, 2}, f {}
t = {f = function(self, x) return x end} return t:f'x', t:f{} ~= nil, t:f[[y]]
local _ENV = 1 return _ENV
local a = {1,2,3
local a = (1,2)
local a = [1]
local a = f(
local a = f[
local a = f.
local a = f:
local x = function(
x = {
  1,
  2
x = (
  1
if x
  then
for i = 1
  do end
while x
  end
repeat
  x = 1
f(
  1,
  2
function f()
  function g()
  end
if true then
  while true do
  end
do
  if true then
  end end end
`,
  statements: String.raw`
x
x.y
x y
x = 
= 1
1 = 2
f() = 1
(f) = 1
(a).b = 1
a.b:c = 1
a:b
a, f() = 1, 2
a, b += 1
a + 1
'x':rep(3)
('x')
{}
nil = 1
local 1 = 2
local a.b = 1
local function a.b() end
function a.b:c.d() end
function () end
function 1() end
local function () end
if true return 1 end
if then end
if true then
if true then else elseif true then end
if true then else else end
elseif
else
end
then
until
while true end
while do end
for do end
for i do end
for i = 1 do end
for i = 1, 2, 3, 4 do end
for i in do end
for 1 in pairs do end
for i, = 1, 2 do end
for i, j = 1, 2 do end
for a.b in pairs({}) do end
for i = 1, 2 end
repeat end
repeat
repeat until
do
goto x
::x::
return = 1
local
local a =
local a, = 1
local a b
local function
function
function f
function f(
function f(a
function f(a,) end
function f(a, ...) end return 1
function f(..., a) end
function f(a b) end
function f(1) end
function f(a) return a
f(
f(1
f(1,
f(1,)
t[1
t[1] 
t[] = 1
t. = 1
t.1 = 1
t.end = 1
t:x() = 1
local t = {
local t = {1
local t = {1,,2}
local t = {,}
local t = {;}
local t = {1;2;} return #t
local t = {1,2,} return #t
local t = {[1] 2}
local t = {[1 = 2}
local t = {a = }
local t = {a.b = 1}
local and = 1
local break = 1
local end = 1
local nil = 1
local not = 1
local or = 1
local repeat = 1
local self = 1 return self
local goto = 1 return goto
local continue, switch, class = 1, 2, 3 return continue, switch, class
return 1 2
return a b
return (1
return 1)
return )
return function
return function()
return function() 1 end
return {} {}
return 'a' 'b'
return 1 + 
return + 1
return * 1
return - - 1
return not
return #
return 1 .. 
return a..b.
return a.
return a:b
return ...)
return 1 == 
return ~ 1
return 1 ~ 2
return 1 // 2
return 1 << 2
return 1 & 2
return 1 != 2
return !1
return a ? b
return a ?? b
return @
return $x
return a\b
return %
return 1 % % 2
f
(g)()
local f = print
  (f)('x')
f = print f
  ('x')
local x = 5 f = print f
  [x] = 1
return
  1
return -- comment
  2
local a = --[[ inner
  comment ]] 3 return a
`,
});

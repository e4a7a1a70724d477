// Errors of syntax in statements and expressions: what Lua 5.1.5 says of bad sources, to the
// letter. Each line is one source; support/syntax-reference.ts says what stands for newlines.
import { test } from 'node:test';
import { checkMessages, linesOf } from './support/syntax-reference.ts';

test('bad statements', () => {
  const sources = linesOf(`
x
x y
x =
x = 1 2
x = ,
x,
x, = 1
x, y
x, y = 
x, 1 = 2
x.y
x.y.z
x[1]
x:y
x:y = 1
x.y:z
x + 1
x == 1
=
1
1 = x
'a'
'a'()
"s":len()
nil
nil = 1
true = false
{}
{} = 1
{}.x = 1
...
... = 1
-x
not x
#t = 1
(x)
(x) = 1
(x), y = 1
x, (y) = 1
(x.y) = 1
(f())
(f()) = 1
f() = 1
f(), x = 1
x, f() = 1
x, f().y, f() = 1
local x (x) = 1
f().x
f"a".x
f{}[1]
f:g()[1]
((x))
(x
(
()
() = 1
)
]
}
end
else
elseif x then
until x
then
do
in
;
;x = 1
x = 1;;
x = 1; ; y = 2
do ; end
return ;; 
return 1,
return 1 2
return return
return x = 1
return 1; x = 1
return end
return else
return until
break
break x
break = 1
do break end
if x then break end
while x do end break
while x do break x() end
while x do function f() break end end
while x do local f = function() break end end
for i = 1, 2 do break; x() end
repeat break until x break
repeat f = function() break end until x
function f() break end
while x do if y then break end z() end break
local
local 1
local x.y
local x.y = 1
local x[1]
local x:y
local x,
local x, 1
local x =
local x = 1,
local x = 1 2
local x = = 1
local (x)
local ...
local nil
local function
local function 1
local function f
local function f.g() end
local function f:g() end
local function f(
local function f()
local function () end
local end
local x local
function
function f
function f(
function f()
function ()
function() end
function 1() end
function f.() end
function f.1() end
function f:g.h() end
function f:g:h() end
function f[1]() end
function f.g[1]() end
function f: end
function (f)() end
function f() return end end
goto x
`);
  checkMessages(sources, true);
});

test('bad blocks', () => {
  const sources = linesOf(`
if
if x
if x do
if x the
if x then
if x then y = 1
if x then else
if x then elseif
if x then elseif y
if x then elseif y then
if x then else y = 1 else z = 1 end
if x then else elseif y then end
if then end
if x then end end
if x y then end
if x¶then¶¶y = 1
if x then¶else¶
if x = 1 then end
while
while x
while x do
while do end
while x then end
while x do¶¶y = 1
while x do end end
while x do until
for
for 1
for x
for x do end
for x =
for x = 1
for x = 1 do end
for x = 1,
for x = 1, 2
for x = 1, 2,
for x = 1, 2, 3
for x = 1, 2, 3, 4 do end
for x = 1, 2 do
for x = 1, 2 do¶
for x, y = 1, 2 do end
for x.y = 1, 2 do end
for x in
for x in y
for x in do end
for x in y do
for x in y¶do¶
for x, in y do end
for x, 1 in y do end
for x, y
for x, y do end
for x in y, do end
for in x do end
for (x) in y do end
for x = 1; 2 do end
for x : y do end
repeat
repeat x
repeat x = 1
repeat¶x = 1¶
repeat end
repeat until
repeat until x y
repeat local x until x = 1
do x = 1
do¶x = 1
do do end
do until x
do end end
function f()¶¶x = 1
x = function()¶
x =¶function¶(¶)¶
function f() if x then end
function f(a,
function f(a,) end
function f(,a) end
function f(a b) end
function f(a, 1) end
function f(1) end
function f("a") end
function f(...,
function f(..., a) end
function f(a, ...
function f(a, ..., b) end
function f(...) end ...
function f(a.b) end
function f(nil) end
function f(a = 1) end
function f(a; b) end
function f(a ¶end
function f(..) end
x = function f() end
x = function(
x = function()
x = function( end
x = function) end
f(function() end
f(function() )
function f() return ... end
function f(a) x = ... end
x = function() return ... end
function f(...) return function() return ... end end
function f(...) function g() f(...) end end
function f(arg) return {...} end
`);
  checkMessages(sources, true);
});

test('bad expressions', () => {
  const sources = linesOf(`
x = +
x = + 1
x = 1 +
x = 1 + + 2
x = 1 + * 2
x = * 1
x = 1 *
x = -
x = - -
x = not
x = #
x = 1 ..
x = .. 1
x = 1 .. .. 2
x = a and
x = and b
x = a or or b
x = a ==
x = a = b
x = a == = b
x = a != b
x = a ~ b
x = a ~
x = ~a
x = !a
x = a <> b
x = a => b
x = a <
x = a & b
x = a | b
x = a << b
x = a // b
x = a ? b : c
x = a++
x += 1
x = @a
x = $a
x = \\a
x = (
x = (1
x = (1¶
x = (1¶+¶2¶
x = ()
x = (1, 2)
x = (1))
x = [1]
x = a[
x = a[1
x = a[]
x = a[1, 2]
x = a[1]]
x = a.
x = a.1
x = a.'b'
x = a.end
x = a."b"
x = a..b.
x = a. .b
x = a:
x = a:b
x = a:b.c
x = a:b + 1
x = a:1()
x = a:()
x = a:b[1]()
x = a::b
x = f(
x = f(1
x = f(1,
x = f(1,)
x = f(,1)
x = f(1 2)
x = f(1¶
x = f(¶1,¶2¶
x = f(x = 1)
x = f()¶(g)
f¶()
f¶(x):y()
f()¶(g)()
x = a¶(b).c = 1
a.b¶()
a[1]¶()
a:b¶()
f{}¶()
x = {
x = {1
x = {1,
x = {,}
x = {;}
x = {1,,2}
x = {1;;2}
x = {1 2}
x = {1}}
x = {a = }
x = {a = 1 b = 2}
x = {a = 1, = 2}
x = {1 = 2}
x = {'a' = 1}
x = {a.b = 1}
x = {[1]}
x = {[1] 2}
x = {[1 = 2}
x = {[] = 1}
x = {[1] = }
x = {[1, 2] = 3}
x = {f() = 1}
x = {a: 1}
x = {a b}
x = {a¶b}
x = {¶a,¶b¶
x = {¶a = 1¶b = 2}
x = {end}
x = {a, local}
x = {...
x = {a = function() }
x = f{
x = f{1¶
x = f"a" "b
x = "a" "b"
x = "a".len
x = 1()
x = nil.x
x = nil()
x = {}()
x = {}.x
x = true and
x = 1 2
x = a b
x = a 1
x = a nil
x = a function() end
x = function() end()
x = function() end.x
x = function() end (1)
x = ...()
x = ....x
x = .
x = . .
x = ....
x = if
x = end
x = while
x = then 1
x = a, , b
x = a,
x = 1;, 2
x = a{b}c
x = (a)(b
x = (a)b = 
x = a.b:c
x = - - - 
x = 2^
x = 2^^3
x = 2^-
`);
  checkMessages(sources, true);
});

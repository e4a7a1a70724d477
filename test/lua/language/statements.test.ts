// Statements: assignments, blocks, loops, returns, and what they may look like.
import { corpus } from '../support/corpus.ts';

corpus({
  'local variables': `
local a return a
local a = 1 return a
local a, b, c = 1, 2 return a, b, c
local a, b = 1, 2, 3 return a, b
local a, b = (function() return 1, 2, 3 end)() return a, b
local a, b, c = 0, (function() return 1, 2, 3 end)() return a, b, c
local a, b, c = (function() return 1, 2, 3 end)(), 0 return a, b, c
local a, b, c = ((function() return 1, 2, 3 end)()) return a, b, c
local a, b = (function() end)() return a, b
local a, b = ... return a, b
local a, b, c, d = ... return a, b, c, d
local a, b = (...) return a, b
local a, b = ..., 9 return a, b
local a, b = nil, nil return a, b
local a = 1 local a = a + 1 return a
local a = 1 local a, b = 2, a return a, b
local a = a return a
local a = 1 do local a = 2 end return a
local a = 1 do a = 2 end return a
local a = 1 do local b = a a = 5 return a, b end
local _ = 5 return _
local _1, a_b, A, __index = 1, 2, 3, 4 return _1, a_b, A, __index
local function f() return f end return f() == f
local f = function() return f end return f()
local f = 1 local function f() return type(f) end return f()
local a <const> = 1 return a
local a local a local a = 3 local a return a
local t = {} local t = {t = t} return t.t ~= t, next(t.t)
local x, x = 1, 2 return x
local x, y, x = 1, 2, 3 return x, y
`,
  assignment: `
a = 1 return a
a, b = 1 return a, b
a, b = 1, 2, 3 return a, b
a, b = (function() return 1, 2 end)() return a, b
a, b, c = 0, ... return a, b, c
local a, b = 1, 2 a, b = b, a return a, b
local a, b, c = 1, 2, 3 a, b, c = b, c, a return a, b, c
local a, b, c = 1, 2, 3 a, b, c = c, b return a, b, c
local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1], t[2]
local t, i = {}, 1 t[i], i = 20, i + 1 return i, t[1], t[2]
local t = {1, 2, 3} local i = 1 i, t[i], t[i + 1] = 3, t[3], t[i] return i, t[1], t[2], t[3]
local t = {1, 2} t[1], t[2] = t[2], t[1] return t[1], t[2]
local t = {} t.a, t.b, t.c = 1, 2 return t.a, t.b, t.c
local t = {} t.a = t return t.a.a.a == t
local t = {} t, t.x = nil, 5 return t
local t = {} local u = t t.x, t = 1, 2 return u.x, t
local t = {} local u = t t, t.x = 2, 1 return u.x, t
local a = {} local b = a a.x, a = 1, {} return b.x, a.x
local t = {} t.x, t.x = 1, 2 return t.x
local t = {} t[1], t[1], t[1] = 1, 2, 3 return t[1]
local t = {} t[1], t[2], t[3] = (function() return 'a', 'b', 'c' end)() return t[1], t[2], t[3]
local t = {} t.x, t.y = (function() end)() return t.x, t.y
a, a = 1, 2 return a
local a a, a, a = 1, 2, 3 return a
local x, y = 1, 2 x, y = y, x, print('extra') return x, y
local x = 1 x = x, print('extra') return x
local t = {n = 0} t.n, t.m = t.n + 1, t.n return t.n, t.m
local function f() print('f') return {} end local function g() print('g') return 1
  end f()[g()] = g()
local function p(x) print(x) return x end local t = {} t[p(1)], t[p(2)] = p(3), p(4) return t[1],
  t[2]
local function p(x) print(x) return x end local t = {} p(t)[p('k')], a = p(1), p(2) return t.k, a
local t = setmetatable({}, {__newindex = function(t, k, v) print(k, v) end}) t.a, t.b, t.c = 1, 2, 3
local t = setmetatable({}, {__newindex = function(t, k, v) print(k, v) end}) t.a, t.a = 1, 2
local f f = function(n) if n == 0 then return 'done' end return f(n - 1) end return f(3)
local a, b, c = 1 b = a c = b a = 2 return a, b, c
local a = 1 local b = a a = a + 1 return a, b
local t = {{}} t[1].x, t[1] = 7, nil return t[1]
x = 1 local x = x x = x + 1 return x, _G.x
_G.y = 4 return y
_G['a b'] = 3 return _G['a b']
local a <close> = 1
local a, b = 1, 2; a, b = a + b, a - b return a, b
local q = 1; (print or error)('call at a new statement') return q
local t = {f = function(self, v) self.v = v return self end} t:f(1):f(2).v = 3 return t.v
local t = {a = {b = {c = {}}}} t.a.b.c.d = 1 t.a.b['c']['e'] = 2 return t.a.b.c.d, t['a']['b'].c.e
local s = 'x' s = s .. s .. s return s
local t, n = {}, 0 for i = 1, 3 do n, t[n + 1] = n + 1, i end return n, #t
`,
  'calls as statements': `
print('x')
print 'x'
print [[x]]
print"a"print"b"
print{} return 1
local t = {f = print} t.f('x') t.f 'x' t.f [==[x]==]
local t = {f = function(...) print(select('#', ...)) end} t.f() t:f() t:f(1, nil) t.f(nil, nil)
local s = ('x'):rep(3) print(s) ('y'):rep(3)
local f = function() return function() print('inner') end end f()()
local f = function() return {g = print} end f().g('x') f{}.g'x' f''.g[[y]]
print((print))
return (print)
return (print)('x')
return type(print)
local t = {} function t:m(...) return self == t, ... end return t:m(1, 2)
local t = {} function t.m(...) return ... end return t:m(1) == t
local t = {a = {b = {}}} function t.a.b.f(x) return x end return t.a.b.f(3)
local t = {a = {b = {}}} function t.a.b:f(x) return self == t.a.b, x end return t.a.b:f(3)
local t = {} function t:a() return 'a' end function t:b() return self:a() .. 'b' end return t:b()
function f() return 1 end return f()
function f() return 1 end function f() return 2 end return f()
local function f(...) return ... end return f(), f(nil), f(1, 2), (f(1, 2)), f(1, 2)
local function f(...) return ... end return {f(1, 2), f(1, 2)}[3]
local function f(...) return ... end local t = {f(1, 2), f(1, 2)} return #t
local function f(...) return ... end local t = {f(1, 2), (f(1, 2))} return #t
local function f(...) return ... end local t = {f(), f(), f()} return #t
local function f(...) return ... end print(f(1, 2), f(3, 4)) print((f(1, 2)))
`,
  blocks: `
do end
do end do end return
do return 1 end
do do do return 3 end end end
;
do ; end
local a = 1; local b = 2; return a, b;
return;
return
return 1;
return 1,
return nil
return nil, nil
return (nil)
return ...
return (...)
return ..., 1
return 1, ...
return return
return 1 return 2
do return end return 2
if true then return 1 end return 2
while true do return 1 end return 2
repeat return 1 until true return 2
for i = 1, 3 do return i end return 'none'
for k in pairs({a = 1}) do return k end
local function f() return end return f(), (f())
local function f() end return select('#', f()), select('#', (f()))
print(1); print(2) print(3);
return 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
`,
  if: `
if nil then return 1 else return 2 end
if false then return 1 else return 2 end
if 0 then return 1 else return 2 end
if '' then return 1 else return 2 end
if {} then return 1 else return 2 end
if true then end return 'after'
if false then elseif true then return 2 else return 3 end
if false then return 1 elseif false then return 2 elseif 1 then return 3 else return 4 end
if false then return 1 elseif nil then return 2 end return 3
local x = 5 if x > 3 then if x > 4 then return 'a' else return 'b' end else return 'c' end
local x = 2 if x == 1 then x = 'one' elseif x == 2 then x = 'two' end return x
local x = 2 if x ~= 2 then x = 'no' end return x
if not nil then return 'not' end
if not (1 == 2 or 3 == 4) then return 'neither' end
if 1 == 1 and 2 == 2 then return 'both' end
if nil and error('never') then return 1 end return 2
if 1 or error('never') then return 1 end return 2
local a if true then local a = 1 end return a
local a if true then a = 1 end return a
if (function() return nil end)() then return 1 else return 2 end
if (function() return false, true end)() then return 1 else return 2 end
if (function() end)() then return 1 else return 2 end
if ... then return 'first' end
local t = {} if t.x then return 1 elseif t.y == nil then return 2 end
if true then else end return 'empty'
local function sign(x) if x < 0 then return -1 elseif x > 0 then return 1 end return 0 end
  return sign(-3), sign(3), sign(0), sign(-0), sign(1/0), sign(0/0)
`,
  'while and repeat': `
local i = 0 while i < 3 do i = i + 1 end return i
local i = 0 while true do i = i + 1 if i == 5 then break end end return i
while false do return 1 end return 2
while nil do return 1 end return 2
local i = 3 while i do i = i > 0 and i - 1 or nil end return i
local i = 0 repeat i = i + 1 until i == 3 return i
local i = 0 repeat local j = i i = i + 1 until j == 3 return i
local i = 0 repeat local i = 5 until i == 5 return i
local n = 0 repeat n = n + 1 local done = n >= 4 until done return n
repeat until true return 1
repeat return 1 until false
local i = 0 repeat i = i + 1 if i == 2 then break end until false return i
local i = 0 repeat local x = i break until x return i
local t = {} repeat local i = #t + 1 t[i] = function() return i end until i == 3
  return t[1](), t[2](), t[3]()
local t = {} local i = 0 while i < 3 do i = i + 1 local j = i t[i] = function() j = j + 1 return j
  end end
  return t[1](), t[1](), t[2](), t[3]()
local i = 0 while i < 10 do i = i + 1 while true do i = i + 2 break end end return i
local n = 0 for i = 1, 3 do for j = 1, 3 do if j == 2 then break end n = n + 1 end end return n
local i = 0 while (function() i = i + 1 return i < 4 end)() do print(i) end return i
local s = '' repeat s = s .. 'x' until #s > 3 return s
local x repeat local x = 1 until x == 1 return x
local i = 1 repeat local k = i * 2 local f = function() return k end i = i + 1 until f() > 6
  return i
local f repeat local z = 7 f = function() return z end until true return f()
local i = 0 repeat if i > 2 then break end local up = i i = i + 1 until up == nil return i
break
if true then break end
while true do local function f() break end end
while true do break end return 'left'
while true do break return end
while true do do break end end return 'left'
while 1 do if 1 then if 1 then break end end end return 'left'
local i = 0 while i < 5 do i = i + 1 if i % 2 == 0 then else print(i) end end
for i = 1, 2 do repeat break until false print(i) end
`,
  'numeric for': `
for i = 1, 3 do print(i) end
for i = 3, 1 do print(i) end return 'none'
for i = 3, 1, -1 do print(i) end
for i = 1, 3, 2 do print(i) end
for i = 1, 4, 2 do print(i) end
for i = 1, 0 do print(i) end return 'none'
for i = 1, 1 do print(i) end
for i = 0.1, 0.5, 0.1 do print(i) end
for i = 1, 2, 0.25 do print(i) end
for i = -1, -3, -1 do print(i) end
for i = 1, 3 do local i = i * 2 print(i) end
for i = 1, 3 do i = i * 10 print(i) end
for i = '1', 3 do print(i) end
for i = 1, '3' do print(i) end
for i = 1, 3, '2' do print(i) end
for i = '1', '3', '1' do print(type(i)) end
for i = 'x', 3 do print(i) end
for i = 1, 'x' do print(i) end
for i = 1, 3, 'x' do print(i) end
for i = nil, 3 do print(i) end
for i = 1, nil do print(i) end
for i = 1, 3, nil do print(i) end
for i = {}, 3 do print(i) end
for i = 1, {} do print(i) end
for i = 1, 3, {} do print(i) end
for i = {}, {}, {} do print(i) end
for i = 1, true do print(i) end
for i = 1, 3, 0 do print(i) break end return 'zero step'
for i = 3, 1, 0 do print(i) break end return 'zero step'
for i = 1, 1/0 do if i > 3 then break end print(i) end
for i = 1, -1/0, -1 do if i < -1 then break end print(i) end
for i = 1/0, 1 do print(i) end return 'none'
for i = 0/0, 1 do print(i) end return 'none'
for i = 1, 0/0 do print(i) end return 'none'
for i = 1, 3, 0/0 do print(i) end return 'none'
for i = 2^53 - 1, 2^53 do print(i) if i > 2^53 - 1 then break end end
for i = 1e308, 1.7e308, 1e308 do print(i) end
for i = 1, 3 do end return i
local i = 7 for i = i, i + 2 do print(i) end return i
local function n(x) print('n', x) return x end for i = n(1), n(3), n(1) do print(i) end
local t = {} for i = 1, 3 do t[i] = function() i = i + 1 return i end end
  return t[1](), t[1](), t[2](), t[3]()
local t = {} for i = 1, 3 do local j = i * 2 t[i] = function() return i + j end end
  return t[1](), t[2](), t[3]()
local f for i = 1, 3 do if i == 2 then f = function() return i end end end return f()
for i = 1, 3 do local x x = (x or 0) + i print(x) end
for i = 1, (function() return 2, 5 end)() do print(i) end
for i = (function() return 1, 9 end)(), 2 do print(i) end
for a = 1, 2 do for b = a, 2 do for c = b, 2 do print(a, b, c) end end end
local n = 0 for i = 1, 100 do for j = i, 100 do n = n + 1 end end return n
local s = 0 for i = 1, 1000 do s = s + i end return s
for i = 10, 1, -3 do print(i) end
for i = 1, 3 do if i == 2 then return 'out', i end end
for i = 1, 2 do for i = 3, 4 do print(i) end print(i) end
for _ = 1, 2 do print('x') end
for i = 1.5, 3.5 do print(i) end
for i = 0x10, 0x12 do print(i) end
for i = #'abc', #'abcde' do print(i) end
for i = -3, -1 do print(i) end
for i = 3, 2.999 do print(i) end return 'none'
`,
  'generic for': `
for k, v in pairs({10, 20, 30}) do print(k, v) end
for i, v in ipairs({10, 20, 30}) do print(i, v) end
for i, v in ipairs({10, nil, 30}) do print(i, v) end
for i, v in ipairs({}) do print(i, v) end return 'none'
for k, v in pairs({}) do print(k, v) end return 'none'
for k in pairs({a = 1}) do print(k) end
for k, v, w in pairs({a = 1}) do print(k, v, w) end
for k, v in next, {5} do print(k, v) end
for k, v in next, {5}, nil do print(k, v) end
for k, v in next, {5, 6, 7}, 1 do print(k, v) end
for k, v in next, {5, 6, 7}, 3 do print(k, v) end return 'none'
local n = 0 for x in function() n = n + 1 if n < 4 then return n end end do print(x) end
for a, b, c in function(s, i) i = i + 1 if i <= s then return i, s, i * s end end, 3, 0 do
  print(a, b, c) end
for x in function(s, i) print(s, i) end do end
for x in function(s, i) print(s, i) end, 'state', 'control' do end
for x in function(s, i) print(s, i) end, 's', 'c', 'ignored' do end
for w in ('one two three'):gmatch('%a+') do print(w) end
for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do print(k, v) end
for x in nil do end
for x in 5 do end
for x in 'x' do end
for x in {} do end
for x in next do end
for x in pairs do end
for x in ipairs() do end
for x in pairs() do end
for x in pairs(nil) do end
for x in ipairs('x') do end
for x in (function() end)() do end
local f for x in f do end
for x in unknown do end
local t = {} for x in t.field do end
local t = {} for x in t:method() do end
for x in setmetatable({}, {__call = function(self, s, c) c = (c or 0) + 1 if c < 3 then return c end
  end}) do
  print(x) end
local t = {} for k in pairs({1, 2, 3}) do t[#t + 1] = function() k = k + 1 return k end end
  return t[1](), t[1](), t[2](), t[3]()
for k, v in pairs({1, 2, 3}) do k = 'changed' v = nil print(k, v) end
for i, v in ipairs({1, 2, 3}) do if i == 2 then break end print(i) end
for i, v in ipairs({1, 2, 3}) do if i == 2 then return 'out', v end end
local t = {1, 2, 3} for i, v in ipairs(t) do t[i] = v * 2 if i < 4 then t[i + 3] = 0 end end
  return #t
local t = {1, 2, 3, 4} for k in pairs(t) do t[k] = nil end return next(t)
local t = {a = 1, b = 2, c = 3} for k in pairs(t) do t[k] = nil end return next(t)
local t = {a = 1, b = 2, c = 3} for k in pairs(t) do t[k] = 5 end return t.a + t.b + t.c
local t = {1, 2, 3} for i, v in ipairs(t) do t[i + 1] = nil print(i, v) end
for a, b in (function() local n = 0 return function() n = n + 1 if n < 3 then return n end end
  end)() do
  print(a, b) end
for k, v in pairs(setmetatable({}, {__pairs = function() error('5.2') end})) do print(k, v) end
for i, v in ipairs(setmetatable({}, {__index = function(t, i) if i < 4 then return i * i end end}))
  do
  print(i, v) end
for i, v in ipairs(setmetatable({1, 2}, {__index = {1, 2, 3, 4}})) do print(i, v) end
for a, b, c, d in (function() local done return function() if not done then done = 1 return 1, 2 end
  end end)() do
  print(a, b, c, d) end
for x in function(_, i) if i == false then return nil end return false end do print(x) end
for x, y in function(_, i) if i == nil then return false, true end end do print(x, y) end
for k, v in pairs('x') do end
for k, v in next, 'x' do end
for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do print(i) end
for k, v in pairs({[1] = 'a', [2] = 'b', [3] = 'c'}) do print(k, v) end
local a, b = 1, 2 for a, b in pairs({'x'}) do print(a, b) end return a, b
for x in print do end
for k, k in pairs({'v'}) do print(k) end
`,
});

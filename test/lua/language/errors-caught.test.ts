// What catches errors: pcall, xpcall, assert; and the names of variables in the texts of errors.
import { corpus } from '../support/corpus.ts';

corpus({
  'pcall and xpcall': `
return pcall(function() return 1, 2, 3 end)
return pcall(function(...) return ... end, 1, nil, 3)
return pcall(function() end)
return pcall()
return pcall(nil)
return pcall(5)
return pcall({})
return pcall('x')
return pcall(pcall)
return pcall(pcall, error)
return pcall(pcall, pcall, error, 'x')
return pcall(error)
return pcall(error, nil)
return pcall(error, 'x')
return pcall(error, 'x', 0)
return pcall(error, 'x', 1)
return pcall(error, 'x', 2)
return pcall(error, {1})
return (pcall(error, 'x'))
return select('#', pcall(error))
return select('#', pcall(function() return nil, nil end))
local ok, e = pcall(error, {code = 7}) return ok, e.code
local ok, e = pcall(function() error({code = 7}) end) return ok, e.code
local t = {} local ok, e = pcall(error, t) return e == t
local ok, e = pcall(function() local x = nil; x.y = 1 end) return e
local ok, e = pcall(function() local ok, e = pcall(error, 'in') error('out ' .. e, 0) end)
  return ok, e
local ok, e = pcall(function() pcall(error, 'in') return 'fine' end) return ok, e
local function try(f, ...) local ok, e = pcall(f, ...) return ok and 'ok' or 'failed', e end
  return try(error, 'x'), try(tostring, 5), try(function(a, b) return a + b end, 1, {})
local n = 0 for i = 1, 10 do local ok = pcall(function() if i % 3 == 0 then error('x') end end)
  if ok then n = n + 1 end end return n
local function f() local ok, e = pcall(error, 'a') if not ok then return 'caught ' .. e end end
  return f()
for i = 1, 3 do local ok, e = pcall(function() if i == 2 then error(i, 0) end return i end)
  print(ok, e) end
local t = {} for i = 1, 3 do t[i] = function() return pcall(error, i) end end return t[1](),
  t[2](), select(2, t[3]())
return pcall(function() return pcall(function() return pcall(error, 'deep') end) end)
return pcall(string.rep)
return pcall(string.rep, 'x')
return pcall(string.rep, 'x', 'y')
return pcall(setmetatable, 1, 2)
return pcall(coroutine.yield, 1)
return pcall(unpack, nil)
return pcall(next, {}, 'x')
return pcall(rawset, 1)
return pcall(tostring)
return pcall(tonumber)
return pcall(ipairs)
return pcall(select, 0)
return pcall(('x').rep, 'x', {})
return xpcall(function() return 1, 2 end, print)
return xpcall(function() error('x') end, function(e) return e .. '!' end)
return xpcall(function() error('x') end, function(e) return 1, 2, 3 end)
return xpcall(function() error('x') end, function() end)
return xpcall(function() error({1}) end, function(e) return type(e), e[1] end)
return xpcall(function() error() end, function(e) return e end)
return xpcall(function() error('x') end, function(e) error('y') end)
return xpcall(function() error('x') end, error)
return xpcall(function() error('x', 0) end, tostring)
return xpcall(function() error('x') end, nil)
return xpcall(function() error('x') end, 5)
return xpcall(function() return 1 end, 5)
return xpcall(function() return 1 end, nil)
return xpcall(function() return 1 end)
return xpcall()
return xpcall(nil, function(e) return 'H ' .. e end)
return xpcall({}, function(e) return 'H ' .. e end)
return xpcall(5, print)
return xpcall(function(...) return select('#', ...) end, print, 1, 2)
return xpcall(function() local x = nil + 1 end, function(e) return 'H ' .. e end)
return xpcall(function() nothing() end, function(e) return 'H ' .. e end)
return xpcall(string.rep, function(e) return 'H ' .. e end)
return xpcall(function() xpcall(error, function(e) print('inner', e) end) error('outer', 0)
  end, function(e) return e end)
return xpcall(function() return pcall(error, 'x') end, function() return 'not called' end)
return xpcall(function() pcall(error, 'x') error('y', 0) end, function(e) print('handler', e)
  return e end)
return xpcall(function() coroutine.wrap(function() error('in') end)() end, function(e)
  return 'H ' .. e end)
local depth = 0 local function f() depth = depth + 1 if depth < 5 then return f() + 1
  end error('deep', 0) end
  return xpcall(f, function(e) return e .. depth end)
return xpcall(function() error('x', 0) end, setmetatable({}, {__call = function(_, e)
  return 'called ' .. e end}))
local t = {} return xpcall(function() error(t) end, function(e) return e == t end)
local function h(e) return (e:gsub('x', 'y')) end return xpcall(function() error('xx', 0) end, h)
`,
  assert: `
return assert(1)
return assert(1, 'm', 3)
return assert(true, nil)
return assert('')
return assert(0)
return assert(false)
return assert(nil)
return assert()
return assert(false, 'message')
return assert(nil, 'message', 'more')
return assert(false, {1})
return assert(false, nil)
return assert(false, 5)
return assert(nil, true)
return pcall(assert, false, 'x')
return pcall(assert)
return pcall(assert, nil, {})
return pcall(assert, false)
return pcall(assert, false, 5)
return pcall(assert, 1, 2, 3)
return assert(loadstring('return 5'))()
return assert(loadstring('return 5 5'))
return assert(pcall(error, 'x'))
return select('#', assert(1, nil, nil))
local function f() return nil, 'why' end return pcall(function() return assert(f()) end)
assert(1 == 1, 'not raised') return 'after'
assert(select('#', assert(1)) == 1) return 'after'
`,
  names: `
local x x()
local x x.y()
local x x.y = 1
local x x:y()
local x = {} x.y()
local x = {} x.y.z()
local x = {} x.y.z = 1
local x = {} x:y()
local x = {y = {}} x.y:z()
local x = {y = {}} x.y.z()
local x = {} x[1]()
local x = {} x['y z']()
local x = {} x[true]()
local x, k = {}, 'key' x[k]()
local x, k = {}, 1 x[k].y = 1
local x = {} x[1][2]()
local x = {} x[1].y()
x()
x.y()
x.y = 1
x:y()
x = {} x.y()
x = {} x.y.z = 1
x = {} x:y()
x = 5 x()
x = 'str' x()
x = 'str' x.y()
x = 'str' x:y()
x = true x.y = 1
x = 5 x.y = 1
x = print x.y = 1
x = print x.y.z = 1
local x = 5 x()
local x = 5 return x.y
local x = 5 x.y = 1
local x = true return x.y
local x = print return x.y
local x = 'a' return x.y.z
local x local function f() return x.y end f()
local x local function f() x.y = 1 end f()
local x local function f() x() end f()
local x local function f() return x + 1 end f()
local x local function f() return x .. 'a' end f()
local x local function f() return #x end f()
local x local function f() return -x end f()
local x local function f() return x < 1 end f()
local x = {} local function f() x.y() end f()
local x = {} local function f() return x.y.z end f()
local x local function f() return function() return x.y end end f()()
local function f(x) return x.y end f()
local function f(x) x() end f()
local function f(x, y) return x + y end f(1)
local function f(x, y) return x + y end f(1, {})
local function f(...) return ... + 1 end f()
local function f(...) local x = ... return x.y end f()
local function f(...) return (...).y end f()
local function f() return (nil).y end f()
local function f() end f().x = 1
local function f() end return f().x
local function f() end f()()
local function f() end f():x()
local function f() return {} end f().x()
local function f() return {} end f().x.y()
local function f() return {} end f():x()
local function f() return {} end return f() + 1
local t = {f = function() end} return t.f().x
local t = {f = function() end} return t.f() + 1
local t = {f = function() end} return t:f()()
return (function() end)().x
return (function() end)()()
return ({}).x.y
return ({}).x()
return ({})()
return (5)()
return ('x')()
return ('x').y()
return ('x'):y()
return (nil)()
return (true).x
return nil .. 'x'
return 'x' .. nil
return 1 .. {}
return {} .. {}
local a, b return a .. b
local a, b = 'x' return a .. b
local a, b = {}, 'x' return a .. b
local a, b = 'x', {} return a .. b
local a, b = 1, {} return a .. b .. 'c'
local a, b = 'x', 'y' return a .. b .. nil
local a, b = 'x', 'y' return a .. nil .. b
local a = 'x' return a .. undefined
local a = 'x' return a .. a.b
local a = {} return a.b .. 'x'
local a = {} return 'x' .. a.b
local a, b return a + b
local a, b = 1 return a + b
local a, b = 1 return b + a
local a, b = {}, 1 return a + b
local a, b = 1, {} return a + b
local a, b = 'x', 1 return a + b
local a, b = 1, 'x' return a + b
local a, b = 'x', 'y' return a + b
local a, b = '1', {} return a + b
local a, b = {}, 'x' return a + b
local a = {} return a.b + 1
local a = {} return 1 + a.b
local a = {b = {}} return a.b.c + 1
local a = {} return a.b + a.c
local a = {b = 1} return a.b + a.c
return undefined + 1
return 1 + undefined
return undefined + other
return undefined.x + 1
local a = 1 return a + undefined
local a = {} return -a
local a = {} return -a.b
return -undefined
return #undefined
local a = {} return #a.b
local a = 5 return #a
local a, b = 1, 'x' return a < b
local a, b = {}, 1 return a < b
local a, b = {}, {} return a < b
local a, b = nil, 1 return a < b
local a, b = true, false return a < b
local a, b = print, print return a < b
local a, b = nil return a < b
local a, b = 1, 'x' return a > b
local a, b = 1, 'x' return a <= b
local a, b = 1, 'x' return a >= b
local a, b = {}, 1 return a > b
local a, b = newproxy(), newproxy() return a < b
local a, b = newproxy(), 1 return a < b
local a, b = coroutine.create(print), {} return a < b
for i = {}, 1 do end
for i = 1, {} do end
for i = 1, 1, {} do end
for i = undefined, 1 do end
for k in undefined do end
local f for k in f do end
local t = {} for k in t.f do end
local t = {} for k in t:f() do end
for k in pairs(undefined) do end
string.nothing()
string.nothing.x = 1
math.floor.x()
math.floor('x')
math.floor({})
math.floor()
local floor = math.floor floor({})
local t = {f = math.floor} t.f({})
local t = {f = math.floor} t:f()
('x'):rep({})
('x'):rep()
local s = 'x' s:rep()
local s = 'x' s:bad()
local s = 'x' s.bad()
string.rep('x', {})
local rep = string.rep rep('x', {})
local function f() string.rep({}) end f()
local function f() return string.rep({}) end f()
local o = {} function o:m() self.x.y = 1 end o:m()
local o = {} function o:m() return self.x() end o:m()
local o = {} function o:m() self:n() end o:m()
local o = {} function o.m() return self.x end o.m()
local a = {b = {c = {}}} a.b.c.d.e = 1
local a = {b = {c = {}}} a.b.c.d()
local a = {b = {c = {}}} a.b.c:d()
local a = {b = {c = {}}} return a.b.c.d + 1
local a <const> = nil
local this, undefined, prototype this()
local constructor constructor.x = 1
arguments()
eval()
this.x = 1
return this.x
return window.x
return process.exit()
return globalThis.x
return require('fs')
return constructor.constructor('return this')()
return toString()
return __proto__.x
local a = 5; (a)()
local a = 5; (a).x = 1
local a = 5; (a + 1)()
local a; (a or nil)()
local a; (a and a.b).c()
local a; return (a or undefined).x
local a = {}; return (a.x or a.y).z
local a, b = nil, {} ; (a or b).c.d = 1
local a = {} a.x, a.y.z = 1, 2
local a = {} local b = a.x.y or 5
local a local b = a and a.x return b.c
local a = {n = 1} a.n.x = 1
local a = {n = 1} a.n.x.y = 1
local a = {s = 's'} return a.s.x.y
local t = setmetatable({}, {__index = function(t, k) return nil end}) t.x()
local t = setmetatable({}, {__index = function(t, k) return nil end}) return t.x + 1
local t = setmetatable({}, {__index = function(t, k) return k.x.y end}) return t.a
local t = setmetatable({}, {__add = function(a, b) return a.x + 1 end}) return t + 1
local t = setmetatable({}, {__call = function(self) return self.x.y end}) return t()
local x = 1 do local x x() end
local x do local x = 1 end x()
local x = print do local x = {} x() end
if x then else x() end
while true do x() end
repeat local y y() until true
repeat local y until y.x
for i = 1, 2 do i() end
for i = 1, 2 do i.x = 1 end
for k, v in pairs({1}) do v() end
for k, v in pairs({1}) do k.x.y = 1 end
local function f() f.x.y = 1 end f()
local f = function() f() end f()
local function f(a) a = a.b.c end f({})
local function f(a, b, c) return c.d end f(1, 2)
local a, b, c = 1 return c.x
local a, b = (function() return 1 end)() return b.x
local t = {} t[t.x.y] = 1
local t = {} t[1] = t.x.y
local t = {} print(t.x.y)
local t = {} return {t.x.y}
local t = {} return not t.x.y
local t = {} return t.x.y == nil
local t = {} return t.x.y and 1
local t = {} if t.x.y then end
local t = {} return (t.x).y
local t = {} return #t.x.y
`,
});

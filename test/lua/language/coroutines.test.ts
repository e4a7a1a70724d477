// Coroutines: values that go in and out, states, errors, and where 5.1 does not let them yield.
import { corpus } from '../support/corpus.ts';

/** Where yield() stands within a coroutine; what 5.1 refuses is an error there. */
const PLACES = [
  'return yield(1)',
  'local x = yield(1) return x',
  'local x, y = yield(1, 2) return y, x',
  'yield() yield(2) return 3',
  'for i = 1, 3 do yield(i) end',
  'for i = yield("start"), yield("stop"), yield("step") do print(i) end',
  'local i = 0 while yield(i) do i = i + 1 end return i',
  'local i = 0 repeat i = i + 1 until yield(i) == 3 return i',
  'if yield("condition") then return "yes" else return "no" end',
  'if false then elseif yield(1) == 1 then return "one" else return "other" end',
  'return {yield(1), yield(2), x = yield(3), [yield(4)] = 5}',
  'local t = {yield(1), yield(2)} return #t, t[1], t[2]',
  'return yield(1) + yield(2) * yield(3)',
  'return yield(1) .. yield(2) .. yield(3)',
  'return yield(1) and yield(2) or yield(3)',
  'return not yield(false), -yield(5), #yield("abc")',
  'return yield(1) == yield(2), yield(1) < yield(2)',
  'return (yield(1, 2))',
  'return (yield(1)), yield(2), yield(3, 4)',
  'local t = {} t[yield("k")], t.b = yield("v"), yield("w") return t.b, next(t)',
  'local t = {} t.x, t.y = yield(1) return t.x, t.y',
  'local function f(...) return select("#", ...), ... end return f(yield(1), yield(2))',
  'print(yield(1), yield(2))',
  'local function f() return yield(1) end return f()',
  'local function f() local x = yield(1) return x end return (f())',
  'local function f(n) if n > 0 then yield(n) return f(n - 1) end return "done" end return f(3)',
  'local function f(n) if n > 0 then yield(n) f(n - 1) yield(-n) end end f(2)',
  'local t = {m = function(self, x) return yield(x) end} return t:m(5)',
  'local t = {f = yield} return t.f(5)',
  'local f = function() return yield end return f()(5)',
  'return ("x"):rep(yield(2))',
  'local a, b = 1, yield(2) a, b = yield(a), yield(b) return a, b',
  'local n = 0 local up = function() n = n + 1 return yield(n) end up() up() return n',
  'for k, v in pairs({1, 2}) do yield(k, v) end',
  'for i, v in ipairs({"a", "b"}) do local r = yield(i, v) print(r) end',
  'for w in ("a b"):gmatch("%a") do yield(w) end',
  'for x in yield do print(x) end',
  'for x in function() return yield(1) end do print(x) break end',
  'for x in coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) do yield(x) end',
  'local x <close> = yield(1)',
  'do local x = yield(1) do local x = yield(2) print(x) end return x end',
  'while true do local x = yield(1) if x == 1 then break end end return "left"',
  'return pcall(yield, 1)',
  'return pcall(function() return yield(1) end)',
  'return pcall(function() return 5 end)',
  'return pcall(function() yield(1) error("x") end)',
  'return xpcall(function() return yield(1) end, print)',
  'return pcall(pcall, yield, 1)',
  'return select("#", yield(1, 2))',
  'return tostring(yield(1))',
  'return setmetatable({}, {__index = function(_, k) return yield(k) end}).x',
  'setmetatable({}, {__newindex = function(_, k) return yield(k) end}).x = 1',
  'return setmetatable({}, {__add = function() return yield(1) end}) + 1',
  'return setmetatable({}, {__concat = function() return yield(1) end}) .. 1',
  'return setmetatable({}, {__call = function(_, x) return yield(x) end})(7)',
  'return -setmetatable({}, {__unm = function() return yield(1) end})',
  'local o, m = setmetatable, {__eq = function() return yield(1) end} return o({}, m) == o({}, m)',
  'local o, m = setmetatable, {__lt = function() return yield(1) end} return o({}, m) < o({}, m)',
  'local o, m = setmetatable, {__le = function() return yield(1) end} return o({}, m) <= o({}, m)',
  'return tostring(setmetatable({}, {__tostring = function() return yield("t") end}))',
  'return ("a"):gsub("a", yield)',
  'return (("a"):gsub("a", function() return yield(1) end))',
  'table.sort({3, 2, 1}, function(a, b) yield(a) return a < b end)',
  'table.foreach({1}, yield)',
  'return load(yield)',
  'return load(function() return yield("x") end)',
  'return loadstring("return coroutine.yield(1)")()',
  'return loadstring("local x = coroutine.yield(1) return x, ...")("arg")',
  'return coroutine.wrap(function() return yield(1), yield(2) end)()',
  'local f = coroutine.wrap(function(x) return yield(x) end) return f(1), f(2)',
  'local f = coroutine.wrap(function() yield(1) yield(2) end) yield(f()) yield(f()) return f()',
  'return coroutine.resume(coroutine.create(yield), 1)',
  'return coroutine.resume(coroutine.running())',
  'return coroutine.status(coroutine.running())',
  'return unpack({yield(1), yield(2)})',
  'return math.max(yield(1), yield(2))',
  'return assert(yield(1), yield(2))',
  'error(yield("message"), 0)',
  'return setfenv(function() return x end, {x = yield(1)})()',
  'local s = 0 for i = 1, 3 do for j = 1, 2 do s = s + yield(i * j) end end return s',
  'local t = {} for i = 1, 3 do yield(i) t[i] = function() return i end end return t[1](), t[3]()',
  'return ...',
  'return yield(...)',
  'local a, b = ... yield(b, a) return ...',
  'return select("#", ...), yield(select(2, ...))',
  'yield(nil) yield(nil, nil) yield() return nil',
  'yield(yield(yield(1)))',
  'yield(yield)',
  'local co = coroutine.running() yield(co) return co == coroutine.running()',
  'collectgarbage() yield(1) collectgarbage() return 2',
];

/** How the coroutine is driven: in one go, with values, by wrap, after its end. */
const DRIVERS = [
  `local co = coroutine.create(function(...) local yield = coroutine.yield $ end)
for i = 1, 7 do print(coroutine.resume(co, i, 'x')) print(coroutine.status(co)) end`,
  `local f = coroutine.wrap(function(...) local yield = coroutine.yield
$
end)
for i = 1, 5 do print(f(i)) end`,
  `local yield = coroutine.yield local function body(...) $ end
local co = coroutine.create(body) print(coroutine.resume(co)) print(coroutine.resume(co))
return coroutine.resume(co, 1)`,
];

corpus({
  'each place, each driver': PLACES.flatMap((place) =>
    DRIVERS.map((driver) => driver.replace('$', () => place)),
  ),
  'not in a coroutine': PLACES.map((place) => `local yield = coroutine.yield ${place}`),
  'many yields': [
    `local f = coroutine.wrap(function() local function g(x) return x end
for i = 1, 5000 do coroutine.yield(g(i)) end end)
for i = 1, 5000 do if f() ~= i then return i end end return f()`,
  ],
  'the library': `
return type(coroutine.create(print)), coroutine.status(coroutine.create(print))
return coroutine.create()
return coroutine.create(nil)
return coroutine.create(5)
return coroutine.create({})
return coroutine.create('x')
return coroutine.wrap()
return coroutine.wrap(nil)
return type(coroutine.wrap(print))
return coroutine.resume()
return coroutine.resume(nil)
return coroutine.resume(print)
return coroutine.status()
return coroutine.status(5)
return coroutine.running()
return coroutine.yield()
return coroutine.yield(1)
return coroutine.isyieldable
return coroutine.close
return pcall(coroutine.yield)
local co = coroutine.create(function() end) print(coroutine.resume(co)) print(coroutine.resume(co))
  return coroutine.status(co)
local co = coroutine.create(function() return 1, nil, 3 end) return coroutine.resume(co)
local co = coroutine.create(function(...) return select('#', ...), ... end)
  return coroutine.resume(co, 1, nil)
local co = coroutine.create(print) return coroutine.resume(co, 1, 2)
local co = coroutine.create(pcall) return coroutine.resume(co, error, 'x')
local co = coroutine.create(error) print(coroutine.resume(co, 'x')) return coroutine.status(co)
local co = coroutine.create(coroutine.yield) print(coroutine.resume(co, 1))
  print(coroutine.resume(co, 2))
  return coroutine.resume(co)
local co = coroutine.wrap(coroutine.yield) print(co(1)) print(co(2)) co()
local co = coroutine.create(function() error('x') end) print(coroutine.resume(co))
  print(coroutine.resume(co))
  return coroutine.status(co)
local co = coroutine.create(function() error({1}) end) local ok, e = coroutine.resume(co)
  return ok, e[1]
local co = coroutine.create(function() error() end) return coroutine.resume(co)
local co = coroutine.create(function() error('x', 2) end) return coroutine.resume(co)
local co = coroutine.create(function() local f = function() error('x', 2) end
  f() end) return coroutine.resume(co)
local co = coroutine.create(function() local x = nil; x.y = 1 end) return coroutine.resume(co)
local co = coroutine.create(function() nothing() end) return coroutine.resume(co)
local f = coroutine.wrap(function() error('x') end) f()
local f = coroutine.wrap(function() error('x', 0) end) f()
local f = coroutine.wrap(function() error({1}) end) return select(2, pcall(f))[1]
local f = coroutine.wrap(function() error(nil) end) return pcall(f)
local f = coroutine.wrap(function() error(5) end) return pcall(f)
local f = coroutine.wrap(function() local x = nil + 1 end) return pcall(f)
local f = coroutine.wrap(function() return 1 end) f() f()
local f = coroutine.wrap(function() return 1 end) f()
  return pcall(f)
local f = coroutine.wrap(function() error('first') end) print(pcall(f)) print(pcall(f))
local function g() error('x') end local f = coroutine.wrap(function()
  g() end) local function h()
  f() end h()
local co co = coroutine.create(function() return coroutine.resume(co) end)
  return coroutine.resume(co)
local co co = coroutine.create(function() return coroutine.status(co) end)
  return coroutine.resume(co)
local f f = coroutine.wrap(function() f() end) return pcall(f)
local a, b a = coroutine.create(function() return coroutine.resume(b) end)
  b = coroutine.create(function() return coroutine.status(a), coroutine.resume(a) end)
  return coroutine.resume(a)
local co = coroutine.create(function() coroutine.yield(1) end) coroutine.resume(co)
  return coroutine.status(co)
local co = coroutine.create(function() coroutine.yield(coroutine.running()) end)
  local _, c = coroutine.resume(co)
  return c == co, coroutine.running()
local co = coroutine.create(function() return coroutine.running() end)
  return select(2, coroutine.resume(co)) == co
local a = coroutine.create(function() local b = coroutine.create(function()
  return coroutine.running() end)
  local _, r = coroutine.resume(b) return r == b, r == coroutine.running() end)
  return coroutine.resume(a)
local co = coroutine.create(function() local b = coroutine.wrap(function() coroutine.yield('in')
  end) b()
  coroutine.yield('out') b() end) print(coroutine.resume(co)) print(coroutine.resume(co))
local gen = function(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end)
  end
  for i in gen(4) do print(i) end
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end
  end) end
  local s = 0 for i, q in gen(10) do s = s + q end return s
local function tree(t) if t then tree(t[1]) coroutine.yield(t[2]) tree(t[3]) end end
  local t = {{nil, 1, nil}, 2, {{nil, 3, nil}, 4, nil}} for v in coroutine.wrap(function() tree(t)
  end) do print(v) end
local function filter(p, g) return coroutine.wrap(function() for x in g do if p(x)
  then coroutine.yield(x) end end end) end
  local function count(n) return coroutine.wrap(function() for i = 2, n do coroutine.yield(i) end
  end) end
  local g, t = count(30), {} while true do local p = g() if not p then break end t[#t + 1] = p
  g = filter(function(x) return x % p ~= 0 end, g) end return table.concat(t, ' ')
local function permgen(a, n) if n <= 1 then coroutine.yield(table.concat(a)) else for i = 1, n do
  a[n], a[i] = a[i], a[n] permgen(a, n - 1) a[n], a[i] = a[i], a[n] end end end
  for p in coroutine.wrap(function() permgen({1, 2, 3}, 3) end) do print(p) end
local log = {} local function task(name, n) return coroutine.create(function() for i = 1, n
  do log[#log + 1] = name .. i
  coroutine.yield() end end) end local tasks = {task('a', 2), task('b', 3)}
  while #tasks > 0 do for i = #tasks, 1, -1 do coroutine.resume(tasks[i])
  if coroutine.status(tasks[i]) == 'dead' then table.remove(tasks, i) end end end
  return table.concat(log, ' ')
local prod = coroutine.create(function() for i = 1, 3 do coroutine.yield('item' .. i) end end)
  local cons = coroutine.wrap(function() while true do local ok, v = coroutine.resume(prod) if not v
  then break end
  coroutine.yield(v .. '!') end end) return cons(), cons(), cons(), cons()
local cos = {} for i = 1, 100 do cos[i] = coroutine.wrap(function(x) while true
  do x = coroutine.yield(x + i) end end) end
  local s = 0 for r = 1, 3 do for i = 1, 100 do s = s + cos[i](r) end end return s
local co = coroutine.wrap(function() local x = 0 while true do x = x + coroutine.yield(x) end
  end) co()
  for i = 1, 10 do co(i) end return co(0)
local co = coroutine.create(function() for i = 1, 1000 do coroutine.yield(i) end end) local n = 0
  while select(2, coroutine.resume(co)) do n = n + 1 end return n
local function deep(n) if n == 0 then coroutine.yield('bottom') else deep(n - 1) end end
  return coroutine.wrap(function() deep(150) end)()
local function nest(n) if n == 0 then return 'inner' end return coroutine.wrap(function()
  return nest(n - 1) end)() end
  return nest(100)
local function nest(n) if n == 0 then return 'inner' end return coroutine.wrap(function()
  return nest(n - 1) end)() end
  local ok, e = pcall(nest, 300) return ok, e:match('[^:]*$')
local x = 1 local co = coroutine.wrap(function() x = x + 1 coroutine.yield() x = x * 10
  end) co() x = x + 5 co() return x
local co = coroutine.wrap(function(a) local f = function() return a end a = coroutine.yield(f)
  return f() end)
  local f = co(1) print(f()) print(co(2)) return f()
local t = {} local co = coroutine.wrap(function() for i = 1, 3 do t[i] = function() return i
  end coroutine.yield() end end)
  co() co() co() return t[1](), t[2](), t[3]()
local co = coroutine.create(function() local ok, e = pcall(error, 'in') coroutine.yield(ok, e)
  return 'end' end)
  print(coroutine.resume(co)) print(coroutine.resume(co))
local co = coroutine.create(function() return pcall(function() error('x') end) end)
  return coroutine.resume(co)
local co = coroutine.create(function() coroutine.yield() error('later') end)
  print(coroutine.resume(co))
  print(coroutine.resume(co)) return coroutine.status(co)
local ok, e = pcall(coroutine.wrap(function() coroutine.yield(1) end)) return ok, e
local co = coroutine.create(function() end) return tostring(co):match('^thread: ') ~= nil, type(co)
local co = coroutine.create(function() end) local t = {[co] = 'v'} return
  t[co], co == co, co == coroutine.create(print)
local co = coroutine.create(function() end) return co.x
local co = coroutine.create(function() end) return #co
local co = coroutine.create(function() end) return co()
local co = coroutine.create(function() return f() end) setfenv(0, {}) return 'set'
local co = coroutine.create(function() return getfenv(0) == getfenv(1) end)
  return coroutine.resume(co)
local co = coroutine.create(function() x = 5 return x end) return coroutine.resume(co), x
return coroutine.resume(coroutine.create(function(...) return ... end), unpack({1, 2, 3, 4, 5}))
return select('#', coroutine.resume(coroutine.create(function() coroutine.yield(nil, nil) end)))
return coroutine.wrap(function(...) return coroutine.yield(...) end)(1, 2, 3)
local f = coroutine.wrap(function() return (coroutine.yield(1)) end) f() return f('a', 'b')
local f = coroutine.wrap(function() return coroutine.yield(coroutine.yield(1)) end)
  return f(), f(2), f(3)
local y = coroutine.yield local f = coroutine.wrap(function() y(1) y(2) return 3 end)
  return f(), f(), f()
local w = coroutine.wrap local f = w(function() local g = w(function() coroutine.yield('g')
  return 'end g' end)
  coroutine.yield(g()) coroutine.yield(g()) return 'end f' end) return f(), f(), f()
local f = coroutine.wrap(function() return pcall(coroutine.wrap(function() error('deep') end)) end)
  return f()
local f = coroutine.wrap(function() local t = setmetatable({}, {__index = function(_, k)
  return k .. '!' end})
  coroutine.yield(t.a) return t.b end) return f(), f()
local f = coroutine.wrap(function() local s = ('abc'):gsub('.', function(c) return c:upper()
  end) coroutine.yield(s)
  return 'end' end) return f(), f()
local f = coroutine.wrap(function() for i = 1, 3 do local ok, e = pcall(error, i) coroutine.yield(e)
  end end) return f(), f(), f()
`,
});

// Functions: closures, varargs, results, tail calls, recursion.
import { corpus } from '../support/corpus.ts';

const COUNTS = [0, 1, 2, 3, 4, 5, 8, 20];
const RANGE = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Functions of a number of parameters, called with a number of arguments, in every manner. */
function arities(): string[] {
  return COUNTS.flatMap((parameters) => {
    const names = RANGE(parameters).map((index) => `p${index}`);
    const list = names.join(', ');
    const results = list === '' ? 'nil' : list;
    const withDots = [...names, '...'].join(', ');
    return COUNTS.flatMap((count) => {
      const values = RANGE(count).join(', ');
      const strings = RANGE(count)
        .map((index) => `'${index}'`)
        .join(', ');
      return [
        `local function f(${list}) return ${results} end return f(${values})`,
        `local function f(${withDots}) return select('#', ...), ${results} end return f(${values})`,
        `local function f(${withDots}) return ... end return f(${values})`,
        `local f = function(${list}) return ${results} end return f(unpack({${values}}))`,
        `local function f(${list}) return ${results} end local t = {f(${values})} return #t, t[1]`,
        `local t = {} function t:f(${list}) return self == t, ${results} end return t:f(${values})`,
        `function f(${list}) return ${results} end local a, b, c = f(${values}) return a, b, c`,
        `local function f(${withDots}) return {...} end return unpack(f(${strings}))`,
        `return pcall(function(${list}) return ${results} end${count === 0 ? '' : `, ${values}`})`,
        `local f = coroutine.wrap(function(${list}) return ${results} end) return f(${values})`,
        `local t = setmetatable({}, {__call = function(${withDots}) return ${results}, ... end})
return select('#', t(${values})), select(2, t(${values}))`,
      ];
    });
  });
}

corpus({
  'parameters and arguments': arities(),
  closures: `
local function counter() local n = 0 return function() n = n + 1 return n end end
  local a, b = counter(), counter() return a(), a(), b(), a(), b()
local function pair() local n = 0 return function() n = n + 1 end, function() return n end end
  local up, get = pair() up() up() return get()
local x = 1 local function f() return x end x = 2 return f()
local x = 1 local function f() x = x + 1 end f() f() return x
local x = 1 local function f() local x = x + 1 return x end return f(), x
local f do local x = 5 f = function() x = x + 1 return x end end return f(), f()
local function f() local a = 1 local function g() a = a + 1 return a end return g, function()
  return a end end
  local g, h = f() g() return h(), g(), h()
local function f(n) return function(m) n = n + m return n end end local g = f(10)
  return g(1), g(2), f(0)(5)
local function f(a) return function(b) return function(c) return a + b + c end end end
  return f(1)(2)(3)
local function f(a) local function g() local function h() a = a + 1 return a end return h end
  return g() end
  local h = f(1) return h(), h()
local t = {} for i = 1, 5 do t[i] = function() return i end end local s = 0 for i = 1, 5
  do s = s * 10 + t[i]() end return s
local t = {} for i, v in ipairs({'a', 'b', 'c'}) do t[i] = function() v = v .. i return v end end
  return t[1](), t[1](), t[2](), t[3]()
local t = {} local i = 1 while i <= 3 do local j = i t[i] = function() j = j + i return j
  end i = i + 1 end
  return t[1](), t[2](), t[3](), t[1]()
local t = {} for i = 1, 3 do local function f() return f, i end t[i] = f end local f, i = t[2]()
  return f == t[2], i
local t = {} for i = 1, 2 do t[i] = {get = function() return i end, set = function(v) i = v end} end
  t[1].set(9) return t[1].get(), t[2].get()
local t = {} for i = 1, 3 do local x if i == 2 then x = 'set' end t[i] = function() return x end end
  return t[1](), t[2](), t[3]()
local t = {} for i = 1, 3 do local x t[i] = function() x = (x or 0) + i return x end end
  return t[1](), t[1](), t[2](), t[3](), t[3]()
local a = {} local x for i = 1, 3 do x = i a[i] = function() return x end end
  return a[1](), a[2](), a[3]()
local function f(...) local a, b = ... return function() a, b = b, a return a, b end end
  local g = f(1, 2) g() return g()
local function f(x) local function g() x = x .. '!' end g() g() return x end return f('a')
local function f(x) x = x * 2 return function() return x end end return f(4)()
local function outer() local t = {} for i = 1, 3 do t[#t + 1] = function(d) i = i + (d or 0)
  return i end end
  return t end local t, u = outer(), outer() t[1](10) return t[1](), u[1](), t[2]()
local fs = {} for i = 1, 3 do for j = 1, 2 do fs[#fs + 1] = function() return i * 10 + j end end end
  local s = '' for _, f in ipairs(fs) do s = s .. f() .. ' ' end return s
local f local function g() return f() end f = function() return 'late' end return g()
local function even(n) if n == 0 then return true end return odd(n - 1) end
  function odd(n) if n == 0 then return false end return even(n - 1) end return even(10), odd(7)
local even, odd function even(n) return n == 0 or odd(n - 1) end
  function odd(n) return n ~= 0 and even(n - 1) end return even(10), even(7)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(15)
local fact fact = function(n) return n <= 1 and 1 or n * fact(n - 1) end return fact(20), fact(25)
return (function(f) return f(f, 5) end)(function(f, n) return n == 0 and 1 or n * f(f, n - 1) end)
local function y(f) return (function(x) return x(x) end)(function(x) return f(function(v)
  return x(x)(v) end) end) end
  return y(function(self) return function(n) return n == 0 and 1 or n * self(n - 1) end end)(6)
local function compose(...) local fs = {...} return function(x) for i = #fs, 1, -1 do x = fs[i](x)
  end return x end end
  return compose(function(x) return x + 1 end, function(x) return x * 2 end)(5)
local function curry(f, a) return function(...) return f(a, ...) end end
  return curry(math.max, 5)(3, 9)
local function ack(m, n) if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) end
  return ack(m - 1, ack(m, n - 1)) end return ack(2, 3)
local x = 'outer' local function f() local y = x local x = 'inner' return y, x end return f()
local x = 1 do local x = x + 1 do local x = x + 1 print(x) end print(x) end return x
local a, b = 1, 2 local function f() a, b = b, a end f() return a, b
local n = 0 local function f() n = n + 1 return n end return f() + f() * f()
local n = 0 local function f() n = n + 1 return n end local t = {f(), f(), [f()] = f()} return t[1],
  t[2], t[3]
local s = '' local function f(x) s = s .. x return x end local _ = f(1) + f(2) * f(3) .. f(4)
  return s
local s = '' local function f(x) s = s .. tostring(x) return x end
  local _ = f(false) and f(1) or f(nil) or f(2) and f(3) return s
local s = '' local function f(x) s = s .. x return x end local t = {} t[f('a')],
  t[f('b')] = f('c'), f('d') return s
local s = '' local function f(x) s = s .. x return function() end end f('a')(f('b'), f('c'))
  return s
local f = function() end return f == f, f == function() end, (function() end) == (function() end)
local function mk() return function() end end return mk() == mk()
local function f() end local t = {[f] = 'x'} return t[f], t[print]
local x = 1 local f = function() return x end local g = function() x = x + 1 end g()
  local x = 10 g() return f(), x
repeat local x = 1 local f = function() return x end x = 2 print(f()) until x == 2
local function f() local x <close> = 1 end
local f = function(a, a) return a end return f(1, 2)
local f = function(self) return self end return f('me')
local t = {x = 1} function t:inc(n) self.x = self.x + (n or 1) return self end
  return t:inc():inc(5).x
`,
  varargs: `
return ...
return select('#', ...), ...
local a = ... return a
local a = (...) return a
local a, b, c = ... return c, b, a
local t = {...} return #t == 3 or #t == 1, t[1], t[2], t[3]
local t = {..., 'last'} return #t, t[1], t[2]
local t = {'first', ...} return t[1], t[2], t[3], t[4]
local t = {n = select('#', ...), ...} return t.n, t[1], t[3]
local function f(...) return ... end return f(), 'end'
local function f(...) return ... end return (f())
local function f(...) return ... end return f(f(1, 2), f(3, 4))
local function f(...) return select('#', ...) end return f(), f(nil), f(nil, nil), f(f()), f((f()))
local function f(...) local a, b = ... return b, a end return f(1), f(1, 2), f(1, 2, 3)
local function f(...) local s = 0 for i = 1, select('#', ...) do s = s + (select(i, ...)) end
  return s end
  return f(), f(1), f(1, 2, 3)
local function f(...) local s = 0 for _, v in ipairs({...}) do s = s + v end return s end
  return f(1, 2, 3)
local function f(...) return function() return ... end end
local function f(a, ...) return ..., a end return f(1, 2, 3)
local function f(a, ...) return a, ... end return f(1, 2, 3)
local function f(a, b, ...) return select('#', ...) end return f(), f(1), f(1, 2), f(1, 2, 3)
local function f(...) return arg end return f(1, 2)
local function f(...) return arg.n, arg[1], arg[2] end return f('a', 'b')
local function f(...) return arg.n, #arg end return f(nil, nil)
local function f(...) local arg = arg return arg and arg.n end return f(1)
local function f(...) local a = ... return arg end return f(1, 2)
local function f(a, ...) arg[1] = 'changed' return arg[1], arg.n end return f(1, 2, 3)
local function f(...) arg = 5 return arg end return f(1)
local arg = 'outer' local function f(...) return type(arg) end return f(1)
local arg = 'outer' local function f(a) return type(arg) end return f(1)
local function f(...) return function() return arg end end return type(f(1)())
local function f(...) return function() return arg[1] end end return f('up')()
local function f(...) local function g(...) return arg.n end return arg.n, g(...), g() end
  return f(1, 2)
return arg
return type(arg)
local function f(a, arg) return arg end return f(1, 2)
local function f(arg, ...) return arg end return f(1, 2)
local function f(...) local x = {...} x[1] = 'new' return ... end return f('old')
local function f(a, ...) a = 'new' return a, ... end return f(1, 2)
local function f(...) return {...}, {...} end local a, b = f(1) return a ~= b, a[1], b[1]
local function f(...) if select('#', ...) == 0 then return 'none' end return f(select(2, ...)) end
  return f(1, 2, 3)
local function f(n, ...) if n == 0 then return ... end return f(n - 1, n, ...) end return f(5)
local function f(...) print(...) print((...)) print(..., 'x') end f(1, 2) f() f(nil)
local function f(...) return (select('#', ...)) end local t = {} for i = 1, 200 do t[i] = i end
  return f(unpack(t))
local function f(...) for i, v in pairs({...}) do print(i, v) end end f('a', 'b')
local function f(...) return ... == nil, ... or 'default', ... and 'set' end return f()
local function f(...) return ... + 1 end return f(5, 6)
local function f(...) return -..., not ..., #tostring(...) end return f(5, 6)
local function f(...) return ... .. 'x' end return f('a', 'b')
local function f(...) local t = {[...] = 'key'} return t.k end return f('k', 'j')
local function f(...) local t = {x = ...} return t.x, #t end return f(1, 2)
local function f(...) while ... do return 'in' end return 'out' end
  return f(true), f(nil), f(false), f()
local function f(...) return (...)[1] end return f({7}, 8)
local function f(...) return (...).x end return f({x = 7}, 8)
local function f(...) return ...[1] end
local function f(...) return pcall(...) end return f(error, 'x')
local function f(...) local a, b = select(2, ...) return a, b end return f(1, 2, 3)
local function f() return ... end
function g() local x = ... end
local f = function() return function(...) return ... end end return f()(1, 2)
return (function(...) return ... end)(...)
return (function(...) return select(-1, ...) end)(1, 2, 3)
return select(-4, 1, 2, 3)
return select(0, 1)
return select(4, 1, 2, 3)
return select('x', 1)
return select()
return select('2', 'a', 'b', 'c')
return select(2.9, 'a', 'b', 'c')
return select(-1)
return select('#'), select('#', nil), select('#', nil, nil)
return select('##', 1)
return unpack({1, 2, 3}), unpack({1, 2, 3}, 2), unpack({1, 2, 3}, 2, 3)
return unpack({}, 1, 3)
return unpack({1, 2}, -1, 1)
return unpack({1, 2, 3}, 3, 2)
return unpack({n = 3, 1}, 1, 3)
return unpack()
return unpack('abc')
return unpack({1, 2}, 'x')
return unpack({1, 2}, '2')
return unpack({1, 2}, 1.9, 2.9)
return unpack({1, 2, 3}, nil, nil)
return unpack({1, 2, 3}, nil, 2)
return unpack({}, 1, 1e7)
return unpack({}, 1, 1e10)
return unpack({1}, 2^31 - 1, 2^31 - 1)
return #{unpack({1, 2, 3})}, #{unpack({1, 2, 3}), 4}
local t = {} for i = 1, 7000 do t[i] = i end return select('#', unpack(t))
local t = {} for i = 1, 7000 do t[i] = i end return (select(7000, unpack(t)))
local t = {} for i = 1, 5000 do t[i] = i end local u = {unpack(t)} return #u, u[5000]
local t = {} for i = 1, 5000 do t[i] = i end return (function(...) return select('#', ...)
  end)(unpack(t))
return math.max(unpack({3, 9, 2}))
return string.char(unpack({72, 105}))
return select('#', table.concat({}), unpack({nil, nil}, 1, 2))
`,
  'order of evaluation': `
local x = 1 local function f() x = 10 return 1 end return x + f(), x
local x = 1 local function f() x = 10 return 1 end return f() + x, x
local x = 1 local function f() x = 10 return 1 end return x < f(), x > f(), x == f(), x ~= f()
local x = 1 local function f() x = 10 return 1 end return x .. f(), x
local x = 1 local function f() x = 10 return 1 end return x, f(), x
local x = 1 local function f() x = 10 return 1 end return x and f(), x or f()
local x = 1 local function f() x = 10 return 1 end return {x, f(), x}[1]
local x = 1 local function f() x = 10 return 1 end local t = {x, f(), x} return t[1], t[2], t[3]
local x = 1 local function f() x = 10 return 1 end local t = {a = x, b = f(), c = x}
  return t.a, t.b, t.c
local x = 1 local function f() x = x + 1 return x end print(x, f(), x, f(), x)
local x = 1 local function f() x = x + 1 return x end return x .. f() .. x .. f()
local x = 1 local function f() x = x + 1 return x end return 'a' .. x .. f()
local x = 1 local function f() x = x + 1 return x end for i = x, f(), x do print(i) end
local x = 1 local function f() x = x + 1 return x end if x < f() then return 1 else return 2 end
local x = 1 local function f() x = x + 1 return x end local a, b = x, f() return a, b
local x = 1 local function f() x = x + 1 return x end x = x + f() return x
local t, k = {}, 'a' local function f() k = 'b' return 1 end t[k] = f() return t.a, t.b
local t = {} local u = t local function f() t = {} return 1 end t.x = f() return t.x, u.x
local k, t = 'a', {a = 1, b = 2} local function f() k = 'b' return 5 end return t[k] + f(), t[k]
local t = {v = 1} local function f() t = {v = 100} return 5 end return t.v + f(), t.v
local x = 1 local o = {m = function(self, a, b) return a, b end}
  local function f() x = x + 1 return x end return o:m(x, f())
local o = {m = function() return 'first' end} local p = {m = function() return 'second' end}
  local function f() o = p end return o:m(f())
local a, b = 1, 2 local function f() a = 10 return 5 end a, b = f(), a return a, b
local a, b = 1, 2 local function f() a = 10 return 5 end b, a = a, f() return a, b
local x = 5 local t = setmetatable({}, {__index = function() x = 6 return 1 end}) return x + t.y, x
local x = 5 local t = setmetatable({}, {__add = function() x = 6 return 1 end}) return x, t + 1, x
local m = {__lt = function(a, b) print(a.n, b.n) return true end}
  local function o(n) return setmetatable({n = n}, m) end
  return o(1) < o(2), o(3) > o(4), o(5) <= o(6), o(7) >= o(8)
local function f(n) print(n) return n end return f(1) + f(2) * f(3) ^ f(4) .. f(5)
local function f(n) print(n) return {n = n} end f(1)[f(2)], f(3)[f(4)] = f(5), f(6)
local function f(n) print(n) return n end local t = {f(1), [f(2)] = f(3), x = f(4), f(5)} return #t
local function f(n) print(n) return n end return f(1) < f(2), f(3) > f(4), f(5) >= f(6)
`,
  'tail calls and recursion': String.raw`
local function f(n) if n == 0 then return 'done' end return f(n - 1) end return f(10000)
local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(3000)
local function f(n) return n == 0 and 'end' or f(n - 1) end return f(1000)
local a, b function a(n) if n == 0 then return 'a' end return b(n - 1) end
  function b(n) if n == 0 then return 'b' end return a(n - 1) end return a(1001)
local function f(n) return (n == 0 and 0 or f(n - 1)) end return f(100)
local t = {} function t:f(n) if n == 0 then return self == t end return self:f(n - 1) end
  return t:f(1000)
local function f(n, ...) if n == 0 then return select('#', ...) end return f(n - 1, n, ...) end
  return f(50)
local function f(n, acc) if n == 0 then return acc end return f(n - 1, acc + n) end
  return f(1000, 0)
local function f() return error('in a tail call') end return f()
local function f() error('x') end local function g() return f() end return pcall(g)
local function f() return f() + 1 end local ok, e = pcall(f) return ok, (e:gsub('\n.*', ''))
local function f() f() end local ok, e = pcall(f) return ok, (e:gsub('\n.*', ''))
local function f(x) return {f(x)} end local ok, e = pcall(f) return ok, (e:gsub('\n.*', ''))
local function f() local ok, e = pcall(f) return ok end return type(f())
local function f() return pcall(f) end return type(f())
local n = 0 local function f() n = n + 1 f() end pcall(f) return n > 1000
local n = 0 local function f() n = n + 1 return f() + 1 end for i = 1, 3 do print(pcall(f) == false)
  end return n > 3000
local t = setmetatable({}, {}) getmetatable(t).__index = t return pcall(function() return t.x end)
local t = setmetatable({}, {}) getmetatable(t).__newindex = t return pcall(function() t.x = 1 end)
local t = setmetatable({}, {__index = function(t, k) return t[k] end}) local ok, e =
  pcall(function() return t.x end)
  return ok, e:find('overflow') ~= nil
local t = setmetatable({}, {__call = function(self) return self() + 1 end}) local ok, e = pcall(t)
  return ok, e:find('overflow') ~= nil
local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) local ok, e =
  pcall(tostring, t)
  return ok, e:find('overflow') ~= nil
local t = setmetatable({}, {__add = function(a, b) return a + b end}) local ok, e = pcall(function()
  return t + 1 end)
  return ok, e:find('overflow') ~= nil
local t = setmetatable({}, {__eq = function(a, b) return a == b end}) local u =
  setmetatable({}, getmetatable(t))
  local ok, e = pcall(function() return t == u end) return ok, e:find('overflow') ~= nil
local f f = coroutine.wrap(function() return f() end) return pcall(f)
local function f(s) return (s:gsub('.', f)) end local ok, e = pcall(f, 'x')
  return ok, e:find('overflow') ~= nil
local function f() local t = {3, 2, 1} table.sort(t, function(a, b) f() return a < b end) end
  local ok, e = pcall(f) return ok, e:find('overflow') ~= nil
local s = 'return 1' for i = 1, 50 do s = 'return (function() ' .. s .. ' end)()' end
  return loadstring(s)()
local s = string.rep('(', 150) .. '1' .. string.rep(')', 150) return loadstring('return ' .. s)()
local s = string.rep('(', 300) .. '1' .. string.rep(')', 300)
  return loadstring('return ' .. s, '=s')
local s = string.rep('{', 300) .. string.rep('}', 300) return loadstring('return ' .. s, '=s')
local s = string.rep('do ', 300) .. string.rep('end ', 300) return loadstring(s, '=s')
local s = string.rep('- ', 300) .. '1' return loadstring('return ' .. s, '=s')
local s = string.rep('not ', 300) .. '1' return loadstring('return ' .. s, '=s')
local s = string.rep('a = function() ', 300) .. string.rep('end ', 300) return loadstring(s, '=s')
local s = '1' .. string.rep('^1', 300) return loadstring('return ' .. s, '=s')
local s = '1' .. string.rep(' .. 1', 300) return loadstring('return ' .. s, '=s')
local s = '1' .. string.rep(' .. 1', 150) return #loadstring('return ' .. s)()
local s = '1' .. string.rep(' + 1', 3000) return loadstring('return ' .. s)()
local s = 'a' .. string.rep('.a', 3000)
  return loadstring('a = {} a.a = a return ' .. s .. ' == a')()
local s = 'x' .. string.rep('()', 1000)
  return loadstring('x = function() return x end return type(' .. s .. ')')()
local s = string.rep('if true then ', 150) .. 'x = 1 ' .. string.rep('end ', 150) loadstring(s)()
  return x
local s = 'if false then ' .. string.rep('elseif false then ', 1000) .. 'else return 1 end'
  return loadstring(s)()
local s = string.rep('local a\n', 200) return loadstring(s) ~= nil
local s = string.rep('local a\n', 201) return loadstring(s)
local s = 'function f() ' .. string.rep('local a\n', 201) .. ' end' return loadstring(s)
local s = string.rep('do local a = a + 1 ', 100) .. 'b = a ' .. string.rep('end ', 100)
  s = 'local a = 1 ' .. s
  loadstring(s)() return b
local names, uses = {}, {} for i = 1, 61 do names[i] = 'v' .. i uses[i] = 'v' .. i .. ' = 1' end
  names, uses = table.concat(names, ','), table.concat(uses, '\n')
  return loadstring('local ' .. names .. '\nfunction f()\n' .. uses .. ' end', '=s')
local names, uses = {}, {} for i = 1, 60 do names[i] = 'v' .. i uses[i] = 'v' .. i .. ' = 1' end
  names, uses = table.concat(names, ','), table.concat(uses, '\n')
  return loadstring('local ' .. names .. '\nfunction f()\n' .. uses .. ' end') ~= nil
local t = {} for i = 1, 300 do t[i] = 'x' .. i end
  return loadstring('local ' .. table.concat(t, ',') .. ' = 1', '=s')
local t = {} for i = 1, 300 do t[i] = 'x' .. i end
  return loadstring('function f(' .. table.concat(t, ',') .. ') end', '=s')
local t = {} for i = 1, 240 do t[i] = i end
  return select('#', loadstring('return ' .. table.concat(t, ','))())
local t = {} for i = 1, 5000 do t[i] = i end
  return #loadstring('return {' .. table.concat(t, ',') .. '}')()
local t = {} for i = 1, 3000 do t[i] = 'k' .. i .. '=' .. i end
  return loadstring('return {' .. table.concat(t, ',') .. '}')().k2999
local t = {} for i = 1, 190 do t[i] = 'x' .. i end
  return loadstring(table.concat(t, ',') .. ' = ' .. table.concat(t, ',')) ~= nil
`,
});

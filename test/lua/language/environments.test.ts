// Globals and environments: _G, setfenv and getfenv, code made from strings.
import { corpus } from '../support/corpus.ts';

corpus({
  globals: `
return x, _G.x, _G['x'], rawget(_G, 'x')
x = 1 return x, _G.x, _G['x'], rawget(_G, 'x')
_G.x = 1 return x
_G['x y'] = 1 return _G['x y']
x = 1 x = nil return x
x, y = 1, 2 return x + y
return _G._G == _G, _G == getfenv(), type(_G)
_G = nil return _G, print ~= nil
_G = {} x = 1 return _G.x, x
local print = nil return print
local _G = {} x = 5 return _G.x
function f() return g() end function g() return 'g' end return f()
function f() x = (x or 0) + 1 end f() f() return x
local function f() local x = 1 x = 2 end f() return x
print = function(...) return 'mine', ... end return print(1)
tostring = function() return 'T' end return tostring(5), 5 .. ''
type = nil return pcall(function() return type(1) end)
string = nil return ('x'):rep(2), string
string = {rep = function() return 'mine' end} return ('x'):rep(2), string.rep()
math = setmetatable({}, {__index = math}) return math.floor(2.5)
pcall = nil return pcall
local t = {} for k in pairs(_G) do if type(k) ~= 'string' then t[#t + 1] = k end end return #t
next = nil for k in pairs({1}) do print(k) end
setmetatable = nil return setmetatable
x = 1 local function f() return x end x = 2 return f()
for i = 1, 3 do v = i end return v, i
for i = 1, 3 do _G['v' .. i] = i * i end return v1, v2, v3
a, b, c = (function() return 1, 2 end)() return a, b, c
a = 1 do local a = 2 _G.a = 3 end return a
self = 1 return self
_ = 1 return _
__index = 1 return __index
constructor = 1 return constructor
return constructor, __proto__, prototype, toString, valueOf, hasOwnProperty
return undefined, NaN, Infinity, globalThis, Object, Function
toString = 1 return toString, rawget(_G, 'toString')
__proto__ = 5 return __proto__, rawget(_G, '__proto__')
__proto__ = {x = 1} return x
return _VERSION
return type(_VERSION), type(pairs), type(string), type(math.pi)
`,
  'setfenv and getfenv': `
return getfenv() == _G, getfenv(0) == _G, getfenv(1) == _G
return getfenv(50)
return getfenv(-1)
return getfenv('x')
return getfenv({})
return getfenv(nil) == _G
return getfenv(function() end) == _G
return pcall(getfenv, 50)
return setfenv()
return setfenv(1)
return setfenv(1, 5)
return setfenv(1, nil)
return setfenv('x', {})
return setfenv({}, {})
return setfenv(50, {})
return setfenv(-1, {})
return setfenv(print, {})
return setfenv(string.rep, {})
return setfenv(nil, {})
setfenv(1, {}) return x
setfenv(1, {}) return print
setfenv(1, {x = 5}) return x
setfenv(1, {print = print}) print('x') return type
local e = {} setfenv(1, e) x = 1 y = 2 return e.x, e.y
local print, setfenv = print, setfenv setfenv(1, {x = 1}) print(x) setfenv(1, {x = 2}) print(x)
setfenv(1, setmetatable({}, {__index = _G})) x = 1 return x, print ~= nil, _G.x
setfenv(1, setmetatable({}, {__index = function(_, k) return 'the ' .. k end})) return anything
local log = {} local g = _G setfenv(1,
  setmetatable({}, {__newindex = function(t, k, v) g.rawset(t, k, v) g.table.insert(log, k) end}))
  x = 1 y = 2 x = 3 return g.table.concat(log, ',')
local function f() return x end setfenv(f, {x = 5}) return f(), x
local function f() x = 5 end local e = {} setfenv(f, e) f() return e.x, x
local function f() return x end local e = {x = 1} return setfenv(f, e) == f, getfenv(f) == e
local function f() return g() end function g() return x end setfenv(f, {g = g}) x = 'global'
  return f()
local function f() return function() return x end end setfenv(f, {x = 1}) local g = f()
  return g(), getfenv(g) == getfenv(f)
local function f() return function() return x end end local g = f() setfenv(f, {x = 1}) x = 'G'
  return g(), f()()
local function f() local function g() return x end return g end local a = f() setfenv(a, {x = 'a'})
  local b = f()
  setfenv(b, {x = 'b'}) return a(), b()
local fs = {} for i = 1, 3 do fs[i] = setfenv(function() return x end, {x = i}) end
  return fs[1](), fs[2](), fs[3]()
local function f() setfenv(1, {x = 'in'}) return x end x = 'out' return f(), x
local function f() setfenv(2, {x = 'caller'}) end x = 'out' f() return x
local function f() local y = x setfenv(1, {x = 'new'}) return y, x end x = 'old' return f()
local function f() return getfenv(1), getfenv(2) end local a, b = f() return a == _G, b == _G
local function f() return getfenv(2) end local e = {f = f} local function g() local r = f() return r
  end
  setfenv(g, e) return g() == e
local function f() return (getfenv(2)) end local e = {f = f} local function g() return (f()) end
  setfenv(g, e) return g() == e
local function f() return x end local function g() local x = 5 return f()
  end x = 1 setfenv(g, {x = 2}) return g()
local e = {} local f = setfenv(function() function h() return 1 end end, e) f()
  return type(e.h), type(h)
local e = {} local f = setfenv(function() x, y = 1, 2 x = x + y end, e) f() return e.x, e.y
local f = setfenv(function() return pcall(function() end) end, {}) f()
local f = setfenv(function() x.y = 1 end, {}) f()
local f = setfenv(function() x() end, {}) f()
local f = setfenv(function() return x + 1 end, {x = {}}) f()
local e = setmetatable({}, {__index = function(_, k) error('undeclared ' .. k, 2) end})
  local f = setfenv(function()
  return x end, e) f()
local f = setfenv(function() return _G end, {}) return f()
local f = setfenv(function() return getfenv end, {}) return f()
setfenv(0, {x = 5, print = print}) return x
local g = _G setfenv(0, {x = 5}) return g.getfenv(0).x, g.loadstring('return x')()
local f = coroutine.wrap(function() return getfenv(0) == _G, x end) x = 1 return f()
local f = coroutine.wrap(setfenv(function() coroutine.yield(x) return x
  end, {coroutine = coroutine, x = 1})) return f(), f()
local f = setfenv(coroutine.wrap(function() return 1 end), {})
local function counter() n = (n or 0) + 1 return n end local a = setfenv(counter, {})
  return a(), a(), n
local function mk() return function() n = (n or 0) + 1 return n end end
  local a, b = setfenv(mk(), {}), setfenv(mk(), {})
  return a(), a(), b(), n
local env = setmetatable({}, {__index = _G})
  local chunk = loadstring('x = 1 return x, print ~= nil') setfenv(chunk, env)
  return chunk(), rawget(env, 'x'), x
local function sandbox(code, env) return pcall(setfenv(loadstring(code), env)) end
  print(sandbox('return a + b', {a = 1, b = 2})) print(sandbox('return print', {}))
  print(sandbox('x = 1', {}))
  return sandbox('return a.b', {})
`,
  'code from strings': String.raw`
return loadstring('return 1')()
return loadstring('return ...')(1, 2)
return loadstring('')
return loadstring('')()
return loadstring('x = 5')(), x
return loadstring('return 1 +')
return loadstring('return 1 +', 'name')
return loadstring('return 1 +', '=name')
return loadstring('return 1 +', '@name')
return loadstring('x =', 'line one\nline two')
return loadstring('x =', '=' .. ('n'):rep(30))
return loadstring('x =', '@' .. ('n'):rep(30))
return loadstring('x =', ('n'):rep(30))
return loadstring('x =', '')
return loadstring('x =', '=')
return loadstring('x =', '@')
return loadstring(('x'):rep(30))
return loadstring('x\ny')
return loadstring('\n\nx')
return loadstring('x = \n\n')
return loadstring('x = "a', 'n')
return loadstring('error("e")')()
return loadstring('error("e")', 'name')()
return loadstring('error("e")', '=name')()
return loadstring('error("e")', '@name')()
return loadstring('\nerror("e")', '=name')()
return loadstring('\n\n\nlocal x = nil + 1', '=name')()
return loadstring('return nothing()', '=name')()
return loadstring('local x x.y = 1', 'some code')()
return pcall(loadstring('error("e", 2)', '=name'))
return pcall(loadstring('error({})', '=name'))
return loadstring('local a = 1 return function() a = a + 1 return a end')()()
local f = loadstring('n = (n or 0) + 1 return n') return f(), f(), n
local f = loadstring('local n = 0 return function() n = n + 1 return n end') local a, b = f(), f()
  return a(), a(), b()
return loadstring('return ' .. ('1 + '):rep(100) .. '1')()
return loadstring(nil)
return loadstring({})
return loadstring(5)
return loadstring()
return loadstring('return 1', nil)()
return loadstring('return 1', {})
return loadstring('return "\\n"')()
return loadstring('# comment')
return loadstring('\239\187\191return 1')
return loadstring('return loadstring("return 2")()')()
return loadstring('return \0 1')
return loadstring('return "\0"')() == '\0'
return loadstring('-- comment \0 \n return 1')()
return load(function() return nil end)
return load(function() return '' end)
return load(function() return {} end)
return load(function() error('x') end)
return load(nil)
return load('return 1')
return load()
local n = 0 return load(function() n = n + 1 return ({'return ', '1', ' + ', '2'})[n] end)()
local n = 0 return load(function() n = n + 1 return ({'return ', 'nothing', '()'})[n]
  end, '=name')()
local n = 0 return load(function() n = n + 1 return ({'x =', '= 1'})[n] end)
local n = 0 return load(function() n = n + 1 return ({'x =', '= 1'})[n] end, 'chunk')
local n = 0 return load(function() n = n + 1 if n == 1 then return 'return 1' end error('read', 0)
  end)
local parts = {'return ', '1', '2', '3'} return load(function() return table.remove(parts, 1) end)()
local s = 'return "' .. ('x'):rep(1000) .. '"' local i = 0
  return #load(function() i = i + 1 if i <= #s then return s:sub(i, i) end end)()
setfenv(1, setmetatable({x = 'env'}, {__index = _G})) return loadstring('return x')()
x = 'global' local f = setfenv(function() return loadstring('return x')() end,
  setmetatable({x = 'env'}, {__index = _G}))
  return f()
return getfenv(loadstring('return 1')) == _G
local f = loadstring('return getfenv(1) == _G, getfenv(2) == _G') local a, b = f() return a, b
return string.dump
return pcall(loadstring, 'x', 'y', 'z')
return tostring(loadstring('x')):match('^function: ') == nil, (select(2, loadstring('x')))
return select('#', loadstring('x =')), select('#', loadstring('x = 1'))
`,
});

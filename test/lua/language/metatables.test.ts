// Metatables: every event of 5.1, with operands of all types on either side.
import { corpus } from '../support/corpus.ts';

const EVENTS: Readonly<Record<string, string>> = {
  __add: 'a + b',
  __sub: 'a - b',
  __mul: 'a * b',
  __div: 'a / b',
  __mod: 'a % b',
  __pow: 'a ^ b',
  __concat: 'a .. b',
  __eq: 'a == b',
  __lt: 'a < b',
  __le: 'a <= b',
};

const OTHERS = [
  'nil',
  'true',
  '1',
  "'x'",
  "'5'",
  '{}',
  'setmetatable({}, {})',
  'print',
  'newproxy()',
];

/** What an operation prints of its operands, so that their order is seen. */
const HANDLER =
  "function(x, y) print(type(x), type(y), x == t, y == t) return 'result', 'second' end";

/** Each event with one or two operands that have it. */
function binaryEvents(): string[] {
  return Object.entries(EVENTS).flatMap(([event, use]) => {
    const operations = [use, use.replace('<', '>'), use.replace('==', '~='), `not (${use})`];
    return [...new Set(operations)].flatMap((operation) => [
      ...OTHERS.flatMap((other) => [
        `local t = setmetatable({}, {}) getmetatable(t).${event} = ${HANDLER}
local a, b = t, ${other} return ${operation}`,
        `local t = setmetatable({}, {}) getmetatable(t).${event} = ${HANDLER}
local a, b = ${other}, t return ${operation}`,
      ]),
      `local m = {${event} = function(x, y) return x.v .. y.v end}
local a, b = setmetatable({v = 'left'}, m), setmetatable({v = 'right'}, m) return ${operation}`,
      `local a = setmetatable({}, {${event} = function() return 'of the left' end})
local b = setmetatable({}, {${event} = function() return 'of the right' end}) return ${operation}`,
      `local m = {${event} = function() error('in the handler') end}
local a, b = setmetatable({}, m), setmetatable({}, m) return ${operation}`,
      `local m = {${event} = 'not a function'}
local a, b = setmetatable({}, m), setmetatable({}, m) return ${operation}`,
      `local m = {${event} = setmetatable({}, {__call = function(...) return select('#', ...) end})}
local a, b = setmetatable({}, m), setmetatable({}, m) return ${operation}`,
      `local m = {${event} = function() end}
local a, b = setmetatable({}, m), setmetatable({}, m) return ${operation}`,
      `local m = {${event} = function() return nil, 1 end}
local a, b = setmetatable({}, m), setmetatable({}, m) local t = {${operation}} return #t, t[1]`,
      `local m = {${event} = false} local a, b = setmetatable({}, m), setmetatable({}, m)
return ${operation}`,
      `local m = {${event} = function(...) return select('#', ...) == 2 end}
local a, b = setmetatable({}, m), setmetatable({}, m)
if ${operation} then return 1 else return 2 end`,
      `local a, b = newproxy(true), newproxy(true)
getmetatable(a).${event} = function(x, y) return x == a end return ${operation}`,
      `local a = newproxy(true) local b = newproxy(a)
getmetatable(a).${event} = function(x, y) return rawequal(x, a), rawequal(y, b) end
return ${operation}`,
    ]);
  });
}

corpus({
  'binary events': binaryEvents(),
  __index: `
local t = setmetatable({}, {__index = {x = 1}}) return t.x, t.y, t['x'], rawget(t, 'x')
local t = setmetatable({x = 0}, {__index = {x = 1}}) return t.x
local t = setmetatable({x = false}, {__index = {x = 1}}) return t.x
local t = setmetatable({}, {__index = function(t, k) return k .. '!' end}) return t.x, t['y z'],
  t[1]
local t = setmetatable({}, {__index = function(...) return select('#', ...) end}) return t.x
local t = setmetatable({}, {__index = function() return 1, 2, 3 end}) return t.x
local t = setmetatable({}, {__index = function() end}) return t.x
local t = setmetatable({}, {__index = function(t, k) return rawget(t, k) or 'default' end}) return
  t.x
local t = setmetatable({}, {__index = function(t, k) t[k] = k * 2 return t[k] end}) return t[2],
  t[2]
local a = setmetatable({}, {__index = {z = 3}}) local b = setmetatable({y = 2}, {__index = a})
  local c = setmetatable({x = 1}, {__index = b}) return c.x, c.y, c.z, c.w
local t = setmetatable({}, {__index = 5}) return t.x
local t = setmetatable({}, {__index = 'string'}) return t.len == string.len, t.x
local t = setmetatable({}, {__index = true}) return t.x
local t = setmetatable({}, {__index = print}) return t.x
local t = setmetatable({}, {__index = setmetatable({}, {__call = function() return 1 end})}) return
  t.x
local t = setmetatable({}, {__index = function() error('no field') end}) return t.x
local t = setmetatable({}, {__index = function(t, k) error('no field ' .. k, 2) end})
  return t.name
local t = setmetatable({}, {__index = function(t, k) return nil end}) return t.x.y
local t = setmetatable({}, {__index = {}}) return t.x.y
local t = setmetatable({}, {__index = {f = function(self) return self end}}) return t:f() == t
local t = setmetatable({1, 2}, {__index = {9, 9, 3}}) return t[1], t[2], t[3], t[4], #t
local t = setmetatable({}, {__index = function(t, k) return k end}) return t[nil], t[true], t[1.5]
local t = setmetatable({}, {__index = math}) return t.floor(1.5)
local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return k end return t.late
local m = {} local t = setmetatable({}, m) print(t.x) m.__index = {x = 1} print(t.x) m.__index = nil
  return t.x
local m = {__index = {x = 1}} local t = setmetatable({}, m) print(t.x) m.__index.x = 2 return t.x
local t = setmetatable({}, {__index = _G}) return t.print == print
local t = {} local u = setmetatable({}, {__index = function(_, k) return t[k] end}) t.a = 5
  return u.a
local p = newproxy(true) getmetatable(p).__index = function(p, k) return k end return p.x, p[1]
local p = newproxy(true) getmetatable(p).__index = {x = 5} return p.x, p.y
local p = newproxy(true) return p.x
local p = newproxy() return p.x
local base = {} base.__index = base function base.new(x) return setmetatable({x = x}, base) end
  function base:get() return self.x end return base.new(5):get()
local A = {} A.__index = A function A:f() return 'A' end
  local B = setmetatable({}, {__index = A}) B.__index = B function B:g() return self:f() .. 'B' end
  local b = setmetatable({}, B) return b:g(), b:f(), rawget(B, 'f')
local A = {} A.__index = A function A:f() return 'A' end
  local B = setmetatable({}, A) B.__index = B function B:f() return 'B' .. A.f(self) end
  return setmetatable({}, B):f()
local t = setmetatable({}, {__index = function(t, k) if k > 0 then return t[k - 1] + 1 end return 0
  end})
  return t[100]
local t = {} for i = 1, 90 do t = setmetatable({}, {__index = t}) end return t.x
local t = {} for i = 1, 110 do t = setmetatable({}, {__index = t}) end return t.x
local t = {x = 1} for i = 1, 99 do t = setmetatable({}, {__index = t}) end return t.x
local t = {x = 1} for i = 1, 100 do t = setmetatable({}, {__index = t}) end return t.x
local t = {x = 1} for i = 1, 101 do t = setmetatable({}, {__index = t}) end return t.x
setmetatable(_G, {__index = function(_, k) return 'global ' .. k end}) return undefined_name
setmetatable(_G, {__index = function(_, k) error('undeclared ' .. k, 2) end}) return undefined_name
setmetatable(_G, {__newindex = function(_, k, v) rawset(_G, k, v * 2) end}) new_name = 4
  return new_name
getmetatable('').__index = function(s, k) return k .. s end return ('x').y, ('x')[1]
getmetatable('').__index = nil return ('x').y
getmetatable('').__index = nil return ('x'):len()
string.shout = function(s) return s:upper() .. '!' end return ('a'):shout()
getmetatable('').__add = function(a, b) return a .. '+' .. b end return 'a' + 'b', 'a' + 1, 1 + 1
getmetatable('').__add = function(a, b) return a .. '+' .. b end return '1' + '2', '1' + 'x'
getmetatable('').__call = function(s, x) return s .. x end return ('a')('b')
getmetatable('').__unm = function(s) return s:reverse() end return -'abc', -'5'
getmetatable('').__lt = function(a, b) return 'called' end return 'a' < 'b', pcall(function()
  return 'a' < 1 end)
getmetatable('').__newindex = function(s, k, v) print(s, k, v) end local s = 'x' s.y = 1 return s
getmetatable('').__concat = function(a, b) return 'c' end return 'a' .. 'b', pcall(function()
  return 'a' .. {} end)
getmetatable('').__mod = function(s, t) return s:format(unpack(t)) end return '%s-%s' % {1, 2}
getmetatable('').__len = function() return 99 end return #'abc'
getmetatable('').__tostring = function(s) return 'T' end return tostring('abc')
getmetatable('').__metatable = 'locked' return getmetatable('x')
return getmetatable('').__index == string, getmetatable('a') == getmetatable('b')
return setmetatable('x', {})
`,
  __newindex: `
local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v .. '!') end}) t.x = 'a'
  t.x = 'b' return t.x
local u = {} local t = setmetatable({}, {__newindex = u}) t.x = 1 return t.x, u.x
local u = {} local t = setmetatable({x = 0}, {__newindex = u}) t.x = 1 return t.x, u.x
local t = setmetatable({}, {__newindex = function(...) print(select('#', ...)) end}) t.x = 1
  t[1] = nil
local t = setmetatable({x = 1}, {__newindex = function() print('new') end}) t.x = nil t.x = 2 return
  t.x
local t = setmetatable({1, 2}, {__newindex = function(_, k) print('new', k) end}) t[1] = 5 t[3] = 5
  t[2] = nil t[2] = 1
local t = setmetatable({}, {__newindex = 5}) t.x = 1
local t = setmetatable({}, {__newindex = 'str'}) t.x = 1
local t = setmetatable({}, {__newindex = print}) t.x = 1
local t = setmetatable({}, {__newindex = function() error('frozen', 2) end})
  t.x = 1
local a = {} local b = setmetatable({}, {__newindex = a}) local c =
  setmetatable({}, {__newindex = b})
  c.x = 1 return rawget(c, 'x'), rawget(b, 'x'), a.x
local t = setmetatable({}, {__newindex = function(t, k, v) t[k .. '_'] = v end})
  return pcall(function() t.x = 1 end)
local t = {} for i = 1, 99 do t = setmetatable({}, {__newindex = t}) end t.x = 1 return t.x
local t = {} for i = 1, 101 do t = setmetatable({}, {__newindex = t}) end t.x = 1 return t.x
local p = newproxy(true) getmetatable(p).__newindex = function(p, k, v) print(type(p), k, v)
  end p.x = 1 p[2] = 3
local p = newproxy() p.x = 1
local m = {} local t = setmetatable({}, m) t.a = 1 m.__newindex = function() print('now') end
  t.b = 2 t.a = 3 return t.a, t.b
local log = {} local t = setmetatable({}, {__index = function(_, k) log[#log + 1] = 'get ' .. k
  return 1 end,
  __newindex = function(_, k, v) log[#log + 1] = 'set ' .. k .. v end}) t.x = t.x + 1 t.y = t.z
  return table.concat(log, ',')
local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v) end}) for i = 1, 5 do
  t[i] = i end return #t
local t = setmetatable({}, {__newindex = function() print('x') end}) table.insert(t, 'v') return
  t[1], #t
`,
  __call: `
local t = setmetatable({}, {__call = function(self, ...) return self, ... end})
  local s, a, b = t(1, 2) return s == t, a, b
local t = setmetatable({}, {__call = function(self) return 'called' end})
  return t(), (t()), t{}, t''
local t = setmetatable({}, {__call = 5}) return t()
local t = setmetatable({}, {__call = {}}) return t()
local u = setmetatable({}, {__call = function() return 1 end}) local t =
  setmetatable({}, {__call = u}) return t()
local t = setmetatable({f = 1}, {__call = function(_, x) return x end}) local o = {m = t}
  return o.m(3), o:m(3) == o
local t = setmetatable({}, {__call = function(_, ...) return ... end}) return pcall(t, 1, 2)
local t = setmetatable({}, {__call = function(_, a) return a * 2 end}) return ('1 2'):gsub('%d', t)
local t = setmetatable({}, {__call = function(_, a) return a * 2 end})
  return ('1 2'):gsub('%d', function(d) return t(d) end)
local t = setmetatable({}, {__call = function(_, a, b) return a > b end})
  local l = {1, 3, 2} table.sort(l, t)
local t = setmetatable({}, {__call = function(_, n) if n == 0 then return 'end' end
  return getmetatable(_).__call(_, n - 1) end})
  return t(5)
local t = setmetatable({}, {__call = function() error('inside') end}) t()
local t = setmetatable({}, {__call = function() error('caller', 2) end})
  t()
local p = newproxy(true) getmetatable(p).__call = function(p, x) return x end return p(7)
local t = setmetatable({}, {__call = function(_, s, i) i = i + 1 if i < 4 then return i end end})
  for i in t, nil, 0 do print(i) end
local f = setmetatable({}, {__call = coroutine.wrap(function(self, a) while true
  do a = select(2, coroutine.yield(a)) end end)})
  return f(1), f(2), f(3)
local t = setmetatable({}, {__call = function(self, ...) return select('#', ...) end})
  return t(), t(nil), t(nil, nil), t(unpack({1, 2, 3}))
return xpcall(setmetatable({}, {__call = function() return 'ok' end}), print)
return tostring(setmetatable({}, {__tostring = setmetatable({}, {__call = function() return 'text'
  end})}))
return type(coroutine.create(setmetatable({}, {__call = print})))
`,
  'unary and other events': `
local t = setmetatable({}, {__unm = function(x) return 'minus' end})
  return -t, - -1, -(-t .. '1' == 'x' and 1 or 2)
local t = setmetatable({}, {__unm = function(...) return select('#', ...), ... end}) return -t
local t = setmetatable({}, {__unm = function(a, b) return a == b end}) return -t
local t = setmetatable({}, {__unm = 1}) return -t
local t = setmetatable({}, {}) return -t
local t = setmetatable({}, {__len = function() return 7 end}) return #t
local p = newproxy(true) getmetatable(p).__len = function() return 7 end return #p
local p = newproxy(true) getmetatable(p).__len = function() return 'seven', 8 end return #p
local p = newproxy(true) getmetatable(p).__len = function(...) return select('#', ...) end return #p
local p = newproxy(true) return #p
local t = setmetatable({}, {__tostring = function() return 'text' end})
  return tostring(t), tostring(t) .. '!'
local t = setmetatable({}, {__tostring = function(...) return select('#', ...) end})
  return tostring(t)
local t = setmetatable({}, {__tostring = function() return 5 end})
  return tostring(t), type(tostring(t))
local t = setmetatable({}, {__tostring = function() return nil end}) return tostring(t)
local t = setmetatable({}, {__tostring = function() end}) return type(tostring(t))
local t = setmetatable({}, {__tostring = function() return {} end}) return type(tostring(t))
local t = setmetatable({}, {__tostring = function() error('no text') end}) return tostring(t)
local t = setmetatable({}, {__tostring = 5}) return tostring(t)
local t = setmetatable({}, {__tostring = function() return 'text' end}) return t .. 'x'
local t = setmetatable({}, {__tostring = function() return 'text' end}) print(t, t)
  return ('%s'):format(t)
local t = setmetatable({}, {__tostring = function() return 'text' end}) error(t)
local t = setmetatable({}, {__tostring = function(t) return t.name end}) t.name = 'n'
  return tostring(t)
local t = setmetatable({}, {__name = 'My.Type'}) return (tostring(t):gsub('0x%x+', ''))
local t = setmetatable({}, {__metatable = 'locked'}) return getmetatable(t)
local t = setmetatable({}, {__metatable = 'locked'}) setmetatable(t, {})
local t = setmetatable({}, {__metatable = false}) return getmetatable(t), pcall(setmetatable, t, {})
local t = setmetatable({}, {__metatable = nil}) return type(getmetatable(t)),
  setmetatable(t, nil) == t
local p = newproxy(true) getmetatable(p).__metatable = 'hidden' return getmetatable(p)
local t = setmetatable({}, {__mode = 'k'}) local k = {} t[k] = 1 collectgarbage() return t[k]
local t = setmetatable({}, {__mode = 'k'}) t.x = {} return type(t.x)
local t = setmetatable({}, {__gc = function() print('collected') end}) t = nil collectgarbage()
  return 'quiet'
return getmetatable({}), getmetatable(1), getmetatable(nil), getmetatable(print), getmetatable(true)
return getmetatable()
return setmetatable({})
return setmetatable({}, 1)
return setmetatable({}, 'x')
return setmetatable(1, {})
return setmetatable()
return setmetatable(nil, {})
return setmetatable(print, {})
local t = {} return setmetatable(t, {}) == t, setmetatable(t, nil) == t, getmetatable(t)
local t = setmetatable({}, {__index = {x = 1}}) setmetatable(t, nil) return t.x
local t, m = {}, {} setmetatable(t, m) return getmetatable(t) == m
local t = {} setmetatable(t, t) t.__index = function(_, k) return k end return t.x
local t = {} setmetatable(t, t) t.__call = function(_, x) return x end return t(4)
return newproxy() ~= newproxy(), type(newproxy()), getmetatable(newproxy())
return getmetatable(newproxy(false))
return type(getmetatable(newproxy(true))), newproxy(1)
return newproxy({})
return newproxy('x')
local a = newproxy(true) local b = newproxy(a) return getmetatable(a) == getmetatable(b), a == b
local a = newproxy() return pcall(newproxy, a)
local t = setmetatable({}, {__concat = function(a, b)
  return (type(a) == 'table' and 'T' or a) .. '|' ..
  (type(b) == 'table' and 'T' or b) end})
  return t .. 1, 1 .. t, 'a' .. 'b' .. t, t .. 'a' .. 'b', t .. t
local t = setmetatable({}, {__concat = function(a, b) return 5 end})
  return t .. 'x' .. 'y', type('x' .. t)
local t = setmetatable({}, {__concat = function(a, b) return t end}) return 'x' .. t
local t = setmetatable({}, {__concat = function(a, b) return 'r' end}) return 1 .. 2 .. t .. 3 .. 4
local m = {__eq = function() return true end} local a, b = setmetatable({}, m), setmetatable({}, m)
  return a == b, a ~= b, rawequal(a, b), a == {}, a == 1, ({[a] = 1})[b]
local a, b = setmetatable({}, {__eq = function() return true end}),
  setmetatable({}, {__eq = function() return true end})
  return a == b
local f = function() return true end local a, b = setmetatable({}, {__eq = f}),
  setmetatable({}, {__eq = f}) return a == b
local m = {__eq = function() error('not asked') end} local a = setmetatable({}, m)
  return a == a, a == nil, a == 'x'
local m = {__eq = function() return nil end} local a, b = setmetatable({}, m), setmetatable({}, m)
  return a == b, a ~= b
local m = {__eq = function() return 1 end} local a, b = setmetatable({}, m), setmetatable({}, m)
  return a == b, a ~= b
local m = {__eq = function() return true end} local a, b = setmetatable({}, m), newproxy(true)
  getmetatable(b).__eq = m.__eq return a == b
local m = {__lt = function(a, b) return a.v < b.v end} local a, b = setmetatable({v = 1}, m),
  setmetatable({v = 2}, m)
  return a < b, a > b, a <= b, a >= b, b < a, not (a < b), not (a <= b)
local m = {__le = function(a, b) return a.v <= b.v end} local a, b = setmetatable({v = 1}, m),
  setmetatable({v = 2}, m)
  return a <= b, a >= b, pcall(function() return a < b end)
local m = {__lt = function(a, b) print('lt', a.v, b.v) return a.v < b.v end, __le = function(a, b)
  print('le', a.v, b.v)
  return a.v <= b.v end} local a, b = setmetatable({v = 1}, m), setmetatable({v = 2}, m)
  return a < b, a > b, a <= b, a >= b
local m = {__lt = function() return nil end} local a, b = setmetatable({}, m), setmetatable({}, m)
  return a < b, a <= b
local m = {__lt = function() return 0 end} local a, b = setmetatable({}, m), setmetatable({}, m)
  return a < b, a <= b
local a, b = setmetatable({}, {__lt = function() return true end}), setmetatable({}, {}) return
  pcall(function() return a < b end)
local a, b = setmetatable({}, {__lt = function() return true end}), {} return pcall(function()
  return a < b end)
local a = setmetatable({}, {__lt = function() return true end}) return pcall(function() return a < 1
  end)
local m = {__lt = function(a, b) return a.v < b.v end} local l = {} for i, v in ipairs({3, 1, 2}) do
  l[i] = setmetatable({v = v}, m) end table.sort(l) return l[1].v, l[2].v, l[3].v
local V = {} V.__index = V V.__add = function(a, b) return V.new(a.x + b.x, a.y + b.y) end
  V.__eq = function(a, b) return a.x == b.x and a.y == b.y end V.__mul = function(a, b)
  if type(a) == 'number' then return V.new(a * b.x, a * b.y) end return V.new(a.x * b, a.y * b) end
  V.__tostring = function(v) return '(' .. v.x .. ', ' .. v.y .. ')' end
  V.new = function(x, y) return setmetatable({x = x, y = y}, V) end
  local a, b = V.new(1, 2), V.new(3, 4)
  return tostring(a + b), tostring(a * 2), tostring(2 * a), a + b == V.new(4, 6), a == b
local log = {} local function traced(name) return
  setmetatable({}, {__index = function(_, k) log[#log + 1] = name .. '.' .. k
  return traced end, __call = function() log[#log + 1] = name .. '()' return 1 end}) end
  local a, b = traced('a'), traced('b') local _ = a() + b() local t = {a.x, b.y}
  return table.concat(log, ' ')
local default = {} local t = setmetatable({}, {__index = function(t, k) return default end}) return
  t.a == t.b
local count = 0 local t = setmetatable({}, {__index = function() count = count + 1 return count
  end})
  return t.a + t.a * t.a, count
`,
});

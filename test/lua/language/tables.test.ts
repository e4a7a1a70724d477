// Tables: constructors, keys, lengths and borders, traversal, what goes around metatables.
import { corpus } from '../support/corpus.ts';

const KEYS = [
  '1',
  '1.0',
  '2',
  '0',
  '-1',
  '1.5',
  '2^31',
  '2^32',
  '2^53',
  '1e100',
  '1/0',
  '-1/0',
  "'1'",
  "''",
  "'a'",
  "'\\0'",
  "'length'",
  'true',
  'false',
  'print',
];

/** Steps that grow and shrink the array part; only borders without holes are looked at. */
const STEPS = [
  'if dense(t) then t[#t + 1] = 1 end',
  'if dense(t) then t[#t] = nil end',
  't[1] = 1',
  't[2] = 2',
  't[3] = 3',
  't[4] = 4',
  "t.x = 'x'",
  't.x = nil',
  'if dense(t) then table.insert(t, 5) end',
  'if dense(t) then table.remove(t) end',
];

const DENSE = `local function dense(t)
local last, count = 0, 0
for i = 1, 9 do if t[i] ~= nil then last, count = i, count + 1 end end
return last == count end
`;

function sequences(): string[] {
  const beginnings = ['{}', '{1, 2}', '{1, 2, 3, x = 1}', '{[1] = 1, [2] = 2}', '{[3] = 3}'];
  const programs: string[] = [];
  for (const beginning of beginnings) {
    for (const first of STEPS) {
      for (const second of STEPS) {
        programs.push(`${DENSE}local t = ${beginning} ${first} ${second} ${first}
local n = 0 for k in pairs(t) do n = n + 1 end
return n, dense(t) and #t, t[1], t[2], t[3], t[4], t[5], t[6], t.x`);
      }
    }
  }
  return programs;
}

corpus({
  keys: KEYS.flatMap((key) => [
    `local t = {} t[${key}] = 'v' return t[${key}], rawget(t, ${key}), next(t), #t`,
    `local t = {[${key}] = 'v'} for k, v in pairs(t) do print(k, type(k), v) end`,
    `local t = {'one', 'two', a = 'A', [${key}] = 'v'} return t[1], t[2], t.a, t[${key}]`,
    `local k = ${key} local t = {[k] = 'v'} t[k] = nil return t[k], next(t)`,
    `local k = ${key} local t = {} t[k] = 1 t[k] = t[k] + 1 return t[k], t[k + 0 == k and k or 1]`,
    ...KEYS.map(
      (other) => `local t = {[${key}] = 1} t[${other}] = 2 return t[${key}], t[${other}]`,
    ),
  ]),
  'growing and shrinking': sequences(),
  constructors: `
return #{}, #{1}, #{1, 2, 3}, #{nil}, #{x = 1}
local t = {1, 2, x = 3, 4} return t[1], t[2], t[3], t.x, #t
local t = {[1] = 'a', 'b'} return t[1]
local n local t = {n, x = 1, [1] = 'a'} return t[1]
local n local t = {[1] = 'a', [2] = 'b', n, 'c'} return t[1], t[2]
local t = {[1] = 5, [2] = 6, [3] = 7, unpack({}, 1, 2)} return t[1], t[2], t[3]
local t = {'b', [1] = 'a'} return t[1]
local t = {[2] = 'x', 'a', 'b'} return t[2]
local t = {x = 1, x = 2} return t.x
local t = {['x y'] = 1, ["z"] = 2, [true] = 3} return t['x y'], t.z, t[true]
local t = {1; 2; 3;} return #t
local t = {a = 1; b = 2, 3; 4} return t.a, t.b, t[1], t[2]
local t = {f = function() return 'f' end, 'x'} return t.f(), t[1]
local t = {{1, 2}, {3, {4, 5}}} return t[1][2], t[2][2][1]
local t = {(function() return 1, 2, 3 end)()} return #t
local t = {(function() return 1, 2, 3 end)(), 9} return #t
local t = {9, (function() return 1, 2, 3 end)()} return #t
local t = {((function() return 1, 2, 3 end)())} return #t
local t = {x = (function() return 1, 2, 3 end)()} return t.x, #t
local t = {(function() end)(), 2} return t[1], t[2]
local t = {nil, nil, 3} return t[1], t[2], t[3]
local t = {[nil] = 1}
local t = {[0/0] = 1}
local k = nil local t = {[k] = 1}
local t = {[1] = nil, [2] = nil} return next(t)
local t = {x = nil} return next(t)
local t = {[{}] = 1} return next(t) ~= nil
local x = 'key' local t = {x = 1, [x] = 2} return t.x, t.key
local t = {if_ = 1, ['if'] = 2} return t.if_, t['if']
local t = {if = 1}
local t = {...} return t[1], t[3]
local t = {..., ...} return t[1], t[2], t[4]
local t = {a = {b = {c = 'deep'}}} return t.a.b.c, t['a']['b']['c']
return ({1, 2, 3})[2], ({x = 'y'}).x, #({1, 2})
return {1, 2, 3}[1]
local a, b = {}, {} return a == b, a ~= b, a == a
local function f(t) return t[1], t.x end return f{'one', x = 'ex'}
return type({}), type{}
local t = {1, 2, 3, nil} return #t == 3
local t = {f = 1, ['f'] = 2, f = 3} return t.f
local i = 0 local function n() i = i + 1 return i end local t = {n(), [n()] = n(), n()} return t[1],
  t[2], i
`,
  'constructors of many elements': [10, 49, 50, 51, 99, 100, 101, 255, 256, 511, 1000].flatMap(
    (count) => {
      const items = Array.from({ length: count }, (_, index) => index + 1);
      return [
        `local t = {${items.join(',')}} return #t, t[1], t[${count}]`,
        `local t = {${items.join(',')}, unpack({'a', 'b'})} return #t, t[${count}], t[#t]`,
        `local t = {${items.map((item) => `k${item}=${item}`).join(',')}} return t.k1, t.k${count}`,
        `local t = {${items.map((item) => `[${item}]='x'`).join(',')}} return #t, t[${count}]`,
        `local t = {} for i = 1, ${count} do t[i] = i end return #t, t[${count}], t[${count + 1}]`,
        `local t = {} for i = ${count}, 1, -1 do t[i] = i end return #t, t[${count}], t[0]`,
        `local t = {} for i = 1, ${count} do t['k' .. i] = i end local s = 0
for k, v in pairs(t) do s = s + v t[k] = nil end return s, next(t)`,
        `local t = {} for i = 1, ${count} do t[i * 2] = i end local s = 0
for k, v in pairs(t) do s = s + k * v end return s`,
        `local t = {} for i = 1, ${count} do t[#t + 1] = i end
for i = 1, ${count} do t[#t] = nil end return #t, next(t)`,
        `local t = {} for i = 1, ${count} do t[i] = i end
for i = 1, ${count} - 1 do t[i] = nil end local n = 0
for k, v in pairs(t) do n = n + 1 end return n, t[${count}], t[1]`,
      ];
    },
  ),
  traversal: `
return next({})
return next({'a'})
return next({'a'}, 1)
return next({'a', 'b'}, 1)
return next({x = 1}, 'x')
return next({}, 'missing')
return next({}, 1)
return next({1, 2, 3}, 4)
return next({1, 2, 3}, 0)
return next({1, 2, 3}, -1)
return next({1, 2, 3}, 1.5)
return next({x = 1}, nil)
return next()
return next(nil)
return next('x')
return next({}, nil, 'extra')
return type(next), select('#', next({}))
local t = {1, 2, 3} local s = 0 for k, v in next, t do s = s + k * v end return s
local t = {10, 20, 30, x = 1, y = 2} local n, s = 0, 0 for k, v in pairs(t) do n = n + 1 s = s + v
  end return n, s
local t = {} for i = 1, 100 do t[i] = true t['s' .. i] = true t[i + 0.5] = true t[-i] = true end
  local n = 0 for k in pairs(t) do n = n + 1 t[k] = nil end return n, next(t)
local t = {} for i = 1, 50 do t['k' .. i] = i end for k in pairs(t) do if t[k] % 2 == 0 then
  t[k] = nil end end
  local n = 0 for k in pairs(t) do n = n + 1 end return n
local t = {} for i = 1, 50 do t['k' .. i] = i end local seen = 0
  for k in pairs(t) do seen = seen + 1 for j in pairs(t) do if j ~= k then t[j] = nil end end end
  return seen
local t = {a = 1} for k in pairs(t) do t[k] = nil t[k] = nil end t.a = 2 return t.a, next(t)
local t = {a = 1, b = 2} local k = next(t) t[k] = nil
  return (next(t, k)) ~= nil, next(t, (next(t, k)))
local t = {1, 2, 3} for k in pairs(t) do t[k] = nil end t[1] = 'new' return t[1], #t, next(t)
local t = {1, 2, 3} local k = next(t) t[1], t[2], t[3] = nil return next(t, k)
local t = {1, 2, 3, x = 1} for i in ipairs(t) do t[i] = nil end return next(t)
local t = {x = 1, y = 2, z = 3} local n = 0 for k, v in pairs(t) do t[k] = v + 10 n = n + 1 end
  return n, t.x, t.y, t.z
local t = {1, 2, 3, 4, 5} for i = #t, 1, -1 do if t[i] % 2 == 1 then table.remove(t, i) end end
  return #t, t[1], t[2]
local function size(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
  return size({}), size({1, nil, 3}), size({a = 1, [2] = 2}), size({nil, nil})
local t = {} t.a, t.b, t.c = 1, 2, 3 t.b = nil local n = 0 for k in pairs(t) do n = n + 1 end
  return n
local t = {a = 1} t.a = nil t.b = 2 t.a = 3 local ks = {} for k in pairs(t) do ks[#ks + 1] = k
  end table.sort(ks)
  return table.concat(ks, ',')
local t = {5, 6, 7, n = 8, [10] = 9, [-1] = 4, [0.5] = 3} local ks = {}
  for k in pairs(t) do ks[#ks + 1] = tostring(k) end table.sort(ks) return table.concat(ks, ',')
local ks = {} for k in pairs({'a', 'b', 'c'}) do ks[#ks + 1] = k end return table.concat(ks, ',')
local t = setmetatable({a = 1}, {__index = {b = 2}}) local n = 0 for k in pairs(t) do n = n + 1 end
  return n, next(t)
for i, v in ipairs({1, 2, nil, 4}) do print(i, v) end
for i, v in ipairs({[1] = 'a', [3] = 'c', x = 1}) do print(i, v) end
return ipairs({}) == ipairs({}), select('#', ipairs({})), select('#', pairs({}))
local f, t, i = ipairs({'a', 'b'}) return type(f), t[1], i, f(t, i), f(t, 1), f(t, 2)
local f, t, i = pairs({'a'}) return t[1], i, f(t, i)
local f = ipairs({}) return f({'x'}, 0), f('s', 1)
local f = ipairs({}) return f()
local f = ipairs({}) return f({}, 'x')
local t = {} for k, v in pairs(t) do t.x = 1 end return t.x
local t = {3, 1, 2} for k, v in pairs(t) do t[k] = v * v end return t[1], t[2], t[3]
`,
  lengths: String.raw`
local t = {1, 2, 3} t[4] = 4 return #t
local t = {1, 2, 3} t[3] = nil return #t
local t = {} t[1] = 1 t[2] = 2 t[3] = 3 return #t
local t = {} t[3] = 3 t[2] = 2 t[1] = 1 return #t
local t = {n = 10} return #t
local t = {} t[0] = 0 t[-1] = -1 return #t
local t = {} t['1'] = 1 return #t
local t = {} t[1.0] = 'a' t[2.0] = 'b' return #t, t[1]
local t = {} t[1.5] = 1 return #t
local t = {1, 2, 3} t[1] = 'changed' return #t
local t = {} for i = 1, 1000 do t[i] = i end for i = 1000, 501, -1 do t[i] = nil end return #t
local t = {} for i = 1, 10 do table.insert(t, 1, i) end return #t, t[1], t[10]
local t = setmetatable({}, {__len = function() return 42 end}) return #t
local t = setmetatable({1, 2}, {__index = function() return 'x' end}) return #t
local t = {x = {1, 2}} return #t.x, #t['x'], -#t.x, #t.x + 1, #t.x .. ''
return #'', #'abc', #'\0\0', #[[
  x]], #'\n'
return #'abc' + 1, -#'abc', #'a' .. 'b', #('a' .. 'b'), not #'x'
return table.getn({1, 2}), table.maxn({1, 2, [10] = 1, [1.5] = 1}), table.maxn({})
return table.maxn({x = 1, [-5] = 1}), table.maxn({[2.5] = 1})
return table.getn({}), pcall(table.getn)
return pcall(table.setn, {}, 1)
return pcall(rawlen or function() error('no rawlen') end, {})
`,
  // Of each key, which tables with the other one might have had first.
  '0 and -0 as keys': `
local zero, t, u = 0, {}, {} t[-zero] = 1 u[zero] = 2 print(next(t)) print(next(u))
local zero, t, u = 0, {}, {} t[zero] = 1 u[-zero] = 2 print(next(t)) print(next(u))
local zero, t, u = 0, {a = 1}, {a = 1} t[zero] = 1 u[-zero] = 2 t[-zero] = 3 u[zero] = 4
  for k, v in pairs(t) do print(k, v) end
  for k, v in pairs(u) do print(k, v) end
local zero, t, u = 0, {}, {} t[-zero], t.x = 1, 2 u[zero], u.x = 3, 4
  for k, v in pairs(t) do print(k, v) end
  for k, v in pairs(u) do print(k, v) end
`,
  'errors of keys': `
local t = {} t[-0] = 'v' return t[0], rawget(t, -0), #t
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
local t = {} local k t[k] = 1
local t = {} t[nil] = nil
local t = {} t[0/0] = nil
local t = {} return t[nil], t[0/0]
local t = {} return rawget(t, nil), rawget(t, 0/0)
rawset({}, nil, 1)
rawset({}, 0/0, 1)
return pcall(rawset, {}, nil, 1)
return pcall(rawset, {}, 0/0, 1)
return rawset({}, 'a')
return rawset({}, 'a', nil) ~= nil, rawset({}, 'a', 1).a
return rawget({}), 1
return rawget()
return rawget({5}, 1), rawget({5}, '1'), rawget('x', 1)
return rawset('x', 1, 2)
return rawequal({}, {}), rawequal('a', 'a'), rawequal(1, '1'), rawequal(nil, nil)
return rawequal(0/0, 0/0), rawequal(0, -0)
return rawequal(1)
return rawequal()
local t = setmetatable({}, {__newindex = function() error('not called') end}) rawset(t, 'a', 1)
  return t.a
local t = setmetatable({}, {__index = function() error('not called') end}) return rawget(t, 'a')
local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v) end}) t[nil] = 1
local t = setmetatable({}, {__newindex = {}}) t[nil] = 1
local t = setmetatable({}, {__newindex = {}}) t[0/0] = 1
local t = setmetatable({}, {__newindex = function(t, k, v) return print(k, v) end}) t[nil] = 1
  t[0/0] = 2
local t = setmetatable({}, {__index = function(t, k) return k == nil end}) return t[nil]
local t = {} t.x.y = 1
local t = {} return t.x.y
local t = {x = 1} return t.x.y
local t = {x = 'str'} return t.x.y, t.x.len == string.len
local t = {x = 'str'} t.x.y = 1
local t = {x = true} t.x[1] = 1
local t = nil return t[1]
local t = nil t[1] = 1
return nil[1]
return (nil)[1]
return (1)[1]
return ('x')[1], ('x').rep == string.rep, ('x').nothing
return #5
return #nil
return # print
local t = {} return t.a + 1
local t = {} return t.a.b.c
local t = {a = {}} return t.a.b.c
local t = {a = {}} t.a.b.c = 1
local t = {} t[t] = t return t[t] == t, t[t][t] == t
local t = {} t[1][2] = 3
local t = {} t['x']['y'] = 3
local t, k = {}, 'dyn' return t[k].x
local t, k = {}, 'dyn' t[k].x = 1
local t = {} t.x:y()
local t = {} t:y()
local t = {x = {}} t.x:y()
local t = {x = {}} t.x.y.z()
`,
});

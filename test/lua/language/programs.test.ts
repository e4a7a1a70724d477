// Programs of some length, as people write them: each uses much of the language at once.
import { corpus } from '../support/corpus.ts';

corpus({
  algorithms: String.raw`
local function quicksort(t, lo, hi)
  lo, hi = lo or 1, hi or #t
  if lo < hi then
  local p, i = t[hi], lo - 1
  for j = lo, hi - 1 do
  if t[j] <= p then i = i + 1 t[i], t[j] = t[j], t[i] end
  end
  t[i + 1], t[hi] = t[hi], t[i + 1]
  quicksort(t, lo, i) quicksort(t, i + 2, hi)
  end
  return t
  end
  print(table.concat(quicksort({5, 2, 9, 1, 5, 6, -3, 0, 8, 7.5}), ' '))
local function queens(n)
  local count, cols, up, down = 0, {}, {}, {}
  local function place(row)
  if row > n then count = count + 1 return end
  for col = 1, n do
  if not (cols[col] or up[row + col] or down[row - col]) then
  cols[col], up[row + col], down[row - col] = true, true, true
  place(row + 1)
  cols[col], up[row + col], down[row - col] = nil, nil, nil
  end
  end
  end
  place(1)
  return count
  end
  for n = 1, 7 do print(n, queens(n)) end
local function hanoi(n, a, b, c, moves)
  if n == 0 then return moves end
  hanoi(n - 1, a, c, b, moves)
  moves[#moves + 1] = a .. c
  return hanoi(n - 1, b, a, c, moves)
  end
  local moves = hanoi(5, 'A', 'B', 'C', {})
  print(#moves, table.concat(moves, ' ', 1, 10))
local function sieve(n)
  local is, primes = {}, {}
  for i = 2, n do is[i] = true end
  for i = 2, n do
  if is[i] then
  primes[#primes + 1] = i
  for j = i * i, n, i do is[j] = nil end
  end
  end
  return primes
  end
  local p = sieve(200) print(#p, p[#p], table.concat(p, ',', 1, 8))
local function lcs(a, b)
  local d = {}
  for i = 0, #a do d[i] = {} for j = 0, #b do d[i][j] = 0 end end
  for i = 1, #a do for j = 1, #b do
  if a:byte(i) == b:byte(j) then d[i][j] = d[i - 1][j - 1] + 1
  else d[i][j] = math.max(d[i - 1][j], d[i][j - 1]) end
  end end
  local i, j, out = #a, #b, ''
  while i > 0 and j > 0 do
  if a:sub(i, i) == b:sub(j, j) then out, i, j = a:sub(i, i) .. out, i - 1, j - 1
  elseif d[i - 1][j] >= d[i][j - 1] then i = i - 1 else j = j - 1 end
  end
  return d[#a][#b], out
  end
  print(lcs('AGGTAB', 'GXTXAYB')) print(lcs('', 'x')) print(lcs('abcdef', 'acf'))
local function multiply(a, b)
  local c = {}
  for i = 1, #a do c[i] = {} for j = 1, #b[1] do
  local s = 0 for k = 1, #b do s = s + a[i][k] * b[k][j] end c[i][j] = s
  end end
  return c
  end
  local m = {{1, 1}, {1, 0}} local r = {{1, 0}, {0, 1}}
  for i = 1, 30 do r = multiply(r, m) end print(r[1][1], r[1][2], r[2][2])
local function big(n)
  local digits = {1}
  for i = 2, n do
  local carry = 0
  for k = 1, #digits do
  local v = digits[k] * i + carry
  digits[k], carry = v % 10, math.floor(v / 10)
  end
  while carry > 0 do digits[#digits + 1] = carry % 10 carry = math.floor(carry / 10) end
  end
  return table.concat(digits):reverse()
  end
  print(big(10)) print(big(50))
local function dijkstra(graph, from)
  local distance, done = {[from] = 0}, {}
  while true do
  local best
  for node, d in pairs(distance) do
  if not done[node] and (not best or d < distance[best]) then best = node end
  end
  if not best then return distance end
  done[best] = true
  for to, w in pairs(graph[best] or {}) do
  local d = distance[best] + w
  if not distance[to] or d < distance[to] then distance[to] = d end
  end
  end
  end
  local d = dijkstra({a = {b = 7, c = 3}, b = {d = 2}, c = {b = 1, d = 8}, d = {}}, 'a')
  print(d.a, d.b, d.c, d.d, d.e)
local function crc(s)
  local c = 0
  for i = 1, #s do
  c = (c + s:byte(i)) % 65536
  for _ = 1, 8 do if c % 2 == 1 then c = (c - 1) / 2 + 40961 else c = c / 2 end end
  end
  return c
  end
  print(crc('hello'), crc(''), crc('\0\1\2\255'))
local function permutations(t, n, out)
  n, out = n or #t, out or {}
  if n <= 1 then out[#out + 1] = table.concat(t) end
  for i = 1, n do
  t[n], t[i] = t[i], t[n]
  permutations(t, n - 1, out)
  t[n], t[i] = t[i], t[n]
  end
  return out
  end
  local p = permutations({'a', 'b', 'c', 'd'}) table.sort(p) print(#p, p[1], p[24])
local function life(cells, w, h)
  local next = {}
  for y = 1, h do next[y] = {} for x = 1, w do
  local n = 0
  for dy = -1, 1 do for dx = -1, 1 do
  if not (dx == 0 and dy == 0) then
  local row = cells[(y + dy - 1) % h + 1]
  if row[(x + dx - 1) % w + 1] == 1 then n = n + 1 end
  end
  end end
  next[y][x] = (n == 3 or (n == 2 and cells[y][x] == 1)) and 1 or 0
  end end
  return next
  end
  local c = {} for y = 1, 6 do c[y] = {0, 0, 0, 0, 0, 0} end
  c[1][2], c[2][3], c[3][1], c[3][2], c[3][3] = 1, 1, 1, 1, 1
  for i = 1, 5 do c = life(c, 6, 6) end
  for y = 1, 6 do print(table.concat(c[y])) end
`,
  objects: `
local Account = {} Account.__index = Account
  function Account.new(balance) return setmetatable({balance = balance or 0}, Account) end
  function Account:deposit(v) self.balance = self.balance + v return self end
  function Account:withdraw(v)
  if v > self.balance then error('insufficient funds') end
  self.balance = self.balance - v
  return self
  end
  local a = Account.new(100)
  print(a:deposit(50):withdraw(30).balance)
  print(pcall(a.withdraw, a, 1000))
  print(pcall(Account.withdraw, nil, 5))
  local Special = setmetatable({}, {__index = Account}) Special.__index = Special
  function Special.new(...) return setmetatable(Account.new(...), Special) end
  function Special:withdraw(v) if v - self.balance > 100 then error({code = 'limit'}) end
  self.balance = self.balance - v return self end
  local s = Special.new(10) print(s:withdraw(60).balance, s:deposit(5).balance)
  local ok, e = pcall(s.withdraw, s, 1000) print(ok, type(e), e.code)
local Set = {} Set.__index = Set
  local function set(t) local s = setmetatable({}, Set) for _, v in ipairs(t) do s[v] = true end
  return s end
  Set.__add = function(a, b) local r = set({}) for k in pairs(a) do r[k] = true end
  for k in pairs(b) do r[k] = true end return r end
  Set.__mul = function(a, b) local r = set({}) for k in pairs(a) do r[k] = b[k] end return r end
  Set.__le = function(a, b) for k in pairs(a) do if not b[k] then return false end end return true
  end
  Set.__lt = function(a, b) return a <= b and not (b <= a) end
  Set.__eq = function(a, b) return a <= b and b <= a end
  Set.__tostring = function(s) local l = {} for k in pairs(s) do l[#l + 1] = tostring(k) end
  table.sort(l) return '{' .. table.concat(l, ', ') .. '}' end
  Set.__concat = function(a, b) return tostring(a) .. tostring(b) end
  local a, b = set({1, 2, 3}), set({2, 3, 4})
  print(tostring(a + b), tostring(a * b), a <= b, a * b <= a)
  print(a * b < a, a == b, a == set({3, 2, 1}))
  print(a .. b, a .. '!', '!' .. b)
local Stack = {}
  function Stack.new() local items, size = {}, 0 return {
  push = function(...) for i = 1, select('#', ...) do size = size + 1 items[size] = (select(i, ...))
  end end,
  pop = function() if size == 0 then return nil, 'empty' end
  local v = items[size] items[size] = nil size = size - 1 return v end,
  size = function() return size end}
  end
  local s, t = Stack.new(), Stack.new() s.push(1, nil, 3)
  print(s.size(), t.size(), s.pop(), s.pop(), s.pop(), s.pop()) print(t.pop())
local function class(base)
  local c = {} c.__index = c
  return setmetatable(c, {__index = base, __call = function(_, ...)
  local o = setmetatable({}, c) if c.init then c.init(o, ...) end return o end})
  end
  local Shape = class() function Shape:init(name) self.name = name end
  function Shape:area() return 0 end
  function Shape:describe() return ('%s: %.2f'):format(self.name, self:area()) end
  local Circle = class(Shape) function Circle:init(r) Shape.init(self, 'circle') self.r = r end
  function Circle:area() return math.pi * self.r ^ 2 end
  local Square = class(Shape) function Square:init(a) Shape.init(self, 'square') self.a = a end
  function Square:area() return self.a * self.a end
  for _, s in ipairs({Circle(1), Square(3), Shape('none')}) do print(s:describe()) end
local function proxy(t, log)
  return setmetatable({}, {
  __index = function(_, k) log[#log + 1] = 'get ' .. tostring(k) return t[k] end,
  __newindex = function(_, k, v) log[#log + 1] = 'set ' .. tostring(k) t[k] = v end,
  __call = function(_, ...) log[#log + 1] = 'call ' .. select('#', ...) return ... end})
  end
  local log = {} local p = proxy({x = 1}, log)
  p.x = p.x + 1 p.y = p.z p[1] = p(1, 2) local _ = p.x == 2 and p.y or p[1]
  print(table.concat(log, '; '))
local memo = setmetatable({}, {__index = function(t, n)
  local v = n < 2 and n or t[n - 1] + t[n - 2] t[n] = v return v end})
  print(memo[50], rawget(memo, 40), memo[78])
local function readonly(t) return setmetatable({}, {__index = t, __newindex = function(_, k)
  error('cannot set ' .. tostring(k), 2) end, __metatable = false}) end
  local r = readonly({a = 1})
  print(r.a, pcall(function()
  r.b = 2
  end))
  print(getmetatable(r), pcall(setmetatable, r, {}))
local List = {} List.__index = List
  function List.new() return setmetatable({first = 0, last = -1}, List) end
  function List:pushleft(v) self.first = self.first - 1 self[self.first] = v end
  function List:pushright(v) self.last = self.last + 1 self[self.last] = v end
  function List:popleft() if self.first > self.last then error('list is empty') end
  local v = self[self.first] self[self.first] = nil self.first = self.first + 1 return v end
  local l = List.new() for i = 1, 5 do l:pushright(i) l:pushleft(-i) end
  local s = '' for i = 1, 10 do s = s .. l:popleft() .. ' ' end print(s) print(pcall(l.popleft, l))
`,
  'texts and parsers': String.raw`
local function parse(s)
  local at = 1
  local function skip() at = s:find('%S', at) or #s + 1 end
  local value
  local function list(close, item)
  local out = {} at = at + 1 skip()
  while s:sub(at, at) ~= close do item(out) skip()
  if s:sub(at, at) == ',' then at = at + 1 skip() end end
  at = at + 1 return out
  end
  function value()
  skip() local c = s:sub(at, at)
  if c == '{' then return list('}', function(out)
  local k = value() skip()
  assert(s:sub(at, at) == ':', 'no colon at ' .. at) at = at + 1 out[k] = value() end)
  elseif c == '[' then return list(']', function(out) out[#out + 1] = value() end)
  elseif c == '"' then local e = s:find('"', at + 1) local v = s:sub(at + 1, e - 1) at = e + 1
  return v
  else local w = s:match('^[%w.+-]+', at) if not w
  then error('bad character ' .. c .. ' at ' .. at, 0) end
  at = at + #w if w == 'true' then return true elseif w == 'false' then return false end
  return tonumber(w) or error('bad word ' .. w, 0) end
  end
  return value()
  end
  local t = parse('{"a": [1, 2.5, -3e2, true], "b": {"c": "text"}, "d": []}')
  print(#t.a, t.a[2], t.a[3], t.a[4], t.b.c, #t.d)
  print(pcall(parse, '[1, ?]')) print(pcall(parse, '{"a" 1}')) print(pcall(parse, 'word'))
local function show(v, indent)
  indent = indent or ''
  if type(v) ~= 'table' then return tostring(v) end
  local keys, out = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys)
  do out[#out + 1] = indent .. tostring(k) .. ': ' .. show(v[k], indent .. '  ') end
  return '\n' .. table.concat(out, '\n')
  end
  print(show({1, 2, {3, x = {y = 'z'}}, a = true, [1.5] = false}))
local function eval(s)
  local tokens = {} for t in s:gmatch('%s*([%d.]+)') do end
  for n, op in s:gmatch('%s*([%d.]*)%s*([-+*/()]?)') do
  if n ~= '' then tokens[#tokens + 1] = tonumber(n) end
  if op ~= '' then tokens[#tokens + 1] = op end end
  local at, expr = 1
  local function factor()
  local t = tokens[at] at = at + 1
  if t == '(' then local v = expr() at = at + 1 return v end
  if t == '-' then return -factor() end
  return t
  end
  local function term()
  local v = factor()
  while tokens[at] == '*' or tokens[at] == '/' do
  local op = tokens[at] at = at + 1 local r = factor()
  if op == '*' then v = v * r else v = v / r end end
  return v
  end
  function expr()
  local v = term()
  while tokens[at] == '+' or tokens[at] == '-' do
  local op = tokens[at] at = at + 1 local r = term() v = op == '+' and v + r or v - r end
  return v
  end
  return expr()
  end
  print(eval('1 + 2 * 3'), eval('(1 + 2) * 3'), eval('10 / 4 - -2'), eval('2 * (3 + (4 - 1)) / 9'))
local words = {} local text = 'the cat and the dog and the bird'
  for w in text:gmatch('%a+') do words[w] = (words[w] or 0) + 1 end
  local list = {} for w, n in pairs(words) do list[#list + 1] = {w = w, n = n} end
  table.sort(list, function(a, b) if a.n ~= b.n then return a.n > b.n end return a.w < b.w end)
  for _, e in ipairs(list) do print(e.w, e.n) end
local function split(s, sep) local out = {} for part in (s .. sep):gmatch('(.-)' .. sep)
  do out[#out + 1] = part end
  return out end local p = split('a,b,,c', ',') print(#p, p[1], p[3] == '', p[4])
  print(#split('', ','))
local function template(s, vars) return (s:gsub('%$%((%w+)%)', function(k) return vars[k] end)) end
  print(template('Hello $(name), $(missing)!', {name = 'World'}))
local function caesar(s, n) return (s:gsub('%a', function(c)
  local base = c:match('%l') and 97 or 65 return string.char((c:byte() - base + n) % 26 + base)
  end)) end
  print(caesar('Hello, World', 3), caesar(caesar('Hello, World', 3), -3))
local function hex(s) return (s:gsub('.', function(c) return ('%02x'):format(c:byte()) end)) end
  local function unhex(s) return (s:gsub('%x%x', function(h) return string.char(tonumber(h, 16))
  end)) end
  local all = {} for i = 0, 255 do all[i + 1] = string.char(i) end all = table.concat(all)
  print(hex('Lua\0\255'), unhex(hex(all)) == all, #all)
`,
  'limits and locks': `
local store, clock = {}, 0
  local function call(name, key, value)
  if name == 'GET' then return store[key] elseif name == 'SET' then store[key] = value return 'OK'
  elseif name == 'INCR' then store[key] = (tonumber(store[key]) or 0) + 1 return store[key]
  elseif name == 'DEL' then local had = store[key] ~= nil store[key] = nil return had and 1 or 0 end
  error('unknown command ' .. tostring(name), 2)
  end
  local function limit(key, max) local n = call('INCR', key) if n > max then return 0, n end
  return 1, max - n end
  for i = 1, 4 do print(limit('user', 2)) end
  print(call('DEL', 'user'), call('DEL', 'user'), limit('user', 2))
  print(pcall(call, 'FLY', 'x')) print(pcall(function()
  call('FLY')
  end))
local function bucket(rate, size) local tokens, last = size, 0 return function(now, cost)
  tokens = math.min(size, tokens + (now - last) * rate) last = now
  if tokens < cost then return false, (cost - tokens) / rate end tokens = tokens - cost
  return true, tokens end end
  local take = bucket(2, 10) for _, call in ipairs({{0, 4}, {1, 4}, {1, 9}, {5, 9}, {5.5, 1}}) do
  print(take(call[1], call[2])) end
local queue, log = {}, {}
  local function job(id, n) return coroutine.create(function() for i = 1, n do
  log[#log + 1] = id .. i coroutine.yield(i) end if id == 'b' then error('job b broke') end
  return 'done ' .. id end) end
  for id, n in pairs({a = 2}) do queue[#queue + 1] = job(id, n)
  end queue[2], queue[3] = job('b', 1), job('c', 3)
  while #queue > 0 do local co = table.remove(queue, 1) local ok, r = coroutine.resume(co)
  if not ok then log[#log + 1] = 'failed: ' .. r elseif coroutine.status(co) == 'dead'
  then log[#log + 1] = r
  else queue[#queue + 1] = co end end
  for _, line in ipairs(log) do print(line) end
local function try(f, catch, finally) local ok, e = pcall(f) if not ok then ok, e = pcall(catch, e)
  end
  if finally then finally() end if not ok then error(e, 0) end return e end
  print(try(function() return 1 end, print)) print(try(function() error('x', 0) end, function(e)
  return 'got ' .. e end))
  print(pcall(try, function() error('a', 0) end, function(e) error(e .. 'b', 0) end, function()
  print('finally') end))
`,
});

// The scripts whose processor time is compared. Each takes some ten milliseconds, without a command
// of the server, and returns a value that tells whether both did the same.

export interface BenchScript {
  readonly name: string;
  readonly source: string;
}

const OBJECTS = `local objects = {}
  for i = 1, 1000 do
    objects[i] = {id = i, name = 'object ' .. i, isActive = i % 2 == 0, score = i / 4,
      tags = {'one', 'two', 'three'}, owner = {id = i * 7, mail = 'user' .. i .. '@example.org'}}
  end`;

export const SCRIPTS: readonly BenchScript[] = [
  {
    name: 'arithmetic, 1M iterations',
    source: 'local x = 0 for i = 1, 1000000 do x = x + i % 7 * 2 - x / 3 end return tostring(x)',
  },
  {
    name: 'function calls: fib(26)',
    source: `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
      return fib(26)`,
  },
  {
    name: 'closures and methods, 200k calls',
    source: `local account = {balance = 0}
      function account:add(amount) self.balance = self.balance + amount return self end
      local function adder(step) return function(x) return x + step end end
      local add, sum = adder(3), 0
      for i = 1, 100000 do sum = add(sum) account:add(i) end
      return sum + account.balance`,
  },
  {
    name: 'table.insert, 200k',
    source: `local t = {} for i = 1, 200000 do table.insert(t, i) end return #t`,
  },
  {
    name: 'elements and fields, 300k',
    source: `local t, u = {}, {count = 0}
      for i = 1, 100000 do t[#t + 1] = i end
      for i, v in ipairs(t) do u.count = u.count + v end
      for k, v in pairs(t) do t[k] = v + 1 end
      return u.count + t[100000]`,
  },
  {
    name: 'fields by computed names, 100k',
    source: `local t = {} for i = 1, 100000 do local k = 'k' .. i % 1000 t[k] = (t[k] or 0) + i end
      local n = 0 for k, v in pairs(t) do n = n + v end return n`,
  },
  {
    name: 'table.concat, 100k',
    source: `local t = {} for i = 1, 100000 do t[i] = 'item' .. i end
      return #table.concat(t, ',')`,
  },
  {
    name: 'table.sort, 50k numbers',
    source: `local t, x = {}, 42
      for i = 1, 50000 do x = (x * 1103515245 + 12345) % 2147483648 t[i] = x end
      table.sort(t) return t[1] + t[50000]`,
  },
  {
    name: 'table.sort, 20k with a function',
    source: `local t, x = {}, 42
      for i = 1, 20000 do x = (x * 1103515245 + 12345) % 2147483648 t[i] = {score = x} end
      table.sort(t, function(a, b) return a.score > b.score end) return t[1].score`,
  },
  {
    name: 'string building, 80k keys',
    source: `local n = 0 for i = 1, 80000 do
      local key = 'user:' .. i .. ':name' n = n + #key + key:byte(#key) end return n`,
  },
  {
    name: 'string growing, 5k times',
    source: `local s, n = '', 0 for i = 1, 5000 do s = s .. 'item' .. i n = n + s:byte(-1) end
      return #s + n`,
  },
  {
    name: 'string functions, 50k',
    source: `local n = 0 for i = 1, 50000 do
      local s = string.format('%d:%s', i, 'value') n = n + #s:upper() + s:byte(1) + #s:sub(2, 4)
      end return n`,
  },
  {
    name: 'gsub, 50 x 10 KB',
    source: `local text = ('The quick brown fox jumps. '):rep(380) local n = 0
      for i = 1, 50 do
        local s, count = text:gsub('%w+', function(w) return w:upper() end)
        local _, more = text:gsub('o(.)', '%1o') n = n + count + more + #s
      end return n`,
  },
  {
    name: 'find and match, 50k',
    source: `local n = 0 for i = 1, 25000 do
      local s = 'bull:queue:' .. i .. ':lock' local a, b = s:find(':(%d+):') n = n + a + b
      n = n + #s:match('^[^:]+:([^:]+)') + (s:find('lock', 1, true) or 0)
      end return n`,
  },
  {
    name: 'gmatch, 100 x 10 KB',
    source: `local text = ('key=value; name=thing; '):rep(440) local n = 0
      for i = 1, 100 do for k, v in text:gmatch('(%w+)=(%w+)') do n = n + #k + #v end end
      return n`,
  },
  {
    name: 'cjson.encode of 1000 objects, 10 times',
    source: `${OBJECTS} local n = 0 for i = 1, 10 do n = n + #cjson.encode(objects) end return n`,
  },
  {
    name: 'cjson.decode of 1000 objects, 10 times',
    source: `${OBJECTS} local text, n = cjson.encode(objects), 0
      for i = 1, 10 do n = n + #cjson.decode(text) end return n`,
  },
  {
    name: 'cmsgpack.pack of 1000 objects, 10 times',
    source: `${OBJECTS} local n = 0 for i = 1, 10 do n = n + #cmsgpack.pack(objects) end return n`,
  },
  {
    name: 'cmsgpack.unpack of 1000 objects, 10 times',
    source: `${OBJECTS} local text, n = cmsgpack.pack(objects), 0
      for i = 1, 10 do n = n + #cmsgpack.unpack(text) end return n`,
  },
];

/** As a small script of a rate limiter: 2 keys, 3 arguments, 5 values. */
export const SMALL_SCRIPT = `local limit, now = tonumber(ARGV[1]), tonumber(ARGV[2])
local left = limit - now % 10
return {KEYS[1], KEYS[2], left, ARGV[3], #KEYS + #ARGV}`;
export const SMALL_KEYS = ['key:000000000000', 'limiter:000000000000'];
export const SMALL_ARGUMENTS = ['100', '1700000000000', 'abcdefghijklmnop'];

// Errors: their values, their levels, who is named in them and which line; what catches them.
import { corpus } from '../support/corpus.ts';

const VALUES = ['nil', 'true', 'false', '42', "'text'", '{}', 'print', '1.5', "''"];
const LEVELS = ['', ', 0', ', 1', ', 2', ', 3', ', 4', ', 50', ', -1', ", '2'", ', nil', ', 1.9'];

/** Functions that stand between error() and the pcall(), line by line. */
const DEPTHS = [
  'return pcall(function() error($) end)',
  'return pcall(error, $)',
  'error($)',
  `local function f()
error($)
end
return pcall(f)`,
  `local function f()
error($)
end
local function g()
f()
end
return pcall(g)`,
  `local function f()
error($)
end
local function g()
local x = f()
return x
end
local function h()

g()
end
return pcall(h)`,
  `local function f() error($) end
for _, x in ipairs({1}) do
f()
end`,
  `local co = coroutine.create(function()
error($)
end)
return coroutine.resume(co)`,
  `local f = coroutine.wrap(function()
error($)
end)
return pcall(f)`,
  `local f = coroutine.wrap(function()
error($)
end)
f()`,
  `local t = setmetatable({}, {__index = function()
error($)
end})
return pcall(function()
return t.x
end)`,
  `return pcall(string.gsub, 'a', 'a', function()
error($)
end)`,
  `return pcall(function()
return (('a'):gsub('a', function()
error($)
end))
end)`,
  `return pcall(table.sort, {2, 1}, function()
error($)
end)`,
  `return xpcall(function()
error($)
end, function(e) return 'handled', e end)`,
  `return pcall(loadstring("error($)", '=other'))`,
  `return pcall(function()
loadstring("error($)", '=other')()
end)`,
];

/** Statements that fail, for every line of a program. */
const FAILURES = [
  'local x = nil + 1',
  'nothing()',
  'local t = {} t.x.y = 1',
  'local s = {} .. "x"',
  'local b = {} < 1',
  'local n = #5',
  'local m = -{}',
  'error("own")',
  'assert(false)',
  'assert(nil, "asserted")',
  'assert(nil, "asserted\\0not")',
  'assert(nil, "\\0")',
  '("x"):rep({})',
  'string.rep()',
  'setmetatable(1, 2)',
  'for i = 1, "x" do end',
  'for k in 5 do end',
  'local v = ("x")()',
  'local t = {} t[nil] = 1',
  'tostring()',
  'ipairs()',
  'local q = 2 ^ {}',
];

const LAYOUTS = [
  '$',
  '\n$',
  '\n\n\n$\n\n',
  'local a = 1\nlocal b = 2 $ local c = 3\nlocal d = 4',
  'do\n  $\nend',
  'if true then\n  $\nelse\n\nend',
  'for i = 1, 2 do\n  $\nend',
  'while true do\n  $\nend',
  'repeat\n  $\nuntil true',
  'local function f()\n  $\nend\n\nf()',
  'local function f()\n  $\nend\n\nreturn f()',
  'local t = {f = function()\n  $\nend}\nlocal x = t.f()\nreturn x',
  '-- comment\n--[[ long\ncomment ]] $',
  'local s = [[long\nstring]] $',
  "local s = 'a\\\nb' $",
  'coroutine.wrap(function()\n  $\nend)()',
  'print(pcall(function()\n  $\nend))',
  'print(pcall(pcall, function()\n  $\nend))',
  'print(select(2, xpcall(function()\n  $\nend, function(e) return e end)))',
];

/** Some of these are as if they were not there. */
const BEFORE_CHOICES = ['1 and', "'a' and", 'true and', 'nil and', 'false and', '{} and', 'up and'];
const MORE_BEFORE_CHOICES = ['nil or', 'false or', '1 or', 'nil or 1 and', '1 and 2 and', 'up or'];
/** Variables, and calls that give more than one value. */
const CHOSEN = [
  'g',
  'loc',
  'up',
  't.f',
  't[loc]',
  't.f.f',
  '(g)',
  "'s'",
  '5',
  'nil',
  '...',
  'two()',
];
const CHOICE_USES = [
  ...[
    'return ($).y',
    'return ($)()',
    'return ($):m()',
    '($).y = 1',
    'return ($) + 1',
    'return -($)',
  ],
  ...['return #($)', "return ($) .. 'x'", 'return ($) < 1', 'return $', 'return ($)', 'return {$}'],
  ...['if $ then return 1 end return 2', 'while $ do return 1 end', 'local a, b = $ return a, b'],
  ...[
    'return select("#", $)',
    'for i = $, 2 do return i end',
    'local q = {[$] = 1} return next(q)',
  ],
];

corpus({
  'names behind constants': CHOICE_USES.flatMap((use) =>
    [...BEFORE_CHOICES, ...MORE_BEFORE_CHOICES].flatMap((before) =>
      CHOSEN.map((chosen) => {
        const body = use.replace('$', () => `${before} ${chosen}`);
        return `local up local function two() return 1, 2 end
          return (function(...) local t, loc = {} ${body} end)(1, 2)`;
      }),
    ),
  ),
  'values and levels': DEPTHS.flatMap((program) => [
    ...LEVELS.map((level) => program.replace('$', () => `'message'${level}`)),
    ...VALUES.map((value) => program.replace('$', () => value)),
    ...VALUES.map((value) => program.replace('$', () => `${value}, 2`)),
  ]),
  'lines of failures': FAILURES.flatMap((failure) =>
    LAYOUTS.map((layout) => layout.replace('$', () => failure)),
  ),
  'lines within expressions': `
local x = 1
  local y = x +
  nil
local a, b
  local c = a
  + b
local a = {}
  return a
  .b
  .c
local a = {}
  return a.b
  .c
  .d
local t = {}
  t.f
  (1)
local t = {}
  t:
  f(
  1,
  2)
local f
  f(
  1,
  2
  )
local f = function() error('x') end
  f(
  )
local t = {
  1,
  nil + 1,
  3}
local t = {
  x = 1,
  y = nil .. 'a',
  }
print(
  1,
  nil + 2,
  3)
return 1,
  2,
  nil + 3
local s = 'a' ..
  'b' ..
  nil ..
  'c'
local s = 'a'
  .. 'b'
  .. {}
local x = -
  nil
local x = #
  nil
local x = not
  nil + 1
local x = 1 <
  nil
local x = (1
  < nil)
local x = 1 == 2
  or nil
  < 1
if nil
  < 1 then
  end
if 1 then
  elseif nil + 1 then
  end
while nil
  < 1 do
  end
repeat
  local x
  until x < 1
for i = 1,
  nil do
  end
for i
  = 1, nil
  do
  end
for k in
  nil
  do
  end
for k, v in pairs(
  nil)
  do
  end
for k, v in pairs({})
  do
  end return nil
  + 1
for i = 1, 2 do
  local x = i .. nil
  end
for _, v in ipairs({1, 2}) do
  print(v)
  if v == 2 then
  local x = v.y.z
  end end
local function f(a,
  b)
  return a
  + b
  end
  f(1)
local function f()
  local x
  return x()
  end
  f()
local function f()
  local x
  return x(),
  1
  end
  f()
local function f()
  return nothing()
  end
  f()
local function f() return
  nothing(
  ) end f()
a.b = 1
  a.c = 2
a = {}
  a.b.c = 1
a = {}
  a.b.
  c
  = 1
a, b =
  1,
  nil + 1
a[
  1]
  = 2
local t = {}
  t[
  nil
  ]
  =
  1
local t = {f = function()
  error('in f')
  end}
  t.f(
  )
return (
  nil
  )()
return ((nil)
  .x)
return {}
  .x
local x = [[
  long]]
  + 1
local x = --[[
  ]] nil + 1
`,
});

// The Lua side of the comparison: a program that lua5.1 runs, which reads programs from its input,
// runs one after the other and writes what each prints and how it ends.
//
// Each program gets globals and library tables of its own. They are the thread's globals, so what
// load() and coroutines make has them too.

/** Ends the output of one program. */
export const OUTPUT_END = '\x01end of the program\x02\n';

/** The globals that programs have, on both sides. */
export const GLOBAL_FUNCTIONS = [
  'assert',
  'collectgarbage',
  'error',
  'gcinfo',
  'getfenv',
  'getmetatable',
  'ipairs',
  'load',
  'loadstring',
  'newproxy',
  'next',
  'pairs',
  'pcall',
  'print',
  'rawequal',
  'rawget',
  'rawset',
  'select',
  'setfenv',
  'setmetatable',
  'tonumber',
  'tostring',
  'type',
  'unpack',
  'xpcall',
];

/** What each program is called with. */
export const PROGRAM_ARGUMENTS = [1, undefined, 'three'];

/** How errors name the program. */
export const CHUNK_NAME = 'user_script';

/**
 * Input: the size of a program in decimal, a line end and the program's bytes, again and again.
 * Output: what a program prints, a line that says how it ended, OUTPUT_END.
 */
export const LUA_DRIVER = `
local functions, libraries = {}, {}
for name in ("${GLOBAL_FUNCTIONS.join(' ')}"):gmatch("%w+") do functions[name] = _G[name] end
for _, name in ipairs({"string", "table", "math", "coroutine"}) do libraries[name] = _G[name] end
local real, metatable = _G, getmetatable("")
local io, pairs, pcall, select = io, pairs, pcall, select
local loadstring, setfenv = loadstring, setfenv
local tostring, type, concat = tostring, type, table.concat

local function environment()
  local globals = {_VERSION = real._VERSION}
  for name, value in pairs(functions) do globals[name] = value end
  for name, library in pairs(libraries) do
    globals[name] = {}
    for field, value in pairs(library) do globals[name][field] = value end
  end
  for field in pairs(metatable) do metatable[field] = nil end
  metatable.__index = globals.string
  globals._G = globals
  return globals
end

local function show(value)
  local isFine, text = pcall(tostring, value)
  return type(value) .. ":" .. (isFine and tostring(text) or "?")
end

local function report(isFine, ...)
  local words = {isFine and "returns" or "fails"}
  for i = 1, select("#", ...) do words[i + 1] = show((select(i, ...))) end
  io.write(concat(words, " "))
end

while true do
  local size = io.read("*n", 1)
  if size == nil then break end
  local program = size == 0 and "" or io.read(size)
  setfenv(0, environment())
  local chunk, problem = loadstring(program, "=${CHUNK_NAME}")
  if chunk == nil then io.write("does not compile: ", problem)
  else report(pcall(chunk, 1, nil, "three")) end
  io.write("${OUTPUT_END.replace('\n', '\\n').replace('\x01', '\\1').replace('\x02', '\\2')}")
  io.flush()
end
`;

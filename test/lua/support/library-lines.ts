// Differential tests of the libraries: lines of Lua that the reference redis-server runs by EVAL,
// and that our libraries are called for directly, without our compiler. Results must be equal,
// errors to the letter, and so must the table `t` be that a line may begin with.
//
//   libraryLines('insert', ['t = {1, 2}; table.insert(t, 1, "x")', 'table.insert({}, 1, 2, 3)']);
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawClient } from '../../support/raw-client.ts';
import { parseReply } from '../../support/resp.ts';
import { type RunningServer, startReference } from '../../support/server.ts';
import { evaluateLine } from './library-calls.ts';

const LINES_PER_SCRIPT = 200;
const SHOWN_FAILURES = 12;
const SHOWN_SIZE = 600;

/** What lines can use, for the reference; library-calls.ts has the same for us. */
const PRELUDE = `
local rep = string.rep
local function bytes(from, to)
  local parts = {}
  for i = from or 0, to or 255 do parts[#parts + 1] = string.char(i) end
  return table.concat(parts)
end
local function numbers(count, below, seed)
  local list = {}
  for i = 1, count do
    seed = (seed * 1103515245 + 12345) % 2147483648
    list[i] = math.floor(seed / 65536) % below
  end
  return list
end
local function words(count, below, seed)
  local list = numbers(count, below, seed)
  for i = 1, count do list[i] = "w" .. list[i] end
  return list
end
local function pairsOf(count, below, seed)
  local list = numbers(count, below, seed)
  for i = 1, count do list[i] = {list[i], i} end
  return list
end
local function nested(depth)
  local t = {}
  for i = 1, depth do t = {t} end
  return t
end
local function nestedMap(depth)
  local t = {}
  for i = 1, depth do t = {a = t} end
  return t
end
local function depthOf(value)
  local depth = 0
  while type(value) == "table" do depth = depth + 1; value = value[1] or value.a end
  return depth
end
local function count(...) return select("#", ...) end
local function greater(a, b) return a > b end
local function always() return true end
local function never() return false end
local function byTens(a, b) return math.floor(a / 10) < math.floor(b / 10) end
local function byFirst(a, b) return a[1] < b[1] end
local function firstAbove(a, b) if a and b and a > b then return a end end
local function nilsLast(a, b) if a == nil then return false end return b == nil or a < b end
local orderMetatable = {__lt = byFirst}
local function ordered(...) return setmetatable({...}, orderMetatable) end
local function joined(a, b) if a == "stop" or b == "stop" then return a .. "," .. b end end
local function same(a) return a end
local function sortLog(t, order)
  local log = {}
  local isFine = pcall(table.sort, t, function(a, b)
    log[#log + 1] = tostring(a) .. "<" .. tostring(b)
    return order(a, b)
  end)
  return isFine, table.concat(log, " ")
end

local function show(value)
  local kind = type(value)
  if kind == "number" then
    if value ~= value then return "nan" end
    return string.format("%.17g", value)
  end
  if kind == "string" then return #value .. ":" .. value end
  if kind ~= "table" then return kind == "boolean" and tostring(value) or kind end
  local parts = {}
  for key, item in pairs(value) do parts[#parts + 1] = show(key) .. "=" .. show(item) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end
local out = {}
local function add(t, isFine, ...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = show((select(i, ...))) end
  local text = table.concat(parts, " ")
  if not isFine then text = "fails " .. (type(...) == "string" and (...) or text) end
  if t ~= nil then text = text .. " t=" .. show(t) end
  out[#out + 1] = text
end
`;

let server: Promise<RunningServer> | null = null;

after(async () => {
  if (server !== null) await (await server).stop();
});

/** Registers a test. Without a reference it fails. */
export function libraryLines(title: string, lines: readonly string[]): void {
  test(`${title}: ${lines.length} lines`, async () => {
    server ??= startReference();
    const { port } = await server;
    const client = await RawClient.connect(port);
    const failures: string[] = [];
    try {
      for (let start = 0; start < lines.length; start += LINES_PER_SCRIPT) {
        const some = lines.slice(start, start + LINES_PER_SCRIPT);
        failures.push(...differences(some, await askReference(client, some)));
      }
    } finally {
      client.close();
    }
    if (failures.length === 0) return;
    const head = `${failures.length} of ${lines.length} lines differ; the reference's result first`;
    assert.fail([head, ...failures.slice(0, SHOWN_FAILURES)].join('\n\n'));
  });
}

function differences(lines: readonly string[], answers: readonly string[]): string[] {
  const failures: string[] = [];
  for (const [index, line] of lines.entries()) {
    const theirs = normalised(answers[index]);
    const ours = normalised(evaluateLine(line));
    if (ours !== theirs) failures.push(`${shown(line)}\n  ${shown(theirs)}\n  ${shown(ours)}`);
  }
  return failures;
}

async function askReference(client: RawClient, lines: readonly string[]): Promise<string[]> {
  const parts = lines.map((line) => {
    const [, declaration, call] = /^(t = .*?; )?(.*)$/s.exec(line) ?? [];
    return `do local ${declaration ?? 't = nil;'} add(t, pcall(function() return ${call} end)) end`;
  });
  const script = Buffer.from(`${PRELUDE}${parts.join('\n')}\nreturn out`, 'latin1');
  const reply = parseReply(await client.command('EVAL', script, '0'));
  const items = reply.items ?? [];
  assert.equal(items.length, lines.length, `the reference says: ${reply.text}`);
  return items.map((item) => item.text ?? '');
}

/** Lines of scripts are other ones than ours; that a position is there must be equal. */
function normalised(text: string): string {
  return text.replace(/^fails user_script:-?\d+: /, 'fails user_script:N: ');
}

function shown(text: string): string {
  const json = JSON.stringify(text).replace(/[\x7f-\xff]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16)}`;
  });
  return json.length > SHOWN_SIZE ? `${json.slice(0, SHOWN_SIZE)}... (${text.length} bytes)` : json;
}

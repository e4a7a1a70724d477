// What a script makes is charged when it is there: a process with a small heap runs scripts that
// would take many times as much, and each of them ends with Lua's error, not with the process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HEAP_MB = 400;
/** Scripts that one process runs. */
const TOGETHER = 2;
const WORLD = fileURLToPath(new URL('./support/memory-world.js', import.meta.url));
const ENDS = /^(not enough memory|returns)$/;
const MEMORY = /^not enough memory$/;

/** Scripts, and how they end. */
const scripts: readonly (readonly [source: string, ending: RegExp])[] = [
  [
    `local t = {} for i = 1, 20 do t[i] = ('x'):rep(2 ^ 28) end
      for i = 1, 20 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [`local s = ('x'):rep(2 ^ 25) local t = {} for i = 1, 100 do t[i] = s .. i end`, MEMORY],
  [`local s = ('x'):rep(2 ^ 25) local t = {} for i = 1, 100 do t[i] = i .. s end`, MEMORY],
  [`local s = ('x'):rep(2 ^ 20) local t = {} for i = 1, 4000 do t[i] = s .. i end`, MEMORY],
  [
    `local s = ('x'):rep(30000) local t = {} for i = 1, 1e5 do t[i] = s .. i end
      for i = 1, 1e5 do t[i]:byte(1) end`,
    MEMORY,
  ],
  // Short strings are promised; nobody can look at many of them unseen. Node.js 24 looks at a byte
  // without making them.
  [
    `local s = ('x'):rep(8000) local t = {} for i = 1, 3e5 do t[i] = s .. i end
      for i = 1, 3e5 do t[i]:byte(1) end`,
    ENDS,
  ],
  [
    // Of the same two strings later runtimes make one string for all.
    `local a, b = ('x'):rep(500), ('y'):rep(500)
      local t = {} for i = 1, 2e6 do t[i] = a .. i .. b end for i = 1, 2e6 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [`local s = ('x'):rep(2 ^ 16) local t = {} for i = 1, 1e5 do t[i] = s:rep(4) end`, MEMORY],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = table.concat({s, i}) t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = ('a' .. i):gsub('a', s) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = ('%s%d'):format(s, i) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('"'):rep(2 ^ 21) local t = {}
      for i = 1, 100 do t[i] = ('%q'):format(s) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = cjson.encode({s, i}) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = cmsgpack.pack({s, i}) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = struct.pack('ss', s, i) end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do local _, e = pcall(function() error(s) end) t[i] = e end
      for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do t[i] = select(2, pcall(assert, false, s .. i)) end`,
    MEMORY,
  ],
  [
    `local s = ('x'):rep(2 ^ 24) local t = {}
      for i = 1, 100 do
        local f = coroutine.wrap(function() error(s) end)
        t[i] = select(2, pcall(f))
      end for i = 1, 100 do t[i]:byte(1) end`,
    MEMORY,
  ],
  // Shapes do not keep what tables no longer have.
  [`local s = ('x'):rep(2 ^ 22) for i = 1, 80 do local t = {} t[s .. i] = 1 end`, /^returns$/],
  [`local s = ('x'):rep(2 ^ 25) for i = 1, 12 do local u = s .. i end`, /^returns$/],
  [`local t = {} for i = 1, 1e9 do t[i] = {unpack({}, 1, 7990)} end`, MEMORY],
  [`local function f(...) local t = {} for i = 1, 1e9 do t[i] = {...} end end f(1, 2)`, MEMORY],
  [
    `local u = {} for i = 1, 7990 do u[i] = i end
      local function f(...) local t = {} for i = 1, 1e9 do t[i] = {...} end end f(unpack(u))`,
    MEMORY,
  ],
  [`local t = {} for i = 1, 1e5 do t[i] = {} end for i = 1, 9 do cjson.encode(t) end`, ENDS],
];

for (let from = 0; from < scripts.length; from += TOGETHER) {
  const some = scripts.slice(from, from + TOGETHER);
  test(`a small heap survives scripts ${from + 1} to ${from + some.length}`, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', `--max-old-space-size=${HEAP_MB}`, WORLD],
      { input: JSON.stringify(some.map(([source]) => source)), encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr.slice(0, 1000));
    const endings = JSON.parse(stdout) as string[];
    for (const [index, [source, ending]] of some.entries()) {
      assert.match(endings[index], ending, source);
    }
  });
}

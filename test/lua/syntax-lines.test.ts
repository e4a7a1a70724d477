// Lines: each source fails in lua5.1 because of the nil value `bad`, and the line that it tells
// must be that of the node which uses `bad`. Then lines of functions, as debug.getinfo() has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../src/lua/syntax/parser.ts';
import { askReference, linesOf } from './support/syntax-reference.ts';

/** Runs a source where `missing` fails to be read, and any new global to be assigned. */
const RUN = `function(source)
  local run = assert(loadstring(source, '=test'))
  local function id(...) return ... end
  local t = setmetatable({}, {__index = function(t) return t end, __call = id})
  local env = {a = t, t = t, f = id, id = id, x = 1}
  setfenv(run, setmetatable(env, {
    __index = function(_, name) if name == 'missing' then error('missing', 2) end end,
    __newindex = function() error('new', 2) end,
  }))
  return tostring(select(2, pcall(run)))
end`;
/** The names that make a node the one to look at: by what uses them, and by themselves. */
const USED_NAME = 'bad';
const OWN_NAMES = ['missing', 'new'];

interface Node {
  readonly kind?: string;
  readonly line?: number;
  readonly name?: string;
}

/** The line of the first node that is in question. */
function lineOf(node: Node): number | undefined {
  if (node.kind === 'global' && OWN_NAMES.includes(node.name ?? '')) return node.line;
  const children = childrenOf(node);
  const isUser = children.some(({ kind, name }) => kind === 'global' && name === USED_NAME);
  if (isUser && node.line !== undefined) return node.line;
  for (const child of children) {
    const line = lineOf(child);
    if (line !== undefined) return line;
  }
  return undefined;
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => !['parent', 'owner', 'local', 'locals', 'parameters'].includes(key))
    .flatMap(([, value]) => value as unknown)
    .filter((value) => typeof value === 'object' && value !== null);
}

function check(sources: readonly string[]): void {
  const messages = askReference(RUN, sources);
  for (const [index, source] of sources.entries()) {
    const line = /^test:(\d+): /.exec(messages[index])?.[1];
    assert.equal(String(lineOf(parse(source, 'test').body)), line, `${source}\n${messages[index]}`);
  }
}

test('fields', () => {
  check(
    linesOf(`
local y = bad.x
local y = bad¶.x
local y = bad¶.¶x
local y =¶bad.x¶
local y = bad.x¶z = 1
local y = bad.x¶.y
local y = bad.x¶[x]
local y = bad.x¶:y()
local y = bad.x:¶y()
local y = bad¶:y()
local y = bad.x¶"s"
local y = bad.x¶{}
local y = bad.x¶+ 1
local y = bad.x¶+¶1
local y = bad.x +¶bad.x¶.x
local y = x + bad.x¶+ x
local y = x *¶x +¶bad.x¶+ x
local y = bad.x¶and x
local y = bad.x¶..¶x
local y = bad.x¶== x
local y = -¶bad.x
local y = not¶bad.x¶
local y = #bad¶[x]
local y = bad[¶x¶]
local y = bad[x¶+ 1¶]¶
local y = t[bad.x¶]
local y = t[bad.x]¶
local y = (bad.x¶)
local y = (bad.x¶)¶
local y = (bad.x¶)¶+ 1
local y = ((bad.x¶)¶)
local y, z = bad.x¶, x
local y, z = bad.x,¶x
local y, z = x,¶bad.x¶
f(bad.x¶)
f(bad.x¶)¶
f(bad.x¶, x)
f(bad.x,¶x)
f(x, bad.x¶)
f{bad.x¶}
f{bad.x¶,¶}
f{bad.x,¶x}
f{bad.x,¶y = x}
f{y =¶bad.x¶}
f{y = bad.x,¶z = x¶}
f{[bad.x¶] =¶x}
f{[x¶] =¶bad.x¶}
f{x¶,¶bad.x;¶}
return bad.x¶
return bad.x,¶x
return¶bad.x;¶
if bad.x¶then end
if x == 2¶then elseif bad.x¶then end
while bad.x¶do end
repeat¶until bad.x¶
for i = bad.x¶, x do end
for i = x,¶bad.x¶do end
for i = x, x,¶bad.x¶do end
for i in bad.x¶do end
for i in bad.x¶, x do end
x = bad.x¶
x, a.b = bad.x,¶x¶
f¶{¶bad.x¶}
f(function()¶bad.x¶.y() end)()
`),
  );
});

test('assignments', () => {
  check(
    linesOf(`
bad.x = 1
bad¶.x = 1
bad.x¶= 1
bad.x =¶1
bad.x =¶{¶}¶
bad.x =¶f(¶)¶
bad.x =¶1;¶
bad[x¶] = 1
bad.x¶.y = 1
bad.x¶.y =¶1
bad.x, x =¶1,¶2
x, bad.x =¶1¶
t.x, bad.x =¶1,¶2¶
bad.x =¶t.x¶
bad.x =¶x +¶x
function bad.x()¶end
function¶bad.x()¶end
function bad.x.y()¶end
function bad¶.x¶:y()¶end
new = 1
new =¶1
x,¶new¶=¶1¶
new =¶function()¶end
function new()¶end
function¶new¶()¶end
`),
  );
});

test('calls', () => {
  check(
    linesOf(`
bad()
bad(¶)
bad(¶x,¶x¶)¶
local y =¶bad()
bad""
bad¶""
bad[[¶]]
bad[[¶¶]]¶
bad{}
bad¶{¶}
bad¶{¶x¶}()
local y = bad(x)¶.x
local y = bad(x)¶[1]
local y = f(bad(¶)¶)
return bad(¶)¶
return f,¶bad¶{}
f{¶x = bad(¶)}
f{¶bad¶{},¶2}
f{bad¶()}
f{bad¶{}}
x = bad(¶)¶
`),
  );
});

test('operations', () => {
  check(
    linesOf(`
local y = bad + 1
local y = bad¶+ 1
local y = bad +¶1
local y = 1¶+¶bad¶
local y =¶1 - bad
local y = bad *¶f(¶)¶
local y = bad *¶(¶x¶)¶
local y = bad %¶t.x¶
local y = bad ^¶x ^¶x
local y = x ^¶bad ^¶x
local y = bad +¶x +¶x
local y = x +¶bad +¶x
local y = x +¶x +¶bad¶
local y = x +¶bad *¶x +¶x
local y = (¶bad +¶x¶)
local y = (¶bad +¶x¶)¶* x
local y = bad ..¶x
local y = bad ..¶x ..¶x
local y = x ..¶bad ..¶x
local y = x ..¶x ..¶bad¶
local y = x ..¶(x ..¶bad¶)
local y = (x ..¶bad¶) ..¶x
local y = x ..¶(bad ..¶x¶) ..¶x¶
local y = x ..¶bad ..¶f(¶x¶)
local y = bad <¶x
local y = x <=¶bad¶
local y = bad¶>¶x
local y = x >=¶bad¶
local y = not¶(bad <¶x)
local y = -bad
local y = -¶bad
local y = -¶bad¶
local y = - -¶bad¶
local y = #¶bad¶
local y = not¶-bad¶
if bad <¶x¶then end
while x <¶bad¶do end
return -¶bad¶
f(-bad¶)
f{-bad¶}
f(bad +¶x¶)
x = -¶bad¶
`),
  );
});

test('loops and tables', () => {
  check(
    linesOf(`
for i = bad, 1 do end
for i = bad,¶1 do end
for i = bad, 1¶do¶end
for¶i = 1,¶bad¶,¶1¶do end
for i = 1, 2,¶bad¶do¶end
for i = bad, 2 do f() end¶
for i in bad do end
for i in¶bad do end
for¶i¶in¶bad¶do¶end
for i in bad¶, x,¶x do end
for i,¶j in bad,¶x do f()¶end
f{[bad] = x}
f{[bad] =¶x}
f{[bad]¶=¶x¶}
f{¶x,¶[bad] =¶f(¶),¶x}
f{[bad] = {¶}¶}
`),
  );
});

test('globals', () => {
  check(
    linesOf(`
local y = missing
local y =¶missing¶
local y = missing¶+ x
local y = missing¶.x
local y = missing¶{}
local y = missing¶:x()
local y = missing:¶x()
local y = missing¶[x]
local y = t[missing¶]
local y, z = missing,¶x
local y = (missing¶)
local y = (missing¶)¶.x
f(missing¶)
f(missing,¶x)
f(x,¶missing¶)
f{missing¶}
f{missing¶.x}
f{missing¶, x}
f{missing,¶x}
f{missing,¶}
f{x = missing¶}
f{[missing¶] = x}
return missing¶
if missing¶then end
missing¶''
missing¶.x = 1
missing.x¶.y = 1
missing[x] =¶1
function missing.x()¶end
function missing¶.x()¶end
for i = missing¶, 1 do end
for i in missing¶do end
x = missing¶
x =¶missing¶or 1
`),
  );
});

test('lines of functions', () => {
  const sources = linesOf(`
function f() end look(f)
function f()¶end¶look(f)
¶function¶f¶(¶)¶end look(f)
function a¶.b¶:c(¶x¶)¶¶end¶¶look(a.b.c)
local function f() end look(f)
local¶function¶f¶(¶)¶end look(f)
local¶function f()¶end look(f)
local f = function() end look(f)
local f =¶function¶(¶)¶end look(f)
look(¶function()¶end¶)
look{¶function¶(x)¶end¶}
`);
  const answer = `function(source)
    local info
    local function look(f)
      info = debug.getinfo(type(f) == 'table' and f[1] or f, 'S')
    end
    setfenv(assert(loadstring(source)), {look = look, a = {b = {}}})()
    return info.linedefined .. '-' .. info.lastlinedefined
  end`;
  const expected = askReference(answer, sources);
  for (const [index, source] of sources.entries()) {
    assert.equal(linesOfFunction(parse(source, 'test').body), expected[index], source);
  }
});

/** The lines of the first function in a tree. */
function linesOfFunction(node: Node & { readonly endLine?: number }): string | undefined {
  if (node.endLine !== undefined && node.line !== 0) return `${node.line}-${node.endLine}`;
  for (const child of childrenOf(node)) {
    const lines = linesOfFunction(child);
    if (lines !== undefined) return lines;
  }
  return undefined;
}

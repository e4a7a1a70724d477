// Random Lua programs that end, and of which two Luas must say the same.
//
// What Lua leaves open, or what depends on its machine, is avoided: the order of pairs(), `#` of
// tables with holes, and calls beside a variable that they may change within one expression. Loops
// count, functions spend fuel, and strings grow by literals only, so that every program is short.
import type { SeededRandom } from '../../support/random.ts';

type Kind = 'number' | 'string' | 'table' | 'function' | 'any';

interface Variable {
  readonly name: string;
  readonly kind: Kind;
}

const DEPTH_MAX = 3;
const NUMBERS = ['0', '1', '2', '3', '-1', '0.5', '10', '1e3', '255', '-2.5', '1e15', '2^31'];
/** Of the helpers' line. One stands in each operation, which lua5.1 would fold otherwise: to -0. */
const NUMBER_VARIABLES = ['zero', 'one', 'two'];
const STRINGS = ["'a'", "'b'", "''", "'10'", "'x y'", '"0x1f"', '[[long]]', "'\\n\\0'", "'%d'"];
const FIELDS = ['a', 'b', 'c', 'x', 'n', 'constructor', '__proto__', 'length'];
const ARITHMETIC = ['+', '-', '*', '/', '%'];
const COMPARISONS = ['<', '<=', '>', '>=', '==', '~='];
const METHODS = ['upper()', 'lower()', 'reverse()', 'len()', 'sub(2)', 'sub(-2, -1)', 'byte()'];
const EVENTS = [
  'add',
  'sub',
  'mul',
  'concat',
  'eq',
  'lt',
  'le',
  'unm',
  'index',
  'call',
  'tostring',
];

/** Helpers that programs use, on their first line. show() is the same for equal tables. */
const PRELUDE = `
local fuel, zero, one, two = 60, 0, 1, 2
local function spend() fuel = fuel - 1 if fuel < 0 then error('out of fuel', 0) end end
local function show(v, depth)
  depth = depth or 0
  if type(v) == 'function' or type(v) == 'thread' then return type(v) end
  if type(v) == 'string' then return ('%q'):format(v) end
  if type(v) == 'number' then return tostring(v + 0) end
  if type(v) ~= 'table' then return tostring(v) end
  if depth > 2 then return 'deep' end
  local parts = {}
  for k, w in pairs(v) do
    parts[#parts + 1] = '[' .. show(k, 3) .. ']=' .. show(w, depth + 1)
  end
  table.sort(parts)
  return '{' .. table.concat(parts, ',') .. '}'
end
local function see(...)
  local parts = {}
  for i = 1, select('#', ...) do parts[i] = show((select(i, ...))) end
  print(table.concat(parts, ' '))
  return ...
end
`;

export class ProgramGenerator {
  private readonly random: SeededRandom;
  private scopes: Variable[][] = [];
  private names = 0;
  private hasDots = false;
  private isInLoop = false;
  private hasCalls = true;
  private statementsLeft = 0;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** The text of a program; the helpers are its first line. */
  program(): string {
    this.names = 0;
    this.scopes = [[]];
    this.hasDots = true;
    this.isInLoop = false;
    this.statementsLeft = 20;
    const helpers = PRELUDE.replaceAll(/\n\s*/g, ' ').trim();
    const lines = [`${helpers} g1, t1 = 5, {}`];
    for (const kind of ['number', 'string', 'table'] as const) {
      const value = this.expression(kind, DEPTH_MAX);
      lines.push(`local ${this.declare(kind)} = ${value}`);
    }
    lines.push(this.functionStatement(1));
    for (let i = 0; i < 3; i++) lines.push(this.protectedBlock());
    const names = this.scopes[0].map(({ name }) => name);
    lines.push(`see(g1, g2, t1, ${names.join(', ')})`);
    return `${lines.join('\n')}\n`;
  }

  /** Statements whose error does not end the program. */
  private protectedBlock(): string {
    this.statementsLeft += 4;
    const body = this.inFunction([], false, () => this.block(0));
    return `see(pcall(function()\n${body}\nend))`;
  }

  private block(depth: number): string {
    this.scopes.push([]);
    const count = 1 + this.random.below(5);
    const lines: string[] = [];
    for (let i = 0; i < count && this.statementsLeft > 0; i++) lines.push(this.statement(depth));
    this.scopes.pop();
    return lines.join('\n');
  }

  private statement(depth: number): string {
    this.statementsLeft--;
    const isDeep = depth >= DEPTH_MAX || this.statementsLeft <= 0;
    const kind = this.random.below(isDeep ? 9 : 20);
    switch (kind) {
      case 0:
      case 1:
        return this.localStatement();
      case 2:
      case 3:
        return this.assignment();
      case 4:
      case 5:
        return this.callStatement();
      case 6:
        return `see(${this.list(3)})`;
      case 7:
        return this.leaving();
      case 8:
        return `setmetatable(${this.any('table')}, ${this.metatable()})`;
      default:
        return this.compound(kind, depth);
    }
  }

  private compound(kind: number, depth: number): string {
    if (kind < 12) return this.ifStatement(depth);
    if (kind < 15) return this.loop(kind, depth);
    if (kind < 18) return this.functionStatement(depth);
    if (kind === 18) return `do\n${this.block(depth + 1)}\nend`;
    return this.coroutineStatement(depth);
  }

  private localStatement(): string {
    const kind = this.random.pick<Kind>(['number', 'string', 'table', 'any']);
    if (this.oneIn(4)) {
      const values = this.list(3);
      const names = [this.declare('any'), this.declare('any')];
      return `local ${names.join(', ')} = ${values}`;
    }
    const value = this.expression(kind, 0);
    return `local ${this.declare(kind)} = ${value}`;
  }

  private assignment(): string {
    if (this.oneIn(3)) return this.multipleAssignment();
    const found = this.oneIn(3) ? undefined : this.random.pick(this.scopes.flat());
    if (found === undefined) return `${this.target()} = ${this.expression('any', 0)}`;
    return `${found.name} = ${this.expression(this.oneIn(8) ? 'any' : found.kind, 0)}`;
  }

  /** Without calls, which may change what the targets are: Lua leaves the order open. */
  private multipleAssignment(): string {
    const { hasCalls } = this;
    this.hasCalls = false;
    const text = `${this.target()}, ${this.target()} = ${this.list(3)}`;
    this.hasCalls = hasCalls;
    return text;
  }

  private target(): string {
    const kind = this.random.below(5);
    if (kind === 0) return this.random.pick(['g1', 'g2', 'g3']);
    if (kind === 1) return `${this.any('table')}.${this.field()}`;
    if (kind === 2) return `${this.any('table')}[${this.expression('any', 2)}]`;
    return this.variable('any') ?? 'g1';
  }

  /** Calls stand alone, with simple arguments: nothing is read beside them. */
  private callStatement(): string {
    const name = this.variable('function');
    const table = this.any('table');
    const callee = this.random.pick([
      ...(name === null ? [] : [name, name]),
      `${table}.${this.field()}`,
      `${table}:${this.field()}`,
      'pcall',
      'see',
      'coroutine.yield',
    ]);
    const call = `${callee}(${this.list(3)})`;
    if (this.oneIn(3)) return call;
    const [a, b] = [this.declare('any'), this.declare('any')];
    return this.oneIn(2) ? `local ${a}, ${b} = ${call}` : `local ${a}, ${b} = (${call})`;
  }

  private leaving(): string {
    const kind = this.random.below(this.isInLoop ? 4 : 3);
    if (kind === 0) return `if ${this.condition()} then return ${this.list(3)} end`;
    if (kind === 1) return `if ${this.condition()} then error(${this.list(1)}) end`;
    if (kind === 2) return `assert(${this.list(2)})`;
    return `if ${this.condition()} then break end`;
  }

  private ifStatement(depth: number): string {
    const parts = [`if ${this.condition()} then\n${this.block(depth + 1)}`];
    if (this.oneIn(3)) parts.push(`elseif ${this.condition()} then\n${this.block(depth + 1)}`);
    if (this.oneIn(2)) parts.push(`else\n${this.block(depth + 1)}`);
    return `${parts.join('\n')}\nend`;
  }

  private loop(kind: number, depth: number): string {
    const wasInLoop = this.isInLoop;
    this.isInLoop = true;
    this.scopes.push([]);
    const text = kind === 12 ? this.countedLoop(depth) : this.forLoop(depth);
    this.scopes.pop();
    this.isInLoop = wasInLoop;
    return text;
  }

  /** A counter that the program cannot reach ends it. */
  private countedLoop(depth: number): string {
    const counter = `c${++this.names}`;
    const body = `spend() ${counter} = ${counter} + 1\n${this.block(depth + 1)}`;
    const isEnd = `${counter} >= ${1 + this.random.below(3)}`;
    const loop = this.oneIn(2)
      ? `while not (${isEnd}) and ${this.condition()} do ${body}\nend`
      : `repeat ${body}\nuntil ${isEnd} or ${this.condition()}`;
    return `local ${counter} = 0 ${loop}`;
  }

  private forLoop(depth: number): string {
    const { random } = this;
    if (this.oneIn(2)) {
      const from = random.pick(['1', '0', '-1', '0.5', "'2'"]);
      const range = random.pick(['3', '2', '3, 2', '-2, -1', '2, 0.5', '1']);
      const name = this.declare('number');
      return `for ${name} = ${from}, ${range} do spend()\n${this.block(depth + 1)}\nend`;
    }
    const iterator = random.pick([
      `ipairs({${this.list(3)}})`,
      "('a1 b2'):gmatch('(%a)(%d)')",
      "coroutine.wrap(function() coroutine.yield('one', 1) coroutine.yield('two') end)",
      'function(_, i) i = (i or 0) + 1 if i < 3 then return i, i * i end end',
      'next, {7}',
    ]);
    const names = [this.declare('any'), this.declare('any')];
    return `for ${names.join(', ')} in ${iterator} do spend()\n${this.block(depth + 1)}\nend`;
  }

  private functionStatement(depth: number): string {
    const isMethod = this.oneIn(4);
    const parameters = ['p', 'q'].slice(0, this.random.below(3)).map((name) => ({
      name: `${name}${++this.names}`,
      kind: 'any' as const,
    }));
    const isVararg = this.oneIn(3);
    const all = [...parameters.map(({ name }) => name), ...(isVararg ? ['...'] : [])];
    const self: Variable[] = isMethod ? [{ name: 'self', kind: 'table' }] : [];
    const table = this.variable('table') ?? 't1';
    const field = this.field();
    const name = isMethod ? `${table}:${field}` : this.declare('function');
    const body = this.inFunction([...self, ...parameters], isVararg, () => {
      const block = this.block(depth + 1);
      const change = this.oneIn(2) ? `${this.assignment()}\n` : '';
      return `${block}\n${change}do return ${this.list(3)} end`;
    });
    return `${isMethod ? '' : 'local '}function ${name}(${all.join(', ')}) spend()\n${body}\nend`;
  }

  private coroutineStatement(depth: number): string {
    const name = this.declare('function');
    const body = this.inFunction([], true, () => this.block(depth + 1));
    const end = `coroutine.yield(${this.list(2)})`;
    return `local ${name} = coroutine.wrap(function(...) spend()\n${body}\n${end}\nend)`;
  }

  private inFunction(parameters: Variable[], isVararg: boolean, body: () => string): string {
    const { hasDots, isInLoop } = this;
    this.hasDots = isVararg;
    this.isInLoop = false;
    this.scopes.push([...parameters]);
    const text = body();
    this.scopes.pop();
    this.hasDots = hasDots;
    this.isInLoop = isInLoop;
    return text;
  }

  private metatable(): string {
    const { random } = this;
    const fields = [random.pick(EVENTS), random.pick(EVENTS)].map((event) => {
      const result = this.inFunction([], false, () => this.expression('any', 2));
      if (event === 'index' && this.oneIn(2)) return `__index = {a = ${result}}`;
      return `__${event} = function(l, r) spend() return ${result} end`;
    });
    return `{${fields.join(', ')}}`;
  }

  private list(countMax: number): string {
    const items: string[] = [];
    for (let i = 0; i <= this.random.below(countMax); i++) items.push(this.expression('any', 1));
    if (this.hasDots && this.oneIn(5)) items.push('...');
    return items.join(', ');
  }

  private condition(): string {
    if (this.oneIn(4)) return this.expression('any', 1);
    const comparison = this.random.pick(COMPARISONS);
    return `${this.expression('number', 1)} ${comparison} ${this.expression('number', 1)}`;
  }

  private expression(kind: Kind, depth: number): string {
    const { random } = this;
    const actual =
      kind === 'any'
        ? random.pick<Kind>(['number', 'number', 'string', 'table', 'function', 'any'])
        : kind;
    const name = this.oneIn(2) ? this.variable(this.oneIn(6) ? 'any' : actual) : null;
    if (name !== null) return name;
    switch (actual) {
      case 'number':
        return this.numberExpression(depth);
      case 'string':
        return this.stringExpression(depth);
      case 'table':
        return this.tableExpression(depth);
      case 'function':
        return random.pick(['see', 'tostring', 'type', 'math.floor', 'string.len', 'next']);
      default:
        return this.otherExpression(depth);
    }
  }

  private numberExpression(depth: number): string {
    if (depth >= DEPTH_MAX || this.oneIn(3)) return this.random.pick(NUMBERS);
    const left = this.expression('number', depth + 1);
    const right = this.expression('number', depth + 1);
    if (this.oneIn(8)) return `#${this.stringExpression(depth + 1)}`;
    if (this.oneIn(10)) return this.call(left);
    const variable = NUMBERS.includes(left) ? this.random.pick(NUMBER_VARIABLES) : left;
    if (this.oneIn(8)) return `(${variable})^2`;
    if (this.oneIn(6)) return `(-${variable})`;
    return `(${variable} ${this.random.pick(ARITHMETIC)} ${right})`;
  }

  /** Only one side of a concatenation may be long. */
  private stringExpression(depth: number): string {
    const { random } = this;
    if (depth >= DEPTH_MAX || this.oneIn(3)) return `(${random.pick(STRINGS)})`;
    const isCall = this.oneIn(8);
    const inner = this.expression(this.oneIn(3) ? 'number' : 'string', depth + 1);
    const operand = isCall ? this.call(inner) : inner;
    const literal = random.pick([...STRINGS, '1', '-0.25']);
    if (this.oneIn(3)) return `(${operand}):${random.pick(METHODS)}`;
    return this.oneIn(2) ? `(${operand} .. ${literal})` : `(${literal} .. ${operand})`;
  }

  private tableExpression(depth: number): string {
    if (depth >= DEPTH_MAX || this.oneIn(4)) return '{}';
    const items = [this.expression('any', depth + 1)];
    if (this.oneIn(2)) items.push(`${this.field()} = ${this.expression('any', depth + 1)}`);
    if (this.oneIn(3))
      items.push(`[${this.random.below(4)}] = ${this.expression('any', depth + 1)}`);
    if (this.hasDots && this.oneIn(4)) items.push('...');
    return `{${items.join(', ')}}`;
  }

  private otherExpression(depth: number): string {
    const { random } = this;
    if (depth >= DEPTH_MAX) return random.pick(['nil', 'true', 'false', 'g1', 'g2']);
    const [a, b] = [this.expression('any', depth + 1), this.expression('any', depth + 1)];
    const left = this.variable('any') ?? 'g1';
    const inner = this.inFunction([], false, () => this.expression('any', depth + 1));
    return random.pick([
      'nil',
      'true',
      'false',
      'g1',
      `(not ${a})`,
      // A constant on the left would be folded, which changes what errors name.
      `(${left} and ${b})`,
      `(${left} or ${b})`,
      `(${a} ${random.pick(COMPARISONS)} ${b})`,
      `${this.any('table')}.${this.field()}`,
      `${this.any('table')}[${random.below(3)}]`,
      `(${a}).${this.field()}`,
      this.hasDots ? '(...)' : 'nil',
      `function() return ${inner} end`,
      this.call(a),
      `(${this.call(b)})`,
    ]);
  }

  /** A call within an expression. What it changes beside itself is changed in order. */
  private call(argument: string): string {
    if (!this.hasCalls) return 'nil';
    const callee = this.variable('function');
    if (callee !== null && !this.oneIn(4)) return `${callee}(${argument})`;
    return this.oneIn(2) ? `see(${argument})` : `${this.any('table')}:${this.field()}(${argument})`;
  }

  private field(): string {
    return this.random.pick(FIELDS);
  }

  /** The name of a variable of a kind, or of a global table. */
  private any(kind: Kind): string {
    return this.variable(this.oneIn(8) ? 'any' : kind) ?? 't1';
  }

  private variable(kind: Kind): string | null {
    const found = this.scopes
      .flat()
      .filter((variable) => kind === 'any' || variable.kind === kind || this.oneIn(20));
    return found.length === 0 ? null : this.random.pick(found).name;
  }

  private declare(kind: Kind): string {
    const name = `v${++this.names}`;
    this.scopes[this.scopes.length - 1].push({ name, kind });
    return name;
  }

  private oneIn(times: number): boolean {
    return this.random.below(times) === 0;
  }
}

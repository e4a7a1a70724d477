// Functions and their statements as JavaScript: an arrow function for each Lua function, `let` and
// `const` for its locals, so that closures and fresh locals of each iteration are JavaScript's own.
import type {
  Block,
  CallExpression,
  Expression,
  FunctionBody,
  Local,
  Statement,
} from '../syntax/ast.ts';
import { ExpressionWriter } from './expressions.ts';
import { isOpen } from './nodes.ts';
import { type ChunkScope, FunctionScope } from './scope.ts';
import { BY_IPAIRS, BY_NEXT } from './support.ts';
import { mark, numberLiteral, STACK_SIZE, stringLiteral } from './text.ts';

// What stands around a returned value, and at the end of a function, until it is known whether the
// function counts its stack.
const EXIT_BEGIN = '\u0003';
const EXIT_END = '\u0004';
/** What stands where a turn of a loop begins, until it is known what is in it. */
const TURN = '\u0005';
/** Actions in a row that take as long as a turn of a loop. */
const ACTIONS_PER_FUEL = 8;
/** What errors call the iterator of a `for`. */
const GENERATOR = { kind: 'generator', name: '(for generator)' };
const LOOPS: readonly Statement['kind'][] = ['while', 'repeat', 'numeric-for', 'generic-for'];
/** The sum of two whole numbers below this is exact. */
const EXACT_MAX = 2 ** 52;
/** Variables that loops need, besides their locals. */
const NUMERIC_LOOP_SIZE = 6;
const GENERIC_LOOP_SIZE = 11;
/** Where a function begins anew that calls itself at its end. */
const SELF = 'self$';
/** Room for the value that a function returns. */
const RETURNED = 'r$';

type StatementOf<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/**
 * The main function of a chunk: an expression. Functions are not put into parentheses: V8 would
 * compile those at once, also the ones that never run.
 */
export function mainFunction(chunk: ChunkScope, body: FunctionBody): string {
  return functionExpression(chunk, 'H', body);
}

/** Pays for a turn of a loop, or a call of a function, and for what is in it. */
function fuel(actions: number): string {
  const cost = 1 + Math.floor(actions / ACTIONS_PER_FUEL);
  return cost === 1 ? 'if(--R.fuel<0)R.tick();' : `if((R.fuel-=${cost})<0)R.tick();`;
}

function functionExpression(
  chunk: ChunkScope,
  parentHolder: string,
  body: FunctionBody,
  self: Local | null = null,
): string {
  const { hasCoroutines, hasEnvironments } = chunk.modes;
  const holder = hasEnvironments ? chunk.fresh('H') : 'H';
  const text = functionText(new FunctionScope(chunk, body, hasCoroutines, holder, self));
  const whole = hasCoroutines ? `resumable(${text})` : text;
  return hasEnvironments ? `inEnvironment(${parentHolder},(${holder})=>${whole})` : whole;
}

function functionText(scope: FunctionScope): string {
  const { body, chunk, isResumable } = scope;
  const writer = new StatementWriter(scope);
  const block = writer.block(body.block);
  const parameters = body.parameters.map((local) => chunk.nameOf(local));
  if (body.isVararg) parameters.push(`...${scope.varargs}`);
  const paid = fuel(scope.actions);
  let head = scope.temporariesText + paid;
  const exits: string[] = [];
  if (chunk.modes.hasEnvironments) {
    head += `R.frame={environment:${scope.holder},up:R.frame};`;
    exits.push('R.frame=R.frame.up');
  }
  if (scope.hasCalls) {
    const { frameSize } = scope;
    // A coroutine goes on at another place of the stack than where it began.
    if (isResumable) {
      head += `if((R.stackSize+=${frameSize})>STACK_SIZE_MAX)R.overflow();`;
      exits.push(`R.stackSize-=${frameSize}`);
    } else {
      head += `const D=R.stackSize;if((R.stackSize=D+${frameSize})>STACK_SIZE_MAX)R.overflow();`;
      exits.push('R.stackSize=D');
    }
  }
  const exit = exits.join(',');
  if (exit !== '') head += `let ${RETURNED};`;
  if (body.argLocal !== null) head += `let ${chunk.nameOf(body.argLocal)}=argTable(V);`;
  const code = block
    .replaceAll(EXIT_BEGIN, exit === '' ? '' : `(${RETURNED}=`)
    .replaceAll(EXIT_END, exit === '' ? '' : `,${exit},${RETURNED})`)
    .replaceAll(STACK_SIZE, `D+${scope.frameSize}`);
  const end = `${exit === '' ? '' : `${exit};`}return NOTHING;`;
  const list = parameters.join(',');
  const whole = scope.hasSelfTailCalls ? `${SELF}:for(;;){${paid}${code}${end}}` : code + end;
  const text = `{${head}${whole}}`;
  return isResumable ? `function*(${list})${text}` : `(${list})=>${text}`;
}

class StatementWriter {
  private readonly scope: FunctionScope;
  private readonly expressions: ExpressionWriter;

  constructor(scope: FunctionScope) {
    this.scope = scope;
    this.expressions = new ExpressionWriter(scope, (from, body) =>
      functionExpression(from.chunk, from.holder, body),
    );
  }

  block(block: Block): string {
    return block.map((statement) => this.statement(statement)).join('');
  }

  private statement(node: Statement): string {
    const { scope } = this;
    scope.freeTemporaries();
    scope.chunk.work.step();
    if (!LOOPS.includes(node.kind)) return mark(node.line) + this.textOf(node);
    const { actions } = scope;
    scope.loopDepth++;
    const text = this.textOf(node);
    scope.loopDepth--;
    return mark(node.line) + text.replace(TURN, fuel(scope.actions - actions));
  }

  private textOf(node: Statement): string {
    const { expressions } = this;
    switch (node.kind) {
      case 'local':
        return this.declaration(node);
      case 'assign':
        return this.assignment(node);
      case 'call':
        return `${expressions.call(node.call)};`;
      case 'do':
        return `{${this.block(node.block)}}`;
      case 'while':
        return `while(${expressions.condition(node.condition)}){${TURN}${this.block(node.block)}}`;
      case 'repeat': {
        const body = this.block(node.block);
        this.scope.freeTemporaries();
        return `for(;;){${TURN}${body}if(${expressions.condition(node.condition)})break;}`;
      }
      case 'if':
        return this.choice(node);
      case 'numeric-for':
        return this.numericFor(node);
      case 'generic-for':
        return this.genericFor(node);
      case 'local-function': {
        const name = this.declare(node.local);
        const keyword = node.local.isAssigned ? 'let' : 'const';
        const { chunk, holder } = this.scope;
        const self = node.local.isAssigned ? null : node.local;
        return `${keyword} ${name}=${functionExpression(chunk, holder, node.body, self)};`;
      }
      case 'return':
        if (node.values.length === 1 && this.isSelfTailCall(node.values[0])) {
          return this.selfTailCall(node.values[0]);
        }
        return `return ${EXIT_BEGIN}${this.returned(node.values)}${EXIT_END};`;
      case 'break':
        return 'break;';
    }
  }

  private declare(local: Local): string {
    this.scope.declared(1);
    return this.scope.chunk.nameOf(local);
  }

  /** Does a function call itself as the last thing that it does? Then it can begin anew. */
  private isSelfTailCall(node: Expression): node is CallExpression {
    const { self, body } = this.scope;
    if (node.kind !== 'call' || node.method !== null || self === null || body.isVararg)
      return false;
    if (node.callee.kind !== 'local' || node.callee.local !== self) return false;
    // A closure keeps the parameters of its own call.
    return !isOpen(node.args.at(-1)) && !body.parameters.some((local) => local.isCaptured);
  }

  private selfTailCall({ args }: CallExpression): string {
    const { scope, expressions } = this;
    const { parameters } = scope.body;
    scope.hasSelfTailCalls = true;
    let text = '';
    const names = args.map((arg) => {
      const name = scope.temporary();
      text += `${name}=${expressions.value(arg)};`;
      return name;
    });
    parameters.forEach((local, i) => {
      text += `${scope.chunk.nameOf(local)}=${names[i] ?? 'undefined'};`;
    });
    return `{${text}continue ${SELF};}`;
  }

  private returned(values: readonly Expression[]): string {
    const { expressions } = this;
    if (values.length === 0) return 'NOTHING';
    if (values.length > 1) return `[${expressions.list(values)}]`;
    const [value] = values;
    if (value.kind === 'vararg') return this.scope.varargs;
    return value.kind === 'call' ? expressions.call(value) : expressions.value(value);
  }

  private choice(node: StatementOf<'if'>): string {
    const texts = node.clauses.map(({ condition, block }) => {
      this.scope.freeTemporaries();
      return `if(${this.expressions.condition(condition)}){${this.block(block)}}`;
    });
    const otherwise = node.otherwise === null ? '' : `else{${this.block(node.otherwise)}}`;
    return texts.join('else ') + otherwise;
  }

  private declaration({ locals, values }: StatementOf<'local'>): string {
    const { expressions } = this;
    const last = values.at(-1);
    const open = isOpen(last) && values.length <= locals.length ? last : null;
    const closed = open === null ? values : values.slice(0, -1);
    let text = '';
    closed.forEach((value, i) => {
      const code = expressions.value(value);
      text += i < locals.length ? this.binding(locals[i], code) : `${code};`;
      this.scope.freeTemporaries();
    });
    if (open !== null && locals.length === values.length) {
      text += this.binding(locals[locals.length - 1], expressions.value(open));
    } else if (open !== null) {
      const rest = this.scope.chunk.fresh('m');
      text += `const ${rest}=${expressions.allOf(open)};`;
      for (let i = closed.length; i < locals.length; i++) {
        text += this.binding(locals[i], `${rest}[${i - closed.length}]`);
      }
    } else {
      for (let i = closed.length; i < locals.length; i++) {
        text += this.binding(locals[i], 'undefined');
      }
    }
    return text;
  }

  private binding(local: Local, code: string): string {
    return `${local.isAssigned ? 'let' : 'const'} ${this.declare(local)}=${code};`;
  }

  private assignment({ targets, values, line }: StatementOf<'assign'>): string {
    const { expressions, scope } = this;
    if (targets.length === 1 && values.length === 1) {
      const [target] = targets;
      if (target.kind === 'local') {
        return `${scope.chunk.nameOf(target.local)}=${expressions.value(values[0])};`;
      }
      const [before, store] = this.target(target, []);
      const [value] = values;
      if (value.kind === 'function' && target.line < value.body.endLine) {
        // `function a.b() ... end` is assigned at its first line, which the text has passed then.
        return `{${before}const put=(v)=>${store('v')};put(${expressions.value(value)});}`;
      }
      return `${before}${store(values[0])};`;
    }
    // All tables and keys, then all values, then the assignments from the last to the first.
    const stores: ((value: string) => string)[] = [];
    let text = '';
    const assigned = targets.map((target) => (target.kind === 'local' ? target.local : null));
    for (const target of targets) {
      if (target.kind === 'local') {
        const name = scope.chunk.nameOf(target.local);
        stores.push((value) => `${name}=${value}`);
        continue;
      }
      const [before, store] = this.target(target, assigned);
      text += before;
      stores.push((value) => store(value));
    }
    const names: string[] = [];
    const last = values.at(-1);
    const open = isOpen(last) && values.length < targets.length ? last : null;
    for (const value of open === null ? values : values.slice(0, -1)) {
      const name = scope.temporary();
      text += `${name}=${expressions.value(value)};`;
      names.push(name);
    }
    if (open !== null) {
      const rest = scope.temporary();
      text += `${rest}=${expressions.allOf(open)};`;
      for (let i = 0; i <= targets.length - values.length; i++) names.push(`${rest}[${i}]`);
    }
    for (let i = targets.length - 1; i >= 0; i--) {
      text += `${stores[i](names[i] ?? 'undefined')};`;
    }
    return mark(line) + text;
  }

  /**
   * How to assign to a field or global: what to do before, and the code for a value, given as a
   * node that is yet to be evaluated or as the name of a variable.
   */
  private target(
    target: Exclude<StatementOf<'assign'>['targets'][number], { kind: 'local' }>,
    assigned: readonly (Local | null)[],
  ): [before: string, store: (value: Expression | string) => string] {
    const { expressions, scope } = this;
    const evaluated = (value: Expression | string): [string, string] => {
      if (typeof value === 'string') return ['', value];
      const [before, name] = expressions.simple(value);
      return [before, name];
    };
    const at = mark(target.line);
    if (target.kind === 'global') {
      const name = stringLiteral(target.name);
      return [
        '',
        (value) => {
          const [before, text] = evaluated(value);
          return `(${before}${at}setIndex(R,${expressions.environment},${name},${text},''))`;
        },
      ];
    }
    const what = expressions.describe(target.object);
    const [beforeObject, object] = this.copied(target.object, assigned);
    if (target.key.kind === 'string') {
      const cache = scope.chunk.cache(target.key.value);
      const { isHot } = scope;
      return [
        beforeObject,
        (value) => {
          const [before, text] = evaluated(value);
          const slow = `${at}setField(R,${object},${cache},${text},${what})`;
          if (!isHot) return `(${before}${slow})`;
          return (
            `(${before}${object} instanceof LuaTable&&${object}.shape===${cache}.shape&&` +
            `${object}.values[${cache}.slot]!==undefined&&${text}!==undefined&&` +
            `!${object}.isReadOnly?` +
            `${object}.values[${cache}.slot]=${text}:${slow})`
          );
        },
      ];
    }
    const [beforeKey, key] = this.copied(target.key, assigned);
    return [
      beforeObject + beforeKey,
      (value) => {
        const [before, text] = evaluated(value);
        return (
          `(${before}${object} instanceof LuaTable&&typeof ${key}==='number'&&` +
          `${object}.array[${key}-1]!==undefined&&${text}!==undefined&&!${object}.isReadOnly?` +
          `${object}.array[${key}-1]=${text}:` +
          `${at}setIndex(R,${object},${key},${text},${what}))`
        );
      },
    ];
  }

  /**
   * A node in a variable that its statement does not assign: a copy of a local that it does. What
   * is to be done before ends with a semicolon.
   */
  private copied(
    node: Expression,
    assigned: readonly (Local | null)[],
  ): [before: string, name: string] {
    const [before, name] = this.expressions.simple(node);
    if (before !== '') return [`${before.slice(0, -1)};`, name];
    if (node.kind !== 'local' || !assigned.includes(node.local)) return ['', name];
    const copy = this.scope.temporary();
    return [`${copy}=${name};`, copy];
  }

  private numericFor(node: StatementOf<'numeric-for'>): string {
    const { expressions, scope } = this;
    const { chunk } = scope;
    const { local, step } = node;
    const names = ['start', 'stop', 'step'].map((name) => chunk.fresh(name));
    scope.declared(NUMERIC_LOOP_SIZE);
    const labels = ['initial value', 'limit', 'step'];
    const nodes = [node.start, node.stop, step];
    let head = '';
    let checks = '';
    nodes.forEach((value, i) => {
      if (value === null) return;
      if (value.kind === 'number') {
        head += `const ${names[i]}=${expressions.value(value)};`;
        return;
      }
      head += `let ${names[i]}=${expressions.value(value)};`;
      scope.freeTemporaries();
      const label = stringLiteral(labels[i]);
      checks += `if(typeof ${names[i]}!=='number')${names[i]}=loopNumber(${names[i]},${label});`;
    });
    const isOwn = !local.isCaptured && !local.isAssigned;
    const counter = isOwn ? this.declare(local) : chunk.fresh('i');
    const stepNumber = step === null ? 1 : constantOf(step);
    // As in Lua, the first number is what the step leads to.
    const isWhole = isExact(constantOf(node.start)) && isExact(stepNumber);
    const stepText = step === null ? '1' : names[2];
    const first = isWhole ? names[0] : `${names[0]}-${stepText}+${stepText}`;
    let test: string;
    let next = `${counter}+=${names[2]}`;
    if (stepNumber === null) {
      test = `0<${names[2]}?${counter}<=${names[1]}:${names[1]}<=${counter}`;
    } else {
      test = `${counter}${stepNumber > 0 ? '<=' : '>='}${names[1]}`;
      next = `${counter}+=${numberLiteral(stepNumber)}`;
    }
    const copy = isOwn ? '' : this.binding(local, counter);
    const body = this.block(node.block);
    return (
      `{${head}${mark(node.line)}${checks}` +
      `for(let ${counter}=${first};${test};${next}){${TURN}${copy}${body}}}`
    );
  }

  private genericFor(node: StatementOf<'generic-for'>): string {
    const { expressions, scope } = this;
    const { chunk } = scope;
    scope.hasCalls = true;
    const [list, f, s, c, mode, cursor] = ['list', 'f', 's', 'c', 'mode', 'k'].map((name) =>
      chunk.fresh(name),
    );
    scope.declared(GENERIC_LOOP_SIZE);
    const values = expressions.list(node.values);
    const names = node.locals.map((local) => this.declare(local));
    const result = chunk.fresh('r');
    const [first, second = null] = names;
    const setSecond = (value: string): string => (second === null ? '' : `${second}=${value};`);
    const fromArray = names.map((name, i) => `${name}=${result}[${i}];`).join('');
    const iterator = `(typeof ${f}==='function'?${f}:callee(R,${f},''))`;
    const at = mark(node.line) + chunk.call(GENERATOR);
    const body = this.block(node.block);
    return [
      `{const ${list}=[${values}],${f}=${list}[0],${s}=${list}[1];`,
      `let ${c}=${list}[2],${cursor}=0;`,
      // Traversal by next() and ipairs() needs no calls.
      `const ${mode}=loopMode(${f},${s},${c});`,
      `for(;;){${TURN}let ${names.join(',')};`,
      `if(${mode}===${BY_NEXT}){if((${cursor}=R.advance(${s},${cursor}))===0)break;`,
      `${first}=${s}.keyAt(${cursor});${setSecond(`${s}.valueAt(${cursor})`)}}`,
      `else if(${mode}===${BY_IPAIRS}){const v=${s}.get(++${cursor});if(v===undefined)break;`,
      `${first}=${cursor};${setSecond('v')}}`,
      `else{const ${result}=${iterator}${at}(${s},${c});`,
      `if(Array.isArray(${result})){${fromArray}}else ${first}=${result};`,
      `if(${first}===undefined)break;${c}=${first};}`,
      `${body}}}`,
    ].join('');
  }
}

/** Is it a constant of which sums have no error? */
function isExact(number: number | null): boolean {
  if (number === null || !Number.isInteger(number) || Object.is(number, -0)) return false;
  return Math.abs(number) < EXACT_MAX;
}

function constantOf(node: Expression): number | null {
  if (node.kind === 'number') return node.value;
  if (node.kind === 'unary' && node.operator === '-' && node.operand.kind === 'number') {
    return -node.operand.value;
  }
  return null;
}

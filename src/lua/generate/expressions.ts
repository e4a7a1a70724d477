// Expressions as JavaScript. The common case of every operation is written out: numbers, strings,
// tables without metatables; everything else is a call of operations.ts.
import { FEW_VALUES, SHORT_STRING_SIZE_MAX } from '../limits.ts';
import { textOfNumber } from '../numbers.ts';
import type { CallName } from '../source.ts';
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  FunctionBody,
  IndexExpression,
} from '../syntax/ast.ts';
import {
  type BinaryNode,
  isChoice,
  isComparison,
  isConstant,
  isOpen,
  isShort,
  isText,
  leftOf,
  nameOf,
  type OpenExpression,
  withoutParentheses,
} from './nodes.ts';
import { type FunctionScope, SPREAD_SIZE } from './scope.ts';
import { tableText } from './tables.ts';
import { mark, numberLiteral, STACK_SIZE, stringLiteral } from './text.ts';

/** Writes the code of a function: in functions.ts, which uses this file. */
export type FunctionWriter = (scope: FunctionScope, body: FunctionBody) => string;

const ARITHMETIC: Partial<Record<BinaryOperator, string>> = {
  '+': '__add',
  '-': '__sub',
  '*': '__mul',
  '/': '__div',
  '%': '__mod',
  '^': '__pow',
};

/** What has a left operand that is evaluated first. */
type Operation = BinaryNode | CallExpression | IndexExpression;

export class ExpressionWriter {
  private readonly scope: FunctionScope;
  private readonly writeFunction: FunctionWriter;

  constructor(scope: FunctionScope, writeFunction: FunctionWriter) {
    this.scope = scope;
    this.writeFunction = writeFunction;
  }

  /** One value. */
  value(node: Expression): string {
    this.scope.chunk.work.step();
    switch (node.kind) {
      case 'nil':
        return 'undefined';
      case 'true':
      case 'false':
        return node.kind;
      case 'number':
        return numberLiteral(node.value);
      case 'string':
        return stringLiteral(node.value);
      case 'vararg':
        return `${this.scope.varargs}[0]`;
      case 'function':
        return this.writeFunction(this.scope, node.body);
      case 'local':
        return this.scope.chunk.nameOf(node.local);
      case 'global':
        return this.fieldOf(this.environment, node.name, "''", node.line);
      case 'call': {
        const [before, name] = this.simple(node);
        return `(${before}${name})`;
      }
      case 'parenthesized':
        return this.value(node.inner);
      case 'index':
        return this.operation(node);
      case 'binary':
        return node.operator === '..' ? this.concatenation(node) : this.operation(node);
      case 'unary':
        return this.unary(node);
      case 'table':
        return this.scope.within(0, () => tableText(this, this.scope, node.fields));
    }
  }

  /** A JavaScript condition: true or false. */
  condition(node: Expression): string {
    switch (node.kind) {
      case 'nil':
      case 'false':
        return 'false';
      case 'true':
      case 'number':
      case 'string':
        return 'true';
      case 'function':
      case 'table':
        return `(${this.value(node)},true)`;
      case 'parenthesized':
        return this.condition(node.inner);
      case 'unary':
        if (node.operator === 'not') return `!${this.condition(node.operand)}`;
        break;
      case 'binary':
        if (node.operator === 'and' || node.operator === 'or') return this.conditions(node);
        if (isComparison(node.operator)) return this.operation(node);
        break;
    }
    const [before, value] = this.simple(node);
    return `(${before}${value}!==undefined&&${value}!==false)`;
  }

  /** `a and b and c`: as many conditions as there are in a row. */
  private conditions(node: BinaryNode): string {
    const { operator } = node;
    const texts: string[] = [];
    let left: Expression = node;
    while (left.kind === 'binary' && left.operator === operator) {
      texts.push(this.condition(left.right));
      left = left.left;
    }
    texts.push(this.condition(left));
    return `(${texts.reverse().join(operator === 'and' ? '&&' : '||')})`;
  }

  /** Any number of values: the text of array elements. */
  list(
    nodes: readonly Expression[],
    last: (node: Expression) => string = (node) => this.spread(node),
  ): string {
    const inUse = this.scope.temporariesInUse;
    const texts = nodes.map((node, i) => {
      const text = i === nodes.length - 1 ? last(node) : this.value(node);
      // An element that was evaluated needs none of its temporaries any more.
      this.scope.freeTemporaries(inUse);
      return text;
    });
    return texts.join(',');
  }

  /** The last of a list: all of its values. */
  spread(node: Expression): string {
    if (node.kind === 'vararg') return `...many(R,${this.scope.varargs})`;
    return isOpen(node) ? `...${this.allOf(node)}` : this.value(node);
  }

  /** All values of a node, as an array. */
  allOf(node: OpenExpression): string {
    return node.kind === 'vararg' ? this.scope.varargs : `all(${this.call(node)})`;
  }

  /** A call, with its result as it comes: one value, or an array. */
  call(node: CallExpression): string {
    const [before, text] = this.callParts(node);
    return `(${before}${text})`;
  }

  private callParts(node: CallExpression): [before: string, text: string] {
    const [before, name] = this.simple(node.callee);
    const [more, text] = this.callOf(node, name);
    return [before + more, text];
  }

  /** A call of the function, or of the method of the object, that is in a variable. */
  private callOf(node: CallExpression, name: string): [before: string, text: string] {
    const { scope } = this;
    scope.hasCalls = true;
    scope.actions++;
    let callee = name;
    let calledBy = nameOf(node.callee);
    let before = '';
    const args: string[] = [];
    if (node.method !== null) {
      callee = scope.temporary();
      before = `${callee}=${this.fieldOf(name, node.method, textOf(calledBy), node.line)},`;
      calledBy = { kind: 'method', name: node.method };
      args.push(name);
    }
    const last = node.args.at(-1);
    const hasSpread = !scope.isResumable && last?.kind === 'call';
    if (last?.kind === 'vararg') {
      const { varargs } = scope;
      before += `${varargs}.length>${FEW_VALUES}&&R.spendOnValues(${varargs}.length),`;
    }
    if (node.args.length > 0) args.push(this.argumentList(node.args));
    const what = textOf(calledBy);
    const target = `(typeof ${callee}==='function'?${callee}:callee(R,${callee},${what}))`;
    const at = mark(node.line) + scope.chunk.call(calledBy);
    if (scope.isResumable) {
      return [before, `yield*${at}callInside(${target},[${args.join(',')}])`];
    }
    const text = `${target}${at}(${args.join(',')})`;
    return [before, hasSpread ? `R.spreadEnds(${text},${STACK_SIZE})` : text];
  }

  /** The arguments of a call. What the last brings is counted: it takes stack. */
  private argumentList(nodes: readonly Expression[]): string {
    const { scope } = this;
    const last = nodes[nodes.length - 1];
    return scope.within(nodes.length + (isOpen(last) ? SPREAD_SIZE : 0), () =>
      this.list(nodes, (node) => {
        if (node.kind === 'vararg') {
          // V8 hands them over as they are, if nobody else looks at them.
          scope.spreadsVarargs = true;
          return `...${scope.varargs}`;
        }
        // A generator's arguments are not on the stack.
        if (scope.isResumable || node.kind !== 'call') return this.spread(node);
        return `...R.spread(${this.allOf(node)},${STACK_SIZE})`;
      }),
    );
  }

  /** What errors call a value: a JavaScript string. */
  describe(node: Expression): string {
    return textOf(nameOf(node));
  }

  /**
   * Evaluates a node: what to do before, ending with a comma, and a name that has the value.
   * Operations on operations, as in `a + b + c` or `a.b().c`, happen one after the other in one
   * variable: there may be more of them than calls can nest, here and in the engine's parser.
   */
  simple(node: Expression): [before: string, name: string] {
    const operations: Operation[] = [];
    let operand = withoutParentheses(node);
    for (;;) {
      const left = leftOf(operand);
      if (left === null) break;
      operations.push(operand as Operation);
      operand = withoutParentheses(left);
    }
    let [text, name] = this.operand(operand);
    if (operations.length === 0) return [text, name];
    const result = this.scope.temporary();
    const inUse = this.scope.temporariesInUse;
    for (const operation of operations.reverse()) {
      const [before, value] = this.applied(operation, name);
      text += before;
      if (operation.kind !== 'call') text += `${result}=${value},`;
      else text += `Array.isArray(${result}=${value})&&(${result}=${result}[0]),`;
      name = result;
      this.scope.freeTemporaries(inUse);
    }
    return [text, name];
  }

  /** As simple(), for what is no operation with a left operand. */
  private operand(node: Expression): [before: string, name: string] {
    // Another function may change an upvalue before the operation happens, as in Lua it may not.
    if (node.kind === 'local' && !(node.isUpvalue && node.local.isAssigned)) {
      return ['', this.value(node)];
    }
    if (node.kind === 'number') return ['', `(${this.value(node)})`];
    if (isConstant(node)) return ['', this.value(node)];
    const name = this.scope.temporary();
    return [`${name}=${this.value(node)},`, name];
  }

  /** An operation, but a call, as an expression. */
  private operation(node: Operation): string {
    const [before, name] = this.simple(leftOf(node) as Expression);
    const [more, text] = this.applied(node, name);
    return `(${before}${more}${text})`;
  }

  /** An operation whose left operand is in a variable: what to do before, and its value. */
  private applied(node: Operation, left: string): [before: string, text: string] {
    switch (node.kind) {
      case 'call':
        return this.callOf(node, left);
      case 'index':
        return ['', this.indexOf(left, node)];
      case 'binary':
        return isChoice(node) ? ['', this.choice(node, left)] : this.binary(node, left);
    }
  }

  /** As simple(), but for a value that is read now even if a function changes the local later. */
  private settled(node: Expression): [before: string, name: string] {
    const [before, name] = this.simple(node);
    const mayChange = node.kind === 'local' && node.local.isCaptured && node.local.isAssigned;
    if (before !== '' || !mayChange) return [before, name];
    const copy = this.scope.temporary();
    return [`${copy}=${name},`, copy];
  }

  get environment(): string {
    return this.scope.chunk.modes.hasEnvironments ? `${this.scope.holder}.table` : 'G';
  }

  /** The field that a node names of the object in a variable. */
  private indexOf(object: string, node: IndexExpression): string {
    const what = this.describe(node.object);
    const { key } = node;
    if (key.kind === 'string') return this.fieldOf(object, key.value, what, node.line);
    const [beforeKey, name] = this.simple(key);
    const slow = `${mark(node.line)}index(R,${object},${name},${what})`;
    if (key.kind !== 'number' && isConstant(key)) return `(${beforeKey}${slow})`;
    const value = this.scope.temporary();
    const isNumber = key.kind === 'number' ? '' : `typeof ${name}==='number'&&`;
    return (
      `(${beforeKey}${object} instanceof LuaTable&&${isNumber}` +
      `(${value}=${object}.array[${name}-1])!==undefined?${value}:${slow})`
    );
  }

  /** The field of an object that is in a variable. */
  private fieldOf(object: string, key: string, what: string, line: number): string {
    const cache = this.scope.chunk.cache(key);
    // What runs once is not worth the text: V8 has to read it.
    if (!this.scope.isHot) return `${mark(line)}field(R,${object},${cache},${what})`;
    const value = this.scope.temporary();
    return (
      `(${object} instanceof LuaTable&&${object}.shape===${cache}.shape&&` +
      `(${value}=${object}.values[${cache}.slot])!==undefined?${value}:` +
      `${mark(line)}field(R,${object},${cache},${what}))`
    );
  }

  /** `and` and `or`: one of the two values. */
  private choice({ operator, right }: BinaryNode, left: string): string {
    const test = `(${left}===undefined||${left}===false)`;
    const other = this.value(right);
    return operator === 'and' ? `(${test}?${left}:${other})` : `(${test}?${other}:${left})`;
  }

  /**
   * Arithmetic and comparisons. A local is read when the operation happens, as in Lua: its right
   * operand may have changed it.
   */
  private binary(node: BinaryNode, a: string): [before: string, text: string] {
    const { operator, left, right, line } = node;
    const [before, b] = this.simple(right);
    const areNumbers = [left.kind === 'number' ? '' : a, right.kind === 'number' ? '' : b]
      .filter((name) => name !== '')
      .map((name) => `typeof ${name}==='number'`)
      .join('&&');
    const either = (fast: string, slow: string): [string, string] => {
      return [before, areNumbers === '' ? fast : `(${areNumbers}?${fast}:${mark(line)}${slow})`];
    };
    switch (operator) {
      case '<':
        return either(`${a}<${b}`, `lessThan(R,${a},${b})`);
      case '<=':
        return either(`${a}<=${b}`, `lessEqual(R,${a},${b})`);
      case '>':
        return either(`${b}<${a}`, `lessThan(R,${b},${a})`);
      case '>=':
        return either(`${b}<=${a}`, `lessEqual(R,${b},${a})`);
      case '==':
        return [before, this.equality(node, a, b)];
      case '~=':
        return [before, `!${this.equality(node, a, b)}`];
      default: {
        const whats = `${this.describe(left)},${this.describe(right)}`;
        const slow = `arithmetic(R,'${ARITHMETIC[operator]}',${a},${b},${whats})`;
        return either(calculation(operator, a, b), slow);
      }
    }
  }

  private equality({ left, right, line }: BinaryNode, a: string, b: string): string {
    if (isShort(left) || isShort(right)) return `(${a}===${b})`;
    const areObjects = `typeof ${a}==='object'&&typeof ${b}==='object'`;
    return (
      `(typeof ${a}==='string'&&${a}.length>${SHORT_STRING_SIZE_MAX}?R.areSame(${a},${b}):` +
      `${a}===${b}||${areObjects}&&${mark(line)}areEqual(R,${a},${b}))`
    );
  }

  /** `a .. b .. c`: evaluated from the left, and joined from the right. */
  private concatenation({ left, right, line }: BinaryNode): string {
    const nodes = [left];
    let rest = right;
    while (rest.kind === 'binary' && rest.operator === '..') {
      nodes.push(rest.left);
      rest = rest.right;
    }
    nodes.push(rest);
    this.scope.actions += nodes.length;
    const parts = nodes.map((node) => this.settled(node));
    const last = parts[parts.length - 1];
    let text = parts.map(([before]) => before).join('');
    let joined = last[1];
    let joinedText = textIn(rest, joined);
    let what = this.describe(rest);
    for (let i = nodes.length - 2; i >= 0; i--) {
      const name = parts[i][1];
      const nameText = textIn(nodes[i], name);
      const result = this.scope.temporary();
      const whats = `${this.describe(nodes[i])},${what}`;
      text +=
        `${result}=(${isText(nodes[i]) ? '' : `typeof ${name}==='string'&&`}` +
        `${i === nodes.length - 2 && isText(rest) ? '' : `typeof ${joined}==='string'&&`}` +
        `${nameText}.length+${joinedText}.length<=${SHORT_STRING_SIZE_MAX}?` +
        `${nameText}+${joinedText}:` +
        `${mark(line)}concatenate(R,${name},${joined},${whats})),`;
      joined = result;
      joinedText = result;
      what = "''";
    }
    return `(${text}${joined})`;
  }

  private unary(node: Extract<Expression, { kind: 'unary' }>): string {
    const { operator, operand } = node;
    if (operator === 'not') return `!${this.condition(operand)}`;
    if (operator === '-' && operand.kind === 'number') return numberLiteral(-operand.value);
    const [before, name] = this.simple(operand);
    const what = this.describe(operand);
    if (operator === '#') {
      return (
        `(${before}${name} instanceof LuaTable?${name}.array.length:` +
        `${mark(node.line)}lengthOf(R,${name},${what}))`
      );
    }
    return (
      `(${before}typeof ${name}==='number'?-${name}:` +
      `${mark(node.line)}arithmetic(R,'__unm',${name},${name},${what},${what}))`
    );
  }
}

/** The name as errors write it, as a JavaScript string: `"local 'x'"`. */
function textOf(name: CallName | null): string {
  return name === null ? "''" : stringLiteral(`${name.kind} '${name.name}'`);
}

/** The text of a node where it is concatenated, if it is a constant; else the name of its value. */
function textIn(node: Expression, name: string): string {
  return node.kind === 'number' ? stringLiteral(textOfNumber(node.value)) : name;
}

function calculation(operator: BinaryOperator, a: string, b: string): string {
  if (operator === '%') return `(${a}-Math.floor(${a}/${b})*${b})`;
  if (operator === '^') return `power(${a},${b})`;
  return `(${a}${operator} ${b})`;
}

// Expressions as JavaScript. The common case of every operation is written out: numbers, strings,
// tables without metatables; everything else is a call of operations.ts.
import { textOfNumber } from '../numbers.ts';
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  FunctionBody,
  IndexExpression,
} from '../syntax/ast.ts';
import type { FunctionScope } from './scope.ts';
import { tableText } from './tables.ts';
import { mark, numberLiteral, stringLiteral } from './text.ts';

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

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
type ArithmeticNode = Extract<Expression, { kind: 'binary' }> & {
  readonly operator: ArithmeticOperator;
};

export class ExpressionWriter {
  private readonly scope: FunctionScope;
  private readonly writeFunction: FunctionWriter;

  constructor(scope: FunctionScope, writeFunction: FunctionWriter) {
    this.scope = scope;
    this.writeFunction = writeFunction;
  }

  /** One value. */
  value(node: Expression): string {
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
      case 'index':
        return this.index(node);
      case 'call': {
        const [before, name] = this.simple(node);
        return `(${before}${name})`;
      }
      case 'parenthesized':
        return this.value(node.inner);
      case 'binary':
        if (isArithmetic(node)) return this.arithmetic(node);
        return this.binary(node.operator, node.left, node.right, node.line);
      case 'unary':
        return this.unary(node);
      case 'table':
        return tableText(this, this.scope, node.fields);
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
      case 'function':
      case 'table':
        return node.kind === 'table' || node.kind === 'function' ? this.always(node) : 'true';
      case 'parenthesized':
        return this.condition(node.inner);
      case 'unary':
        if (node.operator === 'not') return `!${this.condition(node.operand)}`;
        break;
      case 'binary': {
        const { operator, left, right } = node;
        if (operator === 'and') return `(${this.condition(left)}&&${this.condition(right)})`;
        if (operator === 'or') return `(${this.condition(left)}||${this.condition(right)})`;
        if (isComparison(operator)) return this.binary(operator, left, right, node.line);
        break;
      }
    }
    const [before, value] = this.simple(node);
    return `(${before}${value}!==undefined&&${value}!==false)`;
  }

  /** Any number of values: the text of array elements. */
  list(nodes: readonly Expression[]): string {
    const inUse = this.scope.temporariesInUse;
    const texts = nodes.map((node, i) => {
      const text = i === nodes.length - 1 ? this.spread(node) : this.value(node);
      // An element that was evaluated needs none of its temporaries any more.
      this.scope.freeTemporaries(inUse);
      return text;
    });
    return texts.join(',');
  }

  /** The last of a list: all of its values. */
  spread(node: Expression): string {
    if (node.kind === 'vararg') return `...${this.scope.varargs}`;
    if (node.kind === 'call') return `...all(${this.call(node)})`;
    return this.value(node);
  }

  /** A call, with its result as it comes: one value, or an array. */
  call(node: CallExpression): string {
    const [before, text] = this.callParts(node);
    return `(${before}${text})`;
  }

  private callParts(node: CallExpression): [before: string, text: string] {
    const { scope } = this;
    scope.hasCalls = true;
    let callee: string;
    let what: string;
    let before: string;
    const args: string[] = [];
    if (node.method === null) {
      [before, callee] = this.simple(node.callee);
      what = this.describe(node.callee);
    } else {
      const [object, name] = this.simple(node.callee);
      callee = scope.temporary();
      const method = this.fieldOf(name, node.method, this.describe(node.callee), node.line);
      before = `${object}${callee}=${method},`;
      what = stringLiteral(`method '${node.method}'`);
      // The object is used again after the arguments of others may have changed it.
      args.push(name);
    }
    if (node.args.length > 0) args.push(this.list(node.args));
    const target = `(typeof ${callee}==='function'?${callee}:callee(R,${callee},${what}))`;
    const at = mark(node.line);
    if (scope.isResumable) {
      return [before, `${at}yield*callInside(${target},[${args.join(',')}])`];
    }
    return [before, `${target}${at}(${args.join(',')})`];
  }

  /** What errors call a value: a JavaScript string. */
  describe(node: Expression): string {
    switch (node.kind) {
      case 'local':
        return stringLiteral(`${node.isUpvalue ? 'upvalue' : 'local'} '${node.local.name}'`);
      case 'global':
        return stringLiteral(`global '${node.name}'`);
      case 'index':
        return stringLiteral(`field '${node.key.kind === 'string' ? node.key.value : '?'}'`);
      case 'call':
      case 'parenthesized':
        return "''";
      default:
        return "''";
    }
  }

  /** Evaluates a node: what to do before, ending with a comma, and a name that has the value. */
  simple(node: Expression): [before: string, name: string] {
    if (node.kind === 'parenthesized') return this.simple(node.inner);
    // Another function may change an upvalue before the operation happens, as in Lua it may not.
    if (node.kind === 'local' && !(node.isUpvalue && node.local.isAssigned)) {
      return ['', this.value(node)];
    }
    if (node.kind === 'number') return ['', `(${this.value(node)})`];
    if (isConstant(node)) return ['', this.value(node)];
    if (isArithmetic(node)) return this.arithmeticChain(node);
    if (node.kind === 'index') return this.indexChain(node);
    const name = this.scope.temporary();
    if (node.kind === 'call') {
      const [before, text] = this.callParts(node);
      return [`${before}Array.isArray(${name}=${text})&&(${name}=${name}[0]),`, name];
    }
    return [`${name}=${this.value(node)},`, name];
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

  private always(node: Expression): string {
    return `(${this.value(node)},true)`;
  }

  private index(node: IndexExpression): string {
    const [before, name] = this.indexChain(node);
    return `(${before}${name})`;
  }

  /** `a.b.c`, one after the other in one variable: a chain may be longer than calls can nest. */
  private indexChain(node: IndexExpression): [before: string, name: string] {
    const nodes = [node];
    for (;;) {
      const { object } = nodes[nodes.length - 1];
      if (object.kind !== 'index') break;
      nodes.push(object);
    }
    const result = this.scope.temporary();
    let [text, object] = this.simple(nodes[nodes.length - 1].object);
    for (let i = nodes.length - 1; i >= 0; i--) {
      text += `${result}=${this.indexOf(object, nodes[i])},`;
      object = result;
    }
    return [text, result];
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

  private binary(
    operator: BinaryOperator,
    left: Expression,
    right: Expression,
    line: number,
  ): string {
    if (operator === 'and' || operator === 'or') return this.choice(operator, left, right);
    if (operator === '..') return this.concatenation(left, right, line);
    if (operator === '>') return this.comparison('<', right, left, line, true);
    if (operator === '>=') return this.comparison('<=', right, left, line, true);
    if (operator === '<' || operator === '<=') {
      return this.comparison(operator, left, right, line, false);
    }
    const equal = this.equality(left, right, line);
    return operator === '==' ? equal : `!${equal}`;
  }

  /** `and` and `or`: one of the two values. */
  private choice(operator: 'and' | 'or', left: Expression, right: Expression): string {
    const name = this.scope.temporary();
    const test = `(${name}=${this.value(left)})===undefined||${name}===false`;
    const other = this.value(right);
    return operator === 'and' ? `(${test}?${name}:${other})` : `(${test}?${other}:${name})`;
  }

  /** `a + b - c`, one operation after the other in one variable. */
  private arithmeticChain(node: ArithmeticNode): [before: string, name: string] {
    const nodes = [node];
    for (;;) {
      const { left } = nodes[nodes.length - 1];
      if (!isArithmetic(left)) break;
      nodes.push(left);
    }
    const result = this.scope.temporary();
    let { left } = nodes[nodes.length - 1];
    let [text, a] = this.simple(left);
    for (let i = nodes.length - 1; i >= 0; i--) {
      const { operator, right, line } = nodes[i];
      const [before, b] = this.simple(right);
      text += `${before}${result}=${this.operation(operator, left, right, a, b, line)},`;
      left = nodes[i];
      a = result;
    }
    return [text, result];
  }

  private arithmetic(node: ArithmeticNode): string {
    const { operator, left, right, line } = node;
    if (isArithmetic(left)) {
      const [before, name] = this.arithmeticChain(node);
      return `(${before}${name})`;
    }
    const [before, a, beforeB, b] = this.operands(left, right);
    return `(${before}${beforeB}${this.operation(operator, left, right, a, b, line)})`;
  }

  /** An operation on two variables; the nodes say what is known of them. */
  private operation(
    operator: BinaryOperator,
    left: Expression,
    right: Expression,
    a: string,
    b: string,
    line: number,
  ): string {
    const tests = [left.kind === 'number' ? '' : a, right.kind === 'number' ? '' : b]
      .filter((name) => name !== '')
      .map((name) => `typeof ${name}==='number'`);
    const result = this.calculation(operator, a, b);
    if (tests.length === 0) return result;
    const whats = `${this.describe(left)},${this.describe(right)}`;
    const slow = `arithmetic(R,'${ARITHMETIC[operator]}',${a},${b},${whats})`;
    return `(${tests.join('&&')}?${result}:${mark(line)}${slow})`;
  }

  private calculation(operator: BinaryOperator, a: string, b: string): string {
    if (operator === '%') return `(${a}-Math.floor(${a}/${b})*${b})`;
    if (operator === '^') return `power(${a},${b})`;
    return `(${a}${operator} ${b})`;
  }

  /** Two operands in their order; a local is read when the operation happens, as in Lua. */
  private operands(left: Expression, right: Expression): [string, string, string, string] {
    const [before, a] = this.simple(left);
    const [beforeB, b] = this.simple(right);
    return [before, a, beforeB, b];
  }

  private comparison(
    operator: '<' | '<=',
    left: Expression,
    right: Expression,
    line: number,
    isSwapped: boolean,
  ): string {
    // `a > b` is `b < a`, but a is evaluated first.
    const [first, second] = isSwapped ? [right, left] : [left, right];
    const [before, one, beforeOther, other] = this.operands(first, second);
    const [a, b] = isSwapped ? [other, one] : [one, other];
    const tests = [left.kind === 'number' ? '' : a, right.kind === 'number' ? '' : b]
      .filter((name) => name !== '')
      .map((name) => `typeof ${name}==='number'`);
    const slow = operator === '<' ? 'lessThan' : 'lessEqual';
    return (
      `(${before}${beforeOther}${tests.join('&&') || 'true'}?${a}${operator}${b}:` +
      `${mark(line)}${slow}(R,${a},${b}))`
    );
  }

  private equality(left: Expression, right: Expression, line: number): string {
    const [before, a, beforeB, b] = this.operands(left, right);
    if (isConstant(left) || isConstant(right)) return `(${before}${beforeB}${a}===${b})`;
    return (
      `(${before}${beforeB}${a}===${b}||` +
      `typeof ${a}==='object'&&typeof ${b}==='object'&&${mark(line)}areEqual(R,${a},${b}))`
    );
  }

  private concatenation(left: Expression, right: Expression, line: number): string {
    // A chain is evaluated from the left and joined from the right.
    const nodes = [left];
    let rest = right;
    while (rest.kind === 'binary' && rest.operator === '..') {
      nodes.push(rest.left);
      rest = rest.right;
    }
    nodes.push(rest);
    const parts = nodes.map((node): [string, string] =>
      node.kind === 'number' ? ['', stringLiteral(textOfNumber(node.value))] : this.settled(node),
    );
    const last = parts[parts.length - 1];
    let text = parts.map(([before]) => before).join('');
    let joined = last[1];
    let what = this.describe(nodes[nodes.length - 1]);
    for (let i = nodes.length - 2; i >= 0; i--) {
      const name = parts[i][1];
      const result = this.scope.temporary();
      const whats = `${this.describe(nodes[i])},${what}`;
      text +=
        `${result}=(${isText(nodes[i]) ? '' : `typeof ${name}==='string'&&`}` +
        `${i === nodes.length - 2 && isText(rest) ? '' : `typeof ${joined}==='string'&&`}` +
        `${name}.length+${joined}.length<1024?${name}+${joined}:` +
        `${mark(line)}concatenate(R,${name},${joined},${whats})),`;
      joined = result;
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

/** Is it a constant that is a string where it is concatenated? */
function isText(node: Expression): boolean {
  return node.kind === 'string' || node.kind === 'number';
}

function isConstant(node: Expression): boolean {
  switch (node.kind) {
    case 'nil':
    case 'true':
    case 'false':
    case 'number':
    case 'string':
      return true;
    default:
      return false;
  }
}

function isArithmetic(node: Expression): node is ArithmeticNode {
  return node.kind === 'binary' && ARITHMETIC[node.operator] !== undefined;
}

function isComparison(operator: BinaryOperator): boolean {
  return ['<', '>', '<=', '>=', '==', '~='].includes(operator);
}

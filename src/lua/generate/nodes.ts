// What the generator asks of expressions before it writes them.
import { SHORT_STRING_SIZE_MAX } from '../limits.ts';
import type { CallName } from '../source.ts';
import type { BinaryOperator, CallExpression, Expression } from '../syntax/ast.ts';

export type BinaryNode = Extract<Expression, { kind: 'binary' }>;

/** What can have more or less than one value. */
export type OpenExpression = CallExpression | Extract<Expression, { kind: 'vararg' }>;

/** Can it have more or less than one value? */
export function isOpen(node: Expression | undefined): node is OpenExpression {
  return node?.kind === 'call' || node?.kind === 'vararg';
}

/** What errors call a value; null for one without a name. */
export function nameOf(node: Expression): CallName | null {
  switch (node.kind) {
    case 'local':
      return { kind: node.isUpvalue ? 'upvalue' : 'local', name: node.local.name };
    case 'global':
      return { kind: 'global', name: node.name };
    case 'index':
      return { kind: 'field', name: node.key.kind === 'string' ? node.key.value : '?' };
    default:
      return null;
  }
}

/** Is it a constant that is a string where it is concatenated? */
export function isText(node: Expression): boolean {
  return node.kind === 'string' || node.kind === 'number';
}

export function isConstant(node: Expression): boolean {
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

/** Is it a constant that is compared in no time? */
export function isShort(node: Expression): boolean {
  if (node.kind === 'string') return node.value.length <= SHORT_STRING_SIZE_MAX;
  return isConstant(node);
}

export function isComparison(operator: BinaryOperator): boolean {
  return ['<', '>', '<=', '>=', '==', '~='].includes(operator);
}

export function isChoice({ operator }: BinaryNode): boolean {
  return operator === 'and' || operator === 'or';
}

export function withoutParentheses(node: Expression): Expression {
  let inner = node;
  while (inner.kind === 'parenthesized') inner = inner.inner;
  return inner;
}

/** The left operand of an operation; null of others, and of `..`, which joins from the right. */
export function leftOf(node: Expression): Expression | null {
  switch (node.kind) {
    case 'binary':
      return node.operator === '..' ? null : node.left;
    case 'index':
      return node.object;
    case 'call':
      return node.callee;
    default:
      return null;
  }
}

// Writes syntax trees in a compact form, Lua-like with all parentheses, in which it shows what
// each name was resolved to.
import type {
  Block,
  Expression,
  FunctionBody,
  Local,
  Statement,
  TableField,
} from '../../../src/lua/syntax/ast.ts';
import { parse } from '../../../src/lua/syntax/parser.ts';

/**
 * The tree of a source. Globals have a $, locals of functions around a ^. A local that hides or
 * follows another of its name has a number, and where it is declared, `=` if it is ever assigned
 * and `&` if it is captured.
 */
export function treeOf(source: string): string {
  return new Writer().block(parse(source, 'test').body.block);
}

class Writer {
  private readonly labels = new Map<Local, string>();
  private readonly counts = new Map<string, number>();

  block(block: Block): string {
    return block.map((statement) => this.statement(statement)).join('; ');
  }

  private statement(node: Statement): string {
    switch (node.kind) {
      case 'local': {
        const values = this.list(node.values);
        const locals = node.locals.map((local) => this.declared(local)).join(', ');
        return values === '' ? `local ${locals}` : `local ${locals} = ${values}`;
      }
      case 'assign':
        return `${this.list(node.targets)} = ${this.list(node.values)}`;
      case 'call':
        return this.expression(node.call);
      case 'do':
        return `do ${this.block(node.block)} end`;
      case 'while':
        return `while ${this.expression(node.condition)} do ${this.block(node.block)} end`;
      case 'repeat':
        return `repeat ${this.block(node.block)} until ${this.expression(node.condition)}`;
      case 'if':
        return this.conditional(node);
      case 'numeric-for': {
        const bounds = [node.start, node.stop, ...(node.step === null ? [] : [node.step])];
        const values = this.list(bounds);
        return `for ${this.declared(node.local)} = ${values} do ${this.block(node.block)} end`;
      }
      case 'generic-for': {
        const values = this.list(node.values);
        const locals = node.locals.map((local) => this.declared(local)).join(', ');
        return `for ${locals} in ${values} do ${this.block(node.block)} end`;
      }
      case 'local-function':
        return `local ${this.declared(node.local)} = ${this.functionBody(node.body)}`;
      case 'return':
        return `return ${this.list(node.values)}`;
      case 'break':
        return 'break';
    }
  }

  private conditional(node: Statement & { readonly kind: 'if' }): string {
    const clauses = node.clauses.map(
      ({ condition, block }) => `if ${this.expression(condition)} then ${this.block(block)}`,
    );
    const otherwise = node.otherwise === null ? '' : ` else ${this.block(node.otherwise)}`;
    return `${clauses.join(' else')}${otherwise} end`;
  }

  private expression(node: Expression): string {
    switch (node.kind) {
      case 'nil':
      case 'true':
      case 'false':
        return node.kind;
      case 'number':
        return String(node.value);
      case 'string':
        return JSON.stringify(node.value);
      case 'vararg':
        return '...';
      case 'function':
        return this.functionBody(node.body);
      case 'local':
        return (node.isUpvalue ? '^' : '') + this.labelOf(node.local);
      case 'global':
        return `$${node.name}`;
      case 'index':
        return `${this.expression(node.object)}[${this.expression(node.key)}]`;
      case 'call': {
        const method = node.method === null ? '' : `:${node.method}`;
        return `${this.expression(node.callee)}${method}(${this.list(node.args)})`;
      }
      case 'parenthesized':
        return `(${this.expression(node.inner)})`;
      case 'binary':
        return `(${this.expression(node.left)} ${node.operator} ${this.expression(node.right)})`;
      case 'unary':
        return `(${node.operator} ${this.expression(node.operand)})`;
      case 'table':
        return `{${node.fields.map((field) => this.field(field)).join(', ')}}`;
    }
  }

  private field({ key, value }: TableField): string {
    const text = this.expression(value);
    return key === null ? text : `[${this.expression(key)}] = ${text}`;
  }

  private functionBody(body: FunctionBody): string {
    const parameters = body.parameters.map((local) => this.declared(local));
    if (body.isVararg) parameters.push('...');
    const table = body.argLocal === null ? '' : `local ${this.declared(body.argLocal)}; `;
    const name = body.name === '' ? '' : ` ${body.name}`;
    return `function${name}(${parameters.join(', ')}) ${table}${this.block(body.block)} end`;
  }

  private list(nodes: readonly Expression[]): string {
    return nodes.map((node) => this.expression(node)).join(', ');
  }

  private declared(local: Local): string {
    const marks = (local.isAssigned ? '=' : '') + (local.isCaptured ? '&' : '');
    return this.labelOf(local) + marks;
  }

  private labelOf(local: Local): string {
    let label = this.labels.get(local);
    if (label === undefined) {
      const count = (this.counts.get(local.name) ?? 0) + 1;
      this.counts.set(local.name, count);
      label = count === 1 ? local.name : `${local.name}${count}`;
      this.labels.set(local, label);
    }
    return label;
  }
}

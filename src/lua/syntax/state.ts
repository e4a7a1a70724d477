// What the parser's functions share: the lexer, the scopes, how deep it is, and the lines of
// accesses.
//
// Lua gives an instruction the line of the last token read when it is made, and makes the one
// that reads a global or a field late: when the value is needed. So `undischarged` is such an
// access whose line is not known yet, and discharge() is called where Lua would make the
// instruction. A variable in parentheses is discharged, which is also how Lua knows that it
// cannot be assigned to.
import type {
  Expression,
  GlobalExpression,
  IndexExpression,
  LocalExpression,
  Statement,
  Target,
} from './ast.ts';
import type { Lexer, Name } from './lexer.ts';
import { LEVELS_MAX } from './limits.ts';
import type { Mutable, Scopes } from './scope.ts';
import * as Token from './tokens.ts';

export class ParserState {
  readonly lexer: Lexer;
  readonly scopes: Scopes;
  /** Reads statements up to what ends their block; here because blocks hold expressions, too. */
  readonly parseStatements: (state: ParserState) => Statement[];
  readonly globals = new Set<string>();
  /** How many blocks and expressions are around the parser, and calls out of C around those. */
  level: number;
  undischarged: Mutable<Target> | null = null;

  constructor(
    lexer: Lexer,
    scopes: Scopes,
    level: number,
    parseStatements: (state: ParserState) => Statement[],
  ) {
    this.lexer = lexer;
    this.scopes = scopes;
    this.level = level;
    this.parseStatements = parseStatements;
  }

  enterLevel(): void {
    if (++this.level > LEVELS_MAX) this.lexer.failAlone('chunk has too many syntax levels');
  }

  leaveLevel(): void {
    this.level--;
  }

  /** Reads the token if it is the current one. */
  accept(token: number): boolean {
    if (this.lexer.token !== token) return false;
    this.lexer.next();
    return true;
  }

  expect(token: number): void {
    if (!this.accept(token)) this.lexer.fail(`'${Token.tokenText(token)}' expected`);
  }

  /** Reads what closes the token `opening` of a line. */
  expectClosing(token: number, opening: number, line: number): void {
    if (this.accept(token)) return;
    if (line === this.lexer.line) this.expect(token);
    const place = `(to close '${Token.tokenText(opening)}' at line ${line})`;
    this.lexer.fail(`'${Token.tokenText(token)}' expected ${place}`);
  }

  expectName(): Name {
    const { name } = this.lexer;
    this.expect(Token.NAME);
    return name;
  }

  /** The value of an expression is needed now. */
  discharge(node: Expression): void {
    if (node !== this.undischarged) return;
    this.undischarged.line = this.lexer.lastLine;
    this.undischarged = null;
  }

  /** The value of an expression goes to a register of its own, above `registers` others. */
  place(node: Expression, registers: number): void {
    this.discharge(node);
    this.scopes.current.registers = registers;
    this.scopes.reserve(1);
  }

  /** The same, but for constants and locals, which an instruction takes from where they are. */
  placeOperand(node: Expression, registers: number): void {
    if (isOperand(node)) {
      this.discharge(node);
      this.scopes.current.registers = registers;
    } else {
      this.place(node, registers);
    }
  }

  /** A variable by name. Its name has been read. */
  access(name: Name): LocalExpression | GlobalExpression {
    const { line } = this.lexer;
    const { local } = name;
    let node: Mutable<LocalExpression> | Mutable<GlobalExpression>;
    if (local === null) {
      this.globals.add(name.text);
      node = { kind: 'global', line, name: name.text };
    } else {
      node = { kind: 'local', line, local, isUpvalue: this.scopes.use(local) };
    }
    this.undischarged = node;
    return node;
  }

  /** A field of an object that is in place. */
  index(object: Expression, key: Expression): IndexExpression {
    const node: Mutable<IndexExpression> = {
      kind: 'index',
      line: this.lexer.lastLine,
      object,
      key,
    };
    this.undischarged = node;
    return node;
  }
}

function isOperand(node: Expression): boolean {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'nil':
    case 'true':
    case 'false':
      return true;
    case 'local':
      return !node.isUpvalue;
    default:
      return false;
  }
}

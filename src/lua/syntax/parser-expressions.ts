// Expressions. Operators of one rank are read in a loop; those that bind to the right, unary
// ones, parentheses and arguments by recursion, which LEVELS_MAX bounds.
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  IndexExpression,
  TableField,
  UnaryOperator,
} from './ast.ts';
import * as Character from './characters.ts';
import { TABLE_ITEMS_HELD_MAX } from './limits.ts';
import { parseFunction } from './parser-functions.ts';
import type { ParserState } from './state.ts';
import * as Token from './tokens.ts';

export function parseExpression(state: ParserState): Expression {
  return parseOperation(state, 0);
}

/** Parses one expression or more. All but the last are in their registers then. */
function parseExpressionList(state: ParserState): Expression[] {
  const { lexer, scopes } = state;
  let { registers } = scopes.current;
  const list = [parseOperation(state, 0)];
  while (lexer.token === Character.COMMA) {
    lexer.next();
    state.place(list[list.length - 1], registers++);
    list.push(parseOperation(state, 0));
  }
  return list;
}

/** Parses a list whose values go to registers, as many as there are. */
export function parsePlacedList(state: ParserState): Expression[] {
  const { registers } = state.scopes.current;
  const list = parseExpressionList(state);
  state.place(list[list.length - 1], registers + list.length - 1);
  return list;
}

/** Parses an expression up to a binary operator that binds no tighter than the limit. */
function parseOperation(state: ParserState, limit: number): Expression {
  const { lexer } = state;
  state.enterLevel();
  const { registers } = state.scopes.current;
  const operator = unaryOperator(lexer.token);
  let left = operator === null ? parseSimple(state) : parseUnary(state, operator);
  while (Token.LEFT_PRIORITIES[lexer.token] > limit) {
    left = parseBinary(state, left, registers);
  }
  state.leaveLevel();
  return left;
}

function unaryOperator(token: number): UnaryOperator | null {
  switch (token) {
    case Token.NOT:
      return 'not';
    case Character.MINUS:
      return '-';
    case Character.HASH:
      return '#';
    default:
      return null;
  }
}

function parseUnary(state: ParserState, operator: UnaryOperator): Expression {
  const { lexer } = state;
  const scope = state.scopes.current;
  const { registers } = scope;
  lexer.next();
  const operand = parseOperation(state, Token.UNARY_PRIORITY);
  state.placeOperand(operand, registers);
  scope.registers = registers;
  return { kind: 'unary', line: lexer.lastLine, operator, operand };
}

/** Parses an operator and what is right of it. Lua gives the operation its last token's line. */
function parseBinary(state: ParserState, left: Expression, registers: number): Expression {
  const { lexer } = state;
  const scope = state.scopes.current;
  const { token } = lexer;
  const operator = Token.OPERATORS[token];
  lexer.next();
  if (token === Token.CONCATENATE) state.place(left, registers);
  else state.placeOperand(left, registers);
  // The left value of `and` and `or` is tested and gone where the right one is made.
  if (token === Token.AND || token === Token.OR) scope.registers = registers;
  const rightRegisters = scope.registers;
  const right = parseOperation(state, Token.RIGHT_PRIORITIES[token]);
  state.placeOperand(right, rightRegisters);
  scope.registers = registers;
  // Lua makes no code for `1 and`: errors name what follows.
  if (isNeutral(operator, left)) return single(right);
  // Lua makes one instruction of `a .. b .. c`.
  const isChained = operator === '..' && right.kind === 'binary' && right.operator === '..';
  const line = isChained ? right.line : lexer.lastLine;
  return { kind: 'binary', line, operator, left, right };
}

/** Is a constant on the left of `and` or `or` one that always gives the other value? */
function isNeutral(operator: BinaryOperator, { kind }: Expression): boolean {
  if (operator === 'and') return kind === 'true' || kind === 'number' || kind === 'string';
  return operator === 'or' && (kind === 'nil' || kind === 'false');
}

/** An expression that has exactly one value. */
function single(node: Expression): Expression {
  const isList = node.kind === 'call' || node.kind === 'vararg';
  return isList ? { kind: 'parenthesized', line: node.line, inner: node } : node;
}

function parseSimple(state: ParserState): Expression {
  const { lexer } = state;
  const { line } = lexer;
  let node: Expression;
  switch (lexer.token) {
    case Token.STRING:
      node = { kind: 'string', line, value: lexer.string };
      break;
    case Token.NUMBER:
      node = { kind: 'number', line, value: lexer.number };
      break;
    case Token.NIL:
      node = { kind: 'nil', line };
      break;
    case Token.TRUE:
      node = { kind: 'true', line };
      break;
    case Token.FALSE:
      node = { kind: 'false', line };
      break;
    case Token.DOTS:
      node = vararg(state);
      break;
    case Character.LEFT_BRACE:
      return parseTable(state);
    case Token.FUNCTION:
      lexer.next();
      return { kind: 'function', line, body: parseFunction(state, '', lexer.line, false) };
    default:
      return parsePrimary(state);
  }
  lexer.next();
  return node;
}

function vararg({ lexer, scopes }: ParserState): Expression {
  const { body } = scopes.current;
  if (!body.isVararg) lexer.fail("cannot use '...' outside a vararg function");
  body.argLocal = null;
  return { kind: 'vararg', line: lexer.line };
}

/** Parses a variable or what is in parentheses, with the fields, calls, ... that follow it. */
export function parsePrimary(state: ParserState): Expression {
  const { lexer } = state;
  const { registers } = state.scopes.current;
  let node = parsePrefix(state);
  for (;;) {
    switch (lexer.token) {
      case Character.DOT:
        node = parseField(state, node, registers);
        break;
      case Character.LEFT_BRACKET:
        state.placeOperand(node, registers);
        node = parseIndex(state, node);
        break;
      case Character.COLON:
        node = parseMethodCall(state, node, registers);
        break;
      case Character.LEFT_PARENTHESIS:
      case Character.LEFT_BRACE:
      case Token.STRING:
        state.place(node, registers);
        node = parseCall(state, node, null, registers);
        break;
      default:
        return node;
    }
  }
}

function parsePrefix(state: ParserState): Expression {
  const { lexer } = state;
  if (lexer.token === Token.NAME) return state.access(state.expectName());
  if (lexer.token !== Character.LEFT_PARENTHESIS) lexer.fail('unexpected symbol');
  const { line } = lexer;
  lexer.next();
  const inner = parseOperation(state, 0);
  state.expectClosing(Character.RIGHT_PARENTHESIS, Character.LEFT_PARENTHESIS, line);
  state.discharge(inner);
  return single(inner);
}

/** Parses `.name`. */
function parseField(state: ParserState, object: Expression, registers: number): IndexExpression {
  const { lexer } = state;
  state.placeOperand(object, registers);
  lexer.next();
  const { line } = lexer;
  return state.index(object, { kind: 'string', line, value: state.expectName().text });
}

function parseIndex(state: ParserState, object: Expression): IndexExpression {
  const { registers } = state.scopes.current;
  const key = parseKey(state);
  state.placeOperand(key, registers);
  return state.index(object, key);
}

/** Parses `[key]`. */
function parseKey(state: ParserState): Expression {
  state.lexer.next();
  const key = parseOperation(state, 0);
  state.discharge(key);
  state.expect(Character.RIGHT_BRACKET);
  return key;
}

function parseMethodCall(state: ParserState, object: Expression, registers: number): Expression {
  state.lexer.next();
  const method = state.expectName().text;
  state.place(object, registers);
  state.scopes.reserve(1);
  return parseCall(state, object, method, registers);
}

function parseCall(
  state: ParserState,
  callee: Expression,
  method: string | null,
  registers: number,
): CallExpression {
  const { line } = state.lexer;
  const args = parseArguments(state);
  state.scopes.current.registers = registers + 1;
  return { kind: 'call', line, callee, method, args };
}

function parseArguments(state: ParserState): Expression[] {
  const { lexer, scopes } = state;
  const { line, token } = lexer;
  const { registers } = scopes.current;
  if (token === Character.LEFT_BRACE) return [parseTable(state)];
  if (token === Token.STRING) {
    const node: Expression = { kind: 'string', line, value: lexer.string };
    lexer.next();
    scopes.reserve(1);
    return [node];
  }
  if (token !== Character.LEFT_PARENTHESIS) lexer.fail('function arguments expected');
  if (line !== lexer.lastLine) {
    lexer.fail('ambiguous syntax (function call x new statement)');
  }
  lexer.next();
  const args = lexer.token === Character.RIGHT_PARENTHESIS ? [] : parseExpressionList(state);
  state.expectClosing(Character.RIGHT_PARENTHESIS, Character.LEFT_PARENTHESIS, line);
  if (args.length > 0) state.place(args[args.length - 1], registers + args.length - 1);
  return args;
}

function parseTable(state: ParserState): Expression {
  const { lexer, scopes } = state;
  const { line } = lexer;
  const { registers } = scopes.current;
  const fields: TableField[] = [];
  /** An item that is not in its register yet, and how many others are. */
  let item: Expression | null = null;
  let heldCount = 0;
  scopes.reserve(1);
  lexer.next();
  do {
    if (lexer.token === Character.RIGHT_BRACE) break;
    if (item !== null) {
      state.place(item, registers + 1 + heldCount);
      heldCount = (heldCount + 1) % TABLE_ITEMS_HELD_MAX;
      item = null;
    }
    scopes.current.registers = registers + 1 + heldCount;
    const field = parseTableField(state);
    if (field.key === null) item = field.value;
    fields.push(field);
  } while (state.accept(Character.COMMA) || state.accept(Character.SEMICOLON));
  state.expectClosing(Character.RIGHT_BRACE, Character.LEFT_BRACE, line);
  if (item !== null) state.place(item, registers + 1 + heldCount);
  scopes.current.registers = registers + 1;
  return { kind: 'table', line, fields };
}

function parseTableField(state: ParserState): TableField {
  const { lexer } = state;
  const { registers } = state.scopes.current;
  let key: Expression;
  if (lexer.token === Token.NAME && lexer.peek() === Character.EQUALS) {
    key = { kind: 'string', line: lexer.line, value: state.expectName().text };
  } else if (lexer.token === Character.LEFT_BRACKET) {
    key = parseKey(state);
  } else {
    return { key: null, value: parseOperation(state, 0), line: lexer.lastLine };
  }
  state.expect(Character.EQUALS);
  state.placeOperand(key, registers);
  const valueRegisters = state.scopes.current.registers;
  const value = parseOperation(state, 0);
  state.placeOperand(value, valueRegisters);
  return { key, value, line: lexer.lastLine };
}

// The parser: a chunk of Lua 5.1 becomes a tree, or a LuaError with Lua's text. This file has the
// statements; it reads one token ahead, and decides in the order of lparser.c, since that order
// decides which of several errors is told.
import { LuaError } from '../errors.ts';
import { SOURCE_SIZE_MAX } from '../limits.ts';
import { NO_PAY, Work } from '../work.ts';
import type { Block, Chunk, Expression, FunctionBody, Local, Statement, Target } from './ast.ts';
import * as Character from './characters.ts';
import { Lexer, type Name } from './lexer.ts';
import { LEVELS_MAX } from './limits.ts';
import { parseExpression, parsePlacedList, parsePrimary } from './parser-expressions.ts';
import { parseFunction } from './parser-functions.ts';
import { type Mutable, Scopes } from './scope.ts';
import { ParserState } from './state.ts';
import * as Token from './tokens.ts';

/** A loop's own locals: its function, state and control, or index, limit and step. */
const LOOP_LOCALS = 3;

/**
 * Errors begin with the chunk's name, or with another one if it is given: Lua shortens the names
 * of sources less for them. `level` is how many calls out of C are under way, each of which takes
 * one from how deep the source may nest: 0 for a script itself, 1 in its loadstring().
 */
export function parse(
  source: string,
  chunkName: string,
  errorName = chunkName,
  level = 0,
  work = new Work(NO_PAY),
): Chunk {
  if (source.length > SOURCE_SIZE_MAX) throw new LuaError(`${errorName}:1: chunk is too large`);
  const lexer = new Lexer(source, errorName, work);
  const body: Mutable<FunctionBody> = {
    parameters: [],
    isVararg: true,
    argLocal: null,
    block: [],
    line: 0,
    endLine: 0,
    name: '',
    parent: null,
  };
  const state = new ParserState(lexer, new Scopes(lexer, body), level, parseStatements);
  lexer.next();
  body.block = parseStatements(state);
  state.expect(Token.END_OF_SOURCE);
  body.endLine = lexer.line;
  return { name: chunkName, body, globals: state.globals };
}

function parseBlock(state: ParserState): Block {
  const { scopes } = state;
  const outerCount = scopes.open();
  const block = parseStatements(state);
  scopes.close(outerCount);
  return block;
}

/** Parses to the end of a block. The locals stay visible: `until` sees them. */
function parseStatements(state: ParserState): Statement[] {
  const { lexer, scopes } = state;
  const statements: Statement[] = [];
  state.enterLevel();
  let isLast = false;
  while (!isLast && !endsBlock(lexer.token)) {
    scopes.releaseRegisters();
    const statement = parseStatement(state);
    statements.push(statement);
    state.accept(Character.SEMICOLON);
    isLast = statement.kind === 'return' || statement.kind === 'break';
  }
  state.leaveLevel();
  return statements;
}

function endsBlock(token: number): boolean {
  switch (token) {
    case Token.END:
    case Token.ELSE:
    case Token.ELSEIF:
    case Token.UNTIL:
    case Token.END_OF_SOURCE:
      return true;
    default:
      return false;
  }
}

function parseStatement(state: ParserState): Statement {
  const { lexer } = state;
  const { line } = lexer;
  switch (lexer.token) {
    case Token.NAME:
      return parseAssignmentOrCall(state, line);
    case Token.IF:
      return parseIf(state, line);
    case Token.WHILE:
      return parseWhile(state, line);
    case Token.DO:
      return parseDo(state, line);
    case Token.FOR:
      return parseFor(state, line);
    case Token.REPEAT:
      return parseRepeat(state, line);
    case Token.FUNCTION:
      return parseFunctionStatement(state, line);
    case Token.LOCAL:
      lexer.next();
      if (state.accept(Token.FUNCTION)) return parseLocalFunction(state, line);
      return parseLocal(state, line);
    case Token.RETURN:
      return parseReturn(state, line);
    case Token.BREAK:
      lexer.next();
      if (state.scopes.current.loopDepth === 0) lexer.fail('no loop to break');
      return { kind: 'break', line };
    default:
      return parseAssignmentOrCall(state, line);
  }
}

function parseIf(state: ParserState, line: number): Statement {
  const { lexer } = state;
  const clauses: { condition: Expression; block: Block }[] = [];
  do {
    lexer.next();
    const condition = parseCondition(state);
    state.expect(Token.THEN);
    clauses.push({ condition, block: parseBlock(state) });
  } while (lexer.token === Token.ELSEIF);
  const otherwise = state.accept(Token.ELSE) ? parseBlock(state) : null;
  state.expectClosing(Token.END, Token.IF, line);
  return { kind: 'if', line, clauses, otherwise };
}

function parseWhile(state: ParserState, line: number): Statement {
  state.lexer.next();
  const condition = parseCondition(state);
  const scope = state.scopes.current;
  scope.loopDepth++;
  state.expect(Token.DO);
  const block = parseBlock(state);
  state.expectClosing(Token.END, Token.WHILE, line);
  scope.loopDepth--;
  return { kind: 'while', line, condition, block };
}

function parseDo(state: ParserState, line: number): Statement {
  state.lexer.next();
  const block = parseBlock(state);
  state.expectClosing(Token.END, Token.DO, line);
  return { kind: 'do', line, block };
}

function parseRepeat(state: ParserState, line: number): Statement {
  const { lexer, scopes } = state;
  const outerCount = scopes.open();
  const scope = scopes.current;
  scope.loopDepth++;
  lexer.next();
  const block = parseStatements(state);
  state.expectClosing(Token.UNTIL, Token.REPEAT, line);
  const condition = parseCondition(state);
  scope.loopDepth--;
  scopes.close(outerCount);
  return { kind: 'repeat', line, block, condition };
}

function parseCondition(state: ParserState): Expression {
  state.scopes.releaseRegisters();
  const condition = parseExpression(state);
  state.discharge(condition);
  return condition;
}

function parseFor(state: ParserState, line: number): Statement {
  const { lexer, scopes } = state;
  const outerCount = scopes.open();
  lexer.next();
  const name = state.expectName();
  let statement: Statement;
  switch (lexer.token) {
    case Character.EQUALS:
      statement = parseNumericFor(state, name);
      break;
    case Character.COMMA:
    case Token.IN:
      statement = parseGenericFor(state, name);
      break;
    default:
      return lexer.fail("'=' or 'in' expected");
  }
  state.expectClosing(Token.END, Token.FOR, line);
  scopes.close(outerCount);
  return statement;
}

function parseNumericFor(state: ParserState, name: Name): Statement {
  const { scopes } = state;
  const local = scopes.create(name, LOOP_LOCALS);
  state.expect(Character.EQUALS);
  const start = parsePlaced(state);
  state.expect(Character.COMMA);
  const stop = parsePlaced(state);
  let step: Expression | null = null;
  if (state.accept(Character.COMMA)) step = parsePlaced(state);
  const { line, block } = parseLoopBody(state, [name], [local]);
  return { kind: 'numeric-for', line, local, start, stop, step, block };
}

function parsePlaced(state: ParserState): Expression {
  const { registers } = state.scopes.current;
  const value = parseExpression(state);
  state.place(value, registers);
  return value;
}

function parseGenericFor(state: ParserState, first: Name): Statement {
  const { lexer, scopes } = state;
  const names = [first];
  const locals = [scopes.create(first, LOOP_LOCALS)];
  while (state.accept(Character.COMMA)) {
    const name = state.expectName();
    locals.push(scopes.create(name, LOOP_LOCALS + names.length));
    names.push(name);
  }
  state.expect(Token.IN);
  const { line } = lexer;
  const values = parsePlacedList(state);
  const { block } = parseLoopBody(state, names, locals);
  return { kind: 'generic-for', line, locals, values, block };
}

/** Parses from `do` on; the line is that of `do`. */
function parseLoopBody(
  state: ParserState,
  names: readonly Name[],
  locals: readonly Local[],
): { line: number; block: Block } {
  const { lexer, scopes } = state;
  const scope = scopes.current;
  scopes.hide(LOOP_LOCALS);
  state.expect(Token.DO);
  const line = lexer.lastLine;
  for (let index = 0; index < names.length; index++) scopes.show(names[index], locals[index]);
  scope.loopDepth++;
  const block = parseBlock(state);
  scope.loopDepth--;
  return { line, block };
}

/** Parses `function a.b:c() ... end`. */
function parseFunctionStatement(state: ParserState, line: number): Statement {
  const { lexer } = state;
  const { registers } = state.scopes.current;
  lexer.next();
  const first = state.expectName();
  let name = first.text;
  let target: Target = state.access(first);
  let isMethod = false;
  while (!isMethod && (lexer.token === Character.DOT || lexer.token === Character.COLON)) {
    isMethod = lexer.token === Character.COLON;
    state.placeOperand(target, registers);
    lexer.next();
    const key = state.expectName().text;
    name += `.${key}`;
    target = state.index(target, { kind: 'string', line: lexer.lastLine, value: key });
  }
  const body = parseFunction(state, name, line, isMethod);
  store(target, line);
  return { kind: 'assign', line, targets: [target], values: [{ kind: 'function', line, body }] };
}

function parseLocalFunction(state: ParserState, line: number): Statement {
  const { lexer, scopes } = state;
  const name = state.expectName();
  const local = scopes.create(name, 0);
  scopes.show(name, local);
  const body = parseFunction(state, name.text, lexer.line, false);
  return { kind: 'local-function', line, local, body };
}

function parseLocal(state: ParserState, line: number): Statement {
  const { scopes } = state;
  const names: Name[] = [];
  const locals: Local[] = [];
  do {
    const name = state.expectName();
    locals.push(scopes.create(name, names.length));
    names.push(name);
  } while (state.accept(Character.COMMA));
  const values = state.accept(Character.EQUALS) ? parsePlacedList(state) : [];
  for (let index = 0; index < names.length; index++) scopes.show(names[index], locals[index]);
  return { kind: 'local', line, locals, values };
}

function parseReturn(state: ParserState, line: number): Statement {
  const { lexer } = state;
  lexer.next();
  const isEmpty = endsBlock(lexer.token) || lexer.token === Character.SEMICOLON;
  return { kind: 'return', line, values: isEmpty ? [] : parsePlacedList(state) };
}

function parseAssignmentOrCall(state: ParserState, line: number): Statement {
  const { lexer, scopes } = state;
  const first = parsePrimary(state);
  if (first.kind === 'call') return { kind: 'call', line, call: first };
  const targets = [asTarget(state, first)];
  while (state.accept(Character.COMMA)) {
    const node = parsePrimary(state);
    const limit = LEVELS_MAX - state.level;
    scopes.checkLimit(scopes.current, targets.length, limit, 'variables in assignment');
    targets.push(asTarget(state, node));
  }
  state.expect(Character.EQUALS);
  const values = parsePlacedList(state);
  if (targets.length > values.length) scopes.reserve(targets.length - values.length);
  for (const target of targets) store(target, lexer.lastLine);
  return { kind: 'assign', line, targets, values };
}

/** What can be assigned to is a variable or a field whose value was not needed yet. */
function asTarget(state: ParserState, node: Expression): Target {
  const target = state.undischarged;
  if (target === null || node !== target) state.lexer.fail('syntax error');
  state.undischarged = null;
  return target;
}

/** Lua makes the assignment after everything in the statement is read. */
function store(target: Mutable<Target>, line: number): void {
  target.line = line;
  if (target.kind === 'local') target.local.isAssigned = true;
}

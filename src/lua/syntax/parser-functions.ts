// Functions: parameters, body, and the old-style table `arg` that a vararg function has.
import type { FunctionBody, Local } from './ast.ts';
import { COMMA, LEFT_PARENTHESIS, RIGHT_PARENTHESIS } from './characters.ts';
import type { Name } from './lexer.ts';
import type { Mutable } from './scope.ts';
import type { ParserState } from './state.ts';
import * as Token from './tokens.ts';

/** Parses from the opening parenthesis to `end`. A method has a first parameter `self`. */
export function parseFunction(
  state: ParserState,
  name: string,
  line: number,
  isMethod: boolean,
): FunctionBody {
  const { lexer, scopes } = state;
  const parent = scopes.current;
  const body: Mutable<FunctionBody> = {
    parameters: [],
    isVararg: false,
    argLocal: null,
    block: [],
    line,
    endLine: line,
    name,
    parent: parent.body,
  };
  scopes.openFunction(body);
  state.expect(LEFT_PARENTHESIS);
  if (isMethod) {
    const self = lexer.nameOf('self');
    const local = scopes.create(self, 0);
    scopes.show(self, local);
    body.parameters.push(local);
  }
  parseParameters(state, body);
  state.expect(RIGHT_PARENTHESIS);
  const { argLocal } = body;
  const block = state.parseStatements(state);
  // Where `...` stands, the local is there, too, but nothing is put into it.
  if (argLocal !== body.argLocal) {
    block.unshift({ kind: 'local', line, locals: [argLocal as Local], values: [] });
  }
  body.block = block;
  body.endLine = lexer.line;
  state.expectClosing(Token.END, Token.FUNCTION, line);
  scopes.closeFunction(parent);
  return body;
}

function parseParameters(state: ParserState, body: Mutable<FunctionBody>): void {
  const { lexer, scopes } = state;
  const names: Name[] = [];
  const locals: Local[] = [];
  if (lexer.token !== RIGHT_PARENTHESIS) {
    do {
      if (lexer.token === Token.NAME) {
        const name = state.expectName();
        const local = scopes.create(name, names.length);
        names.push(name);
        locals.push(local);
        body.parameters.push(local);
      } else if (lexer.token === Token.DOTS) {
        lexer.next();
        const name = lexer.nameOf('arg');
        body.isVararg = true;
        body.argLocal = scopes.create(name, names.length);
        names.push(name);
        locals.push(body.argLocal);
      } else {
        lexer.fail("<name> or '...' expected");
      }
    } while (!body.isVararg && state.accept(COMMA));
  }
  for (let index = 0; index < names.length; index++) scopes.show(names[index], locals[index]);
}

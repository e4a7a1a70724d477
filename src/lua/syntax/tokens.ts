// Tokens by number: a symbol of one character is its code, the others come after all codes.
import type { BinaryOperator } from './ast.ts';
import * as Character from './characters.ts';

export const AND = 257;
export const BREAK = 258;
export const DO = 259;
export const ELSE = 260;
export const ELSEIF = 261;
export const END = 262;
export const FALSE = 263;
export const FOR = 264;
export const FUNCTION = 265;
export const IF = 266;
export const IN = 267;
export const LOCAL = 268;
export const NIL = 269;
export const NOT = 270;
export const OR = 271;
export const REPEAT = 272;
export const RETURN = 273;
export const THEN = 274;
export const TRUE = 275;
export const UNTIL = 276;
export const WHILE = 277;
export const CONCATENATE = 278;
export const DOTS = 279;
export const EQUAL = 280;
export const GREATER_EQUAL = 281;
export const LESS_EQUAL = 282;
export const NOT_EQUAL = 283;
export const NUMBER = 284;
export const NAME = 285;
export const STRING = 286;
export const END_OF_SOURCE = 287;

const WORDS =
  'and break do else elseif end false for function if in local nil not or repeat return then ' +
  'true until while .. ... == >= <= ~= <number> <name> <string> <eof>';
const TEXTS = WORDS.split(' ');

export const KEYWORDS: readonly string[] = TEXTS.slice(0, WHILE - AND + 1);

/** How errors call a token. */
export function tokenText(token: number): string {
  if (token >= AND) return TEXTS[token - AND];
  return Character.isControl(token) ? `char(${token})` : String.fromCharCode(token);
}

/** What a binary operator's left operand binds by: by token, 0 for what is none. */
export const LEFT_PRIORITIES = new Uint8Array(END_OF_SOURCE + 1);
export const RIGHT_PRIORITIES = new Uint8Array(END_OF_SOURCE + 1);
export const UNARY_PRIORITY = 8;
/** Binary operators by token. */
export const OPERATORS: BinaryOperator[] = [];

const operators: [token: number, operator: BinaryOperator, left: number, right: number][] = [
  [OR, 'or', 1, 1],
  [AND, 'and', 2, 2],
  [Character.LESS, '<', 3, 3],
  [Character.GREATER, '>', 3, 3],
  [LESS_EQUAL, '<=', 3, 3],
  [GREATER_EQUAL, '>=', 3, 3],
  [NOT_EQUAL, '~=', 3, 3],
  [EQUAL, '==', 3, 3],
  [CONCATENATE, '..', 5, 4],
  [Character.PLUS, '+', 6, 6],
  [Character.MINUS, '-', 6, 6],
  [Character.ASTERISK, '*', 7, 7],
  [Character.SLASH, '/', 7, 7],
  [Character.PERCENT, '%', 7, 7],
  [Character.CARET, '^', 10, 9],
];

for (const [token, operator, left, right] of operators) {
  LEFT_PRIORITIES[token] = left;
  RIGHT_PRIORITIES[token] = right;
  OPERATORS[token] = operator;
}

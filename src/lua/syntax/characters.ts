// Characters by their codes, and of what kind each is, as <ctype.h> says it in the C locale.

export const NUL = 0;
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const PERCENT = 37;
export const SINGLE_QUOTE = 39;
export const LEFT_PARENTHESIS = 40;
export const RIGHT_PARENTHESIS = 41;
export const ASTERISK = 42;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const ZERO = 48;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const LEFT_BRACKET = 91;
export const BACKSLASH = 92;
export const RIGHT_BRACKET = 93;
export const CARET = 94;
export const LEFT_BRACE = 123;
export const RIGHT_BRACE = 125;
export const TILDE = 126;
const DELETE = 127;

/** What begins with a character of the kind; with those of kind 0, symbols. */
export const SPACE_KIND = 1;
export const NEWLINE_KIND = 2;
export const DIGIT_KIND = 3;
/** Letters and the underscore. */
export const LETTER_KIND = 4;

/** The kind of each character. */
export const KINDS = kinds();

/** May it stand in a name, after the first character? */
export function isOfWord(code: number): boolean {
  return KINDS[code] >= DIGIT_KIND;
}

export function isDigit(code: number): boolean {
  return KINDS[code] === DIGIT_KIND;
}

export function isControl(code: number): boolean {
  return code < 32 || code === DELETE;
}

function kinds(): Uint8Array {
  const result = new Uint8Array(256);
  const set = (characters: string, kind: number): void => {
    for (let index = 0; index < characters.length; index++) {
      result[characters.charCodeAt(index)] = kind;
    }
  };
  set(' \t\v\f', SPACE_KIND);
  set('\n\r', NEWLINE_KIND);
  set('0123456789', DIGIT_KIND);
  set('ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz', LETTER_KIND);
  return result;
}

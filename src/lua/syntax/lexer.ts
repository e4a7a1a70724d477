// The lexer: cuts the source into tokens, one at a time, and counts lines as llex.c does, on
// which all lines in errors depend.
//
// `line` is where the lexer has come to: the end of the current token, or of the one after it if
// that was peeked at. `lastLine` is what `line` was when the token before the current one was
// left. The source may have any byte; Lua tests for some characters with strchr(), which also
// finds the NUL at the end of what it searches, so that a NUL passes for each of them.
import { LuaError } from '../errors.ts';
import { numberOfString } from '../numbers.ts';
import type { Work } from '../work.ts';
import type { Local } from './ast.ts';
import * as Character from './characters.ts';
import * as Token from './tokens.ts';

/** A word of the source, one object for all its occurrences, so that it is looked up once. */
export class Name {
  readonly text: string;
  /** NAME, or the keyword that it is. */
  readonly token: number;
  /** What it stands for where the parser is; null for a global. */
  local: Local | null = null;

  constructor(text: string, token: number) {
    this.text = text;
    this.token = token;
  }
}

const NO_NAME = new Name('', Token.NAME);
const keywords: [text: string, name: Name][] = Token.KEYWORDS.map((text, index) => [
  text,
  new Name(text, Token.AND + index),
]);

/** What letters after a backslash stand for. */
const ESCAPES = new Map(
  [...'abfnrtv'].map((letter, index) => [letter.charCodeAt(0), '\x07\b\f\n\r\t\v'[index]]),
);
const BYTE_MAX = 255;
const ESCAPE_DIGITS_MAX = 3;
/** Numerals of so many digits are integers that a double holds. */
const PLAIN_DIGITS_MAX = 15;
const NOTHING_PEEKED = -1;

export class Lexer {
  /** The current token, and what belongs to it. */
  token = NOTHING_PEEKED;
  name = NO_NAME;
  string = '';
  number = 0;
  line = 1;
  lastLine = 1;
  private readonly names = new Map(keywords);
  private readonly source: string;
  private readonly chunkName: string;
  private readonly work: Work;
  private start = 0;
  private position = 0;
  private peekedToken = NOTHING_PEEKED;
  private peekedName = NO_NAME;

  constructor(source: string, chunkName: string, work: Work) {
    this.source = source;
    this.chunkName = chunkName;
    this.work = work;
  }

  next(): void {
    this.lastLine = this.line;
    this.work.step();
    if (this.peekedToken === NOTHING_PEEKED) {
      this.token = this.scan();
      return;
    }
    this.token = this.peekedToken;
    this.name = this.peekedName;
    this.peekedToken = NOTHING_PEEKED;
  }

  /** The token after the current one, which must be a name. */
  peek(): number {
    const { name } = this;
    this.peekedToken = this.scan();
    this.peekedName = this.name;
    this.name = name;
    return this.peekedToken;
  }

  nameOf(text: string): Name {
    let name = this.names.get(text);
    if (name === undefined) {
      name = new Name(text, Token.NAME);
      this.names.set(text, name);
    }
    return name;
  }

  /** Throws an error of syntax at the current token. */
  fail(message: string): never {
    this.failAt(message, this.token);
  }

  /** Throws an error that no token is to blame for. */
  failAlone(message: string): never {
    throw new LuaError(`${this.chunkName}:${this.line}: ${message}`);
  }

  private failAt(message: string, token: number): never {
    // To Lua, token 0 is none; but it is also what a NUL in the source is.
    if (token === Character.NUL) this.failAlone(message);
    this.failNear(message, this.textOf(token));
  }

  private failNear(message: string, text: string): never {
    this.failAlone(`${message} near '${beforeNul(text)}'`);
  }

  private textOf(token: number): string {
    if (token === Token.NAME) return this.name.text;
    if (token === Token.NUMBER) return this.source.slice(this.start, this.position);
    if (token !== Token.STRING) return Token.tokenText(token);
    const { source, start, string } = this;
    if (source.charCodeAt(start) !== Character.LEFT_BRACKET) {
      return source[start] + string + source[start];
    }
    const opening = source.slice(start, this.skipLevel(start) + 1);
    return opening + string + opening.replaceAll('[', ']');
  }

  private scan(): number {
    const { source } = this;
    let { position } = this;
    while (position < source.length) {
      const code = source.charCodeAt(position);
      switch (Character.KINDS[code]) {
        case Character.LETTER_KIND:
          return this.scanName(position);
        case Character.SPACE_KIND:
          position++;
          continue;
        case Character.NEWLINE_KIND:
          position = this.skipNewline(position, code);
          continue;
        case Character.DIGIT_KIND:
          return this.scanNumeral(position);
      }
      if (code === Character.MINUS && this.codeAt(position + 1) === Character.MINUS) {
        position = this.skipComment(position + 2);
        continue;
      }
      this.start = position;
      return this.scanSymbol(position, code);
    }
    this.position = position;
    return Token.END_OF_SOURCE;
  }

  /** NaN at the end. */
  private codeAt(position: number): number {
    return this.source.charCodeAt(position);
  }

  /** Returns the position after a line's end: one of two different characters counts once. */
  private skipNewline(position: number, code: number): number {
    this.line++;
    const pair = Character.LINE_FEED + Character.CARRIAGE_RETURN - code;
    return this.codeAt(position + 1) === pair ? position + 2 : position + 1;
  }

  private skipComment(start: number): number {
    const { source } = this;
    if (this.codeAt(start) === Character.LEFT_BRACKET) {
      const levelEnd = this.skipLevel(start);
      if (this.codeAt(levelEnd) === Character.LEFT_BRACKET) {
        this.scanLong(levelEnd + 1, levelEnd - start - 1, 'comment');
        return this.position;
      }
    }
    let position = start;
    while (
      position < source.length &&
      Character.KINDS[source.charCodeAt(position)] !== Character.NEWLINE_KIND
    ) {
      position++;
    }
    return position;
  }

  private scanName(start: number): number {
    const { source } = this;
    let position = start + 1;
    while (position < source.length && Character.isOfWord(source.charCodeAt(position))) position++;
    this.position = position;
    this.name = this.nameOf(source.slice(start, position));
    return this.name.token;
  }

  private scanNumeral(start: number): number {
    let position = start;
    let value = 0;
    let code = this.codeAt(position);
    while (Character.isDigit(code)) {
      value = value * 10 + code - Character.ZERO;
      code = this.codeAt(++position);
    }
    const isPlain = code !== Character.DOT && code !== Character.NUL && !Character.isOfWord(code);
    if (!isPlain || position - start > PLAIN_DIGITS_MAX) return this.scanLongNumeral(start);
    this.start = start;
    this.position = position;
    this.number = value;
    return Token.NUMBER;
  }

  /** Takes what may belong to a numeral, right or wrong, and only then looks at it. */
  private scanLongNumeral(start: number): number {
    let position = start;
    let code = this.codeAt(position);
    while (Character.isDigit(code) || code === Character.DOT) code = this.codeAt(++position);
    if (isOneOf(code, 'Ee')) {
      code = this.codeAt(++position);
      if (isOneOf(code, '+-')) code = this.codeAt(++position);
    }
    while (Character.isOfWord(code)) code = this.codeAt(++position);
    this.start = start;
    this.position = position;
    const value = numberOfString(this.source.slice(start, position));
    if (value === undefined) this.failAt('malformed number', Token.NUMBER);
    this.number = value;
    return Token.NUMBER;
  }

  private scanSymbol(position: number, code: number): number {
    switch (code) {
      case Character.DOUBLE_QUOTE:
      case Character.SINGLE_QUOTE:
        return this.scanString(position, code);
      case Character.DOT:
        return this.scanDots(position);
      case Character.LEFT_BRACKET:
        return this.scanBracket(position);
      case Character.EQUALS:
        return this.scanComparison(position, code, Token.EQUAL);
      case Character.LESS:
        return this.scanComparison(position, code, Token.LESS_EQUAL);
      case Character.GREATER:
        return this.scanComparison(position, code, Token.GREATER_EQUAL);
      case Character.TILDE:
        return this.scanComparison(position, code, Token.NOT_EQUAL);
      default:
        this.position = position + 1;
        return code;
    }
  }

  private scanComparison(position: number, code: number, withEquals: number): number {
    const isLong = this.codeAt(position + 1) === Character.EQUALS;
    this.position = position + (isLong ? 2 : 1);
    return isLong ? withEquals : code;
  }

  private scanDots(position: number): number {
    const code = this.codeAt(position + 1);
    if (Character.isDigit(code)) return this.scanLongNumeral(position);
    if (!isOneOf(code, '.')) {
      this.position = position + 1;
      return Character.DOT;
    }
    const isDots = isOneOf(this.codeAt(position + 2), '.');
    this.position = position + (isDots ? 3 : 2);
    return isDots ? Token.DOTS : Token.CONCATENATE;
  }

  private scanBracket(position: number): number {
    const levelEnd = this.skipLevel(position);
    if (this.codeAt(levelEnd) === Character.LEFT_BRACKET) {
      this.string = this.scanLong(levelEnd + 1, levelEnd - position - 1, 'string');
      return Token.STRING;
    }
    if (levelEnd > position + 1) {
      const text = this.source.slice(position, levelEnd);
      this.failNear('invalid long string delimiter', text);
    }
    this.position = levelEnd;
    return Character.LEFT_BRACKET;
  }

  /** The position after a bracket and the equals signs that follow it. */
  private skipLevel(bracket: number): number {
    let position = bracket + 1;
    while (this.codeAt(position) === Character.EQUALS) position++;
    return position;
  }

  /** Reads from after the opening bracket to after the closing one. Line ends become '\n'. */
  private scanLong(start: number, level: number, what: string): string {
    const { source } = this;
    let value = '';
    let position = start;
    if (Character.KINDS[this.codeAt(start)] === Character.NEWLINE_KIND) {
      position = this.skipNewline(start, this.codeAt(start));
    }
    let pieceStart = position;
    while (position < source.length) {
      const code = source.charCodeAt(position);
      if (code === Character.RIGHT_BRACKET || code === Character.LEFT_BRACKET) {
        const levelEnd = this.skipLevel(position);
        if (this.codeAt(levelEnd) !== code || levelEnd - position - 1 !== level) {
          position = levelEnd;
        } else if (code === Character.RIGHT_BRACKET) {
          this.position = levelEnd + 1;
          return value + source.slice(pieceStart, position);
        } else {
          if (level === 0) this.failAt('nesting of [[...]] is deprecated', code);
          position = levelEnd + 1;
        }
      } else if (Character.KINDS[code] === Character.NEWLINE_KIND) {
        const lineEnd = this.skipNewline(position, code);
        if (lineEnd - position === 2 || code === Character.CARRIAGE_RETURN) {
          value += source.slice(pieceStart, position) + '\n';
          pieceStart = lineEnd;
        }
        position = lineEnd;
      } else {
        position++;
      }
    }
    this.failAt(`unfinished long ${what}`, Token.END_OF_SOURCE);
  }

  private scanString(start: number, quote: number): number {
    const { source } = this;
    let value = '';
    let position = start + 1;
    let pieceStart = position;
    while (position < source.length) {
      const code = source.charCodeAt(position);
      if (code === quote) {
        this.position = position + 1;
        const piece = source.slice(pieceStart, position);
        this.string = value === '' ? piece : value + piece;
        return Token.STRING;
      }
      if (code === Character.BACKSLASH) {
        value += source.slice(pieceStart, position);
        value += this.scanEscape(position + 1, source[start] + value);
        position = this.position;
        pieceStart = position;
      } else if (Character.KINDS[code] === Character.NEWLINE_KIND) {
        const text = source[start] + value + source.slice(pieceStart, position);
        this.failNear('unfinished string', text);
      } else {
        position++;
      }
    }
    this.failAt('unfinished string', Token.END_OF_SOURCE);
  }

  /** Reads what follows a backslash; `textBefore` is the string up to there, for an error. */
  private scanEscape(position: number, textBefore: string): string {
    const code = this.codeAt(position);
    if (Character.KINDS[code] === Character.NEWLINE_KIND) {
      this.position = this.skipNewline(position, code);
      return '\n';
    }
    if (!Character.isDigit(code)) {
      this.position = position + 1;
      return ESCAPES.get(code) ?? this.source.slice(position, position + 1);
    }
    let value = 0;
    let end = position;
    while (end < position + ESCAPE_DIGITS_MAX && Character.isDigit(this.codeAt(end))) {
      value = value * 10 + this.codeAt(end) - Character.ZERO;
      end++;
    }
    if (value > BYTE_MAX) this.failNear('escape sequence too large', textBefore);
    this.position = end;
    return String.fromCharCode(value);
  }
}

/** As C's strchr() tells it: NUL is one of any characters. */
function isOneOf(code: number, characters: string): boolean {
  return code === Character.NUL || characters.includes(String.fromCharCode(code));
}

/** What C makes of a string. */
function beforeNul(text: string): string {
  const offset = text.indexOf('\0');
  return offset === -1 ? text : text.slice(0, offset);
}

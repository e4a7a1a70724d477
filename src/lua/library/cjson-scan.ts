// Tokens of JSON that are rare: strings with escapes, and numbers that are not just some digits.
import type { Runtime } from '../runtime.ts';

/** Codes of characters that are collected: they go over the stack when they become a string. */
const CODES_MAX = 2048;
/** The most bytes that an escape becomes. */
const ESCAPE_SIZE_MAX = 4;
/** Codes that cost as much as one loop of a script. */
const CODES_PER_FUEL = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** Of \uXXXX. */
const UNIT_SIZE = 6;
const SURROGATE_MASK = 0xf800;
const SURROGATE = 0xd800;
const HALF_MASK = 0xfc00;
const HIGH_SURROGATE = 0xd800;
const LOW_SURROGATE = 0xdc00;

/** How numbers begin that strtod() reads and JSON does not have. */
const INVALID_NUMBER = /\+|-?(?:0[x0-9]|inf|nan)/iy;
/** What JavaScript does not have in a string of JSON, or understands as another character. */
const NOT_NATIVE = /[\x00-\x1f]|\\u/;

/** For the code behind a backslash the code that both are; 0 for none. */
const escapedCodes = new Uint8Array(256);
for (const [name, character] of ['""', '\\\\', '//', 'b\b', 't\t', 'n\n', 'f\f', 'r\r']) {
  escapedCodes[name.charCodeAt(0)] = character.charCodeAt(0);
}

const NO_DIGIT = 16;
const hexadecimalDigits = new Uint8Array(256).fill(NO_DIGIT);
for (const digit of '0123456789abcdefABCDEF') {
  hexadecimalDigits[digit.charCodeAt(0)] = Number.parseInt(digit, 16);
}

/** Strings collect here: nothing else runs until the codes are a string. */
const codes = Array.from({ length: CODES_MAX }, () => 0);

export function isInvalidNumber(text: string, position: number): boolean {
  INVALID_NUMBER.lastIndex = position;
  return INVALID_NUMBER.test(text);
}

/** Reads strings with escapes. */
export class EscapedStrings {
  /** Behind the last string's quote, or where the problem is. */
  end = 0;
  problem = '';
  private readonly runtime: Runtime;
  private count = 0;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** The string whose characters begin at `start`; undefined when there is a problem. */
  read(text: string, start: number): string | undefined {
    return this.readNatively(text, start) ?? this.readCodes(text, start);
  }

  /** Most such strings are strings of JSON for JavaScript, too, which is faster. */
  private readNatively(text: string, start: number): string | undefined {
    let end = text.indexOf('"', start);
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) return undefined;
    const literal = text.slice(start - 1, end + 1);
    if (NOT_NATIVE.test(literal)) return undefined;
    this.runtime.spend(Math.ceil(literal.length / CODES_PER_FUEL));
    this.runtime.charge(literal.length);
    try {
      const value = JSON.parse(literal) as string;
      this.end = end + 1;
      return value;
    } catch {
      return undefined;
    }
  }

  private readCodes(text: string, start: number): string | undefined {
    let done = '';
    this.count = 0;
    this.problem = '';
    this.end = start;
    while (this.problem === '') {
      if (this.count > CODES_MAX - ESCAPE_SIZE_MAX) done += this.take();
      const code = codeAt(text, this.end);
      if (code === BACKSLASH) {
        this.readEscape(text);
      } else if (code === QUOTE) {
        this.end++;
        return this.runtime.real(done + this.take());
      } else if (code === 0) {
        this.problem = 'unexpected end of string';
      } else {
        codes[this.count++] = code;
        this.end++;
      }
    }
    return undefined;
  }

  private readEscape(text: string): void {
    const code = codeAt(text, this.end + 1);
    if (code === LETTER_U) {
      this.readUnicode(text);
    } else if (escapedCodes[code] === 0) {
      this.problem = 'invalid escape code';
    } else {
      codes[this.count++] = escapedCodes[code];
      this.end += 2;
    }
  }

  /** \uXXXX, or two of them that are the halves of one character. */
  private readUnicode(text: string): void {
    const unit = unitAt(text, this.end);
    if (unit >= 0 && (unit & SURROGATE_MASK) !== SURROGATE) {
      this.addUtf8(unit);
      this.end += UNIT_SIZE;
      return;
    }
    const low = unitAt(text, this.end + UNIT_SIZE);
    if (!isHalf(unit, HIGH_SURROGATE) || !isHalf(low, LOW_SURROGATE)) {
      this.problem = 'invalid unicode escape code';
      return;
    }
    this.addUtf8(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
    this.end += 2 * UNIT_SIZE;
  }

  private addUtf8(point: number): void {
    if (point < 0x80) {
      codes[this.count++] = point;
      return;
    }
    if (point < 0x800) {
      codes[this.count++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        codes[this.count++] = 0xe0 | (point >> 12);
      } else {
        codes[this.count++] = 0xf0 | (point >> 18);
        codes[this.count++] = 0x80 | ((point >> 12) & 0x3f);
      }
      codes[this.count++] = 0x80 | ((point >> 6) & 0x3f);
    }
    codes[this.count++] = 0x80 | (point & 0x3f);
  }

  /** What was collected, as a string. */
  private take(): string {
    const { count } = this;
    const text = String.fromCharCode.apply(null, codes.slice(0, count));
    this.count = 0;
    this.runtime.charge(count);
    this.runtime.spend(Math.ceil(count / CODES_PER_FUEL));
    return text;
  }
}

/** What \uXXXX at `position` stands for; -1 when that is not there. */
function unitAt(text: string, position: number): number {
  if (codeAt(text, position) !== BACKSLASH || codeAt(text, position + 1) !== LETTER_U) return -1;
  let unit = 0;
  for (let i = position + 2; i < position + UNIT_SIZE; i++) {
    const digit = hexadecimalDigits[codeAt(text, i)];
    if (digit === NO_DIGIT) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

function isHalf(unit: number, kind: number): boolean {
  return unit >= 0 && (unit & HALF_MASK) === kind;
}

/** Is there an odd number of backslashes before a position? */
function isEscaped(text: string, position: number): boolean {
  let start = position;
  while (text.charCodeAt(start - 1) === BACKSLASH) start--;
  return (position - start) % 2 === 1;
}

/** The code at a position; 0 behind the end. */
function codeAt(text: string, position: number): number {
  return position < text.length ? text.charCodeAt(position) : 0;
}

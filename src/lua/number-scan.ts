// Where a number ends in a text, as C's strtod() finds it: one pass, however long and however wrong
// the text is. All who read numbers read them by this.

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const PARENTHESIS = 0x28;
const PARENTHESIS_END = 0x29;
const UNDERSCORE = 0x5f;
const LETTER_A = 0x61;
const LETTER_E = 0x65;
const LETTER_F = 0x66;
const LETTER_P = 0x70;
const LETTER_X = 0x78;
const LETTER_Z = 0x7a;
/** The bit that makes a letter a small one. */
const LOWER_CASE = 0x20;

/** The end of the number that begins at `start`, not with a blank; `start` if there is none. */
export function numberEnd(text: string, start: number): number {
  const code = text.charCodeAt(start);
  const from = code === PLUS || code === MINUS ? start + 1 : start;
  if (isHexadecimal(text, from)) {
    const end = hexadecimalEnd(text, from + 2);
    if (end > from + 2) return exponentEnd(text, end, LETTER_P);
  }
  let end = digitsEnd(text, from);
  let digitCount = end - from;
  if (text.charCodeAt(end) === POINT) {
    const pointEnd = end + 1;
    const fractionEnd = digitsEnd(text, pointEnd);
    digitCount += fractionEnd - pointEnd;
    if (digitCount > 0) end = fractionEnd;
  }
  if (digitCount > 0) return exponentEnd(text, end, LETTER_E);
  const wordEnd = specialEnd(text, from);
  return wordEnd > from ? wordEnd : start;
}

/** Does it begin as a hexadecimal number does? */
export function isHexadecimal(text: string, start: number): boolean {
  return text.charCodeAt(start) === ZERO && lowerAt(text, start + 1) === LETTER_X;
}

/** Goes over what C's isspace() knows. */
export function blanksEnd(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code !== 0x20 && (code < 0x09 || code > 0x0d)) break;
  }
  return end;
}

/** The value of a digit or letter, up to 35; 36 of others. */
export function digitAt(text: string, position: number): number {
  const code = text.charCodeAt(position);
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code | LOWER_CASE;
  return letter >= LETTER_A && letter <= LETTER_Z ? letter - LETTER_A + 10 : 36;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** The end of digits with a point within, before or behind; `start` if there is no digit. */
function hexadecimalEnd(text: string, start: number): number {
  let end = start;
  while (isHexadecimalDigit(text.charCodeAt(end))) end++;
  if (text.charCodeAt(end) !== POINT) return end;
  let fractionEnd = end + 1;
  while (isHexadecimalDigit(text.charCodeAt(fractionEnd))) fractionEnd++;
  return end > start || fractionEnd > end + 1 ? fractionEnd : start;
}

function exponentEnd(text: string, start: number, letter: number): number {
  if (lowerAt(text, start) !== letter) return start;
  const code = text.charCodeAt(start + 1);
  const from = code === PLUS || code === MINUS ? start + 2 : start + 1;
  const end = digitsEnd(text, from);
  return end > from ? end : start;
}

/** The end of a name of infinity, or of what is not a number. */
function specialEnd(text: string, start: number): number {
  const word = text.slice(start, start + 8).toLowerCase();
  if (word === 'infinity') return start + 8;
  if (word.startsWith('inf')) return start + 3;
  if (!word.startsWith('nan')) return start;
  let end = start + 3;
  if (text.charCodeAt(end) !== PARENTHESIS) return end;
  do end++;
  while (isWordCharacter(text.charCodeAt(end)));
  return text.charCodeAt(end) === PARENTHESIS_END ? end + 1 : start + 3;
}

function lowerAt(text: string, position: number): number {
  return text.charCodeAt(position) | LOWER_CASE;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isHexadecimalDigit(code: number): boolean {
  const letter = code | LOWER_CASE;
  return isDigit(code) || (letter >= LETTER_A && letter <= LETTER_F);
}

function isWordCharacter(code: number): boolean {
  const letter = code | LOWER_CASE;
  return isDigit(code) || (letter >= LETTER_A && letter <= LETTER_Z) || code === UNDERSCORE;
}

// The value of a numeral, as C's strtod() reads it: decimal, or hexadecimal with an exponent of
// two. The lexer has seen to it that it begins with a digit or a dot and has neither spaces nor
// signs but that of an exponent.
import { isDigit, ZERO } from './characters.ts';

const LOWER_CASE = 32;
const LETTER_B = 98;
const LETTER_O = 111;
const LETTER_X = 120;

/** Undefined when it is malformed. */
export function numberOfNumeral(text: string): number | undefined {
  if (text.charCodeAt(0) === ZERO) {
    const second = text.charCodeAt(1) | LOWER_CASE;
    if (second === LETTER_X) return hexadecimal(text);
    // JavaScript alone has numbers in base 2 and 8.
    if (second === LETTER_B || second === LETTER_O) return undefined;
  }
  return numberOrNothing(text);
}

function hexadecimal(text: string): number | undefined {
  const exponentOffset = text.search(/p/i);
  if (exponentOffset === -1) return numberOrNothing(text);
  const mantissa = numberOrNothing(text.slice(0, exponentOffset));
  const exponent = text.slice(exponentOffset + 1);
  if (mantissa === undefined || exponent === '') return undefined;
  for (let index = 0; index < exponent.length; index++) {
    if (!isDigit(exponent.charCodeAt(index))) return undefined;
  }
  return mantissa === 0 ? 0 : mantissa * 2 ** Number(exponent);
}

function numberOrNothing(text: string): number | undefined {
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

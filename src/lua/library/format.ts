// string.format(): C's printf(), as far as Lua 5.1 lets it through.
import { fail, failArgument } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import { exponentialFormat, fixedFormat, generalFormat } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../value.ts';
import { checkNumber, checkString, integerOf } from './arguments.ts';
import { Kept } from './kept.ts';
import { TextBuilder } from './text-builder.ts';

/** Lua takes longer strings as they are, if there is no precision: C would see a zero byte. */
const LONG_STRING_SIZE = 100;
const FLAGS = '-+ #0';
const OPTIONS = 'cdiouxXeEfgGqs';
const DEFAULT_PRECISION = 6;
/** Integers below this one are exact, and JavaScript writes them in any base. */
const EXACT_MAX = 2 ** 53;
/** What %q writes of a byte, where it is not the byte. */
const ESCAPES: string[] = Array(256).fill('');
ESCAPES[0] = '\\000';
ESCAPES[10] = '\\\n';
ESCAPES[13] = '\\r';
ESCAPES[34] = '\\"';
ESCAPES[92] = '\\\\';
const QUOTE = 34;
const DIGIT = /^[0-9]$/;

/** What stands for one argument: `%-5.2f`. */
interface Directive {
  /** The conversion in lower case, `d` for `i`; or '' where `message` is an error. */
  readonly letter: string;
  readonly message: string;
  readonly isUpper: boolean;
  readonly isLeft: boolean;
  readonly isZeroFilled: boolean;
  readonly isAlternate: boolean;
  /** What goes before a signed number that is not negative. */
  readonly plus: string;
  readonly width: number;
  /** -1 if there is none. */
  readonly precision: number;
  /** Is it just `%` and a letter? */
  readonly isBare: boolean;
}

/** Text, then directives with the text that follows each. */
interface Format {
  readonly start: string;
  readonly directives: readonly Directive[];
  readonly texts: readonly string[];
}

export function formatFunction(runtime: Runtime): LuaFunction {
  const formats = new Kept(runtime, (text) => readFormat(runtime, text));
  const quote = quoteFunction(runtime);
  return function lua_format(value: LuaValue): LuaResult {
    const count = arguments.length;
    const text = checkString(value, 1, 'format', count);
    const { start, directives, texts } = formats.get(text);
    let result = start;
    for (let i = 0; i < directives.length; i++) {
      const index = i + 2;
      if (index > count) failArgument(index, 'format', 'no value');
      result += formatItem(quote, directives[i], arguments[i + 1], index) + texts[i];
    }
    runtime.chargeString(result.length);
    return runtime.real(result);
  };
}

function formatItem(quote: Quote, directive: Directive, value: LuaValue, index: number): string {
  switch (directive.letter) {
    case 's':
      return stringItem(directive, checkString(value, index, 'format', index));
    case 'q':
      return quote(checkString(value, index, 'format', index));
    case '':
      return fail(directive.message);
  }
  const number = checkNumber(value, index, 'format', index);
  switch (directive.letter) {
    case 'd':
      return integerItem(directive, number);
    case 'c':
      return characterItem(directive, number);
    case 'e':
    case 'f':
    case 'g':
      return floatItem(directive, number);
    default:
      return unsignedItem(directive, number);
  }
}

function stringItem(directive: Directive, text: string): string {
  const { precision } = directive;
  if (precision < 0 && text.length >= LONG_STRING_SIZE) return text;
  const item = untilZero(precision < 0 ? text : text.slice(0, precision));
  return directive.isBare ? item : padded(directive, '', item, false);
}

function characterItem(directive: Directive, number: number): string {
  const whole = Math.trunc(number);
  // What is no int on x86-64 becomes the least one.
  const code = whole >= -(2 ** 31) && whole < 2 ** 31 ? whole & 255 : 0;
  return untilZero(padded(directive, '', String.fromCharCode(code), false));
}

function integerItem(directive: Directive, number: number): string {
  const isExact = number < EXACT_MAX && number > -EXACT_MAX;
  if (isExact && directive.isBare) return String(Math.trunc(number));
  const whole = isExact ? Math.trunc(number) : integerOf(number);
  const size = Math.abs(whole);
  // toFixed() writes all digits below 10^21.
  const digits = isExact ? String(size) : size.toFixed(0);
  return integerDigits(directive, whole < 0 ? '-' : directive.plus, digits);
}

function unsignedItem(directive: Directive, number: number): string {
  const { letter, isAlternate } = directive;
  const base = letter === 'x' ? 16 : letter === 'o' ? 8 : 10;
  const isExact = number > -1 && number < EXACT_MAX;
  const digits = (isExact ? Math.trunc(number) : unsigned(number)).toString(base);
  const hasPrefix = isAlternate && letter === 'x' && digits !== '0';
  const item = integerDigits(directive, hasPrefix ? '0x' : '', digits);
  return directive.isUpper ? item.toUpperCase() : item;
}

/** A C cast of a double to an unsigned 64-bit integer, as x86-64 does it. */
function unsigned(number: number): bigint {
  if (number < 2 ** 63 || Number.isNaN(number))
    return BigInt.asUintN(64, BigInt(integerOf(number)));
  return number < 2 ** 64 ? BigInt(number) : 0n;
}

function integerDigits(directive: Directive, sign: string, digits: string): string {
  const { precision } = directive;
  let text = precision === 0 && digits === '0' ? '' : digits;
  if (text.length < precision) text = text.padStart(precision, '0');
  if (directive.letter === 'o' && directive.isAlternate && text[0] !== '0') text = `0${text}`;
  return padded(directive, sign, text, precision < 0);
}

function floatItem(directive: Directive, number: number): string {
  const { letter, isAlternate } = directive;
  const precision = directive.precision < 0 ? DEFAULT_PRECISION : directive.precision;
  const text =
    letter === 'f'
      ? fixedFormat(number, precision, isAlternate)
      : letter === 'e'
        ? exponentialFormat(number, precision, isAlternate)
        : generalFormat(number, precision, isAlternate);
  const isNegative = text[0] === '-';
  const sign = isNegative ? '-' : directive.plus;
  const item = padded(directive, sign, isNegative ? text.slice(1) : text, Number.isFinite(number));
  return directive.isUpper ? item.toUpperCase() : item;
}

/** Writes a string as Lua's parser would read it. */
type Quote = (text: string) => string;

function quoteFunction(runtime: Runtime): Quote {
  // Null while it is in use: an error may leave something in it.
  let freeBuilder: TextBuilder | null = null;
  return (text) => {
    const builder = freeBuilder ?? new TextBuilder(runtime);
    freeBuilder = null;
    builder.addByte(QUOTE);
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const escaped = ESCAPES[text.charCodeAt(i)];
      if (escaped === '') continue;
      builder.add(text, from, i);
      builder.add(escaped, 0, escaped.length);
      from = i + 1;
    }
    builder.add(text, from, text.length);
    builder.addByte(QUOTE);
    const quoted = builder.take();
    freeBuilder = builder;
    return quoted;
  };
}

function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function padded(directive: Directive, sign: string, digits: string, mayZeroFill: boolean): string {
  const { width } = directive;
  if (width <= sign.length + digits.length) return sign + digits;
  if (directive.isLeft) return (sign + digits).padEnd(width);
  if (directive.isZeroFilled && mayZeroFill) {
    return sign + digits.padStart(width - sign.length, '0');
  }
  return (sign + digits).padStart(width);
}

function readFormat(runtime: Runtime, text: string): Format {
  const literals = [''];
  const directives: Directive[] = [];
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    runtime.spend(1);
    // There cannot be an argument for it.
    if (directives.length > LIBRARY_SLOTS_MAX) break;
    literals[literals.length - 1] += text.slice(from, at);
    if (text[at + 1] === '%') {
      literals[literals.length - 1] += '%';
      from = at + 2;
    } else {
      from = readDirective(text, at + 1, directives);
      literals.push('');
    }
  }
  literals[literals.length - 1] += text.slice(from);
  return { start: literals[0], directives, texts: literals.slice(1) };
}

/** Reads the directive whose `%` is before `start`; returns where it ends. */
function readDirective(text: string, start: number, directives: Directive[]): number {
  let at = start;
  while (at < text.length && FLAGS.includes(text[at])) at++;
  const flags = text.slice(start, at);
  const widthEnd = digitsEnd(text, at);
  const width = Number(text.slice(at, widthEnd));
  at = widthEnd;
  let precision = -1;
  if (text[at] === '.') {
    const precisionEnd = digitsEnd(text, at + 1);
    precision = Number(text.slice(at + 1, precisionEnd));
    at = precisionEnd;
  }
  const option = text[at] ?? '';
  let message = '';
  if (flags.length > FLAGS.length) message = 'invalid format (repeated flags)';
  else if (DIGIT.test(option)) message = 'invalid format (width or precision too long)';
  else if (option === '' || !OPTIONS.includes(option)) {
    message = `invalid option '%${option === '\0' ? '' : option}' to 'format'`;
  }
  const letter = option === 'i' ? 'd' : option.toLowerCase();
  directives.push({
    letter: message === '' ? letter : '',
    message,
    isUpper: option !== option.toLowerCase(),
    isLeft: flags.includes('-'),
    isZeroFilled: flags.includes('0'),
    isAlternate: flags.includes('#'),
    plus: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
    width,
    precision,
    isBare: at === start,
  });
  return at + 1;
}

/** The end of at most two digits. */
function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < start + 2 && DIGIT.test(text[end] ?? '')) end++;
  return end;
}

// What a library says of itself in its first line: `#!lua name=mylib`.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { splitArgs } from '../../domain/bytes/split-args.ts';

const HASH = 35;
const EXCLAMATION = 33;
const LF = 10;
const NUL = 0;
const MARK_SIZE = 2;
const NAME = 'name=';
/** Shorter than what Request.text() cuts words to. */
const VALID_NAME = /^[a-zA-Z0-9_]{1,4095}$/;
/** The only language, in any case. */
const ENGINE = 'lua';

export interface LibraryHead {
  readonly name: string;
  /** Where the source begins, with the end of the first line. */
  readonly sourceStart: number;
}

/** The head of a library; a text says what is wrong with it. */
export function headOf(code: Uint8Array): LibraryHead | string {
  if (code[0] !== HASH || code[1] !== EXCLAMATION) return 'Missing library metadata';
  const lineEnd = code.indexOf(LF);
  if (lineEnd < 0 || code.subarray(0, lineEnd).includes(NUL)) return INVALID;
  const words = splitArgs(code, 0, lineEnd);
  if (words === null) return INVALID;
  const [mark, ...values] = words.map((word) => latin1Text(word, 0, word.length));
  let name: string | null = null;
  for (const value of values) {
    if (!value.toLowerCase().startsWith(NAME)) return `Invalid metadata value given: ${value}`;
    if (name !== null) return 'Invalid metadata value, name argument was given multiple times';
    name = value.slice(NAME.length);
  }
  if (name === null) return 'Library name was not given';
  if (!isValidName(name)) return BAD_NAME;
  const engine = mark.slice(MARK_SIZE);
  if (engine.toLowerCase() !== ENGINE) return `Engine '${engine}' not found`;
  return { name, sourceStart: lineEnd };
}

/** Of a library, or of a function. */
export function isValidName(name: string): boolean {
  return VALID_NAME.test(name);
}

const INVALID = 'Invalid library metadata';
/** Redis says this of functions, too. */
export const BAD_NAME =
  'Library names can only contain letters, numbers, or underscores(_) and must be at least one ' +
  'character long';

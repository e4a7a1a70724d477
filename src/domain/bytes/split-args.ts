// Words with quotes, as inline commands, configuration files and MONITOR write them. splitArgs
// reads a line into words; quoteBytes writes one word so that splitArgs reads it back.

import { isSpace, latin1Bytes, latin1Text } from './ascii.ts';

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const BACKSLASH = 0x5c;

/** Letters that stand for a control character behind a backslash, and that character. */
const escapes: readonly [letter: string, byte: number][] = [
  ['a', 0x07],
  ['b', 0x08],
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
];

const escapedByLetter = new Map(escapes.map(([letter, byte]) => [letter.charCodeAt(0), byte]));

/** No byte takes more in quotes. */
const QUOTED_BYTE_SIZE_MAX = 4;

/** What writeQuoted writes for each byte, and how many bytes that is. */
const { bytes: quotedBytes, sizes: quotedSizes } = makeQuoted();

/**
 * The words of a line, or null when a quote is not closed or is followed by something other than a
 * blank. "Double quotes" know \n \r \t \b \a \xHH and \anything-else for itself; 'single quotes'
 * know \' alone. As the line is a C string to Redis, a NUL ends it.
 */
export function splitArgs(line: Uint8Array, start: number, end: number): Uint8Array[] | null {
  const nul = line.subarray(start, end).indexOf(0);
  const stop = nul < 0 ? end : start + nul;
  const words: Uint8Array[] = [];
  const word = new Uint8Array(stop - start);
  let at = start;
  for (;;) {
    while (at < stop && isSpace(line[at])) at++;
    if (at === stop) return words;
    let size = 0;
    let quote = 0;
    for (; at < stop; at++) {
      const byte = line[at];
      if (quote === 0) {
        if (endsWord(byte)) break;
        if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) quote = byte;
        else word[size++] = byte;
      } else if (byte === quote) {
        quote = 0;
        at++;
        if (at < stop && !isSpace(line[at])) return null;
        break;
      } else if (byte === BACKSLASH && at + 1 < stop) {
        const escaped = readEscape(line, at, stop, quote);
        word[size++] = escaped & 0xff;
        at += escaped >> 8;
      } else {
        word[size++] = byte;
      }
    }
    if (quote !== 0) return null;
    words.push(word.slice(0, size));
  }
}

/** How many bytes writeQuoted() writes. */
export function quotedSize(bytes: Uint8Array, start: number, end: number): number {
  let size = 2;
  for (let i = start; i < end; i++) size += quotedSizes[bytes[i]];
  return size;
}

/**
 * Writes the bytes in double quotes, all but printable ASCII escaped, to target[at...]; returns the
 * place behind.
 */
export function writeQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  target[at++] = DOUBLE_QUOTE;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    const size = quotedSizes[byte];
    if (size === 1) {
      target[at++] = byte;
      continue;
    }
    const place = byte * QUOTED_BYTE_SIZE_MAX;
    target[at++] = BACKSLASH;
    target[at++] = quotedBytes[place + 1];
    if (size === 2) continue;
    target[at++] = quotedBytes[place + 2];
    target[at++] = quotedBytes[place + 3];
  }
  target[at++] = DOUBLE_QUOTE;
  return at;
}

/** The bytes in double quotes as a latin1 string: for few of them. */
export function quoteBytes(bytes: Uint8Array, start: number, end: number): string {
  const quoted = new Uint8Array(quotedSize(bytes, start, end));
  return latin1Text(quoted, 0, writeQuoted(bytes, start, end, quoted, 0));
}

/** Outside quotes fewer bytes end a word than are skipped between words: \v and \f do not. */
function endsWord(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * What the backslash at `at`, which something follows, stands for inside the given quote: the byte
 * in the low eight bits, above them the number of bytes that the escape has beyond the backslash.
 */
function readEscape(line: Uint8Array, at: number, stop: number, quote: number): number {
  const letter = line[at + 1];
  if (quote === SINGLE_QUOTE) return letter === SINGLE_QUOTE ? (1 << 8) | letter : BACKSLASH;
  if (letter === 0x78 && at + 3 < stop) {
    const high = hexDigit(line[at + 2]);
    const low = hexDigit(line[at + 3]);
    if (high >= 0 && low >= 0) return (3 << 8) | (high << 4) | low;
  }
  return (1 << 8) | (escapedByLetter.get(letter) ?? letter);
}

/** The value of a hexadecimal digit, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function makeQuoted(): { bytes: Uint8Array; sizes: Uint8Array } {
  const texts: string[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (byte === DOUBLE_QUOTE || byte === BACKSLASH) texts.push('\\' + String.fromCharCode(byte));
    else if (byte >= 0x20 && byte < 0x7f) texts.push(String.fromCharCode(byte));
    else texts.push('\\x' + byte.toString(16).padStart(2, '0'));
  }
  for (const [letter, byte] of escapes) texts[byte] = '\\' + letter;
  const bytes = new Uint8Array(256 * QUOTED_BYTE_SIZE_MAX);
  for (let byte = 0; byte < 256; byte++) {
    bytes.set(latin1Bytes(texts[byte]), byte * QUOTED_BYTE_SIZE_MAX);
  }
  return { bytes, sizes: Uint8Array.from(texts, (text) => text.length) };
}

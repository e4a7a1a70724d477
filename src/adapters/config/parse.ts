// The lines of a redis.conf, split into words. Texts are latin1: one character per byte.
import { latin1Bytes, latin1Text } from '../../domain/bytes/ascii.ts';
import { splitArgs } from '../../domain/bytes/split-args.ts';

/** A line that says something: neither blank nor a comment. */
export interface ConfigLine {
  /** Counted from 1. */
  readonly number: number;
  /** The line as it stands in the file, without blanks at its ends. */
  readonly text: string;
  /** The first one, the directive, is in lower case. Null when a quote is not closed. */
  readonly words: readonly string[] | null;
}

/** The lines of a text that say something; the first line of the text has this number. */
export function parseConfig(text: string, firstNumber = 1): ConfigLine[] {
  const lines: ConfigLine[] = [];
  const texts = splitLines(text);
  for (let index = 0; index < texts.length; index++) {
    const line = trimLine(texts[index]);
    if (line === '' || line.startsWith('#')) continue;
    const words = splitWords(line);
    if (words !== null) {
      if (words.length === 0) continue;
      words[0] = words[0].toLowerCase();
    }
    lines.push({ number: firstNumber + index, text: line, words });
  }
  return lines;
}

/** The words of a line with quotes; null when one is not closed. */
export function splitWords(line: string): string[] | null {
  const words = splitArgs(latin1Bytes(line), 0, line.length);
  return words === null ? null : words.map((word) => latin1Text(word, 0, word.length));
}

/** All lines of a text. A line end at the end starts one more, empty line; no text has none. */
export function splitLines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** A line without the blanks that Redis drops at both of its ends. */
export function trimLine(line: string): string {
  return line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

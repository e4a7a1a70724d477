// The quoted dialect: words with quotes, as inline commands of Redis have them, a TTL as the third
// argument of SET, and replies of exactly one line each, values in double quotes. See
// docs/dialects.md.
import { equalsIgnoreCase, latin1Bytes } from '../../domain/bytes/ascii.ts';
import { splitArgs } from '../../domain/bytes/split-args.ts';
import type { ReplyReader } from '../../engine/reply-reader.ts';
import { Request } from '../../engine/request.ts';
import { type Dialect, errorLine, type ReplyWriter } from '../text/dialect.ts';
import type { TextWriter } from '../text/text-writer.ts';

export const QUOTED: Dialect = { parse, write };

/** Where the TTL stands in `SET key value 60`. */
const TTL = 3;
const EX = latin1Bytes('EX');
const DEL = latin1Bytes('DEL');
const NUL = 0;
const LF = 10;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;

function parse(
  buffer: Uint8Array,
  start: number,
  end: number,
  request: Request,
): ReplyWriter | string | null {
  if (buffer.subarray(start, end).includes(NUL)) return RAW_NUL;
  const words = splitArgs(buffer, start, end);
  if (words === null) return UNBALANCED_QUOTES;
  if (words.length === 0) return null;
  const isDelete = isWord(words[0], 'delete');
  if (isDelete) words[0] = DEL;
  if (isWord(words[0], 'set') && words.length > TTL && isNumeric(words[TTL])) {
    words.splice(TTL, 0, EX);
  }
  const { buffer: copy, starts, ends, count } = Request.of(words);
  request.begin(start);
  request.buffer = copy;
  for (let i = 0; i < count; i++) request.push(starts[i], ends[i]);
  return isDelete ? writeDeleted : write;
}

function isWord(word: Uint8Array, lowerCase: string): boolean {
  return equalsIgnoreCase(word, 0, word.length, lowerCase);
}

/** Does the word begin like a number? No option of SET does. */
function isNumeric(word: Uint8Array): boolean {
  const first = word[0];
  return first === PLUS || first === MINUS || (first >= 48 && first <= 57);
}

function write(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  writeLine(reply, text);
}

/** DELETE is asked whether there was anything, not how much. */
function writeDeleted(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  if (reply.kind !== 'integer') return writeLine(reply, text);
  text.line(reply.text === '0' ? '(nil)' : 'OK');
}

function writeLine(reply: ReplyReader, text: TextWriter): void {
  if (reply.kind === 'error') return text.line(errorLine(reply.text));
  writeItem(reply, text);
  text.byte(LF);
}

/** The item that the reader is at, and the items in it: `["a" (nil) 5]`. */
function writeItem(reply: ReplyReader, text: TextWriter): void {
  if (reply.kind === 'nil') return text.text('(nil)');
  if (reply.kind === 'bulk') return text.quoted(reply.bytes, reply.start, reply.end);
  if (reply.kind === 'error') return writeInnerError(reply, text);
  if (reply.isAggregate) return writeArray(reply, text);
  text.bytes(reply.bytes, reply.start, reply.end);
}

function writeArray(reply: ReplyReader, text: TextWriter): void {
  const { count } = reply;
  text.text('[');
  for (let i = 0; i < count && !reply.isDone; i++) {
    if (i > 0) text.byte(SPACE);
    reply.next();
    writeItem(reply, text);
  }
  text.text(']');
}

/** Within an array an error must show where it ends. */
function writeInnerError(reply: ReplyReader, text: TextWriter): void {
  const line = latin1Bytes(errorLine(reply.text));
  text.text('(error ');
  text.quoted(line, 0, line.length);
  text.text(')');
}

const UNBALANCED_QUOTES = 'ERR unbalanced quotes in request';
const RAW_NUL = 'ERR a NUL byte is written as "\\x00"';

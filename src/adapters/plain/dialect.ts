// The plain dialect, for netcat: words between blanks without any quoting, and replies as bare
// lines. See docs/dialects.md.
//
// Where a command ends with a value, the value is the rest of the line, byte for byte.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { ReplyReader } from '../../engine/reply-reader.ts';
import type { Request } from '../../engine/request.ts';
import { type Dialect, errorLine, type ReplyWriter } from '../text/dialect.ts';
import type { TextWriter } from '../text/text-writer.ts';

export const PLAIN: Dialect = { parse, write };

/** What is special about a command in this dialect. */
interface Verb {
  /** The argument that is the rest of the line; 0 for none. */
  readonly value: number;
  readonly write: ReplyWriter;
}

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['append', { value: 2, write }],
  ['echo', { value: 1, write }],
  ['expire', { value: 0, write: writeDone }],
  ['getset', { value: 2, write }],
  ['info', { value: 0, write: writeInfo }],
  ['keys', { value: 0, write: writeKeys }],
  ['persist', { value: 0, write: writeDone }],
  ['psetex', { value: 3, write }],
  ['set', { value: 2, write }],
  ['setex', { value: 3, write }],
  ['setnx', { value: 2, write }],
  ['setrange', { value: 3, write }],
]);
const VERB_SIZE_MAX = 8;
const ORDINARY: Verb = { value: 0, write };

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;

function parse(
  buffer: Uint8Array,
  start: number,
  end: number,
  request: Request,
): ReplyWriter | null {
  let at = skipBlanks(buffer, start, end);
  if (at === end) return null;
  request.begin(start);
  request.buffer = buffer;
  let verb = ORDINARY;
  while (at < end) {
    const wordEnd = endOfWord(buffer, at, end);
    request.push(at, wordEnd);
    if (request.count === 1) verb = verbOf(buffer, at, wordEnd);
    if (request.count === verb.value && wordEnd < end) {
      // One blank is the separator; those that follow belong to the value.
      request.push(wordEnd + 1, end);
      break;
    }
    at = skipBlanks(buffer, wordEnd, end);
  }
  return verb.write;
}

function verbOf(buffer: Uint8Array, start: number, end: number): Verb {
  if (end - start > VERB_SIZE_MAX) return ORDINARY;
  return VERBS.get(latin1Text(buffer, start, end).toLowerCase()) ?? ORDINARY;
}

function write(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  writeItem(reply, text);
}

/** 1 is success. */
function writeDone(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  if (reply.kind === 'integer' && reply.text === '1') text.line('OK');
  else writeItem(reply, text);
}

/** All on one line. */
function writeKeys(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  if (!reply.isAggregate) return writeItem(reply, text);
  const { count } = reply;
  for (let i = 0; i < count && !reply.isDone; i++) {
    reply.next();
    if (i > 0) text.byte(SPACE);
    text.bytes(reply.bytes, reply.start, reply.end);
  }
  text.byte(LF);
}

/** Lines end in LF alone, and a last one says that it is the last: INFO's text has empty lines. */
function writeInfo(reply: ReplyReader, text: TextWriter): void {
  reply.next();
  if (reply.kind !== 'bulk') return writeItem(reply, text);
  const { bytes, start, end } = reply;
  for (let i = start; i < end; i++) if (bytes[i] !== CR) text.byte(bytes[i]);
  text.line('END');
}

/** The item that the reader is at, and the items in it. */
function writeItem(reply: ReplyReader, text: TextWriter): void {
  if (reply.kind === 'nil') return text.line('nil');
  if (reply.kind === 'error') return text.line(errorLine(reply.text));
  if (reply.isAggregate) return writeArray(reply, text);
  text.bytes(reply.bytes, reply.start, reply.end);
  text.byte(LF);
}

/** The count on a line of its own, then the elements. */
function writeArray(reply: ReplyReader, text: TextWriter): void {
  const { count } = reply;
  text.line(`*${count}`);
  for (let i = 0; i < count && !reply.isDone; i++) write(reply, text);
}

function skipBlanks(buffer: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(buffer[at])) at++;
  return at;
}

function endOfWord(buffer: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !isBlank(buffer[at])) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

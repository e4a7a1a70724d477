// Reads back what commands have said to reply.ts, RESP2 or RESP3: item by item with a cursor, as
// the text dialects translate it, or whole as a value, for who calls a command from within.
//
// Invariant: the bytes are whole replies of our own, but that one may end before all that it
// announces has come; anything else is a bug and throws.
import { latin1Text } from '../domain/bytes/ascii.ts';

/** What lies deeper is not read: a script can nest as it likes, and reading recurses. */
const DEPTH_MAX = 128;

const CR = 13;
const LETTER_T = 116;
/** `txt:` before the bytes of a verbatim string. */
const FORMAT_SIZE = 3;

export type ReplyKind =
  | 'simple'
  | 'error'
  | 'integer'
  | 'bulk'
  | 'nil'
  | 'array'
  | 'map'
  | 'set'
  | 'push'
  | 'attribute'
  | 'boolean'
  | 'double'
  | 'bigNumber'
  | 'verbatim';

/** By the byte that an item begins with. */
const KINDS: Readonly<Record<string, ReplyKind>> = {
  '+': 'simple',
  '-': 'error',
  ':': 'integer',
  $: 'bulk',
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  '|': 'attribute',
  '#': 'boolean',
  ',': 'double',
  '(': 'bigNumber',
  '=': 'verbatim',
  _: 'nil',
};

/**
 * A reply, or a part of one. A whole number is a number where that is exact and otherwise a bigint;
 * a bulk string is its bytes, copied; text is one byte per character.
 */
export type ReplyValue =
  | null
  | boolean
  | number
  | bigint
  | Uint8Array
  | { readonly kind: 'simple' | 'error' | 'bigNumber'; readonly text: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'verbatim'; readonly format: string; readonly bytes: Uint8Array }
  | { readonly kind: 'array' | 'set' | 'push'; readonly items: readonly ReplyValue[] }
  | { readonly kind: 'map'; readonly pairs: readonly (readonly [ReplyValue, ReplyValue])[] };

/** The one reply in bytes [0, end), without its attributes. */
export function readReply(bytes: Uint8Array, end: number): ReplyValue {
  const reader = new ReplyReader(bytes, end);
  const value = readValue(reader, 0);
  if (!reader.isDone) throw new Error('more than one reply');
  return value;
}

export class ReplyReader {
  readonly bytes: Uint8Array;
  /** What next() found. */
  kind: ReplyKind = 'nil';
  /** Its text or number is bytes [start, end). */
  start = 0;
  end = 0;
  /** The items that follow and belong to it: two for each pair of a map. */
  count = 0;
  private readonly size: number;
  private position = 0;

  /** Reads `bytes` from 0 to `size`: whole replies. */
  constructor(bytes: Uint8Array, size: number) {
    this.bytes = bytes;
    this.size = size;
  }

  get isDone(): boolean {
    return this.position >= this.size;
  }

  /** Is the item made of those that follow? */
  get isAggregate(): boolean {
    const { kind } = this;
    return kind === 'array' || kind === 'map' || kind === 'set' || kind === 'push';
  }

  /**
   * Moves on to the next item; at the end that is nil. EXEC announces more than it answers when one
   * of its commands was CLIENT REPLY OFF.
   */
  next(): void {
    if (this.isDone) return this.takeNothing();
    const type = String.fromCharCode(this.bytes[this.position]);
    const kind = KINDS[type];
    if (kind === undefined) throw new Error(`no reply begins with ${type}`);
    this.kind = kind;
    this.count = 0;
    this.start = this.position + 1;
    this.end = this.bytes.indexOf(CR, this.start);
    this.position = this.end + 2;
    if (kind === 'bulk' || kind === 'verbatim') this.takeBytes();
    else if (this.isAggregate) this.takeCount(kind === 'map' ? 2 : 1);
    else if (kind === 'attribute') this.takeCount(2);
  }

  /** Moves past the items that belong to this one. */
  skip(): void {
    let left = this.count;
    while (left > 0 && !this.isDone) {
      this.next();
      // An attribute stands before the item that it belongs to, and is none itself.
      left += this.count - (this.kind === 'attribute' ? 0 : 1);
    }
  }

  /** The text of the item. */
  get text(): string {
    return latin1Text(this.bytes, this.start, this.end);
  }

  private takeNothing(): void {
    this.kind = 'nil';
    this.count = 0;
    this.start = this.position;
    this.end = this.position;
  }

  private takeBytes(): void {
    const size = Number(this.text);
    if (size < 0) this.kind = 'nil';
    if (size < 0) return;
    this.start = this.position;
    this.end = this.start + size;
    this.position = this.end + 2;
  }

  private takeCount(itemsEach: number): void {
    const count = Number(this.text);
    if (count < 0) this.kind = 'nil';
    else this.count = count * itemsEach;
  }
}

/** Reads the next item with all that belongs to it. */
function readValue(reader: ReplyReader, depth: number): ReplyValue {
  reader.next();
  while (reader.kind === 'attribute') {
    reader.skip();
    reader.next();
  }
  if (reader.isAggregate) return readAggregate(reader, depth);
  const { kind, bytes, start, end } = reader;
  switch (kind) {
    case 'nil':
      return null;
    case 'boolean':
      return bytes[start] === LETTER_T;
    case 'integer':
      return integerOf(reader.text);
    case 'bulk':
      return bytes.slice(start, end);
    case 'verbatim': {
      const format = latin1Text(bytes, start, start + FORMAT_SIZE);
      return { kind, format, bytes: bytes.slice(start + FORMAT_SIZE + 1, end) };
    }
    case 'double':
      return { kind, value: doubleOf(reader.text) };
    case 'simple':
    case 'error':
    case 'bigNumber':
      return { kind, text: reader.text };
    default:
      throw new Error(`a ${kind} is no value`);
  }
}

function readAggregate(reader: ReplyReader, depth: number): ReplyValue {
  const { kind, count } = reader;
  if (depth === DEPTH_MAX) {
    reader.skip();
    return { kind: 'error', text: TOO_DEEP };
  }
  if (kind === 'map') {
    const pairs: [ReplyValue, ReplyValue][] = [];
    for (let i = 0; i < count; i += 2) {
      const name = readValue(reader, depth + 1);
      pairs.push([name, readValue(reader, depth + 1)]);
    }
    return { kind, pairs };
  }
  const items: ReplyValue[] = [];
  for (let i = 0; i < count; i++) items.push(readValue(reader, depth + 1));
  return { kind: kind === 'set' || kind === 'push' ? kind : 'array', items };
}

function integerOf(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function doubleOf(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

const TOO_DEEP = 'ERR the reply is nested too deeply';

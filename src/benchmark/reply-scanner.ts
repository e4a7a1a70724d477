// Counts replies, RESP2 and RESP3, however the network cuts the bytes, and keeps none of them. Of
// the errors it counts it keeps the first one's text. Pushes answer nothing and are not counted.
//
// `missing` is how many items the running reply still needs; an aggregate needs its items in its
// own place. An attribute stands before the item that it belongs to, so it adds its own items and
// takes none away. No depth is kept, so there is none that is too large.
import { ProtocolError } from '../cli/reply.ts';

const CARRIAGE_RETURN = 13;
const NEWLINE = 10;
const MINUS = 45;
const ZERO = 48;
/** Redis's longest strings are of 512 MB, and no aggregate has more items than that. */
const LENGTH_MAX = 2 ** 32;
/** Of an error's text. */
const ERROR_SIZE_MAX = 1000;

const TYPE = 0;
const LINE = 1;
const LENGTH = 2;
const BODY = 3;

// What an item is, by the byte that it begins with.
const SIMPLE = 1;
const ERROR = 2;
const STRING = 3;
const LONG_ERROR = 4;
const ITEMS = 5;
const PUSH = 6;
const PAIRS = 7;
const ATTRIBUTE = 8;
const KINDS = kindsByByte();

export class ReplyScanner {
  errors = 0;
  /** Latin1. */
  firstError: string | null = null;
  private state = TYPE;
  private missing = 1;
  /** Has the running reply itself begun, and not only its attributes? */
  private isBegun = false;
  private isPush = false;
  private isError = false;
  /** Is text of the first error to be kept? */
  private isKept = false;
  private kind = 0;
  private length = 0;
  private isNegative = false;

  /** How many replies end in the first `size` bytes. */
  scan(bytes: Uint8Array, size: number): number {
    let replies = 0;
    let at = 0;
    while (at < size) {
      if (this.state === TYPE) this.begin(bytes[at++]);
      let isItem = false;
      if (this.state === LINE) {
        const start = at;
        while (at < size && bytes[at] !== NEWLINE) at++;
        if (this.isKept) this.keep(bytes, start, at);
        if (at === size) return replies;
        at++;
        isItem = true;
      } else if (this.state === LENGTH) {
        while (at < size && bytes[at] !== NEWLINE) this.takeDigit(bytes[at++]);
        if (at === size) return replies;
        at++;
        isItem = this.endLength();
      } else {
        const end = Math.min(size, at + this.length);
        if (this.isKept) this.keep(bytes, at, end);
        this.length -= end - at;
        at = end;
        isItem = this.length === 0;
      }
      if (!isItem) continue;
      this.state = TYPE;
      if (--this.missing === 0 && this.endReply()) replies++;
    }
    return replies;
  }

  private begin(type: number): void {
    const kind = KINDS[type];
    if (kind === 0) throw new ProtocolError(`got byte ${type} where a reply begins`);
    if (this.missing === 1 && !this.isBegun && kind !== ATTRIBUTE) {
      this.isBegun = true;
      if (kind === ERROR || kind === LONG_ERROR) this.beginError();
      this.isPush = kind === PUSH;
    }
    this.state = kind <= ERROR ? LINE : LENGTH;
    this.kind = kind;
    this.length = 0;
    this.isNegative = false;
  }

  private takeDigit(byte: number): void {
    const digit = byte - ZERO;
    if (byte === CARRIAGE_RETURN) return;
    if (byte === MINUS && this.length === 0) {
      this.isNegative = true;
      return;
    }
    if (digit < 0 || digit > 9) throw new ProtocolError('bad length in a reply');
    this.length = this.length * 10 + digit;
    if (this.length > LENGTH_MAX) throw new ProtocolError('length out of range in a reply');
  }

  /** A length is known. Is the item at its end? */
  private endLength(): boolean {
    const { kind, length } = this;
    this.state = TYPE;
    if (this.isNegative) return true;
    if (kind <= LONG_ERROR) {
      this.state = BODY;
      this.length = length + 2;
      return false;
    }
    this.missing += kind <= PUSH ? length : 2 * length;
    return kind !== ATTRIBUTE;
  }

  /** False if it was a push. */
  private endReply(): boolean {
    const { isPush } = this;
    if (this.isError) {
      this.errors++;
      if (this.isKept) this.firstError = this.firstError?.replace(/\r\n?$/, '') ?? '';
      this.isKept = false;
      this.isError = false;
    }
    this.missing = 1;
    this.isBegun = false;
    this.isPush = false;
    return !isPush;
  }

  private beginError(): void {
    this.isError = true;
    if (this.firstError !== null) return;
    this.firstError = '';
    this.isKept = true;
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const text = this.firstError ?? '';
    const to = Math.min(end, start + ERROR_SIZE_MAX - text.length);
    this.firstError = text + Buffer.from(bytes.subarray(start, to)).toString('latin1');
  }
}

function kindsByByte(): Uint8Array {
  const kinds = new Uint8Array(256);
  const groups: readonly (readonly [types: string, kind: number])[] = [
    ['+:_#,(', SIMPLE],
    ['-', ERROR],
    ['$=', STRING],
    ['!', LONG_ERROR],
    ['*~', ITEMS],
    ['>', PUSH],
    ['%', PAIRS],
    ['|', ATTRIBUTE],
  ];
  for (const [types, kind] of groups) {
    for (const type of types) kinds[type.charCodeAt(0)] = kind;
  }
  return kinds;
}

// Replies as a client reads them: RESP2 and RESP3, however the network cuts the bytes.
//
// Text is latin1 throughout: one character per byte. What a server sends is not trusted: lengths,
// depth and what a reply begins with are looked at, and anything else is a ProtocolError, after
// which the connection is of no use.

type ReplyKind =
  | 'status'
  | 'error'
  | 'integer'
  | 'string'
  | 'nil'
  | 'array'
  | 'map'
  | 'set'
  | 'push'
  | 'boolean'
  | 'double'
  | 'bigNumber'
  | 'verbatim';

export interface Reply {
  readonly kind: ReplyKind;
  /** What stands in it; '' for what is made of items, and for nil. */
  readonly text: string;
  /** A map's keys and values in turn. */
  readonly items: readonly Reply[];
}

export class ProtocolError extends Error {}

/** By the byte that an item begins with. */
const KINDS: Readonly<Record<string, ReplyKind | 'attribute'>> = {
  '+': 'status',
  '-': 'error',
  ':': 'integer',
  $: 'string',
  '=': 'verbatim',
  _: 'nil',
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  '|': 'attribute',
  '#': 'boolean',
  ',': 'double',
  '(': 'bigNumber',
};

/** Redis's largest values are of 512 MB; more than this no string of the runtime can hold. */
const TEXT_SIZE_MAX = 2 ** 29 - 25;
const ITEMS_MAX = 2 ** 31;
/** What lies deeper is refused: reading and printing recurse. */
const DEPTH_MAX = 1000;

const BUFFER_SIZE = 64 * 1024;
const NO_ITEMS: readonly Reply[] = [];
const NEWLINE = 10;
/** `txt:` before the text of a verbatim string. */
const FORMAT_SIZE = 4;

interface Header {
  readonly kind: ReplyKind | 'attribute';
  /** Items that follow and belong to it. */
  readonly count: number;
  /** Its text is bytes [start, textEnd); what comes next begins at `end`, which may not be here. */
  readonly start: number;
  readonly textEnd: number;
  readonly end: number;
}

/** Takes chunks of bytes and gives whole replies. No byte is looked at again and again. */
export class ReplyParser {
  private buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  /** Bytes [start, end) are not taken yet. */
  private start = 0;
  private end = 0;
  /** Where the next header of the running reply stands, and how many items are still to come. */
  private at = 0;
  private missing = 1;
  /** Up to here there is no end of that header's line. */
  private searched = 0;

  push(chunk: Uint8Array): void {
    if (this.start === this.end) this.moveTo(0);
    if (this.end + chunk.length > this.buffer.length) this.makeRoom(chunk.length);
    this.buffer.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The next reply without its attributes, or null while it is not all there. */
  next(): Reply | null {
    while (this.missing > 0) {
      const header = this.headerAt(this.at);
      if (header === null) return null;
      this.at = header.end;
      // An attribute stands before the item that it belongs to, and is none itself.
      this.missing += header.count - (header.kind === 'attribute' ? 0 : 1);
    }
    if (this.at > this.end) return null;
    const end = this.at;
    this.at = this.start;
    const reply = this.read(0);
    this.start = end;
    this.at = end;
    this.searched = end;
    this.missing = 1;
    return reply;
  }

  /** What came behind the last reply, and is then gone: it is of no protocol known here. */
  takeRest(): Buffer {
    const rest = Buffer.from(this.buffer.subarray(this.start, this.end));
    this.start = this.end;
    this.moveTo(0);
    return rest;
  }

  private makeRoom(size: number): void {
    const kept = this.end - this.start;
    const needed = kept + size;
    const old = this.buffer;
    if (needed * 2 > old.length) this.buffer = Buffer.allocUnsafe(needed * 2);
    old.copy(this.buffer, 0, this.start, this.end);
    this.moveTo(0);
  }

  /** The bytes that are not taken now begin there. */
  private moveTo(place: number): void {
    const by = place - this.start;
    this.start += by;
    this.end += by;
    this.at += by;
    this.searched += by;
  }

  private headerAt(at: number): Header | null {
    if (at >= this.end) return null;
    const newline = this.buffer.subarray(0, this.end).indexOf(NEWLINE, Math.max(at, this.searched));
    if (newline < 0) {
      this.searched = this.end;
      return null;
    }
    return readHeader(this.buffer, at, newline);
  }

  /** Reads the item at `at`, all of which is there. */
  private read(depth: number): Reply {
    if (depth > DEPTH_MAX) throw new ProtocolError('the reply is nested too deeply');
    const header = this.takeHeader();
    const { kind, count } = header;
    if (kind === 'attribute') {
      for (let i = 0; i < count; i++) this.read(depth + 1);
      return this.read(depth);
    }
    if (count === 0) {
      const text = this.buffer.toString('latin1', header.start, header.textEnd);
      return { kind, text, items: NO_ITEMS };
    }
    const items: Reply[] = [];
    for (let i = 0; i < count; i++) items.push(this.read(depth + 1));
    return { kind, text: '', items };
  }

  private takeHeader(): Header {
    const header = readHeader(this.buffer, this.at, this.buffer.indexOf(NEWLINE, this.at));
    this.at = header.end;
    return header;
  }
}

/** Reads the line of a header, which ends with the newline at that place. */
function readHeader(buffer: Buffer, at: number, newline: number): Header {
  const type = String.fromCharCode(buffer[at]);
  const kind = KINDS[type];
  if (kind === undefined) throw new ProtocolError(`got ${quotedByte(type)} as reply type byte`);
  const start = at + 1;
  const textEnd = Math.max(start, newline - 1);
  const end = newline + 1;
  switch (kind) {
    case 'string':
    case 'verbatim': {
      const size = numberIn(buffer, start, textEnd, 'bulk string', TEXT_SIZE_MAX);
      if (size < 0) return { kind: 'nil', count: 0, start: end, textEnd: end, end };
      const from = end + (kind === 'verbatim' ? Math.min(FORMAT_SIZE, size) : 0);
      return { kind, count: 0, start: from, textEnd: end + size, end: end + size + 2 };
    }
    case 'array':
    case 'set':
    case 'push':
    case 'map':
    case 'attribute': {
      const count = numberIn(buffer, start, textEnd, 'multi-bulk', ITEMS_MAX);
      if (count < 0) return { kind: 'nil', count: 0, start: end, textEnd: end, end };
      const isPairs = kind === 'map' || kind === 'attribute';
      return { kind, count: isPairs ? count * 2 : count, start: end, textEnd: end, end };
    }
    default:
      return { kind, count: 0, start, textEnd, end };
  }
}

/** A length: -1 is that of nothing. */
function numberIn(buffer: Buffer, start: number, end: number, what: string, max: number): number {
  const text = buffer.toString('latin1', start, end);
  if (!/^-?\d{1,15}$/.test(text)) throw new ProtocolError(`bad ${what} length`);
  const value = Number(text);
  if (value < -1 || value > max) throw new ProtocolError(`${what} length out of range`);
  return value;
}

function quotedByte(character: string): string {
  if (/[ -~]/.test(character)) return `"${character}"`;
  return `"\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}"`;
}

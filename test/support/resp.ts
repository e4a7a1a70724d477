// RESP for tests: encodes commands and takes replies apart, RESP2 and RESP3, however the bytes are
// cut. It shares nothing with the server's own parser and writer, so that it can be a witness
// against them.
//
// Text is latin1 throughout: one character per byte.

/** One reply. `raw` is all of its bytes; aggregates have items, a map's keys and values in turn. */
export interface ReplyTree {
  /** The type byte: `+ - : $ * _ , # ( = % ~ > |`. */
  type: string;
  /** The content of a line or bulk; '' for aggregates and nulls. */
  text: string;
  items: ReplyTree[];
  raw: string;
}

/** A command as RESP bytes. Strings are latin1. */
export function encodeCommand(args: readonly (string | Uint8Array)[]): Buffer {
  const pieces: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === 'string' ? Buffer.from(arg, 'latin1') : Buffer.from(arg);
    pieces.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(pieces);
}

/** The reply that these bytes are, all of them; throws when they are not one reply. */
export function parseReply(bytes: Uint8Array): ReplyTree {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { tree, end } = treeAt(buffer, 0);
  if (end !== buffer.length) throw new Error(`${buffer.length - end} bytes behind the reply`);
  return tree;
}

/** The replies that these bytes are; throws when the last one is not complete. */
export function parseReplies(bytes: Uint8Array): ReplyTree[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const replies: ReplyTree[] = [];
  for (let at = 0; at < buffer.length; ) {
    const { tree, end } = treeAt(buffer, at);
    replies.push(tree);
    at = end;
  }
  return replies;
}

/** Raw bytes for people: escapes, and one line per line. */
export function showBytes(bytes: Uint8Array | string, sizeMax = 3000): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
  const shown = JSON.stringify(text.slice(0, sizeMax))
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/\\u00/g, '\\x')
    .replace(/[\x7f-\xff]/g, (character) => '\\x' + character.charCodeAt(0).toString(16))
    .replace(/\\r\\n(?=.)/g, '\\r\\n\n    ');
  return text.length > sizeMax ? `${shown}... (${text.length} bytes)` : shown;
}

/** Cuts a stream of bytes into replies. Each byte is looked at a bounded number of times. */
export class ReplyReader {
  private buffer = Buffer.alloc(1024);
  private end = 0;
  private start = 0;
  /** Where the next header of the running reply stands, and how many items are still to come. */
  private at = 0;
  private missing = 1;

  push(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.buffer.length) {
      const size = this.end - this.start + chunk.length;
      const room = size * 2 > this.buffer.length ? Buffer.alloc(size * 2) : this.buffer;
      this.buffer.copy(room, 0, this.start, this.end);
      this.buffer = room;
      this.end -= this.start;
      this.at -= this.start;
      this.start = 0;
    }
    this.buffer.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The next whole reply's bytes, or null while it is not all there. */
  next(): Buffer | null {
    while (this.missing > 0) {
      const header = headerAt(this.buffer, this.at, this.end);
      if (header === null || header.end > this.end) return null;
      this.at = header.end;
      this.missing += header.items - 1;
    }
    const reply = Buffer.from(this.buffer.subarray(this.start, this.at));
    this.start = this.at;
    this.missing = 1;
    return reply;
  }

  /** What came and is not a whole reply. */
  rest(): Buffer {
    return Buffer.from(this.buffer.subarray(this.start, this.end));
  }

  /** The same, which is then over. */
  takeRest(): Buffer {
    const rest = this.rest();
    this.start = this.end;
    return rest;
  }
}

interface Header {
  type: string;
  text: string;
  /** Items that follow. */
  items: number;
  /** Where the content of a bulk begins; the end of the header for the rest. */
  contentStart: number;
  /** The end of the header and of a bulk's content: may lie past what has come. */
  end: number;
}

function headerAt(buffer: Buffer, at: number, limit: number): Header | null {
  const cr = buffer.indexOf('\r\n', at, 'latin1');
  if (cr < 0 || cr + 2 > limit) return null;
  const type = String.fromCharCode(buffer[at]);
  const text = buffer.toString('latin1', at + 1, cr);
  const header = { type, text, items: 0, contentStart: cr + 2, end: cr + 2 };
  if ('+-:_,#('.includes(type)) return header;
  const count = Number(text);
  if (!'$=!*~>%|'.includes(type) || !/^-?\d+$/.test(text)) {
    throw new Error(`not RESP: ${showBytes(buffer.subarray(at, Math.min(limit, at + 200)))}`);
  }
  if (count < 0) return header;
  if ('$=!'.includes(type)) header.end += count + 2;
  else if ('*~>'.includes(type)) header.items = count;
  else header.items = 2 * count + (type === '|' ? 1 : 0);
  return header;
}

function treeAt(buffer: Buffer, start: number): { tree: ReplyTree; end: number } {
  const header = headerAt(buffer, start, buffer.length);
  if (header === null || header.end > buffer.length) throw new Error('the reply is not complete');
  const { type } = header;
  let { end } = header;
  const isBulk = header.end > header.contentStart;
  let text = isBulk ? buffer.toString('latin1', header.contentStart, end - 2) : header.text;
  if ('*~>%|'.includes(type) || (type === '$' && !isBulk)) text = '';
  const items: ReplyTree[] = [];
  for (let i = 0; i < header.items; i++) {
    const item = treeAt(buffer, end);
    items.push(item.tree);
    end = item.end;
  }
  return { tree: { type, text, items, raw: buffer.toString('latin1', start, end) }, end };
}

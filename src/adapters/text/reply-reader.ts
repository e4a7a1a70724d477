// Reads back what commands have said to engine/reply.ts, item by item: an array is its count, its
// elements are the items that follow. It is RESP2, and the map with which HELLO 3 answers.
import { latin1Text } from '../../domain/bytes/ascii.ts';

export type ReplyKind = 'simple' | 'error' | 'integer' | 'bulk' | 'nil' | 'array';

const CR = 13;
const DOLLAR = 36;
const PERCENT = 37;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;

export class ReplyReader {
  readonly bytes: Uint8Array;
  /** What next() found. */
  kind: ReplyKind = 'nil';
  /** Its text or number is bytes [start, end). */
  start = 0;
  end = 0;
  /** Elements of an array. */
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

  /** Moves on to the next item. */
  next(): void {
    const type = this.bytes[this.position];
    this.start = this.position + 1;
    this.end = this.bytes.indexOf(CR, this.start);
    this.position = this.end + 2;
    if (type === PLUS) this.kind = 'simple';
    else if (type === MINUS) this.kind = 'error';
    else if (type === COLON) this.kind = 'integer';
    else if (type === DOLLAR) this.takeBulk();
    else if (type === STAR) this.takeArray(1);
    else if (type === PERCENT) this.takeArray(2);
    else throw new Error(`a reply of type ${type} in RESP2`);
  }

  /** The text of the item. */
  get text(): string {
    return latin1Text(this.bytes, this.start, this.end);
  }

  private takeBulk(): void {
    const size = Number(this.text);
    this.kind = size < 0 ? 'nil' : 'bulk';
    if (size < 0) return;
    this.start = this.position;
    this.end = this.start + size;
    this.position = this.end + 2;
  }

  private takeArray(itemsPerElement: number): void {
    const count = Number(this.text);
    this.kind = count < 0 ? 'nil' : 'array';
    this.count = count * itemsPerElement;
  }
}

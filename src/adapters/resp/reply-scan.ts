// Collects the bytes of replies, as they come in pieces of any size, and gives them one by one.
//
// Invariant: bytes [start, size) begin with a reply; of them [start, position) were looked at, and
// `left` items of that reply are still to come.

const CR = 13;
const FIRST_SIZE = 4096;
/** A larger buffer is not kept for replies to come. */
const KEPT_SIZE_MAX = 256 * 1024;
const DOLLAR = 36;
const PERCENT = 37;
const STAR = 42;
const EQUALS = 61;
const MORE = 62;
const PIPE = 124;
const TILDE = 126;

export class ReplyScan {
  private bytes = new Uint8Array(FIRST_SIZE);
  private start = 0;
  private size = 0;
  private position = 0;
  private left = 1;

  add(piece: Uint8Array): void {
    if (this.start === this.size) this.clear();
    if (this.size + piece.length > this.bytes.length) this.makeRoom(piece.length);
    this.bytes.set(piece, this.size);
    this.size += piece.length;
  }

  /** The next reply; null while it is not whole. Its bytes stand until the next add(). */
  take(): Uint8Array | null {
    while (this.left > 0) {
      const lineEnd = this.bytes.indexOf(CR, this.position) + 2;
      if (lineEnd === 1 || lineEnd > this.size) return null;
      const next = this.itemEnd(this.bytes[this.position], lineEnd);
      if (next > this.size) return null;
      this.position = next;
    }
    const reply = this.bytes.subarray(this.start, this.position);
    this.start = this.position;
    this.left = 1;
    return reply;
  }

  private clear(): void {
    if (this.bytes.length > KEPT_SIZE_MAX) this.bytes = new Uint8Array(FIRST_SIZE);
    this.start = 0;
    this.size = 0;
    this.position = 0;
  }

  /** Makes room behind what is not taken yet, which moves to the front. */
  private makeRoom(more: number): void {
    const { bytes, start, size } = this;
    const needed = size - start + more;
    if (needed > bytes.length) this.bytes = new Uint8Array(needed * 2);
    this.bytes.set(bytes.subarray(start, size));
    this.start = 0;
    this.size = size - start;
    this.position -= start;
  }

  /** Where the item of this type ends; what belongs to it is counted when it is there. */
  private itemEnd(type: number, lineEnd: number): number {
    const isBytes = type === DOLLAR || type === EQUALS;
    const isMany = type === STAR || type === TILDE || type === MORE;
    const isPairs = type === PERCENT || type === PIPE;
    if (!isBytes && !isMany && !isPairs) {
      this.left--;
      return lineEnd;
    }
    const count = this.number(lineEnd);
    if (isBytes) {
      const end = count < 0 ? lineEnd : lineEnd + count + 2;
      if (end <= this.size) this.left--;
      return end;
    }
    const items = Math.max(0, count) * (isPairs ? 2 : 1);
    // An attribute stands before the item that it belongs to, and is none itself.
    this.left += items - (type === PIPE ? 0 : 1);
    return lineEnd;
  }

  /** The number behind the type. */
  private number(lineEnd: number): number {
    let value = 0;
    let sign = 1;
    for (let i = this.position + 1; i < lineEnd - 2; i++) {
      const digit = this.bytes[i] - 48;
      if (digit < 0) sign = -1;
      else value = value * 10 + digit;
    }
    return sign * value;
  }
}

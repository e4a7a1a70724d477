// Collects the bytes of replies, as they come in pieces of any size, and finds where each ends.
//
// Invariant: bytes [0, size) begin with a reply; of them [0, position) were looked at, and `left`
// items of that reply are still to come.

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
  bytes = new Uint8Array(FIRST_SIZE);
  private size = 0;
  private position = 0;
  private left = 1;

  add(piece: Uint8Array): void {
    const size = this.size + piece.length;
    if (size > this.bytes.length) {
      const larger = new Uint8Array(Math.max(size, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
    }
    this.bytes.set(piece, this.size);
    this.size = size;
  }

  /** Where the reply ends that the bytes begin with; -1 while it is not whole. */
  end(): number {
    while (this.left > 0) {
      const lineEnd = this.bytes.indexOf(CR, this.position) + 2;
      if (lineEnd === 1 || lineEnd > this.size) return -1;
      const next = this.itemEnd(this.bytes[this.position], lineEnd);
      if (next > this.size) return -1;
      this.position = next;
    }
    return this.position;
  }

  /** Drops the first bytes: a reply that end() has found. */
  drop(end: number): void {
    this.bytes.copyWithin(0, end, this.size);
    this.size -= end;
    this.position = 0;
    this.left = 1;
    if (this.size === 0 && this.bytes.length > KEPT_SIZE_MAX) {
      this.bytes = new Uint8Array(FIRST_SIZE);
    }
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

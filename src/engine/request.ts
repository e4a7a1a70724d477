// A request: one command as argument offsets into one buffer. The object is reused for every
// command; its bytes are valid until the handler returns. Keeping them is a visible act: copy().

const FIRST_ARGUMENTS = 16;

export class Request {
  buffer: Uint8Array = new Uint8Array(0);
  starts = new Int32Array(FIRST_ARGUMENTS);
  ends = new Int32Array(FIRST_ARGUMENTS);
  /** Arguments, the command's name included. */
  count = 0;
  /** Where the request began in the buffer. */
  origin = 0;
  /** Where the first key begins, and its hash; -1 when nobody has looked: see lookahead.ts. */
  keyStart = -1;
  keyHash = 0;

  /** Empties the request: the next one begins at `origin`. */
  begin(origin: number): void {
    this.count = 0;
    this.origin = origin;
    this.keyStart = -1;
  }

  /** Adds an argument: bytes [start, end) of the buffer. Room doubles as arguments really come. */
  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  size(argument: number): number {
    return this.ends[argument] - this.starts[argument];
  }

  /** Bytes of all arguments. */
  get totalSize(): number {
    let size = 0;
    for (let i = 0; i < this.count; i++) size += this.ends[i] - this.starts[i];
    return size;
  }

  /** A copy of one argument's bytes, for keeps. */
  copy(argument: number): Uint8Array {
    return this.buffer.slice(this.starts[argument], this.ends[argument]);
  }

  /**
   * Takes another request's arguments over, their bytes now lying `shift` further on in `buffer`.
   */
  assign(other: Request, buffer: Uint8Array, shift: number): void {
    this.begin(other.origin + shift);
    this.buffer = buffer;
    for (let i = 0; i < other.count; i++) this.push(other.starts[i] + shift, other.ends[i] + shift);
  }

  /** The bytes of this request lie `shift` further on from here on. */
  move(shift: number): void {
    this.origin += shift;
    for (let i = 0; i < this.count; i++) {
      this.starts[i] += shift;
      this.ends[i] += shift;
    }
  }

  /** Makes a request of separate arguments, in a buffer of its own: for text dialects and tests. */
  static of(args: readonly Uint8Array[]): Request {
    const request = new Request();
    let size = 0;
    for (const arg of args) size += arg.length;
    request.buffer = new Uint8Array(size);
    let at = 0;
    for (const arg of args) {
      request.buffer.set(arg, at);
      request.push(at, at + arg.length);
      at += arg.length;
    }
    return request;
  }

  private grow(): void {
    const starts = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(this.starts.length * 2);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}

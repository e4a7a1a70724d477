// A connection within the process: a stream for the client, and the socket that the server has at
// its other end. No bytes pass the system.
//
// What either end says is handed over in rounds, each a turn of the event loop: first what the
// client wrote, then what the server sent. So an exchange takes one round, timers and others have
// their turn between two, and neither end ever runs within the other.
//
// Invariants:
// - Nobody reads the bytes that the server sent but copies of them.
// - While the server does not read, writes are not called back; while the client does not read,
//   what the server sends is pending. What is too much for either is told by that, as on a network.
import { Duplex } from 'node:stream';
import { Fifo } from './fifo.ts';
import type { ProcessHold } from './process-hold.ts';
import type { SocketUser } from './socket.ts';
import { soon } from './soon.ts';

/** What the server reads at once. */
const READ_SIZE_MAX = 64 * 1024;
/** After so much, of either direction, the rest is of another round. */
const ROUND_SIZE_MAX = 256 * 1024;
/** What is sent is copied at once up to this size, and later if the client is behind. */
const COPY_SIZE_MAX = 16 * 1024;

type Callback = (error?: Error | null) => void;

interface Written {
  readonly bytes: Uint8Array;
  /** Called when the server has read it; null: one that was written with it is called back. */
  readonly done: Callback | null;
}

/** The client's end. It has what clients ask of a socket of the runtime. */
class LocalStream extends Duplex {
  connecting = true;
  readonly remoteAddress = undefined;
  readonly remotePort = undefined;
  private readonly socket: LocalSocket;

  constructor(socket: LocalSocket) {
    super({ allowHalfOpen: false, readableHighWaterMark: READ_SIZE_MAX });
    this.socket = socket;
    soon(() => {
      this.connecting = false;
      if (!this.destroyed) this.emit('connect');
    });
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** It cannot be lost. */
  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.socket.holdProcess(true);
    return this;
  }

  unref(): this {
    this.socket.holdProcess(false);
    return this;
  }

  override _write(bytes: Uint8Array, _encoding: string, done: Callback): void {
    this.socket.written([{ bytes, done }]);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Callback): void {
    const last = chunks.length - 1;
    this.socket.written(
      chunks.map(({ chunk: bytes }, i) => ({ bytes, done: i === last ? done : null })),
    );
  }

  override _final(done: Callback): void {
    this.socket.written([{ bytes: END, done }]);
  }

  override _read(): void {
    this.socket.wanted();
  }

  override _destroy(error: Error | null, done: Callback): void {
    this.socket.gone();
    done(error);
  }
}

/** In place of bytes: the client says nothing more. */
const END = new Uint8Array(0);

/** The server's end: see adapters/wire/socket.ts. */
export class LocalSocket {
  readonly stream: Duplex;
  /** Who has the socket. */
  user: SocketUser | null = null;
  private readonly hold: ProcessHold;
  private holdsProcess = false;
  private readonly incoming = new Fifo<Written>();
  /** How much of the first of them was read. */
  private readSize = 0;
  private readonly outgoing = new Fifo<Uint8Array>();
  private outgoingSize = 0;
  private isReadingPaused = false;
  /** Does the client read? */
  private isWanted = true;
  /** Has it asked for more since it was told something last? */
  private isAsked = false;
  /** Was something kept since the client was told everything? */
  private isBehind = false;
  /** No more is read, and the client is told so when it was told everything else. */
  private isEnding = false;
  private isEnded = false;
  private isGone = false;
  private isRoundDue = false;

  constructor(hold: ProcessHold) {
    this.hold = hold;
    this.stream = new LocalStream(this);
    this.holdProcess(true);
  }

  // What the server asks for.

  /** What the stream has taken is as good as read. */
  get pendingSize(): number {
    return this.outgoingSize;
  }

  send(bytes: Uint8Array, size: number): boolean {
    const isKept = size > COPY_SIZE_MAX || this.pendingSize > COPY_SIZE_MAX;
    this.say(isKept ? bytes.subarray(0, size) : bytes.slice(0, size));
    if (isKept) this.isBehind = true;
    return !isKept;
  }

  sendTogether(pieces: readonly Uint8Array[]): boolean {
    this.isBehind = true;
    for (const piece of pieces) this.say(piece);
    return false;
  }

  lookAhead(): number {
    return this.outgoingSize;
  }

  /** What comes is the client's own bytes, wherever it is wanted. */
  readInto(): void {}

  pauseReading(): void {
    this.isReadingPaused = true;
  }

  resumeReading(): void {
    this.isReadingPaused = false;
    if (this.incoming.length > 0) this.goOnSoon();
  }

  end(): void {
    this.isEnding = true;
    this.goOnSoon();
  }

  destroy(): void {
    this.stream.destroy();
  }

  // What the client does.

  written(chunks: readonly Written[]): void {
    for (const chunk of chunks) {
      if (this.isEnded) chunk.done?.();
      else this.incoming.push(chunk);
    }
    this.goOnSoon();
  }

  wanted(): void {
    this.isAsked = true;
    this.isWanted = true;
    if (this.outgoing.length > 0) this.goOnSoon();
  }

  gone(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.holdProcess(false);
    const waiting = this.incoming.takeAll();
    this.outgoing.takeAll();
    this.outgoingSize = 0;
    soon(() => {
      for (const { done } of waiting) done?.(new Error('the connection is closed'));
      this.user?.closed();
    });
  }

  /** Does the connection keep the process alive? */
  holdProcess(isHeld: boolean): void {
    if (isHeld === this.holdsProcess || (isHeld && this.isGone)) return;
    this.holdsProcess = isHeld;
    if (isHeld) this.hold.hold();
    else this.hold.release();
  }

  private get isReading(): boolean {
    return !this.isReadingPaused && !this.isEnding;
  }

  private say(bytes: Uint8Array): void {
    if (this.isGone) return;
    this.outgoing.push(bytes);
    this.outgoingSize += bytes.length;
    this.goOnSoon();
  }

  private goOnSoon(): void {
    if (this.isRoundDue || this.isGone) return;
    this.isRoundDue = true;
    soon(this.round);
  }

  private readonly round = (): void => {
    try {
      this.read();
      // What was read is answered in the same round.
      this.isRoundDue = false;
      this.tell();
    } finally {
      this.isRoundDue = false;
      const isMoreWritten = this.incoming.length > 0 && this.isReading;
      const isMoreSaid = this.outgoing.length > 0 && this.isWanted;
      if (isMoreWritten || isMoreSaid) this.goOnSoon();
    }
  };

  /** Hands what the client wrote to the server. */
  private read(): void {
    const { incoming } = this;
    let joined: Uint8Array | null = null;
    let size = 0;
    while (incoming.length > 0 && this.isReading && size < ROUND_SIZE_MAX) {
      if (incoming.first.bytes === END) {
        this.isEnding = true;
        incoming.shift()?.done?.();
        continue;
      }
      const isAlone = incoming.length === 1 || incoming.first.bytes.length >= READ_SIZE_MAX;
      if (!isAlone) joined ??= new Uint8Array(READ_SIZE_MAX);
      size += isAlone || joined === null ? this.readPart() : this.readTogether(joined);
    }
  }

  /** Hands over the first chunk, or a part of it. Returns how much. */
  private readPart(): number {
    const { bytes } = this.incoming.first;
    const { readSize } = this;
    const end = Math.min(bytes.length, readSize + READ_SIZE_MAX);
    const isWhole = end === bytes.length;
    this.readSize = isWhole ? 0 : end;
    const read = isWhole ? this.incoming.shift() : undefined;
    // It is no Buffer, whose slice() shares memory where a Uint8Array's copies.
    const part = new Uint8Array(bytes.buffer, bytes.byteOffset + readSize, end - readSize);
    this.user?.receive(part, part.length);
    read?.done?.();
    return part.length;
  }

  /**
   * Hands over as many chunks as there is room for, as one: their requests are a pipeline then,
   * whose replies are sent together.
   */
  private readTogether(joined: Uint8Array): number {
    const { incoming } = this;
    const read: Callback[] = [];
    let size = 0;
    while (incoming.length > 0 && incoming.first.bytes !== END) {
      const { bytes, done } = incoming.first;
      if (size + bytes.length > joined.length) break;
      joined.set(bytes, size);
      size += bytes.length;
      incoming.shift();
      if (done !== null) read.push(done);
    }
    this.user?.receive(joined, size);
    for (const done of read) done();
    return size;
  }

  /** Hands what the server sent to the client. */
  private tell(): void {
    const { outgoing, stream } = this;
    let size = 0;
    while (outgoing.length > 0 && this.isWanted && size < ROUND_SIZE_MAX) {
      const { first } = outgoing;
      const part = first.subarray(0, READ_SIZE_MAX);
      if (part.length === first.length) outgoing.shift();
      else outgoing.first = first.subarray(part.length);
      this.outgoingSize -= part.length;
      size += part.length;
      // The stream may ask for more within push(), where a listener may throw, too.
      this.isAsked = false;
      if (!stream.push(Buffer.from(part)) && !this.isAsked) this.isWanted = false;
    }
    if (outgoing.length > 0 || this.isGone) return;
    if (this.isEnding) {
      this.finish();
    } else if (this.isBehind) {
      this.isBehind = false;
      this.user?.drained();
    }
  }

  private finish(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.holdProcess(false);
    for (const { done } of this.incoming.takeAll()) done?.();
    this.stream.push(null);
    this.stream.end();
    this.user?.closed();
  }
}

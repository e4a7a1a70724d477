// One socket: how it reads and how it is written to.
//
// All sockets of a server read into one buffer, whose bytes are good until the receiver returns.
// The runtime takes a new buffer of 64 KiB for each read and passes it through a stream, which is a
// tenth of the processor time of a small request (decisions/0004). A socket can be made with a
// buffer of ours instead (`onread`), but a net.Server does not make its sockets so. Therefore the
// handle of an accepted socket moves to a socket that is. Where the handle is not what we know (it
// is not documented), the accepted socket stays and reads as a stream.
//
// A small reply goes to the handle at once, from the bytes where it lies. A stream makes three
// objects for each write and calls back after it, which is a twentieth of the processor time of a
// small request (decisions/0004). What the handle cannot send at once it keeps, in the order in
// which it came; replies after it go through the stream, which stands before the same handle.
// None of this is documented: where it is not as we know it, everything goes through the stream.
import { readSync } from 'node:fs';
import net from 'node:net';
import { soon } from './soon.ts';

/** A read that fills the buffer: more is probably waiting. */
const READ_SIZE_MAX = 64 * 1024;
/** A part of a large argument: after one the beginning of the next is read alone. */
const LARGE_PART_SIZE = 32 * 1024;
/** That beginning: what is copied to where the argument is to lie. */
const BEGINNING_SIZE = 4 * 1024;
/** After so many bytes of one socket the others have their turn, though no read was cut short. */
const READ_IN_A_ROW_MAX = 256 * 1024;
/** What is sent at once, in about a millisecond: a value of 1 MiB, and what is around it. */
const SLICE_SIZE_MAX = 1280 * 1024;
/** Views up to this size are kept. */
const VIEW_SIZE_MAX = 1024;
/** An array of so many bytes V8 makes in its heap. */
const SMALL_SIZE_MAX = 64;
const CLOSE_TIMEOUT_MS = 10000;

interface WriteRequest {
  oncomplete: ((status: number) => void) | null;
  /** What is being sent, so that it stays. */
  bytes: Uint8Array | readonly Uint8Array[] | null;
}

/** Each returns 0, or an error's number, sends what it can, and keeps the rest with `request`. */
interface WritableHandle {
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  writev(request: WriteRequest, pieces: readonly Uint8Array[], areAllBytes: true): number;
}

/** The socket with its handle; it is null when the socket is closed. */
type OpenSocket = net.Socket & { readonly _handle?: (WritableHandle & { fd?: number }) | null };

function canWrite(handle: WritableHandle | null | undefined): handle is WritableHandle {
  return typeof handle?.writeBuffer === 'function' && typeof handle.writev === 'function';
}

/** The runtime's part for writes. */
export interface WriteBinding {
  readonly WriteRequest: new () => WriteRequest;
  /** What the last call did, by index. */
  readonly state: Int32Array;
  /** Where `state` tells whether the last write kept something. */
  readonly keptIndex: number;
}

/** What the sockets of one server share, so that reads and small writes make no objects. */
export class SocketBuffers {
  /**
   * All sockets read into it; its bytes are good until their receiver returns. It is no Buffer,
   * whose slice() shares memory where a Uint8Array's copies.
   */
  readonly bytes = new Uint8Array(READ_SIZE_MAX);
  /** The same bytes, for sockets whose next request is probably a large one. */
  readonly beginning = this.bytes.subarray(0, BEGINNING_SIZE);
  /** For what is read while those bytes are somebody's; made when it is wanted. */
  private spare: Uint8Array | null = null;
  /** Null: everything is written through streams. */
  readonly binding: WriteBinding | null;
  /** For the next write: one that is sent at once leaves it as it was. */
  request: WriteRequest | null;
  /** Views of the buffer that was seen last, which is nearly always the one that replies are in. */
  private viewed: ArrayBufferLike | null = null;
  private views: Uint8Array[] = [];
  /** Views of the buffer that small pieces are sent from, by their sizes; null: it is in use. */
  small: Uint8Array[] | null = null;

  constructor(binding: WriteBinding | null = findBinding()) {
    this.binding = binding;
    this.request = binding === null ? null : new binding.WriteRequest();
  }

  get spareBytes(): Uint8Array {
    this.spare ??= new Uint8Array(READ_SIZE_MAX);
    return this.spare;
  }

  /**
   * A piece as it is best sent: a small one lies in the heap, and would be given a buffer of its
   * own for that. What is returned is good until the next call; if it is kept, `small` must go.
   */
  sendable(piece: Uint8Array): Uint8Array {
    const { length } = piece;
    if (length > SMALL_SIZE_MAX || length === 0) return piece;
    this.small ??= viewsOf(new ArrayBuffer(SMALL_SIZE_MAX));
    const view = this.small[length];
    for (let i = 0; i < length; i++) view[i] = piece[i];
    return view;
  }

  /** The first `size` bytes, fewer than there are. */
  view(bytes: Uint8Array, size: number): Uint8Array {
    if (size > VIEW_SIZE_MAX || bytes.byteOffset !== 0) return bytes.subarray(0, size);
    if (bytes.buffer !== this.viewed) {
      this.viewed = bytes.buffer;
      this.views = [];
    }
    this.views[size] ??= bytes.subarray(0, size);
    return this.views[size];
  }
}

/** A socket as the adapters see it: see adapters/wire/socket.ts. */
export class NodeSocket {
  private readonly socket: OpenSocket;
  private readonly buffers: SocketBuffers;
  /** Bytes of a write that the handle keeps, at most. */
  private keptSize = 0;
  /** What is sent later, a slice at a time. */
  private readonly queue: Uint8Array[] = [];
  private queuedSize = 0;
  private isEnding = false;
  /**
   * Null when something may stand in the stream before what is sent now, or keep it back. It is
   * kept here since looking at the socket costs as much as all else: bench/pubsub. One that was
   * closed meanwhile answers with an error.
   */
  private handle: WritableHandle | null = null;
  private isReadingPaused = false;
  /** Called when all that was kept is sent. */
  drained: () => void = () => {};
  /** Where reads go. */
  private readonly reading: Reading;
  /** Something that was kept is sent. */
  private readonly noticeSent = (error: Error | null | undefined): void => {
    if (!error && this.pendingSize === 0) this.drained();
  };

  constructor(socket: net.Socket, buffers: SocketBuffers, reading = new Reading(buffers)) {
    this.socket = socket as OpenSocket;
    this.buffers = buffers;
    this.reading = reading;
  }

  /** Bytes that wait to be sent. */
  get pendingSize(): number {
    // While there is a handle to write to, nothing waits before it.
    if (this.handle !== null) return this.keptSize;
    return this.keptSize + this.queuedSize + this.socket.writableLength;
  }

  /** Sends bytes. True when they are gone; else they must not change until they are. */
  send(bytes: Uint8Array, size: number): boolean {
    const { buffers } = this;
    const handle = this.handle ?? this.findHandle();
    const { binding, request } = buffers;
    const isDirect = handle !== null && binding !== null && request !== null;
    if (!isDirect || size > SLICE_SIZE_MAX || this.keptSize !== 0) {
      return this.sendInOrder(bytes.subarray(0, size));
    }
    const view = size === bytes.length ? buffers.sendable(bytes) : buffers.view(bytes, size);
    const error = handle.writeBuffer(request, view);
    if (error === 0 && binding.state[binding.keptIndex] === 0) return true;
    buffers.small = null;
    return this.keepRest(error, view, size);
  }

  /** Sends pieces one after the other, as send() does. */
  sendTogether(pieces: readonly Uint8Array[]): boolean {
    const handle = this.handle ?? this.findHandle();
    const { binding, request } = this.buffers;
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const isDirect = handle !== null && binding !== null && request !== null;
    if (!isDirect || size > SLICE_SIZE_MAX || this.keptSize !== 0) {
      let isGone = true;
      for (const piece of pieces) isGone = this.sendInOrder(piece);
      return isGone;
    }
    const error = handle.writev(request, pieces, true);
    if (error === 0 && binding.state[binding.keptIndex] === 0) return true;
    return this.keepRest(error, pieces, size);
  }

  readInto(target: Uint8Array | null): void {
    this.reading.wanted = target;
  }

  lookAhead(): number {
    return this.handle?.writeBuffer === undefined ? 0 : this.keptSize;
  }

  /**
   * Hands over what has come, while the event loop is held: as much as one read takes. The end of
   * the connection, and errors, the runtime will see. Has anything come?
   */
  readNow(): boolean {
    const { user } = this.reading;
    const descriptor = this.socket._handle?.fd;
    if (descriptor === undefined || descriptor < 0 || this.isReadingPaused) return false;
    if (user === null || !user.isFree) return false;
    const { spareBytes } = this.buffers;
    const size = readAvailable(descriptor, spareBytes);
    if (size > 0) user.receive(spareBytes, size);
    return size > 0;
  }

  /** Keeps back what is sent from here on until uncork(). */
  cork(): void {
    this.handle = null;
    this.socket.cork();
  }

  uncork(): void {
    this.socket.uncork();
  }

  pauseReading(): void {
    this.isReadingPaused = true;
    this.socket.pause();
  }

  resumeReading(): void {
    if (!this.isReadingPaused) return;
    this.isReadingPaused = false;
    this.socket.resume();
  }

  /** Lets the other sockets have their turn before this one reads on. */
  letOthersRead(): void {
    if (this.isReadingPaused) return;
    this.socket.pause();
    soon(() => {
      if (!this.isReadingPaused && !this.socket.destroyed) this.socket.resume();
    });
  }

  end(): void {
    this.handle = null;
    // Nobody reads what the peer still sends: it shall notice that it speaks to nobody.
    this.pauseReading();
    if (this.queue.length === 0) this.socket.destroySoon();
    else this.isEnding = true;
    // A peer that never reads must not keep the socket for ever, whatever it sends.
    const timer = setTimeout(() => this.socket.destroy(), CLOSE_TIMEOUT_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.handle = null;
    this.socket.destroy();
  }

  /** Does the socket keep the process alive? */
  holdProcess(isHeld: boolean): void {
    if (isHeld) this.socket.ref();
    else this.socket.unref();
  }

  /** The handle, when the stream before it is empty and keeps nothing back; else null. */
  private findHandle(): WritableHandle | null {
    const { socket } = this;
    const handle = socket._handle;
    if (!canWrite(handle) || !socket.writable) return null;
    if (socket.writableLength !== 0 || socket.writableCorked !== 0) return null;
    if (this.queuedSize !== 0) return null;
    this.handle = handle;
    return handle;
  }

  /** Sends bytes behind others that wait, or bytes that are many. */
  private sendInOrder(bytes: Uint8Array): boolean {
    this.handle = null;
    if (this.queue.length === 0 && bytes.length <= SLICE_SIZE_MAX) {
      this.socket.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), this.noticeSent);
      // The runtime writes at once when it can: nothing left means the kernel has it all.
      return this.pendingSize === 0;
    }
    this.queuedSize += bytes.length;
    this.queue.push(bytes);
    if (this.queue.length === 1) this.sendSlice();
    return this.pendingSize === 0;
  }

  /**
   * Sends a slice of what is queued. The kernel takes as much as it is given while the peer reads,
   * and meanwhile nobody else would be served.
   */
  private sendSlice(): void {
    const { queue, socket } = this;
    if (queue.length === 0 || socket.destroyed) return;
    const first = queue[0];
    const slice = first.subarray(0, SLICE_SIZE_MAX);
    if (slice.length === first.length) queue.shift();
    else queue[0] = first.subarray(slice.length);
    this.queuedSize -= slice.length;
    socket.write(Buffer.from(slice.buffer, slice.byteOffset, slice.length), () => {
      if (queue.length > 0) soon(() => this.sendSlice());
      else this.noticeSent(null);
    });
    if (queue.length === 0 && this.isEnding) socket.destroySoon();
  }

  /** A write through the handle failed, or the handle keeps a part of it. True: nothing is kept. */
  private keepRest(error: number, bytes: WriteRequest['bytes'], size: number): boolean {
    const { buffers } = this;
    const { binding, request } = buffers;
    if (binding === null || request === null) return true;
    if (error !== 0) {
      this.destroy();
      return true;
    }
    this.keptSize = size;
    request.bytes = bytes;
    request.oncomplete = (status) => {
      this.keptSize = 0;
      if (status < 0) this.destroy();
      else this.noticeSent(null);
    };
    buffers.request = new binding.WriteRequest();
    return false;
  }
}

/**
 * One socket's reads: they go into the buffer that all share, or where its user wants them. They
 * are asked for and told by the runtime.
 */
export class Reading {
  /** Where the next read shall go; null: into the shared buffer. */
  wanted: Uint8Array | null = null;
  /** Who has the socket, once that is known: nothing is read before. */
  user: SocketUser | null = null;
  socket: { letOthersRead(): void } | null = null;
  /** Where the runtime reads into now; null: it has not asked yet. */
  private current: Uint8Array | null = null;
  private readonly buffers: SocketBuffers;
  private isLargeExpected = false;
  private inARow = 0;

  constructor(buffers: SocketBuffers) {
    this.buffers = buffers;
  }

  /** The buffer for the next reads, or null: the same. Asked at first, and then after each read. */
  readonly next = (): Uint8Array | null => {
    const { bytes, beginning } = this.buffers;
    const wanted = this.wanted ?? (this.isLargeExpected ? beginning : bytes);
    if (wanted === this.current) return null;
    this.current = wanted;
    return wanted;
  };

  /** `size` bytes came. True: the runtime shall read on. */
  readonly receive = (size: number): boolean => {
    const { bytes: shared, beginning } = this.buffers;
    const current = this.current ?? shared;
    this.user?.receive(current, size);
    this.inARow += size;
    if (current !== shared) this.expect(current === beginning, size);
    if (size < current.length) this.inARow = 0;
    // The runtime would read this socket many times before it looks at another one. The rest of a
    // large argument, though, is read at once.
    const isLong = this.inARow >= READ_IN_A_ROW_MAX;
    const isFull = size === current.length && current === shared && this.wanted === null;
    if (isLong || isFull) {
      this.inARow = 0;
      this.socket?.letOthersRead();
    }
    return true;
  };

  /** Tells from a read of an argument's part, or of a beginning, what will be read next. */
  private expect(isBeginning: boolean, size: number): void {
    if (!isBeginning) this.isLargeExpected = size >= LARGE_PART_SIZE;
    else if (size === BEGINNING_SIZE) this.isLargeExpected = this.wanted !== null;
  }
}

/** What a socket hands its bytes to. */
export interface SocketUser {
  /** May it be given bytes while the event loop is held? */
  readonly isFree: boolean;
  /** Takes the first `size` bytes, which are the caller's again when this returns. */
  receive(bytes: Uint8Array, size: number): void;
  drained(): void;
  closed(): void;
}

/** What of the runtime's sockets is used although it is not documented. */
interface Insides {
  _handle?: { useUserBuffer?: unknown; readStart?: unknown } | null;
  _server?: unknown;
  server?: unknown;
}

/**
 * Makes a socket that was accepted with pauseOnConnect read into the shared buffer, once it is
 * resumed. Returns the socket to use from here on.
 */
export function readShared(accepted: net.Socket, reading: Reading): net.Socket {
  const insides = accepted as unknown as Insides;
  const handle = insides._handle;
  if (typeof handle?.useUserBuffer !== 'function' || typeof handle.readStart !== 'function') {
    accepted.on('data', (chunk: Buffer) => {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      reading.user?.receive(bytes, bytes.length);
    });
    accepted.pause();
    return accepted;
  }
  const { next: buffer, receive: callback } = reading;
  const options = { handle, allowHalfOpen: false, onread: { buffer, callback } };
  const socket = new net.Socket(options as net.SocketConstructorOpts);
  // The listener counts its connections by these.
  const adopted = socket as unknown as Insides;
  adopted.server = insides.server;
  adopted._server = insides._server;
  insides._server = null;
  insides._handle = null;
  return socket;
}

/** Views of the first bytes, by how many these are. */
function viewsOf(buffer: ArrayBuffer): Uint8Array[] {
  return Array.from(
    { length: buffer.byteLength + 1 },
    (_, size) => new Uint8Array(buffer, 0, size),
  );
}

/** Bytes that can be read without waiting: 0 when there are none, or when it is over. */
function readAvailable(descriptor: number, bytes: Uint8Array): number {
  try {
    return readSync(descriptor, bytes, 0, bytes.length, null);
  } catch {
    return 0;
  }
}

function findBinding(): WriteBinding | null {
  try {
    const insides = process as unknown as { binding(name: string): Record<string, unknown> };
    const found = insides.binding('stream_wrap');
    const { WriteWrap, streamBaseState: state, kLastWriteWasAsync: keptIndex } = found;
    if (typeof WriteWrap !== 'function' || !(state instanceof Int32Array)) return null;
    if (typeof keptIndex !== 'number' || state[keptIndex] === undefined) return null;
    // Compiled code reads an array of our own quickly, the runtime's through a table.
    const view = new Int32Array(state.buffer, state.byteOffset, state.length);
    return { WriteRequest: WriteWrap as WriteBinding['WriteRequest'], state: view, keptIndex };
  } catch {
    return null;
  }
}

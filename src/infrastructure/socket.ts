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
import net from 'node:net';

/** A read that fills the buffer: more is probably waiting. */
const READ_SIZE_MAX = 64 * 1024;
/** Larger writes are rare, and cost the stream little of their time. */
const DIRECT_SIZE_MAX = 16 * 1024;
/** Views up to this size are kept. */
const VIEW_SIZE_MAX = 1024;
const CLOSE_TIMEOUT_MS = 10000;

interface WriteRequest {
  oncomplete: ((status: number) => void) | null;
  bytes: Uint8Array | null;
}

interface WritableHandle {
  /** Returns 0, or an error's number. Sends what it can, and keeps the rest with `request`. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
}

/** The socket with its handle; it is null when the socket is closed. */
type OpenSocket = net.Socket & { readonly _handle?: WritableHandle | null };

function canWrite(handle: WritableHandle | null | undefined): handle is WritableHandle {
  return typeof handle?.writeBuffer === 'function';
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
  /** All sockets read into it; its bytes are good until their receiver returns. */
  readonly read = Buffer.alloc(READ_SIZE_MAX);
  // No Buffer goes further in: its slice() shares memory where a Uint8Array's copies.
  readonly bytes = new Uint8Array(this.read.buffer, this.read.byteOffset, this.read.length);
  /** Null: everything is written through streams. */
  readonly binding: WriteBinding | null;
  /** For the next write: one that is sent at once leaves it as it was. */
  request: WriteRequest | null;
  /** Views of the buffer that was seen last, which is nearly always the one that replies are in. */
  private viewed: ArrayBufferLike | null = null;
  private views: Uint8Array[] = [];

  constructor(binding: WriteBinding | null = findBinding()) {
    this.binding = binding;
    this.request = binding === null ? null : new binding.WriteRequest();
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
  /**
   * Null when something may stand in the stream before what is sent now, or keep it back. It is
   * kept here since looking at the socket costs as much as all else: bench/pubsub. One that was
   * closed meanwhile answers with an error.
   */
  private handle: WritableHandle | null = null;
  private isReadingPaused = false;

  constructor(socket: net.Socket, buffers: SocketBuffers) {
    this.socket = socket as OpenSocket;
    this.buffers = buffers;
  }

  /** Bytes that wait to be sent. */
  get pendingSize(): number {
    return this.keptSize + this.socket.writableLength;
  }

  /** Sends bytes. True when they are gone; else they must not change until they are. */
  send(bytes: Uint8Array, size: number): boolean {
    const { buffers } = this;
    const handle = this.handle ?? this.findHandle();
    const { binding, request } = buffers;
    const isDirect = handle !== null && binding !== null && request !== null;
    if (!isDirect || size > DIRECT_SIZE_MAX || this.keptSize !== 0) {
      this.handle = null;
      this.socket.write(Buffer.from(bytes.buffer, bytes.byteOffset, size));
      // The runtime writes at once when it can: nothing left means the kernel has it all.
      return this.pendingSize === 0;
    }
    const view = size === bytes.length ? bytes : buffers.view(bytes, size);
    const error = handle.writeBuffer(request, view);
    if (error !== 0) {
      this.destroy();
      return true;
    }
    if (binding.state[binding.keptIndex] === 0) return true;
    this.keep(request, view);
    buffers.request = new binding.WriteRequest();
    return false;
  }

  lookAhead(): number {
    return this.handle?.writeBuffer === undefined ? 0 : this.keptSize;
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
    this.isReadingPaused = false;
    this.socket.resume();
  }

  /** Lets the other sockets have their turn before this one reads on. */
  letOthersRead(): void {
    if (this.isReadingPaused) return;
    this.socket.pause();
    setImmediate(() => {
      if (!this.isReadingPaused && !this.socket.destroyed) this.socket.resume();
    });
  }

  end(): void {
    this.handle = null;
    // Nobody reads what the peer still sends: it shall notice that it speaks to nobody.
    this.pauseReading();
    this.socket.destroySoon();
    // A peer that never reads must not keep the socket for ever, whatever it sends.
    const timer = setTimeout(() => this.socket.destroy(), CLOSE_TIMEOUT_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.handle = null;
    this.socket.destroy();
  }

  /** The handle, when the stream before it is empty and keeps nothing back; else null. */
  private findHandle(): WritableHandle | null {
    const { socket } = this;
    const handle = socket._handle;
    if (!canWrite(handle) || !socket.writable) return null;
    if (socket.writableLength !== 0 || socket.writableCorked !== 0) return null;
    this.handle = handle;
    return handle;
  }

  /** The handle keeps the rest of `view`. */
  private keep(request: WriteRequest, view: Uint8Array): void {
    this.keptSize = view.length;
    request.bytes = view;
    request.oncomplete = (status) => {
      this.keptSize = 0;
      if (status < 0) this.destroy();
    };
  }
}

/** Who has a socket, once it is known: nothing is read before. */
export interface SocketOwner {
  user: SocketUser | null;
  socket: NodeSocket | null;
}

/** What a socket hands its bytes to. */
export interface SocketUser {
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
export function readShared(
  accepted: net.Socket,
  buffers: SocketBuffers,
  owner: SocketOwner,
): net.Socket {
  const insides = accepted as unknown as Insides;
  const handle = insides._handle;
  if (typeof handle?.useUserBuffer !== 'function' || typeof handle.readStart !== 'function') {
    accepted.on('data', (chunk: Buffer) => {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      owner.user?.receive(bytes, bytes.length);
    });
    accepted.pause();
    return accepted;
  }
  const { read: buffer, bytes } = buffers;
  const callback = (size: number): boolean => {
    owner.user?.receive(bytes, size);
    // The runtime would read this socket many times before it looks at another one.
    if (size === READ_SIZE_MAX) owner.socket?.letOthersRead();
    return true;
  };
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

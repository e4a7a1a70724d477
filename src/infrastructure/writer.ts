// How sockets write: a small reply goes to the handle of the socket at once, from the bytes where
// it lies.
//
// A stream makes three objects for each write and calls back after it, which is a twentieth of the
// processor time of a small request (decisions/0004). What the handle cannot send at once it keeps,
// in the order in which it came; replies after it go through the stream, which stands before the
// same handle. None of this is documented: where it is not as we know it, everything goes through
// the stream.
import type net from 'node:net';

/** Larger writes are rare, and cost the stream little of their time. */
const DIRECT_SIZE_MAX = 16 * 1024;
/** Views up to this size are kept. */
const VIEW_SIZE_MAX = 1024;

interface WriteRequest {
  oncomplete: ((status: number) => void) | null;
  bytes: Uint8Array | null;
}

interface Handle {
  /** Returns 0, or an error's number. Sends what it can, and keeps the rest with `request`. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
}

/** The runtime's part for writes. */
interface WriteBinding {
  readonly WriteRequest: new () => WriteRequest;
  /** For the next write: one that is sent at once leaves it as it was. */
  request: WriteRequest;
  /** What the last call did, by index. */
  readonly state: Int32Array;
  /** Where `state` tells whether the last write kept something. */
  readonly keptIndex: number;
}

/** Writes to one socket. */
export class SocketWriter {
  private readonly socket: net.Socket;
  /** Bytes of a write that the handle keeps, at most. */
  private keptSize = 0;

  constructor(socket: net.Socket) {
    this.socket = socket;
  }

  /** Bytes that wait to be sent. */
  get pendingSize(): number {
    return this.keptSize + this.socket.writableLength;
  }

  /** Sends bytes. True when they are gone; else they must not change until they are. */
  send(bytes: Uint8Array, size: number): boolean {
    const { socket } = this;
    if (binding !== null && size <= DIRECT_SIZE_MAX && this.mayWriteDirectly()) {
      return this.sendDirectly(binding, handleOf(socket) as Handle, viewOf(bytes, size));
    }
    socket.write(Buffer.from(bytes.buffer, bytes.byteOffset, size));
    // The runtime writes at once when it can: nothing left means the kernel has it all.
    return this.pendingSize === 0;
  }

  /** Is there nothing before these bytes, and nothing that holds them back? */
  private mayWriteDirectly(): boolean {
    const { socket } = this;
    if (this.keptSize !== 0 || socket.writableLength !== 0 || socket.writableCorked !== 0) {
      return false;
    }
    return socket.writable && typeof handleOf(socket)?.writeBuffer === 'function';
  }

  private sendDirectly(known: WriteBinding, handle: Handle, view: Uint8Array): boolean {
    const { request } = known;
    const error = handle.writeBuffer(request, view);
    if (error !== 0) {
      this.socket.destroy();
      return true;
    }
    if (known.state[known.keptIndex] === 0) return true;
    this.keptSize = view.length;
    request.bytes = view;
    request.oncomplete = (status) => {
      this.keptSize = 0;
      if (status < 0) this.socket.destroy();
    };
    known.request = new known.WriteRequest();
    return false;
  }
}

/** The handle of a socket; null of one that is closed. */
function handleOf(socket: net.Socket): Handle | null | undefined {
  return (socket as unknown as { _handle?: Handle | null })._handle;
}

const binding = findBinding();
function findBinding(): WriteBinding | null {
  try {
    const insides = process as unknown as { binding(name: string): Record<string, unknown> };
    const found = insides.binding('stream_wrap');
    const { WriteWrap, streamBaseState: state, kLastWriteWasAsync: keptIndex } = found;
    if (typeof WriteWrap !== 'function' || !(state instanceof Int32Array)) return null;
    if (typeof keptIndex !== 'number' || state[keptIndex] === undefined) return null;
    const WriteRequest = WriteWrap as WriteBinding['WriteRequest'];
    return { WriteRequest, request: new WriteRequest(), state, keptIndex };
  } catch {
    return null;
  }
}

/** Views of the buffer that was seen last, which is nearly always the one that replies are in. */
let viewed: ArrayBufferLike | null = null;
let views: Uint8Array[] = [];

/** The first `size` bytes. */
function viewOf(bytes: Uint8Array, size: number): Uint8Array {
  if (size === bytes.length) return bytes;
  if (size > VIEW_SIZE_MAX || bytes.byteOffset !== 0) return bytes.subarray(0, size);
  if (bytes.buffer !== viewed) {
    viewed = bytes.buffer;
    views = [];
  }
  views[size] ??= bytes.subarray(0, size);
  return views[size];
}

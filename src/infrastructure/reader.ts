// How sockets read: all of a server into one buffer, whose bytes are good until the receiver
// returns.
//
// The runtime takes a new buffer of 64 KiB for each read and passes it through a stream, which is a
// tenth of the processor time of a small request (decisions/0004). A socket can be made with a
// buffer of ours instead (`onread`), but a net.Server does not make its sockets so. Therefore the
// handle of an accepted socket moves to a socket that is. Where the handle is not what we know (it
// is not documented), the accepted socket stays and reads as a stream.
import net from 'node:net';
import { type NodeSocket, READ_SIZE_MAX, type SocketBuffers } from './socket.ts';

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

// How sockets read: all of them into one buffer of this process, whose bytes are good until the
// receiver returns.
//
// The runtime takes a new buffer of 64 KiB for each read and passes it through a stream, which is a
// tenth of the processor time of a small request (decisions/0004). A socket can be made with a
// buffer of ours instead (`onread`), but a net.Server does not make its sockets so. Therefore the
// handle of an accepted socket moves to a socket that is. Where the handle is not what we know (it
// is not documented), the accepted socket stays and reads as a stream.
import net from 'node:net';

/** Takes `size` bytes at the start of `bytes`. */
export type BytesHandler = (bytes: Uint8Array, size: number) => void;

/** A read that fills the buffer: more is probably waiting. */
export const READ_SIZE_MAX = 64 * 1024;

/** What of the runtime's sockets is used although it is not documented. */
interface Insides {
  _handle?: { useUserBuffer?: unknown; readStart?: unknown } | null;
  _server?: unknown;
  server?: unknown;
}

const buffer = Buffer.alloc(READ_SIZE_MAX);
// No Buffer goes further in: its slice() shares memory where a Uint8Array's copies.
const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

/**
 * Makes a socket that was accepted with pauseOnConnect read into the shared buffer and hand what it
 * read to `receive`. Returns the socket to use from here on; reading has begun.
 */
export function readShared(accepted: net.Socket, receive: BytesHandler): net.Socket {
  const insides = accepted as unknown as Insides;
  const handle = insides._handle;
  if (typeof handle?.useUserBuffer !== 'function' || typeof handle.readStart !== 'function') {
    accepted.on('data', (chunk: Buffer) =>
      receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length), chunk.length),
    );
    accepted.resume();
    return accepted;
  }
  const options = {
    handle,
    allowHalfOpen: false,
    onread: {
      buffer,
      callback: (size: number): boolean => {
        receive(bytes, size);
        return true;
      },
    },
  };
  const socket = new net.Socket(options as net.SocketConstructorOpts);
  // The listener counts its connections by these.
  const adopted = socket as unknown as Insides;
  adopted.server = insides.server;
  adopted._server = insides._server;
  insides._server = null;
  insides._handle = null;
  socket.resume();
  return socket;
}

// Sockets that are opened from here, for programs that have very many requests under way: they read
// and write as a server's do (socket.ts), into one buffer and past the runtime's streams.
import net from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { NodeSocket, Reading, type SocketBuffers, type SocketUser } from './socket.ts';

interface OutgoingUser extends SocketUser {
  connected(): void;
  /** It could not be opened, or broke; closed() follows. */
  failed(error: Error): void;
}

/**
 * Opens a socket. `to` is a host and a port, or the path of a Unix socket or named pipe; where
 * `tls` is not null, TLS is spoken.
 */
export function connectShared(
  to: net.TcpNetConnectOpts | net.IpcNetConnectOpts,
  tls: ConnectionOptions | null,
  buffers: SocketBuffers,
  user: OutgoingUser,
): NodeSocket {
  const reading = new Reading(buffers);
  const { next: buffer, receive: callback } = reading;
  const options = { ...to, noDelay: true, onread: { buffer, callback } } as unknown;
  const socket =
    tls === null
      ? net.connect(options as net.NetConnectOpts)
      : connectTls({ ...(options as ConnectionOptions), ...tls });
  const out = new NodeSocket(socket, buffers, reading);
  reading.socket = out;
  reading.user = user;
  out.drained = () => user.drained();
  socket.on(tls === null ? 'connect' : 'secureConnect', () => user.connected());
  socket.on('error', (error) => user.failed(error));
  socket.on('close', () => user.closed());
  return out;
}

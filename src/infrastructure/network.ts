// Listeners and sockets on node:net.
import { chmodSync, existsSync, statSync, unlinkSync } from 'node:fs';
import net from 'node:net';

/** What a listener hands its sockets to. */
export interface SocketUser {
  receive(chunk: Uint8Array): void;
  drained(): void;
  closed(): void;
}

/** Where a socket comes from. */
export interface SocketAddresses {
  address: string;
  localAddress: string;
  isUnixSocket: boolean;
  isLocal: boolean;
  descriptor: number;
}

/** Makes the user of a new socket. */
export type SocketHandler = (socket: NodeSocket, addresses: SocketAddresses) => SocketUser;

/** A socket as the adapters see it: see adapters/resp/connection.ts. */
export class NodeSocket {
  private readonly socket: net.Socket;

  constructor(socket: net.Socket) {
    this.socket = socket;
  }

  send(bytes: Uint8Array, size: number): boolean {
    this.socket.write(Buffer.from(bytes.buffer, bytes.byteOffset, size));
    // The runtime writes at once when it can: nothing left means the kernel has it all.
    return this.socket.writableLength === 0;
  }

  get pendingSize(): number {
    return this.socket.writableLength;
  }

  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.end();
    // A peer that never reads or closes must not keep the socket for ever.
    this.socket.setTimeout(CLOSE_TIMEOUT_MS, () => this.socket.destroy());
  }

  destroy(): void {
    this.socket.destroy();
  }
}

const CLOSE_TIMEOUT_MS = 10000;

export interface ListenOptions {
  port: number;
  addresses: readonly string[];
  unixSocket: string;
  unixSocketMode: number;
  backlog: number;
  keepAliveSeconds: number;
}

/** All listeners of one wire language. */
export class Listeners {
  private readonly servers: net.Server[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly handler: SocketHandler;
  private unixSocket = '';
  keepAliveSeconds = 300;

  constructor(handler: SocketHandler) {
    this.handler = handler;
  }

  /** Listens on one TCP address. Resolves to null, or to the error. */
  listen(port: number, host: string, backlog: number): Promise<NodeJS.ErrnoException | null> {
    const ipv6Only = host.includes(':');
    return this.start({ port, host, backlog, ipv6Only });
  }

  /** Listens on a Unix socket; a stale one is replaced, as Redis does. */
  async listenUnix(
    path: string,
    mode: number,
    backlog: number,
  ): Promise<NodeJS.ErrnoException | null> {
    if (existsSync(path) && statSync(path).isSocket()) unlinkSync(path);
    const error = await this.start({ path, backlog });
    if (error !== null) return error;
    this.unixSocket = path;
    if (mode !== 0) chmodSync(path, mode);
    return null;
  }

  get listeningCount(): number {
    return this.servers.length;
  }

  /** Stops listening; connections go on. */
  close(): void {
    for (const server of this.servers) server.close();
    this.servers.length = 0;
  }

  /** Stops listening and ends all connections. */
  shutDown(): void {
    this.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private start(
    options: net.ListenOptions & { backlog: number },
  ): Promise<NodeJS.ErrnoException | null> {
    const server = net.createServer({ noDelay: true, allowHalfOpen: false }, (socket) =>
      this.accept(socket),
    );
    return new Promise((resolve) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        server.close();
        resolve(error);
      };
      server.once('error', fail);
      server.listen(options, () => {
        server.removeListener('error', fail);
        server.on('error', () => {});
        this.servers.push(server);
        resolve(null);
      });
    });
  }

  private accept(socket: net.Socket): void {
    this.sockets.add(socket);
    if (this.keepAliveSeconds > 0) socket.setKeepAlive(true, this.keepAliveSeconds * 1000);
    const user = this.handler(new NodeSocket(socket), this.addressesOf(socket));
    socket.on('data', (chunk: Buffer) => user.receive(chunk));
    socket.on('drain', () => user.drained());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      user.closed();
    });
  }

  private addressesOf(socket: net.Socket): SocketAddresses {
    const descriptor = descriptorOf(socket);
    if (socket.remoteAddress === undefined && this.unixSocket !== '') {
      const address = `${this.unixSocket}:0`;
      return { address, localAddress: address, isUnixSocket: true, isLocal: true, descriptor };
    }
    const remote = socket.remoteAddress ?? '?';
    return {
      address: endpoint(remote, socket.remotePort ?? 0),
      localAddress: endpoint(socket.localAddress ?? '?', socket.localPort ?? 0),
      isUnixSocket: false,
      isLocal: isLoopback(remote),
      descriptor,
    };
  }
}

/** The descriptor's number, as far as the runtime tells. */
function descriptorOf(socket: net.Socket): number {
  const handle = (socket as { _handle?: { fd?: number } })._handle;
  return handle?.fd ?? -1;
}

function endpoint(host: string, port: number): string {
  const plain = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host.startsWith('::ffff:127.');
}

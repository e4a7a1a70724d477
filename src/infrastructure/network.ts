// Listeners and sockets on node:net.
import net from 'node:net';
import { startListeningAt } from './listening.ts';
import type { Endpoint, ListenFailure } from './probe.ts';
import { type Ends, Reception, type Visitor, WELCOME } from './reception.ts';
import { NodeSocket, Reading, readShared, type SocketBuffers, type SocketUser } from './socket.ts';
import { UnixSocket } from './unix-socket.ts';

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

interface Listener {
  readonly server: net.Server;
  readonly failure: Promise<ListenFailure | null>;
  isWanted: boolean;
}

/** All listeners of one wire language. */
export class Listeners {
  /** TCP listeners by endpoint, also those that are on their way. */
  private readonly listeners = new Map<string, Listener>();
  private unixSocket: UnixSocket | null = null;
  private readonly sockets = new Set<NodeSocket>();
  /** May a process be started for who connects while the event loop is held? */
  mayOpenReception = false;
  /** Since something began to hold the event loop. */
  private isHeld = false;
  /** For who connects meanwhile. */
  private reception: Reception | null = null;
  private readonly buffers: () => SocketBuffers;
  private readonly handler: SocketHandler;
  /** Do listeners and connections keep the process alive? */
  private holdsProcess = true;
  /** For connections that come from now on; 0 asks for no probes. */
  keepAliveSeconds = 0;
  /** Connections that the kernel lets wait, for listeners that are made from now on. */
  backlog = 511;

  /** `buffers` are asked for when somebody connects: most of many servers have no sockets. */
  constructor(buffers: () => SocketBuffers, handler: SocketHandler) {
    this.buffers = buffers;
    this.handler = handler;
  }

  /** The endpoints that are listened on, each as endpointKey() has it. */
  get endpoints(): string[] {
    return [...this.listeners.keys()].filter((key) => this.listeners.get(key)?.isWanted);
  }

  /** Listens on a TCP address. Resolves to null, or to why it cannot. */
  listen(endpoint: Endpoint): Promise<ListenFailure | null> {
    const key = endpointKey(endpoint);
    const known = this.listeners.get(key);
    if (known !== undefined) {
      known.isWanted = true;
      return known.failure;
    }
    const server = this.create(false);
    const failure = startListeningAt(server, endpoint, this.backlog);
    const listener = { server, isWanted: true, failure };
    this.listeners.set(key, listener);
    return failure.then((outcome) => {
      if (outcome !== null || !listener.isWanted) this.drop(key);
      return outcome;
    });
  }

  /** Listens on a port that the system chooses. Resolves to its number, or to why it cannot. */
  async listenAnywhere(address: string): Promise<number | ListenFailure> {
    const server = this.create(false);
    const failure = startListeningAt(server, { address, port: 0 }, this.backlog);
    const outcome = await failure;
    if (outcome !== null) return outcome;
    const { port } = server.address() as net.AddressInfo;
    this.listeners.set(endpointKey({ address, port }), { server, isWanted: true, failure });
    return port;
  }

  /** Listens on a Unix socket. Resolves to null, or to why it cannot. Mode 0 is the system's. */
  async listenUnix(path: string, mode: number): Promise<ListenFailure | null> {
    const outcome = await UnixSocket.open(this.create(true), path, mode, this.backlog);
    if (!(outcome instanceof UnixSocket)) return outcome;
    this.unixSocket = outcome;
    return null;
  }

  /** Stops listening on an endpoint; its connections go on. The port is free at once. */
  close(key: string): void {
    const listener = this.listeners.get(key);
    if (listener === undefined) return;
    // The runtime cannot recall a listener that is on its way: that one is dropped when it is
    // there.
    listener.isWanted = false;
    if (listener.server.listening) this.drop(key);
  }

  /**
   * Keeps back what is sent on all connections until the returned function is called, so that
   * nobody hears of a new listener before it is there.
   */
  corkAll(): () => void {
    const corked = [...this.sockets];
    for (const socket of corked) socket.cork();
    return () => {
      for (const socket of corked) socket.uncork();
    };
  }

  /** Serves who is connected while something holds the event loop: once, without waiting. */
  readNow(): boolean {
    if (this.mayOpenReception && !this.isHeld) this.openReception();
    let hasCome = this.reception?.letIn() ?? false;
    for (const socket of this.sockets) hasCome = socket.readNow() || hasCome;
    return hasCome;
  }

  /** Do listeners and connections, those to come too, keep the process alive? */
  holdProcess(isHeld: boolean): void {
    this.holdsProcess = isHeld;
    for (const { server } of this.listeners.values()) isHeld ? server.ref() : server.unref();
    this.unixSocket?.holdProcess(isHeld);
    for (const socket of this.sockets) socket.holdProcess(isHeld);
  }

  /** Stops listening and ends all connections. Resolves when nothing of it is there any more. */
  async shutDown(): Promise<void> {
    this.reception?.end();
    const closed = [...this.listeners.values()].map(({ server }) => closing(server));
    for (const key of this.endpoints) this.close(key);
    const unixClosed = this.unixSocket?.close();
    this.unixSocket = null;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await Promise.all([...closed, unixClosed]);
  }

  private drop(key: string): void {
    this.listeners.get(key)?.server.close();
    this.listeners.delete(key);
  }

  private create(isUnixSocket: boolean): net.Server {
    const options = { noDelay: true, allowHalfOpen: false, pauseOnConnect: true };
    const server = net.createServer(options, (socket) => {
      this.accept(socket, this.addressesOf(socket, descriptorOf(socket), isUnixSocket));
    });
    return this.holdsProcess ? server : server.unref();
  }

  /** It is asked for where the loop is held, and closed as soon as that is free. */
  private openReception(): void {
    const doorOf = (server: net.Server, isUnixSocket: boolean) => {
      return { descriptor: descriptorOf(server), isUnixSocket };
    };
    const doors = [...this.listeners.values()].map(({ server }) => doorOf(server, false));
    if (this.unixSocket !== null) doors.push(doorOf(this.unixSocket.server, true));
    const open = doors.filter(({ descriptor }) => descriptor >= 0);
    const reception = Reception.open(open, (pipe, visitor) => this.letIn(pipe, visitor));
    this.reception = reception;
    this.isHeld = true;
    setImmediate(() => {
      this.isHeld = false;
      reception?.close();
      this.reception = null;
    });
  }

  private letIn(pipe: net.Socket, visitor: Visitor): void {
    const addresses = this.addressesOf(visitor, descriptorOf(pipe), visitor.isUnixSocket);
    this.accept(pipe, addresses, WELCOME);
  }

  private accept(
    accepted: net.Socket,
    addresses: SocketAddresses,
    first: Uint8Array | null = null,
  ): void {
    const buffers = this.buffers();
    const reading = new Reading(buffers);
    const socket = readShared(accepted, reading);
    if (this.keepAliveSeconds > 0) socket.setKeepAlive(true, this.keepAliveSeconds * 1000);
    const out = new NodeSocket(socket, buffers, reading);
    if (first !== null) out.send(first, first.length);
    this.sockets.add(out);
    if (!this.holdsProcess) out.holdProcess(false);
    const user = this.handler(out, addresses);
    reading.socket = out;
    reading.user = user;
    out.drained = () => user.drained();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(out);
      user.closed();
    });
    // A user that turned the socket away has ended it.
    if (socket.writable) socket.resume();
  }

  private addressesOf(socket: Ends, descriptor: number, isUnixSocket: boolean): SocketAddresses {
    if (isUnixSocket) {
      const address = `${this.unixSocket?.path}:0`;
      return { address, localAddress: address, isUnixSocket, isLocal: true, descriptor };
    }
    const remote = socket.remoteAddress ?? '?';
    return {
      address: endpoint(remote, socket.remotePort ?? 0),
      localAddress: endpoint(socket.localAddress ?? '?', socket.localPort ?? 0),
      isUnixSocket,
      isLocal: isLoopback(remote),
      descriptor,
    };
  }
}

/** Resolves when the listener is closed, or has failed to open. */
function closing(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.once('close', resolve);
    server.once('error', () => resolve());
  });
}

/** `127.0.0.1:6379`: tells endpoints apart. */
export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.address}:${endpoint.port}`;
}

/** The descriptor's number, as far as the runtime tells. */
function descriptorOf(socket: net.Socket | net.Server): number {
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

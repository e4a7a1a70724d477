// A reception: takes in who connects while the event loop is held, which this process cannot do by
// itself then. A child process shares the listening sockets, and hands on what clients and server
// say, byte for byte, through pipes that it was born with: here each is a socket like others, and
// can be read and written without the loop.
//
// A client that was taken in says where it comes from (HEADER_SIZE bytes), and nothing else before
// it is answered with a byte. When the loop is free again the child takes in nobody more; it lives
// as long as those that it has taken in are connected.
//
// Without descriptors of sockets (Windows), or where no process can be made, who connects waits.
import { type ChildProcess, spawn } from 'node:child_process';
import { readSync } from 'node:fs';
import type net from 'node:net';

/** So many are taken in for one script; others wait. */
const CLIENTS_MAX = 8;
const HEADER_SIZE = 256;
/**
 * The child's descriptors: the listening sockets, the pipes, and last what ends when it shall take
 * in nobody more. A process that dies loses them in this order.
 */
const FIRST_DOOR = 3;
/** How long the end of the child is waited for. */
const END_MS = 500;
/** What a client is told that was let in: then what it says comes. */
export const WELCOME = Uint8Array.of(10);

/** What a socket knows of its two ends: nothing, where it is a Unix socket, or closed. */
export type Ends = Partial<
  Pick<net.Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>
>;

export interface Visitor extends Ends {
  readonly isUnixSocket: boolean;
}

/** A listening socket. */
export interface ReceptionDoor {
  readonly descriptor: number;
  readonly isUnixSocket: boolean;
}

/** Makes a connection of a pipe to a client. */
export type VisitorHandler = (pipe: net.Socket, visitor: Visitor) => void;

/** The child's program. It may use nothing but the runtime. */
const PROGRAM = `
const net = require('node:net');
const [listening, pipes, controlling, headerSize] = JSON.parse(process.argv[1]);
const open = (fd) => new net.Socket({ fd, readable: true, writable: true });
const free = pipes.map(open);
const options = { pauseOnConnect: true, noDelay: true };
const servers = listening.map(([fd, isUnixSocket]) =>
  net.createServer(options, (client) => receive(client, isUnixSocket)).listen({ fd }));
const control = open(controlling);
control.on('error', () => {}).on('close', stop).resume();
function receive(client, isUnixSocket) {
  const pipe = free.pop();
  if (free.length === 0) stop();
  if (pipe === undefined) return client.destroy();
  const { remoteAddress, remotePort, localAddress, localPort } = client;
  const ends = { remoteAddress, remotePort, localAddress, localPort };
  const header = JSON.stringify({ ...ends, isUnixSocket });
  for (const [one, other] of [[client, pipe], [pipe, client]]) {
    one.on('error', () => {}).on('close', () => other.destroySoon());
  }
  pipe.write(header.padEnd(headerSize));
  pipe.once('data', (bytes) => {
    client.write(bytes.subarray(1));
    client.pipe(pipe);
    pipe.pipe(client);
  });
}
function stop() {
  for (const server of servers.splice(0)) server.close();
  for (const pipe of free.splice(0)) pipe.destroy();
}
`;

export class Reception {
  private readonly child: ChildProcess;
  private readonly control: net.Socket;
  private readonly handler: VisitorHandler;
  /** Through which nobody has come yet. */
  private readonly free = new Set<net.Socket>();
  private readonly header = new Uint8Array(HEADER_SIZE);

  private constructor(child: ChildProcess, firstPipe: number, handler: VisitorHandler) {
    this.child = child;
    this.handler = handler;
    for (let i = 0; i < CLIENTS_MAX; i++) {
      const pipe = child.stdio[firstPipe + i] as net.Socket;
      pipe.on('error', () => {});
      this.free.add(pipe);
    }
    this.control = child.stdio[firstPipe + CLIENTS_MAX] as net.Socket;
    this.control.on('error', () => {});
  }

  /** Opens one for these listening sockets, until the loop is free; null where that cannot be. */
  static open(doors: readonly ReceptionDoor[], handler: VisitorHandler): Reception | null {
    if (doors.length === 0) return null;
    const descriptors = doors.map(({ descriptor }) => descriptor);
    const listening = doors.map(({ isUnixSocket }, i) => [FIRST_DOOR + i, isUnixSocket]);
    const firstPipe = FIRST_DOOR + doors.length;
    const pipes = Array.from({ length: CLIENTS_MAX }, (_, i) => firstPipe + i);
    const words = JSON.stringify([listening, pipes, firstPipe + CLIENTS_MAX, HEADER_SIZE]);
    const toPipes = pipes.map(() => 'pipe' as const);
    try {
      const child = spawn(process.execPath, ['-e', PROGRAM, words], {
        stdio: ['ignore', 'ignore', 'ignore', ...descriptors, ...toPipes, 'pipe'],
        env: {},
      });
      child.on('error', () => {});
      child.unref();
      return child.pid === undefined ? null : new Reception(child, firstPipe, handler);
    } catch {
      return null;
    }
  }

  /** Lets those in who have come, while the loop is held. Has anybody? */
  letIn(): boolean {
    let hasCome = false;
    for (const pipe of this.free) {
      if (read(pipe, this.header) !== HEADER_SIZE) continue;
      this.welcome(pipe, this.header);
      hasCome = true;
    }
    return hasCome;
  }

  /** The loop is free: nobody more is taken in but who was on the way. */
  close(): void {
    this.control.destroy();
    for (const pipe of this.free) {
      pipe.unref();
      pipe.once('data', (header: Buffer) => {
        pipe.pause();
        this.welcome(pipe, header);
      });
    }
  }

  /** The server ends while the loop is held: nobody shall listen any more. */
  end(): void {
    this.child.kill('SIGKILL');
    const ticks = new Int32Array(new SharedArrayBuffer(4));
    for (let ms = 0; ms < END_MS && read(this.control, this.header) !== 0; ms++) {
      Atomics.wait(ticks, 0, 0, 1);
    }
  }

  private welcome(pipe: net.Socket, header: Uint8Array): void {
    this.free.delete(pipe);
    const visitor = JSON.parse(Buffer.from(header).toString('latin1')) as Visitor;
    pipe.removeAllListeners('data');
    this.handler(pipe, visitor);
  }
}

/** Reads without waiting: how much has come, 0 at the end, or -1 when there is nothing yet. */
function read(pipe: net.Socket, into: Uint8Array): number {
  const descriptor = (pipe as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  if (descriptor < 0) return 0;
  try {
    return readSync(descriptor, into, 0, into.length, null);
  } catch {
    return -1;
  }
}

// Locks: a socket beside the files that nobody else shall use, on which somebody listens; on
// Windows a named pipe. It goes with its process, whatever ends that, and what a dead one left
// behind is replaced.
import { createHash } from 'node:crypto';
import net from 'node:net';
import { absolutePath, fromLatin1 } from './files.ts';
import { UnixSocket } from './unix-socket.ts';

/** The kernel's longest path is short: from where the process is, another one may do. */
const PATH_SIZE_MAX = 100;
/** Whoever may look at the directory finds out that somebody listens: of a pipe all may that. */
const PERMISSIONS = process.platform === 'win32' ? 0 : 0o777;

/** What this process has locked. */
export class Locks {
  private readonly sockets = new Map<string, UnixSocket>();

  /** Takes the lock of this path until release(): '', or why that is not possible. */
  async lock(path: string): Promise<string> {
    const absolute = absolutePath(path);
    if (this.sockets.has(absolute)) return '';
    const server = net.createServer((socket) => socket.destroy());
    server.unref();
    const socket = await UnixSocket.open(server, socketPath(path), PERMISSIONS, 1);
    if (socket instanceof UnixSocket) {
      this.sockets.set(absolute, socket);
      return '';
    }
    const why = socket.code === 'EADDRINUSE' ? 'another server uses it' : socket.words;
    return `Can't take the lock ${path}: ${why}`;
  }

  release(): void {
    for (const socket of this.sockets.values()) void socket.close();
    this.sockets.clear();
  }
}

/** Has somebody this lock? Nothing is changed. */
export function isLocked(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(fromLatin1(socketPath(path)));
    const end = (isHeld: boolean): void => {
      socket.destroy();
      resolve(isHeld);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function socketPath(path: string): string {
  const absolute = absolutePath(path);
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\redstart-${createHash('sha256').update(absolute).digest('hex')}`;
  }
  const parent = `${absolutePath('.')}/`;
  const isShort = path.length <= PATH_SIZE_MAX || !absolute.startsWith(parent);
  return isShort ? path : absolute.slice(parent.length);
}

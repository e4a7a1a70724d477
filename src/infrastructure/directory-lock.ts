// The lock of a directory: a socket in it that somebody listens on; on Windows a named pipe. It
// goes with its process, whatever ends that, and what a dead one left behind is replaced.
import { createHash } from 'node:crypto';
import net from 'node:net';
import { absolutePath } from './files.ts';
import { UnixSocket } from './unix-socket.ts';

const NAME = 'lock';
/** The kernel's longest path is short: from where the process is, another one may do. */
const PATH_SIZE_MAX = 100;

/** The directories that this process has locked. */
export class DirectoryLocks {
  private readonly sockets = new Map<string, UnixSocket>();

  /** Locks a directory until release(): '', or why that is not possible. */
  async lock(path: string): Promise<string> {
    const absolute = absolutePath(path);
    if (this.sockets.has(absolute)) return '';
    const server = net.createServer((socket) => socket.destroy());
    server.unref();
    const socket = await UnixSocket.open(server, lockPath(path), 0, 1);
    if (socket instanceof UnixSocket) {
      this.sockets.set(absolute, socket);
      return '';
    }
    const why = socket.code === 'EADDRINUSE' ? 'another server uses it' : socket.words;
    return `Can't lock the directory ${path}: ${why}`;
  }

  release(): void {
    for (const socket of this.sockets.values()) socket.close();
    this.sockets.clear();
  }
}

function lockPath(path: string): string {
  const absolute = absolutePath(path);
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\redstart-${createHash('sha256').update(absolute).digest('hex')}`;
  }
  const inside = `${path}/${NAME}`;
  const parent = `${absolutePath('.')}/`;
  if (inside.length <= PATH_SIZE_MAX || !absolute.startsWith(parent)) return inside;
  return `${absolute.slice(parent.length)}/${NAME}`;
}

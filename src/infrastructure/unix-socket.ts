// The file of a Unix socket: made so that nobody whom its permissions shut out can connect, never
// in the place of what is somebody else's, and removed only while it is the one that was made.
import { chmodSync, existsSync, lstatSync } from 'node:fs';
import net from 'node:net';
import { dirname } from 'node:path';
import { absolutePath, fromLatin1, isUtf8, pathBytes, removeFile } from './files.ts';
import { startListening } from './listening.ts';
import type { ListenFailure } from './probe.ts';
import { codeWords, errorCode, errorWords } from './system-error.ts';

/** Bytes that the kernel has for a path, with a NUL at its end; on Windows it is no file. */
const PATH_SIZE_MAX = process.platform === 'linux' ? 108 : 104;
const ALL_PERMISSIONS = 0o777;
/** A named pipe of Windows is no file. */
const PIPE = /^\\\\[.?]\\pipe\\/;

/** What a connect says of a socket's file whose server is gone, or may be. */
const LEFT_BEHIND = ['ECONNREFUSED', 'EACCES'];

export class UnixSocket {
  /** As it was given, which clients are shown. Latin1. */
  readonly path: string;
  readonly server: net.Server;
  /** The directory of the process may change. */
  private readonly absolute: string;
  private readonly identity: string;

  private constructor(server: net.Server, path: string) {
    this.server = server;
    this.path = path;
    this.absolute = PIPE.test(path) ? path : absolutePath(path);
    this.identity = identityOf(path);
  }

  /**
   * Listens. A socket that a dead server left behind is replaced; a file of any other kind, and
   * that of a server that lives, are in use. Mode 0 leaves the permissions to the system.
   */
  static async open(
    server: net.Server,
    path: string,
    mode: number,
    backlog: number,
  ): Promise<UnixSocket | ListenFailure> {
    if (PIPE.test(path)) {
      const outcome = await listen(server, { path: fromLatin1(path), backlog }, 0);
      return outcome ?? new UnixSocket(server, path);
    }
    const unfit = whyUnfit(path);
    if (unfit !== null) return unfit;
    await removeLeftBehind(path);
    const failure = await listen(server, { path: fromLatin1(path), backlog }, mode);
    if (failure !== null) return failure;
    const socket = new UnixSocket(server, path);
    try {
      // A directory may have rules of its own for new files.
      if (mode !== 0) chmodSync(pathBytes(path), mode);
      return socket;
    } catch (error) {
      void socket.close();
      return { code: errorCode(error), words: errorWords(error) };
    }
  }

  /** Does the listener keep the process alive? */
  holdProcess(isHeld: boolean): void {
    if (isHeld) this.server.ref();
    else this.server.unref();
  }

  /**
   * Stops listening. The runtime removes the file of this name, so it must be the right one.
   * Resolves when nobody can connect any more.
   */
  async close(): Promise<void> {
    const isOurs = identityOf(this.path) === this.identity;
    const closed = new Promise<void>((resolve) => {
      if (isOurs) this.server.close(() => resolve());
      else resolve();
    });
    if (!isOurs) this.server.unref();
    if (this.identity !== '' && identityOf(this.absolute) === this.identity) {
      removeFile(this.absolute);
    }
    await closed;
  }
}

/** Why there can be no socket of this name, or null. */
function whyUnfit(path: string): ListenFailure | null {
  if (process.platform !== 'win32' && path.length >= PATH_SIZE_MAX) {
    const words = `unix socket path too long (${path.length}), must be under ${PATH_SIZE_MAX}`;
    return { code: 'ENAMETOOLONG', words };
  }
  if (!isUtf8(path)) return { code: 'EILSEQ', words: codeWords('EILSEQ') };
  // The runtime would say that permission is denied.
  if (existsSync(pathBytes(dirname(path)))) return null;
  return { code: 'ENOENT', words: codeWords('ENOENT') };
}

/** Removes what a dead server left behind, but not what another start has put there meanwhile. */
async function removeLeftBehind(path: string): Promise<void> {
  const found = socketAt(path);
  if (found !== '' && (await isDead(path)) && socketAt(path) === found) removeFile(path);
}

function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(fromLatin1(path));
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error) => resolve(LEFT_BEHIND.includes(errorCode(error))));
  });
}

/** The file is made within the call: until then nobody gets more than the mode grants. */
function listen(
  server: net.Server,
  options: net.ListenOptions,
  mode: number,
): Promise<ListenFailure | null> {
  if (mode === 0) return startListening(server, options);
  const mask = setMask(ALL_PERMISSIONS & ~mode);
  try {
    return startListening(server, options);
  } finally {
    if (mask !== null) process.umask(mask);
    // Else the file may be somebody else's.
    else if (server.listening) restrict(options.path ?? '', mode);
  }
}

/** The mask before; null in a worker thread, which may not change that of its process. */
function setMask(mask: number): number | null {
  try {
    return process.umask(mask);
  } catch {
    return null;
  }
}

/** Where there is no mask the file gets its mode at once. */
function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Whoever listens tries again, and says why not.
  }
}

/** Which socket a path leads to, with its age, since numbers are given again; '' for none. */
function socketAt(path: string): string {
  const status = lstatSync(pathBytes(path), { throwIfNoEntry: false, bigint: true });
  return status?.isSocket() ? `${status.dev}:${status.ino}:${status.ctimeNs}` : '';
}

/** Which file a path leads to; '' for none. */
function identityOf(path: string): string {
  if (PIPE.test(path)) return '';
  const status = lstatSync(pathBytes(path), { throwIfNoEntry: false, bigint: true });
  return status === undefined ? '' : `${status.dev}:${status.ino}`;
}

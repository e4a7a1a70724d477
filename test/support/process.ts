// The built server as a child process whose output and end can be waited for.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));
const WAIT_MS = 20000;

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** What a shell does instead: "$@" is the command line that starts the server. */
  readonly script?: string;
}

export class ServerProcess {
  /** Standard output and standard error. */
  text = '';
  /** Resolves to the exit code; to null when a signal killed the process. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();

  constructor(args: readonly string[], options: ProcessOptions = {}) {
    const shell = ['/bin/sh', '-c', options.script ?? '', 'sh'];
    const [file, ...words] = [
      ...(options.script === undefined ? [] : shell),
      process.execPath,
      SERVER,
      ...args,
    ];
    // What it saves, or finds, is nobody else's.
    const directory = options.cwd === undefined ? mkdtempSync(join(tmpdir(), 'redstart-')) : '';
    this.child = spawn(file, words, {
      cwd: options.cwd ?? directory,
      env: { PATH: process.env.PATH ?? '', NODE_DISABLE_COMPILE_CACHE: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdin?.on('error', () => {});
    this.child.stdin?.end(options.input ?? '');
    const collect = (chunk: Buffer): void => {
      this.text += chunk.toString('latin1');
      for (const watcher of this.watchers) watcher();
    };
    this.child.stdout?.on('data', collect);
    this.child.stderr?.on('data', collect);
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        if (directory !== '') rmSync(directory, { recursive: true, force: true });
        resolve(code);
        for (const watcher of this.watchers) watcher();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until the output matches; fails when the process ends before or takes too long. */
  says(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(pattern, reject), WAIT_MS);
      const look = (): void => {
        const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
        if (pattern.test(this.text)) resolve();
        else if (isOver) this.fail(pattern, reject);
        else return;
        clearTimeout(timer);
        this.watchers.delete(look);
      };
      this.watchers.add(look);
      look();
    });
  }

  ready(): Promise<void> {
    return this.says(/Ready to accept connections/);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends the process, if it has not ended, and waits for it. */
  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private fail(pattern: RegExp, reject: (error: Error) => void): void {
    reject(new Error(`no ${pattern} in:\n${this.text}`));
  }
}

/** Runs a server for the time of `use`, once it is ready. */
export async function withServer(
  args: readonly string[],
  use: (server: ServerProcess) => Promise<void>,
  options: ProcessOptions = {},
): Promise<void> {
  const server = new ServerProcess(args, options);
  try {
    await server.ready();
    await use(server);
  } finally {
    await server.stop();
  }
}

/** Runs a test with an empty directory of its own. */
export async function withDirectory(use: (path: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'redstart-main-'));
  try {
    await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Sends one line and resolves to all that comes until the server has closed the connection, or to
 * the code of the error. Behind other lines than QUIT and SHUTDOWN goes a QUIT, whose OK is left
 * out.
 */
export function ask(to: number | string, line: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    const socket = typeof to === 'string' ? net.connect(to) : net.connect(to, host);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.once('close', () => resolve(text.replace(/\+OK\r\n$/, '')));
    socket.write(`${line}\r\n`, 'latin1');
    if (!/^(quit|shutdown|debug panic)/i.test(line)) socket.write('QUIT\r\n');
  });
}

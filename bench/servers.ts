// The servers that are measured: Redstart as it was bundled and the reference, as child processes
// on free ports, on a processor of their own where taskset can give them one. Whoever starts one
// stops it; the end of the bench process does, too.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep } from './part.ts';

export interface ServerKind {
  readonly name: string;
  readonly command: readonly string[];
}

export interface RunningServer {
  readonly kind: ServerKind;
  readonly port: number;
  readonly pid: number;
  readonly directory: string;
  /** From the spawn to the first answered PING. */
  readonly startMs: number;
  stop(): Promise<void>;
}

const SERVER_PROCESSOR = 0;
const CLIENT_PROCESSOR = 1;
/**
 * Servers go first on a machine that others use too. Without the right to it, nice runs them as
 * ever.
 */
const NICE = -10;
const START_TIMEOUT_MS = 120000;
const ARGS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
const BUNDLE = fileURLToPath(new URL('../../dist/redstart.js', import.meta.url));

const running = new Map<ChildProcess, string>();

export const redstart: ServerKind = { name: 'redstart', command: [process.execPath, BUNDLE] };

export const reference: ServerKind = {
  name: 'reference',
  command: [process.env.REDSTART_REFERENCE ?? 'redis-server'],
};

/** Both, in the order in which they are run in turn. */
export const kinds = [redstart, reference] as const;

/** Can there be a processor for the server and another one for its clients? */
export const isPinned =
  availableParallelism() > CLIENT_PROCESSOR &&
  spawnSync('taskset', ['-c', String(SERVER_PROCESSOR), 'true']).status === 0;

/** `7.0.15`, or null when there is no reference. */
export function referenceVersion(): string | null {
  const { stdout } = spawnSync(reference.command[0], ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(stdout ?? '')?.[1] ?? null;
}

/** Moves the bench process, which is the client, to the clients' processor. */
export function pinClient(): void {
  if (!isPinned) return;
  spawnSync('taskset', ['-a', '-c', '-p', String(CLIENT_PROCESSOR), String(process.pid)]);
}

/** A command line that runs on the servers' processor. */
export function onServerProcessor(command: readonly string[]): string[] {
  const nice = ['nice', '-n', String(NICE)];
  const taskset = isPinned ? ['taskset', '-c', String(SERVER_PROCESSOR)] : [];
  return [...nice, ...taskset, ...command];
}

/**
 * Starts a server: an empty one that writes nothing to disk, unless `more` directives say so. What
 * is in `from` is there when it starts, and stays.
 */
export async function startServer(
  kind: ServerKind,
  more: readonly string[] = [],
  from?: string,
): Promise<RunningServer> {
  if (kind === redstart && !existsSync(BUNDLE)) throw new Error(`${BUNDLE} is not built`);
  const port = await freePort();
  const directory = from ?? mkdtempSync(join(tmpdir(), 'redstart-bench-'));
  const words = [...kind.command, '--port', String(port), ...ARGS, ...more];
  const [file, ...args] = onServerProcessor(words);
  const env = childEnvironment();
  const beginMs = performance.now();
  const child = spawn(file, args, { cwd: directory, env, stdio: 'ignore' });
  const gone = watchOver(child, from === undefined ? directory : '');
  const stop = (): Promise<void> => {
    child.kill('SIGKILL');
    return gone;
  };
  while (!(await answersPing(port))) {
    const isLate = performance.now() - beginMs > START_TIMEOUT_MS;
    if (isLate || child.exitCode !== null || child.pid === undefined) {
      await stop();
      throw new Error(`${kind.name} does not start: ${kind.command.join(' ')}`);
    }
    await sleep(1);
  }
  const startMs = performance.now() - beginMs;
  return { kind, port, pid: child.pid ?? 0, directory, startMs, stop };
}

/** Runs something with a fresh server. */
export async function withServer<T>(
  kind: ServerKind,
  use: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await startServer(kind);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Runs something on both servers, one after the other: [ours, theirs]. */
export async function onBoth<T>(use: (server: RunningServer) => Promise<T>): Promise<[T, T]> {
  return [await withServer(redstart, use), await withServer(reference, use)];
}

/** Ours without the variables that Redstart reads as directives. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('REDSTART_'));
  // A program of Node.js 20 reads these at its start, for 80 ms, though it never speaks TLS.
  return Object.fromEntries(entries.filter(([name]) => name !== 'NODE_EXTRA_CA_CERTS'));
}

/** Ends a child with this process; resolves when it has ended. Its directory is deleted then. */
export function watchOver(child: ChildProcess, directory = ''): Promise<void> {
  if (running.size === 0 && process.listenerCount('exit', killAll) === 0) {
    process.on('exit', killAll);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(1));
    }
  }
  running.set(child, directory);
  return new Promise((resolve) => {
    const end = (): void => {
      running.delete(child);
      if (directory !== '') rmSync(directory, { recursive: true, force: true });
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
}

/** Seconds of processor time, user and system, that a process has used. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Milliseconds of processor time that the threads which a process has now have used: exact, where
 * processorSeconds() counts ticks, but without those of threads that have ended.
 */
export function threadsMs(pid: number): number {
  let sumNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
    sumNs += Number(stat.slice(0, stat.indexOf(' ')));
  }
  return sumNs / 1e6;
}

/** Bytes of a process in memory. */
export function residentSize(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

const TICKS_PER_SECOND = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

/** Ends everything that was started and still runs. */
export function killAll(): void {
  for (const [child, directory] of running) {
    child.kill('SIGKILL');
    if (directory !== '') rmSync(directory, { recursive: true, force: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      // Not while it loads.
      resolve(reply.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

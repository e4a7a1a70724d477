// Servers for tests: Redstart as it was built, and the reference redis-server, as child processes
// on free ports of the loopback interface. Whoever starts one stops it; the end of the test
// process does, too.
//
// REDSTART_REFERENCE names the reference's binary. REDSTART_UNDER_TEST names a redis-server that
// plays Redstart's part: a reference in both roles shows that a test says what the reference says.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningServer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** What it has printed. */
  output(): string;
  /** Ends it and resolves when it is gone. */
  stop(): Promise<void>;
}

/** The reference binary and its version (`7.2.6`), or why there is none. */
export interface Reference {
  readonly path: string;
  readonly version: string;
  readonly problem: string;
}

const COMMON_ARGS = ['--save', '', '--enable-debug-command', 'yes'];
const REDSTART = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../../dist/redstart.js', import.meta.url));
/** Below those that Linux gives to outgoing connections. */
const PORT_MIN = 10000;
const PORT_END = 32768;
const START_ATTEMPTS = 5;
const START_TIMEOUT_MS = 20000;
const POLL_MS = 10;

/** Child processes and their working directories. */
const running = new Map<ChildProcess, string>();
let foundReference: Reference | null = null;

/** Looks for the reference: REDSTART_REFERENCE, or redis-server of the PATH. */
export function reference(): Reference {
  if (foundReference !== null) return foundReference;
  const path = process.env.REDSTART_REFERENCE ?? 'redis-server';
  const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = /v=(\S+)/.exec(stdout ?? '')?.[1] ?? '';
  const problem = version === '' ? `no reference server: ${error?.message ?? path}` : '';
  foundReference = { path, version, problem };
  return foundReference;
}

/** Is the reference of the version that Redstart follows? */
export function isReference72(): boolean {
  return reference().version.startsWith('7.2.');
}

export function startRedstart(args: readonly string[] = []): Promise<RunningServer> {
  const other = process.env.REDSTART_UNDER_TEST;
  if (other !== undefined) return start(`${other} under test`, other, [], args);
  return start('Redstart', process.execPath, [REDSTART], args);
}

/** Redstart as it is published: what `npm run build` made last. */
export function startBundle(args: readonly string[] = []): Promise<RunningServer> {
  if (process.env.REDSTART_UNDER_TEST !== undefined) return startRedstart(args);
  return start('the bundle', process.execPath, [BUNDLE], args);
}

export function startReference(args: readonly string[] = []): Promise<RunningServer> {
  const { path, version, problem } = reference();
  if (problem !== '') return Promise.reject(new Error(problem));
  return start(`redis-server ${version}`, path, [], args);
}

/**
 * A port that nobody listens on now, and that no other test process is given while this one lives:
 * it holds the UDP port of the same number. The system takes ports of outgoing connections from
 * above.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_END);
    if ((await isReserved(port)) && (await isFree(port))) return port;
  }
}

function isReserved(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const reservation = createSocket('udp4').unref();
    reservation.once('error', () => resolve(false));
    reservation.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}

async function start(
  name: string,
  file: string,
  fileArgs: readonly string[],
  args: readonly string[],
): Promise<RunningServer> {
  let problem = '';
  // Between the probe and the start somebody else may take the port: then another one is tried.
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'redstart-test-'));
    const given = [...fileArgs, '--port', String(port), ...COMMON_ARGS, ...args];
    const child = spawn(file, given, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: directory,
      env: environment(),
    });
    watchOver(child, directory);
    let text = '';
    const collect = (chunk: Buffer): void => {
      text = (text + chunk.toString('latin1')).slice(-100000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const gone = new Promise<void>((resolve) => {
      for (const event of ['exit', 'error']) {
        child.once(event, () => {
          forget(child);
          resolve();
        });
      }
    });
    if (await isListening(child, port)) {
      const stop = (): Promise<void> => {
        child.ref();
        child.kill('SIGKILL');
        return gone;
      };
      return { name, port, pid: child.pid ?? 0, output: () => text, stop };
    }
    child.ref();
    child.kill('SIGKILL');
    await gone;
    problem = text;
  }
  throw new Error(`${name} does not start: ${problem}`);
}

/** Ours without the variables that Redstart reads as directives: the tests' own begin like them. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  const others = Object.fromEntries(entries.filter(([name]) => !name.startsWith('REDSTART_')));
  return { ...others, NODE_DISABLE_COMPILE_CACHE: '1' };
}

/** Waits until the port answers; false when the process ends or takes too long. */
async function isListening(child: ChildProcess, port: number): Promise<boolean> {
  const endMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < endMs && child.exitCode === null && child.signalCode === null) {
    if (await answersPing(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** Lets the child neither outlive this process nor keep it alive. */
function watchOver(child: ChildProcess, directory: string): void {
  if (running.size === 0 && process.listenerCount('exit', killAll) === 0) {
    process.on('exit', killAll);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(1));
    }
  }
  running.set(child, directory);
  child.unref();
  unref(child.stdout);
  unref(child.stderr);
}

function unref(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}

function forget(child: ChildProcess): void {
  const directory = running.get(child);
  running.delete(child);
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}

function killAll(): void {
  for (const child of running.keys()) {
    child.kill('SIGKILL');
    forget(child);
  }
}

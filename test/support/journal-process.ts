// Servers with a journal as processes, in a directory of a test, and `check-aof` on its files.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from './process.ts';
import { freePort } from './server.ts';

export const DIRECTORY = 'appendonlydir';

export async function start(path: string, ...args: string[]): Promise<[ServerProcess, number]> {
  const port = await freePort();
  const all = ['--port', String(port), '--dir', path, '--appendonly', 'yes', '--save', '', ...args];
  return [new ServerProcess(all), port];
}

/** Runs a server for the time of `use`; then it is killed. */
export async function using(
  path: string,
  args: readonly string[],
  use: (port: number, server: ServerProcess) => Promise<void>,
): Promise<void> {
  const [server, port] = await start(path, ...args);
  try {
    await server.ready();
    await use(port, server);
  } finally {
    await server.stop();
  }
}

export function put(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(path, DIRECTORY), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, DIRECTORY, name), text, 'latin1');
  }
}

/** All files with their bytes, but for the lock. */
export function picture(path: string): string {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(join(path, name)).isFile())
    .map((name) => `${name}: ${readFileSync(join(path, name), 'latin1')}`)
    .join('\n');
}

/** What `check-aof` says, and its exit code. */
export async function check(...args: string[]): Promise<[string, number | null]> {
  const program = new ServerProcess(['check-aof', ...args]);
  const code = await program.ended;
  return [program.text, code];
}

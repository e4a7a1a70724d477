// Runs a program of the runtime until it ends.
import { spawn } from 'node:child_process';

const LIMIT_MS = 60000;

/** What it printed, errors included, and its status: null when it did not end by itself. */
export function runProgram(
  args: readonly string[],
  cwd: string,
): Promise<{ text: string; code: number | null }> {
  // A runner within it is no part of the runner that runs this test.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const child = spawn(process.execPath, args, { cwd, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ text, code });
    });
  });
}

// In-process microbenchmarks: a part's file started once more as a program of its own, with flags
// for the runtime, on the servers' processor. Its result is the JSON that it prints.
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { childEnvironment, onServerProcessor, watchOver } from './servers.ts';

/** The argument behind which a program of its own is meant, and not an import. */
const MARK = '--in-process';
const OUTPUT_SIZE_MAX = 1 << 20;

/** Runs the file of a part in a process of its own and resolves to what its `runHere` returned. */
export function runInChild<T>(
  url: string,
  flags: readonly string[],
  args: readonly (string | number)[],
  limitSeconds: number,
): Promise<T> {
  const words = [process.execPath, ...flags, fileURLToPath(url), MARK, ...args.map(String)];
  const [file, ...rest] = onServerProcessor(words);
  const options = {
    env: childEnvironment(),
    timeout: limitSeconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_SIZE_MAX,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(file, rest, options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as T);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
    void watchOver(child);
  });
}

/**
 * In a file that was started by runInChild(): calls `run` with its arguments and prints the result.
 */
export async function runHere<T>(
  url: string,
  run: (args: readonly string[]) => T | Promise<T>,
): Promise<void> {
  if (process.argv[2] !== MARK || process.argv[1] !== fileURLToPath(url)) return;
  const result = await run(process.argv.slice(3));
  process.stdout.write(JSON.stringify(result));
}

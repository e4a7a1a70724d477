// `redstart bench`, which is also `redstart-benchmark`: what its command line asks for. Its threads
// run this file, too.
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { pageText } from '../adapters/help/page.ts';
import { parseOptions } from '../benchmark/command-line.ts';
import { runBenchmark } from '../benchmark/run.ts';
import { runWorker } from '../benchmark/threads.ts';
import { BENCHMARK_PAGE } from '../benchmark/usage.ts';
import type { Screen } from '../cli/screen.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import { runClientProgram } from './client-program.ts';
import { VERSION } from './version.ts';

if (isMainThread) void runClientProgram(run);
else void runWorker();

async function run(
  screen: Screen,
  args: readonly string[],
  password: string | null,
): Promise<number> {
  const options = parseOptions(args, password);
  switch (options.task) {
    case 'help':
      screen.print(pageText(BENCHMARK_PAGE));
      return 0;
    case 'version':
      screen.print(`redstart-benchmark ${VERSION} (Redis ${REDIS_VERSION})\n`);
      return 0;
    case 'run':
      break;
  }
  return runBenchmark(options, {
    screen,
    file: join(import.meta.dirname, 'benchmark.js'),
    version: VERSION,
    seed: new SystemRandom().next(),
    input: options.lastFromInput ? await standardInput() : '',
  });
}

/** Latin1: one character per byte. */
async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

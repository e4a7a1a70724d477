// `redstart bench`, which is also `redstart-benchmark`: what its command line asks for. Its threads
// run this file, too.
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { pageText } from '../adapters/help/page.ts';
import { parseOptions } from '../benchmark/command-line.ts';
import { runBenchmark } from '../benchmark/run.ts';
import { runWorker } from '../benchmark/threads.ts';
import { BENCHMARK_PAGE } from '../benchmark/usage.ts';
import { Failure, Screen } from '../cli/screen.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { programArguments, variables } from '../infrastructure/arguments.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import { VERSION } from './version.ts';

if (isMainThread) void main();
else void runWorker();

async function main(): Promise<void> {
  // The server lives on when its terminal closes; this has nobody to talk to then.
  process.removeAllListeners('SIGHUP');
  const screen = new Screen();
  let status: number;
  try {
    status = await run(screen);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.message !== '') screen.complain(error.message);
    status = 1;
  }
  // What is printed may still be on its way.
  process.stdout.write('', () => process.exit(status));
}

async function run(screen: Screen): Promise<number> {
  const args = programArguments();
  if ('unknown' in args) throw new Failure(`The argument '${args.unknown}' is not valid UTF-8`);
  const environment = variables('REDISCLI_AUTH');
  if ('unknown' in environment) throw new Failure('REDISCLI_AUTH is not valid UTF-8');
  const options = parseOptions(args, environment.get('REDISCLI_AUTH') ?? null);
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

// The way of one request: the files and functions of ours that a GET passes, from the callback of
// the socket to the write, on a server that is warm. It runs the server and its client in one
// process, which counts calls by precise coverage; of several requests the one with the fewest
// counts, for the others may have met the cron. With REDSTART_WAY=all it names them all.
import inspector from 'node:inspector/promises';
import net from 'node:net';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runHere, runInChild } from './child.ts';
import { measured, type Part, type Row } from './part.ts';
import { freePort } from './servers.ts';

interface Passed {
  readonly file: string;
  readonly name: string;
  readonly calls: number;
}

const LIMIT_SECONDS = 30;
const WARM_UP_REQUESTS = 2000;
const COUNTED_REQUESTS = 20;
/** Half of what they were before there was one connection for all languages. */
const FILES_MAX = 14;
const CALLS_MAX = 46;
const OURS = new URL('../src/', import.meta.url).href;
const SET = '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n';
const GET = '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n';

export const way: Part = {
  name: 'way',
  limitSeconds: LIMIT_SECONDS + 10,
  async run() {
    const args = [await freePort()];
    const passed = await runInChild<Passed[]>(import.meta.url, [], args, LIMIT_SECONDS);
    const files = new Set(passed.map(({ file }) => file)).size;
    const calls = passed.reduce((sum, each) => sum + each.calls, 0);
    const each = passed.map(
      ({ file, name, calls }): Row => measured(`${file} ${name}`, 'calls', calls, null, null),
    );
    return {
      title: 'way: of a GET at P=1 on a warm server',
      columns: ['redstart', ''],
      rows: [
        measured('files', '', files, null, FILES_MAX),
        measured('calls', '', calls, null, CALLS_MAX),
        ...(process.env.REDSTART_WAY === 'all' ? each : []),
      ],
    };
  },
};

await runHere(import.meta.url, async ([port]) => {
  const server = new URL('../src/main/program.js', import.meta.url);
  process.argv = [process.execPath, server.pathname, '--port', port, '--save', ''];
  process.argv.push('--logfile', '/dev/null');
  const program = (await import(pathToFileURL(server.pathname).href)) as { runProgram(): void };
  program.runProgram();
  const client = net.connect(Number(port), '127.0.0.1');
  client.setNoDelay(true);
  const ask = (request: string): Promise<void> =>
    new Promise((resolve) => {
      client.once('data', () => resolve());
      client.write(request);
    });
  await ask(SET);
  for (let i = 0; i < WARM_UP_REQUESTS; i++) await ask(GET);
  const session = new inspector.Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  let best: Passed[] = [];
  for (let i = 0; i < COUNTED_REQUESTS; i++) {
    await ask(GET);
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const passed = result.filter(({ url }) => url.startsWith(OURS)).flatMap(passedIn);
    if (best.length === 0 || callsOf(passed) < callsOf(best)) best = passed;
  }
  setImmediate(() => process.exit());
  return best;
});

function passedIn(script: inspector.Profiler.ScriptCoverage): Passed[] {
  const file = script.url.slice(OURS.length).replace(/\.js$/, '.ts');
  return script.functions
    .map(({ functionName: name, ranges }) => ({ file, name, calls: ranges[0].count }))
    .filter(({ calls }) => calls > 0);
}

function callsOf(passed: readonly Passed[]): number {
  return passed.reduce((sum, { calls }) => sum + calls, 0);
}

// Processor time of scripts, as redis-server's EVALSHA takes it and as our Lua does in a process of
// its own; of small calls, with what stands around them; and of compiling. And bytes of JavaScript
// heap that a call allocates.
import process from 'node:process';
import type { Script } from '../src/lua/script.ts';
import { runHere, runInChild } from './child.ts';
import { Client } from './client.ts';
import { load, type Template } from './loader.ts';
import { QUEUE_SCRIPT } from './lua-queue-script.ts';
import { SCRIPTS, SMALL_ARGUMENTS, SMALL_KEYS, SMALL_SCRIPT } from './lua-scripts.ts';
import { World } from './lua-world.ts';
import { comparison, measured, median, type Part, type Row, WITH_REFERENCE } from './part.ts';
import { processorSeconds, type RunningServer, reference, withServer } from './servers.ts';

/** Microseconds of processor time, by name, and what scripts returned. */
interface Costs {
  readonly scripts: Record<string, number>;
  readonly values: Record<string, string>;
  readonly smallCall: number;
  readonly compile: number;
  /** The first script of a process; null for the reference, whose code is compiled. */
  readonly firstCompile: number | null;
}

interface Heap {
  readonly emptySize: number;
  readonly smallSize: number;
}

const LIMIT_SECONDS = 60;
const PAIRS = 3;
const COMPILES = 200;
const COMPILE_BAR_MS = 3;
const HEAP_CALLS = 20000;
const HEAP_ROUNDS = 7;
const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
/** A call that is asked for once more, to warm its code, takes this part of the time. */
const WARM_UP_SHARE = 0.5;

export const lua: Part = {
  name: 'lua',
  limitSeconds: 5 * LIMIT_SECONDS,
  async run({ isQuick }) {
    const timeMs = isQuick ? 150 : 300;
    const calls = isQuick ? 200000 : 1000000;
    const ours: Costs[] = [];
    const theirs: Costs[] = [];
    await withServer(reference, async (server) => {
      for (let pair = 0; pair < (isQuick ? 1 : PAIRS); pair++) {
        const args = ['time', timeMs, calls] as const;
        ours.push(await runInChild<Costs>(import.meta.url, [], args, LIMIT_SECONDS));
        theirs.push(await costsOfServer(server, timeMs, calls));
      }
    });
    for (const { name } of SCRIPTS) {
      if (ours[0].values[name] === theirs[0].values[name]) continue;
      throw new Error(`${name}: ${ours[0].values[name]}, reference: ${theirs[0].values[name]}`);
    }
    const heap = await runInChild<Heap>(import.meta.url, HEAP_FLAGS, ['heap'], LIMIT_SECONDS);
    return {
      title: `lua: processor time of scripts, median of ${ours.length} pair(s)`,
      columns: WITH_REFERENCE,
      rows: rowsOf(ours, theirs, heap),
      notes: [
        'the reference runs them by EVALSHA; the small call is without the time of an EXISTS',
        'compiling is that of a script of 6 KB: SCRIPT LOAD of the reference',
      ],
    };
  },
};

function rowsOf(ours: readonly Costs[], theirs: readonly Costs[], heap: Heap): Row[] {
  const row = (figure: string, unit: string, scale: number, of: (costs: Costs) => number): Row => {
    const [a, b] = [ours.map(of), theirs.map(of)];
    const ratio = median(a.map((cost, pair) => cost / b[pair]));
    return comparison(figure, unit, median(a) / scale, median(b) / scale, 1, ratio);
  };
  const compileMs = (costs: readonly Costs[]): number =>
    median(costs.map(({ compile }) => compile)) / 1000;
  const [oursMs, theirsMs] = [compileMs(ours), compileMs(theirs)];
  const firstMs = median(ours.map(({ firstCompile }) => firstCompile ?? 0)) / 1000;
  return [
    ...SCRIPTS.map(({ name }) => row(name, 'ms', 1000, ({ scripts }) => scripts[name])),
    row('call with 2 keys, 3 arguments, 5 values', 'us', 1, ({ smallCall }) => smallCall),
    measured('compiling a script of 6 KB', 'ms', oursMs, theirsMs, COMPILE_BAR_MS),
    measured('compiling it first in a process', 'ms', firstMs, null, null),
    measured('empty call: allocated', 'bytes', heap.emptySize, null, null),
    measured('call with 2 keys, ...: allocated', 'bytes', heap.smallSize, null, null),
  ];
}

async function costsOfServer(
  { port, pid }: RunningServer,
  timeMs: number,
  calls: number,
): Promise<Costs> {
  const client = new Client(port);
  const scripts: Record<string, number> = {};
  const values: Record<string, string> = {};
  for (const { name, source } of SCRIPTS) {
    const sha = await client.ask(`SCRIPT LOAD ${quoted(source)}`);
    values[name] = (await client.ask(`EVALSHA ${sha} 0`)).replace(/^:/, '');
    let count = 0;
    const endMs = performance.now() + timeMs;
    const before = processorSeconds(pid);
    for (; performance.now() < endMs; count++) await client.ask(`EVALSHA ${sha} 0`);
    scripts[name] = ((processorSeconds(pid) - before) / count) * 1e6;
  }
  const sha = await client.ask(`SCRIPT LOAD ${quoted(SMALL_SCRIPT)}`);
  const words = [...SMALL_KEYS, ...SMALL_ARGUMENTS];
  const reply = `*5\r\n${[...SMALL_KEYS, 100, SMALL_ARGUMENTS[2], 5].map(replyOf).join('')}`;
  const evalsha = template(['EVALSHA', sha, '2', ...words], 3, reply.length);
  const exists = template(['EXISTS', sha, ...words], 2, ':0\r\n'.length);
  const costs: number[] = [];
  for (const each of [evalsha, exists]) {
    await load({ port, template: each, count: calls / 10 });
    const before = processorSeconds(pid);
    await load({ port, template: each, count: calls });
    costs.push(((processorSeconds(pid) - before) / calls) * 1e6);
  }
  const before = processorSeconds(pid);
  for (let i = 0; i < COMPILES; i++) {
    await client.ask(`SCRIPT LOAD ${quoted(`${QUEUE_SCRIPT}-- ${i} ${before}`)}`);
  }
  const compile = ((processorSeconds(pid) - before) / COMPILES) * 1e6;
  client.close();
  return { scripts, values, smallCall: costs[0] - costs[1], compile, firstCompile: null };
}

function replyOf(value: string | number): string {
  return typeof value === 'number' ? `:${value}\r\n` : `$${value.length}\r\n${value}\r\n`;
}

/** A word of an inline command. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

function template(words: readonly string[], keyIndex: number, replySize: number): Template {
  let text = `*${words.length}\r\n`;
  let keyLast = 0;
  for (const [index, word] of words.entries()) {
    text += `$${word.length}\r\n${word}\r\n`;
    if (index === keyIndex) keyLast = text.length - 3;
  }
  return { bytes: Buffer.from(text, 'latin1'), keyLast, deadlineLast: -1, replySize };
}

await runHere<Costs | Heap>(import.meta.url, ([what, timeMs, calls]) =>
  what === 'heap' ? heapOfCalls() : costsHere(Number(timeMs), Number(calls)),
);

function costsHere(timeMs: number, calls: number): Costs {
  const world = new World();
  const firstCompile = compileTime(world, 1);
  const scripts: Record<string, number> = {};
  const values: Record<string, string> = {};
  for (const { name, source } of SCRIPTS) {
    const script = world.lua.compile(source, 'user_script');
    values[name] = String(script.run()[0]);
    runFor(script, timeMs * WARM_UP_SHARE);
    scripts[name] = runFor(script, timeMs);
  }
  const small = world.lua.compile(SMALL_SCRIPT, 'user_script');
  world.runSmall(small, calls / 10);
  const beginUs = processorUs();
  world.runSmall(small, calls);
  const smallCall = (processorUs() - beginUs) / calls;
  return { scripts, values, smallCall, compile: compileTime(world, COMPILES), firstCompile };
}

/** Microseconds of processor time per call, over at least so many ms. */
function runFor(script: Script, timeMs: number): number {
  const endMs = performance.now() + timeMs;
  const beginUs = processorUs();
  let count = 0;
  do {
    script.run();
    count++;
  } while (performance.now() < endMs);
  return (processorUs() - beginUs) / count;
}

/** Microseconds. Each source is another one, so that nothing of the last is found again. */
function compileTime({ lua }: World, count: number): number {
  const beginUs = processorUs();
  for (let i = 0; i < count; i++) lua.compile(`${QUEUE_SCRIPT}-- ${i} ${count}`, 'user_script');
  return (processorUs() - beginUs) / count;
}

function processorUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function heapOfCalls(): Heap {
  const world = new World();
  const empty = world.lua.compile('return 1', 'user_script');
  const small = world.lua.compile(SMALL_SCRIPT, 'user_script');
  const runEmpty = (): void => {
    for (let i = 0; i < HEAP_CALLS; i++) empty.run();
  };
  const runSmall = (): void => {
    world.runSmall(small, HEAP_CALLS);
  };
  return { emptySize: sizePerCall(runEmpty), smallSize: sizePerCall(runSmall) };
}

/** Nothing is collected meanwhile: the young generation is large. */
function sizePerCall(step: () => void): number {
  const sizes: number[] = [];
  for (let round = 0; round < HEAP_ROUNDS; round++) {
    step();
    globalThis.gc?.();
    const begin = process.memoryUsage().heapUsed;
    step();
    sizes.push((process.memoryUsage().heapUsed - begin) / HEAP_CALLS);
  }
  return median(sizes);
}

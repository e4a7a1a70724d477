// Bytes of JavaScript heap that a command on an existing key allocates, from the chunk to the
// reply, in steady state: GET, SET, and what fills and empties collections. Chunks of several
// lengths tell what a command costs (the slope of the line through them) from what a chunk costs
// (its intercept). Nothing is collected while it is measured: the young generation is made large,
// and rounds into which a collection fell are done again.
import { PerformanceObserver } from 'node:perf_hooks';
import process from 'node:process';
import { runHere, runInChild } from './child.ts';
import { type Engine, fillEngine, KEYS, makeChunks, makeEngine, runChunks } from './engine.ts';
import { getTemplate, setMember, sortedMember, type Template, template } from './loader.ts';
import { measured, median, type Part, type Row, sleep } from './part.ts';

/** What one command gives: bytes per command and per chunk, and ns per command by pipeline. */
interface Cost {
  readonly command: string;
  readonly commandSize: number;
  readonly chunkSize: number;
  readonly ns: readonly number[];
}

const PIPELINES = [1, 16, 64, 256];
const FLAGS = [
  '--expose-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  // Code is compiled where it is asked for, not when a busy machine comes to it.
  '--no-concurrent-recompilation',
];
const LIMIT_SECONDS = 200;
const ROUNDS = 9;
const ATTEMPTS_MAX = 60;
const WARM_UP_COMMANDS = 2000000;
/** Less than this is no allocation by commands: the smallest object, once in 80 of them. */
const NOTHING_SIZE = 0.2;

/** Of collections less is measured: what they have in common with GET stands there. */
const COLLECTIONS_SHARE = 0.2;
const VALUE = 'x'.repeat(16);
const FIELD = `field:${'0'.repeat(12)}`;
const MEMBERS = 20000;
/** A short list is one run of bytes, a long one many nodes. */
const LISTS = { short: 20, long: 20000 };

interface Case {
  readonly command: string;
  /** Of one command, or of two that belong together. */
  readonly template: Template;
  readonly share: number;
}

const CASES: readonly Case[] = [
  { command: 'GET', template: getTemplate('key:'), share: 1 },
  { command: 'SET', template: KEYS, share: 1 },
  collectionCase('HSET', template(['HSET', 'hash', FIELD, VALUE], 4, 2)),
  collectionCase('HGET', template(['HGET', 'hash', FIELD], 22, 2)),
  ...Object.keys(LISTS).flatMap((key) => [
    collectionCase(`LPUSH and LPOP, ${key} list`, pairOf('LPUSH', 'LPOP', key)),
    collectionCase(`RPUSH and RPOP, ${key} list`, pairOf('RPUSH', 'RPOP', key)),
  ]),
  collectionCase('SADD', setMember('set')),
  collectionCase('SADD and SPOP', followed(setMember('popped'), ['SPOP', 'popped'])),
  collectionCase('ZADD', sortedMember('zset')),
  collectionCase('ZADD and ZPOPMIN', followed(sortedMember('least'), ['ZPOPMIN', 'least'])),
];

function collectionCase(command: string, commandTemplate: Template): Case {
  return { command, template: commandTemplate, share: COLLECTIONS_SHARE };
}

/** A push and a pop of the same list. */
function pairOf(push: string, pop: string, key: string): Template {
  const pushed = template([push, key, FIELD], 0, 2);
  return followed(pushed, [pop, key]);
}

/** Two commands, of which the first is patched. */
function followed(first: Template, words: readonly string[]): Template {
  const second = template(words, 0, -1);
  return { ...first, bytes: Buffer.concat([first.bytes, second.bytes]) };
}

export const heap: Part = {
  name: 'heap',
  limitSeconds: LIMIT_SECONDS + 10,
  async run({ isQuick }) {
    const commands = isQuick ? 100000 : 1000000;
    const costs = await runInChild<Cost[]>(import.meta.url, FLAGS, [commands], LIMIT_SECONDS);
    return {
      title: `heap: ${commands} commands on existing keys in one process, without a network`,
      columns: ['redstart', ''],
      rows: costs.flatMap(rowsOf),
    };
  },
};

function rowsOf({ command, commandSize, chunkSize, ns }: Cost): Row[] {
  const size = Math.round(commandSize * 1000) / 1000;
  const judged = Math.abs(size) < NOTHING_SIZE ? 0 : size;
  return [
    measured(`${command}: allocated per command`, 'bytes', size, null, 0, judged),
    measured(`${command}: allocated per chunk`, 'bytes', chunkSize, null, null),
    ...PIPELINES.map((pipeline, index) =>
      measured(`${command} P=${pipeline}: time per command`, 'ns', ns[index], null, null),
    ),
  ];
}

await runHere(import.meta.url, async ([commands]) => {
  const collections = countCollections();
  const count = Number(commands);
  const engine = makeEngine();
  fillEngine(engine, KEYS, count);
  const costs: Cost[] = [];
  fillCollections(engine);
  for (const { command, template: bytes, share } of CASES) {
    const measuredCount = count * share;
    // Short chunks are fewer, so that all they allocate fits into the young generation.
    const runs = PIPELINES.map((pipeline) =>
      makeChunks(bytes, Math.ceil(measuredCount / Math.max(pipeline, 16)), pipeline, count),
    );
    // All lengths come before any is measured, so that the code is compiled for all of them.
    for (let ran = 0; ran < WARM_UP_COMMANDS; ran += count) {
      for (const chunks of runs) runChunks(engine, chunks, chunks.length);
    }
    const sizes: number[] = [];
    const ns: number[] = [];
    for (const [index, chunks] of runs.entries()) {
      const result = await measure(() => runChunks(engine, chunks, chunks.length), collections);
      sizes.push(result.size / chunks.length);
      ns.push(result.ns / chunks.length / PIPELINES[index]);
    }
    const { slope, intercept } = fitLine(PIPELINES, sizes);
    costs.push({ command, commandSize: slope, chunkSize: intercept, ns });
  }
  return costs;
});

function fillCollections(engine: Engine): void {
  for (const [key, items] of Object.entries(LISTS)) {
    const { bytes } = template(['RPUSH', key, FIELD], 0, -1);
    for (let i = 0; i < items; i++) engine.receive(bytes);
  }
  // What is added and popped in turn has others beside it.
  for (const each of [setMember('popped'), sortedMember('least')]) {
    for (const chunk of makeChunks(each, MEMBERS, 1, MEMBERS)) engine.receive(chunk);
  }
}

/** The medians of ns that a step takes and of bytes that it allocates. */
async function measure(
  step: () => number,
  collections: { count: number },
): Promise<{ ns: number; size: number }> {
  const ns: number[] = [];
  const sizes: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS_MAX && sizes.length < ROUNDS; attempt++) {
    globalThis.gc?.();
    await sleep(1);
    const before = collections.count;
    const emptyBegin = process.memoryUsage().heapUsed;
    const emptySize = process.memoryUsage().heapUsed - emptyBegin;
    const begin = process.memoryUsage().heapUsed;
    const stepNs = step();
    const size = process.memoryUsage().heapUsed - begin - emptySize;
    await sleep(1);
    if (collections.count !== before) continue;
    ns.push(stepNs);
    sizes.push(size);
  }
  if (sizes.length < ROUNDS) throw new Error('a collection falls into nearly every round');
  return { ns: median(ns), size: median(sizes) };
}

function countCollections(): { count: number } {
  const collections = { count: 0 };
  new PerformanceObserver((list) => {
    collections.count += list.getEntries().length;
  }).observe({ entryTypes: ['gc'] });
  return collections;
}

/** Least squares. */
function fitLine(
  xs: readonly number[],
  ys: readonly number[],
): { slope: number; intercept: number } {
  const meanX = mean(xs);
  const meanY = mean(ys);
  let products = 0;
  let squares = 0;
  for (const [index, x] of xs.entries()) {
    products += (x - meanX) * (ys[index] - meanY);
    squares += (x - meanX) ** 2;
  }
  const slope = products / squares;
  return { slope, intercept: meanY - slope * meanX };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

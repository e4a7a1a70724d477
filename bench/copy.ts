// At which size `set` of a view beats a plain loop that copies bytes, and copying over ordinary
// memory beats `set` where shared memory and another place are unequal modulo 8: LOOP_SIZE_MAX and
// BOUNCE_SIZE_MIN of src/domain/bytes/compare.ts are to stand there.
import { copyBytes } from '../src/domain/bytes/compare.ts';
import { runHere, runInChild } from './child.ts';
import { comparison, median, type Part } from './part.ts';

interface Times {
  readonly figure: string;
  /** By a loop, or from the slab by copyBytes(). */
  readonly loopNs: number;
  readonly setNs: number;
}

const SLAB_SIZES = [128, 256, 512, 1024, 4096, 32768];
/** As often as larger copies are made. */
const SLAB_SHARE = 20;
const SIZES = [4, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 128, 256, 1024];
const LIMIT_SECONDS = 30;
const PAIRS = 7;
/** Chunks of a socket, and a slab of the arena. */
const SOURCE_SIZE = 64 * 1024;
const TARGET_SIZE = 64 * 1024 * 1024;
const PLACES = 4096;

export const copy: Part = {
  name: 'copy',
  limitSeconds: LIMIT_SECONDS + 10,
  async run({ isQuick }) {
    const copies = isQuick ? 100000 : 500000;
    const times = await runInChild<Times[]>(import.meta.url, [], [copies], LIMIT_SECONDS);
    return {
      title: `copy: bytes from a chunk to the arena, median of ${PAIRS} pairs`,
      columns: ['loop or bounce', 'set'],
      rows: times.map(({ figure, loopNs, setNs }) => comparison(figure, 'ns', loopNs, setNs, null)),
    };
  },
};

await runHere(import.meta.url, ([copies]) => {
  // A chunk is a Buffer of the runtime, whose views cost more than those of a Uint8Array.
  const source = Buffer.alloc(SOURCE_SIZE, 7);
  const target = new Uint8Array(TARGET_SIZE).fill(1);
  const places = Int32Array.from({ length: PLACES }, () =>
    Math.floor(Math.random() * (SOURCE_SIZE - 1024)),
  );
  const count = Number(copies);
  // All sizes come before any is measured, so that both ways are compiled for all of them.
  for (const size of SIZES) {
    copyByLoop(source, target, places, size, count);
    copyBySet(source, target, places, size, count);
  }
  const byLoop = SIZES.map((size): Times => {
    const loopNs: number[] = [];
    const setNs: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      loopNs.push(copyByLoop(source, target, places, size, count));
      setNs.push(copyBySet(source, target, places, size, count));
    }
    return { figure: `${size} bytes`, loopNs: median(loopNs), setNs: median(setNs) };
  });
  return [...byLoop, ...SLAB_SIZES.map((size) => fromSlab(size, Math.ceil(count / SLAB_SHARE)))];
});

/** From a slab to a reply, which lies unequally. */
function fromSlab(size: number, count: number): Times {
  const slab = new Uint8Array(new SharedArrayBuffer(SOURCE_SIZE)).fill(7);
  const reply = new Uint8Array(SOURCE_SIZE);
  const bounceNs: number[] = [];
  const setNs: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    let beginMs = performance.now();
    for (let k = 0; k < count; k++) copyBytes(slab, 3 + (k & 7), 3 + (k & 7) + size, reply, k & 7);
    bounceNs.push(((performance.now() - beginMs) * 1e6) / count);
    beginMs = performance.now();
    for (let k = 0; k < count; k++) {
      reply.set(slab.subarray(3 + (k & 7), 3 + (k & 7) + size), k & 7);
    }
    setNs.push(((performance.now() - beginMs) * 1e6) / count);
  }
  return {
    figure: `${size} bytes from a slab`,
    loopNs: median(bounceNs),
    setNs: median(setNs),
  };
}

/**
 * Copies `count` times and returns ns per copy. Both ways visit the same places in the same order.
 */
function copyByLoop(
  source: Uint8Array,
  target: Uint8Array,
  places: Int32Array,
  size: number,
  count: number,
): number {
  const beginMs = performance.now();
  for (let k = 0; k < count; k++) {
    const start = places[k & (PLACES - 1)];
    const end = start + size;
    for (let i = start, j = targetOf(start); i < end; i++, j++) target[j] = source[i];
  }
  return ((performance.now() - beginMs) * 1e6) / count;
}

function copyBySet(
  source: Uint8Array,
  target: Uint8Array,
  places: Int32Array,
  size: number,
  count: number,
): number {
  const beginMs = performance.now();
  for (let k = 0; k < count; k++) {
    const start = places[k & (PLACES - 1)];
    target.set(source.subarray(start, start + size), targetOf(start));
  }
  return ((performance.now() - beginMs) * 1e6) / count;
}

/**
 * Spread over the target, but few enough places to stay in the cache: the copy is to be measured.
 */
function targetOf(start: number): number {
  return (start * 13) & (256 * 1024 - 1);
}

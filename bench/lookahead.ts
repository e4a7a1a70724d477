// What looking ahead gains (src/engine/lookahead.ts): random GETs in one process, by number of keys
// and by requests per chunk, with it and without it in turn. With it means for any number of
// requests, also below the LOOKAHEAD_MIN of the engine, which is to stand where the gain begins.
import { runHere, runInChild } from './child.ts';
import { type Engine, fillEngine, KEYS, makeChunks, makeEngine, runChunks } from './engine.ts';
import { getTemplate } from './loader.ts';
import { comparison, median, type Part } from './part.ts';

/** One figure: ns per GET with and without looking ahead, and the median of the ratios of pairs. */
interface Gain {
  readonly keys: number;
  readonly pipeline: number;
  readonly withNs: number;
  readonly withoutNs: number;
  readonly ratio: number;
}

const LIMIT_SECONDS = 100;
const PIPELINES = [1, 2, 3, 4, 8, 16, 100];
const PAIRS = 5;

export const lookahead: Part = {
  name: 'lookahead',
  limitSeconds: LIMIT_SECONDS + 10,
  async run({ isQuick }) {
    const sizes = isQuick ? [100000, 10000, 1000000] : [200000, 10000, 1000000, 10000000];
    const gains = await runInChild<Gain[]>(import.meta.url, [], sizes, LIMIT_SECONDS);
    return {
      title: `lookahead: random GET in one process, median of ${PAIRS} pairs`,
      columns: ['with', 'without'],
      rows: gains.map(({ keys, pipeline, withNs, withoutNs, ratio }) =>
        comparison(`${keys} keys P=${pipeline}`, 'ns', withNs, withoutNs, null, ratio),
      ),
    };
  },
};

await runHere(import.meta.url, ([commands, ...counts]) => {
  const gains: Gain[] = [];
  const engine = makeEngine();
  const turn = makeSwitch(engine);
  for (const keys of counts.map(Number)) {
    fillEngine(engine, KEYS, keys);
    for (const pipeline of PIPELINES) {
      const chunksCount = Math.ceil(Number(commands) / pipeline);
      gains.push(measure(engine, turn, keys, pipeline, chunksCount));
    }
  }
  return gains;
});

function measure(
  engine: Engine,
  turn: (isOn: boolean) => void,
  keys: number,
  pipeline: number,
  chunksCount: number,
): Gain {
  const chunks = makeChunks(getTemplate('key:'), chunksCount, pipeline, keys);
  const ns: [number[], number[]] = [[], []];
  for (let pair = -1; pair < PAIRS; pair++) {
    for (const column of [0, 1]) {
      turn(column === 0);
      const taken = runChunks(engine, chunks, chunks.length) / chunks.length / pipeline;
      // The first pair warms up.
      if (pair >= 0) ns[column].push(taken);
    }
  }
  const ratio = median(ns[0].map((withNs, pair) => withNs / ns[1][pair]));
  return { keys, pipeline, withNs: median(ns[0]), withoutNs: median(ns[1]), ratio };
}

/** Turns looking ahead on, whatever the number of requests, or off. */
function makeSwitch({ server }: Engine): (isOn: boolean) => void {
  return (isOn) => {
    server.lookahead.requestsMin = isOn ? 1 : Number.POSITIVE_INFINITY;
  };
}

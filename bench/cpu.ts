// Processor time per command, of the whole server process, under redis-benchmark with 50 clients:
// both servers in turn, A B A B, and the median of the ratios of the pairs.
import { load, setTemplate } from './loader.ts';
import { type Options, type Part, pairedRow, type Row, WITH_REFERENCE } from './part.ts';
import { CLIENTS, runBenchmark, VALUE_SIZE } from './redis-benchmark.ts';
import { kinds, processorSeconds, type RunningServer, startServer } from './servers.ts';

interface Case {
  readonly command: string;
  readonly pipeline: number;
  /** Requests as a share of what a plain GET gets: for commands that do more. */
  readonly share: number;
  readonly ratioMax: number;
}

const CASES: readonly Case[] = [
  { command: 'get', pipeline: 1, share: 1, ratioMax: 1.15 },
  { command: 'get', pipeline: 16, share: 1, ratioMax: 0.95 },
  { command: 'get', pipeline: 100, share: 1, ratioMax: 0.7 },
  { command: 'set', pipeline: 1, share: 1, ratioMax: 1.15 },
  { command: 'set', pipeline: 16, share: 1, ratioMax: 0.95 },
  { command: 'set', pipeline: 100, share: 1, ratioMax: 0.7 },
  { command: 'incr', pipeline: 1, share: 1, ratioMax: 1.15 },
  { command: 'incr', pipeline: 16, share: 1, ratioMax: 1 },
  { command: 'incr', pipeline: 100, share: 1, ratioMax: 1 },
  { command: 'mset', pipeline: 16, share: 0.2, ratioMax: 1 },
  { command: 'mset', pipeline: 100, share: 0.2, ratioMax: 1 },
];
const PAIRS = 3;
/** The names of redis-benchmark's keys, in front of 12 digits. */
const KEY_NAME = 'key:';
const COUNTER_NAME = 'counter:';

export const cpu: Part = {
  name: 'cpu',
  limitSeconds: 300,
  async run(options) {
    const keys = options.isQuick ? 100000 : 1000000;
    const servers: RunningServer[] = [];
    const rows: Row[] = [];
    try {
      for (const kind of kinds) {
        const server = await startServer(kind);
        servers.push(server);
        await load({ port: server.port, template: setTemplate(KEY_NAME), count: keys });
        await load({ port: server.port, template: setTemplate(COUNTER_NAME, '0'), count: keys });
      }
      for (const each of chosen(options)) rows.push(await measure(servers, each, keys, options));
    } finally {
      for (const server of servers) await server.stop();
    }
    const size = `${VALUE_SIZE}-byte values, ${keys} keys, ${CLIENTS} clients`;
    return {
      title: `cpu: processor time per command, ${size}, median of ${pairs(options)} pair(s)`,
      columns: WITH_REFERENCE,
      rows,
    };
  },
};

function chosen({ commands }: Options): Case[] {
  return CASES.filter(({ command }) => commands.length === 0 || commands.includes(command));
}

function pairs({ isQuick }: Options): number {
  return isQuick ? 1 : PAIRS;
}

async function measure(
  servers: readonly RunningServer[],
  { command, pipeline, share, ratioMax }: Case,
  keys: number,
  options: Options,
): Promise<Row> {
  const requests = Math.ceil(requestsOf(pipeline, options) * share);
  const words = ['-t', command];
  const warmUp = Math.ceil(requests / 4);
  for (const { port } of servers) {
    await runBenchmark({ port, pipeline, requests: warmUp, keys, words });
  }
  const costs: number[][] = servers.map(() => []);
  for (let pair = 0; pair < pairs(options); pair++) {
    for (const [index, { port, pid }] of servers.entries()) {
      const before = processorSeconds(pid);
      await runBenchmark({ port, pipeline, requests, keys, words });
      costs[index].push(((processorSeconds(pid) - before) / requests) * 1e6);
    }
  }
  const figure = `${command.toUpperCase()} P=${pipeline}`;
  return pairedRow(figure, 'us', costs, ratioMax);
}

/** Enough for a second or more: the kernel counts processor time in ticks of 10 ms. */
function requestsOf(pipeline: number, { isQuick }: Options): number {
  const requests = pipeline === 1 ? 200000 : pipeline < 50 ? 1000000 : 2000000;
  return isQuick ? requests / 8 : requests;
}

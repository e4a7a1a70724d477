// Bitmaps and HyperLogLogs: processor time of the whole server process, of single bits and elements
// in pipelines of 16, and of BITCOUNT, BITPOS and BITOP over 100 MB; and the longest round trip of
// a client that pings every millisecond while these run. A B A B; the ratio is the median of those
// of the pairs.
import { ask, Client } from './client.ts';
import { measured, type Part, pairedRow, type Row, sleep, WITH_REFERENCE } from './part.ts';
import { sendPipelines } from './pipelines.ts';
import { Probe } from './probe.ts';
import { kinds, processorSeconds, type RunningServer, startServer } from './servers.ts';

const CPU_RATIO_MAX = 1;
const WAIT_BAR_MS = 5;
const IDLE_MS = 1000;
const WARM_UP_MS = 2000;
const PAIRS = 3;
const CLIENTS = 50;
const PIPELINE = 16;
const REQUESTS = 200_000;
const LAST_BIT = 8 * 100_000_000 - 1;

/** Sent in pipelines, `?` is a random number; and the lines of a reply. */
const SMALL: readonly (readonly [command: string, lines: number])[] = [
  ['SETBIT bits ? 1', 1],
  ['GETBIT bits ?', 1],
  ['BITFIELD bits INCRBY u8 #? 1', 2],
  ['PFADD hll ?', 1],
  ['PFCOUNT hll', 1],
  ['PFCOUNT hll other', 1],
];

/** How often each is asked for one figure: time is counted in ticks of 10 ms. */
const LARGE: readonly (readonly [line: string, times: number])[] = [
  ['BITCOUNT a', 10],
  ['BITPOS a 1', 20],
  ['BITPOS ones 0', 20],
  ['BITOP NOT d a', 3],
  ['BITOP AND d a b', 3],
  ['BITOP XOR d a b a', 3],
];

export const bits: Part = {
  name: 'bits',
  limitSeconds: 240,
  async run({ isQuick }) {
    const pairs = isQuick ? 1 : PAIRS;
    const servers: RunningServer[] = [];
    const rows: Row[] = [];
    try {
      for (const kind of kinds) servers.push(await startServer(kind));
      for (const [command, lines] of SMALL) {
        // A union takes as long as a hundred of the others.
        const share = (command.includes('other') ? 0.05 : 1) * (isQuick ? 0.2 : 1);
        const requests = Math.ceil(REQUESTS * share);
        const cost = (server: RunningServer): Promise<number> =>
          costOfSmall(server, command, lines, requests);
        rows.push(await compare(servers, pairs, `${command.toLowerCase()}: cpu`, 'us', cost));
      }
      for (const { port } of servers) await makeStrings(port);
      for (const [line, times] of LARGE) {
        const cost = (server: RunningServer): Promise<number> => costOfLarge(server, line, times);
        rows.push(await compare(servers, pairs, `${line}: cpu`, 'ms', cost));
      }
      rows.push(...(await waitRows(servers)));
    } finally {
      for (const server of servers) await server.stop();
    }
    return {
      title: `bits: P=${PIPELINE}, and strings of 100 MB; longest round trip of a PING meanwhile`,
      columns: WITH_REFERENCE,
      rows,
      notes: ['the bar is for the longest wait, less that when idle'],
    };
  },
};

async function compare(
  servers: readonly RunningServer[],
  pairs: number,
  figure: string,
  unit: string,
  cost: (server: RunningServer) => Promise<number>,
): Promise<Row> {
  const costs: [number[], number[]] = [[], []];
  for (const server of servers) await cost(server);
  for (let pair = 0; pair < pairs; pair++) {
    for (const [index, server] of servers.entries()) costs[index].push(await cost(server));
  }
  return pairedRow(figure, unit, costs, CPU_RATIO_MAX);
}

/** Microseconds of a request. */
async function costOfSmall(
  { port, pid }: RunningServer,
  command: string,
  lines: number,
  requests: number,
): Promise<number> {
  const before = processorSeconds(pid);
  const sizes = { clients: CLIENTS, pipeline: PIPELINE, requests };
  const sent = await sendPipelines({ port, command, lines, ...sizes });
  return ((processorSeconds(pid) - before) / sent) * 1e6;
}

async function makeStrings(port: number): Promise<void> {
  for (const key of ['a', 'b']) await ask(port, `SETBIT ${key} ${LAST_BIT} 1`);
  await ask(port, `SETBIT zeros ${LAST_BIT} 0`);
  await ask(port, 'BITOP NOT ones zeros');
}

/** Milliseconds of a call. */
async function costOfLarge(
  { port, pid }: RunningServer,
  line: string,
  times: number,
): Promise<number> {
  const before = processorSeconds(pid);
  await askOften(port, line, times);
  return ((processorSeconds(pid) - before) / times) * 1000;
}

async function askOften(port: number, line: string, times: number): Promise<void> {
  const client = new Client(port);
  for (let i = 0; i < times; i++) await client.ask(line);
  client.close();
}

async function waitRows(servers: readonly RunningServer[]): Promise<Row[]> {
  const lines = ['idle', ...LARGE.map(([line]) => line), `SETBIT a ${2 * LAST_BIT} 1`];
  const waits: number[][] = [];
  for (const server of servers) {
    const probe = await Probe.start(server, 'PING');
    try {
      await probe.during(() => sleep(WARM_UP_MS));
      const maxima: number[] = [];
      for (const line of lines) {
        const work = (): Promise<void> =>
          line === 'idle' ? sleep(IDLE_MS) : askOften(server.port, line, 1);
        maxima.push((await probe.roundTripsDuring(work)).netMaxMs);
      }
      waits.push(maxima);
    } finally {
      await probe.stop();
    }
  }
  const [ours, theirs] = waits;
  return lines.map((line, index) => {
    const judged = ours[0] > WAIT_BAR_MS ? null : ours[index] - ours[0];
    const bar = index === 0 ? null : WAIT_BAR_MS;
    return measured(`${line}: max net wait`, 'ms', ours[index], theirs[index], bar, judged);
  });
}

// SORT of 1M elements and GEOSEARCH among 1M places: processor time of the whole server process,
// and the longest round trip of a client that pings every millisecond meanwhile. Both servers hold
// the same data and are asked in turn; the ratio is the median of those of the pairs.
import net from 'node:net';
import { measured, type Part, pairedRow, type Row, sleep, WITH_REFERENCE } from './part.ts';
import { Probe } from './probe.ts';
import { kinds, processorSeconds, type RunningServer, startServer } from './servers.ts';

const CPU_RATIO_MAX = 1;
const WAIT_BAR_MS = 5;
const IDLE_MS = 1000;
const WARM_UP_MS = 1000;
const MS_PER_SECOND = 1000;
/** Elements of one command that fills a key. */
const BATCH = 500;
/** Spreads numbers over all that there are, which are no multiple of it. */
const SPREAD = 7919;
const END = '+PONG\r\n';

/** What is asked: the figure's name, and the command. */
const CALLS = [
  ['SORT a list', 'SORT numbers LIMIT 0 10'],
  ['SORT a list, all answered', 'SORT numbers'],
  ['SORT a list of words ALPHA', 'SORT words ALPHA LIMIT 0 10'],
  ['SORT a set', 'SORT members LIMIT 0 10'],
  ['SORT a list BY', 'SORT numbers BY w_* LIMIT 0 10'],
  ['SORT a list STORE', 'SORT numbers STORE sorted'],
  ['GEOSEARCH, 10 nearest', 'GEOSEARCH places FROMLONLAT 10 50 BYRADIUS 3000 km COUNT 10'],
  ['GEOSEARCH, all within 500 km', 'GEOSEARCH places FROMLONLAT 10 50 BYRADIUS 500 km WITHDIST'],
] as const;

interface Scene {
  readonly count: number;
  readonly pairs: number;
  /** How often each is asked for one figure: time is counted in ticks of 10 ms. */
  readonly times: number;
}

export const sort: Part = {
  name: 'sort',
  limitSeconds: 300,
  async run({ isQuick }) {
    const scene: Scene = isQuick
      ? { count: 50000, pairs: 1, times: 4 }
      : { count: 1000000, pairs: 3, times: 1 };
    return {
      title: `sort: ${scene.count} elements; longest round trip of a PING sent every ms meanwhile`,
      columns: WITH_REFERENCE,
      rows: await play(scene),
      notes: ['the bar is for the longest wait, less that when idle'],
    };
  },
};

async function play(scene: Scene): Promise<Row[]> {
  const servers: RunningServer[] = [];
  try {
    for (const kind of kinds) {
      const server = await startServer(kind);
      servers.push(server);
      await fill(server, scene.count);
    }
    const rows: Row[] = [];
    for (const [name, line] of CALLS) {
      rows.push(await cpuRow(servers, scene, name, line));
      rows.push(await waitRow(servers, name, line));
    }
    return rows;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Numbers in mixed order, words, members, places around the world, and weights for a tenth. */
async function fill({ port }: RunningServer, count: number): Promise<void> {
  const asker = new Asker(port);
  for (let first = 0; first < count; first += BATCH) {
    const numbers: string[] = [];
    const words: string[] = [];
    const places: string[] = [];
    const weights: string[] = [];
    for (let i = first; i < first + BATCH; i++) {
      const mixed = (i * SPREAD) % count;
      numbers.push(String(mixed));
      words.push(`element:${String(mixed).padStart(8, '0')}`);
      const longitude = ((mixed * 360) / count - 180).toFixed(6);
      const latitude = ((((i * 104729) % count) * 170) / count - 85).toFixed(6);
      places.push(longitude, latitude, `place:${i}`);
      if (i % 10 === 0) weights.push(`w_${i}`, String(mixed));
    }
    const lines = [
      `RPUSH numbers ${numbers.join(' ')}`,
      `RPUSH words ${words.join(' ')}`,
      `SADD members ${numbers.join(' ')}`,
      `GEOADD places ${places.join(' ')}`,
      `MSET ${weights.join(' ')}`,
    ];
    await asker.ask(lines.join('\r\n'));
  }
  asker.close();
}

async function cpuRow(
  servers: readonly RunningServer[],
  { pairs, times }: Scene,
  name: string,
  line: string,
): Promise<Row> {
  const costsMs: [number[], number[]] = [[], []];
  for (const server of servers) await ask(server, line);
  for (let pair = 0; pair < pairs; pair++) {
    for (const [index, server] of servers.entries()) {
      const before = processorSeconds(server.pid);
      for (let i = 0; i < times; i++) await ask(server, line);
      const seconds = processorSeconds(server.pid) - before;
      costsMs[index].push((seconds * MS_PER_SECOND) / times);
    }
  }
  return pairedRow(`${name}: cpu`, 'ms', costsMs, CPU_RATIO_MAX);
}

async function waitRow(
  servers: readonly RunningServer[],
  name: string,
  line: string,
): Promise<Row> {
  const waits: { idleMs: number; netMaxMs: number }[] = [];
  for (const server of servers) {
    const probe = await Probe.start(server, 'PING');
    try {
      await probe.during(() => sleep(WARM_UP_MS));
      const idle = await probe.roundTripsDuring(() => sleep(IDLE_MS));
      const { netMaxMs } = await probe.roundTripsDuring(() => ask(server, line));
      waits.push({ idleMs: idle.netMaxMs, netMaxMs });
    } finally {
      await probe.stop();
    }
  }
  const [ours, theirs] = waits;
  const judged = ours.idleMs > WAIT_BAR_MS ? null : ours.netMaxMs - ours.idleMs;
  const figure = `${name}: longest wait net`;
  return measured(figure, 'ms', ours.netMaxMs, theirs.netMaxMs, WAIT_BAR_MS, judged);
}

/** A connection that sends lines, and waits until all of them are answered. */
class Asker {
  private readonly socket: net.Socket;
  private tail = '';
  private settle: ((problem?: Error) => void) | null = null;

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      const last = chunk.toString('latin1', Math.max(0, chunk.length - END.length));
      this.tail = (this.tail + last).slice(-END.length);
      if (this.tail === END) this.settle?.();
    });
    this.socket.on('error', (error) => this.settle?.(error));
  }

  ask(lines: string): Promise<void> {
    this.tail = '';
    return new Promise((resolve, reject) => {
      this.settle = (problem) => (problem === undefined ? resolve() : reject(problem));
      this.socket.write(`${lines}\r\nPING\r\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

async function ask({ port }: RunningServer, line: string): Promise<void> {
  const asker = new Asker(port);
  try {
    await asker.ask(line);
  } finally {
    asker.close();
  }
}

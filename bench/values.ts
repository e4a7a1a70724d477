// Values by size: processor time of SET and GET, one at a time from 50 clients, of the whole server
// process; and how long others wait while one client sets and gets 100 MB. A B A B, median of the
// ratios of the pairs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask, exchange } from './client.ts';
import { measured, type Part, pairedRow, type Row, sleep, WITH_REFERENCE } from './part.ts';
import { Probe } from './probe.ts';
import {
  childEnvironment,
  onBoth,
  processorSeconds,
  type RunningServer,
  redstart,
  reference,
  startServer,
  watchOver,
} from './servers.ts';

interface Case {
  readonly name: string;
  readonly size: number;
  /** Enough for a second: processor time comes in ticks of 10 ms, and compiling takes its share. */
  readonly requests: number;
}

const CASES: readonly Case[] = [
  { name: '1 KiB', size: 1024, requests: 40000 },
  { name: '4 KiB', size: 4096, requests: 40000 },
  { name: '32 KiB', size: 32768, requests: 40000 },
  { name: '100 KB', size: 102400, requests: 30000 },
  { name: '1 MB', size: 1048576, requests: 3000 },
];
const RATIO_MAX = 1.2;
const PAIRS = 5;
const CLIENTS = 50;
const KEYS = 100;
const RUN_LIMIT_MS = 120000;
const HUGE_SIZE = 100_000_000;
const WAIT_MAX_MS = 5;
const IDLE_MS = 2000;
/** What was freed is given back to the system after a command. */
const AFTER_MS = 1500;
const HUGE_ROUNDS = 3;

const run = promisify(execFile);

export const values: Part = {
  name: 'values',
  limitSeconds: 400,
  async run({ isQuick }) {
    const rows: Row[] = [];
    const pairs = isQuick ? 1 : PAIRS;
    const share = isQuick ? 0.2 : 1;
    const servers: RunningServer[] = [];
    try {
      for (const kind of [redstart, reference]) servers.push(await startServer(kind));
      for (const each of CASES) {
        const requests = Math.ceil(each.requests * share);
        for (const command of ['set', 'get']) {
          rows.push(await measure(servers, each, command, requests, pairs));
        }
      }
    } finally {
      for (const server of servers) await server.stop();
    }
    const [ours, theirs] = await onBoth(measureHuge);
    for (const [index, name] of HUGE_NAMES.entries()) {
      const beyondIdleMs = ours[index] - ours[0];
      const judged = ours[0] > WAIT_MAX_MS ? null : beyondIdleMs;
      const bar = index === 0 ? null : WAIT_MAX_MS;
      rows.push(measured(`${name}: max net wait`, 'ms', ours[index], theirs[index], bar, judged));
    }
    return {
      title: `values: processor time per command at P=1, ${CLIENTS} clients, ${pairs} pair(s)`,
      columns: WITH_REFERENCE,
      rows,
    };
  },
};

const HUGE_NAMES = ['idle', '100 MB SET', '100 MB GET'];

async function measure(
  servers: readonly RunningServer[],
  { name, size }: Case,
  command: string,
  requests: number,
  pairs: number,
): Promise<Row> {
  for (const { port } of servers) await benchmark(port, command, size, requests);
  const costs: number[][] = servers.map(() => []);
  for (let pair = 0; pair < pairs; pair++) {
    for (const [index, { port, pid }] of servers.entries()) {
      const before = processorSeconds(pid);
      await benchmark(port, command, size, requests);
      costs[index].push(((processorSeconds(pid) - before) / requests) * 1e6);
    }
  }
  const figure = `${command.toUpperCase()} ${name}`;
  return pairedRow(figure, 'us', costs, RATIO_MAX);
}

async function benchmark(
  port: number,
  command: string,
  size: number,
  requests: number,
): Promise<void> {
  const sizes = ['-c', CLIENTS, '-n', requests, '-r', KEYS, '-d', size];
  const args = ['-p', port, ...sizes, '-t', command, '-q'].map(String);
  const work = run('redis-benchmark', args, { timeout: RUN_LIMIT_MS, env: childEnvironment() });
  void watchOver(work.child);
  await work;
  await ask(port, 'PING');
}

/** The longest waits of a client that pings each millisecond, by HUGE_NAMES. */
async function measureHuge(server: RunningServer): Promise<number[]> {
  const probe = await Probe.start(server, 'PING');
  const waitsMs = [0, 0, 0];
  const head = `*3\r\n$3\r\nSET\r\n$4\r\nhuge\r\n$${HUGE_SIZE}\r\n`;
  const set = Buffer.concat([Buffer.from(head), Buffer.alloc(HUGE_SIZE, 'x'), Buffer.from('\r\n')]);
  const get = Buffer.from('GET huge\r\n');
  const work = [
    (): Promise<void> => sleep(IDLE_MS),
    (): Promise<void> => exchange(server.port, set, '+OK\r\n'.length),
    (): Promise<void> => exchange(server.port, get, `$${HUGE_SIZE}\r\n\r\n`.length + HUGE_SIZE),
  ];
  try {
    // The code is not compiled yet.
    for (const each of work) await probe.during(each);
    for (let round = 0; round < HUGE_ROUNDS; round++) {
      for (const [index, each] of work.entries()) {
        const { netMaxMs } = await probe.roundTripsDuring(async () => {
          await each();
          await sleep(AFTER_MS);
        });
        waitsMs[index] = Math.max(waitsMs[index], netMaxMs);
      }
    }
  } finally {
    await probe.stop();
  }
  return waitsMs;
}

// What it costs that data lasts: snapshots, while somebody writes and while nobody does; loading;
// processor time of writes with a journal beside without one; throughput where each reply waits for
// the disk. Both servers in turn, on the same disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, Client, infoField } from './client.ts';
import { load, setTemplate } from './loader.ts';
import {
  comparison,
  measured,
  median,
  type Part,
  pairedRow,
  percentile,
  type Row,
  sleep,
  WITH_REFERENCE,
} from './part.ts';
import { Probe } from './probe.ts';
import { runBenchmark } from './redis-benchmark.ts';
import {
  kinds,
  processorSeconds,
  type RunningServer,
  type ServerKind,
  startServer,
  withServer,
} from './servers.ts';

const SAVE_RATIO_MAX = 0.5;
const LOAD_RATIO_MAX = 1;
const JOURNAL_RATIO_MAX = 1.1;
const WAIT_BAR_MS = 5;
const WAIT_MAX = 2;
/** Between keys that one client sets: it comes to all of them, in no order of theirs. */
const STRIDE = 7919;
const IDLE_MS = 2000;
const LOOK_MS = 5;
const PAIRS = 3;
const JOURNAL = ['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0'];

export const persistence: Part = {
  name: 'persistence',
  limitSeconds: 600,
  async run({ isQuick }) {
    const keys = isQuick ? 200000 : 3000000;
    const requests = isQuick ? 200000 : 1000000;
    const rows: Row[] = [];
    rows.push(...(await saveRows(keys)));
    for (const form of ['dump', 'append-only file']) rows.push(await loadRow(form, keys));
    rows.push(...(await journalRows(requests, isQuick ? 1 : PAIRS)));
    rows.push(await alwaysRow(requests / 10, isQuick ? 1 : PAIRS));
    return {
      title: `persistence: ${keys} keys of 16 bytes with 16-byte values`,
      columns: WITH_REFERENCE,
      rows,
      notes: [
        'the bar of waits is for the longest one, less that when idle',
        'the bar of p99 is twice that of our own when idle',
      ],
    };
  },
};

interface Saved {
  /** Seconds of a BGSAVE: nobody else, one client that writes, 50 of them. */
  readonly alone: number;
  readonly beside: number;
  readonly busy: number;
  /** Us that the one client waits for its replies, 99 of 100 at most: before, and meanwhile. */
  readonly idleUs: number;
  readonly besideUs: number;
  /** The longest wait of a PING in ms: before, and meanwhile. */
  readonly idleWaitMs: number;
  readonly waitMs: number;
  readonly extra: number;
}

async function saveRows(keys: number): Promise<Row[]> {
  const saved: Saved[] = [];
  for (const kind of kinds) saved.push(await withServer(kind, (server) => save(server, keys)));
  const [ours, theirs] = saved;
  const judged = ours.idleWaitMs > WAIT_BAR_MS ? null : ours.waitMs - ours.idleWaitMs;
  return [
    comparison('BGSAVE, nobody else', 's', ours.alone, theirs.alone, null),
    comparison('BGSAVE, a client writes', 's', ours.beside, theirs.beside, SAVE_RATIO_MAX),
    measured('p99 of the client when idle', 'us', ours.idleUs, theirs.idleUs, null),
    measured(
      'p99 of it meanwhile',
      'us',
      ours.besideUs,
      theirs.besideUs,
      Math.round(WAIT_MAX * ours.idleUs),
    ),
    comparison('BGSAVE, 50 clients write', 's', ours.busy, theirs.busy, SAVE_RATIO_MAX),
    measured('longest wait net', 'ms', ours.waitMs, theirs.waitMs, WAIT_BAR_MS, judged),
    measured('extra memory', 'MB', ours.extra / 1e6, theirs.extra / 1e6, null),
  ];
}

async function save(server: RunningServer, keys: number): Promise<Saved> {
  const { port } = server;
  await load({ port, template: setTemplate('key:'), count: keys });
  const alone = await saveSeconds(port);
  const idleUs = await writingUs(port, keys, () => sleep(IDLE_MS));
  let beside = 0;
  const besideUs = await writingUs(port, keys, async () => {
    beside = await saveSeconds(port);
  });
  const probe = await Probe.start(server, 'PING');
  try {
    const idle = await probe.roundTripsDuring(() => sleep(IDLE_MS));
    let busy = 0;
    const waits = await probe.roundTripsDuring(async () => {
      busy = await whileClientsWrite(port, keys, () => saveSeconds(port));
    });
    const extra = Number(await infoField(port, 'persistence', 'rdb_last_cow_size'));
    const [idleWaitMs, waitMs] = [idle.netMaxMs, waits.netMaxMs];
    return { alone, beside, busy, idleUs, besideUs, idleWaitMs, waitMs, extra };
  } finally {
    await probe.stop();
  }
}

/** The 99th percentile of a client's round trips in us, who sets keys while something is done. */
async function writingUs(port: number, keys: number, work: () => Promise<void>): Promise<number> {
  const client = new Client(port);
  const tripsUs: number[] = [];
  let isOver = false;
  const write = async (): Promise<void> => {
    for (let at = 0; !isOver; at = (at + STRIDE) % keys) {
      const startMs = performance.now();
      await client.ask(`SET key:${String(at).padStart(12, '0')} another-value-16`);
      tripsUs.push((performance.now() - startMs) * 1000);
    }
  };
  const working = work().finally(() => {
    isOver = true;
  });
  try {
    await Promise.all([working, write()]);
  } finally {
    client.close();
  }
  return percentile(
    tripsUs.sort((a, b) => a - b),
    0.99,
  );
}

/** What is done while 50 clients set keys. */
async function whileClientsWrite<T>(
  port: number,
  keys: number,
  work: () => Promise<T>,
): Promise<T> {
  let isOver = false;
  const write = async (): Promise<void> => {
    const words = ['-t', 'set'];
    while (!isOver) await runBenchmark({ port, pipeline: 1, requests: 20000, keys, words });
  };
  const working = work().finally(() => {
    isOver = true;
  });
  const [done] = await Promise.all([working, write()]);
  return done;
}

/** How long a BGSAVE takes. */
async function saveSeconds(port: number): Promise<number> {
  const startMs = performance.now();
  await ask(port, 'BGSAVE');
  while ((await infoField(port, 'persistence', 'rdb_bgsave_in_progress')) !== '0')
    await sleep(LOOK_MS);
  if ((await infoField(port, 'persistence', 'rdb_last_bgsave_status')) !== 'ok')
    throw new Error('BGSAVE failed');
  return (performance.now() - startMs) / 1000;
}

/** From the spawn to the first PONG, less that of an empty server. */
async function loadRow(form: string, keys: number): Promise<Row> {
  const seconds: number[] = [];
  for (const kind of kinds) {
    const empty = await withServer(kind, ({ startMs }) => Promise.resolve(startMs));
    const directory = mkdtempSync(join(tmpdir(), 'redstart-bench-'));
    try {
      seconds.push((await loadMs(kind, form, keys, directory)) / 1000 - empty / 1000);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return comparison(`loading: ${form}`, 's', seconds[0], seconds[1], LOAD_RATIO_MAX);
}

async function loadMs(
  kind: ServerKind,
  form: string,
  keys: number,
  directory: string,
): Promise<number> {
  const directives = form === 'dump' ? [] : JOURNAL;
  const server = await startServer(kind, directives, directory);
  try {
    await load({ port: server.port, template: setTemplate('key:'), count: keys });
    if (form === 'dump') await ask(server.port, 'SAVE');
    // What is appended is on its way to the disk.
    else await sleep(2 * IDLE_MS);
  } finally {
    await server.stop();
  }
  const again = await startServer(kind, directives, directory);
  try {
    const size = await ask(again.port, 'DBSIZE');
    if (size !== `:${keys}`) throw new Error(`${kind.name}: ${size} keys were loaded`);
    return again.startMs;
  } finally {
    await again.stop();
  }
}

/** Processor time of SET with a journal per that of SET without one. */
async function journalRows(requests: number, pairs: number): Promise<Row[]> {
  const ratios: number[] = [];
  const costs: number[] = [];
  for (const kind of kinds) {
    const plain = await startServer(kind);
    const journaled = await startServer(kind, [...JOURNAL, '--appendfsync', 'everysec']);
    const us: [number[], number[]] = [[], []];
    try {
      for (let pair = -1; pair < pairs; pair++) {
        for (const [index, { port, pid }] of [plain, journaled].entries()) {
          const before = processorSeconds(pid);
          const words = ['-t', 'set'];
          await runBenchmark({ port, pipeline: 16, requests, keys: 1000000, words });
          const cost = ((processorSeconds(pid) - before) / requests) * 1e6;
          // The first pair warms up.
          if (pair >= 0) us[index].push(cost);
        }
      }
    } finally {
      await plain.stop();
      await journaled.stop();
    }
    ratios.push(median(us[1].map((cost, pair) => cost / us[0][pair])));
    costs.push(median(us[1]));
  }
  const [ours, theirs] = ratios;
  return [
    comparison('SET P=16, everysec', 'us', costs[0], costs[1], null),
    measured('everysec beside no journal', 'times', ours, theirs, JOURNAL_RATIO_MAX),
  ];
}

/** A SET of 50 clients whose replies wait for the disk. */
async function alwaysRow(requests: number, pairs: number): Promise<Row> {
  const costs: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const [index, kind] of kinds.entries()) {
      const server = await startServer(kind, [...JOURNAL, '--appendfsync', 'always']);
      try {
        const words = ['-t', 'set'];
        const sets = { port: server.port, pipeline: 1, keys: 1000000, words };
        // The first ones warm up.
        await runBenchmark({ ...sets, requests: requests / 5 });
        const startMs = performance.now();
        await runBenchmark({ ...sets, requests });
        costs[index].push(((performance.now() - startMs) / requests) * 1000);
      } finally {
        await server.stop();
      }
    }
  }
  // At least 1.1 times the requests a second.
  const max = Math.round(100 / 1.1) / 100;
  return pairedRow('SET, always', 'us', costs, max);
}

// Sets and sorted sets of many members: processor time per command of the whole server process,
// both servers in turn, A B A B, and the median of the ratios of the pairs; bytes a member; and the
// longest round trip of a client that pings every millisecond while one of them goes.
import { Client, usedMemory } from './client.ts';
import { load, setMember, sortedMember } from './loader.ts';
import {
  comparison,
  measured,
  type Part,
  pairedRow,
  type Row,
  sleep,
  WITH_REFERENCE,
} from './part.ts';
import { sendPipelines } from './pipelines.ts';
import { Probe } from './probe.ts';
import { CLIENTS, runBenchmark } from './redis-benchmark.ts';
import {
  kinds,
  type RunningServer,
  redstart,
  startServer,
  threadsMs,
  withServer,
} from './servers.ts';

interface Sizes {
  /** Members of the one large sorted set, and of the one large set. */
  readonly members: number;
  /** Members of a set that sets are made of. */
  readonly united: number;
  /** Members of what is deleted. */
  readonly deleted: number;
  readonly requests: number;
  readonly pairs: number;
}

const FULL: Sizes = { members: 1e6, united: 1e5, deleted: 1e7, requests: 200000, pairs: 3 };
const QUICK: Sizes = { members: 1e5, united: 2e4, deleted: 3e5, requests: 20000, pairs: 1 };
const PIPELINE = 16;
const RATIO_MAX = 1;
const SMALL_RATIO_MAX = 1.15;
const ZSET_MEMORY_MAX = 0.55;
const SET_MEMORY_MAX = 0.65;
const WAIT_BAR_MS = 5;
const IDLE_MS = 1000;
const WARM_UP_MS = 2000;
const AFTER_MS = 1000;
const EXPIRE_AFTER_MS = 500;
const SMALL_MEMBERS = 10;

const RANDOM_MEMBER = 'member:__rand_int__';
const RANDOM_SCORE = '__rand_int__';

/** Asked by redis-benchmark of the large sorted set, whose scores are its members' numbers. */
const LOOK_UPS: readonly { name: string; words: readonly string[]; share: number }[] = [
  { name: 'ZADD, new scores', words: ['ZADD', 'zset', RANDOM_SCORE, RANDOM_MEMBER], share: 1 },
  { name: 'ZRANK', words: ['ZRANK', 'zset', RANDOM_MEMBER], share: 1 },
  { name: 'ZRANGE of 100', words: ['ZRANGE', 'zset', '50000', '50099'], share: 0.2 },
  {
    name: 'ZRANGEBYSCORE of 100',
    words: ['ZRANGEBYSCORE', 'zset', RANDOM_SCORE, '+inf', 'LIMIT', '0', '100'],
    share: 0.2,
  },
];

/** Asked one at a time, of one connection; `lines` of a reply by the members that the sets have. */
interface Algebra {
  readonly name: (united: number) => string;
  readonly command: string;
  readonly lines: (united: number) => number;
  readonly times: number;
}

/** Sets `a` and `b` have half of their members in common; `c` is a part of `b`. */
const ALGEBRA: readonly Algebra[] = [
  {
    name: (united) => `SINTER of two of ${united}`,
    command: 'SINTER a b',
    lines: (united) => linesOf(united / 2),
    times: 5,
  },
  {
    name: (united) => `SINTER of 1000 and ${united}`,
    command: 'SINTER b c',
    lines: () => linesOf(1000),
    times: 200,
  },
  {
    name: (united) => `SUNION of two of ${united}`,
    command: 'SUNION a b',
    lines: (united) => linesOf(united * 1.5),
    times: 3,
  },
  {
    name: (united) => `ZUNIONSTORE of two of ${united}`,
    command: 'ZUNIONSTORE made 2 za zb',
    lines: () => 1,
    times: 2,
  },
];
const SMALL_ALGEBRA = ['SINTER', 'SUNION', 'SDIFF'];

export const largeCollections: Part = {
  name: 'large-collections',
  limitSeconds: 420,
  async run(options) {
    const sizes = options.isQuick ? QUICK : FULL;
    const rows: Row[] = [];
    const servers: RunningServer[] = [];
    try {
      for (const kind of kinds) servers.push(await startServer(kind));
      rows.push(...(await fillRows(servers, sizes)));
      for (const each of LOOK_UPS) {
        const requests = Math.ceil(sizes.requests * each.share);
        const figure = `${each.name}, P=${PIPELINE}`;
        rows.push(await askedRow(servers, sizes, figure, each.words, PIPELINE, requests, 1));
      }
      rows.push(...(await algebraRows(servers, sizes)));
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    rows.push(...(await withServer(redstart, (server) => waitRows(server, sizes))));
    const size = `${sizes.members} members, ${CLIENTS} clients`;
    return {
      title: `large-collections: processor time; ${size}; median of ${sizes.pairs} pair(s)`,
      columns: WITH_REFERENCE,
      rows,
      notes: [
        'waits are of a PING sent every ms, net; the bar is for the wait less that when idle',
      ],
    };
  },
};

/** Fills the large ones, a member a command: processor time of that, and memory. */
async function fillRows(servers: readonly RunningServer[], { members }: Sizes): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, template, ratioMax] of [
    ['zset', sortedMember('zset'), ZSET_MEMORY_MAX],
    ['set', setMember('set'), SET_MEMORY_MAX],
  ] as const) {
    const costs: number[] = [];
    const sizes: number[] = [];
    for (const { port, pid } of servers) {
      const usedBefore = await usedMemory(port);
      const beforeMs = threadsMs(pid);
      await load({ port, template, count: members, deadlineMs: (i) => scrambled(i, members) });
      costs.push(((threadsMs(pid) - beforeMs) * 1000) / members);
      sizes.push(((await usedMemory(port)) - usedBefore) / members);
    }
    rows.push(
      comparison(`${name}: cpu to add a member`, 'us', costs[0], costs[1], RATIO_MAX),
      comparison(`${name}: used_memory a member`, 'bytes', sizes[0], sizes[1], ratioMax),
    );
  }
  return rows;
}

/** One command under redis-benchmark. */
async function askedRow(
  servers: readonly RunningServer[],
  { members, pairs }: Sizes,
  figure: string,
  words: readonly string[],
  pipeline: number,
  requests: number,
  ratioMax: number,
): Promise<Row> {
  return turnsRow(servers, pairs, figure, 'us', requests / 1000, ratioMax, ({ port }) =>
    runBenchmark({ port, pipeline, requests, keys: members, words }),
  );
}

async function algebraRows(servers: readonly RunningServer[], sizes: Sizes): Promise<Row[]> {
  const { united, pairs } = sizes;
  for (const { port } of servers) await loadSets(port, united);
  const rows: Row[] = [];
  for (const { name, command, lines, times } of ALGEBRA) {
    const sent = { command, lines: lines(united), clients: 1, pipeline: 1, requests: times };
    rows.push(
      await turnsRow(servers, pairs, name(united), 'ms', times, RATIO_MAX, async ({ port }) => {
        await sendPipelines({ port, ...sent });
      }),
    );
  }
  for (const command of SMALL_ALGEBRA) {
    const requests = Math.ceil(sizes.requests / 4);
    const figure = `${command} of two of ${SMALL_MEMBERS}, P=1`;
    const words = [command, 'small', 'other'];
    rows.push(await askedRow(servers, sizes, figure, words, 1, requests, SMALL_RATIO_MAX));
  }
  return rows;
}

async function loadSets(port: number, united: number): Promise<void> {
  for (const [name, first, count] of [
    ['a', 0, united],
    ['b', united / 2, united],
    ['c', united, 1000],
    ['small', 0, SMALL_MEMBERS],
    ['other', SMALL_MEMBERS / 2, SMALL_MEMBERS],
  ] as const) {
    await load({ port, template: setMember(name), first, count });
  }
  for (const [name, first] of [
    ['za', 0],
    ['zb', united / 2],
  ] as const) {
    const deadlineMs = (index: number): number => scrambled(index, united);
    await load({ port, template: sortedMember(name), first, count: united, deadlineMs });
  }
}

/** Runs something on both servers in turn: processor time by what it is divided by. */
async function turnsRow(
  servers: readonly RunningServer[],
  pairs: number,
  figure: string,
  unit: string,
  divisor: number,
  ratioMax: number,
  run: (server: RunningServer) => Promise<void>,
): Promise<Row> {
  const costs: number[][] = servers.map(() => []);
  // The first pair warms up.
  for (let pair = -1; pair < pairs; pair++) {
    for (const [index, server] of servers.entries()) {
      const beforeMs = threadsMs(server.pid);
      await run(server);
      if (pair >= 0) costs[index].push((threadsMs(server.pid) - beforeMs) / divisor);
    }
  }
  return pairedRow(figure, unit, costs, ratioMax);
}

/** How long others wait while a large set or sorted set goes, of ours. */
async function waitRows(server: RunningServer, { deleted: count }: Sizes): Promise<Row[]> {
  const { port } = server;
  const probe = await Probe.start(server, 'PING');
  const client = new Client(port);
  const rows: Row[] = [];
  const wait = async (work: () => Promise<unknown>): Promise<number> =>
    (await probe.roundTripsDuring(work)).netMaxMs;
  try {
    await probe.during(() => sleep(WARM_UP_MS));
    const idleMs = await wait(() => sleep(IDLE_MS));
    rows.push(measured('idle: longest wait', 'ms', idleMs, null, null));
    for (const template of [setMember('huge'), sortedMember('huge')]) {
      const type = template.deadlineLast < 0 ? 'set' : 'zset';
      const deadlineMs = (index: number): number => scrambled(index, count);
      const refill = (): Promise<void> => load({ port, template, count, deadlineMs });
      for (const end of ENDS) {
        await refill();
        const ms = await wait(() => end.run(client));
        const judged = idleMs > WAIT_BAR_MS ? null : ms - idleMs;
        const figure = `${type} of ${count / 1e6}M, ${end.name}: longest wait`;
        rows.push(measured(figure, 'ms', ms, null, WAIT_BAR_MS, judged));
      }
    }
  } finally {
    client.close();
    await probe.stop();
  }
  return rows;
}

const ENDS: readonly { name: string; run: (client: Client) => Promise<void> }[] = [
  {
    name: 'UNLINK',
    async run(client) {
      await client.ask('UNLINK huge');
      await untilFreed(client);
    },
  },
  {
    name: 'expiry',
    async run(client) {
      await client.ask(`PEXPIRE huge ${EXPIRE_AFTER_MS}`);
      await sleep(EXPIRE_AFTER_MS);
      await untilFreed(client);
    },
  },
  {
    name: 'FLUSHALL',
    async run(client) {
      await client.ask('FLUSHALL');
      await untilFreed(client);
    },
  },
];

async function untilFreed(client: Client): Promise<void> {
  while ((await client.ask('DBSIZE')) !== ':0') await sleep(20);
  while (!(await client.ask('INFO memory')).includes('lazyfree_pending_objects:0')) await sleep(20);
  await sleep(AFTER_MS);
}

/** A number below `count`, another one for each index below it: no two neighbours come in turn. */
function scrambled(index: number, count: number): number {
  return (index * 7368787) % count;
}

/** Lines of a reply of so many members. */
function linesOf(count: number): number {
  return 1 + 2 * count;
}

// Hashes, lists, sets and sorted sets: processor time per command of the whole server process under
// redis-benchmark, both servers in turn, A B A B, and the median of the ratios of the pairs; and
// bytes of memory of many small collections and of a long list.
//
// Commands come in groups that work on one collection: what the first one fills, the others read,
// and the last one empties. Each pair begins without keys.
import { ask, usedMemory } from './client.ts';
import { load, type Template, template } from './loader.ts';
import {
  comparison,
  type Options,
  type Part,
  pairedRow,
  type Row,
  WITH_REFERENCE,
} from './part.ts';
import { CLIENTS, runBenchmark, VALUE_SIZE } from './redis-benchmark.ts';
import {
  kinds,
  onBoth,
  type RunningServer,
  residentSize,
  startServer,
  threadsMs,
} from './servers.ts';

interface Step {
  readonly name: string;
  readonly words: readonly string[];
  /** Requests as a share of those of a command that does little. */
  readonly share: number;
}

const VALUE = 'x'.repeat(VALUE_SIZE);
const MEMBER = 'element:__rand_int__';
/** 16 bytes. */
const ITEM = 'ent:__rand_int__';
const SCORE = '__rand_int__';
const LPUSH: Step = { name: 'LPUSH', words: ['LPUSH', 'mylist', VALUE], share: 1 };
const GROUPS: readonly (readonly Step[])[] = [
  [
    LPUSH,
    ...[100, 300, 500, 600].map((count) => ({
      name: `LRANGE_${count}`,
      words: ['LRANGE', 'mylist', '0', String(count - 1)],
      share: 30 / count / 2,
    })),
    { name: 'RPOP', words: ['RPOP', 'mylist'], share: 1 },
  ],
  [
    { name: 'RPUSH', words: ['RPUSH', 'mylist', VALUE], share: 1 },
    { name: 'LPOP', words: ['LPOP', 'mylist'], share: 1 },
  ],
  [{ name: 'HSET', words: ['HSET', 'myhash', MEMBER, VALUE], share: 1 }],
  [
    { name: 'SADD', words: ['SADD', 'myset', MEMBER], share: 1 },
    // No more than there are.
    { name: 'SPOP', words: ['SPOP', 'myset'], share: 0.6 },
  ],
  [
    { name: 'ZADD', words: ['ZADD', 'myzset', SCORE, MEMBER], share: 1 },
    { name: 'ZPOPMIN', words: ['ZPOPMIN', 'myzset'], share: 0.6 },
  ],
];
const PIPELINES = [
  { pipeline: 1, requests: 30000, ratioMax: 1.15 },
  { pipeline: 16, requests: 200000, ratioMax: 1 },
] as const;
const PAIRS = 3;
const MEMBERS = 1000000;

/** Collections that are loaded, one a command, or all into one. */
interface Filling {
  readonly name: string;
  readonly template: Template;
  readonly count: number;
  readonly ratioMax: number;
}

const SMALL_FIELDS = 5;
const MANY_MEMBERS = 300;

export const collections: Part = {
  name: 'collections',
  limitSeconds: 480,
  async run(options) {
    const rows: Row[] = [];
    const servers: RunningServer[] = [];
    try {
      for (const kind of kinds) servers.push(await startServer(kind));
      for (const which of PIPELINES) {
        for (const group of chosen(options))
          rows.push(...(await measure(servers, group, which, options)));
      }
    } finally {
      for (const server of servers) await server.stop();
    }
    if (options.commands.length === 0) rows.push(...(await measureMemory(options)));
    const size = `${VALUE_SIZE}-byte values, ${CLIENTS} clients`;
    const how = `${size}, median of ${pairs(options)} pair(s)`;
    return {
      title: `collections: processor time per command (${how}), bytes of memory`,
      columns: WITH_REFERENCE,
      rows,
    };
  },
};

function chosen({ commands }: Options): (readonly Step[])[] {
  if (commands.length === 0) return [...GROUPS];
  return GROUPS.filter((group) => group.some(({ name }) => commands.includes(name.toLowerCase())));
}

function pairs({ isQuick }: Options): number {
  return isQuick ? 1 : PAIRS;
}

/** The figures of one group at one pipeline. */
async function measure(
  servers: readonly RunningServer[],
  group: readonly Step[],
  { pipeline, requests, ratioMax }: (typeof PIPELINES)[number],
  options: Options,
): Promise<Row[]> {
  const most = options.isQuick ? requests / 8 : requests;
  const costs: number[][][] = group.map(() => servers.map(() => []));
  // The first pair warms up.
  for (let pair = -1; pair < pairs(options); pair++) {
    for (const [index, { port, pid }] of servers.entries()) {
      await ask(port, 'FLUSHALL');
      for (const [at, { words, share }] of group.entries()) {
        const run = { port, pipeline, requests: Math.ceil(most * share), keys: MEMBERS, words };
        const beforeMs = threadsMs(pid);
        await runBenchmark(run);
        if (pair < 0) continue;
        costs[at][index].push(((threadsMs(pid) - beforeMs) * 1000) / run.requests);
      }
    }
  }
  return group.map(({ name }, at) => {
    const figure = `${name} P=${pipeline}`;
    return pairedRow(figure, 'us', costs[at], ratioMax);
  });
}

async function measureMemory({ isQuick }: Options): Promise<Row[]> {
  const scale = isQuick ? 10 : 1;
  const rows: Row[] = [];
  for (const filling of fillings(scale)) {
    const [ours, theirs] = await onBoth(async ({ port, pid }) => {
      const usedBefore = await usedMemory(port);
      const residentBefore = residentSize(pid);
      const { template: each, count } = filling;
      await load({ port, template: each, count });
      return {
        used: ((await usedMemory(port)) - usedBefore) / count,
        resident: (residentSize(pid) - residentBefore) / count,
      };
    });
    const { name, ratioMax } = filling;
    rows.push(comparison(`${name}: used_memory each`, 'bytes', ours.used, theirs.used, ratioMax));
    rows.push(
      comparison(`${name}: resident size each`, 'bytes', ours.resident, theirs.resident, null),
    );
  }
  const items = MEMBERS / scale;
  const [ours, theirs] = await onBoth(async ({ port }) => {
    const usedBefore = await usedMemory(port);
    const words = ['RPUSH', 'mylist', ITEM];
    await runBenchmark({ port, pipeline: 64, requests: items, keys: 1e12, words });
    return ((await usedMemory(port)) - usedBefore) / items;
  });
  rows.push(comparison(`a list of ${items}: used_memory an item`, 'bytes', ours, theirs, 1));
  return rows;
}

function fillings(scale: number): Filling[] {
  const many = 100000 / scale;
  return [
    {
      name: `${1000000 / scale} hashes of ${SMALL_FIELDS} fields`,
      template: filled('HSET', SMALL_FIELDS, (i) => [`name:${i}`, `value:${i}x`]),
      count: 1000000 / scale,
      ratioMax: 0.75,
    },
    {
      name: `${many} hashes of ${MANY_MEMBERS} fields`,
      template: filled('HSET', MANY_MEMBERS, (i) => [`field:${i}`, `${VALUE}${i}`]),
      count: many,
      ratioMax: 0.6,
    },
    {
      name: `${many} sets of ${MANY_MEMBERS} members`,
      template: filled('SADD', MANY_MEMBERS, (i) => [`${VALUE.slice(4)}${i}`]),
      count: many,
      ratioMax: 0.6,
    },
    {
      name: `${many} sorted sets of ${MANY_MEMBERS} members`,
      template: filled('ZADD', MANY_MEMBERS, (i) => [`${i}.5`, `${VALUE.slice(4)}${i}`]),
      count: many,
      ratioMax: 0.6,
    },
  ];
}

/** A command that makes a collection of so many members, whose key is patched. */
function filled(
  command: string,
  members: number,
  wordsOf: (index: number) => readonly string[],
): Template {
  const words = [command, `key:${'0'.repeat(12)}`];
  for (let i = 0; i < members; i++) words.push(...wordsOf(1000 + i));
  return template(words, `:${members}\r\n`.length);
}

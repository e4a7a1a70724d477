// Scripts: processor time per command of the whole server process, both servers in turn, A B A B,
// and the median of the ratios of the pairs. Small scripts, where what stands around a script
// counts; and loops of commands, where what stands between a script and a command does.
import { Client } from './client.ts';
import { type Part, pairedRow, WITH_REFERENCE } from './part.ts';
import { sendPipelines } from './pipelines.ts';
import { queueRows } from './queue-scripts.ts';
import { kinds, type RunningServer, startServer, threadsMs } from './servers.ts';

const PAIRS = 3;
const CLIENTS = 20;
/** Enough for the optimising compiler to be done, and for what it cost not to count. */
const REQUESTS = 300_000;
const RATIO_MAX = 1;
const VALUE = 'x'.repeat(16);
/** Commands of a loop. */
const INNER = 1000;

interface Step {
  readonly name: string;
  readonly source: string;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  /** Lines of a reply. */
  readonly lines: number;
  readonly pipeline: number;
  /** Requests as a share of those of a script that does little. */
  readonly share: number;
  /** Commands that a request calls, where one of them is what counts. */
  readonly inner: number;
}

const INCR = "return redis.call('INCR', KEYS[1])";
const THREE = `local value = redis.call('GET', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[1])
  return redis.call('HSET', KEYS[2], 'field', ARGV[1])`;

const STEPS: readonly Step[] = [
  small('INCR P=1', INCR, ['counter'], [], 1, 1),
  small('INCR P=16', INCR, ['counter'], [], 1, 16),
  small('GET, SET, HSET P=1', THREE, ['text', 'hash'], [VALUE], 1, 1),
  small('GET, SET, HSET P=16', THREE, ['text', 'hash'], [VALUE], 1, 16),
  loop('GET', "redis.call('GET', key)"),
  loop('SET', "redis.call('SET', key, value)"),
  loop('HSET', "redis.call('HSET', key, i, value)"),
  loop('HGET', "redis.call('HGET', key, i)"),
  loop('ZADD', "redis.call('ZADD', key, i, 'member')"),
  loop('LPUSH', "redis.call('LPUSH', key, value)", 'LTRIM'),
  loop('LRANGE of 10', "redis.call('LRANGE', 'list', 0, 9)"),
  loop('HGETALL of 5', "redis.call('HGETALL', 'hash')"),
];

export const scripts: Part = {
  name: 'scripts',
  limitSeconds: 600,
  async run({ isQuick }) {
    const pairs = isQuick ? 1 : PAIRS;
    const costs: number[][][] = STEPS.map(() => kinds.map(() => []));
    const servers: RunningServer[] = [];
    try {
      for (const kind of kinds) servers.push(await startServer(kind));
      const shas: string[][] = [];
      for (const server of servers) shas.push(await prepare(server));
      // The first pair warms up.
      for (let pair = -1; pair < pairs; pair++) {
        for (const [at, step] of STEPS.entries()) {
          for (const [index, server] of servers.entries()) {
            const requests = (REQUESTS * step.share) / (isQuick ? 4 : 1);
            const cost = await costOf(server, step, shas[index][at], requests);
            if (pair >= 0) costs[at][index].push(cost);
          }
        }
      }
    } finally {
      for (const server of servers) await server.stop();
    }
    const rows = STEPS.map(({ name }, at) => pairedRow(name, 'us', costs[at], RATIO_MAX));
    rows.push(...(await queueRows(pairs)));
    return {
      title: `scripts: processor time by EVALSHA, median of ${pairs} pair(s)`,
      columns: WITH_REFERENCE,
      rows,
      notes: [
        `loops call ${INNER} commands in a script: the figure is that of one of them`,
        'in brackets: calls of the recording; BullMQ was recorded against the reference',
      ],
    };
  },
};

function small(
  name: string,
  source: string,
  keys: readonly string[],
  values: readonly string[],
  lines: number,
  pipeline: number,
): Step {
  const share = pipeline === 1 ? 0.25 : 1;
  return { name: `EVALSHA: ${name}`, source, keys, values, lines, pipeline, share, inner: 1 };
}

/** A loop over `call`; `trim` empties a list behind it. */
function loop(name: string, call: string, trim?: 'LTRIM'): Step {
  const end = trim === undefined ? '' : "redis.call('LTRIM', key, 1, 0)";
  const source = `local key, value = KEYS[1], ARGV[1]
    for i = 1, ${INNER} do ${call} end ${end} return 1`;
  const rest = { lines: 1, pipeline: 1, share: 1 / 200, inner: INNER };
  return {
    name: `loop: ${name}`,
    source,
    keys: [`of-${name.split(' ')[0]}`],
    values: [VALUE],
    ...rest,
  };
}

/** What is read is there; returns the digests of the scripts. */
async function prepare({ port }: RunningServer): Promise<string[]> {
  const client = new Client(port);
  const shas: string[] = [];
  for (const { source } of STEPS) {
    shas.push(await client.ask(`SCRIPT LOAD "${source.replaceAll('\n', '\\n')}"`));
  }
  await client.ask(`SET of-GET ${VALUE}`);
  const hash = Array.from({ length: 5 }, (_, i) => `field:${i} ${VALUE}`).join(' ');
  await client.ask(`HSET hash ${hash}`);
  await client.ask(`RPUSH list ${Array.from({ length: 10 }, () => VALUE).join(' ')}`);
  const fields = Array.from({ length: INNER }, (_, i) => `${i + 1} ${VALUE}`).join(' ');
  await client.ask(`HSET of-HGET ${fields}`);
  client.close();
  return shas;
}

async function costOf(
  { port, pid }: RunningServer,
  { keys, values, lines, pipeline, inner }: Step,
  sha: string,
  requests: number,
): Promise<number> {
  const words = ['EVALSHA', sha, keys.length, ...keys, ...values];
  const beforeMs = threadsMs(pid);
  const sent = await sendPipelines({
    ...{ port, pipeline, lines, requests },
    ...{ command: words.join(' '), clients: CLIENTS },
  });
  return ((threadsMs(pid) - beforeMs) * 1000) / sent / inner;
}

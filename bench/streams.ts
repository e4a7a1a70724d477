// Streams: processor time per command of the whole server process, in pipelines of 16, both servers
// in turn, A B A B, and the median of the ratios of the pairs; bytes of memory of many entries, of
// what is pending, and of many small streams.
import { ask, usedMemory } from './client.ts';
import { load, template } from './loader.ts';
import { comparison, type Part, pairedRow, type Row, WITH_REFERENCE } from './part.ts';
import { sendPipelines } from './pipelines.ts';
import { kinds, onBoth, type RunningServer, startServer, threadsMs } from './servers.ts';

const PAIRS = 3;
const CLIENTS = 50;
const PIPELINE = 16;
const REQUESTS = 200_000;
const RATIO_MAX = 1;
const VALUE = 'x'.repeat(16);
const DIGITS = '0'.repeat(12);
/** IDs have as many digits as the loader patches. */
const FIRST_ID = 100_000_000_000;
const ENTRIES = 1_000_000;
const READ_AT_ONCE = 100;
const STREAMS = 100_000;
const SMALL_ENTRIES = 10;
const ENTRIES_RATIO_MAX = 1;
const PENDING_RATIO_MAX = 0.65;
const SMALL_RATIO_MAX = 0.25;

/** In this order: what one has added the next one reads. `lines` are those of a reply. */
const STEPS: readonly { name: string; command: string; lines: number; share: number }[] = [
  { name: 'XADD', command: `XADD added * field ${VALUE}`, lines: 2, share: 1 },
  { name: 'XADD of 5 fields', command: `XADD five * ${fields(5)}`, lines: 2, share: 0.5 },
  {
    name: 'XADD MAXLEN ~ 1000',
    command: `XADD capped MAXLEN ~ 1000 * field ${VALUE}`,
    lines: 2,
    share: 1,
  },
  { name: 'XREAD of 10', command: 'XREAD COUNT 10 STREAMS events @', lines: 85, share: 0.25 },
  {
    name: 'XREADGROUP of 1',
    command: 'XREADGROUP GROUP group consumer COUNT 1 STREAMS events >',
    lines: 13,
    share: 1,
  },
  { name: 'XACK', command: 'XACK events group @', lines: 1, share: 1 },
  { name: 'XRANGE of 10', command: 'XRANGE events @ + COUNT 10', lines: 81, share: 0.25 },
];

export const streams: Part = {
  name: 'streams',
  limitSeconds: 600,
  async run({ isQuick }) {
    const rows = await costRows(isQuick ? 1 : PAIRS, isQuick ? REQUESTS / 10 : REQUESTS);
    rows.push(...(await memoryRows(isQuick ? 10 : 1)));
    return {
      title: `streams: processor time (P=${PIPELINE}, ${CLIENTS} clients), bytes of memory`,
      columns: WITH_REFERENCE,
      rows,
    };
  },
};

async function costRows(pairs: number, most: number): Promise<Row[]> {
  const costs: number[][][] = STEPS.map(() => kinds.map(() => []));
  const servers: RunningServer[] = [];
  try {
    for (const kind of kinds) servers.push(await startServer(kind));
    // The first pair warms up.
    for (let pair = -1; pair < pairs; pair++) {
      for (const [index, { port, pid }] of servers.entries()) {
        await prepare(port, most);
        for (const [at, { command, lines, share }] of STEPS.entries()) {
          const requests = Math.ceil(most * share);
          const beforeMs = threadsMs(pid);
          const sent = await sendPipelines({
            ...{ port, command, lines, requests },
            ...{ clients: CLIENTS, pipeline: PIPELINE, first: FIRST_ID },
          });
          if (pair >= 0) costs[at][index].push(((threadsMs(pid) - beforeMs) * 1000) / sent);
        }
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  return STEPS.map(({ name }, at) => {
    return pairedRow(`${name}: cpu`, 'us', costs[at], RATIO_MAX);
  });
}

/** A stream that is read and acknowledged by as many requests as there are entries. */
async function prepare(port: number, requests: number): Promise<void> {
  await ask(port, 'FLUSHALL');
  await ask(port, 'XGROUP CREATE events group 0 MKSTREAM');
  // Some more: pipelines are rounded up, and the last ones are read in tens.
  await loadEntries(port, 'events', requests + CLIENTS * PIPELINE + READ_AT_ONCE);
}

async function loadEntries(port: number, key: string, count: number): Promise<void> {
  const replySize = `$14\r\n${FIRST_ID}-0\r\n`.length;
  const entry = template(['XADD', key, DIGITS, 'field', VALUE], replySize, 2);
  await load({ port, template: entry, count, first: FIRST_ID });
}

async function memoryRows(scale: number): Promise<Row[]> {
  const entries = ENTRIES / scale;
  const many = STREAMS / scale;
  const [ours, theirs] = await onBoth(async ({ port }) => {
    await ask(port, 'XGROUP CREATE events group 0 MKSTREAM');
    const sizes = [await usedMemory(port)];
    await loadEntries(port, 'events', entries);
    sizes.push(await usedMemory(port));
    const command = `XREADGROUP GROUP group consumer COUNT ${READ_AT_ONCE} STREAMS events >`;
    const lines = 5 + 8 * READ_AT_ONCE;
    const requests = entries / READ_AT_ONCE;
    await sendPipelines({ port, command, lines, requests, clients: 1, pipeline: 1 });
    sizes.push(await usedMemory(port));
    for (let i = 0; i < SMALL_ENTRIES; i++) await loadSmall(port, many);
    sizes.push(await usedMemory(port));
    return [
      (sizes[1] - sizes[0]) / entries,
      (sizes[2] - sizes[1]) / entries,
      (sizes[3] - sizes[2]) / many,
    ];
  });
  const names = [`an entry of ${entries}`, `a pending one`, `a stream of ${SMALL_ENTRIES}`];
  const bars = [ENTRIES_RATIO_MAX, PENDING_RATIO_MAX, SMALL_RATIO_MAX];
  return names.map((name, i) =>
    comparison(`${name}: used_memory`, 'bytes', ours[i], theirs[i], bars[i]),
  );
}

/** Adds an entry to each of many streams. */
async function loadSmall(port: number, count: number): Promise<void> {
  // An ID of now: 13 digits, and the first one of its millisecond in its stream.
  const replySize = `$15\r\n${10 * FIRST_ID}-0\r\n`.length;
  const entry = template(['XADD', `key:${DIGITS}`, '*', 'field', VALUE], replySize);
  await load({ port, template: entry, count });
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `field:${i} value:${i}`).join(' ');
}

// How late keys go whose deadline has passed. Keys are loaded with deadlines at an even pace; under
// a moderate load of GET and SET of other keys, DBSIZE is asked every millisecond. When it says
// that so many keys are gone, the lateness of the key with that place in the order of deadlines is
// the time from its deadline to that reply: a bound from above, by the distance of two samples and
// a round trip.
//
// A server that does not delete in the order of deadlines has longer tails than this can see.
import net from 'node:net';
import { Client } from './client.ts';
import { fill, getTemplate, load, loadTimeMs, setTemplate, setUntilTemplate } from './loader.ts';
import { measured, type Part, percentile, sleep, WITH_REFERENCE } from './part.ts';
import { Probe, type Samples } from './probe.ts';
import { onBoth, type RunningServer } from './servers.ts';

const P99_BAR_MS = 10;
const COMMANDS_PER_SECOND = 40000;
const LOADED_KEYS = 100000;
const PACE_MS = 2;
/** A burst after the bench process itself was late is not larger. */
const BURST_MAX = 2000;
/** How long after the last deadline is still waited. */
const LATE_MAX_MS = 15000;

interface Sizes {
  readonly keys: number;
  readonly spreadMs: number;
}

interface Lateness {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly left: number;
}

export const expiry: Part = {
  name: 'expiry',
  limitSeconds: 120,
  async run({ isQuick }) {
    const sizes = isQuick ? { keys: 100000, spreadMs: 4000 } : { keys: 1000000, spreadMs: 20000 };
    const [ours, theirs] = await onBoth((server) => measure(server, sizes));
    const { keys, spreadMs } = sizes;
    const under = `under ${COMMANDS_PER_SECOND} commands/s`;
    return {
      title: `expiry: lateness of ${keys} keys due over ${spreadMs / 1000} s, ${under}`,
      columns: WITH_REFERENCE,
      rows: [
        measured('p50', 'ms', ours.p50Ms, theirs.p50Ms, null),
        measured('p99', 'ms', ours.p99Ms, theirs.p99Ms, P99_BAR_MS),
        measured('max', 'ms', ours.maxMs, theirs.maxMs, null),
        measured(`left after ${LATE_MAX_MS / 1000} s`, 'keys', ours.left, theirs.left, null),
      ],
      notes: ['lateness by place in the order of deadlines: the reference has longer tails'],
    };
  },
};

async function measure(server: RunningServer, sizes: Sizes): Promise<Lateness> {
  const { port } = server;
  await load({ port, template: setTemplate('key:'), count: LOADED_KEYS });
  const template = setUntilTemplate('ttl:');
  const count = sizes.keys;
  const firstMs = Date.now() + (await loadTimeMs({ port, template, count }));
  const deadlineMs = (index: number): number =>
    firstMs + Math.floor((index * sizes.spreadMs) / sizes.keys);
  await load({ port, template, count, deadlineMs });
  if (Date.now() > firstMs) throw new Error('loading the keys was too slow');
  const probe = await Probe.start(server, 'DBSIZE');
  const stopLoad = startLoad(port);
  try {
    const samples = await probe.during(async () => {
      await sleep(firstMs + sizes.spreadMs - Date.now());
      await sleepUntilGone(server, sizes);
    });
    return latenessOf(samples, sizes.keys, deadlineMs);
  } finally {
    stopLoad();
    await probe.stop();
  }
}

/** Waits until all keys with a deadline are gone, or for long enough. */
async function sleepUntilGone({ port }: RunningServer, { keys }: Sizes): Promise<void> {
  const client = new Client(port);
  const endMs = Date.now() + LATE_MAX_MS;
  for (;;) {
    const left = Number((await client.ask('DBSIZE')).slice(1)) - LOADED_KEYS;
    if (left === 0 || left > keys || Date.now() > endMs) break;
    await sleep(20);
  }
  client.close();
}

function latenessOf(
  { sentMs, tookMs, values }: Samples,
  keys: number,
  deadlineMs: (index: number) => number,
): Lateness {
  const lateMs = new Float64Array(keys);
  let gone = 0;
  let nowMs = 0;
  for (let i = 0; i < values.length; i++) {
    nowMs = sentMs[i] + tookMs[i];
    const goneNow = keys + LOADED_KEYS - values[i];
    for (; gone < goneNow; gone++) lateMs[gone] = nowMs - deadlineMs(gone);
  }
  const left = keys - gone;
  for (; gone < keys; gone++) lateMs[gone] = nowMs - deadlineMs(gone);
  lateMs.sort();
  return {
    p50Ms: percentile(lateMs, 0.5),
    p99Ms: percentile(lateMs, 0.99),
    maxMs: percentile(lateMs, 1),
    left,
  };
}

/** Half GET, half SET, at an even pace. Returns what stops it. */
function startLoad(port: number): () => void {
  const halves = [getTemplate('key:'), setTemplate('key:')];
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let sent = 0;
  let unanswered = 0;
  const beginMs = performance.now();
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    unanswered -= chunk.length;
  });
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - beginMs) * COMMANDS_PER_SECOND) / 1000) - sent;
    sent += due;
    // A server that is behind, or a burst after this process was late, would be another
    // measurement.
    if (unanswered > BURST_MAX * halves[0].replySize) return;
    const commands = Math.min(due >> 1, BURST_MAX >> 1);
    for (const template of halves) {
      const chunk = Buffer.allocUnsafe(commands * template.bytes.length);
      fill(chunk, template, Math.floor(Math.random() * (LOADED_KEYS - commands)), commands);
      socket.write(chunk);
      unanswered += commands * template.replySize;
    }
  }, PACE_MS);
  return () => {
    clearInterval(timer);
    socket.destroy();
  };
}

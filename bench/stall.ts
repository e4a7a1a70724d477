// The longest time for which a server answers nobody: a client pings every millisecond while
// something large happens. The figure is its longest round trip, beside that of the same client
// when nothing does.
//
// On a shared machine a round trip also holds the waits of the server and of the client for a
// processor that others have. The kernel counts them, and the net figures are without them.
import { ask, Client } from './client.ts';
import { load, loadTimeMs, setTemplate, setUntilTemplate } from './loader.ts';
import { measured, type Part, type Row, sleep, WITH_REFERENCE } from './part.ts';
import { Probe, type RoundTrips } from './probe.ts';
import { onBoth, type RunningServer } from './servers.ts';

const BAR_MS = 5;
const IDLE_MS = 2000;
/**
 * The first PINGs meet a server and a client whose code is not compiled, which would lengthen the
 * idle server's round trips and so favour what is compared with them.
 */
const WARM_UP_MS = 5000;
/** How long after a command is still watched for what it left to the background. */
const AFTER_MS = 1000;
/** As many as it takes until all code that they need is compiled. */
const FIRST_KEYS = 1000000;
const FIRST_DUE = 100000;
const STORM_END_MS = 60000;
const DEEP_PIPELINE_SIZE = 4 * 1024 * 1024;

interface Sizes {
  readonly keys: number;
  readonly due: number;
}

interface Event {
  readonly name: string;
  /** One of those that quality.md names. */
  readonly hasBar: boolean;
  readonly run: (server: RunningServer, probe: Probe, sizes: Sizes) => Promise<RoundTrips>;
}

export const stall: Part = {
  name: 'stall',
  limitSeconds: 330,
  async run({ isQuick }) {
    const sizes = isQuick ? { keys: 500000, due: 100000 } : { keys: 10000000, due: 1000000 };
    const [ours, theirs] = await onBoth((server) => measure(server, sizes));
    return {
      title: `stall: longest round trip of a PING sent every ms; ${sizes.keys} keys`,
      columns: WITH_REFERENCE,
      rows: EVENTS.flatMap((_, index) => rowsOf(index, ours, theirs)),
      notes: [
        'the bar is for the maximum less the maximum when idle',
        'net is without the time for which server or client waited for a processor others had',
      ],
    };
  },
};

const EVENTS: readonly Event[] = [
  {
    name: 'idle',
    hasBar: false,
    run: (_server, probe) => probe.roundTripsDuring(() => sleep(IDLE_MS)),
  },
  {
    // Code that is not compiled yet runs slowly, and while it is compiled the compiler's threads
    // take time slices of the server's core. That is shown, but shall not count as growth.
    name: `first ${FIRST_KEYS} SETs`,
    hasBar: false,
    run: (server, probe) => probe.roundTripsDuring(() => fillKeys(server, FIRST_KEYS)),
  },
  {
    name: 'growth from 0',
    hasBar: true,
    async run(server, probe, { keys }) {
      await ask(server.port, 'FLUSHALL');
      return probe.roundTripsDuring(() => fillKeys(server, keys));
    },
  },
  {
    name: 'FLUSHALL ASYNC',
    hasBar: true,
    run: (server, probe) => runAfter(server, probe, 'FLUSHALL ASYNC'),
  },
  {
    name: 'FLUSHDB',
    hasBar: false,
    async run(server, probe, { keys }) {
      await fillKeys(server, keys);
      return runAfter(server, probe, 'FLUSHDB');
    },
  },
  {
    name: 'FLUSHDB ASYNC beside another db',
    hasBar: false,
    async run(server, probe, { keys }) {
      const other = new Client(server.port);
      await other.ask('SELECT 1');
      await other.ask('SET key value');
      other.close();
      await fillKeys(server, keys);
      return runAfter(server, probe, 'FLUSHDB ASYNC', async () => {
        while (!(await ask(server.port, 'INFO memory')).includes('lazyfree_pending_objects:0')) {
          await sleep(20);
        }
      });
    },
  },
  {
    // As the first SETs are to growth.
    name: `first ${FIRST_DUE} keys that expire at once`,
    hasBar: false,
    run: (server, probe) => runStorm(server, probe, FIRST_DUE),
  },
  {
    name: 'expiry storm',
    hasBar: true,
    run: (server, probe, { due }) => runStorm(server, probe, due),
  },
  {
    name: 'pipeline of 4 MiB',
    hasBar: false,
    run: (server, probe, { due: count }) => {
      const template = setTemplate('key:');
      const job = { port: server.port, template, count, unansweredMax: DEEP_PIPELINE_SIZE };
      return probe.roundTripsDuring(() => load(job));
    },
  },
];

async function measure(server: RunningServer, sizes: Sizes): Promise<RoundTrips[]> {
  const probe = await Probe.start(server, 'PING');
  const results: RoundTrips[] = [];
  try {
    await probe.during(() => sleep(WARM_UP_MS));
    for (const event of EVENTS) results.push(await event.run(server, probe, sizes));
  } finally {
    await probe.stop();
  }
  return results;
}

function rowsOf(index: number, ours: readonly RoundTrips[], theirs: readonly RoundTrips[]): Row[] {
  const { name, hasBar } = EVENTS[index];
  const bar = hasBar ? BAR_MS : null;
  const our = ours[index];
  const their = theirs[index];
  const judged = beyondIdle(our.maxMs, ours[0].maxMs);
  const judgedNet = beyondIdle(our.netMaxMs, ours[0].netMaxMs);
  return [
    measured(`${name}: max`, 'ms', our.maxMs, their.maxMs, bar, judged),
    measured(`${name}: max net`, 'ms', our.netMaxMs, their.netMaxMs, bar, judgedNet),
    measured(`${name}: p99.9`, 'ms', our.p999Ms, their.p999Ms, null),
  ];
}

/** What a maximum has beyond that of an idle server; null where that alone would break the bar. */
function beyondIdle(maxMs: number, idleMaxMs: number): number | null {
  return idleMaxMs > BAR_MS ? null : maxMs - idleMaxMs;
}

function fillKeys({ port }: RunningServer, count: number): Promise<void> {
  return load({ port, template: setTemplate('key:'), count });
}

async function runAfter(
  { port }: RunningServer,
  probe: Probe,
  command: string,
  then = (): Promise<void> => Promise.resolve(),
): Promise<RoundTrips> {
  const client = new Client(port);
  // The connection is there before the measuring begins.
  await client.ask('PING');
  const trips = await probe.roundTripsDuring(async () => {
    await client.ask(command);
    await then();
    await sleep(AFTER_MS);
  });
  client.close();
  return trips;
}

/** All keys are due in one and the same millisecond. */
async function runStorm({ port }: RunningServer, probe: Probe, count: number): Promise<RoundTrips> {
  await ask(port, 'FLUSHALL');
  const template = setUntilTemplate('ttl:');
  const dueMs = Date.now() + (await loadTimeMs({ port, template, count }));
  await load({ port, template, count, deadlineMs: () => dueMs });
  if (Date.now() > dueMs) throw new Error('loading the keys of the storm was too slow');
  const client = new Client(port);
  const trips = await probe.roundTripsDuring(async () => {
    await sleep(dueMs - Date.now());
    const endMs = dueMs + STORM_END_MS;
    while ((await client.ask('DBSIZE')) !== ':0' && Date.now() < endMs) await sleep(20);
  });
  client.close();
  return trips;
}

// Processor time of publishing, of the whole server process: per delivered message with many
// subscribers of one channel, per PUBLISH with many channels or patterns that have one subscriber
// each. Both servers in turn, A B A B, and the median of the ratios of the pairs.
import { Audience, type Rounds, type Subscribing } from './audience.ts';
import { ask } from './client.ts';
import { type Options, type Part, pairedRow, type Row, WITH_REFERENCE } from './part.ts';
import { kinds, processorSeconds, type RunningServer, startServer } from './servers.ts';

interface Case extends Omit<Rounds, 'waitsFor'> {
  readonly waitsFor?: 'replies';
  readonly ratioMax: number;
}

interface Scene {
  readonly name: string;
  readonly subscribing: Subscribing;
  readonly receivers: number;
  readonly cases: readonly Case[];
}

const SMALL = 16;
const LARGE = 1024;
const SCENES: readonly Scene[] = [
  {
    name: '1,000 subscribers',
    subscribing: { word: 'SUBSCRIBE', connections: 1000, topicsEach: 1, isShared: true },
    receivers: 1000,
    cases: [
      { rounds: 100, publishers: 1, pipeline: 1, messageSize: SMALL, ratioMax: 1 },
      {
        rounds: 400,
        publishers: 1,
        pipeline: 1,
        messageSize: SMALL,
        waitsFor: 'replies',
        ratioMax: 1,
      },
      { rounds: 80, publishers: 1, pipeline: 16, messageSize: SMALL, ratioMax: 1 },
      { rounds: 40, publishers: 50, pipeline: 1, messageSize: SMALL, ratioMax: 1 },
      { rounds: 100, publishers: 1, pipeline: 1, messageSize: LARGE, ratioMax: 1 },
      { rounds: 25, publishers: 1, pipeline: 16, messageSize: LARGE, ratioMax: 1 },
    ],
  },
  {
    name: '100,000 channels',
    subscribing: { word: 'SUBSCRIBE', connections: 100, topicsEach: 1000, isShared: false },
    receivers: 1,
    cases: [
      { rounds: 10000, publishers: 1, pipeline: 1, messageSize: SMALL, ratioMax: 1.15 },
      { rounds: 3000, publishers: 1, pipeline: 16, messageSize: SMALL, ratioMax: 1 },
    ],
  },
  {
    name: '10,000 patterns',
    subscribing: { word: 'PSUBSCRIBE', connections: 10, topicsEach: 1000, isShared: false },
    receivers: 1,
    cases: [{ rounds: 60, publishers: 1, pipeline: 16, messageSize: SMALL, ratioMax: 1 }],
  },
];
const PAIRS = 3;

export const pubsub: Part = {
  name: 'pubsub',
  limitSeconds: 240,
  async run(options) {
    const rows: Row[] = [];
    for (const scene of SCENES) rows.push(...(await play(scene, options)));
    return {
      title: `pubsub: processor time of the server, median of ${pairs(options)} pair(s)`,
      columns: WITH_REFERENCE,
      rows,
      notes: ['with 1,000 subscribers per delivered message, else per PUBLISH'],
    };
  },
};

function pairs({ isQuick }: Options): number {
  return isQuick ? 1 : PAIRS;
}

async function play({ name, subscribing, receivers, cases }: Scene, options: Options) {
  const servers: RunningServer[] = [];
  const audiences: Audience[] = [];
  const rows: Row[] = [];
  try {
    for (const kind of kinds) {
      const server = await startServer(kind);
      servers.push(server);
      audiences.push(await Audience.start(server.port, subscribing));
    }
    for (const each of cases) {
      const many = each.publishers === 1 ? '' : `, ${each.publishers} publishers`;
      const waits = each.waitsFor === undefined ? '' : ', next at the reply';
      const figure = `${name}, ${each.messageSize} B, P=${each.pipeline}${many}${waits}`;
      rows.push(await measure(figure, servers, audiences, each, receivers, options));
    }
  } finally {
    for (const audience of audiences) await audience.stop();
    for (const server of servers) await server.stop();
  }
  return rows;
}

async function measure(
  figure: string,
  servers: readonly RunningServer[],
  audiences: readonly Audience[],
  each: Case,
  receivers: number,
  options: Options,
): Promise<Row> {
  const rounds = options.isQuick ? Math.ceil(each.rounds / 2) : each.rounds;
  const { waitsFor = 'messages' } = each;
  const deliveries = rounds * each.publishers * each.pipeline * receivers;
  for (const audience of audiences)
    await audience.run({ ...each, waitsFor, rounds: Math.ceil(rounds / 4) });
  const costs: number[][] = servers.map(() => []);
  for (let pair = 0; pair < pairs(options); pair++) {
    for (const [index, { port, pid }] of servers.entries()) {
      const before = processorSeconds(pid);
      await audiences[index].run({ ...each, waitsFor, rounds });
      await ask(port, 'PING');
      costs[index].push(((processorSeconds(pid) - before) / deliveries) * 1e6);
    }
  }
  return pairedRow(figure, 'us', costs, each.ratioMax);
}

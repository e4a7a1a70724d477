// BullMQ's scripts with real arguments: a recording is played to a server for several queues at
// once, so that the calls of all queues of one script are one pipeline, whose processor time is
// the script's.
import net from 'node:net';
import { median, pairedRow, type Row } from './part.ts';
import { QUEUE, type RecordedCall, type Recording, recordQueues } from './queue-recording.ts';
import { kinds, type RunningServer, startServer, threadsMs } from './servers.ts';

const QUEUES = 16;
/** Pairs until V8 has compiled the scripts and what they call. */
const WARM_UPS = 40;
const HEAVIEST = 12;
const RATIO_MAX = 1;
const NAME_SIZE = 48;
const END = 'the end of a pipeline';

/** Microseconds of a call, by digest; and of all calls together. */
type Costs = Map<string, { us: number; calls: number }>;

/** Rows of the scripts that take most of the time, and one of all of them. */
export async function queueRows(pairs: number): Promise<Row[]> {
  const recording = await recordQueues();
  const costs: Costs[][] = kinds.map(() => []);
  const servers: RunningServer[] = [];
  try {
    for (const kind of kinds) servers.push(await startServer(kind));
    for (let pair = -WARM_UPS; pair < pairs; pair++) {
      for (const [index, server] of servers.entries()) {
        const cost = await play(server, recording);
        if (pair >= 0) costs[index].push(cost);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  const totalOf = (sha: string): number => median(costs[0].map((cost) => cost.get(sha)?.us ?? 0));
  const shas = [...recording.sources.keys()].sort((a, b) => totalOf(b) - totalOf(a));
  const row = (name: string, of: (cost: Costs) => number): Row =>
    pairedRow(
      name,
      'us',
      costs.map((each) => each.map(of)),
      RATIO_MAX,
    );
  const heaviest = shas.slice(0, HEAVIEST).map((sha) => {
    const name = nameOf(recording.sources.get(sha) ?? '');
    const calls = costs[0][0].get(sha)?.calls ?? 0;
    return row(`${name} (${calls / QUEUES})`, (cost) => {
      const { us, calls: count } = cost.get(sha) ?? { us: 0, calls: 1 };
      return us / count;
    });
  });
  const all = row('BullMQ: all scripts, a call', (cost) => {
    const each = [...cost.values()];
    const us = each.reduce((sum, { us: some }) => sum + some, 0);
    return us / each.reduce((sum, { calls }) => sum + calls, 0);
  });
  return [...heaviest, all];
}

/** What the comment says that a script of BullMQ begins with. */
function nameOf(source: string): string {
  const text = source.replaceAll(/[-[\]\s]+/g, ' ').trim();
  return `BullMQ: ${text.slice(0, NAME_SIZE)}`;
}

async function play({ port, pid }: RunningServer, recording: Recording): Promise<Costs> {
  const player = new Player(port);
  const costs: Costs = new Map();
  await player.send(encoded(['FLUSHALL']));
  for (const source of recording.sources.values()) {
    await player.send(encoded(['SCRIPT', 'LOAD', source]));
  }
  for (const call of recording.calls) {
    let pipeline = '';
    for (let queue = 0; queue < QUEUES; queue++) pipeline += encoded(wordsFor(call, queue));
    const beforeMs = threadsMs(pid);
    await player.send(pipeline);
    if (call.sha === '') continue;
    const cost = costs.get(call.sha) ?? { us: 0, calls: 0 };
    cost.us += (threadsMs(pid) - beforeMs) * 1000;
    cost.calls += QUEUES;
    costs.set(call.sha, cost);
  }
  player.close();
  return costs;
}

/** The call for another queue, whose name is as long: sizes stand in some arguments. */
function wordsFor({ words }: RecordedCall, queue: number): string[] {
  const name = QUEUE.slice(0, -2) + String(queue).padStart(2, '0');
  return words.map((word) => word.replaceAll(QUEUE, name));
}

function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** Sends pipelines one after the other. */
class Player {
  private readonly socket: net.Socket;
  private tail = '';
  private resolve = (): void => {};

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => {
      this.tail = (this.tail + String(chunk)).slice(-END.length - 2);
      if (!this.tail.endsWith(`${END}\r\n`)) return;
      this.tail = '';
      this.resolve();
    });
  }

  /** Resolves when all of it is answered. */
  send(pipeline: string): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.socket.write(pipeline + encoded(['ECHO', END]), 'latin1');
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

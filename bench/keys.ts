// KEYS over 1M and 10M keys of 16 bytes: processor time of the whole server process, and the
// longest round trip of a client that pings every millisecond meanwhile. Both servers hold the same
// keys and are asked in turn; the ratio is the median of those of the pairs.
import net from 'node:net';
import { load, setTemplate } from './loader.ts';
import { measured, type Part, pairedRow, type Row, sleep, WITH_REFERENCE } from './part.ts';
import { Probe } from './probe.ts';
import { kinds, processorSeconds, type RunningServer, startServer } from './servers.ts';

const CPU_RATIO_MAX = 1;
const WAIT_BAR_MS = 5;
const IDLE_MS = 1000;
const WARM_UP_MS = 2000;
/** `$16`, the key, and their line ends. */
const KEY_REPLY_SIZE = 23;
const PATTERNS = ['*', '*7*', 'key:00000000*', 'none*', '*none'] as const;
const MS_PER_SECOND = 1000;

interface Scene {
  readonly keys: number;
  readonly pairs: number;
  /** How often KEYS is asked for one figure: time is counted in ticks of 10 ms. */
  readonly times: number;
}

export const keys: Part = {
  name: 'keys',
  limitSeconds: 300,
  async run({ isQuick }) {
    const scenes: readonly Scene[] = isQuick
      ? [{ keys: 1000000, pairs: 1, times: 2 }]
      : [
          { keys: 1000000, pairs: 3, times: 3 },
          { keys: 10000000, pairs: 1, times: 1 },
        ];
    const rows: Row[] = [];
    for (const scene of scenes) rows.push(...(await play(scene)));
    return {
      title: 'keys: KEYS of keys of 16 bytes; longest round trip of a PING sent every ms meanwhile',
      columns: WITH_REFERENCE,
      rows,
      notes: ['the bar is for the longest wait, less that when idle'],
    };
  },
};

async function play(scene: Scene): Promise<Row[]> {
  const servers: RunningServer[] = [];
  try {
    for (const kind of kinds) {
      const server = await startServer(kind);
      servers.push(server);
      await load({ port: server.port, template: setTemplate('key:'), count: scene.keys });
    }
    const rows: Row[] = [];
    for (const pattern of PATTERNS) rows.push(await cpuRow(servers, scene, pattern));
    rows.push(...(await waitRows(servers, scene)));
    return rows;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function cpuRow(servers: readonly RunningServer[], scene: Scene, pattern: string) {
  const times: [number[], number[]] = [[], []];
  for (let pair = 0; pair < scene.pairs; pair++) {
    for (const [index, server] of servers.entries()) {
      const before = processorSeconds(server.pid);
      for (let i = 0; i < scene.times; i++) await readKeys(server, pattern);
      const seconds = processorSeconds(server.pid) - before;
      times[index].push((seconds * MS_PER_SECOND) / scene.times);
    }
  }
  const figure = `${millions(scene)} KEYS ${pattern}: cpu`;
  return pairedRow(figure, 'ms', times, CPU_RATIO_MAX);
}

async function waitRows(servers: readonly RunningServer[], scene: Scene): Promise<Row[]> {
  const waits: { idleMs: number; maxMs: number; netMaxMs: number }[] = [];
  for (const server of servers) {
    const probe = await Probe.start(server, 'PING');
    try {
      await probe.during(() => sleep(WARM_UP_MS));
      const idle = await probe.roundTripsDuring(() => sleep(IDLE_MS));
      const { maxMs, netMaxMs } = await probe.roundTripsDuring(() => readKeys(server, '*'));
      waits.push({ idleMs: idle.netMaxMs, maxMs, netMaxMs });
    } finally {
      await probe.stop();
    }
  }
  const [ours, theirs] = waits;
  const name = `${millions(scene)} KEYS *: longest wait`;
  const judged = ours.idleMs > WAIT_BAR_MS ? null : ours.netMaxMs - ours.idleMs;
  return [
    measured(name, 'ms', ours.maxMs, theirs.maxMs, null),
    measured(`${name} net`, 'ms', ours.netMaxMs, theirs.netMaxMs, WAIT_BAR_MS, judged),
  ];
}

function millions({ keys: count }: Scene): string {
  return `${count / 1e6}M`;
}

/** Asks once, and reads the answer to its end. */
function readKeys({ port }: RunningServer, pattern: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    let left = Number.NaN;
    const take = (size: number, bytes: Uint8Array): boolean => {
      let more = size;
      if (Number.isNaN(left)) {
        const before = head.length;
        head += Buffer.from(bytes.subarray(0, Math.min(size, KEY_REPLY_SIZE))).toString('latin1');
        const lineEnd = head.indexOf('\n');
        if (lineEnd < 0) return true;
        left = Number(head.slice(1, lineEnd)) * KEY_REPLY_SIZE;
        more = size - (lineEnd + 1 - before);
      }
      left -= more;
      if (left === 0) {
        socket.destroy();
        resolve();
      }
      return true;
    };
    const onread = { buffer: Buffer.allocUnsafe(READ_SIZE), callback: take };
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread });
    socket.on('error', reject);
    socket.write(`KEYS ${pattern}\r\n`);
  });
}

const READ_SIZE = 1024 * 1024;

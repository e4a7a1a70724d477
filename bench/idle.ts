// Processor time of a server with many clients that have asked something once and now ask nothing.
import net from 'node:net';
import { comparison, type Part, sleep, WITH_REFERENCE } from './part.ts';
import { kinds, type RunningServer, startServer, threadsMs } from './servers.ts';

const RATIO_MAX = 1;
/** How many connect at once: fewer than a server's queue of new connections takes. */
const CONNECTING = 100;
/** For what is left to do once the last client is answered. */
const SETTLING_MS = 2000;

export const idle: Part = {
  name: 'idle',
  limitSeconds: 120,
  async run({ isQuick }) {
    const clients = isQuick ? 1000 : 5000;
    const seconds = isQuick ? 2 : 10;
    const servers: RunningServer[] = [];
    const sockets: net.Socket[] = [];
    try {
      for (const kind of kinds) {
        const server = await startServer(kind);
        servers.push(server);
        for (let i = 0; i < clients; i += CONNECTING) {
          const greetings = Array.from({ length: CONNECTING }, () => greet(server.port));
          sockets.push(...(await Promise.all(greetings)));
        }
      }
      await sleep(SETTLING_MS);
      // Both in the same seconds, so that the machine is the same for both.
      const before = servers.map(({ pid }) => threadsMs(pid));
      await sleep(seconds * 1000);
      const [ours, theirs] = servers.map(({ pid }, i) => (threadsMs(pid) - before[i]) / seconds);
      return {
        title: `idle: processor time of ${clients} clients that ask nothing, over ${seconds} s`,
        columns: WITH_REFERENCE,
        rows: [comparison('per second', 'ms', ours, theirs, RATIO_MAX)],
      };
    } finally {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) await server.stop();
    }
  },
};

/** A connection that has had its PING answered. */
function greet(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => resolve(socket));
    socket.on('error', reject);
  });
}

// From the spawn of an empty server to its first PONG, beside a program of the same runtime that
// does nothing but answer PONG: what the runtime costs by itself.
import process from 'node:process';
import { comparison, measured, median, type Part, WITH_REFERENCE } from './part.ts';
import { redstart, reference, type ServerKind, startServer, threadsMs } from './servers.ts';

const BAR_MS = 150;
/** Behind `--` the runtime takes no options: the server's arguments follow it. */
const PROGRAM = `
const port = process.argv[process.argv.indexOf('--port') + 1];
require('net').createServer((socket) => {
  socket.on('data', () => socket.write('+PONG\\r\\n')).on('error', () => {});
}).listen(port, '127.0.0.1');
`;
const nothing: ServerKind = {
  name: 'a program that answers PONG',
  command: [process.execPath, '-e', PROGRAM, '--'],
};
const kinds = [redstart, reference, nothing] as const;

export const start: Part = {
  name: 'start',
  limitSeconds: 60,
  async run({ isQuick }) {
    const rounds = isQuick ? 3 : 11;
    const times: number[][] = kinds.map(() => []);
    const processorTimes: number[][] = kinds.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, kind] of kinds.entries()) {
        const server = await startServer(kind);
        times[index].push(server.startMs);
        processorTimes[index].push(threadsMs(server.pid));
        await server.stop();
      }
    }
    const [ours, theirs, runtimes] = times.map(median);
    const [ourTime, theirTime, runtimeTime] = processorTimes.map(median);
    return {
      title: `start: from the spawn to the first PONG, empty, median of ${rounds}`,
      columns: WITH_REFERENCE,
      rows: [
        measured('time', 'ms', ours, theirs, BAR_MS),
        comparison('time, beside the runtime alone', 'ms', ours, runtimes, null),
        measured('processor time', 'ms', ourTime, theirTime, null),
        comparison('processor time, beside the runtime alone', 'ms', ourTime, runtimeTime, null),
      ],
    };
  },
};

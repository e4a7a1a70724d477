// From the spawn of an empty server to its first PONG.
import { measured, median, type Part, WITH_REFERENCE } from './part.ts';
import { kinds, startServer } from './servers.ts';

const BAR_MS = 200;

export const start: Part = {
  name: 'start',
  limitSeconds: 30,
  async run({ isQuick }) {
    const rounds = isQuick ? 3 : 7;
    const times: number[][] = kinds.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, kind] of kinds.entries()) {
        const server = await startServer(kind);
        times[index].push(server.startMs);
        await server.stop();
      }
    }
    const [ours, theirs] = times.map(median);
    return {
      title: `start: from the spawn to the first PONG, empty, median of ${rounds}`,
      columns: WITH_REFERENCE,
      rows: [measured('median', 'ms', ours, theirs, BAR_MS)],
    };
  },
};

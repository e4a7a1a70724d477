// Servers in one process: what each further one takes in time and memory, with one key in it.
import { createServer } from '../src/main/embed.ts';
import { runHere, runInChild } from './child.ts';
import { measured, type Part } from './part.ts';

const LIMIT_SECONDS = 60;
const MS_MAX = 5;
const MIB_MAX = 1;
/** Made before anything is measured: code is compiled and warm then. */
const WARM_UP_SERVERS = 20;
const SERVERS = 100;
const BYTES_PER_MEBIBYTE = 2 ** 20;
const US_PER_MS = 1000;

interface Cost {
  readonly processorMs: number;
  readonly residentMib: number;
}

export const embed: Part = {
  name: 'embed',
  limitSeconds: LIMIT_SECONDS + 10,
  async run() {
    const flags = ['--expose-gc'];
    const run = (where: string): Promise<Cost> =>
      runInChild<Cost>(import.meta.url, flags, [where], LIMIT_SECONDS);
    const alone = await run('nowhere');
    const listening = await run('port');
    return {
      title: `embed: each of ${SERVERS} further servers in one process`,
      columns: ['redstart', ''],
      rows: [
        measured('processor time', 'ms', alone.processorMs, null, MS_MAX),
        measured('memory', 'MiB', alone.residentMib, null, MIB_MAX),
        measured('processor time, with a port', 'ms', listening.processorMs, null, MS_MAX),
        measured('memory, with a port', 'MiB', listening.residentMib, null, MIB_MAX),
      ],
    };
  },
};

await runHere(import.meta.url, async ([where]): Promise<Cost> => {
  const options = where === 'port' ? { port: 0 } : {};
  const make = async (): Promise<void> => {
    const server = await createServer(options);
    await server.unref().call('SET', 'key', 'value');
  };
  for (let i = 0; i < WARM_UP_SERVERS; i++) await make();
  globalThis.gc?.();
  const residentSize = process.memoryUsage.rss();
  const usage = process.cpuUsage();
  for (let i = 0; i < SERVERS; i++) await make();
  const { user, system } = process.cpuUsage(usage);
  globalThis.gc?.();
  return {
    processorMs: (user + system) / US_PER_MS / SERVERS,
    residentMib: (process.memoryUsage.rss() - residentSize) / BYTES_PER_MEBIBYTE / SERVERS,
  };
});

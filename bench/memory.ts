// Bytes per key, of 16-byte keys with 16-byte values: how much INFO's used_memory and the resident
// size of the process grow by a load, on both.
import { ask, usedMemory } from './client.ts';
import { load, setTemplate } from './loader.ts';
import { comparison, type Part, sleep, WITH_REFERENCE } from './part.ts';
import { onBoth, type RunningServer, residentSize } from './servers.ts';

/** Time for what the last commands left to be done, garbage collection for instance. */
const SETTLE_MS = 2000;

export const memory: Part = {
  name: 'memory',
  limitSeconds: 120,
  async run({ isQuick }) {
    const keys = isQuick ? 1000000 : 10000000;
    const [ours, theirs] = await onBoth((server) => measure(server, keys));
    return {
      title: `memory: ${keys} keys of 16 bytes with 16-byte values`,
      columns: WITH_REFERENCE,
      rows: [
        comparison('used_memory per key', 'bytes', ours.used, theirs.used, 0.6),
        comparison('resident size per key', 'bytes', ours.resident, theirs.resident, 0.65),
        comparison('time to load', 's', ours.seconds, theirs.seconds, null),
      ],
    };
  },
};

async function measure(
  { port, pid }: RunningServer,
  keys: number,
): Promise<{ used: number; resident: number; seconds: number }> {
  const usedBefore = await usedMemory(port);
  const residentBefore = residentSize(pid);
  const beginMs = performance.now();
  await load({ port, template: setTemplate('key:'), count: keys });
  const seconds = (performance.now() - beginMs) / 1000;
  await sleep(SETTLE_MS);
  const count = Number((await ask(port, 'DBSIZE')).slice(1));
  if (count !== keys) throw new Error(`${count} keys were loaded and not ${keys}`);
  const used = ((await usedMemory(port)) - usedBefore) / keys;
  return { used, resident: (residentSize(pid) - residentBefore) / keys, seconds };
}

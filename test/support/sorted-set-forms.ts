// Differential lines on sorted sets, once while they are packed and once while they are large.
import { type DifferentialOptions, differential } from './differential.ts';
import type { Line } from './lines.ts';

const ENTRIES = 'CONFIG SET zset-max-listpack-entries';

export function inBothForms(
  name: string,
  lines: readonly Line[],
  options: DifferentialOptions = {},
): void {
  for (const [form, entries] of [
    ['packed', 128],
    ['large', 0],
  ] as const) {
    const set = `${ENTRIES} ${entries}`;
    const atEnd = [`${ENTRIES} 128`];
    differential(`${name}, ${form}`, [set, ...lines], { ...options, atEnd });
  }
}

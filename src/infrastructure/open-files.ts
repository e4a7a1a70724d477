// How many files the operating system lets the process have open. The runtime has already raised
// the limit as far as it may.
import { readFileSync } from 'node:fs';

/** The limit; infinity where it cannot be found out. */
export function openFilesMax(): number {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  const match = /^Max open files +(\d+)/m.exec(text);
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]);
}

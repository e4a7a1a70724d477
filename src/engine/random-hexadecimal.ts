// Names that no other server has: digits of the random source.
import type { Random } from './ports.ts';

/** `digits` hexadecimal digits from the random source. */
export function randomHexadecimal(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += random.next().toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

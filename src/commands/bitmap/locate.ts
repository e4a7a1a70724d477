// Where the bits of a string lie.
import { wordsOf } from '../../domain/bytes/bits.ts';
import { SLAB_SHIFT } from '../../domain/memory/arena.ts';
import type { Context } from '../../engine/command.ts';

/** Locates the value of a string. Returns the words of the buffer that it lies in. */
export function locateBits({ keyspace }: Context, ref: number): Int32Array {
  const { records, arena } = keyspace;
  const isLarge = records.locateValue(ref);
  return isLarge ? wordsOf(records.valueBytes) : arena.words[ref >>> SLAB_SHIFT];
}

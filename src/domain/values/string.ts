// Strings: which encoding a value gets. The bytes are stored as they came; an `int` is a string
// whose bytes are the shortest text of a 64-bit integer, known at writing so that OBJECT ENCODING
// can say so.
import { isInteger64 } from '../bytes/integer.ts';
import { KIND_STRING_EMBSTR, KIND_STRING_INT, KIND_STRING_RAW } from '../memory/record.ts';

/** Redis embeds strings up to this size in their object. */
const EMBSTR_SIZE_MAX = 44;
/** The longest text of a 64-bit integer. */
const INTEGER_SIZE_MAX = 20;

/** The kind of a string that was given as a value. */
export function kindOfString(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start;
  if (size <= INTEGER_SIZE_MAX && isInteger64(bytes, start, end)) return KIND_STRING_INT;
  return size <= EMBSTR_SIZE_MAX ? KIND_STRING_EMBSTR : KIND_STRING_RAW;
}

/** The kind of a string that a command computed and that Redis does not look at for an integer. */
export function kindOfPlainString(size: number): number {
  return size <= EMBSTR_SIZE_MAX ? KIND_STRING_EMBSTR : KIND_STRING_RAW;
}

// Whether bytes that nobody has checked are the content of a stream's node (stream-node.ts): parts,
// each of which is an entry of a packed list in its shortest form with its back length.
import {
  checkedEntrySize,
  HEAD_INTEGER_64,
  NO_ENTRY,
  smallInteger,
} from '../../structures/packed/entry.ts';
import { isIntegerHead } from '../../structures/packed/integer-entry.ts';
import { SAME_FIELDS } from '../stream-entry.ts';
import { behindPart } from '../stream-node.ts';

export const NOWHERE = -1;
const FLAGS_MAX = 3;
/** Parts of an entry besides fields and values, and their number: flags, ms, sequence. */
const FIXED_PARTS = 3;

/**
 * Where the first entry begins of the content bytes[start, end): behind the master entry. NOWHERE
 * when it is none, or when what follows are no entries.
 */
export function firstEntryOf(bytes: Uint8Array, start: number, end: number): number {
  const fields = countAt(bytes, start, end);
  if (fields === NOWHERE) return NOWHERE;
  const zero = behindParts(bytes, behindPart(bytes, start), end, fields);
  if (zero === NOWHERE || countAt(bytes, zero, end) !== 0) return NOWHERE;
  const first = behindPart(bytes, zero);
  for (let at = first; at < end; ) {
    at = behindEntry(bytes, at, end, fields);
    if (at === NOWHERE) return NOWHERE;
  }
  return first;
}

/** The position behind an entry, or NOWHERE. */
function behindEntry(bytes: Uint8Array, start: number, end: number, master: number): number {
  const flags = countAt(bytes, start, end);
  if (flags === NOWHERE || flags > FLAGS_MAX) return NOWHERE;
  let at = behindInteger(bytes, behindPart(bytes, start), end);
  if (at !== NOWHERE) at = behindInteger(bytes, at, end);
  if (at === NOWHERE) return NOWHERE;
  const hasOwn = (flags & SAME_FIELDS) === 0;
  const fields = hasOwn ? countAt(bytes, at, end) : master;
  if (fields === NOWHERE) return NOWHERE;
  const parts = hasOwn ? 2 * fields + 1 : fields;
  at = behindParts(bytes, at, end, parts);
  if (at === NOWHERE || countAt(bytes, at, end) !== parts + FIXED_PARTS) return NOWHERE;
  return behindPart(bytes, at);
}

/** The integer from 0 on, of 32 bits at most, that is the part at `at`; or NOWHERE. */
function countAt(bytes: Uint8Array, at: number, end: number): number {
  if (!isIntegerAt(bytes, at, end) || bytes[at] === HEAD_INTEGER_64) return NOWHERE;
  const count = smallInteger(bytes, at);
  return count < 0 ? NOWHERE : count;
}

function behindInteger(bytes: Uint8Array, at: number, end: number): number {
  return isIntegerAt(bytes, at, end) ? behindPart(bytes, at) : NOWHERE;
}

function isIntegerAt(bytes: Uint8Array, at: number, end: number): boolean {
  return checkedEntrySize(bytes, at, end) !== NO_ENTRY && isIntegerHead(bytes[at]);
}

/** The position behind so many parts; NOWHERE where there are fewer. */
function behindParts(bytes: Uint8Array, at: number, end: number, count: number): number {
  let behind = at;
  for (let i = 0; i < count; i++) {
    if (checkedEntrySize(bytes, behind, end) === NO_ENTRY) return NOWHERE;
    behind = behindPart(bytes, behind);
  }
  return behind;
}

// What the commands on strings share: how long a value may become, ranges that are none, and how
// the bytes of a string are changed in place.

import { STRING_TOO_LONG } from '../../domain/errors.ts';
import { addZeros, resize } from '../../domain/keyspace/string-sizes.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { KIND_STRING_RAW, kindOf, setKind } from '../../domain/memory/record.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Is a string of this size allowed? If not, this replies so. */
export function isSizeAllowed(context: Context, size: number, reply: Reply): boolean {
  if (size <= context.server.live.bulkSizeMax && size <= VALUE_SIZE_MAX) return true;
  reply.error(STRING_TOO_LONG);
  return false;
}

/**
 * Two negative places in the wrong order are nothing, even where both lie before the first byte.
 * They are arguments 2 and 3.
 */
export function areReversed(first: number, last: number, request: Request): boolean {
  if (first >= 0 || last >= 0) return false;
  if (first !== last || Number.isSafeInteger(first)) return first > last;
  return request.bigInteger(2) > request.bigInteger(3);
}

/**
 * Makes the string `ref`, or where that is NONE a new one under argument 1, at least `size` bytes
 * long, and its bytes ready to be changed. Returns its ref; the caller says changed().
 */
export function stringToChange(
  { keyspace, database }: Context,
  { buffer, starts, ends }: Request,
  ref: number,
  size: number,
): number {
  const kind = KIND_STRING_RAW;
  if (ref === NONE) return addZeros(keyspace, database, buffer, starts[1], ends[1], size, kind);
  const { records } = keyspace;
  records.locateValue(ref);
  const oldSize = records.valueEnd - records.valueStart;
  return resize(keyspace, database, ref, Math.max(size, oldSize), kind, true);
}

/**
 * The string is raw from here on, as Redis has it where it may change the bytes. Returns its ref.
 */
export function makeRaw({ keyspace, database }: Context, ref: number): number {
  if (kindOf(keyspace.arena, ref) === KIND_STRING_RAW) return ref;
  const owned = keyspace.own(database, ref);
  setKind(keyspace.arena, owned, KIND_STRING_RAW);
  return owned;
}

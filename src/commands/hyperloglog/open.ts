// How the commands come to a HyperLogLog, which is a string: to read it, or to change it and store
// it again.

import { copyBytes } from '../../domain/bytes/compare.ts';
import { WRONG_TYPE } from '../../domain/errors.ts';
import { addZeros, resize } from '../../domain/keyspace/string-sizes.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, KIND_STRING_RAW, TYPE_STRING } from '../../domain/memory/record.ts';
import { HyperLogLog } from '../../domain/values/hyperloglog/hyperloglog.ts';
import { isHyperLogLog } from '../../domain/values/hyperloglog/layout.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { stringToChange } from '../string/value.ts';

export const CORRUPT = 'INVALIDOBJ Corrupted HLL object detected';
const NOT_ONE = 'WRONGTYPE Key is not a valid HyperLogLog string value.';

/** The server's one view of a HyperLogLog, open on whatever was opened last. */
export function viewOf(context: Context): HyperLogLog {
  return context.scratch.of(HyperLogLog);
}

/** Opens the value of a key that was found; false when it is none, which has been replied. */
export function openFound(context: Context, ref: number, reply: Reply): boolean {
  const { records, arena } = context.keyspace;
  if (!isOfType(arena, ref, TYPE_STRING)) {
    reply.error(WRONG_TYPE);
    return false;
  }
  records.locateValue(ref);
  const { valueBytes, valueStart, valueEnd } = records;
  if (!isHyperLogLog(valueBytes, valueStart, valueEnd)) {
    reply.error(NOT_ONE);
    return false;
  }
  viewOf(context).open(valueBytes, valueStart, valueEnd);
  return true;
}

/**
 * Opens the value of argument 1 again, which may be changed from here on, or a new one where `ref`
 * is NONE. Returns the ref for store().
 */
export function openToChange(context: Context, request: Request, ref: number): number {
  const view = viewOf(context);
  if (ref === NONE) {
    view.create();
    return NONE;
  }
  const changed = stringToChange(context, request, ref, 0);
  const { valueBytes, valueStart, valueEnd } = context.keyspace.records;
  view.open(valueBytes, valueStart, valueEnd);
  return changed;
}

/** Stores what was changed, unless it was where it lies. Returns its ref; the caller says so. */
export function store(
  context: Context,
  { buffer, starts, ends }: Request,
  argument: number,
  ref: number,
): number {
  const view = viewOf(context);
  let stored = ref;
  if (view.isOwn) {
    const { keyspace, database } = context;
    const { records } = keyspace;
    const { bytes, start, end, size } = view;
    const kind = KIND_STRING_RAW;
    stored =
      ref === NONE
        ? addZeros(keyspace, database, buffer, starts[argument], ends[argument], size, kind)
        : resize(keyspace, database, ref, size, kind, false);
    copyBytes(bytes, start, end, records.valueBytes, records.valueStart);
  }
  view.close();
  return stored;
}

// What the string commands share: looking at a record's type, replying with its value.
import { STRING_TOO_LONG, WRONG_TYPE } from '../../domain/errors.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import { kindOf } from '../../domain/memory/record.ts';
import { isStringKind } from '../../domain/values/string.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Does the record hold a string? If not, this replies so. */
export function isString(keyspace: Keyspace, ref: number, reply: Reply): boolean {
  if (isStringKind(kindOf(keyspace.arena, ref))) return true;
  reply.error(WRONG_TYPE);
  return false;
}

/** Replies with a record's string; a big one is sent without a copy. */
export function replyString(keyspace: Keyspace, ref: number, reply: Reply): void {
  const { records } = keyspace;
  const pinned = records.pinValue(ref);
  if (pinned !== null) return reply.bulkUncopied(pinned);
  records.locateValue(ref);
  reply.bulk(records.valueBytes, records.valueStart, records.valueEnd);
}

/**
 * Finds a key for a change: like Redis's lookup for writing it touches the record, but counts no
 * hit or miss. NONE when the key is absent; the caller looks at the type.
 */
export function findForChange(context: Context, request: Request, argument: number): number {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  return keyspace.findForWrite(context.database, buffer, starts[argument], ends[argument]);
}

/** Is a string of this size allowed? If not, this replies so. */
export function isSizeAllowed(context: Context, size: number, reply: Reply): boolean {
  if (size <= context.server.live.bulkSizeMax && size <= VALUE_SIZE_MAX) return true;
  reply.error(STRING_TOO_LONG);
  return false;
}

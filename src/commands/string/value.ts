// What the string commands share: replying with a value, and how long it may become.
import { STRING_TOO_LONG } from '../../domain/errors.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';

/** Replies with a record's string; a big one is sent without a copy. */
export function replyString(keyspace: Keyspace, ref: number, reply: Reply): void {
  reply.string(keyspace.records, ref);
}

/** Is a string of this size allowed? If not, this replies so. */
export function isSizeAllowed(context: Context, size: number, reply: Reply): boolean {
  if (size <= context.server.live.bulkSizeMax && size <= VALUE_SIZE_MAX) return true;
  reply.error(STRING_TOO_LONG);
  return false;
}

// What the string commands share: how long a value may become.
import { STRING_TOO_LONG } from '../../domain/errors.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';

/** Is a string of this size allowed? If not, this replies so. */
export function isSizeAllowed(context: Context, size: number, reply: Reply): boolean {
  if (size <= context.server.live.bulkSizeMax && size <= VALUE_SIZE_MAX) return true;
  reply.error(STRING_TOO_LONG);
  return false;
}

// Offsets of bits in strings, as arguments.
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

export const BITS_PER_BYTE = 8;
const BAD_OFFSET = 'ERR bit offset is not an integer or out of range';

/** The offset of a bit that may be there: below the largest size that a string may have. */
export function bitOffset(
  context: Context,
  request: Request,
  argument: number,
  reply: Reply,
): number | Refused {
  const offset = request.integer(argument, reply, BAD_OFFSET);
  return isRefused(offset) ? offset : checkedOffset(context, offset, reply);
}

/** The same where the offset may lie in no string: a number to be checked. */
export function checkedOffset(context: Context, offset: number, reply: Reply): number | Refused {
  const isBelow = Math.floor(offset / BITS_PER_BYTE) < context.server.live.bulkSizeMax;
  if (offset >= 0 && isBelow) return offset;
  reply.error(BAD_OFFSET);
  return REFUSED;
}

/** How long a string is that has all bits below `end`; REFUSED if it would be too long. */
export function sizeWithBits(end: number, reply: Reply): number | Refused {
  const size = Math.ceil(end / BITS_PER_BYTE);
  if (size <= VALUE_SIZE_MAX) return size;
  reply.error(BAD_OFFSET);
  return REFUSED;
}

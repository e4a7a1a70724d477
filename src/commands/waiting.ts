// What the commands that wait for keys have in common, whatever the type: their timeout, and what
// they answer when it has passed.
import { formatLongDouble, parseLongDouble } from '../domain/bytes/decimal.ts';
import type { Context } from '../engine/command.ts';
import type { Reply } from '../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../engine/request.ts';

const NOT_A_TIMEOUT = 'ERR timeout is not a float or out of range';
const NOT_AN_INTEGER_TIMEOUT = 'ERR timeout is not an integer or out of range';
const NEGATIVE = 'ERR timeout is negative';
const OUT_OF_RANGE = 'ERR timeout is out of range';
const MS_PER_SECOND = 1000;

/** How long to wait, in ms; for ever where the argument, which is in seconds, is 0. */
export function timeoutMs(
  { keyspace }: Context,
  request: Request,
  argument: number,
  reply: Reply,
): number | Refused {
  const { buffer, starts, ends } = request;
  const exact = parseLongDouble(buffer, starts[argument], ends[argument]);
  if (exact === null) return refuse(reply, NOT_A_TIMEOUT);
  const seconds = Number(formatLongDouble(exact));
  const ms = Math.ceil(seconds * MS_PER_SECOND);
  if (ms >= 2 ** 63 || ms + keyspace.nowMs >= 2 ** 63) return refuse(reply, OUT_OF_RANGE);
  if (ms < 0) return refuse(reply, NEGATIVE);
  return ms === 0 ? Number.POSITIVE_INFINITY : ms;
}

/** The same for an argument in ms. */
export function timeoutOfMs(
  { keyspace }: Context,
  request: Request,
  argument: number,
  reply: Reply,
): number | Refused {
  const ms = request.integer(argument, reply, NOT_AN_INTEGER_TIMEOUT);
  if (isRefused(ms)) return REFUSED;
  if (ms < 0) return refuse(reply, NEGATIVE);
  if (ms + keyspace.nowMs >= 2 ** 63) return refuse(reply, OUT_OF_RANGE);
  return ms === 0 ? Number.POSITIVE_INFINITY : ms;
}

/** What Redis says to whoever has waited in vain, whatever it would have said at once. */
export function answerTooLate(_context: Context, _request: Request, reply: Reply): void {
  reply.nilArray();
}

function refuse(reply: Reply, line: string): Refused {
  reply.error(line);
  return REFUSED;
}

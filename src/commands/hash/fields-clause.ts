// What the commands on deadlines of fields have in common: the clause `FIELDS numfields field ...`,
// and times, which Redis bounds here at 2^46 ms.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { invalidExpire } from '../../domain/errors.ts';
import type { Context } from '../../engine/command.ts';
import {
  type Argument,
  block,
  integer,
  multiple,
  string,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

/** No field lives longer: in ms since 1970. */
const DEADLINE_MS_MAX = 2 ** 46 - 1;

export const FIELDS_CLAUSE: Argument = block(
  'fields',
  [integer('numfields'), multiple(string('field'))],
  { token: 'FIELDS' },
);

const FIELDS_NOT_POSITIVE = 'ERR Number of fields must be a positive integer';
const NO_FIELDS = 'ERR Mandatory argument FIELDS is missing or not at the right position';
const FIELDS_MISMATCH = 'ERR The `numfields` parameter must match the number of arguments';

/** The argument that is the first field of the clause which begins at `at`; all others follow. */
export function firstField(
  request: Request,
  at: number,
  reply: Reply,
  notPositive = FIELDS_NOT_POSITIVE,
): number | Refused {
  let problem = '';
  if (at >= request.count || !request.is(at, 'fields')) problem = NO_FIELDS;
  else if (at + 1 >= request.count) problem = notPositive;
  if (problem !== '') {
    reply.error(problem);
    return REFUSED;
  }
  const fields = request.integerWithin(at + 1, 1, INT64_END, reply, notPositive);
  if (isRefused(fields) || fields === request.count - at - 2)
    return isRefused(fields) ? fields : at + 2;
  reply.error(FIELDS_MISMATCH);
  return REFUSED;
}

/** The deadline in ms that is `unitMs` times the argument after `baseMs`; it may have passed. */
export function fieldDeadline(
  request: Request,
  argument: number,
  unitMs: number,
  baseMs: number,
  command: string,
  reply: Reply,
): number | Refused {
  const time = request.integer(argument, reply);
  if (isRefused(time)) return REFUSED;
  const deadlineMs = time * unitMs + baseMs;
  if (time >= 0 && deadlineMs <= DEADLINE_MS_MAX) return deadlineMs;
  reply.error(time < 0 ? 'ERR invalid expire time, must be >= 0' : invalidExpire(command));
  return REFUSED;
}

/** Removes the field that was found, whose time is in the past, and says so to who repeats it. */
export function expireFound(
  { hashes, effects }: Context,
  request: Request,
  argument: number,
): void {
  hashes.expireMet();
  effects.also('HDEL', 3).argument(request, 1).argument(request, argument);
}

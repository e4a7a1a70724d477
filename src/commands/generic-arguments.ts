// Reading the arguments that generic commands share.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { isInteger64, parseInteger } from '../domain/bytes/integer.ts';
import { DB_OUT_OF_RANGE, NOT_AN_INTEGER } from '../domain/errors.ts';
import type { Database } from '../domain/keyspace/database.ts';
import type { Context } from '../engine/command.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';

/** Redis reads a database's number as an integer of 32 bits. */
const NUMBER_MIN = -(2 ** 31);
const NUMBER_MAX = 2 ** 31 - 1;
const RANGE = `${NUMBER_MIN} and ${NUMBER_MAX}`;
const NUMBER_OUT_OF_RANGE = `ERR value is out of range, value must between ${RANGE}`;

/** Is the argument this word of lower-case letters, in any case? */
export function isWord(request: Request, argument: number, word: string): boolean {
  return equalsIgnoreCase(request.buffer, request.starts[argument], request.ends[argument], word);
}

/** The database whose number an argument is; null when there is none, which this replies. */
export function readDatabase(
  context: Context,
  request: Request,
  argument: number,
  reply: Reply,
): Database | null {
  const { buffer } = request;
  const start = request.starts[argument];
  const end = request.ends[argument];
  const index = parseInteger(buffer, start, end);
  const { databases } = context.keyspace;
  if (index >= 0 && index < databases.length) return databases[index];
  if (index >= NUMBER_MIN && index <= NUMBER_MAX) reply.error(DB_OUT_OF_RANGE);
  else reply.error(isInteger64(buffer, start, end) ? NUMBER_OUT_OF_RANGE : NOT_AN_INTEGER);
  return null;
}

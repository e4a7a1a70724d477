// Finding the key that an argument names, with the type that the handler wants: one line a handler.
// A value of another type is answered with WRONGTYPE here.
import { WRONG_TYPE } from '../domain/errors.ts';
import { NONE } from '../domain/memory/arena.ts';
import { isOfType } from '../domain/memory/record.ts';
import type { Context } from './command.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';

/** In place of a ref: the value has another type, which has been replied. No ref is like this. */
export const WRONG = -1;

/** Finds a key to read its value. NONE when it is absent, which the caller answers; or WRONG. */
export function readKey(
  context: Context,
  request: Request,
  argument: number,
  type: number,
  reply: Reply,
): number {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[argument], ends[argument]);
  if (ref === NONE || isOfType(keyspace.arena, ref, type)) return ref;
  reply.error(WRONG_TYPE);
  return WRONG;
}

/** Finds a key to read its value. NONE when nil or an error has been replied. */
export function readKeyOrNil(
  context: Context,
  request: Request,
  argument: number,
  type: number,
  reply: Reply,
): number {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[argument], ends[argument]);
  if (ref !== NONE && isOfType(keyspace.arena, ref, type)) return ref;
  if (ref === NONE) reply.nil();
  else reply.error(WRONG_TYPE);
  return NONE;
}

/** Finds a key to change its value. NONE when it is absent, for the caller to add; or WRONG. */
export function changeKey(
  context: Context,
  request: Request,
  argument: number,
  type: number,
  reply: Reply,
): number {
  const ref = findKeyToChange(context, request, argument);
  if (ref === NONE || isOfType(context.keyspace.arena, ref, type)) return ref;
  reply.error(WRONG_TYPE);
  return WRONG;
}

/** Finds a key to change or replace it, whatever its type: see Keyspace.findToChange(). */
export function findKeyToChange(context: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  return context.keyspace.findToChange(context.database, buffer, starts[argument], ends[argument]);
}

/** Finds a key to look at its attributes, whatever its type: see Keyspace.look(). */
export function lookAtKey(context: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  return context.keyspace.look(context.database, buffer, starts[argument], ends[argument]);
}

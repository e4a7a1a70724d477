// How list commands come to the list that argument 1 names, and what they have in common;
// context.lists is open on it then.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_LIST } from '../../domain/memory/record.ts';
import type { Context } from '../../engine/command.ts';
import { type Argument, oneof, token } from '../../engine/declaration/arguments.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { REFUSED, type Refused, type Request } from '../../engine/request.ts';

/** Opens the list to read it. Is it there? */
export function readList(context: Context, request: Request, reply: Reply): boolean | Refused {
  const ref = readKey(context, request, 1, TYPE_LIST, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.lists.open(context.database, ref);
  return true;
}

/** Opens the list that an argument names to change it. Is it there? */
export function changeList(
  context: Context,
  request: Request,
  reply: Reply,
  argument = 1,
): boolean | Refused {
  const ref = changeKey(context, request, argument, TYPE_LIST, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.lists.open(context.database, ref);
  return true;
}

/** LEFT or RIGHT, as argument of that name. */
export function end(name: string): Argument {
  return oneof(name, [token('left', 'LEFT'), token('right', 'RIGHT')]);
}

/** Does the argument say LEFT, and not RIGHT? */
export function isLeft(request: Request, argument: number, reply: Reply): boolean | Refused {
  if (request.is(argument, 'left')) return true;
  if (request.is(argument, 'right')) return false;
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}

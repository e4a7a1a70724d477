// How hash commands come to the hash that argument 1 names: context.hashes is open on it then.
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_HASH } from '../../domain/memory/record.ts';
import type { Context } from '../../engine/command.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { REFUSED, type Refused, type Request } from '../../engine/request.ts';

/** Of fields that are due so many go when their hash is looked at; the others a little later. */
const EXPIRED_AT_ONCE = 64;

/** Opens the hash to read it. Is it there? */
export function readHash(context: Context, request: Request, reply: Reply): boolean | Refused {
  const ref = readKey(context, request, 1, TYPE_HASH, reply);
  if (ref === WRONG) return REFUSED;
  return ref !== NONE && open(context, ref) && context.hashes.count > 0;
}

/** Opens the hash, and looks for the field that argument 2 names. Is it there? */
export function findField(context: Context, request: Request, reply: Reply): boolean | Refused {
  const isThere = readHash(context, request, reply);
  if (isThere !== true) return isThere;
  return context.hashes.find(request.buffer, request.starts[2], request.ends[2]);
}

/** Opens the hash to change what it has. Is it there? */
export function openHash(context: Context, request: Request, reply: Reply): boolean | Refused {
  const ref = changeKey(context, request, 1, TYPE_HASH, reply);
  if (ref === WRONG) return REFUSED;
  return ref !== NONE && open(context, ref);
}

/** Opens the hash to change it; one that is not there is added, for its first field to follow. */
export function changeHash(context: Context, request: Request, reply: Reply): boolean {
  const { database, hashes } = context;
  const ref = changeKey(context, request, 1, TYPE_HASH, reply);
  if (ref === WRONG) return false;
  if (ref === NONE || !open(context, ref)) {
    hashes.create(database, request.buffer, request.starts[1], request.ends[1]);
  }
  return true;
}

/** Opens a hash, and lets fields go that are due. Is it still there? */
function open({ database, hashes, keyspace }: Context, ref: number): boolean {
  hashes.open(database, ref);
  return !hashes.hasDue || keyspace.keepsExpired || hashes.expireDue(EXPIRED_AT_ONCE);
}

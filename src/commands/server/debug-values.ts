// DEBUG LISTPACK and HTSTATS-KEY: what form a value has, whatever its type is.
import { NO_SUCH_KEY } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { encodingName, kindOf } from '../../domain/memory/record.ts';
import { ROOT_COUNT, ROOT_UNITS } from '../../domain/structures/root.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Encodings of values with a table. */
const WITH_TABLE = ['hashtable', 'skiplist'];
const NO_LISTPACK = 'ERR Not a listpack encoded object.';
const NO_TABLE = 'ERR The value stored at the specified key is not represented using an hash table';

/** Redis prints the listpack, for whoever sees its standard output. */
export function listpack(context: Context, request: Request, reply: Reply): void {
  const ref = find(context, request, reply);
  if (ref === NONE) return;
  const isListpack = encodingName(kindOf(context.keyspace.arena, ref)) === 'listpack';
  if (isListpack) reply.simple('Listpack structure printed on stdout');
  else reply.error(NO_LISTPACK);
}

export function tableOfKey(context: Context, request: Request, reply: Reply): void {
  const { arena, records } = context.keyspace;
  const ref = find(context, request, reply);
  if (ref === NONE) return;
  if (!WITH_TABLE.includes(encodingName(kindOf(arena, ref)))) return reply.error(NO_TABLE);
  const root = records.valueBlock(ref);
  const words = arena.wordsOf(root);
  const at = arena.firstWordOf(root);
  const lines = [
    'Hash table 0 stats (main hash table):',
    ` segments: ${words[at + ROOT_UNITS]}`,
    ` number of elements: ${words[at + ROOT_COUNT]}`,
  ];
  reply.verbatim(`${lines.join('\n')}\n`, 'txt');
}

function find(context: Context, request: Request, reply: Reply): number {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.inspect(database, buffer, starts[2], ends[2]);
  if (ref === NONE) reply.error(NO_SUCH_KEY);
  return ref;
}

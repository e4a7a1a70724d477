// DEBUG LISTPACK, HTSTATS-KEY and what DEBUG OBJECT says of long lists: what form a value has.
import { NO_SUCH_KEY } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { encodingName } from '../../domain/memory/kind-names.ts';
import { KIND_LIST_CHAIN, kindOf } from '../../domain/memory/record.ts';
import { ROOT_COUNT, ROOT_UNITS } from '../../domain/structures/root.ts';
import { listCount, nodesOf } from '../../domain/values/list-kind.ts';
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

/** What DEBUG OBJECT adds for a long list; nothing for other values. */
export function chainText(context: Context, ref: number): string {
  const { arena, records } = context.keyspace;
  if (kindOf(arena, ref) !== KIND_LIST_CHAIN) return '';
  const root = records.valueBlock(ref);
  const { count, size } = nodesOf(arena, root);
  const average = (listCount(arena, root) / count).toFixed(2);
  const limit = context.server.settings.integer('list-max-listpack-size');
  const isCompressed = context.server.settings.integer('list-compress-depth') !== 0;
  return (
    ` ql_nodes:${count} ql_avg_node:${average} ql_listpack_max:${limit}` +
    ` ql_compressed:${isCompressed ? 1 : 0} ql_uncompressed_size:${size}`
  );
}

function find(context: Context, request: Request, reply: Reply): number {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.inspect(database, buffer, starts[2], ends[2]);
  if (ref === NONE) reply.error(NO_SUCH_KEY);
  return ref;
}

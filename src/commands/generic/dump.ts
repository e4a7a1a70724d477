// DUMP: a value as bytes that any server of the same kind takes. What the bytes say is known to the
// codec (engine/dump-codec.ts).
import { NONE } from '../../domain/memory/arena.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, key, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Larger payloads are sent without a copy. */
const UNCOPIED_SIZE_MIN = 64 * 1024;

const DUMP: CommandEntry = {
  name: 'DUMP',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output'],
  run: dump,
};

function dump(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, dumps } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  const payload = dumps.dump(ref);
  if (payload.length > UNCOPIED_SIZE_MIN) reply.bulkUncopied(payload);
  else reply.bulk(payload, 0, payload.length);
}

export const GENERIC_DUMP_COMMANDS: readonly CommandEntry[] = [DUMP];

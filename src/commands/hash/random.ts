// HRANDFIELD: fields by chance. As in Redis, a positive count draws different fields, a negative
// one may draw a field again and again, and does so in slices: commands/draws.ts.
import { TYPE_HASH } from '../../domain/memory/record.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  optional,
  RO,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { type Drawing, drawCount, replyRepeated } from '../draws.ts';
import { readHash } from './open.ts';

const HRANDFIELD: CommandEntry = {
  name: 'HRANDFIELD',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    optional(block('options', [integer('count'), optional(token('withvalues', 'WITHVALUES'))])),
  ],
  tips: ['nondeterministic_output'],
  run: hrandfield,
};

function hrandfield(context: Context, request: Request, reply: Reply): void {
  if (request.count > 2) return hrandfieldCount(context, request, reply);
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.nil();
  const { hashes, server } = context;
  hashes.draw(server.random);
  const { bytes, start, end } = hashes.field;
  reply.bulk(bytes, start, end);
}

function hrandfieldCount(context: Context, request: Request, reply: Reply): void {
  const count = drawCount(request, 'withvalues', reply);
  if (isRefused(count)) return;
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere || count === 0) return reply.array(0);
  const withValues = request.count === 4;
  const { hashes } = context;
  if (count < 0) {
    const drawing = withValues ? FIELDS_WITH_VALUES : FIELDS;
    return replyRepeated(context, request, -count, drawing, reply);
  }
  if (count >= hashes.count) return replyAll(context, withValues, reply);
  replyHeader(count, withValues, reply);
  if (hashes.isPacked) return replySome(context, count, withValues, reply);
  for (const element of hashes.drawElements(count, context.server.random)) {
    hashes.show(element);
    replyField(context, withValues, reply);
  }
}

function replyAll(context: Context, withValues: boolean, reply: Reply): void {
  const { hashes } = context;
  replyHeader(hashes.count, withValues, reply);
  for (let more = hashes.first(); more; more = hashes.next()) {
    replyField(context, withValues, reply);
  }
}

/** Fields that may come several times. */
const FIELDS: Drawing = {
  type: TYPE_HASH,
  open: ({ hashes }, database, ref) => hashes.open(database, ref),
  count: ({ hashes }) => hashes.count,
  draw: (context, reply) => {
    context.hashes.draw(context.server.random);
    replyField(context, false, reply);
  },
  items: () => 1,
};

const FIELDS_WITH_VALUES: Drawing = {
  ...FIELDS,
  draw: (context, reply) => {
    context.hashes.draw(context.server.random);
    replyField(context, true, reply);
  },
  items: (reply) => (reply.resp3 ? 1 : 2),
};

/** Some fields of a packed hash, in their order: each as likely as any other. */
function replySome(context: Context, count: number, withValues: boolean, reply: Reply): void {
  const { hashes, server } = context;
  let left = hashes.count;
  let wanted = count;
  for (let more = hashes.first(); more && wanted > 0; more = hashes.next()) {
    if ((server.random.next() / 2 ** 32) * left < wanted) {
      replyField(context, withValues, reply);
      wanted--;
    }
    left--;
  }
}

function replyHeader(count: number, withValues: boolean, reply: Reply): void {
  reply.array(withValues && !reply.resp3 ? 2 * count : count);
}

function replyField({ hashes }: Context, withValues: boolean, reply: Reply): void {
  const { field, value } = hashes;
  if (withValues && reply.resp3) reply.array(2);
  reply.bulk(field.bytes, field.start, field.end);
  if (withValues) reply.bulk(value.bytes, value.start, value.end);
}

export const HASH_RANDOM_COMMANDS: readonly CommandEntry[] = [HRANDFIELD];

// DEBUG PROTOCOL: one reply of each type, for tests of clients.
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Each type, in the order in which the error line lists them, and how it is said. */
const TYPES: readonly (readonly [name: string, write: (reply: Reply) => void])[] = [
  ['string', (reply) => reply.bulkText('Hello World')],
  ['integer', (reply) => reply.integer(12345)],
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: it is the number that Redis says.
  ['double', (reply) => reply.double(3.141)],
  ['bignum', (reply) => reply.bigNumber('1234567999999999999999999999999999999')],
  ['null', (reply) => reply.nil()],
  ['array', writeArray],
  ['set', writeSet],
  ['map', writeMap],
  ['attrib', writeAttribute],
  ['push', writePush],
  ['verbatim', (reply) => reply.verbatim('This is a verbatim\nstring', 'txt')],
  ['true', (reply) => reply.boolean(true)],
  ['false', (reply) => reply.boolean(false)],
];

export function protocol(_context: Context, request: Request, reply: Reply): void {
  const wanted = request.text(2).toLowerCase();
  for (const [name, write] of TYPES) if (name === wanted) return write(reply);
  const names = TYPES.map(([name]) => name).join('|');
  reply.error(`ERR Wrong protocol type name. Please use one of the following: ${names}`);
}

function writeArray(reply: Reply): void {
  reply.array(3);
  for (let i = 0; i < 3; i++) reply.integer(i);
}

function writeSet(reply: Reply): void {
  reply.set(3);
  for (let i = 0; i < 3; i++) reply.integer(i);
}

function writeMap(reply: Reply): void {
  reply.map(3);
  for (let i = 0; i < 3; i++) {
    reply.integer(i);
    reply.boolean(i === 1);
  }
}

/** RESP2 has no attributes, and they are never the reply itself. */
function writeAttribute(reply: Reply): void {
  if (reply.resp3) {
    reply.attribute(1);
    reply.bulkText('key-popularity');
    reply.array(2);
    reply.bulkText('key:123');
    reply.integer(90);
  }
  reply.bulkText('Some real reply following the attribute');
}

/** A push is not a reply either: it goes out behind that of the command that it happened in. */
function writePush(reply: Reply): void {
  if (!reply.resp3) return reply.error('ERR RESP2 is not supported by this command');
  reply.bulkText('Some real reply following the push reply');
  reply.push(2);
  reply.bulkText('server-cpu-usage');
  reply.integer(42);
}

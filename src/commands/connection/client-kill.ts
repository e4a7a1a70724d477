// CLIENT KILL: closes connections, by address or by filters that all must fit.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import {
  integer,
  multiple,
  oneof,
  optional,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import type { Session } from '../../engine/session.ts';
import { type ClientType, clientTypeOf, readClientType } from './client-list.ts';
import { DEFAULT_USER } from './names.ts';

/** What a connection must be to be closed; null does not matter. */
interface Filters {
  id: number | null;
  type: ClientType | null;
  user: string | null;
  address: string | null;
  localAddress: string | null;
  skipsSelf: boolean;
}

export const CLIENT_KILL: CommandEntry = {
  name: 'KILL',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [
    oneof('filter', [
      string('old-format', { displayText: 'ip:port', deprecatedSince: '2.8.12' }),
      multiple(
        oneof('new-format', [
          optional(integer('client-id', { token: 'ID', since: '2.8.12' })),
          optional(
            oneof(
              'client-type',
              [
                token('normal', 'NORMAL'),
                token('master', 'MASTER', { since: '3.2.0' }),
                token('slave', 'SLAVE'),
                token('replica', 'REPLICA', { since: '5.0.0' }),
                token('pubsub', 'PUBSUB'),
              ],
              { token: 'TYPE', since: '2.8.12' },
            ),
          ),
          optional(string('username', { token: 'USER' })),
          optional(string('addr', { token: 'ADDR', displayText: 'ip:port' })),
          optional(string('laddr', { token: 'LADDR', displayText: 'ip:port', since: '6.2.0' })),
          optional(oneof('skipme', [token('yes', 'YES'), token('no', 'NO')], { token: 'SKIPME' })),
        ]),
      ),
    ]),
  ],
  run: kill,
};

function kill(context: Context, request: Request, reply: Reply): void {
  if (request.count === 3) {
    const address = request.textUntilNul(2);
    const closed = closeAll(context, { ...ANY_BUT_SELF, address, skipsSelf: false });
    return closed === 0 ? reply.error('ERR No such client') : reply.ok();
  }
  const filters = { ...ANY_BUT_SELF };
  for (let i = 2; i < request.count; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (!addFilter(filters, request, i, reply)) return;
  }
  reply.integer(closeAll(context, filters));
}

/** Reads the filter at argument `at` and its value. False when an error was replied. */
function addFilter(filters: Filters, request: Request, at: number, reply: Reply): boolean {
  if (request.is(at, 'id')) {
    const id = request.integerWithin(at + 1, 1, INT64_END, reply, BAD_ID);
    if (isRefused(id)) return false;
    filters.id = id;
  } else if (request.is(at, 'type')) {
    const type = readClientType(request, at + 1, reply);
    if (isRefused(type)) return false;
    filters.type = type;
  } else if (request.is(at, 'user')) {
    filters.user = request.textUntilNul(at + 1);
    if (filters.user !== DEFAULT_USER) {
      reply.error(`ERR No such user '${filters.user}'`);
      return false;
    }
  } else if (request.is(at, 'addr')) {
    filters.address = request.textUntilNul(at + 1);
  } else if (request.is(at, 'laddr')) {
    filters.localAddress = request.textUntilNul(at + 1);
  } else if (request.is(at, 'skipme') && request.is(at + 1, 'yes')) {
    filters.skipsSelf = true;
  } else if (request.is(at, 'skipme') && request.is(at + 1, 'no')) {
    filters.skipsSelf = false;
  } else {
    reply.error(SYNTAX_ERROR);
    return false;
  }
  return true;
}

const BAD_ID = 'ERR client-id should be greater than 0';

/** Closes all connections that fit; the one that asks after it got its reply. Returns how many. */
function closeAll(context: Context, filters: Filters): number {
  let closed = 0;
  for (const session of [...context.server.sessions.values()]) {
    const isSelf = session === context.session;
    if ((isSelf && filters.skipsSelf) || !fits(session, filters)) continue;
    if (isSelf) session.output.closeAfterReply();
    else session.output.destroy();
    closed++;
  }
  return closed;
}

function fits(session: Session, filters: Filters): boolean {
  const { id, type, user, address, localAddress } = filters;
  if (address !== null && session.origin.address !== address) return false;
  if (localAddress !== null && session.origin.localAddress !== localAddress) return false;
  if (type !== null && clientTypeOf(session) !== type) return false;
  if (id !== null && session.id !== id) return false;
  return user === null || session.user === user;
}

const ANY_BUT_SELF: Filters = {
  id: null,
  type: null,
  user: null,
  address: null,
  localAddress: null,
  skipsSelf: true,
};

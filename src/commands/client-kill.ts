// CLIENT KILL: closes connections, by address or by filters that all must fit.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { parseBigInteger } from '../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../domain/errors.ts';
import {
  ADMIN,
  type CommandDeclaration,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../engine/command.ts';
import {
  integer,
  multiple,
  oneof,
  optional,
  string,
  token,
} from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import type { Session } from '../engine/session.ts';
import { textOf, untilNul } from './client-arguments.ts';
import { type ClientType, clientTypeNamed, clientTypeOf, unknownType } from './client-list.ts';
import { DEFAULT_USER } from './connection.ts';

export const CLIENT_KILL: CommandDeclaration = {
  name: 'KILL',
  group: 'connection',
  since: '2.4.0',
  complexity: 'O(N) where N is the number of client connections',
  summary: 'Terminates open connections.',
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
  history: [
    ['2.8.12', 'Added new filter format.'],
    ['2.8.12', '`ID` option.'],
    ['3.2.0', 'Added `master` type in for `TYPE` option.'],
    [
      '5.0.0',
      'Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward compatibility.',
    ],
    ['6.2.0', '`LADDR` option.'],
  ],
  run: kill,
};

/** What a connection must be to be closed; null does not matter. */
interface Filters {
  id: number | null;
  type: ClientType | null;
  user: string | null;
  address: string | null;
  localAddress: string | null;
  skipsSelf: boolean;
}

function kill(context: Context, request: Request, reply: Reply): void {
  if (request.count === 3) {
    const address = untilNul(textOf(request, 2));
    const closed = closeAll(context, { ...ANY_BUT_SELF, address, skipsSelf: false });
    return closed === 0 ? reply.error('ERR No such client') : reply.ok();
  }
  const filters = { ...ANY_BUT_SELF };
  for (let i = 2; i < request.count; i += 2) {
    const problem = i + 1 < request.count ? addFilter(filters, request, i) : SYNTAX_ERROR;
    if (problem !== '') return reply.error(problem);
  }
  reply.integer(closeAll(context, filters));
}

/** Reads the filter at argument `at` and its value. Returns an error line, or '' if it is good. */
function addFilter(filters: Filters, request: Request, at: number): string {
  const { buffer, starts, ends } = request;
  const value = untilNul(textOf(request, at + 1));
  switch (textOf(request, at).toLowerCase()) {
    case 'id': {
      const id = parseBigInteger(buffer, starts[at + 1], ends[at + 1]);
      if (id === null || id < 1) return 'ERR client-id should be greater than 0';
      filters.id = Number(id);
      return '';
    }
    case 'type':
      filters.type = clientTypeNamed(value);
      return filters.type === null ? unknownType(value) : '';
    case 'user':
      filters.user = value;
      return value === DEFAULT_USER ? '' : `ERR No such user '${value}'`;
    case 'addr':
      filters.address = value;
      return '';
    case 'laddr':
      filters.localAddress = value;
      return '';
    case 'skipme':
      filters.skipsSelf = equalsIgnoreCase(buffer, starts[at + 1], ends[at + 1], 'yes');
      return filters.skipsSelf || value.toLowerCase() === 'no' ? '' : SYNTAX_ERROR;
    default:
      return SYNTAX_ERROR;
  }
}

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

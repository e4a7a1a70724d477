// CLIENT KILL: closes connections, by address or by filters that all must fit.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  RUNS_IN_SLICES,
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
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { type ClientType, clientTypeOf, readClientType, sessionsNow } from './client-list.ts';
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
  flags: ADMIN | NOSCRIPT | LOADING | STALE | RUNS_IN_SLICES,
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
  const isOldForm = request.count === 3;
  const filters = { ...ANY_BUT_SELF };
  if (isOldForm) {
    filters.address = request.textUntilNul(2);
    filters.skipsSelf = false;
  }
  for (let i = 2; i < request.count && !isOldForm; i += 2) {
    if (i + 1 === request.count) return reply.error(SYNTAX_ERROR);
    if (!addFilter(filters, request, i, reply)) return;
  }
  runInSlices(context, new ClientKilling(context, filters, isOldForm), reply);
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

/** Closes all connections that fit, one after the other; the one that asks after its reply. */
class ClientKilling implements SlicedWork {
  private readonly asker: Session;
  private readonly filters: Filters;
  /** Answers OK or an error, and not a number. */
  private readonly isOldForm: boolean;
  private readonly sessions: Iterator<Session>;
  private closedCount = 0;
  private closesAsker = false;

  constructor(context: Context, filters: Filters, isOldForm: boolean) {
    this.asker = context.session;
    this.filters = filters;
    this.isOldForm = isOldForm;
    this.sessions = sessionsNow(context);
  }

  step(): boolean {
    const next = this.sessions.next();
    if (next.done === true) return true;
    const session = next.value;
    const { filters, asker } = this;
    if ((session === asker && filters.skipsSelf) || !fits(session, filters)) return false;
    if (session === asker) this.closesAsker = true;
    else session.output.destroy();
    this.closedCount++;
    return false;
  }

  abandon(): void {
    while (!this.step());
  }

  answer(reply: Reply): void {
    if (this.closesAsker) this.asker.isClosing = true;
    if (!this.isOldForm) reply.integer(this.closedCount);
    else if (this.closedCount === 0) reply.error('ERR No such client');
    else reply.ok();
  }
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

// CLIENT LIST and CLIENT INFO: one line of text per connection, fields separated by spaces.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  RUNS_IN_SLICES,
  STALE,
} from '../../engine/command.ts';
import { integer, multiple, oneof, optional, token } from '../../engine/declaration/arguments.ts';
import type { Pages } from '../../engine/pages.ts';
import {
  CHANNELS,
  PATTERNS,
  SHARD_CHANNELS,
  type TopicKind,
} from '../../engine/pubsub/subscriptions.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import type { Session } from '../../engine/session.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';

/** What a connection takes besides its buffers, about: resident memory over 4,000 idle ones. */
const CONNECTION_SIZE = 5 * 1024;

export type ClientType = 'normal' | 'master' | 'replica' | 'pubsub';

const CLIENT_TYPES: readonly ClientType[] = ['normal', 'master', 'replica', 'pubsub'];

/** The type whose name an argument is, in any case. */
export function readClientType(
  request: Request,
  argument: number,
  reply: Reply,
): ClientType | Refused {
  const name = request.textUntilNul(argument);
  const lower = name.toLowerCase();
  if (lower === 'slave') return 'replica';
  const type = CLIENT_TYPES.find((known) => known === lower);
  if (type !== undefined) return type;
  reply.error(`ERR Unknown client type '${name}'`);
  return REFUSED;
}

/** Those that monitor are normal ones, too. */
export function clientTypeOf(session: Session): ClientType {
  return session.subscriptions === null ? 'normal' : 'pubsub';
}

export const CLIENT_INFO: CommandEntry = {
  name: 'INFO',
  flags: NOSCRIPT | LOADING | STALE | CONSTANT_TIME,
  args: [],
  tips: ['nondeterministic_output'],
  run: info,
};

function info(context: Context, request: Request, reply: Reply): void {
  reply.verbatim(clientLine(context, request.totalSize, context.session), 'txt');
}

export const CLIENT_LIST: CommandEntry = {
  name: 'LIST',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | RUNS_IN_SLICES,
  args: [
    optional(
      oneof(
        'client-type',
        [
          token('normal', 'NORMAL'),
          token('master', 'MASTER'),
          token('replica', 'REPLICA'),
          token('pubsub', 'PUBSUB'),
        ],
        { token: 'TYPE', since: '5.0.0' },
      ),
    ),
    optional(multiple(integer('client-id', { token: 'ID', since: '6.2.0' }))),
  ],
  tips: ['nondeterministic_output'],
  run: list,
};

function list(context: Context, request: Request, reply: Reply): void {
  const { count } = request;
  let sessions: Iterator<Session> = sessionsNow(context);
  let type: ClientType | null = null;
  if (count === 4 && request.is(2, 'type')) {
    const asked = readClientType(request, 3, reply);
    if (isRefused(asked)) return;
    type = asked;
  } else if (count > 3 && request.is(2, 'id')) {
    const ids: number[] = [];
    for (let i = 3; i < count; i++) {
      const id = request.integer(i, reply, 'ERR Invalid client ID');
      if (isRefused(id)) return;
      ids.push(id);
    }
    sessions = sessionsOf(context, ids);
  } else if (count !== 2) {
    return reply.error(SYNTAX_ERROR);
  }
  runInSlices(context, new ClientListing(context, request, sessions, type), reply);
}

/** The sessions of these ids. */
function* sessionsOf({ server }: Context, ids: readonly number[]): Generator<Session> {
  for (const id of ids) {
    const session = server.sessions.get(id);
    if (session !== undefined) yield session;
  }
}

/** Those that are there now, as far as they still are when their turn comes. */
export function* sessionsNow({ server }: Context): Generator<Session> {
  const lastId = server.lastSessionId;
  for (const session of server.sessions.values()) {
    if (session.id > lastId) return;
    yield session;
  }
}

/** The lines of sessions, a few at a time. */
class ClientListing implements SlicedWork {
  private readonly context: Context;
  private readonly asker: Session;
  private readonly askerSize: number;
  private readonly sessions: Iterator<Session>;
  private readonly type: ClientType | null;

  constructor(
    context: Context,
    request: Request,
    sessions: Iterator<Session>,
    type: ClientType | null,
  ) {
    this.context = context;
    this.asker = context.session;
    this.askerSize = request.totalSize;
    this.sessions = sessions;
    this.type = type;
  }

  step(found: Reply): boolean {
    const next = this.sessions.next();
    if (next.done === true) return true;
    const session = next.value;
    if (this.type !== null && clientTypeOf(session) !== this.type) return false;
    const askerSize = session === this.asker ? this.askerSize : -1;
    found.raw(latin1Bytes(clientLine(this.context, askerSize, session)));
    return false;
  }

  answer(reply: Reply, found: Pages): void {
    found.writeAsText(reply);
  }
}

/**
 * The line of one connection, its line end included; `askerSize` is the size of what it asks now,
 * or -1 when others ask.
 */
function clientLine(context: Context, askerSize: number, session: Session): string {
  const { output, origin, transaction } = session;
  const isSelf = askerSize >= 0;
  // Replies to this connection's earlier commands that still wait for the end of the turn.
  const writtenSize = isSelf ? context.server.reply.totalSize : 0;
  const sentSize = output.pendingSize - writtenSize;
  const argumentsSize = isSelf ? askerSize : output.argumentsSize;
  const freeSize = output.queryBufferSize - output.queryUsedSize;
  const bufferSize = output.queryBufferSize + output.pendingSize;
  const ownSize = argumentsSize + output.argumentsRoom + session.heldSize;
  const totalSize = CONNECTION_SIZE + bufferSize + ownSize;
  // When this turn began.
  const nowUs = context.session.lastInteractionUs;
  return (
    `id=${session.id} addr=${origin.address} laddr=${origin.localAddress}` +
    ` fd=${origin.descriptor} name=${session.labelText('name')}` +
    ` age=${secondsBetween(session.createdUs, nowUs)}` +
    ` idle=${secondsBetween(session.lastInteractionUs, nowUs)}` +
    ` flags=${session.flagsText} db=${session.databaseIndex}` +
    ` ${subscriptionFields(session)} multi=${transaction?.count ?? -1}` +
    ` qbuf=${output.queryUsedSize} qbuf-free=${freeSize} argv-mem=${argumentsSize}` +
    ` multi-mem=${transaction?.argumentsSize ?? 0}` +
    ` rbs=0 rbp=0 obl=${writtenSize} oll=${sentSize > 0 ? 1 : 0} omem=${sentSize}` +
    ` tot-mem=${totalSize} events=${sentSize > 0 ? 'rw' : 'r'}` +
    ` cmd=${session.lastCommand?.fullName ?? 'NULL'} user=${session.user}` +
    ` redir=${session.tracking?.redirectId ?? -1}` +
    ` resp=${session.protocol} lib-name=${session.labelText('lib-name')}` +
    ` lib-ver=${session.labelText('lib-ver')}\n`
  );
}

function subscriptionFields({ subscriptions }: Session): string {
  const count = (kind: TopicKind): number => subscriptions?.count(kind) ?? 0;
  return `sub=${count(CHANNELS)} psub=${count(PATTERNS)} ssub=${count(SHARD_CHANNELS)}`;
}

/** As Redis has it: the difference of two moments that are known in whole seconds. */
function secondsBetween(startUs: number, endUs: number): number {
  // Who has just come may be later than the sample of the time.
  return Math.max(0, Math.floor(endUs / 1e6) - Math.floor(startUs / 1e6));
}

// Connection commands: who is there, which database, which protocol.
import { BAD_CLIENT_NAME, SYNTAX_ERROR, wrongArity } from '../../domain/errors.ts';
import {
  ALLOW_BUSY,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  FREES_QUEUE,
  LOADING,
  NO_AUTH,
  NOSCRIPT,
  NOT_QUEUED,
  type ServerView,
  STALE,
  TELLS_OF_DISK,
  WHILE_SUBSCRIBED,
} from '../../engine/command.ts';
import { block, integer, optional, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';
import { REPLY_OFF, REPLY_ON } from '../../engine/session.ts';
import { REDIS_VERSION } from '../../engine/version.ts';
import { discardTransaction } from '../../engine/watches.ts';
import { DEFAULT_USER, isShowable } from './names.ts';

/** A HELLO with all its options once has seven. */
const HELLO_WORDS_MAX = 64;
const ALWAYS = NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY | CONSTANT_TIME;

const AUTH: CommandEntry = {
  name: 'AUTH',
  flags: ALWAYS,
  args: [optional(string('username', { since: '6.0.0' })), string('password')],
  isSensitive: () => true,
  run: auth,
};

function auth(context: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(SYNTAX_ERROR);
  if (request.count === 2 && !context.server.requiresPassword) return reply.error(NO_PASSWORD);
  const user = request.count === 2 ? DEFAULT_USER : request.text(1);
  if (authenticate(context, user, request, request.count - 1, reply)) reply.ok();
}

const ECHO: CommandEntry = {
  name: 'ECHO',
  flags: LOADING | STALE | FAST | CONSTANT_TIME,
  args: [string('message')],
  run: echo,
};

function echo(_context: Context, request: Request, reply: Reply): void {
  reply.bulk(request.buffer, request.starts[1], request.ends[1]);
}

const HELLO: CommandEntry = {
  name: 'HELLO',
  flags: ALWAYS,
  args: [
    optional(
      block('arguments', [
        integer('protover'),
        optional(block('auth', [string('username'), string('password')], { token: 'AUTH' })),
        optional(string('clientname', { token: 'SETNAME' })),
      ]),
    ),
  ],
  isSensitive: isHelloSecret,
  run: hello,
};

function hello(context: Context, request: Request, reply: Reply): void {
  const { session } = context;
  const { count } = request;
  let protocol: number | Refused = session.protocol;
  if (count > 1) {
    protocol = request.integer(1, reply, PROTOCOL_NOT_AN_INTEGER);
    if (isRefused(protocol)) return;
    if (protocol < 2 || protocol > 3) return reply.error(NO_SUCH_PROTOCOL);
  }
  let user = 0;
  let name = 0;
  for (let i = 2; i < count; i++) {
    if (request.is(i, 'auth') && i + 2 < count) {
      user = i + 1;
      i += 2;
    } else if (request.is(i, 'setname') && i + 1 < count) {
      name = ++i;
      if (!isShowable(request, name)) return reply.error(BAD_CLIENT_NAME);
    } else {
      return reply.error(`ERR Syntax error in HELLO option '${request.textUntilNul(i)}'`);
    }
  }
  if (user !== 0 && !authenticate(context, request.text(user), request, user + 1, reply)) return;
  if (!session.isAuthenticated) return reply.error(HELLO_UNAUTHENTICATED);
  if (name !== 0) session.setLabel('name', request.copy(name));
  session.protocol = protocol;
  reply.resp3 = protocol === 3;
  replyHello(reply, protocol, session.id);
}

function replyHello(reply: Reply, protocol: number, id: number): void {
  reply.map(7);
  reply.bulkText('server');
  reply.bulkText('redis');
  reply.bulkText('version');
  reply.bulkText(REDIS_VERSION);
  reply.bulkText('proto');
  reply.integer(protocol);
  reply.bulkText('id');
  reply.integer(id);
  reply.bulkText('mode');
  reply.bulkText('standalone');
  reply.bulkText('role');
  reply.bulkText('master');
  reply.bulkText('modules');
  reply.array(0);
}

/** Is the argument a user's name or password behind HELLO's AUTH? */
/** Is it one of the two arguments behind AUTH? Of far too many arguments the last may all be. */
function isHelloSecret(request: Request, argument: number): boolean {
  if (argument >= HELLO_WORDS_MAX) return true;
  for (let i = 2; i + 2 < request.count && i < argument; i++) {
    if (request.is(i, 'auth')) {
      if (argument === i + 1 || argument === i + 2) return true;
      i += 2;
    } else if (request.is(i, 'setname')) {
      i++;
    }
  }
  return false;
}

/** Lets the session in, or says why not. */
function authenticate(
  context: Context,
  user: string,
  request: Request,
  passwordArgument: number,
  reply: Reply,
): boolean {
  const { server, session } = context;
  if (user !== DEFAULT_USER || !isPassword(server, request, passwordArgument)) {
    server.statistics.authenticationFailures++;
    reply.error(WRONG_PASSWORD);
    return false;
  }
  session.isAuthenticated = true;
  session.user = DEFAULT_USER;
  return true;
}

/** Compares in a time that does not tell how much of the password was right. */
function isPassword(server: ServerView, request: Request, argument: number): boolean {
  if (!server.requiresPassword) return true;
  const password = server.settings.text('requirepass');
  const start = request.starts[argument];
  const size = request.size(argument);
  let difference = size ^ password.length;
  for (let i = 0; i < size; i++) {
    difference |= request.buffer[start + i] ^ password.charCodeAt(i % password.length);
  }
  return difference === 0;
}

const NO_NAME = new Uint8Array(0);
const NO_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';
const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
const PROTOCOL_NOT_AN_INTEGER = 'ERR Protocol version is not an integer or out of range';
const NO_SUCH_PROTOCOL = 'NOPROTO unsupported protocol version';
const HELLO_UNAUTHENTICATED =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO ' +
  '<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP ' +
  'protocol version at the same time';

const PING: CommandEntry = {
  name: 'PING',
  flags: FAST | CONSTANT_TIME | WHILE_SUBSCRIBED | TELLS_OF_DISK,
  args: [optional(string('message'))],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  run: ping,
};

function ping({ session }: Context, request: Request, reply: Reply): void {
  if (request.count > 2) return reply.error(wrongArity('ping'));
  if (session.isInSubscriberMode) {
    reply.array(2);
    reply.bulkText('pong');
    if (request.count === 1) return reply.bulkText('');
  } else if (request.count === 1) {
    return reply.simple('PONG');
  }
  reply.bulk(request.buffer, request.starts[1], request.ends[1]);
}

const QUIT: CommandEntry = {
  name: 'QUIT',
  flags: ALWAYS | WHILE_SUBSCRIBED | NOT_QUEUED | FREES_QUEUE,
  args: [],
  arity: -1,
  run: quit,
};

function quit(context: Context, _request: Request, reply: Reply): void {
  reply.ok();
  context.session.output.closeAfterReply();
}

const RESET: CommandEntry = {
  name: 'RESET',
  flags: ALWAYS | WHILE_SUBSCRIBED | NOT_QUEUED | FREES_QUEUE,
  args: [],
  run: reset,
};

/** All that a connection can ask for is as it was at first; only its library's name stays. */
function reset(context: Context, _request: Request, reply: Reply): void {
  const { server, session } = context;
  server.stopMonitoring(session);
  server.unsubscribeAll(session);
  discardTransaction(server, session);
  server.tracking.disable(session);
  session.databaseIndex = 0;
  session.protocol = 2;
  session.setLabel('name', NO_NAME);
  session.user = DEFAULT_USER;
  session.isAuthenticated = !server.requiresPassword;
  session.isNoEvict = false;
  session.isNoTouch = false;
  // CLIENT REPLY SKIP holds on: it was said of the reply to this very command.
  if (session.replyMode === REPLY_OFF) session.replyMode = REPLY_ON;
  reply.resp3 = false;
  reply.simple('RESET');
}

const SELECT: CommandEntry = {
  name: 'SELECT',
  flags: LOADING | STALE | FAST | CONSTANT_TIME,
  args: [integer('index')],
  run: select,
};

function select(context: Context, request: Request, reply: Reply): void {
  const database = request.database(1, context.keyspace.databases, reply);
  if (isRefused(database)) return;
  context.session.databaseIndex = database.index;
  reply.ok();
}

export const CONNECTION_COMMANDS: readonly CommandEntry[] = [
  AUTH,
  ECHO,
  HELLO,
  PING,
  QUIT,
  RESET,
  SELECT,
];

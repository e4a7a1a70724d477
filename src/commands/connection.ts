// Connection commands: who is there, which database, which protocol.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { parseBigInteger } from '../domain/bytes/integer.ts';
import { DB_OUT_OF_RANGE, NOT_AN_INTEGER, SYNTAX_ERROR, wrongArity } from '../domain/errors.ts';
import type { ServerView } from '../engine/command.ts';
import {
  ALLOW_BUSY,
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  FAST,
  LOADING,
  NO_AUTH,
  NOSCRIPT,
  STALE,
} from '../engine/command.ts';
import { block, integer, optional, string } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { REPLY_OFF, REPLY_ON } from '../engine/session.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { isShowable, textOf, untilNul } from './client-arguments.ts';

/** The one user there is. */
export const DEFAULT_USER = 'default';

export const BAD_CLIENT_NAME =
  'ERR Client names cannot contain spaces, newlines or special characters.';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const ALWAYS = NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY | CONSTANT_TIME;

export const CONNECTION_COMMANDS: CommandDeclaration[] = [
  {
    name: 'AUTH',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of passwords defined for the user',
    summary: 'Authenticates the connection.',
    flags: ALWAYS,
    args: [optional(string('username', { since: '6.0.0' })), string('password')],
    history: [['6.0.0', 'Added ACL style (username and password).']],
    isSensitive: () => true,
    run: auth,
  },
  {
    name: 'ECHO',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns the given string.',
    flags: LOADING | STALE | FAST | CONSTANT_TIME,
    args: [string('message')],
    run: echo,
  },
  {
    name: 'HELLO',
    group: 'connection',
    since: '6.0.0',
    complexity: 'O(1)',
    summary: 'Handshakes with the Redis server.',
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
    history: [
      [
        '6.2.0',
        '`protover` made optional; when called without arguments the command reports the current ' +
          "connection's context.",
      ],
    ],
    isSensitive: isHelloSecret,
    run: hello,
  },
  {
    name: 'PING',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: "Returns the server's liveliness response.",
    flags: FAST | CONSTANT_TIME,
    args: [optional(string('message'))],
    tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
    run: ping,
  },
  {
    name: 'QUIT',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Closes the connection.',
    flags: ALWAYS,
    args: [],
    arity: -1,
    deprecatedSince: '7.2.0',
    replacedBy: 'just closing the connection',
    run: quit,
  },
  {
    name: 'RESET',
    group: 'connection',
    since: '6.2.0',
    complexity: 'O(1)',
    summary: 'Resets the connection.',
    flags: ALWAYS,
    args: [],
    run: reset,
  },
  {
    name: 'SELECT',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Changes the selected database.',
    flags: LOADING | STALE | FAST | CONSTANT_TIME,
    args: [integer('index')],
    run: select,
  },
];

function auth(context: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(SYNTAX_ERROR);
  if (request.count === 2 && !context.server.requiresPassword) return reply.error(NO_PASSWORD);
  const user = request.count === 2 ? DEFAULT_USER : textOf(request, 1);
  if (authenticate(context, user, request, request.count - 1, reply)) reply.ok();
}

function echo(_context: Context, request: Request, reply: Reply): void {
  reply.bulk(request.buffer, request.starts[1], request.ends[1]);
}

function ping(_context: Context, request: Request, reply: Reply): void {
  if (request.count > 2) return reply.error(wrongArity('ping'));
  if (request.count === 1) return reply.simple('PONG');
  reply.bulk(request.buffer, request.starts[1], request.ends[1]);
}

function quit(context: Context, _request: Request, reply: Reply): void {
  reply.ok();
  context.session.output.closeAfterReply();
}

/** All that a connection can ask for is as it was at first; only its library's name stays. */
function reset(context: Context, _request: Request, reply: Reply): void {
  const { server, session } = context;
  server.stopMonitoring(session);
  session.databaseIndex = 0;
  session.protocol = 2;
  session.name = '';
  session.user = DEFAULT_USER;
  session.isAuthenticated = !server.requiresPassword;
  session.isNoEvict = false;
  session.isNoTouch = false;
  // CLIENT REPLY SKIP holds on: it was said of the reply to this very command.
  if (session.replyMode === REPLY_OFF) session.replyMode = REPLY_ON;
  reply.resp3 = false;
  reply.simple('RESET');
}

function select(context: Context, request: Request, reply: Reply): void {
  const index = parseBigInteger(request.buffer, request.starts[1], request.ends[1]);
  if (index === null) return reply.error(NOT_AN_INTEGER);
  if (index < INT_MIN || index > INT_MAX) return reply.error(INDEX_NOT_AN_INT);
  if (index < 0 || index >= context.keyspace.databases.length) return reply.error(DB_OUT_OF_RANGE);
  context.session.databaseIndex = Number(index);
  reply.ok();
}

function hello(context: Context, request: Request, reply: Reply): void {
  const { session } = context;
  const { buffer, starts, ends, count } = request;
  let protocol = session.protocol;
  if (count > 1) {
    const version = parseBigInteger(buffer, starts[1], ends[1]);
    if (version === null) return reply.error(PROTOCOL_NOT_AN_INTEGER);
    if (version < 2 || version > 3) return reply.error(NO_SUCH_PROTOCOL);
    protocol = Number(version);
  }
  let user = 0;
  let name = 0;
  for (let i = 2; i < count; i++) {
    if (isWord(request, i, 'auth') && i + 2 < count) {
      user = i + 1;
      i += 2;
    } else if (isWord(request, i, 'setname') && i + 1 < count) {
      name = ++i;
      if (!isShowable(textOf(request, name))) return reply.error(BAD_CLIENT_NAME);
    } else {
      return reply.error(`ERR Syntax error in HELLO option '${untilNul(textOf(request, i))}'`);
    }
  }
  if (user !== 0 && !authenticate(context, textOf(request, user), request, user + 1, reply)) return;
  if (!session.isAuthenticated) return reply.error(HELLO_UNAUTHENTICATED);
  if (name !== 0) session.name = textOf(request, name);
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
function isHelloSecret(request: Request, argument: number): boolean {
  for (let i = 2; i + 2 < request.count; i++) {
    if (isWord(request, i, 'auth')) {
      if (argument === i + 1 || argument === i + 2) return true;
      i += 2;
    } else if (isWord(request, i, 'setname')) {
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

function isWord(request: Request, argument: number, word: string): boolean {
  return equalsIgnoreCase(request.buffer, request.starts[argument], request.ends[argument], word);
}

const NO_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';
const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
const INDEX_NOT_AN_INT = `ERR value is out of range, value must between ${INT_MIN} and ${INT_MAX}`;
const PROTOCOL_NOT_AN_INTEGER = 'ERR Protocol version is not an integer or out of range';
const NO_SUCH_PROTOCOL = 'NOPROTO unsupported protocol version';
const HELLO_UNAUTHENTICATED =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO ' +
  '<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP ' +
  'protocol version at the same time';

// CLIENT: what the server knows of connections, and how it treats them. LIST and INFO are in
// client-list.ts, KILL is in client-kill.ts.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { parseBigInteger } from '../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../domain/errors.ts';
import {
  ADMIN,
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../engine/command.ts';
import { integer, oneof, optional, string, token } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { PAUSE_ALL, PAUSE_WRITES } from '../engine/server.ts';
import { REPLY_OFF, REPLY_ON, REPLY_SKIP_NEXT } from '../engine/session.ts';
import { isShowable, textOf, untilNul } from './client-arguments.ts';
import { CLIENT_KILL } from './client-kill.ts';
import { CLIENT_INFO, CLIENT_LIST } from './client-list.ts';
import { BAD_CLIENT_NAME } from './connection.ts';
import { replyHelp } from './help.ts';

const PLAIN = NOSCRIPT | LOADING | STALE | CONSTANT_TIME;
const ALL_NODES = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
const ON_OR_OFF = [oneof('enabled', [token('on', 'ON'), token('off', 'OFF')])];
const INT64_MAX = 2n ** 63n - 1n;
/** Characters of a subcommand that an error line shows. */
const SHOWN_NAME_SIZE_MAX = 128;

export const CLIENT_COMMANDS: CommandDeclaration[] = [
  {
    name: 'CLIENT',
    group: 'connection',
    since: '2.4.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for client connection commands.',
    flags: 0,
    args: [],
    subcommands: [
      {
        name: 'GETNAME',
        group: 'connection',
        since: '2.6.9',
        complexity: 'O(1)',
        summary: 'Returns the name of the connection.',
        flags: PLAIN,
        args: [],
        run: getName,
      },
      {
        name: 'HELP',
        group: 'connection',
        since: '5.0.0',
        complexity: 'O(1)',
        summary: 'Returns helpful text about the different subcommands.',
        flags: LOADING | STALE | CONSTANT_TIME,
        args: [],
        run: (_context, _request, reply) => replyHelp(reply, 'client', HELP),
      },
      {
        name: 'ID',
        group: 'connection',
        since: '5.0.0',
        complexity: 'O(1)',
        summary: 'Returns the unique client ID of the connection.',
        flags: PLAIN,
        args: [],
        run: ({ session }, _request, reply) => reply.integer(session.id),
      },
      CLIENT_INFO,
      CLIENT_KILL,
      CLIENT_LIST,
      {
        name: 'NO-EVICT',
        group: 'connection',
        since: '7.0.0',
        complexity: 'O(1)',
        summary: 'Sets the client eviction mode of the connection.',
        flags: ADMIN | PLAIN,
        args: ON_OR_OFF,
        run: noEvict,
      },
      {
        name: 'NO-TOUCH',
        group: 'connection',
        since: '7.2.0',
        complexity: 'O(1)',
        summary:
          'Controls whether commands sent by the client affect the LRU/LFU of accessed keys.',
        flags: PLAIN,
        args: ON_OR_OFF,
        run: noTouch,
      },
      {
        name: 'PAUSE',
        group: 'connection',
        since: '3.0.0',
        complexity: 'O(1)',
        summary: 'Suspends commands processing.',
        flags: ADMIN | PLAIN,
        args: [
          integer('timeout'),
          optional(
            oneof('mode', [token('write', 'WRITE'), token('all', 'ALL')], { since: '6.2.0' }),
          ),
        ],
        history: [['6.2.0', '`CLIENT PAUSE WRITE` mode added along with the `mode` option.']],
        run: pause,
      },
      {
        name: 'REPLY',
        group: 'connection',
        since: '3.2.0',
        complexity: 'O(1)',
        summary: 'Instructs the server whether to reply to commands.',
        flags: PLAIN,
        args: [oneof('action', [token('on', 'ON'), token('off', 'OFF'), token('skip', 'SKIP')])],
        run: setReplyMode,
      },
      {
        name: 'SETINFO',
        group: 'connection',
        since: '7.2.0',
        complexity: 'O(1)',
        summary: 'Sets information specific to the client or connection.',
        flags: PLAIN,
        args: [
          oneof('attr', [
            string('libname', { token: 'LIB-NAME' }),
            string('libver', { token: 'LIB-VER' }),
          ]),
        ],
        tips: ALL_NODES,
        run: setInfo,
      },
      {
        name: 'SETNAME',
        group: 'connection',
        since: '2.6.9',
        complexity: 'O(1)',
        summary: 'Sets the connection name.',
        flags: PLAIN,
        args: [string('connection-name')],
        tips: ALL_NODES,
        run: setName,
      },
      {
        name: 'UNPAUSE',
        group: 'connection',
        since: '6.2.0',
        complexity: 'O(N) Where N is the number of paused clients',
        summary: 'Resumes processing commands from paused clients.',
        flags: ADMIN | NOSCRIPT | LOADING | STALE,
        args: [],
        run: unpause,
      },
    ],
  },
];

function getName(context: Context, _request: Request, reply: Reply): void {
  const { name } = context.session;
  if (name === '') return reply.nil();
  reply.bulkText(name);
}

function setName(context: Context, request: Request, reply: Reply): void {
  const name = textOf(request, 2);
  if (!isShowable(name)) return reply.error(BAD_CLIENT_NAME);
  context.session.name = name;
  reply.ok();
}

function setInfo(context: Context, request: Request, reply: Reply): void {
  const attribute = untilNul(textOf(request, 2));
  const name = attribute.toLowerCase();
  if (name !== 'lib-name' && name !== 'lib-ver') {
    return reply.error(`ERR Unrecognized option '${attribute}'`);
  }
  const value = textOf(request, 3);
  if (!isShowable(value)) {
    return reply.error(`ERR ${attribute} cannot contain spaces, newlines or special characters.`);
  }
  if (name === 'lib-name') context.session.libraryName = value;
  else context.session.libraryVersion = value;
  reply.ok();
}

function noEvict(context: Context, request: Request, reply: Reply): void {
  const isOn = isWord(request, 2, 'on');
  if (!isOn && !isWord(request, 2, 'off')) return reply.error(SYNTAX_ERROR);
  context.session.isNoEvict = isOn;
  reply.ok();
}

function noTouch(context: Context, request: Request, reply: Reply): void {
  const isOn = isWord(request, 2, 'on');
  if (!isOn && !isWord(request, 2, 'off')) return reply.error(SYNTAX_ERROR);
  context.session.isNoTouch = isOn;
  reply.ok();
}

/** OFF and SKIP are not answered; SKIP within OFF changes nothing. */
function setReplyMode(context: Context, request: Request, reply: Reply): void {
  const { session } = context;
  if (isWord(request, 2, 'on')) {
    session.replyMode = REPLY_ON;
    reply.ok();
  } else if (isWord(request, 2, 'off')) {
    session.replyMode = REPLY_OFF;
  } else if (!isWord(request, 2, 'skip')) {
    reply.error(SYNTAX_ERROR);
  } else if (session.replyMode !== REPLY_OFF) {
    session.replyMode = REPLY_SKIP_NEXT;
  }
}

function pause(context: Context, request: Request, reply: Reply): void {
  const { server, keyspace } = context;
  const { buffer, starts, ends, count } = request;
  if (count > 4) return reply.error(badUsage(request));
  let mode = PAUSE_ALL;
  if (count === 4) {
    if (isWord(request, 3, 'write')) mode = PAUSE_WRITES;
    else if (!isWord(request, 3, 'all')) return reply.error(BAD_PAUSE_MODE);
  }
  const timeoutMs = parseBigInteger(buffer, starts[2], ends[2]);
  if (timeoutMs === null) return reply.error('ERR timeout is not an integer or out of range');
  if (timeoutMs < 0) return reply.error('ERR timeout is negative');
  if (timeoutMs > INT64_MAX - BigInt(keyspace.nowMs)) {
    return reply.error('ERR timeout is out of range');
  }
  server.pause(mode, keyspace.nowMs + Number(timeoutMs));
  reply.ok();
}

function unpause(context: Context, _request: Request, reply: Reply): void {
  context.server.unpause();
  reply.ok();
}

function isWord(request: Request, argument: number, word: string): boolean {
  return equalsIgnoreCase(request.buffer, request.starts[argument], request.ends[argument], word);
}

/** The subcommand has no form with so many arguments. */
function badUsage(request: Request): string {
  const name = untilNul(textOf(request, 1)).slice(0, SHOWN_NAME_SIZE_MAX);
  return `ERR unknown subcommand or wrong number of arguments for '${name}'. Try CLIENT HELP.`;
}

const BAD_PAUSE_MODE = 'ERR CLIENT PAUSE mode must be WRITE or ALL';

/** What Redis says. */
const HELP = [
  'CACHING (YES|NO)',
  '    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.',
  'GETREDIR',
  '    Return the client ID we are redirecting to when tracking is enabled.',
  'GETNAME',
  '    Return the name of the current connection.',
  'ID',
  '    Return the ID of the current connection.',
  'INFO',
  '    Return information about the current client connection.',
  'KILL <ip:port>',
  '    Kill connection made from <ip:port>.',
  'KILL <option> <value> [<option> <value> [...]]',
  '    Kill connections. Options are:',
  '    * ADDR (<ip:port>|<unixsocket>:0)',
  '      Kill connections made from the specified address',
  '    * LADDR (<ip:port>|<unixsocket>:0)',
  '      Kill connections made to specified local address',
  '    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
  '      Kill connections by type.',
  '    * USER <username>',
  '      Kill connections authenticated by <username>.',
  '    * SKIPME (YES|NO)',
  '      Skip killing current connection (default: yes).',
  'LIST [options ...]',
  '    Return information about client connections. Options:',
  '    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
  '      Return clients of specified type.',
  'UNPAUSE',
  '    Stop the current client pause, resuming traffic.',
  'PAUSE <timeout> [WRITE|ALL]',
  '    Suspend all, or just write, clients for <timeout> milliseconds.',
  'REPLY (ON|OFF|SKIP)',
  '    Control the replies sent to the current connection.',
  'SETNAME <name>',
  '    Assign the name <name> to the current connection.',
  'SETINFO <option> <value>',
  '    Set client meta attr. Options are:',
  '    * LIB-NAME: the client lib name.',
  '    * LIB-VER: the client lib version.',
  'UNBLOCK <clientid> [TIMEOUT|ERROR]',
  '    Unblock the specified blocked client.',
  'TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]',
  '         [OPTIN] [OPTOUT] [NOLOOP]',
  '    Control server assisted client side caching.',
  'TRACKINGINFO',
  '    Report tracking status for the current connection.',
  'NO-EVICT (ON|OFF)',
  '    Protect current client connection from eviction.',
  'NO-TOUCH (ON|OFF)',
  '    Will not touch LRU/LFU stats when this mode is on.',
];

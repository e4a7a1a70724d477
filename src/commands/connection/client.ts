// CLIENT: what the server knows of connections, and how it treats them. LIST and INFO are in
// client-list.ts, KILL is in client-kill.ts.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { BAD_CLIENT_NAME, badSubcommandCall, SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import { integer, oneof, optional, string, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { PAUSE_ALL, PAUSE_WRITES } from '../../engine/server.ts';
import { REPLY_OFF, REPLY_ON, REPLY_SKIP_NEXT } from '../../engine/session.ts';
import { helpEntry } from '../help.ts';
import { CLIENT_KILL } from './client-kill.ts';
import { CLIENT_INFO, CLIENT_LIST } from './client-list.ts';
import {
  CLIENT_CACHING,
  CLIENT_GETREDIR,
  CLIENT_TRACKING,
  CLIENT_TRACKINGINFO,
} from './client-tracking.ts';
import { isShowable } from './names.ts';

const PLAIN = NOSCRIPT | LOADING | STALE | CONSTANT_TIME;
const ALL_NODES = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
const ON_OR_OFF = [oneof('enabled', [token('on', 'ON'), token('off', 'OFF')])];

const CLIENT_GETNAME: CommandEntry = {
  name: 'GETNAME',
  flags: PLAIN,
  args: [],
  run: getName,
};

function getName(context: Context, _request: Request, reply: Reply): void {
  const { name } = context.session.labels;
  if (name.length === 0) return reply.nil();
  reply.bulk(name, 0, name.length);
}

const CLIENT_HELP = helpEntry('CLIENT', () => HELP, { flags: LOADING | STALE | CONSTANT_TIME });

const CLIENT_ID: CommandEntry = {
  name: 'ID',
  flags: PLAIN,
  args: [],
  run: ({ session }, _request, reply) => reply.integer(session.id),
};

const CLIENT_NO_EVICT: CommandEntry = {
  name: 'NO-EVICT',
  flags: ADMIN | PLAIN,
  args: ON_OR_OFF,
  run: noEvict,
};

function noEvict(context: Context, request: Request, reply: Reply): void {
  const isOn = request.is(2, 'on');
  if (!isOn && !request.is(2, 'off')) return reply.error(SYNTAX_ERROR);
  context.session.isNoEvict = isOn;
  reply.ok();
}

const CLIENT_NO_TOUCH: CommandEntry = {
  name: 'NO-TOUCH',
  flags: PLAIN,
  args: ON_OR_OFF,
  run: noTouch,
};

function noTouch(context: Context, request: Request, reply: Reply): void {
  const isOn = request.is(2, 'on');
  if (!isOn && !request.is(2, 'off')) return reply.error(SYNTAX_ERROR);
  context.session.isNoTouch = isOn;
  reply.ok();
}

const CLIENT_PAUSE: CommandEntry = {
  name: 'PAUSE',
  flags: ADMIN | PLAIN,
  args: [
    integer('timeout'),
    optional(oneof('mode', [token('write', 'WRITE'), token('all', 'ALL')], { since: '6.2.0' })),
  ],
  run: pause,
};

function pause(context: Context, request: Request, reply: Reply): void {
  const { server, keyspace } = context;
  if (request.count > 4) return reply.error(badSubcommandCall(request.textUntilNul(1), 'CLIENT'));
  let mode = PAUSE_ALL;
  if (request.count === 4) {
    if (request.is(3, 'write')) mode = PAUSE_WRITES;
    else if (!request.is(3, 'all')) return reply.error(BAD_PAUSE_MODE);
  }
  const timeoutMs = request.integer(2, reply, 'ERR timeout is not an integer or out of range');
  if (isRefused(timeoutMs)) return;
  if (timeoutMs < 0) return reply.error('ERR timeout is negative');
  if (keyspace.nowMs + timeoutMs >= INT64_END) return reply.error('ERR timeout is out of range');
  server.pause(mode, timeoutMs);
  reply.ok();
}

const CLIENT_REPLY: CommandEntry = {
  name: 'REPLY',
  flags: PLAIN,
  args: [oneof('action', [token('on', 'ON'), token('off', 'OFF'), token('skip', 'SKIP')])],
  run: setReplyMode,
};

/** OFF and SKIP are not answered; SKIP within OFF changes nothing. */
function setReplyMode(context: Context, request: Request, reply: Reply): void {
  const { session } = context;
  if (request.is(2, 'on')) {
    session.replyMode = REPLY_ON;
    reply.ok();
  } else if (request.is(2, 'off')) {
    session.replyMode = REPLY_OFF;
  } else if (!request.is(2, 'skip')) {
    reply.error(SYNTAX_ERROR);
  } else if (session.replyMode !== REPLY_OFF) {
    session.replyMode = REPLY_SKIP_NEXT;
  }
}

const CLIENT_SETINFO: CommandEntry = {
  name: 'SETINFO',
  flags: PLAIN,
  args: [
    oneof('attr', [
      string('libname', { token: 'LIB-NAME' }),
      string('libver', { token: 'LIB-VER' }),
    ]),
  ],
  tips: ALL_NODES,
  run: setInfo,
};

function setInfo(context: Context, request: Request, reply: Reply): void {
  const attribute = request.textUntilNul(2);
  const name = attribute.toLowerCase();
  if (name !== 'lib-name' && name !== 'lib-ver') {
    return reply.error(`ERR Unrecognized option '${attribute}'`);
  }
  if (!isShowable(request, 3)) {
    return reply.error(`ERR ${attribute} cannot contain spaces, newlines or special characters.`);
  }
  context.session.setLabel(name, request.copy(3));
  reply.ok();
}

const CLIENT_SETNAME: CommandEntry = {
  name: 'SETNAME',
  flags: PLAIN,
  args: [string('connection-name')],
  tips: ALL_NODES,
  run: setName,
};

function setName(context: Context, request: Request, reply: Reply): void {
  if (!isShowable(request, 2)) return reply.error(BAD_CLIENT_NAME);
  context.session.setLabel('name', request.copy(2));
  reply.ok();
}

const CLIENT_UNPAUSE: CommandEntry = {
  name: 'UNPAUSE',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [],
  run: unpause,
};

function unpause(context: Context, _request: Request, reply: Reply): void {
  context.server.unpause();
  reply.ok();
}

const CLIENT_UNBLOCK: CommandEntry = {
  name: 'UNBLOCK',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [
    integer('client-id'),
    optional(oneof('unblock-type', [token('timeout', 'TIMEOUT'), token('error', 'ERROR')])),
  ],
  run: unblock,
};

/** Who only gives way to others, or waits for the end of a pause, cannot be unblocked. */
function unblock({ server }: Context, request: Request, reply: Reply): void {
  if (request.count > 4) return reply.error(badSubcommandCall(request.textUntilNul(1), 'CLIENT'));
  if (request.count === 4 && !request.is(3, 'timeout') && !request.is(3, 'error')) {
    return reply.error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
  }
  const id = request.integer(2, reply);
  if (isRefused(id)) return;
  const session = server.sessions.get(id);
  const error = request.count === 4 && request.is(3, 'error') ? UNBLOCKED : null;
  reply.integer(session !== undefined && server.blocking.unblock(session, error) ? 1 : 0);
}

const UNBLOCKED = 'UNBLOCKED client unblocked via CLIENT UNBLOCK';

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

const CLIENT: CommandEntry = {
  name: 'CLIENT',
  flags: 0,
  args: [],
  subcommands: [
    CLIENT_CACHING,
    CLIENT_GETNAME,
    CLIENT_GETREDIR,
    CLIENT_HELP,
    CLIENT_ID,
    CLIENT_INFO,
    CLIENT_KILL,
    CLIENT_LIST,
    CLIENT_NO_EVICT,
    CLIENT_NO_TOUCH,
    CLIENT_PAUSE,
    CLIENT_REPLY,
    CLIENT_SETINFO,
    CLIENT_SETNAME,
    CLIENT_TRACKING,
    CLIENT_TRACKINGINFO,
    CLIENT_UNBLOCK,
    CLIENT_UNPAUSE,
  ],
};

export const CLIENT_COMMANDS: readonly CommandEntry[] = [CLIENT];

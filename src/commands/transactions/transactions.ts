// Transactions: MULTI, EXEC, DISCARD, and WATCH. What is queued in between is kept by the session
// (engine/transaction.ts); the gate puts it there.
import { call } from '../../engine/call.ts';
import {
  ALLOW_BUSY,
  CONSTANT_TIME,
  type Command,
  type CommandDeclaration,
  type Context,
  FAST,
  FREES_QUEUE,
  FROM_TRANSACTION,
  LOADING,
  NOSCRIPT,
  NOT_QUEUED,
  RUNS_QUEUE,
  type ServerView,
  SKIP_SLOWLOG,
  STALE,
} from '../../engine/command.ts';
import { key, multiple, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { Request } from '../../engine/request.ts';
import type { Session } from '../../engine/session.ts';
import { Transaction } from '../../engine/transaction.ts';

const ALWAYS = NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY | NOT_QUEUED | CONSTANT_TIME;

export const TRANSACTION_COMMANDS: CommandDeclaration[] = [
  {
    name: 'DISCARD',
    group: 'transactions',
    since: '2.0.0',
    complexity: 'O(N), when N is the number of queued commands',
    summary: 'Discards a transaction.',
    flags: ALWAYS | FREES_QUEUE,
    args: [],
    run: discard,
  },
  {
    name: 'EXEC',
    group: 'transactions',
    since: '1.2.0',
    complexity: 'Depends on commands in the transaction',
    summary: 'Executes all commands in a transaction.',
    flags: NOSCRIPT | LOADING | STALE | SKIP_SLOWLOG | NOT_QUEUED | RUNS_QUEUE,
    args: [],
    run: exec,
  },
  {
    name: 'MULTI',
    group: 'transactions',
    since: '1.2.0',
    complexity: 'O(1)',
    summary: 'Starts a transaction.',
    flags: ALWAYS,
    args: [],
    run: multi,
  },
  {
    name: 'UNWATCH',
    group: 'transactions',
    since: '2.2.0',
    complexity: 'O(1)',
    summary: 'Forgets about watched keys of a transaction.',
    flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY | CONSTANT_TIME,
    args: [],
    run: unwatch,
  },
  {
    name: 'WATCH',
    group: 'transactions',
    since: '2.2.0',
    complexity: 'O(1) for every key.',
    summary: 'Monitors changes to keys to determine the execution of a transaction.',
    flags: ALWAYS,
    args: [multiple(key('key', RO))],
    run: watch,
  },
];

function multi({ session }: Context, _request: Request, reply: Reply): void {
  if (session.transaction !== null) return reply.error('ERR MULTI calls can not be nested');
  session.transaction = new Transaction();
  reply.ok();
}

function discard({ server, session }: Context, _request: Request, reply: Reply): void {
  if (session.transaction === null) return reply.error('ERR DISCARD without MULTI');
  discardTransaction(server, session);
  reply.ok();
}

/** Forgets what is queued and what is watched. */
export function discardTransaction(server: ServerView, session: Session): void {
  session.transaction = null;
  server.watches.forget(session);
}

/** The commands are one unit: they run in one turn, and their effects stand together. */
function exec(context: Context, _request: Request, reply: Reply): void {
  const { server, session, effects } = context;
  const { transaction } = session;
  effects.nothing();
  if (transaction === null) return reply.error('ERR EXEC without MULTI');
  const isWatchBroken = session.isWatchBroken || server.watches.hasDue(session);
  server.watches.forget(session);
  if (transaction.isAborted) reply.error(EXEC_ABORTED);
  else if (isWatchBroken) reply.nilArray();
  else runQueue(context, transaction, reply);
  session.transaction = null;
}

function runQueue(context: Context, transaction: Transaction, reply: Reply): void {
  const { server, session } = context;
  const request = new Request();
  reply.array(transaction.count);
  for (let i = 0; i < transaction.count; i++) {
    transaction.read(i, request);
    const command = commandOf(server, request);
    session.lastCommand = command;
    call(context, session, command, request, reply, FROM_TRANSACTION);
  }
}

/** The command of a request that was found and fitted when it was queued. */
function commandOf({ commands }: ServerView, { buffer, starts, ends }: Request): Command {
  const command = commands.find(buffer, starts[0], ends[0]);
  const subcommand = command?.subcommands?.find(buffer, starts[1], ends[1]);
  const found = subcommand ?? command;
  if (found === null) throw new Error('a command that was queued is not there');
  return found;
}

function watch({ server, session }: Context, request: Request, reply: Reply): void {
  if (session.transaction !== null) return reply.error('ERR WATCH inside MULTI is not allowed');
  const { buffer, starts, ends, count } = request;
  // Who will fail anyway needs to know no more.
  if (!session.isWatchBroken) {
    for (let i = 1; i < count; i++) server.watches.add(session, buffer, starts[i], ends[i]);
  }
  reply.ok();
}

function unwatch({ server, session }: Context, _request: Request, reply: Reply): void {
  server.watches.forget(session);
  reply.ok();
}

const EXEC_ABORTED = 'EXECABORT Transaction discarded because of previous errors.';

// Transactions: MULTI, EXEC, DISCARD, and WATCH. What is queued in between is kept by the session
// (engine/transaction.ts); the gate puts it there.
import { call } from '../../engine/call.ts';
import {
  ALLOW_BUSY,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  FREES_QUEUE,
  FROM_TRANSACTION,
  LOADING,
  NOSCRIPT,
  NOT_QUEUED,
  RUNS_QUEUE,
  SKIP_SLOWLOG,
  STALE,
} from '../../engine/command.ts';
import { key, multiple, RO } from '../../engine/declaration/arguments.ts';
import { commandOf } from '../../engine/find-command.ts';
import type { Reply } from '../../engine/reply.ts';
import { Request } from '../../engine/request.ts';
import { REPLY_OFF, type Session } from '../../engine/session.ts';
import { Transaction } from '../../engine/transaction.ts';
import { discardTransaction } from '../../engine/watches.ts';

const ALWAYS = NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY | NOT_QUEUED | CONSTANT_TIME;

const MULTI: CommandEntry = {
  name: 'MULTI',
  flags: ALWAYS,
  args: [],
  run: multi,
};

function multi({ session }: Context, _request: Request, reply: Reply): void {
  if (session.transaction !== null) return reply.error('ERR MULTI calls can not be nested');
  session.transaction = new Transaction();
  reply.ok();
}

const DISCARD: CommandEntry = {
  name: 'DISCARD',
  flags: ALWAYS | FREES_QUEUE,
  args: [],
  run: discard,
};

function discard({ server, session }: Context, _request: Request, reply: Reply): void {
  if (session.transaction === null) return reply.error('ERR DISCARD without MULTI');
  discardTransaction(server, session);
  reply.ok();
}

const EXEC: CommandEntry = {
  name: 'EXEC',
  flags: NOSCRIPT | LOADING | STALE | SKIP_SLOWLOG | NOT_QUEUED | RUNS_QUEUE,
  args: [],
  run: exec,
};

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
  const start = reply.mark();
  reply.array(transaction.count);
  if (!mayAnswer(session)) reply.rewind(start);
  for (let i = 0; i < transaction.count; i++) {
    transaction.read(i, request);
    const command = commandOf(server.commands, request);
    if (command === null) throw new Error('a command that was queued is not there');
    const mark = mayAnswer(session) ? null : reply.mark();
    call(context, session, command, request, reply, FROM_TRANSACTION);
    if (mark === null || mayAnswer(session)) continue;
    reply.rewind(mark);
    // What was pushed is not kept back.
    if (server.pushes.ownCount !== 0) server.pushes.writeOwn(reply);
  }
}

/** Not when an earlier command has closed the connection, or said CLIENT REPLY OFF. */
function mayAnswer({ isClosing, replyMode }: Session): boolean {
  return !isClosing && replyMode !== REPLY_OFF;
}

const WATCH: CommandEntry = {
  name: 'WATCH',
  flags: ALWAYS,
  args: [multiple(key('key', RO))],
  run: watch,
};

function watch({ server, session }: Context, request: Request, reply: Reply): void {
  if (session.transaction !== null) return reply.error('ERR WATCH inside MULTI is not allowed');
  const { buffer, starts, ends, count } = request;
  // Who will fail anyway needs to know no more.
  if (!session.isWatchBroken) {
    for (let i = 1; i < count; i++) server.watches.add(session, buffer, starts[i], ends[i]);
  }
  reply.ok();
}

const UNWATCH: CommandEntry = {
  name: 'UNWATCH',
  flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY | CONSTANT_TIME,
  args: [],
  run: unwatch,
};

function unwatch({ server, session }: Context, _request: Request, reply: Reply): void {
  server.watches.forget(session);
  reply.ok();
}

const EXEC_ABORTED = 'EXECABORT Transaction discarded because of previous errors.';

export const TRANSACTION_COMMANDS: readonly CommandEntry[] = [DISCARD, EXEC, MULTI, UNWATCH, WATCH];

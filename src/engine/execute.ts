// The way of one request: find, arity, gate, run. Bytes of the reply go to the server's reply
// writer.
import { latin1Text } from '../domain/bytes/ascii.ts';
import { wrongArity } from '../domain/errors.ts';
import { runUnit } from './call.ts';
import type { Command } from './command.ts';
import { OPEN, passGate } from './gate.ts';
import { BLOCKED, POSTPONED, RAN } from './outcome.ts';
import { refuse } from './refuse.ts';
import type { ReplyMark } from './reply.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';
import { REPLY_ON, REPLY_SKIP_NEXT, REPLY_SKIPPING, type Session } from './session.ts';
import { noticeRequest } from './tracking/notice.ts';

/**
 * Executes one request; `known` is its command if Lookahead has found it, and its key. Returns an
 * outcome.
 */
export function execute(
  server: Server,
  session: Session,
  request: Request,
  known: Command | null = null,
): number {
  const { buffer, starts, ends } = request;
  let command = known ?? server.commands.find(buffer, starts[0], ends[0]);
  if (command === null) return refuseUnknown(server, session, request);
  if (known !== null) server.keyspace.keys.hint(buffer, request.keyStart, request.keyHash);
  if (command.subcommands !== null && request.count > 1) {
    const subcommand = command.subcommands.find(buffer, starts[1], ends[1]);
    if (subcommand === null) return refuseUnknownSubcommand(server, session, request, command);
    command = subcommand;
  }
  session.lastCommand = command;
  if (request.count < command.countMin || request.count > command.countMax) {
    return answerError(server, session, command, request, wrongArity(command.fullName));
  }
  const { context, pushes } = server;
  context.session = session;
  context.database = server.keyspace.databases[session.databaseIndex];
  if ((command.needs & (server.denied | session.denied)) !== 0) {
    return executeNoticed(server, session, command, request);
  }
  server.costs.run(context, command, request, server.reply);
  if (pushes.ownCount !== 0) pushes.writeOwn(server.reply);
  return session.isBlocked ? keep(server, session, command, request) : RAN;
}

/** Something that the command needs is denied: it is answered otherwise, or somebody notices. */
function executeNoticed(
  server: Server,
  session: Session,
  command: Command,
  request: Request,
): number {
  const mark = beginAnswer(server, session);
  const { faults } = server;
  let outcome = faults === null ? OPEN : faults.meet(session, command, request);
  if (outcome === OPEN) outcome = passGate(server, session, command, request);
  if (outcome === OPEN) {
    runUnit(server.context, command, request, server.reply, null);
    outcome = session.isBlocked ? keep(server, session, command, request) : RAN;
  }
  if (faults !== null) faults.leave(session);
  endAnswer(server, session, mark, outcome === POSTPONED);
  if (server.blocking.keys.hasReady && !server.interlude.isOpen) server.blocking.serveKeys();
  return outcome;
}

/** The command waits: its request is what it goes on with. */
function keep({ blocking }: Server, session: Session, command: Command, request: Request): number {
  blocking.keep(session, command, request);
  return BLOCKED;
}

/** A request without arguments: nothing runs, but what was said of the next request is over. */
export function passOver({ tracking }: Server, session: Session): void {
  if (session.replyMode === REPLY_SKIP_NEXT) session.replyMode = REPLY_ON;
  noticeRequest(tracking, session, null);
}

/** CLIENT REPLY SKIP holds for the request that begins now. Returns what endAnswer() wants. */
function beginAnswer({ reply }: Server, session: Session): ReplyMark | null {
  if (session.replyMode === REPLY_ON) return null;
  if (session.replyMode === REPLY_SKIP_NEXT) session.replyMode = REPLY_SKIPPING;
  return reply.mark();
}

/**
 * CLIENT REPLY OFF and SKIP: takes the answer back, unless the command turned replies on. What was
 * pushed stays.
 */
function endAnswer(
  { reply, pushes }: Server,
  session: Session,
  mark: ReplyMark | null,
  isPostponed: boolean,
): void {
  if (mark !== null && isPostponed && session.replyMode === REPLY_SKIPPING) {
    session.replyMode = REPLY_SKIP_NEXT;
  } else if (mark !== null && session.replyMode !== REPLY_ON) {
    reply.rewind(mark);
    if (session.replyMode === REPLY_SKIPPING) session.replyMode = REPLY_ON;
  }
  if (pushes.ownCount !== 0) pushes.writeOwn(reply);
}

const SHOWN_NAME_SIZE_MAX = 128;
const SHOWN_ARGUMENTS_SIZE_MAX = 128;

function answerError(
  server: Server,
  session: Session,
  command: Command | null,
  request: Request,
  line: string,
): number {
  const mark = beginAnswer(server, session);
  refuse(server, session, command, request, line);
  endAnswer(server, session, mark, false);
  return RAN;
}

function refuseUnknown(server: Server, session: Session, request: Request): number {
  session.lastCommand = null;
  const name = shownText(request, 0, SHOWN_NAME_SIZE_MAX);
  if (isHttp(name)) return closeOnHttp(server, session);
  let args = '';
  for (let i = 1; i < request.count && args.length < SHOWN_ARGUMENTS_SIZE_MAX; i++) {
    args += `'${shownText(request, i, SHOWN_ARGUMENTS_SIZE_MAX - args.length)}' `;
  }
  const line = `ERR unknown command '${name}', with args beginning with: ${args}`;
  return answerError(server, session, null, request, line);
}

function refuseUnknownSubcommand(
  server: Server,
  session: Session,
  request: Request,
  container: Command,
): number {
  session.lastCommand = null;
  const name = shownText(request, 1, SHOWN_NAME_SIZE_MAX);
  const help = container.name.toUpperCase();
  return answerError(
    server,
    session,
    null,
    request,
    `ERR unknown subcommand '${name}'. Try ${help} HELP.`,
  );
}

/** An argument as error lines show it: up to the first NUL, at most `sizeMax` bytes. */
function shownText(request: Request, argument: number, sizeMax: number): string {
  const start = request.starts[argument];
  const end = Math.min(request.ends[argument], start + sizeMax);
  const text = latin1Text(request.buffer, start, end);
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

function isHttp(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'post' || lower === 'host:';
}

/** A browser was made to talk to us: Redis closes such connections without a word. */
function closeOnHttp(server: Server, session: Session): number {
  server.log.write(
    'warning',
    'Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands ' +
      'to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to ' +
      `compromise your Redis instance. Connection from ${session.origin.address} aborted.`,
  );
  session.isClosing = true;
  session.output.destroy();
  return RAN;
}

// The way of one command: find, arity, gate, run. Bytes of the reply go to the server's reply
// writer.
import { latin1Text } from '../domain/bytes/ascii.ts';
import { type Command, NEEDS_UNWATCHED } from './command.ts';
import { mayRun } from './gate.ts';
import { feedMonitors } from './monitor.ts';
import { refuse } from './refuse.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';
import { REPLY_ON, REPLY_SKIP_NEXT, REPLY_SKIPPING, type Session } from './session.ts';

/**
 * Executes one request. False when CLIENT PAUSE holds it back: nothing happened, try again later.
 */
export function execute(server: Server, session: Session, request: Request): boolean {
  const { buffer, starts, ends } = request;
  let command = request.command ?? server.commands.find(buffer, starts[0], ends[0]);
  if (command === null) return refuseUnknown(server, session, request);
  server.keyspace.hint(buffer, request.keyStart, request.keyHash);
  if (command.subcommands !== null && request.count > 1) {
    const subcommand = command.subcommands.find(request.buffer, request.starts[1], request.ends[1]);
    if (subcommand === null) return refuseUnknownSubcommand(server, session, request, command);
    command = subcommand;
  }
  session.lastCommand = command;
  if (!command.acceptsCount(request.count)) return refuseArity(server, session, command);
  const { context, reply } = server;
  context.session = session;
  context.database = server.keyspace.databases[session.databaseIndex];
  if ((command.needs & (server.denied | session.denied)) !== 0) {
    if (!mayRun(server, session, command)) return !session.isHeld;
    return runNoticed(server, session, command, request);
  }
  if (session.replyMode !== REPLY_ON) return runSilently(server, session, command, request);
  run(server, command, request);
  if (reply.failure !== null) countFailure(server, command);
  return true;
}

function run(server: Server, command: Command, request: Request): void {
  if (server.batch.isTimed(command, request)) {
    server.batch.runTimed(command, request);
  } else {
    command.run(server.context, request, server.reply);
    server.batch.count(command);
  }
}

/** Runs a command although something that it needs is denied: who denied it wants to notice. */
function runNoticed(server: Server, session: Session, command: Command, request: Request): boolean {
  const { keyspace, reply } = server;
  // TOUCH touches for everybody: that is what it is for.
  keyspace.touches = !session.isNoTouch || command.fullName === 'touch';
  if (session.replyMode === REPLY_ON) {
    run(server, command, request);
    if (reply.failure !== null) countFailure(server, command);
  } else {
    runSilently(server, session, command, request);
  }
  keyspace.touches = true;
  if ((command.needs & server.denied & NEEDS_UNWATCHED) !== 0) {
    feedMonitors(server, session, command, request);
  }
  return true;
}

/**
 * CLIENT REPLY OFF and SKIP: runs, and takes the reply back unless the command turned replies on.
 */
function runSilently(
  server: Server,
  session: Session,
  command: Command,
  request: Request,
): boolean {
  const mark = server.reply.mark();
  if (session.replyMode === REPLY_SKIP_NEXT) session.replyMode = REPLY_SKIPPING;
  const before = session.replyMode;
  run(server, command, request);
  if (server.reply.failure !== null) countFailure(server, command);
  if (session.replyMode !== REPLY_ON) server.reply.rewind(mark);
  if (before === REPLY_SKIPPING && session.replyMode === REPLY_SKIPPING) {
    session.replyMode = REPLY_ON;
  }
  return true;
}

/** A command ran and answered with an error. */
function countFailure(server: Server, command: Command): void {
  command.statistics.failedCalls++;
  server.statistics.errors.add(server.reply.failure ?? '');
  server.reply.failure = null;
}

const SHOWN_NAME_SIZE_MAX = 128;
const SHOWN_ARGUMENTS_SIZE_MAX = 128;

function refuseUnknown(server: Server, session: Session, request: Request): boolean {
  session.lastCommand = null;
  const name = shownText(request, 0, SHOWN_NAME_SIZE_MAX);
  if (isHttp(name)) return closeOnHttp(server, session);
  let args = '';
  for (let i = 1; i < request.count && args.length < SHOWN_ARGUMENTS_SIZE_MAX; i++) {
    args += `'${shownText(request, i, SHOWN_ARGUMENTS_SIZE_MAX - args.length)}' `;
  }
  refuse(server, session, null, `ERR unknown command '${name}', with args beginning with: ${args}`);
  return true;
}

function refuseUnknownSubcommand(
  server: Server,
  session: Session,
  request: Request,
  container: Command,
): boolean {
  session.lastCommand = null;
  const name = shownText(request, 1, SHOWN_NAME_SIZE_MAX);
  const help = container.name.toUpperCase();
  refuse(server, session, null, `ERR unknown subcommand '${name}'. Try ${help} HELP.`);
  return true;
}

function refuseArity(server: Server, session: Session, command: Command): boolean {
  const line = `ERR wrong number of arguments for '${command.fullName}' command`;
  refuse(server, session, command, line);
  return true;
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
function closeOnHttp(server: Server, session: Session): boolean {
  server.log.write(
    'warning',
    'Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands ' +
      'to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to ' +
      `compromise your Redis instance. Connection from ${session.origin.address} aborted.`,
  );
  session.isClosing = true;
  session.output.destroy();
  return true;
}

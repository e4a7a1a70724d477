// The gate: cold code that runs when a command needs what is denied now. It finds out which state
// of the server or the session denies it, and picks the error line; the order is Redis's. What is
// denied only because somebody wants to notice it passes.

import { LOADING_ERROR, OUT_OF_MEMORY } from '../domain/errors.ts';
import { REQUEST_SIZE_MAX } from '../domain/limits.ts';
import {
  type Command,
  FREES_QUEUE,
  MAY_REPLICATE,
  NO_MULTI,
  NOT_QUEUED,
  RUNS_QUEUE,
  RUNS_SCRIPT,
  type ServerView,
} from './command.ts';
import {
  NEEDS_AUTHENTICATION,
  NEEDS_DISK,
  NEEDS_LEAVE,
  NEEDS_LOADED_DATA,
  NEEDS_MEMORY,
  NEEDS_NO_BUSY_SCRIPT,
  NEEDS_NO_FAULTS,
  NEEDS_NO_JOURNAL,
  NEEDS_NO_MONITORING,
  NEEDS_NO_MONITORS,
  NEEDS_NO_PAUSE,
  NEEDS_NO_SUBSCRIPTION,
  NEEDS_NO_TRACKING,
  NEEDS_NO_WAITERS,
  NEEDS_NO_WRITE_PAUSE,
  NEEDS_REPLICAS,
} from './needs.ts';
import { POSTPONED, RAN } from './outcome.ts';
import { closeOverQueryLimit } from './query-limit.ts';
import { refuse } from './refuse.ts';
import type { Request } from './request.ts';
import type { Session } from './session.ts';

/** What is denied so that somebody notices, and not to forbid it. */
const ONLY_NOTICED =
  NEEDS_NO_JOURNAL | NEEDS_NO_MONITORS | NEEDS_NO_TRACKING | NEEDS_NO_WAITERS | NEEDS_NO_FAULTS;

/** What changes need: EXEC if they were queued, and who was blocked once more when he goes on. */
const NEEDED_BY_CHANGES = NEEDS_MEMORY | NEEDS_NO_WRITE_PAUSE | NEEDS_DISK | NEEDS_REPLICAS;

/** What passGate() answers when the command may run. */
export const OPEN = -1;

/** OPEN, or what came of the request: it was answered or queued (RAN), or was POSTPONED. */
export function passGate(
  server: ServerView,
  session: Session,
  command: Command,
  request: Request,
): number {
  const own = ownNeeds(server, command, request);
  let denied = needsNow(session, command, own) & (server.denied | session.denied);
  if ((denied & NEEDS_NO_JOURNAL) !== 0 && server.journal.refuses(command, request)) {
    denied |= NEEDS_DISK;
  }
  const isNoticed = (denied & ~ONLY_NOTICED) === 0;
  if (isNoticed && session.transaction === null) return OPEN;
  const line = refusal(server, session, command, denied);
  if (line !== '') {
    refuse(server, session, command, request, line);
    return RAN;
  }
  if ((denied & (NEEDS_NO_PAUSE | NEEDS_NO_WRITE_PAUSE)) !== 0 && !session.isMonitor) {
    server.postpone(session);
    return POSTPONED;
  }
  if (session.transaction === null || (command.flags & NOT_QUEUED) !== 0) return OPEN;
  queue(server, session, request, own);
  return RAN;
}

/** Why a command that was blocked may not go on, as an error line; '' when it may. */
export function refusalNow(server: ServerView, session: Session, command: Command): string {
  const { needs } = command;
  if ((needs & NEEDS_MEMORY) !== 0 && server.keyspace.arena.isNearlyFull) return OUT_OF_MEMORY;
  return refusal(server, session, command, needs & server.denied & NEEDED_BY_CHANGES);
}

/** What a script needs it says itself. */
function ownNeeds(server: ServerView, command: Command, request: Request): number {
  const { needs, flags, fullName } = command;
  if ((flags & RUNS_SCRIPT) === 0) return needs;
  return server.scripting.needsOf(request, fullName, needs, (flags & MAY_REPLICATE) !== 0);
}

/** EXEC needs what was queued; what is queued needs memory for that. */
function needsNow({ transaction }: Session, { flags }: Command, needs: number): number {
  if ((flags & RUNS_QUEUE) !== 0) {
    return (needs & ~NEEDED_BY_CHANGES) | ((transaction?.needs ?? 0) & NEEDED_BY_CHANGES);
  }
  if (transaction === null) return needs;
  return (flags & FREES_QUEUE) !== 0 ? needs : needs | NEEDS_MEMORY;
}

/** Why the command may not run; '' when it may. */
function refusal(server: ServerView, session: Session, command: Command, denied: number): string {
  if ((denied & NEEDS_LEAVE) !== 0 && !hasLeave(server, session, command)) return noLeave(command);
  if ((denied & NEEDS_AUTHENTICATION) !== 0 && server.requiresPassword) return NOT_AUTHENTICATED;
  if (session.transaction !== null && (command.flags & NO_MULTI) !== 0) return NOT_IN_TRANSACTION;
  if ((denied & NEEDS_MEMORY) !== 0) return OUT_OF_MEMORY;
  if ((denied & NEEDS_DISK) !== 0) return server.diskProblem;
  if ((denied & NEEDS_REPLICAS) !== 0) return TOO_FEW_REPLICAS;
  if ((denied & NEEDS_NO_SUBSCRIPTION) !== 0) return notWhileSubscribed(command);
  if ((denied & NEEDS_LOADED_DATA) !== 0) return LOADING_ERROR;
  if ((denied & NEEDS_NO_BUSY_SCRIPT) !== 0) return server.scripting.running.busyLine;
  if ((denied & NEEDS_NO_MONITORING) !== 0) return NOT_WITH_KEYS;
  return '';
}

function queue(server: ServerView, session: Session, request: Request, needs: number): void {
  const { transaction } = session;
  if (transaction === null) return;
  if (transaction.argumentsSize + request.totalSize > REQUEST_SIZE_MAX) {
    session.isClosing = true;
    return closeOverQueryLimit(server, session);
  }
  // What will never run is not kept.
  if (!transaction.isAborted && !session.isWatchBroken) session.queue(transaction, request, needs);
  server.costs.requests++;
  server.reply.simple('QUEUED');
  if (transaction.argumentsSize > server.live.queryBufferSizeMax) {
    session.isClosing = true;
    closeOverQueryLimit(server, session);
  }
}

/** Protected are DEBUG and MODULE, whose directives have their names. */
function hasLeave(server: ServerView, session: Session, command: Command): boolean {
  const leave = server.settings.text(`enable-${containerOf(command)}-command`);
  return leave === 'yes' || (leave === 'local' && session.origin.isLocal);
}

function noLeave(command: Command): string {
  const name = containerOf(command);
  return (
    `ERR ${name.toUpperCase()} command not allowed. If the enable-${name}-command option is set ` +
    'to "local", you can run it from a local connection, otherwise you need to set this option ' +
    'in the configuration file, and then restart the server.'
  );
}

function containerOf({ fullName }: Command): string {
  return fullName.split('|')[0];
}

function notWhileSubscribed(command: Command): string {
  return (
    `ERR Can't execute '${command.fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / ` +
    'QUIT / RESET are allowed in this context'
  );
}

const NOT_AUTHENTICATED = 'NOAUTH Authentication required.';
const NOT_IN_TRANSACTION = 'ERR Command not allowed inside a transaction';
const NOT_WITH_KEYS = "ERR Replica can't interact with the keyspace";
export const TOO_FEW_REPLICAS = 'NOREPLICAS Not enough good replicas to write.';

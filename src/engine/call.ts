// The one way to call a command: for the requests of clients, for what EXEC and scripts call, for
// clients that waited, and for what the journal and a primary say.
//
// A call may be made from within another one: everything that it changes of the context is as it
// was when it returns. It counts and times the command, counts its failure, shows it to monitors
// and writes its effect down; of the call around it nothing is overwritten.
import { OUT_OF_MEMORY } from '../domain/errors.ts';
import {
  type Command,
  type Context,
  FROM_CLIENT,
  FROM_SCRIPT,
  type Handler,
  MAY_EXPIRE_ANY_KEYS,
  RUNS_SCRIPT,
} from './command.ts';
import { feedMonitors } from './monitor.ts';
import { NEEDS_MEMORY, NEEDS_NO_JOURNAL, NEEDS_NO_MONITORS, NEEDS_NO_TRACKING } from './needs.ts';
import { RAN } from './outcome.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { Session } from './session.ts';
import { noticeCall } from './tracking/notice.ts';

/** Calls a command for a session. `origin` is one of FROM_*. Returns an outcome: RAN. */
export function call(
  context: Context,
  session: Session,
  command: Command,
  request: Request,
  reply: Reply,
  origin: number,
): number {
  const { session: outerSession, database: outerDatabase, origin: outerOrigin } = context;
  const outerFailure = reply.failure;
  context.session = session;
  context.database = context.keyspace.databases[session.databaseIndex];
  context.origin = origin;
  reply.failure = null;
  // The gate looked before the first of many calls. A script's calls come here themselves.
  const needsMemory = (command.needs & NEEDS_MEMORY) !== 0 && (command.flags & RUNS_SCRIPT) === 0;
  if (needsMemory && context.keyspace.arena.isNearlyFull) {
    reply.error(OUT_OF_MEMORY);
    const { statistics } = context.server;
    statistics.errors.add(OUT_OF_MEMORY);
    statistics.commands.of(command).rejectedCalls++;
  } else {
    runNoticed(context, command, request, reply);
  }
  reply.failure = outerFailure;
  context.session = outerSession;
  context.database = outerDatabase;
  context.origin = outerOrigin;
  return RAN;
}

/**
 * Calls a command that was blocked once more: `retry` runs in its place. Monitors and tracking have
 * noticed it when it was blocked.
 */
export function callAgain(
  context: Context,
  session: Session,
  command: Command,
  request: Request,
  reply: Reply,
  retry: Handler,
): void {
  context.session = session;
  context.database = context.keyspace.databases[session.databaseIndex];
  context.origin = FROM_CLIENT;
  runUnit(context, command, request, reply, retry);
}

/** Runs a command in the context as it is: what it does is one unit for the journal. */
export function runUnit(
  context: Context,
  command: Command,
  request: Request,
  reply: Reply,
  retry: Handler | null,
): void {
  const { server, effects } = context;
  const isUnit = (command.needs & server.denied & NEEDS_NO_JOURNAL) !== 0;
  if (isUnit) effects.beginUnit();
  if (retry === null) runNoticed(context, command, request, reply);
  else runTouching(context, command, request, reply, retry);
  if (isUnit) effects.endUnitOf((command.flags & MAY_EXPIRE_ANY_KEYS) !== 0);
}

/** Runs a command in the context as it is, and lets everybody notice who wants to. */
function runNoticed(context: Context, command: Command, request: Request, reply: Reply): void {
  const { server, session } = context;
  const noticed = command.needs & (server.denied | session.denied);
  runTouching(context, command, request, reply, null);
  // What has run may itself have turned tracking on: EXEC.
  if ((session.denied & NEEDS_NO_TRACKING) !== 0) noticeCall(context, command, request);
  if ((noticed & NEEDS_NO_MONITORS) !== 0)
    feedMonitors(server, session, command, request, context.origin === FROM_SCRIPT);
}

/** Runs a command, or `retry` in its place; keys count as used where they may. */
function runTouching(
  context: Context,
  command: Command,
  request: Request,
  reply: Reply,
  retry: Handler | null,
): void {
  const { server, session, keyspace, effects } = context;
  const noticed = command.needs & (server.denied | session.denied);
  const { touches } = keyspace;
  // TOUCH touches for everybody: that is what it is for.
  keyspace.touches = !session.isNoTouch || command.fullName === 'touch';
  if ((noticed & NEEDS_NO_JOURNAL) === 0) {
    run(context, command, request, reply, retry);
  } else {
    const dirtyBefore = keyspace.dirty;
    const outer = effects.beginCall(session.databaseIndex);
    run(context, command, request, reply, retry);
    const changed = effects.endCall(outer, request, keyspace.dirty !== dirtyBefore);
    if (server.journal.holdsReplies) server.journal.notice(session, command, request, changed);
  }
  keyspace.touches = touches;
}

function run(
  context: Context,
  command: Command,
  request: Request,
  reply: Reply,
  retry: Handler | null,
): void {
  const { costs } = context.server;
  if (retry === null) costs.run(context, command, request, reply);
  else costs.runAgain(context, command, request, reply, retry);
}

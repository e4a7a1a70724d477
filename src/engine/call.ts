// The one way to call a command: for the requests of clients, for what EXEC and scripts call, for
// clients that waited, and for what the journal and a primary say.
//
// A call may be made from within another one: everything that it changes of the context is as it
// was when it returns. It counts and times the command, counts its failure, shows it to monitors
// and writes its effect down; of the call around it nothing is overwritten.
import { OUT_OF_MEMORY } from '../domain/errors.ts';
import type { Command, Context } from './command.ts';
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
  // The gate looked before the first of many calls.
  if ((command.needs & NEEDS_MEMORY) !== 0 && context.keyspace.arena.isNearlyFull) {
    reply.error(OUT_OF_MEMORY);
    context.server.statistics.errors.add(OUT_OF_MEMORY);
    command.statistics.rejectedCalls++;
  } else {
    runNoticed(context, command, request, reply);
  }
  reply.failure = outerFailure;
  context.session = outerSession;
  context.database = outerDatabase;
  context.origin = outerOrigin;
  return RAN;
}

/** Runs a command in the context as it is, and lets everybody notice who wants to. */
export function runNoticed(
  context: Context,
  command: Command,
  request: Request,
  reply: Reply,
): void {
  const { server, session, keyspace, effects } = context;
  const noticed = command.needs & (server.denied | session.denied);
  const { touches } = keyspace;
  // TOUCH touches for everybody: that is what it is for.
  keyspace.touches = !session.isNoTouch || command.fullName === 'touch';
  if ((noticed & NEEDS_NO_JOURNAL) === 0) {
    server.costs.run(context, command, request, reply);
  } else {
    const dirtyBefore = keyspace.dirty;
    const outer = effects.beginCall(session.databaseIndex);
    server.costs.run(context, command, request, reply);
    effects.endCall(outer, request, keyspace.dirty !== dirtyBefore);
  }
  keyspace.touches = touches;
  // What has run may itself have turned tracking on: EXEC.
  if ((session.denied & NEEDS_NO_TRACKING) !== 0) noticeCall(context, command, request);
  if ((noticed & NEEDS_NO_MONITORS) !== 0) feedMonitors(server, session, command, request);
}

// What tracking wants to know of the commands of a session that tracks: the keys that they read,
// and that they ran, since CLIENT CACHING holds for one of them alone.
import { type Command, type Context, FROM_CLIENT, READONLY, RUNS_SCRIPT } from '../command.ts';
import type { Request } from '../request.ts';
import type { Session } from '../session.ts';
import type { Tracking } from './tracking.ts';

/** A command of a tracking session has run. */
export function noticeCall(context: Context, command: Command, request: Request): void {
  const { session, origin } = context;
  const { tracking } = context.server;
  // What a script reads its calls say.
  const reads = (command.flags & (READONLY | RUNS_SCRIPT)) === READONLY;
  if (reads && tracking.remembers(session)) {
    const { keys } = tracking;
    command.keysOf(request, keys);
    for (let i = 0; i < keys.count; i++) {
      const index = keys.indexes[i];
      tracking.remember(session, request.buffer, request.starts[index], request.ends[index]);
    }
  }
  if (origin === FROM_CLIENT) noticeRequest(tracking, session, command);
}

/**
 * A request of a session was answered, if only with an error (`command` null: there is none of that
 * name). What CLIENT CACHING said holds on through a transaction and over CLIENT's own commands.
 */
export function noticeRequest(tracking: Tracking, session: Session, command: Command | null): void {
  if (session.transaction !== null || command?.fullName.startsWith('client|') === true) return;
  tracking.forgetCaching(session);
}

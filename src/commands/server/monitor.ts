// MONITOR: shows a client all commands that run from then on. Its lines: engine/monitor.ts.
import {
  ADMIN,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FROM_CLIENT,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const MONITOR: CommandEntry = {
  name: 'MONITOR',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | CONSTANT_TIME,
  args: [],
  run: monitor,
};

/** Who monitors already is not answered, as in Redis. */
function monitor(context: Context, _request: Request, reply: Reply): void {
  const { server, session, origin } = context;
  if (origin !== FROM_CLIENT) return reply.error(NOT_NESTED);
  if (session.isMonitor) return;
  server.startMonitoring(session);
  reply.ok();
}

const NOT_NESTED = "ERR MONITOR isn't allowed for DENY BLOCKING client";

export const MONITOR_COMMANDS: readonly CommandEntry[] = [MONITOR];

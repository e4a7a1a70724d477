// MONITOR: shows a client all commands that run from then on. Its lines: engine/monitor.ts.
import {
  ADMIN,
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../engine/command.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';

export const MONITOR_COMMANDS: CommandDeclaration[] = [
  {
    name: 'MONITOR',
    group: 'server',
    since: '1.0.0',
    complexity: '',
    summary: 'Listens for all requests received by the server in real-time.',
    flags: ADMIN | NOSCRIPT | LOADING | STALE | CONSTANT_TIME,
    args: [],
    run: monitor,
  },
];

/** Who monitors already is not answered, as in Redis. */
function monitor(context: Context, _request: Request, reply: Reply): void {
  const { server, session } = context;
  if (session.isMonitor) return;
  server.startMonitoring(session);
  reply.ok();
}

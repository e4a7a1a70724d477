// The answer to a request that does not run.
import type { Command } from './command.ts';
import type { Server } from './server.ts';
import { REPLY_ON, REPLY_SKIP_NEXT, type Session } from './session.ts';

/**
 * Answers with an error line in place of running; `command` is null when there is none of that
 * name.
 */
export function refuse(
  server: Server,
  session: Session,
  command: Command | null,
  line: string,
): void {
  const { reply } = server;
  const mark = reply.mark();
  reply.error(line);
  server.statistics.errors.add(reply.failure ?? line);
  reply.failure = null;
  if (command !== null) command.statistics.rejectedCalls++;
  if (session.replyMode === REPLY_ON) return;
  reply.rewind(mark);
  if (session.replyMode === REPLY_SKIP_NEXT) session.replyMode = REPLY_ON;
}

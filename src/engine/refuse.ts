// The answer to a request that does not run.
import { type Command, RUNS_QUEUE, type ServerView } from './command.ts';
import { feedMonitors } from './monitor.ts';
import type { Request } from './request.ts';
import type { Session } from './session.ts';
import { noticeRequest } from './tracking/notice.ts';
import { discardTransaction } from './watches.ts';

/**
 * Answers with an error line in place of running; `command` is null when there is none of that
 * name. Between MULTI and EXEC it aborts the transaction; an EXEC that is refused ends it,
 * and says so even if there was none.
 */
export function refuse(
  server: ServerView,
  session: Session,
  command: Command | null,
  request: Request | null,
  line: string,
): void {
  const { reply, statistics, costs, tracking } = server;
  const isExec = command !== null && (command.flags & RUNS_QUEUE) !== 0;
  if (isExec) {
    discardTransaction(server, session);
    // MULTI was shown: so that it is clear that the transaction is over.
    if (request !== null && server.monitors.size > 0)
      feedMonitors(server, session, command, request);
  } else if (session.transaction !== null) {
    session.transaction.isAborted = true;
  }
  const answer = isExec ? ABORTED + line.replace(/^ERR /, '') : line;
  reply.error(answer);
  statistics.errors.add(reply.failure ?? answer);
  reply.failure = null;
  costs.requests++;
  noticeRequest(tracking, session, command);
  if (command !== null) statistics.commands.of(command).rejectedCalls++;
}

const ABORTED = 'EXECABORT Transaction discarded because of: ';

// client-query-buffer-limit: a client whose requests take too much memory, those that wait between
// MULTI and EXEC too, is closed.
import type { LimitedSession, LimitKeeper } from './output-limit.ts';

/** Closes a client that let too much of its requests wait. */
export function closeOverQueryLimit(
  { statistics, log }: LimitKeeper,
  session: LimitedSession,
): void {
  statistics.queryLimitDisconnections++;
  log.write(
    'warning',
    `Closing client that reached max query buffer length: ${session.origin.address}`,
  );
  session.output.destroy();
}

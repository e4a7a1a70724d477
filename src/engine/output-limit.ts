// client-output-buffer-limit: a client that lets too much output wait is closed. Each class of
// clients has limits of its own.
import type { OutputLimit } from './live-settings.ts';
import type { Clock, Log } from './ports.ts';
import type { Statistics } from './statistics.ts';

/** Classes of clients: places in the limits of live-settings.ts. */
export const NORMAL_CLASS = 0;
export const REPLICA_CLASS = 1;
export const PUBSUB_CLASS = 2;

/** What closeOverLimit() needs of a server. */
export interface LimitKeeper {
  readonly statistics: Statistics;
  readonly log: Log;
}

/** What it needs of a session. */
export interface LimitedSession {
  readonly origin: { readonly address: string };
  readonly output: { destroy(): void };
}

/** Has a client let more output wait than it may? To be asked whenever its output grows. */
export function isOverOutputLimit(
  limit: OutputLimit,
  session: { softLimitSinceUs: number },
  pendingSize: number,
  clock: Clock,
): boolean {
  if (limit.hardSize > 0 && pendingSize >= limit.hardSize) return true;
  if (limit.softSize === 0 || pendingSize < limit.softSize) {
    session.softLimitSinceUs = 0;
    return false;
  }
  const nowUs = clock.elapsedUs();
  if (session.softLimitSinceUs === 0) session.softLimitSinceUs = nowUs;
  return nowUs - session.softLimitSinceUs > limit.softMs * 1000;
}

/** Closes a client that let too much output wait. */
export function closeOverLimit(server: LimitKeeper, session: LimitedSession): void {
  server.statistics.outputLimitDisconnections++;
  server.log.write(
    'warning',
    `Client ${session.origin.address} closed for overcoming of output buffer limits.`,
  );
  session.output.destroy();
}

// Who is told of calls that took long: the slow log and the latency monitor.
import type { Request } from '../request.ts';
import type { LatencyMonitor } from './latency.ts';
import { SLOWLOG_ARGUMENTS_MAX, type SlowLog } from './slowlog.ts';

/** A command, as far as it matters here. */
export interface SlowCommand {
  readonly isFast: boolean;
  readonly isLoggedWhenSlow: boolean;
  isSensitive(request: Request, argument: number): boolean;
}

/** Whose call it was. */
export interface SlowClient {
  labelText(label: 'name'): string;
  readonly origin: { readonly address: string };
}

/** What of the server is needed here. */
export interface SlowCallsParts {
  readonly slowlog: SlowLog;
  readonly latency: LatencyMonitor;
  readonly live: { slowlogUs: number; latencyMs: number };
  readonly keyspace: { nowMs: number };
}

export class SlowCalls {
  private readonly parts: SlowCallsParts;

  constructor(parts: SlowCallsParts) {
    this.parts = parts;
  }

  /** A call took `durationUs`: keeps it if that was long. */
  notice(command: SlowCommand, request: Request, client: SlowClient, durationUs: number): void {
    const { live, keyspace, slowlog, latency } = this.parts;
    const event = command.isFast ? 'fast-command' : 'command';
    latency.addIfSlow(event, durationUs, live.latencyMs, keyspace.nowMs);
    if (live.slowlogUs < 0 || durationUs < live.slowlogUs || !command.isLoggedWhenSlow) return;
    const redacted = new Set<number>();
    const shownCount = Math.min(request.count, SLOWLOG_ARGUMENTS_MAX);
    for (let i = 1; i < shownCount; i++) if (command.isSensitive(request, i)) redacted.add(i);
    slowlog.add(request.buffer, request.starts, request.ends, request.count, {
      timeSeconds: Math.floor(keyspace.nowMs / 1000),
      durationUs,
      clientAddress: client.origin.address,
      clientName: client.labelText('name'),
      redacted,
    });
  }
}

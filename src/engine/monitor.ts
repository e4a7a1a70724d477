// What MONITOR shows: a line for each command that has run, as a push.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { quotedSize, writeQuoted } from '../domain/bytes/split-args.ts';
import type { Clock } from './ports.ts';
import type { Pushes } from './pushes.ts';
import type { Request } from './request.ts';
import { REPLY_ON, REPLY_SKIP_NEXT, type Session } from './session.ts';
import type { Settings } from './settings/settings.ts';

/** What of the server is needed here. */
export interface MonitorParts {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly monitors: ReadonlySet<Session>;
  readonly pushes: Pushes;
}

/** A command, as far as it matters here. */
interface ShownCommand {
  isSensitive(request: Request, argument: number): boolean;
}

/** Shows a command that has run to all who monitor, the sender included if it does. */
export function feedMonitors(
  parts: MonitorParts,
  session: Session,
  command: ShownCommand,
  request: Request,
  isFromScript = false,
): void {
  const line = lineOf(parts, session, command, request, isFromScript);
  for (const monitor of parts.monitors) {
    // Of all pushes these alone are kept back, as in Redis; SKIP is said of the next command.
    const isOwnSkip = monitor === session && monitor.replyMode === REPLY_SKIP_NEXT;
    if (monitor.replyMode === REPLY_ON || isOwnSkip) parts.pushes.send(monitor, line);
  }
}

/** `+1339518083.107412 [0 127.0.0.1:60866] "get" "x"`, its line end included. */
function lineOf(
  parts: MonitorParts,
  session: Session,
  command: ShownCommand,
  request: Request,
  isFromScript: boolean,
): Uint8Array {
  const { buffer, starts, ends, count } = request;
  const origin = originOf(parts, session, isFromScript);
  let size = origin.length + LINE_END.length;
  for (let i = 0; i < count; i++) {
    const isSecret = command.isSensitive(request, i);
    size += isSecret ? REDACTED.length : 1 + quotedSize(buffer, starts[i], ends[i]);
  }
  const line = new Uint8Array(size);
  line.set(origin);
  let at = origin.length;
  for (let i = 0; i < count; i++) {
    if (command.isSensitive(request, i)) {
      line.set(REDACTED, at);
      at += REDACTED.length;
    } else {
      line[at++] = SPACE;
      at = writeQuoted(buffer, starts[i], ends[i], line, at);
    }
  }
  line.set(LINE_END, at);
  return line;
}

/** When the command ran, on which database, and who sent it. */
function originOf(
  { clock, settings }: MonitorParts,
  session: Session,
  isFromScript: boolean,
): Uint8Array {
  const nowUs = clock.nowUs();
  const seconds = Math.floor(nowUs / 1e6);
  const micros = String(Math.floor(nowUs % 1e6)).padStart(6, '0');
  const { address, isUnixSocket } = session.origin;
  const from = isUnixSocket ? `unix:${settings.text('unixsocket')}` : address;
  const shown = isFromScript ? 'lua' : from;
  return latin1Bytes(`+${seconds}.${micros} [${session.databaseIndex} ${shown}]`);
}

const SPACE = 32;
const REDACTED = latin1Bytes(' "(redacted)"');
const LINE_END = latin1Bytes('\r\n');

// What MONITOR shows: a line for each command that ran.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { quoteBytes } from '../domain/bytes/split-args.ts';
import type { Command } from './command.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';
import { REPLY_ON, type Session } from './session.ts';

/** Shows a command that has run to all who monitor, the sender included if it does. */
export function feedMonitors(
  server: Server,
  session: Session,
  command: Command,
  request: Request,
): void {
  const line = latin1Bytes(lineOf(server, session, command, request));
  for (const monitor of server.monitors) {
    if (monitor.replyMode !== REPLY_ON) continue;
    if (monitor === session) server.reply.raw(line);
    else monitor.output.send(line);
  }
}

/** `+1339518083.107412 [0 127.0.0.1:60866] "get" "x"`, its line end included. */
function lineOf(server: Server, session: Session, command: Command, request: Request): string {
  const nowUs = server.clock.nowUs();
  const seconds = Math.floor(nowUs / 1e6);
  const micros = String(Math.floor(nowUs % 1e6)).padStart(6, '0');
  const { address, isUnixSocket } = session.origin;
  const from = isUnixSocket ? `unix:${server.settings.text('unixsocket')}` : address;
  let line = `+${seconds}.${micros} [${session.databaseIndex} ${from}]`;
  const { isSensitive } = command.declaration;
  for (let i = 0; i < request.count; i++) {
    const isHidden = i > 0 && isSensitive?.(request, i) === true;
    line += isHidden
      ? ' "(redacted)"'
      : ` ${quoteBytes(request.buffer, request.starts[i], request.ends[i])}`;
  }
  return `${line}\r\n`;
}

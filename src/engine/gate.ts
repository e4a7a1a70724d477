// The gate: cold code that runs when a command needs what is denied now. It finds out which state of the
// server or the session denies it and picks the error line; the order is Redis's.

import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { quoteBytes } from '../domain/bytes/split-args.ts';
import {
  type Command,
  NEEDS_AUTHENTICATION,
  NEEDS_DEBUG,
  NEEDS_MEMORY,
  NEEDS_NO_PAUSE,
  NEEDS_NO_WRITE_PAUSE,
  NEEDS_UNWATCHED,
} from './command.ts';
import { refuse } from './refuse.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';

/** May the command run after all? If not, it was answered, or held back (session.isHeld). */
export function mayRun(
  server: Server,
  session: Session,
  command: Command,
  request: Request,
): boolean {
  const denied = command.needs & (server.denied | session.denied);
  if ((denied & NEEDS_DEBUG) !== 0 && !isDebugAllowed(server, session)) {
    refuse(server, session, command, DEBUG_NOT_ALLOWED);
    return false;
  }
  if ((denied & NEEDS_AUTHENTICATION) !== 0) {
    refuse(server, session, command, 'NOAUTH Authentication required.');
    return false;
  }
  if ((denied & NEEDS_MEMORY) !== 0) {
    refuse(server, session, command, OUT_OF_MEMORY);
    return false;
  }
  if ((denied & (NEEDS_NO_PAUSE | NEEDS_NO_WRITE_PAUSE)) !== 0) {
    session.isHeld = true;
    return false;
  }
  if ((denied & NEEDS_UNWATCHED) !== 0) feedMonitors(server, session, command, request);
  return true;
}

function isDebugAllowed(server: Server, session: Session): boolean {
  const allowed = server.settings.text('enable-debug-command');
  return allowed === 'yes' || (allowed === 'local' && session.origin.isLocal);
}

/** Shows a command to all who said MONITOR, the sender included if it did. */
function feedMonitors(server: Server, session: Session, command: Command, request: Request): void {
  const nowUs = server.clock.nowUs();
  const seconds = Math.floor(nowUs / 1e6);
  const micros = String(Math.floor(nowUs % 1e6)).padStart(6, '0');
  const origin = session.origin;
  const address = origin.isUnixSocket ? `unix:${origin.localAddress}` : origin.address;
  let line = `+${seconds}.${micros} [${session.databaseIndex} ${address}]`;
  const { isSensitive } = command.declaration;
  for (let i = 0; i < request.count; i++) {
    const hidden = i > 0 && isSensitive?.(request, i) === true;
    line += hidden
      ? ' "(redacted)"'
      : ` ${quoteBytes(request.buffer, request.starts[i], request.ends[i])}`;
  }
  const bytes = latin1Bytes(`${line}\r\n`);
  for (const monitor of server.monitors) {
    if (monitor === session) server.reply.raw(bytes);
    else monitor.output.send(bytes);
  }
}

const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

const DEBUG_NOT_ALLOWED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can ' +
  'run it from a local connection, otherwise you need to set this option in the configuration ' +
  'file, and then restart the server.';

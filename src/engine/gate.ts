// The gate: cold code that runs when a command needs what is denied now. It finds out which state
// of the server or the session denies it and picks the error line; the order is Redis's.

import {
  type Command,
  NEEDS_AUTHENTICATION,
  NEEDS_DEBUG,
  NEEDS_MEMORY,
  NEEDS_NO_MONITORING,
  NEEDS_NO_PAUSE,
  NEEDS_NO_WRITE_PAUSE,
} from './command.ts';
import { refuse } from './refuse.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';

/** May the command run after all? If not, it was answered, or held back (session.isHeld). */
export function mayRun(server: Server, session: Session, command: Command): boolean {
  const denied = command.needs & (server.denied | session.denied);
  if ((denied & NEEDS_DEBUG) !== 0 && !isDebugAllowed(server, session)) {
    refuse(server, session, command, DEBUG_NOT_ALLOWED);
    return false;
  }
  if ((denied & NEEDS_AUTHENTICATION) !== 0 && server.requiresPassword) {
    refuse(server, session, command, 'NOAUTH Authentication required.');
    return false;
  }
  if ((denied & NEEDS_MEMORY) !== 0) {
    refuse(server, session, command, OUT_OF_MEMORY);
    return false;
  }
  if ((denied & NEEDS_NO_MONITORING) !== 0) {
    refuse(server, session, command, "ERR Replica can't interact with the keyspace");
    return false;
  }
  if ((denied & (NEEDS_NO_PAUSE | NEEDS_NO_WRITE_PAUSE)) !== 0 && !session.isMonitor) {
    session.isHeld = true;
    return false;
  }
  return true;
}

function isDebugAllowed(server: Server, session: Session): boolean {
  const allowed = server.settings.text('enable-debug-command');
  return allowed === 'yes' || (allowed === 'local' && session.origin.isLocal);
}

const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

const DEBUG_NOT_ALLOWED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can ' +
  'run it from a local connection, otherwise you need to set this option in the configuration ' +
  'file, and then restart the server.';

// maxclients against the number of files that the operating system grants: at the start it is
// brought down with a warning, later a CONFIG SET that asks for too much fails.
import type { Log } from '../engine/ports.ts';
import type { Settings } from '../engine/settings/settings.ts';

/** Files that the server itself may need: listeners, logs, persistence. */
export const RESERVED_FILES = 32;

/** Returns false if there is no room for a single client. */
export function fitClientLimit(settings: Settings, log: Log, filesMax: number): boolean {
  const asked = settings.integer('maxclients');
  const clientsMax = filesMax - RESERVED_FILES;
  if (asked > clientsMax) {
    const needed = asked + RESERVED_FILES;
    if (clientsMax < 1) {
      log.write(
        'warning',
        `Your current 'ulimit -n' of ${filesMax} is not enough for the server to start. ` +
          `Please increase your open file limit to at least ${needed}. Exiting.`,
      );
      return false;
    }
    settings.load('maxclients', [String(clientsMax)]);
    log.write(
      'warning',
      `You requested maxclients of ${asked} requiring at least ${needed} max file descriptors.`,
    );
    log.write(
      'warning',
      `Current maximum open files is ${filesMax}. maxclients has been reduced to ` +
        `${clientsMax} to compensate for low ulimit. ` +
        "If you need higher maxclients increase 'ulimit -n'.",
    );
  }
  settings.onChange('maxclients', (changed) => {
    if (changed.integer('maxclients') <= clientsMax) return null;
    return (
      'The operating system is not able to handle the specified number of clients, try with ' +
      clientsMax
    );
  });
  return true;
}

// The end of the server, by SHUTDOWN or a signal: what lasts is brought to the disk before.
import type { Log } from '../ports.ts';
import type { Settings } from '../settings/settings.ts';

/** What of the server is needed here. */
export interface ShutDownParts {
  readonly log: Log;
  readonly settings: Settings;
  readonly persistence: { readonly isLoading: boolean; save(): boolean };
  readonly journal: { end(): string };
  onShutdown(exitCode: number): void;
}

/**
 * Saves, if there are save points or one of `words` is `save`, and none is `nosave`, and ends the
 * process. If that fails the server goes on, unless one is `force`: then the answer is false.
 */
export function shutDown(server: ShutDownParts, words: ReadonlySet<string>): boolean {
  const { log, settings, persistence, journal } = server;
  log.write('notice', 'User requested shutdown...');
  const isWanted = settings.text('save') !== '' && !words.has('nosave');
  // Half of a file that is being loaded must not take the place of the whole.
  if ((isWanted || words.has('save')) && !persistence.isLoading) {
    log.write('notice', 'Saving the final RDB snapshot before exiting.');
    if (!persistence.save()) {
      if (!words.has('force')) {
        log.write('warning', "Error trying to save the DB, can't exit.");
        return false;
      }
      log.write('warning', 'Error trying to save the DB. Exit anyway.');
    }
  }
  const problem = journal.end();
  if (problem !== '') {
    log.write('warning', `Error trying to write the AOF: ${problem}`);
    if (!words.has('force')) return false;
  }
  server.onShutdown(0);
  return true;
}

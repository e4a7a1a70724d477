// The end of the server, by SHUTDOWN or a signal: what lasts is brought to the disk before.
import type { Log } from '../ports.ts';
import type { Settings } from '../settings/settings.ts';

/** What of the server is needed here. */
export interface ShutDownParts {
  readonly log: Log;
  readonly settings: Settings;
  readonly persistence: { readonly isLoading: boolean; save(): boolean };
  readonly backgroundSave: { abort(why: string): void };
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
  server.backgroundSave.abort('the server is asked to shut down');
  const isWanted = settings.text('save') !== '' && !words.has('nosave');
  // Of data that is being loaded there is a file already.
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
    log.write('warning', problem);
    if (!words.has('force')) return false;
  }
  server.onShutdown(0);
  return true;
}

/** What a signal has asked for, and the next run of the cron does. */
export class ScheduledEnd {
  private words: ReadonlySet<string> | null = null;

  get isDue(): boolean {
    return this.words !== null;
  }

  schedule(words: ReadonlySet<string>): void {
    this.words = words;
  }

  /** SHUTDOWN ABORT. Was there something to abort? */
  abort(): boolean {
    const { isDue } = this;
    this.words = null;
    return isDue;
  }

  /** Ends the server, if that is asked for still, and its data can be saved. */
  run(server: ShutDownParts): void {
    const { words } = this;
    this.words = null;
    if (words === null || shutDown(server, words)) return;
    server.log.write(
      'warning',
      'Errors trying to shut down the server. Check the logs for more information.',
    );
  }
}

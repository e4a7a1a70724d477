// Commands on what lasts: saving, when that was done last, and the end of the server, which saves.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  ALLOW_BUSY,
  type CommandEntry,
  type Context,
  FAST,
  FROM_CLIENT,
  LOADING,
  NO_ASYNC_LOADING,
  NO_MULTI,
  NOSCRIPT,
  type ServerView,
  STALE,
} from '../../engine/command.ts';
import { oneof, optional, token } from '../../engine/declaration/arguments.ts';
import { shutDown } from '../../engine/persistence/shut-down.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const SAVE: CommandEntry = {
  name: 'SAVE',
  flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT | NO_MULTI,
  args: [],
  run: save,
};

function save({ server }: Context, _request: Request, reply: Reply): void {
  if (server.backgroundSave.isRunning) return reply.error(IS_SAVING);
  server.statistics.saves++;
  if (server.persistence.save()) reply.ok();
  else reply.error('ERR');
}

const BGSAVE: CommandEntry = {
  name: 'BGSAVE',
  flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT,
  args: [optional(token('schedule', 'SCHEDULE', { since: '3.2.2' }))],
  run: backgroundSave,
};

function backgroundSave({ server, origin }: Context, request: Request, reply: Reply): void {
  const isScheduled = request.count === 2 && request.is(1, 'schedule');
  if (request.count > 1 && !isScheduled) return reply.error(SYNTAX_ERROR);
  const saving = server.backgroundSave;
  if (saving.isRunning) return reply.error(IS_SAVING);
  // A transaction is a unit: it is in what is saved as a whole, or not at all.
  const isInUnit = origin !== FROM_CLIENT;
  if (saving.mustWait || isInUnit) {
    if (!isScheduled && !isInUnit) return reply.error(MUST_WAIT);
    saving.isScheduled = true;
    return reply.simple('Background saving scheduled');
  }
  if (saving.start()) reply.simple('Background saving started');
  else reply.error('ERR');
}

const IS_SAVING = 'ERR Background save already in progress';
const MUST_WAIT =
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in " +
  'order to schedule a BGSAVE whenever possible.';

const LASTSAVE: CommandEntry = {
  name: 'LASTSAVE',
  flags: LOADING | STALE | FAST,
  categories: ['admin', 'dangerous'],
  tips: ['nondeterministic_output'],
  args: [],
  run: lastSave,
};

function lastSave({ server }: Context, _request: Request, reply: Reply): void {
  reply.integer(server.persistence.lastSaveSeconds);
}

const SHUTDOWN: CommandEntry = {
  name: 'SHUTDOWN',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | NO_MULTI | ALLOW_BUSY,
  args: [
    optional(oneof('save-selector', [token('nosave', 'NOSAVE'), token('save', 'SAVE')])),
    optional(token('now', 'NOW', { since: '7.0.0' })),
    optional(token('force', 'FORCE', { since: '7.0.0' })),
    optional(token('abort', 'ABORT', { since: '7.0.0' })),
  ],
  run: shutdown,
};

/** Ends the server without a reply, at once: there is nothing to wait for. */
function shutdown({ server, session }: Context, request: Request, reply: Reply): void {
  const words = new Set<string>();
  for (let i = 1; i < request.count; i++) {
    const word = SHUTDOWN_WORDS.find((known) => request.is(i, known));
    if (word === undefined) return reply.error(SYNTAX_ERROR);
    words.add(word);
  }
  const isAbort = words.has('abort');
  if ((isAbort && words.size > 1) || (words.has('save') && words.has('nosave'))) {
    return reply.error(SYNTAX_ERROR);
  }
  if (isAbort) return abort(server, reply);
  const { running } = server.scripting;
  if (running.isOn && !words.has('nosave')) return reply.error(running.busyLine);
  session.isClosing = true;
  if (shutDown(server, words)) return;
  session.isClosing = false;
  reply.error('ERR Errors trying to SHUTDOWN. Check logs.');
}

/** One that a signal has asked for, and that did not begin yet. */
function abort({ scheduledEnd, log }: ServerView, reply: Reply): void {
  if (!scheduledEnd.abort()) return reply.error('ERR No shutdown in progress.');
  log.write('notice', 'Shutdown manually aborted.');
  reply.ok();
}

const SHUTDOWN_WORDS = ['nosave', 'save', 'now', 'force', 'abort'];

export const SAVE_COMMANDS: readonly CommandEntry[] = [BGSAVE, LASTSAVE, SAVE, SHUTDOWN];

// BGREWRITEAOF: all data is written anew, as the base of the append-only file.
import {
  ADMIN,
  type CommandEntry,
  type Context,
  FROM_CLIENT,
  NO_ASYNC_LOADING,
  NOSCRIPT,
} from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const BGREWRITEAOF: CommandEntry = {
  name: 'BGREWRITEAOF',
  flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT,
  args: [],
  run: rewriteJournal,
};

/** It begins between two turns: within a transaction that is later, and after a save. */
function rewriteJournal({ server, origin }: Context, _request: Request, reply: Reply): void {
  const { journal, backgroundSave } = server;
  if (journal.isRewriting) return reply.error(IS_REWRITING);
  journal.planRewrite();
  const mustWait = backgroundSave.mustWait || origin !== FROM_CLIENT;
  const when = mustWait ? 'scheduled' : 'started';
  reply.simple(`Background append only file rewriting ${when}`);
}

const IS_REWRITING = 'ERR Background append only file rewriting already in progress';

export const REWRITE_COMMANDS: readonly CommandEntry[] = [BGREWRITEAOF];

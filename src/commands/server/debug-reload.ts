// DEBUG RELOAD and DEBUG LOADAOF: the data goes to the disk and comes back.
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** The dump is read while everything waits. */
export function reload({ server, keyspace }: Context, request: Request, reply: Reply): void {
  const words = new Set<string>();
  for (let i = 2; i < request.count; i++) {
    const word = RELOAD_WORDS.find((known) => request.is(i, known));
    if (word === undefined) return reply.error(UNKNOWN_RELOAD_WORD);
    words.add(word);
  }
  const { persistence } = server;
  if (!words.has('nosave') && !persistence.save()) return reply.error('ERR');
  if (!words.has('noflush')) {
    keyspace.flushAll();
    server.libraries.length = 0;
  }
  const problem = persistence.reload(words.has('merge'));
  if (problem !== '') {
    return reply.error('ERR Error trying to load the RDB dump, check server logs.');
  }
  server.log.write('notice', 'DB reloaded by DEBUG RELOAD');
  reply.ok();
}

/** DEBUG LOADAOF: the append-only file is read while everything waits. */
export function loadJournal({ server, keyspace }: Context, _request: Request, reply: Reply): void {
  const { journal, log } = server;
  const problem = journal.reload(() => keyspace.flushAll());
  if (problem !== '') {
    log.write('warning', `DEBUG LOADAOF: ${problem}`);
    return reply.error('ERR Error trying to load the AOF files, check server logs.');
  }
  log.write('notice', 'Append Only File loaded by DEBUG LOADAOF');
  reply.ok();
}

const RELOAD_WORDS = ['merge', 'noflush', 'nosave'];
const UNKNOWN_RELOAD_WORD = 'ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.';

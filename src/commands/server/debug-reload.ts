// DEBUG RELOAD and DEBUG LOADAOF: the data goes to the disk and comes back; AOF-FLUSH-SLEEP.
import { LOADING_ERROR } from '../../domain/errors.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { type DebugSubcommand, leadingNumber } from './debug-subcommand.ts';

export const DEBUG_AOF_FLUSH_SLEEP: DebugSubcommand = {
  name: 'AOF-FLUSH-SLEEP',
  countMin: 3,
  countMax: 3,
  usage: ' <microsec>',
  help: ['Server will sleep before flushing the AOF, this is used for testing.'],
  run: sleepBeforeWrites,
};

export const DEBUG_LOADAOF: DebugSubcommand = {
  name: 'LOADAOF',
  countMin: 2,
  countMax: 2,
  usage: '',
  help: ['Flush the AOF buffers on disk and reload the AOF in memory.'],
  run: loadJournal,
};

export const DEBUG_RELOAD: DebugSubcommand = {
  name: 'RELOAD',
  countMin: 2,
  countMax: Number.POSITIVE_INFINITY,
  usage: ' [option ...]',
  help: [
    'Save the RDB on disk and reload it back to memory. Valid <option> values:',
    '* MERGE: conflicting keys will be loaded from RDB.',
    '* NOFLUSH: the existing database will not be removed before load, but',
    '  conflicting keys will generate an exception and kill the server.',
    '* NOSAVE: the database will be loaded from an existing RDB file.',
    'Examples:',
    '* DEBUG RELOAD: verify that the server is able to persist, flush and reload',
    '  the database.',
    '* DEBUG RELOAD NOSAVE: replace the current database with the contents of an',
    '  existing RDB file.',
    '* DEBUG RELOAD NOSAVE NOFLUSH MERGE: add the contents of an existing RDB',
    '  file to the database.',
  ],
  run: reload,
};

function sleepBeforeWrites({ server }: Context, request: Request, reply: Reply): void {
  server.journal.writeDelayUs = Math.trunc(leadingNumber(request.textUntilNul(2)));
  reply.ok();
}

/** The dump is read while everything waits. */
function reload({ server, keyspace }: Context, request: Request, reply: Reply): void {
  const words = new Set<string>();
  for (let i = 2; i < request.count; i++) {
    const word = RELOAD_WORDS.find((known) => request.is(i, known));
    if (word === undefined) return reply.error(UNKNOWN_RELOAD_WORD);
    words.add(word);
  }
  const { persistence, backgroundSave } = server;
  if (persistence.isLoading) return reply.error(LOADING_ERROR);
  backgroundSave.abort('DEBUG RELOAD reads the data anew');
  if (!words.has('nosave') && !persistence.save()) return reply.error('ERR');
  if (!words.has('noflush')) {
    keyspace.flushAll();
    server.scripting.functions.clear();
  }
  const problem = persistence.reload(words.has('merge'));
  if (problem !== '') {
    return reply.error('ERR Error trying to load the RDB dump, check server logs.');
  }
  server.log.write('notice', 'DB reloaded by DEBUG RELOAD');
  reply.ok();
}

/** DEBUG LOADAOF: the append-only file is read while everything waits. */
function loadJournal({ server, keyspace }: Context, _request: Request, reply: Reply): void {
  const { journal, log, persistence, backgroundSave, scripting } = server;
  if (persistence.isLoading) return reply.error(LOADING_ERROR);
  const problem = journal.reload(() => {
    backgroundSave.abort('DEBUG LOADAOF reads the data anew');
    keyspace.flushAll();
    scripting.functions.clear();
  });
  if (problem !== '') {
    log.write('warning', `DEBUG LOADAOF: ${problem}`);
    return reply.error('ERR Error trying to load the AOF files, check server logs.');
  }
  log.write('notice', 'Append Only File loaded by DEBUG LOADAOF');
  reply.ok();
}

const RELOAD_WORDS = ['merge', 'noflush', 'nosave'];
const UNKNOWN_RELOAD_WORD = 'ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.';

// The journal of a server: what it is made with, and how its files are loaded at the start.
import { writeRespBase } from '../adapters/aof/resp-base.ts';
import { TextLines } from '../adapters/aof/text-lines.ts';
import { readerFor } from '../adapters/aof/text-reader.ts';
import { JournalBases } from '../engine/journal/bases.ts';
import { journalDirectory } from '../engine/journal/directory.ts';
import {
  beginsWithDump,
  type JournalStartParts,
  loadJournal,
  prepareJournal,
  reloadJournal,
} from '../engine/journal/start.ts';
import type { Server } from '../engine/server.ts';
import { sampleNow } from '../engine/turn.ts';
import { lockDirectory } from '../infrastructure/directory-lock.ts';

/** What a start with `appendonly yes` comes to. */
export interface JournalStarted {
  /** Why it is refused, or ''. */
  readonly problem: string;
  /** There is a dump and no journal: that is to be loaded, and the journal switched on then. */
  readonly beginsWithDump: boolean;
}

/** Gives a server a journal, which is off until its files are loaded, or it is switched on. */
export function makeJournal(server: Server): JournalStartParts {
  const { disk, settings, journal, context, keyspace } = server;
  const bases = new JournalBases(server, (target) =>
    writeRespBase(keyspace, context.dumps, target),
  );
  const parts: JournalStartParts = {
    clock: server.clock,
    log: server.log,
    settings,
    disk,
    context,
    journal,
    store: {
      disk,
      bases,
      lines: settings.text('aof-format') === 'text' ? new TextLines() : null,
      reload: () => reloadJournal(parts),
    },
    makeReader: readerFor,
    session: server.makeOwnSession(),
    loadSnapshot: (file) => server.persistence.read(file, { keepsDue: true, replaces: false }),
    emptyBase: (isSnapshot) => bases.empty(isSnapshot),
    onLoadingJournal: (loader) => {
      server.isLoadingJournal = loader !== null;
      server.persistence.follow(loader);
      sampleNow(server, server.clock.monotonicUs());
    },
  };
  journal.use(parts.store);
  return parts;
}

/** Makes ready what there is, and loads it. */
export async function startJournal(parts: JournalStartParts): Promise<JournalStarted> {
  const { settings, disk } = parts;
  if (beginsWithDump(settings, disk)) return { problem: '', beginsWithDump: true };
  const directory = journalDirectory(settings, disk);
  // Nobody changes a directory that somebody else uses; a new one is made as a whole.
  const isThere = disk.list(directory.path) !== null;
  const lock = async (): Promise<string> => {
    const problem = await lockDirectory(directory.path);
    return problem === '' ? '' : `Can't lock the directory ${directory.path}: ${problem}`;
  };
  let problem = isThere ? await lock() : '';
  if (problem === '') problem = prepareJournal(parts, directory);
  if (problem === '' && !isThere) problem = await lock();
  if (problem !== '') return { problem, beginsWithDump: false };
  return new Promise((resolve) => {
    loadJournal(parts, directory, (refusal) =>
      resolve({ problem: refusal, beginsWithDump: false }),
    );
  });
}

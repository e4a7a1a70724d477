// The journal of a server: what it is made with, and how its files are loaded at the start.
import { RespBase } from '../adapters/aof/resp-base.ts';
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
import { claimDirectory } from '../engine/journal/store.ts';
import type { Server } from '../engine/server.ts';
import { sampleNow } from '../engine/turn.ts';
import { Locks } from '../infrastructure/lock.ts';

/** What a start with `appendonly yes` comes to. */
export interface JournalStarted {
  /** Why it is refused, or ''. */
  readonly problem: string;
  /** There is a dump and no journal: that is to be loaded, and the journal switched on then. */
  readonly beginsWithDump: boolean;
}

/** Gives a server a journal, which is off until its files are loaded, or it is switched on. */
export function makeJournal(server: Server): JournalStartParts {
  const { disk, settings, journal, context } = server;
  const bases = new JournalBases(server, (target, note) => new RespBase(server, target, note));
  const locks = new Locks();
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
      lock: (path, done) => void locks.lock(path).then(done),
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

/** Makes ready what there is, and loads it, in a directory that nobody else uses. */
export async function startJournal(parts: JournalStartParts): Promise<JournalStarted> {
  const { settings, disk, store } = parts;
  const directory = journalDirectory(settings, disk);
  let problem = await new Promise<string>((done) => claimDirectory(store, directory, done));
  if (problem === '' && beginsWithDump(settings, disk)) return { problem, beginsWithDump: true };
  if (problem === '') problem = prepareJournal(parts, directory);
  if (problem !== '') return { problem, beginsWithDump: false };
  return new Promise((resolve) => {
    loadJournal(parts, directory, (refusal) =>
      resolve({ problem: refusal, beginsWithDump: false }),
    );
  });
}

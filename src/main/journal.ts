// The journal of a server: what it is made with, and how its files are loaded at the start.
import { RespBase } from '../adapters/aof/resp-base.ts';
import { TextLines } from '../adapters/aof/text-lines.ts';
import { readerFor } from '../adapters/aof/text-reader.ts';
import { JournalBases } from '../engine/journal/bases.ts';
import { GroupChecksums } from '../engine/journal/checksums.ts';
import { type JournalDirectory, journalDirectory } from '../engine/journal/directory.ts';
import {
  beginsWithDump,
  type JournalStartParts,
  loadJournal,
  prepareJournal,
  reloadJournal,
} from '../engine/journal/start.ts';
import { claimDirectory, noteEnd } from '../engine/journal/store.ts';
import type { Loaded } from '../engine/persistence/persistence.ts';
import type { DataRefusal } from '../engine/persistence/refusal.ts';
import type { Server } from '../engine/server.ts';
import { sampleNow } from '../engine/turn.ts';
import { Locks } from '../infrastructure/lock.ts';

/** Why what there is was not loaded. */
export interface Refusal extends DataRefusal {
  /** It is the dump that cannot be loaded. */
  readonly isDump: boolean;
}

export class ServerJournal {
  private readonly server: Server;
  private readonly parts: JournalStartParts;
  private readonly locks = new Locks();

  /** Gives a server a journal, which is off until its files are loaded, or it is switched on. */
  constructor(server: Server) {
    this.server = server;
    this.parts = partsOf(server, this.locks);
    server.journal.use(this.parts.store);
  }

  /** Loads what the start finds: the journal, or the dump. Null, or why it is refused. */
  async load(): Promise<Refusal | null> {
    const { persistence, settings, journal } = this.server;
    const isJournaled = settings.flag('appendonly');
    const started = isJournaled ? await this.loadFiles() : NO_JOURNAL;
    if (started.refusal !== null) return isOfJournal(started.refusal);
    if (!started.beginsWithDump) return null;
    const { refusal } = await new Promise<Loaded>((done) => persistence.loadDump(done));
    if (refusal !== null) return { ...refusal, isDump: true };
    if (isJournaled) journal.switchOn();
    return null;
  }

  /** Lets others have the files. */
  close(): void {
    this.locks.release();
  }

  /** Makes ready what there is, and loads it, in a directory that nobody else uses. */
  private async loadFiles(): Promise<Started> {
    const { parts } = this;
    const { settings, disk, store } = parts;
    const directory = journalDirectory(settings, disk);
    const problem = await new Promise<string>((done) => claimDirectory(store, directory, done));
    if (problem !== '') return { refusal: notClaimed(problem, directory), beginsWithDump: false };
    if (beginsWithDump(settings, disk)) return NO_JOURNAL;
    const refusal = prepareJournal(parts, directory);
    if (refusal !== null) return { refusal, beginsWithDump: false };
    return new Promise((resolve) => {
      loadJournal(parts, directory, (why) => resolve({ refusal: why, beginsWithDump: false }));
    });
  }
}

function isOfJournal({ message, file, offset, advice }: DataRefusal): Refusal {
  return { message, file, offset, advice, isDump: false };
}

function notClaimed(message: string, { path }: JournalDirectory): DataRefusal {
  const advice = 'A directory has one server at a time: end the other, or choose another one.';
  return { message, file: path, offset: null, advice };
}

/** What a start with a journal comes to. */
interface Started {
  /** Why it is refused, or null. */
  readonly refusal: DataRefusal | null;
  /** There is no journal: the dump is to be loaded, and the journal switched on then. */
  readonly beginsWithDump: boolean;
}

const NO_JOURNAL: Started = { refusal: null, beginsWithDump: true };

function partsOf(server: Server, locks: Locks): JournalStartParts {
  const { disk, settings, journal, context } = server;
  const isText = settings.text('aof-format') === 'text';
  const isChecked = settings.flag('aof-checksum');
  const bases = new JournalBases(
    server,
    // Bases of commands are RESP in any case.
    isChecked ? new GroupChecksums(noteEnd(false)) : null,
    (target, note) => new RespBase(server, target, note),
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
      lines: isText ? new TextLines() : null,
      checksums: isChecked ? new GroupChecksums(noteEnd(isText)) : null,
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
      sampleNow(server, server.clock.elapsedUs());
    },
  };
  return parts;
}

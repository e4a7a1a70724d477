// The start with a journal: what there is on the disk is made ready and loaded, in slices, and then
// appended to.
//
// Without any file an empty base is made. A single file, as Redis before 7 wrote
// it, moves into the directory and becomes the base. Where there is a dump and no journal, the dump
// is what the journal begins with: the caller loads it, and then switches the journal on.
import type { Context } from '../command.ts';
import { type Disk, DiskError, type DiskFile } from '../disk.ts';
import type { DataRefusal } from '../persistence/refusal.ts';
import type { Clock, Log } from '../ports.ts';
import type { Session } from '../session.ts';
import type { Settings } from '../settings/settings.ts';
import type { ReaderMaker } from './command-reader.ts';
import { type JournalDirectory, journalDirectory } from './directory.ts';
import type { Journal } from './journal.ts';
import { JournalLoader, JournalRefusal, type SnapshotLoading } from './loader.ts';
import { ManifestError, NO_PARTS } from './manifest.ts';
import { headerOf, type JournalStore } from './store.ts';

/** Others have their turns when loading has taken so long. */
const SLICE_US = 2000;

/** What of the server is needed here. */
export interface JournalStartParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  readonly disk: Disk;
  readonly context: Context;
  readonly journal: Journal;
  readonly store: JournalStore;
  readonly makeReader: ReaderMaker;
  /** A session without a connection. */
  readonly session: Session;
  /** Begins to read an RDB file, whose keys are kept even if they are due. */
  loadSnapshot(file: DiskFile): SnapshotLoading;
  /** Bytes of a base without keys. */
  emptyBase(isSnapshot: boolean): Uint8Array;
  /** A journal is being loaded from here on, or not any more. */
  onLoadingJournal(loader: JournalLoader | null): void;
}

/** Does the journal begin with the dump, for there is one, and no journal? */
export function beginsWithDump(settings: Settings, disk: Disk): boolean {
  const directory = journalDirectory(settings, disk);
  const dir = settings.text('dir');
  const isNew = directory.isEmpty && !disk.has(`${dir}/${directory.name}`);
  return isNew && disk.has(`${dir}/${settings.text('dbfilename')}`);
}

/** What is needed to make ready what there is. */
type PrepareParts = Pick<JournalStartParts, 'disk' | 'settings' | 'log' | 'store' | 'emptyBase'>;

/**
 * Makes ready what there is; then load() is to be called. Why it is refused, or null. Called when
 * the journal is locked.
 */
export function prepareJournal(
  parts: PrepareParts,
  directory: JournalDirectory,
): DataRefusal | null {
  return attempt(directory, () => {
    const { disk, settings, log } = parts;
    const former = `${settings.text('dir')}/${directory.name}`;
    if (directory.hasManifest) {
      directory.read();
      finishUpgrade(parts, directory, former);
      if (!directory.isUnbegun) return;
    } else {
      const own = directory.ownNames();
      if (own.length > 0) throw withoutManifest(directory, own);
      const isForeign = !directory.isEmpty && !disk.has(former);
      if (isForeign) throw strangers(directory);
    }
    if (disk.has(former)) {
      upgrade(parts, directory, former);
      return;
    }
    const isSnapshot = settings.flag('aof-use-rdb-preamble');
    directory.makeFirst(parts.emptyBase(isSnapshot), isSnapshot, headerOf(parts.store));
    const { base, increments } = directory.manifest;
    log.write('notice', `Creating AOF base file ${base?.name} on server start`);
    log.write('notice', `Creating AOF incr file ${increments[0].name} on server start`);
  });
}

/** Loads what the manifest lists, in slices; `done` gets why it is refused, or null. */
export function loadJournal(
  parts: JournalStartParts,
  directory: JournalDirectory,
  done: (refusal: DataRefusal | null) => void,
): void {
  const { clock } = parts;
  let loader: JournalLoader;
  const problem = attempt(directory, () => {
    loader = makeLoader(parts, directory);
  });
  if (problem !== null) return done(problem);
  parts.onLoadingJournal(loader!);
  const goOn = (): void => {
    let isOver = false;
    const refusal = attempt(directory, () => {
      isOver = loader.run(clock.monotonicUs() + SLICE_US);
    });
    if (refusal === null && !isOver) {
      clock.schedule(0, goOn);
      return;
    }
    loader.close();
    parts.onLoadingJournal(null);
    done(refusal ?? attempt(directory, () => parts.journal.open(directory)));
  };
  goOn();
}

/** Loads everything while everything waits: DEBUG LOADAOF. Why not, or ''. */
export function reloadJournal(parts: JournalStartParts): string {
  const { clock, settings, disk } = parts;
  const directory = journalDirectory(settings, disk);
  const refusal = attempt(directory, () => {
    directory.read();
    const loader = makeLoader(parts, directory);
    parts.onLoadingJournal(loader);
    try {
      while (!loader.run(clock.monotonicUs() + SLICE_US));
    } finally {
      loader.close();
      parts.onLoadingJournal(null);
    }
  });
  return refusal?.message ?? '';
}

function makeLoader(parts: JournalStartParts, directory: JournalDirectory): JournalLoader {
  const { clock, disk, log, settings } = parts;
  return new JournalLoader({
    disk,
    log,
    directory,
    context: parts.context,
    session: parts.session,
    monotonicUs: () => clock.monotonicUs(),
    cutsTail: settings.flag('aof-load-truncated'),
    makeReader: parts.makeReader,
    loadSnapshot: (file) => parts.loadSnapshot(file),
    checker: 'redstart check-aof',
  });
}

/** The file of an older Redis becomes the base: listed first, then moved, so that it is found. */
function upgrade(parts: PrepareParts, directory: JournalDirectory, former: string): void {
  const base = { name: directory.name, sequence: 1 };
  directory.write({ ...NO_PARTS, base });
  finishUpgrade(parts, directory, former);
}

function finishUpgrade(parts: PrepareParts, directory: JournalDirectory, former: string): void {
  const { disk, log, settings } = parts;
  const { base } = directory.manifest;
  if (base?.name !== directory.name || disk.has(directory.pathOf(base.name))) return;
  if (!disk.has(former)) return;
  disk.rename(former, directory.pathOf(base.name));
  disk.syncDirectory(directory.path);
  disk.syncDirectory(settings.text('dir'));
  log.write(
    'notice',
    `Successfully migrated an old-style AOF file (${base.name}) into the AOF directory ` +
      `(${directory.path}).`,
  );
}

function withoutManifest(directory: JournalDirectory, names: readonly string[]): JournalRefusal {
  return new JournalRefusal(
    `There are files of an append-only file in ${directory.path} (${names.join(', ')}), but its ` +
      `manifest ${directory.manifestPath} is missing, which says which of them count.`,
    directory.manifestPath,
    null,
    'Restore it, or move the files away to start without their data.',
  );
}

function strangers({ path }: JournalDirectory): JournalRefusal {
  return new JournalRefusal(
    `${path} is not empty, and has no append-only file of this name.`,
    path,
    null,
    'Move away what is in it, or give this server another appenddirname.',
  );
}

/** Why something is refused, or null. */
function attempt({ manifestPath }: JournalDirectory, work: () => void): DataRefusal | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof JournalRefusal) return error;
    if (error instanceof DiskError) {
      return { message: error.message, file: '', offset: null, advice: '' };
    }
    if (!(error instanceof ManifestError)) throw error;
    const place = `Reading the manifest file, at line ${error.line}\n>>> '${error.text}'\n`;
    const where = error.line === 0 ? '' : place;
    const message = `\n*** FATAL AOF MANIFEST FILE ERROR ***\n${where}${error.message}`;
    return { message, file: manifestPath, offset: null, advice: 'Restore it from a backup.' };
  }
}

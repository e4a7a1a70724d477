// What a journal is made with: a disk, who makes its bases, and the form of its increments, RESP or
// lines of text.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { closeQuietly, type Disk, DiskError, READ } from '../disk.ts';
import { GROUP_MARK, type GroupChecksums } from './checksums.ts';
import type { JournalDirectory } from './directory.ts';
import { ManifestError } from './manifest.ts';
import type { BaseMaker } from './rewrite.ts';
import { headOf } from './scan.ts';

/** What a file of lines begins with; RESP may begin with another note. */
const TEXT_MARK = '# redstart';
const NO_BYTES = new Uint8Array(0);

/** Writes commands in another form than RESP. */
export interface LineWriter {
  /** What stands at the beginning of each file. */
  readonly header: Uint8Array;
  /** What write() has made of commands in RESP: the first `size` of `bytes`. */
  readonly bytes: Uint8Array;
  readonly size: number;
  write(commands: Uint8Array, size: number): void;
}

/** What a journal is made with. */
export interface JournalStore {
  readonly disk: Disk;
  readonly bases: BaseMaker;
  /** Takes the lock of this path: '', or why that is not possible. Once is enough. */
  readonly lock: (path: string, done: (problem: string) => void) => void;
  /** Loads the files anew while everything waits: why not, or ''. */
  readonly reload: () => string;
  /** Writes increments in another form than RESP, or null. */
  readonly lines: LineWriter | null;
  /** Groups of commands have checksums, or null. */
  readonly checksums: GroupChecksums | null;
}

/** Makes the directory if it is not there, and locks the journal: '', or why that is impossible. */
export function claimDirectory(
  { lock }: JournalStore,
  directory: JournalDirectory,
  done: (problem: string) => void,
): void {
  try {
    directory.ensure();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return done(`Can't open or create append-only dir ${directory.path}: ${error.message}`);
  }
  lock(directory.lockPath, done);
}

/** Reads the manifest, if there is one: why it cannot be read, or ''. */
export function readQuietly(directory: JournalDirectory): string {
  try {
    if (directory.hasManifest) directory.read();
    return '';
  } catch (error) {
    if (error instanceof DiskError || error instanceof ManifestError) return error.message;
    throw error;
  }
}

/** What a new increment begins with. */
export function headerOf({ lines }: Pick<JournalStore, 'lines'>): Uint8Array {
  return lines === null ? NO_BYTES : lines.header;
}

/** Has a file the form in which is written now, or none yet? */
export function mayFollow(store: JournalStore, path: string): boolean {
  const file = store.disk.open(path, READ);
  const head = headOf(file);
  closeQuietly(file);
  if (head === '') return true;
  const header = headerOf(store);
  if (head.startsWith(TEXT_MARK) !== (store.lines !== null)) return false;
  return (
    head === latin1Text(header, 0, header.length) || isChecked(head) === (store.checksums !== null)
  );
}

/** Have the commands of a file of this head checksums? */
function isChecked(head: string): boolean {
  const first = head.startsWith(TEXT_MARK) ? head.slice(head.indexOf('\n') + 1) : head;
  return first.startsWith(GROUP_MARK);
}

/** As notes end: with lines, or as commands do. */
export function noteEnd(isText: boolean): string {
  return isText ? '\n' : '\r\n';
}

/** A line that says when what follows was done. */
export function timeNote(seconds: number, isText = false): string {
  return `#TS:${seconds}${noteEnd(isText)}`;
}

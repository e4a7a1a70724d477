// `redstart check-aof`: what of a journal is intact, and what is not, at which offset. With `fixes`
// the last file is cut off where it cannot be read on; what is cut off is kept in a file beside it.
//
// Nothing is loaded, and nothing else is changed.
import { APPEND, CREATE, type Disk, DiskError, type DiskFile, READ, writeAll } from '../disk.ts';
import type { ReaderMaker } from './command-reader.ts';
import { isLostBase, JournalDirectory } from './directory.ts';
import { ManifestError } from './manifest.ts';
import { BROKEN, CHECKING, COMMAND, ENDED, headOf, isSnapshotHead, JournalScan } from './scan.ts';

const MANIFEST = '.manifest';
/** A file of this name is RDB, and nothing else. */
const SNAPSHOT = '.rdb';
const COPY_SIZE = 1024 * 1024;

export interface CheckParts {
  readonly disk: Disk;
  readonly fixes: boolean;
  readonly makeReader: ReaderMaker;
  /** Reads an RDB file from its beginning: where it ends, or what is wrong, and where. */
  readonly checkSnapshot: (file: DiskFile) => {
    readonly position: number;
    readonly problem: string;
  };
  readonly say: (line: string) => void;
}

/** What a file is in a journal. */
interface Role {
  readonly kind: string;
  readonly isLast: boolean;
}

/** Checks a manifest and all files that it lists, or one file. Is everything intact, or now so? */
export function checkJournal(parts: CheckParts, path: string): boolean {
  try {
    return path.endsWith(MANIFEST) ? checkAll(parts, path) : checkAlone(parts, path);
  } catch (error) {
    if (!(error instanceof DiskError) && !(error instanceof ManifestError)) throw error;
    const where = error instanceof ManifestError && error.line > 0 ? `, line ${error.line}` : '';
    parts.say(`${path}${where}: ${error.message}`);
    return false;
  }
}

function checkAlone(parts: CheckParts, path: string): boolean {
  parts.say(`Start checking Old-Style AOF ${path}`);
  return checkFile(parts, path, { kind: 'AOF', isLast: true });
}

function checkAll(parts: CheckParts, path: string): boolean {
  const { disk, say } = parts;
  const at = path.lastIndexOf('/');
  const folder = at < 0 ? '.' : path.slice(0, at);
  const name = path.slice(at + 1, -MANIFEST.length);
  const directory = new JournalDirectory(disk, folder, name);
  directory.read();
  const { base, increments } = directory.manifest;
  say(`Start checking Multi Part AOF ${path}`);
  const files = increments.map((part) => ({ part, kind: 'INCR AOF' }));
  if (base !== null) files.unshift({ part: base, kind: 'BASE AOF' });
  const missing = files.filter(({ part }) => !disk.has(directory.pathOf(part.name)));
  for (const { part, kind } of missing) {
    say(`${kind} ${directory.pathOf(part.name)} doesn't exist: restore it from a backup`);
  }
  let isIntact = missing.length === 0;
  for (let i = 0; i < files.length && isIntact; i++) {
    const { part, kind } = files[i];
    const isLast = files.slice(i + 1).every(({ part: later }) => directory.sizeOf(later) === 0);
    isIntact = checkFile(parts, directory.pathOf(part.name), { kind, isLast });
  }
  if (isIntact) say('All AOF files and manifest are valid');
  return isIntact;
}

function checkFile(parts: CheckParts, path: string, role: Role): boolean {
  const { disk, say } = parts;
  const file = disk.open(path, READ);
  try {
    if (isLostBase(path, file.size())) {
      say(`${role.kind} ${path} is not valid: it is empty, and what it held is lost`);
      say('It cannot be fixed: restore it from a backup');
      return false;
    }
    let start = 0;
    let head = headOf(file);
    if (isSnapshotHead(head)) {
      head = '';
      const { position, problem } = parts.checkSnapshot(file);
      if (problem !== '') {
        const where = `${problem}, at offset ${position}`;
        say(`${role.kind} ${path} is not valid: its RDB part is damaged: ${where}`);
        say('It cannot be fixed: restore it from a backup');
        return false;
      }
      say('RDB preamble is OK, proceeding with AOF tail...');
      start = position;
    }
    const scan = new JournalScan(file, start, parts.makeReader(head));
    let found = scan.next();
    while (found === COMMAND || found === CHECKING) found = scan.next();
    if (found !== ENDED) return judge(parts, file, scan, found, role);
    const groups = scan.checkedGroups;
    const checked = groups > 0 ? `, checksums right: ${groups}` : '';
    say(`${role.kind} ${path} is valid: ${scan.size} bytes${checked}`);
    return true;
  } finally {
    file.close();
  }
}

/** The file cannot be read on from `scan.offset`. */
function judge(
  parts: CheckParts,
  file: DiskFile,
  scan: JournalScan,
  found: number,
  { kind, isLast }: Role,
): boolean {
  const { fixes, say } = parts;
  const { path } = file;
  const { offset, size } = scan;
  const problem =
    found === BROKEN ? `damaged: ${scan.problem}` : 'torn: the last unit is not whole';
  say(`AOF analyzed: filename=${path}, size=${size}, ok_up_to=${offset}, diff=${size - offset}`);
  say(`${kind} ${path} is not valid. At offset ${offset} it is ${problem}`);
  const lost = `the last ${size - offset} of its ${size} bytes`;
  if (!isLast) {
    say(`It cannot be fixed, for it is not the last file: what follows builds on ${lost}`);
    return false;
  }
  if (path.endsWith(SNAPSHOT)) {
    say('It cannot be fixed, for nothing follows an RDB file: restore it from a backup');
    return false;
  }
  if (!fixes) {
    say(`With --fix it is cut off there: that loses ${lost}`);
    return false;
  }
  const kept = `${path}.cut-at-${offset}`;
  keepTail(parts.disk, file, offset, kept);
  const target = parts.disk.open(path, APPEND);
  try {
    target.truncate(offset);
    target.syncNow();
  } finally {
    target.close();
  }
  say(`Successfully truncated AOF ${path} at offset ${offset}: ${lost} are in ${kept} now`);
  return true;
}

function keepTail(disk: Disk, file: DiskFile, offset: number, path: string): void {
  const copy = disk.open(path, CREATE);
  try {
    const bytes = new Uint8Array(COPY_SIZE);
    for (let at = offset; ; ) {
      const count = file.read(bytes, 0, COPY_SIZE, at);
      if (count === 0) break;
      writeAll(copy, bytes, 0, count);
      at += count;
    }
    copy.syncNow();
  } finally {
    copy.close();
  }
}

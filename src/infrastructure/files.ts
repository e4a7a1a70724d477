// Files by the names that the configuration gives them. Such names, like all texts outside of this
// folder, are latin1: one character per byte. The runtime takes a path as bytes too, so that a name
// need not be valid UTF-8; what it takes as text only (the directory, a Unix socket) must be.
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { WorkingDirectory } from '../engine/settings/settings.ts';
import { codeWords, errorCode, errorWords } from './system-error.ts';

/** What may read a file that nobody had before: as Redis has it, less what umask takes. */
const NEW_FILE_MODE = 0o644;

/** The bytes of a text's UTF-8 form, one character each. */
export function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text whose UTF-8 form has these bytes. What is no UTF-8 becomes U+FFFD. */
export function fromLatin1(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Do the bytes stay the same when the runtime takes them as text? */
export function isUtf8(bytes: string): boolean {
  return toLatin1(fromLatin1(bytes)) === bytes;
}

/** A path as node:fs takes it: its bytes. */
export function pathBytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The directory of the process; '' if it was deleted. */
function presentDirectory(): string {
  try {
    const path = process.cwd();
    return path.includes('\ufffd') ? readlinkSync('/proc/self/cwd', 'latin1') : toLatin1(path);
  } catch {
    return '';
  }
}

/** A path relative to the present directory made absolute, if that directory is there. */
export function absolutePath(path: string): string {
  const directory = presentDirectory();
  return directory === '' ? path : resolve(directory, path);
}

/** `dir`: the directory of the process itself, that all relative paths start from. */
export class ProcessDirectory implements WorkingDirectory {
  path(): string {
    return presentDirectory();
  }

  change(path: string): string | null {
    if (!isUtf8(path)) return codeWords('EILSEQ');
    try {
      process.chdir(fromLatin1(path));
      return null;
    } catch (error) {
      return errorWords(error);
    }
  }
}

/** `dir` of a server that shares its process: the process's own directory stays as it is. */
export class OwnDirectory implements WorkingDirectory {
  private present: string;

  /** An absolute path, as text. */
  constructor(path: string) {
    this.present = path;
  }

  path(): string {
    return toLatin1(this.present);
  }

  change(path: string): string | null {
    if (!isUtf8(path)) return codeWords('EILSEQ');
    const wanted = resolve(this.present, fromLatin1(path));
    try {
      if (!statSync(wanted).isDirectory()) return codeWords('ENOTDIR');
    } catch (error) {
      return errorWords(error);
    }
    this.present = wanted;
    return null;
  }
}

/** What was read, and the code of what went wrong: '' if nothing did. */
export interface FileText {
  readonly text: string;
  readonly failure: string;
}

/** Reads a file. A directory is read as an empty one, as the C library has it. */
export function readText(path: string): FileText {
  try {
    return { text: readFileSync(pathBytes(path), 'latin1'), failure: '' };
  } catch (error) {
    const failure = errorCode(error);
    return { text: '', failure: failure === 'EISDIR' ? '' : failure };
  }
}

/** Removes a file if it is there; that it cannot be removed ends nothing. */
export function removeFile(path: string): void {
  try {
    rmSync(pathBytes(path), { force: true });
  } catch {
    // The process is about to end: there is nobody to tell.
  }
}

/**
 * Replaces a file as a whole: whoever reads it, also after a loss of power, finds the old text or
 * the new one. Its mode stays, and nobody whom that shuts out can open the file before. Returns
 * null, or what the operating system says.
 */
export function replaceFile(path: string, text: string): string | null {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(pathBytes(temporary), 'wx', 0o600);
    try {
      const replaced = statSync(pathBytes(path), { throwIfNoEntry: false });
      writeFileSync(file, text, 'latin1');
      fchmodSync(file, replaced === undefined ? newFileMode() : replaced.mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(pathBytes(temporary), pathBytes(path));
    syncDirectory(dirname(path));
    return null;
  } catch (error) {
    removeFile(temporary);
    return errorWords(error);
  }
}

function newFileMode(): number {
  // The mask can be read only by setting it.
  const mask = process.umask(0o077);
  process.umask(mask);
  return NEW_FILE_MODE & ~mask;
}

/** Makes a rename last. Where directories cannot be opened (Windows) the rename is all there is. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(pathBytes(path), 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch {
    // The file was replaced; when the directory reaches the disk is left to the system.
  }
}

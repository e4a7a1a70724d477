// The process that the server lives in, and what it sees of its machine.
//
// Texts that name files are latin1 outside of this file, one character per byte; Node wants paths
// as UTF-8 text or as bytes.
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { Host } from '../engine/ports.ts';
import { errorWords } from './system-error.ts';

/** The longest time that a timer takes: all that it does is to be there. */
const KEEP_ALIVE_MS = 2 ** 31 - 1;

const MICROSECONDS_PER_MS = 1000;
const MICROSECONDS_PER_SECOND = 1e6;

export class ProcessHost implements Host {
  readonly pid = process.pid;
  /** The program's file: what was started, not the runtime that runs it. */
  readonly executable = toLatin1(resolve(process.argv[1] ?? process.execPath));
  /** The absolute path of the configuration file; '' without one. */
  readonly configFile: string;
  readonly operatingSystem = `${os.type()} ${os.release()} ${os.machine()}`;
  readonly architectureBits = process.arch.endsWith('64') || process.arch === 's390x' ? 64 : 32;
  readonly runtimeVersion = process.version;
  readonly systemMemorySize = os.totalmem();
  private readonly onExit: (code: number) => void;

  /** `onExit` ends the process, and before that all that the process has open. */
  constructor(configFile: string, onExit: (code: number) => void) {
    this.configFile = configFile;
    this.onExit = onExit;
  }

  residentSize(): number {
    return process.memoryUsage.rss();
  }

  heapSizes(): { used: number; total: number } {
    const statistics = getHeapStatistics();
    return { used: statistics.used_heap_size, total: statistics.total_heap_size };
  }

  processorSeconds(): { user: number; system: number } {
    const usage = process.cpuUsage();
    return {
      user: usage.user / MICROSECONDS_PER_SECOND,
      system: usage.system / MICROSECONDS_PER_SECOND,
    };
  }

  sleep(microseconds: number): void {
    const never = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(never, 0, 0, microseconds / MICROSECONDS_PER_MS);
  }

  readConfigFile(): string | null {
    return readText(this.configFile);
  }

  writeConfigFile(text: string): string | null {
    return replaceFile(this.configFile, text);
  }

  exit(code: number): void {
    this.onExit(code);
  }
}

/** `dir`: the directory of the process itself, that all relative paths start from. */
export class ProcessDirectory {
  path(): string {
    return toLatin1(process.cwd());
  }

  /** Null, or what the operating system says. */
  change(path: string): string | null {
    try {
      process.chdir(fromLatin1(path));
      return null;
    } catch (error) {
      return errorWords(error);
    }
  }
}

/** Lets the process live until it is told to end, even if it listens nowhere (port 0). */
export function keepAlive(): void {
  setInterval(() => {}, KEEP_ALIVE_MS);
}

/** The text of a file as latin1; null if it cannot be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(fromLatin1(path), 'latin1');
  } catch {
    return null;
  }
}

/** A path relative to the present directory made absolute. */
export function absolutePath(path: string): string {
  return toLatin1(resolve(fromLatin1(path)));
}

/** The bytes of a text's UTF-8 form, one character each. */
export function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text whose UTF-8 form has these bytes. */
export function fromLatin1(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Replaces a file as a whole: whoever reads it, also after a loss of power, finds the old text or
 * the new one. Its mode stays. Returns null, or what the operating system says.
 */
function replaceFile(latin1Path: string, text: string): string | null {
  const path = fromLatin1(latin1Path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o644);
    try {
      const replaced = statSync(path, { throwIfNoEntry: false });
      if (replaced !== undefined) fchmodSync(file, replaced.mode);
      writeFileSync(file, text, 'latin1');
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(dirname(path));
    return null;
  } catch (error) {
    rmSync(temporary, { force: true });
    return errorWords(error);
  }
}

/** Makes a rename last. Where directories cannot be opened (Windows) the rename is all there is. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch {
    // The file was replaced; when the directory reaches the disk is left to the system.
  }
}

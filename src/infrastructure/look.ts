// What one finds out about files and the machine without changing anything.
import { accessSync, constants, readFileSync, statfsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { pathBytes } from './files.ts';
import { errorWords } from './system-error.ts';

const BACKLOG_MAX = '/proc/sys/net/core/somaxconn';

/** Null, or why files cannot be made in this directory. */
export function whyNotWritable(directory: string): string | null {
  try {
    accessSync(pathBytes(directory), constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return errorWords(error);
  }
}

/** Bytes that are free for files here; infinity where it cannot be found out. */
export function freeDiskSize(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(pathBytes(directory));
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The size of a file; null if there is none that can be seen. */
export function fileSize(path: string): number | null {
  try {
    return statSync(pathBytes(path)).size;
  } catch {
    return null;
  }
}

/** Bytes of memory that processes may have here: the machine's, or those of its container. */
export function memorySize(): number {
  const ofContainer = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), ofContainer);
}

/** How many connections may wait to be taken, at most; infinity where it cannot be found out. */
export function backlogMax(): number {
  try {
    return Number(readFileSync(BACKLOG_MAX, 'latin1'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

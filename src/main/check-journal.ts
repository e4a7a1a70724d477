// `redstart check-aof [--fix] <manifest or file>`: looks at the files of a journal.
import { readerFor } from '../adapters/aof/text-reader.ts';
import type { RdbCheck } from '../adapters/rdb/check-file.ts';
import type { DiskFile } from '../engine/disk.ts';
import { checkJournal } from '../engine/journal/check.ts';
import { lockPathOf } from '../engine/journal/directory.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { Locks } from '../infrastructure/lock.ts';
import { rdbCheck } from './check-rdb.ts';

/**
 * What it says, and whether all is intact, or now so. Nothing is fixed that a server uses. Texts
 * are latin1.
 */
export async function checkJournalFiles(
  path: string,
  fixes: boolean,
): Promise<{ text: string; isFine: boolean }> {
  if (!fixes) return check(path, false);
  const locks = new Locks();
  const problem = await locks.lock(lockPathOf(path));
  if (problem !== '') return { text: `${problem}\n`, isFine: false };
  try {
    return check(path, true);
  } finally {
    locks.release();
  }
}

function check(path: string, fixes: boolean): { text: string; isFine: boolean } {
  const lines: string[] = [];
  const isFine = checkJournal(
    {
      disk: new SystemDisk(),
      fixes,
      makeReader: readerFor,
      checkSnapshot,
      say: (line) => lines.push(line),
    },
    path,
  );
  return { text: `${lines.join('\n')}\n`, isFine };
}

/** Reads an RDB file and keeps nothing of it. */
function checkSnapshot(file: DiskFile): RdbCheck {
  const check = rdbCheck(file);
  check.run();
  return check;
}

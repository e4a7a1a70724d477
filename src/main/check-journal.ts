// `redstart check-aof [--fix] <manifest or file>`: looks at the files of a journal.
import { readerFor } from '../adapters/aof/text-reader.ts';
import type { RdbCheck } from '../adapters/rdb/check-file.ts';
import type { DiskFile } from '../engine/disk.ts';
import { checkJournal } from '../engine/journal/check.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { rdbCheck } from './check-rdb.ts';

/** What it says, and whether all is intact, or now so. Texts are latin1. */
export function checkJournalFiles(path: string, fixes: boolean): { text: string; isFine: boolean } {
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

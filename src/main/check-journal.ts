// `redstart check-aof [--fix] <manifest or file>`: looks at the files of a journal.
import { readerFor } from '../adapters/aof/text-reader.ts';
import { RdbFiles } from '../adapters/rdb/files.ts';
import { Keyspace } from '../domain/keyspace/keyspace.ts';
import { CollectionLimits } from '../domain/values/collection-limits.ts';
import type { DiskFile } from '../engine/disk.ts';
import { checkJournal } from '../engine/journal/check.ts';
import { ENDED, ENTRY, FAILED } from '../engine/persistence/rdb-format.ts';
import { SystemDisk } from '../infrastructure/disk.ts';

/** Databases that a file may name. */
const DATABASES = 1024;

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
function checkSnapshot(file: DiskFile): { position: number; problem: string } {
  const keyspace = new Keyspace({ databases: DATABASES, hashKey: { k0: 0, k1: 0 } });
  const reading = new RdbFiles(keyspace, new CollectionLimits()).reading(file, true);
  for (;;) {
    const found = reading.step();
    if (found === ENTRY) reading.drop();
    if (found !== ENDED && found !== FAILED) continue;
    reading.close();
    const { position, itemPosition, problem } = reading;
    return { position, problem: found === ENDED ? '' : `${problem}, at offset ${itemPosition}` };
  }
}

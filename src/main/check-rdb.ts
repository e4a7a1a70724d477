// `redstart check-rdb <file>`: the program that looks at a dump.
import { RdbCheck } from '../adapters/rdb/check-file.ts';
import { Keyspace } from '../domain/keyspace/keyspace.ts';
import { DiskError, type DiskFile, READ } from '../engine/disk.ts';
import { LiveSettings } from '../engine/live-settings.ts';
import { Settings } from '../engine/settings/settings.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { SystemDisk } from '../infrastructure/disk.ts';

/** What there is to say of a file, and whether it is intact. Latin1. */
export function checkRdbFile(path: string): { text: string; isFine: boolean } {
  try {
    const file = new SystemDisk().open(path, READ);
    const check = rdbCheck(file);
    const isFine = check.run();
    file.close();
    return { text: check.lines.map((line) => `${line}\n`).join(''), isFine };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { text: `Cannot open file ${path}: ${error.message}\n`, isFine: false };
  }
}

/** A look at an RDB file, which begins with run(). */
export function rdbCheck(file: DiskFile): RdbCheck {
  const { collections } = new LiveSettings(new Settings());
  const keyspace = new Keyspace({ databases: 1, hashKey: { k0: 0, k1: 0 } });
  return new RdbCheck(keyspace, collections, file, new SystemClock().nowMs());
}

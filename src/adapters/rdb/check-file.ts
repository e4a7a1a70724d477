// `redstart check-rdb`: reads a file as a start would, keeps nothing of it, and says what there
// is, in the manner of redis-check-rdb; of a damaged one how far it is intact, and what is not.
import { ZERO } from '../../domain/doubles.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import { DiskError, type DiskFile } from '../../engine/disk.ts';
import {
  DATABASE,
  EMPTY,
  ENDED,
  ENTRY,
  FACT,
  FAILED,
  LIBRARY,
  MODULE_DATA,
  NOT_GIVEN,
  READ_ON,
} from '../../engine/persistence/rdb-format.ts';
import { RdbFileReader } from './file-reader.ts';
import { VERSION_WITH_CHECKSUM } from './types.ts';
import { ValueDecoder } from './value-decoder.ts';

/** A file says no more of itself than this: what follows is counted, and not shown. */
const LINES_MAX = 1000;
const DATABASES_MAX = 2 ** 31;

export class RdbCheck {
  /** What there is to say, a line each. */
  readonly lines: string[] = [];
  private readonly keyspace: Keyspace;
  private readonly reader: RdbFileReader;
  private readonly nowMs: number;
  private keys = 0;
  private deadlines = 0;
  private due = 0;
  private libraries = 0;
  /** Databases whose number was said. */
  private shownDatabase = -1;
  /** The last thing that was read whole ends here. */
  private intactEnd = 0;
  /** What is wrong; '': it is intact. */
  problem = '';
  /** Where it ends, or where that begins which cannot be read. */
  position = ZERO;

  constructor(keyspace: Keyspace, limits: CollectionLimits, file: DiskFile, nowMs: number) {
    const decoder = new ValueDecoder(keyspace, limits);
    this.keyspace = keyspace;
    this.nowMs = nowMs;
    this.reader = new RdbFileReader(keyspace, decoder, file, true, DATABASES_MAX);
    this.lines.push(`[offset 0] Checking RDB file ${file.path}`);
  }

  /** Reads all of it. Is it intact? */
  run(): boolean {
    const { reader } = this;
    try {
      for (;;) {
        const outcome = reader.step();
        if (outcome === ENDED) return this.tellIntact();
        if (outcome === FAILED) return this.tellDamage(reader.problem);
        this.take(outcome);
        if (outcome !== READ_ON) this.intactEnd = reader.position;
      }
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return this.tellDamage(`it cannot be read: ${error.message}`);
    } finally {
      reader.close();
    }
  }

  private take(outcome: number): void {
    const { reader, keyspace } = this;
    if (outcome === ENTRY) {
      reader.drop();
      while (keyspace.pending.freeSlice(LINES_MAX));
      this.keys++;
      if (reader.deadlineMs === NOT_GIVEN) return;
      this.deadlines++;
      if (reader.deadlineMs < this.nowMs) this.due++;
    } else if (outcome === FACT) {
      this.say(`AUX FIELD ${reader.name} = '${reader.text}'`);
    } else if (outcome === DATABASE && reader.databaseIndex !== this.shownDatabase) {
      this.shownDatabase = reader.databaseIndex;
      this.say(`Selecting DB ID ${reader.databaseIndex}`);
    } else if (outcome === LIBRARY) {
      this.libraries++;
    } else if (outcome === MODULE_DATA) {
      this.say(`MODULE AUX for: ${reader.name}, which a start skips`);
    } else if (outcome === EMPTY) {
      this.say(`The key ${this.reader.quotedKey} is an empty collection, which a start leaves out`);
    }
  }

  private tellIntact(): boolean {
    const { reader } = this;
    this.position = reader.position;
    if (reader.isChecked) this.say('Checksum OK');
    else if (reader.version < VERSION_WITH_CHECKSUM) this.say('Old version, without a checksum');
    else this.say('RDB file was saved with checksum disabled: no check performed.');
    this.say('\\o/ RDB looks OK! \\o/');
    this.tellCounts();
    return true;
  }

  private tellDamage(problem: string): boolean {
    const { reader, lines } = this;
    this.problem = problem;
    this.position = reader.itemPosition;
    lines.push('--- RDB ERROR DETECTED ---');
    this.say(problem);
    lines.push(`[additional info] What cannot be read begins at offset ${reader.itemPosition}`);
    if (reader.isInEntry) {
      lines.push(`[additional info] Reading key ${this.reader.quotedKey}, type ${reader.type}`);
    }
    lines.push(`[info] the first ${this.intactEnd} bytes can be read`);
    this.tellCounts();
    return false;
  }

  private tellCounts(): void {
    this.lines.push(
      `[info] ${this.keys} keys read`,
      `[info] ${this.deadlines} expires`,
      `[info] ${this.due} already expired`,
    );
    if (this.libraries > 0) this.lines.push(`[info] ${this.libraries} libraries of functions`);
  }

  private say(text: string): void {
    if (this.lines.length < LINES_MAX) this.lines.push(`[offset ${this.reader.position}] ${text}`);
  }
}

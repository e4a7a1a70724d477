// Writes the entries of a snapshot to an RDB file.
import type { ByteTarget, RdbWriting } from './rdb-format.ts';
import type { SnapshotForm } from './snapshot-file.ts';
import { frequencyOf, idleSecondsOf } from './usage.ts';
import { beginFile, type DatasetParts } from './write-dataset.ts';

/** Elements of a stream, and the like, between two looks at the clock. */
const ELEMENTS_AT_ONCE = 16;
const NO_DATABASE = -1;

/** What a database had. */
interface Sizes {
  readonly keys: number;
  readonly deadlines: number;
}

export class SnapshotWriter implements SnapshotForm {
  private readonly parts: DatasetParts;
  private readonly writing: RdbWriting;
  /** By number, of databases from which nothing was written yet. */
  private readonly sizes = new Map<number, Sizes>();
  private selected = NO_DATABASE;

  constructor(parts: DatasetParts, target: ByteTarget, isAofBase: boolean) {
    this.parts = parts;
    this.writing = parts.rdbFormat.writing(target);
    beginFile(parts, this.writing, isAofBase, true);
  }

  database(index: number, keys: number, deadlines: number): void {
    this.sizes.set(index, { keys, deadlines });
  }

  entry(index: number, ref: number, deadlineMs: number): void {
    const { parts, writing } = this;
    if (index !== this.selected) this.select(index);
    writing.entry(ref, deadlineMs, idleSecondsOf(parts, ref), frequencyOf(parts, ref));
  }

  begin(index: number, ref: number, deadlineMs: number, count: number, earliestMs: number): void {
    const { parts, writing } = this;
    if (index !== this.selected) this.select(index);
    const idleSeconds = idleSecondsOf(parts, ref);
    const frequency = frequencyOf(parts, ref);
    writing.entryOfParts(ref, deadlineMs, idleSeconds, frequency, count, earliestMs);
  }

  part(ref: number): void {
    this.writing.part(ref);
  }

  end(): void {}

  goOn(): boolean {
    return this.writing.step(ELEMENTS_AT_ONCE);
  }

  finish(): void {
    this.writing.end();
  }

  private select(index: number): void {
    const sizes = this.sizes.get(index);
    this.selected = index;
    this.sizes.delete(index);
    if (sizes === undefined) this.writing.select(index);
    else this.writing.database(index, sizes.keys, sizes.deadlines);
  }
}

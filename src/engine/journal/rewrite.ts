// One rewrite of the journal: all data as of one moment becomes a new base, and what comes later a
// new increment. What a crash after each step finds:
//
//   1. the increment is made             it is not listed, and nothing is in it
//   2. the base is begun; what was appended is written and synced, what comes now waits
//   3. the manifest lists the increment  the old base, and all increments; now bytes enter it
//   4. the base gets its name            it is not listed
//   5. the manifest lists the new files  the new base and increment; the others are history
//   6. history is removed
//
// So no file that may be torn ever stands before another one that has bytes. A file that takes no
// bytes is not synced in step 2, and step 3 is left out: until step 5 nothing lasts then.
//
// Where the journal is switched on the increment has a temporary name until step 5, which a start
// ignores, and gets bytes at once; where it is off, there is none.
import { CREATE, closeQuietly, type Disk, DiskError, type DiskFile, writeAll } from '../disk.ts';
import type { JournalDirectory } from './directory.ts';
import type { Part } from './manifest.ts';
import type { JournalWriter } from './writer.ts';

/** Makes bases: all data as of one moment. */
export interface BaseMaker {
  /**
   * Begins a new file `path` with all data as of now; DiskError if there is none. `done` is called
   * with null when the file is whole, synced and closed; else it is gone.
   */
  begin(path: string, isSnapshot: boolean, done: (problem: DiskError | null) => void): BaseMaking;
}

export interface BaseMaking {
  /** Nobody wants it any more: the file is removed, and `done` is not called. */
  cancel(): void;
}

/** Is the journal on, off, or switched on with this rewrite? */
export const REWRITES_ON = 0;
export const REWRITES_OFF = 1;
export const SWITCHES_ON = 2;

export interface RewriteParts {
  readonly disk: Disk;
  readonly directory: JournalDirectory;
  readonly writer: JournalWriter;
  readonly bases: BaseMaker;
  /** What the increment begins with. */
  readonly head: Uint8Array;
  /** Is the base an RDB file? */
  readonly isSnapshot: boolean;
  readonly mode: number;
  /** The rewrite is over: it was successful, or why it was not. */
  readonly done: (problem: DiskError | null) => void;
}

export class Rewrite {
  private readonly parts: RewriteParts;
  private increment: Part | null = null;
  private file: DiskFile | null = null;
  private filePath = '';
  /** Has the writer been told to go on, in either file? */
  private isSwitched = false;
  private isListed = false;
  /** The new base, from when it has its name. */
  private base: Part | null = null;
  private making: BaseMaking | null = null;
  private isBaseMade = false;
  private basePath = '';
  private isOver = false;

  constructor(parts: RewriteParts) {
    this.parts = parts;
  }

  /** Steps 1 and 2. Called between units, at no turn. */
  begin(): void {
    try {
      this.makeIncrement();
    } catch (error) {
      return this.fail(problemOf(error));
    }
    const { bases, directory, isSnapshot, writer, mode } = this.parts;
    if (mode === REWRITES_ON) writer.pause();
    this.basePath = directory.temporaryOf(`${directory.name}.rewrite`);
    try {
      this.removeLeft(this.basePath);
      this.making = bases.begin(this.basePath, isSnapshot, (problem) => this.baseDone(problem));
    } catch (error) {
      return this.fail(problemOf(error));
    }
    this.goOn();
  }

  /** What was appended before is synced, or never will be. */
  goOn(): void {
    const { writer, mode } = this.parts;
    if (this.isOver || this.making === null) return;
    const isStuck = writer.problem !== null;
    const mayList = mode === REWRITES_ON && !this.isSwitched && !isStuck;
    if (mayList && writer.isSettled) this.listIncrement();
    const mayFinish = this.isSwitched || mode !== REWRITES_ON || isStuck;
    if (this.isBaseMade && mayFinish && !this.isOver) this.finish();
  }

  /** Nobody wants it any more. */
  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.making?.cancel();
    this.undo(null);
  }

  private makeIncrement(): void {
    const { disk, directory, mode } = this.parts;
    if (mode === REWRITES_OFF) return;
    const increment = directory.nextIncrement();
    const isTemporary = mode === SWITCHES_ON;
    this.filePath = isTemporary
      ? directory.temporaryOf(increment.name)
      : directory.pathOf(increment.name);
    if (isTemporary) this.removeLeft(this.filePath);
    this.file = disk.open(this.filePath, CREATE);
    this.increment = increment;
    const { head } = this.parts;
    writeAll(this.file, head, 0, head.length);
    if (head.length > 0) this.file.syncNow();
    disk.syncDirectory(directory.path);
    if (!isTemporary) return;
    this.parts.writer.open(this.file, head.length);
    this.isSwitched = true;
  }

  /** Step 3. */
  private listIncrement(): void {
    const { directory, writer } = this.parts;
    const { manifest } = directory;
    const { increment, file } = this;
    if (increment === null || file === null) return;
    try {
      directory.write({ ...manifest, increments: [...manifest.increments, increment] });
    } catch (error) {
      return this.fail(problemOf(error));
    }
    this.isSwitched = true;
    this.isListed = true;
    writer.goOn(file);
  }

  private baseDone(problem: DiskError | null): void {
    if (this.isOver) return;
    if (problem !== null) return this.fail(problem);
    this.isBaseMade = true;
    this.goOn();
  }

  /** Steps 4 to 6. */
  private finish(): void {
    const { disk, directory, isSnapshot, mode, writer } = this.parts;
    const { manifest } = directory;
    const { increment } = this;
    try {
      const base = directory.nextBase(isSnapshot);
      disk.rename(this.basePath, directory.pathOf(base.name));
      this.base = base;
      this.basePath = directory.pathOf(base.name);
      if (mode === SWITCHES_ON && increment !== null) {
        disk.rename(this.filePath, directory.pathOf(increment.name));
        this.filePath = directory.pathOf(increment.name);
      }
      disk.syncDirectory(directory.path);
      const old = manifest.increments.filter(({ name }) => name !== increment?.name);
      const former = manifest.base === null ? [] : [manifest.base];
      directory.write({
        base,
        history: [...old.reverse(), ...former, ...manifest.history],
        increments: increment === null ? [] : [increment],
      });
    } catch (error) {
      return this.fail(problemOf(error));
    }
    this.isOver = true;
    if (!this.isSwitched && this.file !== null) writer.goOn(this.file);
    this.parts.done(null);
  }

  private fail(problem: DiskError): void {
    this.isOver = true;
    this.making?.cancel();
    this.undo(problem);
    this.parts.done(problem);
  }

  /** The old files go on; what was made is removed, if it surely is not listed. */
  private undo(problem: DiskError | null): void {
    const { mode, writer } = this.parts;
    if (mode === REWRITES_ON && !this.isSwitched) {
      // A crash may make history of the old files: what is written there may be lost.
      if (problem !== null && this.mayNeed(this.base)) writer.failed(problem, true);
      else writer.goOn(null);
    }
    if (mode === SWITCHES_ON) writer.close();
    else if (!this.isListed) closeQuietly(this.file);
    if (!this.mayNeed(this.base)) this.removeQuietly(this.basePath);
    if (!this.mayNeed(this.increment)) this.removeQuietly(this.filePath);
  }

  private mayNeed(part: Part | null): boolean {
    return part !== null && this.parts.directory.mayNeed(part);
  }

  private removeLeft(path: string): void {
    if (this.parts.disk.has(path)) this.parts.disk.remove(path);
  }

  private removeQuietly(path: string): void {
    try {
      if (path !== '') this.removeLeft(path);
    } catch (error) {
      problemOf(error);
    }
  }
}

/** What the disk said; anything else is a mistake of ours. */
function problemOf(error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  throw error;
}

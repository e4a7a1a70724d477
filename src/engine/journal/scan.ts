// One file of a journal, read from the front: command by command, and unit by unit.
//
// A unit is a command, or what stands between MULTI and EXEC. What follows a MULTI is looked at
// first, up to its EXEC, and then handed out: a unit that is not whole is none at all.
//
// A file may end in a torn tail: a unit that is cut off by the end, or by bytes that are all NUL up
// to the end, which some file systems leave after a crash. If a whole command begins behind the
// place that cannot be read, though, the middle is damaged: what follows was written later, and to
// cut it off would lose it.
//
// Once there is a group with a checksum (checksums.ts), everything must stand in such groups, and
// nothing of a group is handed out before all of it was compared.
//
// Invariants: [at, end) of `window` are bytes of the file that were not handed out, and the window
// begins at `windowOffset` of the file.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { DiskFile } from '../disk.ts';
import type { Request } from '../request.ts';
import { GroupCheck, isGroupNote } from './checksums.ts';
import { type CommandReader, CUT, DAMAGED, WHOLE } from './command-reader.ts';

/** What next() has found. */
export const COMMAND = 1;
/** The file is whole. */
export const ENDED = 2;
/** From `offset` on it is torn. */
export const TORN = 3;
/** At `offset` it is damaged: `problem` says how. */
export const BROKEN = 4;
/** Nothing yet: a piece of a group was compared. */
export const CHECKING = 5;

/** The beginning of an RDB file. */
const SNAPSHOT_MAGIC = 'REDIS';
const HEAD_SIZE = 32;
const WINDOW_SIZE = 1024 * 1024;
/** A window that a large command made longer is not kept. */
const KEPT_SIZE_MAX = 4 * WINDOW_SIZE;

/** What a file begins with: its first bytes tell its form. */
export function headOf(file: DiskFile): string {
  const head = new Uint8Array(HEAD_SIZE);
  return latin1Text(head, 0, file.read(head, 0, HEAD_SIZE, 0));
}

/** Is a file of this head an RDB file? */
export function isSnapshotHead(head: string): boolean {
  return head.startsWith(SNAPSHOT_MAGIC);
}

export class JournalScan {
  /** Where what was found last begins. */
  offset: number;
  problem = '';
  readonly size: number;
  /** Bytes behind it are not looked at. */
  private limit: number;
  private readonly file: DiskFile;
  private readonly reader: CommandReader;
  private window: Uint8Array;
  private windowOffset: number;
  private at = 0;
  private end = 0;
  /** Where the MULTI begins whose EXEC is looked for; -1: none is. */
  private unitOffset = -1;
  /** The unit that is handed out. */
  private isInUnit = false;
  private readonly group: GroupCheck;

  /** Reads from `offset` on. */
  constructor(file: DiskFile, offset: number, reader: CommandReader) {
    this.file = file;
    this.size = file.size();
    this.limit = this.size;
    this.offset = offset;
    this.windowOffset = offset;
    this.window = new Uint8Array(Math.min(WINDOW_SIZE, Math.max(1, this.size - offset)));
    this.reader = reader;
    this.group = new GroupCheck(file);
  }

  /** How many groups had the checksum that they should have. */
  get checkedGroups(): number {
    return this.group.checkedCount;
  }

  /** The command that was found last: its bytes are borrowed until the next call. */
  get request(): Request {
    return this.reader.request;
  }

  /** Finds the next command that is to run: COMMAND, ENDED, TORN, BROKEN or CHECKING. */
  next(): number {
    for (;;) {
      if (this.group.isUnderWay) {
        this.group.goOn();
        if (this.group.isUnderWay) return CHECKING;
        if (!this.group.isIntact) return this.endAtGroup();
      }
      const found = this.find();
      if (found === CUT) return this.endAt();
      if (found === DAMAGED) return this.breakAt(this.reader.problem);
      const { request } = this.reader;
      if (request.count === 0 && isGroupNote(this.window, this.offset - this.windowOffset)) {
        const begun = this.beginGroup();
        if (begun !== COMMAND) return begun;
        continue;
      }
      if (this.offset >= this.group.end) return this.breakAt('a checksum is missing');
      if (request.count === 0) continue;
      if (request.count === 1 && request.is(0, 'multi')) {
        if (this.unitOffset >= 0 || this.isInUnit) return this.breakAt('a MULTI within a MULTI');
        this.unitOffset = this.offset;
      } else if (request.count === 1 && request.is(0, 'exec')) {
        if (this.isInUnit) this.isInUnit = false;
        else if (this.unitOffset < 0) return this.breakAt('an EXEC without MULTI');
        else this.goBack();
      } else if (this.unitOffset < 0) return COMMAND;
    }
  }

  /** A note of a group was found. COMMAND: commands follow, or first the rest of a comparison. */
  private beginGroup(): number {
    const { window, windowOffset, offset, group, at } = this;
    const isPlaced = !group.isOn || offset === group.end;
    if (!isPlaced || !group.begin(window, offset - windowOffset, windowOffset + at)) {
      return this.breakAt('a checksum is damaged');
    }
    if (group.end > this.size) {
      const isTorn = !group.hasNoteBehind(windowOffset + at);
      return isTorn ? TORN : this.breakAt('the size of a group is wrong');
    }
    if (group.end > windowOffset + this.end) return COMMAND;
    group.compare(window, at, at + group.size);
    return group.isIntact ? COMMAND : this.endAtGroup();
  }

  /** The group whose note stands at `offset` is not what that says. */
  private endAtGroup(): number {
    const { group } = this;
    // What a crash left of it may end in NULs.
    if (this.endBeforeZeros() < Math.min(group.end, this.size)) return TORN;
    return this.breakAt(`a group of ${group.size} bytes is not what its checksum says`);
  }

  /** Looks at what begins behind what was found last. */
  private find(): number {
    for (;;) {
      const { window, at, end } = this;
      this.offset = this.windowOffset + at;
      const found = this.reader.read(window, at, end);
      if (found === WHOLE) this.at = this.reader.next;
      if (found !== CUT || this.windowOffset + end >= this.limit) return found;
      this.readOn();
    }
  }

  /** Reads more behind what is in the window. */
  private readOn(): void {
    const rest = this.end - this.at;
    const isFull = rest > this.window.length / 2;
    const isLarge = this.window.length > KEPT_SIZE_MAX && rest < WINDOW_SIZE / 2;
    let next = this.window;
    if (isFull) next = new Uint8Array(this.window.length * 2);
    else if (isLarge) next = new Uint8Array(WINDOW_SIZE);
    if (next === this.window) next.copyWithin(0, this.at, this.end);
    else next.set(this.window.subarray(this.at, this.end));
    this.window = next;
    this.windowOffset += this.at;
    this.at = 0;
    this.end = rest;
    const position = this.windowOffset + rest;
    const room = Math.min(next.length - rest, this.limit - position);
    this.end += this.file.read(next, rest, rest + room, position);
  }

  /** The unit is whole: what follows its MULTI is handed out. */
  private goBack(): void {
    const { unitOffset } = this;
    this.unitOffset = -1;
    this.isInUnit = true;
    this.seek(unitOffset);
    this.find();
  }

  private seek(offset: number): void {
    const at = offset - this.windowOffset;
    if (at >= 0) {
      this.at = at;
      return;
    }
    this.windowOffset = offset;
    this.at = 0;
    this.end = 0;
  }

  /** What begins at `offset` is cut off by the end of the file. */
  private endAt(): number {
    if (this.offset < this.size && this.hasWholeBehind()) {
      return this.breakAt('a length is wrong: whole commands follow');
    }
    if (this.unitOffset >= 0) this.offset = this.unitOffset;
    return this.offset === this.size ? ENDED : TORN;
  }

  private breakAt(problem: string): number {
    this.problem = problem;
    if (!this.isCutByZeros()) return BROKEN;
    if (this.unitOffset >= 0) this.offset = this.unitOffset;
    return TORN;
  }

  /** Does a whole command begin behind what is cut off? All of that is in the window. */
  private hasWholeBehind(): boolean {
    const { window, end, reader } = this;
    let at = reader.nextBeginning(window, this.at + 1, end);
    for (; at >= 0; at = reader.nextBeginning(window, at + 1, end)) {
      if (reader.read(window, at, end) === WHOLE && reader.request.count > 0) return true;
    }
    return false;
  }

  /** Is it cut off where the NULs begin that the file ends with? */
  private isCutByZeros(): boolean {
    const { offset } = this;
    const end = this.endBeforeZeros();
    if (end === this.size) return false;
    if (end === offset) return true;
    this.limit = end;
    this.end = Math.min(this.end, end - this.windowOffset);
    this.seek(offset);
    return this.find() === CUT && !this.hasWholeBehind();
  }

  /** Where the NULs begin that the file ends with; not before `offset`. */
  private endBeforeZeros(): number {
    const { file, offset, size } = this;
    const bytes = new Uint8Array(Math.min(WINDOW_SIZE, size - offset));
    for (let end = size; end > offset; ) {
      const start = Math.max(offset, end - bytes.length);
      const count = file.read(bytes, 0, end - start, start);
      for (let i = count; i > 0; i--) if (bytes[i - 1] !== 0) return start + i;
      end = start;
    }
    return offset;
  }
}

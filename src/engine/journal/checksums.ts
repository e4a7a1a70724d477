// Checksums of a journal (aof-checksum): before each group of commands that is written at once
// stands a note of its size and its CRC-64, which Redis passes over:
//
//   #=0000000123 0123456789abcdef\r\n     (in a file of lines without \r)
//
// Once a file has such a note, all that follows stands in such groups: a note that was damaged is
// missed. Groups hold whole units.
import { latin1Bytes, latin1Text } from '../../domain/bytes/ascii.ts';
import { Crc64 } from '../../domain/bytes/crc64.ts';
import type { DiskFile } from '../disk.ts';

/** What such a note begins with. */
export const GROUP_MARK = '#=';
const SIZE_DIGITS = 10;
const SUM_DIGITS = 16;
const NOTE_SIZE = GROUP_MARK.length + SIZE_DIGITS + 1 + SUM_DIGITS;
const NOTE_SIZE_MAX = NOTE_SIZE + 2;
const NOTE = /^#=(\d{10}) ([0-9a-f]{16})\r?\n/;
/** So much of a file is compared at a time. */
const PIECE_SIZE = 256 * 1024;
/** Bytes of GROUP_MARK: it may begin in one piece and end in the next one. */
const OVERLAP = 2;
const HASH = 35;
const EQUALS = 61;
const LF = 10;

/** Writes the notes of a file. */
export class GroupChecksums {
  /** Room that a note takes, before its group. */
  readonly noteSize: number;
  private readonly lineEnd: string;
  private readonly crc = new Crc64();

  /** `lineEnd`: as the file's other notes end. */
  constructor(lineEnd: string) {
    this.lineEnd = lineEnd;
    this.noteSize = NOTE_SIZE + lineEnd.length;
  }

  /** Writes at `at` the note of the group that stands behind it, up to `end`. */
  write(bytes: Uint8Array, at: number, end: number): void {
    const start = at + this.noteSize;
    this.crc.reset();
    this.crc.update(bytes, start, end);
    bytes.set(this.noteOf(end - start, this.crc), at);
  }

  /** The note of a group of so many bytes, which have this checksum. */
  noteOf(size: number, crc: Crc64): Uint8Array {
    const digits = String(size).padStart(SIZE_DIGITS, '0');
    return latin1Bytes(`${GROUP_MARK}${digits} ${textOf(crc)}${this.lineEnd}`);
  }
}

/** Does a note of a group begin at `at`? */
export function isGroupNote(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === HASH && bytes[at + 1] === EQUALS;
}

/** Compares the groups of a file with what their notes say, a piece at a time. */
export class GroupCheck {
  /** There was a group: everything stands in groups from there on. */
  isOn = false;
  /** Bytes of the present group, and where in the file it ends; commands may stand before that. */
  size = 0;
  end = Number.POSITIVE_INFINITY;
  isUnderWay = false;
  /** The group that was compared last is what its note says. */
  isIntact = false;
  checkedCount = 0;
  private readonly file: DiskFile;
  private readonly crc = new Crc64();
  private piece: Uint8Array | null = null;
  private at = 0;
  private sum = '';

  constructor(file: DiskFile) {
    this.file = file;
  }

  /** Reads the note bytes[at...) of a group that begins at `start` of the file. False: damaged. */
  begin(bytes: Uint8Array, at: number, start: number): boolean {
    const found = NOTE.exec(latin1Text(bytes, at, Math.min(bytes.length, at + NOTE_SIZE_MAX)));
    if (found === null) return false;
    this.size = Number(found[1]);
    this.sum = found[2];
    this.isOn = true;
    this.isUnderWay = true;
    this.isIntact = false;
    this.at = start;
    this.end = start + this.size;
    this.crc.reset();
    return true;
  }

  /** Reads and compares a piece. */
  goOn(): void {
    this.piece ??= new Uint8Array(PIECE_SIZE);
    const { piece, file, at, end } = this;
    const count = file.read(piece, 0, Math.min(PIECE_SIZE, end - at), at);
    this.compare(piece, 0, count);
    // The file has become shorter.
    if (count === 0) this.isUnderWay = false;
  }

  /** Compares what follows in the group, or all of it. */
  compare(bytes: Uint8Array, start: number, end: number): void {
    this.crc.update(bytes, start, end);
    this.at += end - start;
    if (this.at < this.end) return;
    this.isUnderWay = false;
    this.isIntact = textOf(this.crc) === this.sum;
    if (this.isIntact) this.checkedCount++;
  }

  /** Does the note of another group stand somewhere behind `start` of the file? */
  hasNoteBehind(start: number): boolean {
    const piece = new Uint8Array(PIECE_SIZE);
    for (let at = start; ; at += PIECE_SIZE - OVERLAP) {
      const count = this.file.read(piece, 0, PIECE_SIZE, at);
      for (let i = 0; i + OVERLAP < count; i++) {
        if (piece[i] === LF && isGroupNote(piece, i + 1)) return true;
      }
      if (count < PIECE_SIZE) return false;
    }
  }
}

/** 16 digits of hex, the high ones first. */
function textOf({ high, low }: Crc64): string {
  return hex(high) + hex(low);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(SUM_DIGITS / 2, '0');
}

// The sparse form: opcodes for runs of registers. All functions are told where the opcodes begin,
// behind the header, and end. Bytes come from clients and may be anything.
//
//   00nnnnnn            n + 1 registers are 0
//   01nnnnnn nnnnnnnn   n + 1 registers are 0
//   1vvvvvnn            n + 1 registers are v + 1
import { REGISTERS } from './layout.ts';

const ZEROS_MAX = 64;
export const RUN_VALUE_MAX = 32;
const RUN_MAX = 4;
const LONG_ZEROS_BIT = 0x40;
const VALUE_BIT = 0x80;
/** Opcodes behind a change among which equal ones are made one. */
const MERGED_OPCODES = 5;
const NO_PLACE = -1;

/**
 * Runs by opcode; 0: it has a second byte. Values and zeros take turns: a branch would be missed.
 */
const RUNS = Uint8Array.from({ length: 256 }, (_, opcode) =>
  isLongZeros(opcode) ? 0 : runOf(opcode, 0),
);

export function isLongZeros(opcode: number): boolean {
  return (opcode & (VALUE_BIT | LONG_ZEROS_BIT)) === LONG_ZEROS_BIT;
}

/** The registers that an opcode is of; `next` is the byte behind it. */
export function runOf(opcode: number, next: number): number {
  if ((opcode & VALUE_BIT) !== 0) return (opcode & 3) + 1;
  return ((opcode & LONG_ZEROS_BIT) === 0 ? opcode & 63 : ((opcode & 63) << 8) | next) + 1;
}

/** What the registers of an opcode are. */
export function valueOfRun(opcode: number): number {
  return (opcode & VALUE_BIT) === 0 ? 0 : ((opcode >>> 2) & 31) + 1;
}

/** Hears of the runs of registers. */
export interface RunVisitor {
  visit(value: number, first: number, count: number): void;
}

/**
 * Visits the runs of registers that are not 0. Are all registers there, and no more? Behind the
 * last one Redis does not mind runs of values where it merges: `isLax`.
 */
export function forEachRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  isLax: boolean,
  visitor: RunVisitor,
): boolean {
  let first = 0;
  for (let at = start; at < end; ) {
    const opcode = bytes[at];
    const next = at + 1 < end ? bytes[at + 1] : 0;
    const count = runOf(opcode, next);
    const value = valueOfRun(opcode);
    if (first + count > REGISTERS) return isLax && value > 0 && first === REGISTERS;
    if (value > 0) visitor.visit(value, first, count);
    first += count;
    at += isLongZeros(opcode) ? 2 : 1;
  }
  return first === REGISTERS;
}

/** Finds a register among opcodes, and gives it another value. */
export class SparseEditor {
  /** Where the opcode of the register is, the one before it, and which register is its first. */
  private at = 0;
  private before = NO_PLACE;
  private first = 0;
  private readonly sequence = new Uint8Array(5);
  private sequenceSize = 0;

  /** False where no opcode is of the register: the bytes are corrupt. */
  find(bytes: Uint8Array, start: number, end: number, index: number): boolean {
    let at = start;
    let before = NO_PLACE;
    let first = 0;
    while (at < end) {
      let size = 1;
      let run = RUNS[bytes[at]];
      if (run === 0) {
        if (at + 1 === end) return false;
        size = 2;
        run = runOf(bytes[at], bytes[at + 1]);
      }
      if (index < first + run) {
        this.at = at;
        this.before = before;
        this.first = first;
        return true;
      }
      before = at;
      at += size;
      first += run;
    }
    return false;
  }

  /** What the register is that find() found. */
  value(bytes: Uint8Array): number {
    return valueOfRun(bytes[this.at]);
  }

  /** By how many bytes the opcodes grow when the register that find() found has another value. */
  prepare(bytes: Uint8Array, index: number, value: number): number {
    const { at, first } = this;
    const opcode = bytes[at];
    const last = first + runOf(opcode, bytes[at + 1]) - 1;
    const old = valueOfRun(opcode);
    this.sequenceSize = 0;
    this.append(old, index - first);
    this.append(value, 1);
    this.append(old, last - index);
    return this.sequenceSize - (isLongZeros(opcode) ? 2 : 1);
  }

  /**
   * Does what was prepared; the opcodes begin at `start`, and behind them there is room. Returns
   * their new end.
   */
  replace(bytes: Uint8Array, start: number, end: number): number {
    const { at, sequence, sequenceSize } = this;
    const oldSize = isLongZeros(bytes[at]) ? 2 : 1;
    bytes.copyWithin(at + sequenceSize, at + oldSize, end);
    for (let i = 0; i < sequenceSize; i++) bytes[at + i] = sequence[i];
    return this.merge(bytes, start, end + sequenceSize - oldSize);
  }

  /** Where the bytes were moved to, the found opcode lies `shift` further on. */
  move(shift: number): void {
    this.at += shift;
    if (this.before !== NO_PLACE) this.before += shift;
  }

  private append(value: number, count: number): void {
    const { sequence } = this;
    if (count === 0) return;
    const run = count - 1;
    if (value > 0) {
      sequence[this.sequenceSize++] = VALUE_BIT | ((value - 1) << 2) | run;
    } else if (count <= ZEROS_MAX) {
      sequence[this.sequenceSize++] = run;
    } else {
      sequence[this.sequenceSize++] = LONG_ZEROS_BIT | (run >>> 8);
      sequence[this.sequenceSize++] = run;
    }
  }

  /** Makes neighbours of one value one, as far as Redis does. Returns the new end. */
  private merge(bytes: Uint8Array, start: number, end: number): number {
    let at = this.before === NO_PLACE ? start : this.before;
    for (let left = MERGED_OPCODES; at < end && left > 0; left--) {
      const opcode = bytes[at];
      const value = valueOfRun(opcode);
      const next = bytes[at + 1];
      if (value > 0 && at + 1 < end && valueOfRun(next) === value) {
        const run = runOf(opcode, 0) + runOf(next, 0);
        if (run <= RUN_MAX) {
          bytes[at] = VALUE_BIT | ((value - 1) << 2) | (run - 1);
          bytes.copyWithin(at + 1, at + 2, end);
          end--;
          continue;
        }
      }
      at += isLongZeros(opcode) ? 2 : 1;
    }
    return end;
  }
}

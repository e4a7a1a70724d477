// A HyperLogLog that is looked at or changed: the bytes of a string, in one of two forms
// (FORMAT.md). The dense form is changed where it lies. The sparse form is copied before its first
// change, and is dense from there on when it has become too long; who changes stores it then.
//
// Invariants: `bytes` is `own` exactly when there is something to store. What cannot be a
// HyperLogLog was refused by isHyperLogLog(); its registers may still be anything.

import { copyBytes } from '../../bytes/compare.ts';
import type { Int64 } from '../../bytes/int64.ts';
import { readWord } from '../../bytes/word.ts';
import { countDense, mergeDense, readRegister, writeRegister } from './dense.ts';
import { estimate } from './estimate.ts';
import {
  CACHE_AT,
  DENSE_SIZE,
  EMPTY_SIZE,
  FORM_AT,
  FORM_DENSE,
  FORM_SPARSE,
  HEADER_SIZE,
  REGISTERS,
  SPARSE_SIZE_MAX,
  STALE_AT,
  STALE_BIT,
  VALUE_MAX,
  writeEmpty,
} from './layout.ts';
import { ElementPattern } from './pattern.ts';
import { forEachRun, RUN_VALUE_MAX, type RunVisitor, SparseEditor } from './sparse.ts';

// What came of a change.
const REGISTER_SAME = 0;
export const REGISTER_RAISED = 1;
export const REGISTERS_CORRUPT = 2;

/** A change makes the sparse form longer by three bytes at most. */
const OWN_SIZE = SPARSE_SIZE_MAX + 3;
const NO_BYTES = new Uint8Array(0);

export class HyperLogLog {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  private own = new Uint8Array(OWN_SIZE);
  /** What own was before it became dense, or will be. */
  private other = new Uint8Array(OWN_SIZE);
  private readonly pattern = new ElementPattern();
  private readonly editor = new SparseEditor();
  private readonly histogram = new Int32Array(VALUE_MAX + 1);
  private readonly counter: RunVisitor;
  private readonly writer: RunVisitor;

  constructor() {
    const { histogram } = this;
    this.counter = {
      visit(value, _first, count): void {
        histogram[value] += count;
        histogram[0] -= count;
      },
    };
    this.writer = {
      visit: (value, first, count): void => {
        for (let i = first; i < first + count; i++) {
          writeRegister(this.other, HEADER_SIZE, i, value);
        }
      },
    };
  }

  /** Looks at bytes[start, end), which isHyperLogLog() accepted. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Begins one of nothing, to be stored. */
  create(): void {
    writeEmpty(this.own);
    this.open(this.own, 0, EMPTY_SIZE);
  }

  /** Looks at nothing any more, so that no memory is held. */
  close(): void {
    this.open(NO_BYTES, 0, 0);
  }

  get isSparse(): boolean {
    return this.bytes[this.start + FORM_AT] === FORM_SPARSE;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** Is it a copy, which must be stored? */
  get isOwn(): boolean {
    return this.bytes === this.own;
  }

  /** Where registers begin, of whatever form. */
  get base(): number {
    return this.start + HEADER_SIZE;
  }

  /** Is the cached count that of the registers? */
  get isCacheFresh(): boolean {
    return (this.bytes[this.start + STALE_AT] & STALE_BIT) === 0;
  }

  spoilCache(): void {
    this.bytes[this.start + STALE_AT] |= STALE_BIT;
  }

  readCache(into: Int64): void {
    const at = this.start + CACHE_AT;
    into.low = readWord(this.bytes, at);
    into.high = readWord(this.bytes, at + 4);
  }

  /** Counts are below 2^53. */
  writeCache(count: number): void {
    let rest = count;
    for (let i = 0; i <= STALE_AT - CACHE_AT; i++) {
      this.bytes[this.start + CACHE_AT + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  /** Adds an element. The sparse form may become up to `sparseSizeMax` bytes long. */
  add(element: Uint8Array, start: number, end: number, sparseSizeMax: number): number {
    const { pattern } = this;
    pattern.take(element, start, end);
    return this.raise(pattern.register, pattern.length, sparseSizeMax);
  }

  /** A register becomes `value`, unless it is that or more. */
  raise(register: number, value: number, sparseSizeMax: number): number {
    if (this.isSparse) return this.raiseSparse(register, value, sparseSizeMax);
    if (readRegister(this.bytes, this.base, register) >= value) return REGISTER_SAME;
    writeRegister(this.bytes, this.base, register, value);
    return REGISTER_RAISED;
  }

  /** How many elements there were, about; NaN when the registers are corrupt. */
  count(): number {
    const { histogram } = this;
    histogram.fill(0);
    if (!this.isSparse) {
      countDense(this.bytes, this.base, histogram);
    } else {
      histogram[0] = REGISTERS;
      if (this.isTooLong) return Number.NaN;
      if (!forEachRun(this.bytes, this.base, this.end, false, this.counter)) return Number.NaN;
    }
    return estimate(histogram);
  }

  /** Raises registers, a byte each, to those of this one; false when they are corrupt. */
  mergeInto(registers: Registers): boolean {
    if (!this.isSparse) {
      mergeDense(this.bytes, this.base, registers.values);
      registers.hasDense = true;
      return true;
    }
    return !this.isTooLong && forEachRun(this.bytes, this.base, this.end, true, registers);
  }

  /** Makes it one of the dense form, to be stored; false when its registers are corrupt. */
  makeDense(): boolean {
    if (this.isTooLong) return false;
    const { other } = this;
    other.fill(0, 0, DENSE_SIZE);
    for (let i = 0; i < HEADER_SIZE; i++) other[i] = this.bytes[this.start + i];
    other[FORM_AT] = FORM_DENSE;
    if (!forEachRun(this.bytes, this.base, this.end, true, this.writer)) return false;
    this.other = this.own;
    this.own = other;
    this.open(other, 0, DENSE_SIZE);
    return true;
  }

  private raiseSparse(register: number, value: number, sparseSizeMax: number): number {
    if (value > RUN_VALUE_MAX) return this.raiseDense(register, value);
    const { editor } = this;
    if (this.isTooLong) return REGISTERS_CORRUPT;
    if (!editor.find(this.bytes, this.base, this.end, register)) return REGISTERS_CORRUPT;
    if (editor.value(this.bytes) >= value) return REGISTER_SAME;
    const more = editor.prepare(this.bytes, register, value);
    if (more > 0 && this.size + more > sparseSizeMax) return this.raiseDense(register, value);
    this.makeOwn();
    this.end = editor.replace(this.bytes, this.base, this.end);
    this.spoilCache();
    return REGISTER_RAISED;
  }

  private raiseDense(register: number, value: number): number {
    if (!this.makeDense()) return REGISTERS_CORRUPT;
    writeRegister(this.bytes, this.base, register, value);
    return REGISTER_RAISED;
  }

  private makeOwn(): void {
    if (this.isOwn) return;
    const { own, size, start } = this;
    copyBytes(this.bytes, start, this.end, own, 0);
    this.editor.move(-start);
    this.open(own, 0, size);
  }

  private get isTooLong(): boolean {
    return this.size > SPARSE_SIZE_MAX;
  }
}

/** The registers of several, a byte each: those of all their elements. */
export class Registers implements RunVisitor {
  readonly values = new Uint8Array(REGISTERS);
  private readonly words = new Int32Array(this.values.buffer);
  /** Was one of them dense? */
  hasDense = false;
  private readonly histogram = new Int32Array(VALUE_MAX + 1);

  clear(): void {
    this.values.fill(0);
    this.hasDense = false;
  }

  visit(value: number, first: number, count: number): void {
    for (let i = first; i < first + count; i++) {
      if (value > this.values[i]) this.values[i] = value;
    }
  }

  count(): number {
    const { histogram, words } = this;
    histogram.fill(0);
    let zeroWords = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (word === 0) {
        zeroWords++;
        continue;
      }
      histogram[word & VALUE_MAX]++;
      histogram[(word >>> 8) & VALUE_MAX]++;
      histogram[(word >>> 16) & VALUE_MAX]++;
      histogram[word >>> 24]++;
    }
    histogram[0] += 4 * zeroWords;
    return estimate(histogram);
  }
}

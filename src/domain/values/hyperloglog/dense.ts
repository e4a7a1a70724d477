// The dense form: registers of 6 bits one behind the other, the lowest bits of a byte first. All
// functions are told where the registers begin, behind the header.
import { REGISTERS, VALUE_MAX } from './layout.ts';

/** Four registers lie in three bytes. */
const GROUP_SIZE = 3;
const GROUP_REGISTERS = 4;

export function readRegister(bytes: Uint8Array, base: number, index: number): number {
  const bit = index * 6;
  const at = base + (bit >>> 3);
  return ((bytes[at] | (bytes[at + 1] << 8)) >>> (bit & 7)) & VALUE_MAX;
}

export function writeRegister(bytes: Uint8Array, base: number, index: number, value: number): void {
  const bit = index * 6;
  const at = base + (bit >>> 3);
  const shift = bit & 7;
  bytes[at] = (bytes[at] & ~(VALUE_MAX << shift)) | (value << shift);
  if (shift <= 2) return;
  bytes[at + 1] = (bytes[at + 1] & ~(VALUE_MAX >>> (8 - shift))) | (value >>> (8 - shift));
}

/** Adds to `histogram` how many registers have each value. */
export function countDense(bytes: Uint8Array, base: number, histogram: Int32Array): void {
  const end = base + (REGISTERS / GROUP_REGISTERS) * GROUP_SIZE;
  for (let at = base; at < end; at += GROUP_SIZE) {
    const four = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    histogram[four & VALUE_MAX]++;
    histogram[(four >>> 6) & VALUE_MAX]++;
    histogram[(four >>> 12) & VALUE_MAX]++;
    histogram[four >>> 18]++;
  }
}

/** Raises registers, a byte each, to those of the dense form. */
export function mergeDense(bytes: Uint8Array, base: number, registers: Uint8Array): void {
  for (let at = base, index = 0; index < REGISTERS; at += GROUP_SIZE, index += GROUP_REGISTERS) {
    const four = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    raise(registers, index, four & VALUE_MAX);
    raise(registers, index + 1, (four >>> 6) & VALUE_MAX);
    raise(registers, index + 2, (four >>> 12) & VALUE_MAX);
    raise(registers, index + 3, four >>> 18);
  }
}

function raise(registers: Uint8Array, index: number, value: number): void {
  if (value > registers[index]) registers[index] = value;
}

// The command table: from the bytes of a name to its command, in any case, without making a string.
import { latin1Bytes } from '../domain/bytes/ascii.ts';

const SLOTS_MIN = 16;
/** A table of names is hardly ever full to a quarter, so that few of them meet in a slot. */
const SLOTS_PER_NAME = 4;

export class CommandTable<C extends { readonly name: string }> {
  /** In the order of declaration. */
  readonly all: readonly C[];
  private readonly slots: (C | null)[];
  /** All names, one after the other: an array for each would be what a server mostly is. */
  private readonly names: Uint8Array;
  /** Where the name of each slot begins, and ends. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly mask: number;

  constructor(commands: readonly C[]) {
    this.all = commands;
    let size = SLOTS_MIN;
    while (size < commands.length * SLOTS_PER_NAME) size *= 2;
    this.mask = size - 1;
    this.slots = new Array<C | null>(size).fill(null);
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    const names = commands.map(({ name }) => name);
    this.names = latin1Bytes(names.join(''));
    let start = 0;
    for (let i = 0; i < commands.length; i++) {
      this.add(commands[i], start, start + names[i].length);
      start += names[i].length;
    }
  }

  find(buffer: Uint8Array, start: number, end: number): C | null {
    let slot = hashName(buffer, start, end) & this.mask;
    for (;;) {
      const command = this.slots[slot];
      if (command === null || this.isName(slot, buffer, start, end)) return command;
      slot = (slot + 1) & this.mask;
    }
  }

  findText(name: string): C | null {
    const bytes = latin1Bytes(name);
    return this.find(bytes, 0, bytes.length);
  }

  private add(command: C, start: number, end: number): void {
    let slot = hashName(this.names, start, end) & this.mask;
    while (this.slots[slot] !== null) slot = (slot + 1) & this.mask;
    this.slots[slot] = command;
    this.starts[slot] = start;
    this.ends[slot] = end;
  }

  private isName(slot: number, buffer: Uint8Array, start: number, end: number): boolean {
    const { names } = this;
    const nameStart = this.starts[slot];
    const size = this.ends[slot] - nameStart;
    if (size !== end - start) return false;
    for (let i = 0; i < size; i++) {
      const byte = buffer[start + i];
      if (byte === names[nameStart + i]) continue;
      // Only letters have a second case.
      if (byte < 65 || byte > 90 || (byte | 0x20) !== names[nameStart + i]) return false;
    }
    return true;
  }
}

function hashName(buffer: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (buffer[i] | 0x20)) | 0;
  return hash ^ (hash >>> 15);
}

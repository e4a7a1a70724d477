// The command table: from the bytes of a name to its command, in any case, without making a string.
import { latin1Bytes } from '../domain/bytes/ascii.ts';

const NO_BYTES = new Uint8Array(0);

export class CommandTable<C extends { readonly name: string }> {
  /** In the order of declaration. */
  readonly all: readonly C[];
  private readonly slots: (C | null)[];
  private readonly names: Uint8Array[];
  private readonly mask: number;

  constructor(commands: readonly C[]) {
    this.all = commands;
    let size = 16;
    while (size < commands.length * 4) size *= 2;
    this.mask = size - 1;
    this.slots = new Array<C | null>(size).fill(null);
    this.names = new Array<Uint8Array>(size).fill(NO_BYTES);
    for (const command of commands) this.add(command, command.name);
  }

  /** Adds a command under a name, an alias by rename-command for instance. */
  add(command: C, name: string): void {
    const bytes = latin1Bytes(name);
    let slot = hashName(bytes, 0, bytes.length) & this.mask;
    while (this.slots[slot] !== null) slot = (slot + 1) & this.mask;
    this.slots[slot] = command;
    this.names[slot] = bytes;
  }

  find(buffer: Uint8Array, start: number, end: number): C | null {
    let slot = hashName(buffer, start, end) & this.mask;
    for (;;) {
      const command = this.slots[slot];
      if (command === null || isName(this.names[slot], buffer, start, end)) return command;
      slot = (slot + 1) & this.mask;
    }
  }

  findText(name: string): C | null {
    const bytes = latin1Bytes(name);
    return this.find(bytes, 0, bytes.length);
  }
}

function hashName(buffer: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (buffer[i] | 0x20)) | 0;
  return hash ^ (hash >>> 15);
}

function isName(name: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = buffer[start + i];
    if (byte === name[i]) continue;
    // Only letters have a second case.
    if (byte < 65 || byte > 90 || (byte | 0x20) !== name[i]) return false;
  }
  return true;
}

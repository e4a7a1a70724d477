// The forms that values have in RDB files and payloads, of all versions, put together by hand and
// as plainly as can be: witnesses against the server's codec, which shares nothing with them.

type Item = string | number | bigint;

/** A length, in its shortest form. */
export function length(value: number): Buffer {
  if (value < 64) return Buffer.of(value);
  if (value < 16384) return Buffer.of(0x40 | (value >> 8), value & 255);
  const bytes = Buffer.alloc(5, 0x80);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

/** A length in the longest form. */
export function length64(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0x81);
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

/** A string as it is. */
export function string(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string, 'latin1');
  return Buffer.concat([length(bytes.length), bytes]);
}

/** A string of LZF, made of literals alone. */
export function literals(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  const runs: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const run = bytes.subarray(at, at + 32);
    runs.push(Buffer.of(run.length - 1), run);
  }
  const packed = Buffer.concat(runs);
  return Buffer.concat([Buffer.of(0xc3), length(packed.length), length(bytes.length), packed]);
}

/** A string that is an integer of 8, 16 or 32 bits. */
export function integer(value: number, bits: 8 | 16 | 32): Buffer {
  const bytes = Buffer.alloc(1 + bits / 8, 0xc0 | [8, 16, 32].indexOf(bits));
  bytes.writeIntLE(value, 1, bits / 8);
  return bytes;
}

export function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

export function milliseconds(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A score as the first sorted sets had it: text behind its length. */
export function textScore(value: string): Buffer {
  if (value === 'nan') return Buffer.of(253);
  if (value === 'inf') return Buffer.of(254);
  if (value === '-inf') return Buffer.of(255);
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
}

/** A ziplist; numbers get the shortest form that they can have. */
export function ziplist(items: readonly Item[]): Buffer {
  const entries: Buffer[] = [];
  let previous = 0;
  let tail = 10;
  let size = 10;
  for (const item of items) {
    const before = Buffer.alloc(previous < 254 ? 1 : 5, previous < 254 ? previous : 254);
    if (previous >= 254) before.writeUInt32LE(previous, 1);
    const entry = Buffer.concat([before, ziplistContent(item)]);
    tail = size;
    size += entry.length;
    previous = entry.length;
    entries.push(entry);
  }
  const header = Buffer.alloc(10);
  header.writeUInt32LE(size + 1, 0);
  header.writeUInt32LE(tail, 4);
  header.writeUInt16LE(Math.min(items.length, 0xffff), 8);
  return Buffer.concat([header, ...entries, Buffer.of(0xff)]);
}

function ziplistContent(item: Item): Buffer {
  if (typeof item === 'string') {
    const bytes = Buffer.from(item, 'latin1');
    const size = bytes.length;
    if (size < 64) return Buffer.concat([Buffer.of(size), bytes]);
    if (size < 16384) return Buffer.concat([Buffer.of(0x40 | (size >> 8), size & 255), bytes]);
    const head = Buffer.alloc(5, 0x80);
    head.writeUInt32BE(size, 1);
    return Buffer.concat([head, bytes]);
  }
  const value = BigInt(item);
  if (value >= 0n && value <= 12n) return Buffer.of(0xf1 + Number(value));
  if (fits(value, 8)) return integerEntry(0xfe, value, 1);
  if (fits(value, 16)) return integerEntry(0xc0, value, 2);
  if (fits(value, 24)) return integerEntry(0xf0, value, 3);
  if (fits(value, 32)) return integerEntry(0xd0, value, 4);
  return integerEntry(0xe0, value, 8);
}

/** A listpack. An item of `[head, ...]` is an entry as it stands, without its back length. */
export function listpack(items: readonly (Item | readonly number[])[], count?: number): Buffer {
  const entries = items.map((item) => {
    const entry = typeof item === 'object' ? Buffer.from(item) : listpackContent(item);
    return Buffer.concat([entry, backLength(entry.length)]);
  });
  const body = Buffer.concat([...entries, Buffer.of(0xff)]);
  const header = Buffer.alloc(6);
  header.writeUInt32LE(body.length + 6, 0);
  header.writeUInt16LE(Math.min(count ?? items.length, 0xffff), 4);
  return Buffer.concat([header, body]);
}

function listpackContent(item: Item): Buffer {
  if (typeof item === 'string') {
    const bytes = Buffer.from(item, 'latin1');
    const size = bytes.length;
    if (size < 64) return Buffer.concat([Buffer.of(0x80 | size), bytes]);
    if (size < 4096) return Buffer.concat([Buffer.of(0xe0 | (size >> 8), size & 255), bytes]);
    const head = Buffer.alloc(5, 0xf0);
    head.writeUInt32LE(size, 1);
    return Buffer.concat([head, bytes]);
  }
  const value = BigInt(item);
  if (value >= 0n && value <= 127n) return Buffer.of(Number(value));
  if (fits(value, 13)) {
    const bits = Number(BigInt.asUintN(13, value));
    return Buffer.of(0xc0 | (bits >> 8), bits & 255);
  }
  if (fits(value, 16)) return integerEntry(0xf1, value, 2);
  if (fits(value, 24)) return integerEntry(0xf2, value, 3);
  if (fits(value, 32)) return integerEntry(0xf3, value, 4);
  return integerEntry(0xf4, value, 8);
}

function backLength(size: number): Buffer {
  const groups: number[] = [];
  for (let rest = size; rest > 0; rest >>>= 7) groups.unshift(rest & 127);
  return Buffer.from(groups.map((group, index) => (index === 0 ? group : group | 128)));
}

function integerEntry(head: number, value: bigint, size: number): Buffer {
  const bytes = Buffer.alloc(9, head);
  bytes.writeBigInt64LE(value, 1);
  return bytes.subarray(0, 1 + size);
}

function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

/** A zipmap; `free` bytes follow each value. */
export function zipmap(items: readonly string[], free = 0): Buffer {
  const parts = items.map((item, index) => {
    const bytes = Buffer.from(item, 'latin1');
    const head = Buffer.alloc(bytes.length < 254 ? 1 : 5, Math.min(bytes.length, 254));
    if (bytes.length >= 254) head.writeUInt32LE(bytes.length, 1);
    if (index % 2 === 0) return Buffer.concat([head, bytes]);
    return Buffer.concat([head, Buffer.of(free), bytes, Buffer.alloc(free)]);
  });
  return Buffer.concat([Buffer.of(Math.min(items.length / 2, 254)), ...parts, Buffer.of(0xff)]);
}

export function intset(width: 2 | 4 | 8, members: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(8 + width * members.length);
  bytes.writeUInt32LE(width, 0);
  bytes.writeUInt32LE(members.length, 4);
  for (const [index, member] of members.entries()) {
    const whole = Buffer.alloc(8);
    whole.writeBigInt64LE(BigInt(member));
    whole.copy(bytes, 8 + width * index, 0, width);
  }
  return bytes;
}

/** A body: the type, then its parts. */
export function body(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(type), ...parts]);
}

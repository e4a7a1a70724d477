// LZF (Marc Lehmann's liblzf), with which Redis packs strings in DUMP payloads and RDB files:
//
//   000lllll               l + 1 literal bytes follow
//   LLLooooo oooooooo      L + 2 bytes, from o + 1 bytes before this place on; L is 1 to 6
//   111ooooo L oooooooo    L + 9 bytes likewise
//
// What pack() writes is, byte for byte, what Redis's own packer writes: it looks for three bytes in
// a table of 65,536 places by a hash of them, takes the last place with that hash if it is the
// same, and after a match enters two more places.

const TABLE_BITS = 16;
const TABLE_SIZE = 1 << TABLE_BITS;
const TABLE_MASK = TABLE_SIZE - 1;
const OFFSET_END = 1 << 13;
const LITERALS_MAX = 32;
const MATCH_MAX = 264;
/** Lengths from which on a match has a byte of its own for it, counted less 2. */
const LONG_MATCH = 7;
/** A match may be longer by up to this when it ends where the input does. */
const TAIL_MATCH_MAX = 19;
const TAIL_LIMIT = 16;
/** Positions that the table counts before it begins anew. */
const POSITIONS_MAX = 2 ** 31 - 2 ** 29;
/** Three bytes become 264 at most. */
const RATIO_MAX = 88;

/** In place of a size. */
const UNFINISHED = -1;
const NO_BYTES = new Uint8Array(0);

/** Can `packed` bytes become so many? */
export function mayUnpackTo(packed: number, size: number): boolean {
  return size <= packed * RATIO_MAX;
}

export class LzfPacker {
  /**
   * Positions by hash, counted over all inputs, so that those of former ones are known to be old
   * and nobody needs to clear the table.
   */
  private readonly table = new Int32Array(TABLE_SIZE);
  private origin = 1;
  // What is being packed.
  private bytes: Uint8Array = NO_BYTES;
  private target: Uint8Array = NO_BYTES;
  private start = 0;
  private end = 0;
  private max = 0;
  private base = 0;
  private at = 0;
  private to = 0;
  private literals = 0;
  private seen = 0;
  /** The size of what was packed last, or 0 if it would be larger than was allowed. */
  size = 0;

  /**
   * Packs bytes[start, end) into target[0, max). Returns the size, or 0 if it would be larger.
   */
  pack(bytes: Uint8Array, start: number, end: number, target: Uint8Array, max: number): number {
    this.begin(bytes, start, end, target, max);
    this.goOn(end - start);
    return this.size;
  }

  /** Begins to pack likewise, in steps: nothing else is packed, and no byte changes, meanwhile. */
  begin(bytes: Uint8Array, start: number, end: number, target: Uint8Array, max: number): void {
    this.bytes = bytes;
    this.target = target;
    this.start = start;
    this.end = end;
    this.max = max;
    this.base = this.nextBase(end - start) - start;
    this.at = start;
    // A run of literals begins with its count, which is written when it ends.
    this.to = 1;
    this.literals = 0;
    this.seen = (bytes[start] << 8) | bytes[start + 1];
  }

  /** Packs so many bytes more, or a few above that. Are there more? If not, `size` is known. */
  goOn(most: number): boolean {
    const stop = Math.min(this.end - 2, this.at + most);
    this.size = this.packTo(stop);
    if (this.size === UNFINISHED) return true;
    this.bytes = NO_BYTES;
    this.target = NO_BYTES;
    return false;
  }

  /** Packs up to a place. Returns the size of all, 0 if it is too large, or UNFINISHED. */
  private packTo(stop: number): number {
    const { table, bytes, target, start, end, max, base } = this;
    let { at, to, literals, seen } = this;
    while (at < stop) {
      seen = ((seen << 8) | bytes[at + 2]) & 0xffffff;
      const slot = ((seen >>> 8) - seen * 5) & TABLE_MASK;
      const from = table[slot] - base;
      table[slot] = at + base;
      if (!isMatch(bytes, from, at, start)) {
        if (to >= max) return 0;
        target[to++] = bytes[at++];
        if (++literals === LITERALS_MAX) {
          target[to - literals - 1] = literals - 1;
          literals = 0;
          to++;
        }
        continue;
      }
      if (to - (literals === 0 ? 1 : 0) + 4 >= max) return 0;
      target[to - literals - 1] = literals - 1;
      if (literals === 0) to--;
      const length = matchLength(bytes, from, at, end);
      to = writeMatch(target, to, at - from - 1, length - 2) + 1;
      literals = 0;
      at += length;
      if (at >= end - 2) break;
      // The two places before the one that is next enter the table, too.
      seen = (bytes[at - 2] << 16) | (bytes[at - 1] << 8) | bytes[at];
      table[((seen >>> 8) - seen * 5) & TABLE_MASK] = at - 2 + base;
      seen = ((seen << 8) | bytes[at + 1]) & 0xffffff;
      table[((seen >>> 8) - seen * 5) & TABLE_MASK] = at - 1 + base;
    }
    if (at < end - 2) {
      this.at = at;
      this.to = to;
      this.literals = literals;
      this.seen = seen;
      return UNFINISHED;
    }
    if (to + 3 > max) return 0;
    return writeRest(bytes, at, end, target, to, literals);
  }

  /** The position of the first byte of an input of this size. */
  private nextBase(size: number): number {
    if (this.origin > POSITIONS_MAX - size) {
      this.table.fill(0);
      this.origin = 1;
    }
    const base = this.origin;
    this.origin += size;
    return base;
  }
}

/** Unpacks, in steps: where it has come to. */
export class LzfUnpacker {
  from = 0;
  to = 0;

  /** What begins at `from` is to be unpacked to `to`. */
  begin(from: number, to: number): void {
    this.from = from;
    this.to = to;
  }

  /**
   * Unpacks bytes[from, end) into target[at, limit), until there are so many bytes more, or a few
   * above that. False if they are not LZF, or become more.
   */
  goOn(
    bytes: Uint8Array,
    end: number,
    target: Uint8Array,
    at: number,
    limit: number,
    most: number,
  ): boolean {
    let { from, to } = this;
    const pause = to + most;
    while (from < end && to < pause) {
      const control = bytes[from++];
      if (control < LITERALS_MAX) {
        const literalsEnd = from + control + 1;
        if (literalsEnd > end || to + control + 1 > limit) return false;
        while (from < literalsEnd) target[to++] = bytes[from++];
        continue;
      }
      let length = control >>> 5;
      if (length === LONG_MATCH) {
        if (from >= end) return false;
        length += bytes[from++];
      }
      if (from >= end) return false;
      let source = to - (((control & 31) << 8) | bytes[from++]) - 1;
      const matchEnd = to + length + 2;
      if (source < at || matchEnd > limit) return false;
      while (to < matchEnd) target[to++] = target[source++];
    }
    this.from = from;
    this.to = to;
    return true;
  }
}

/** Are the three bytes at `from` those at `at`, and may they be referred to? */
function isMatch(bytes: Uint8Array, from: number, at: number, start: number): boolean {
  // The first position of all is never referred to.
  if (from <= start || at - from > OFFSET_END) return false;
  return (
    bytes[from] === bytes[at] &&
    bytes[from + 1] === bytes[at + 1] &&
    bytes[from + 2] === bytes[at + 2]
  );
}

/** How many bytes from `from` on are those from `at` on; three are known to be. */
function matchLength(bytes: Uint8Array, from: number, at: number, end: number): number {
  const left = Math.min(end - at - 2, MATCH_MAX);
  // So the reference does it: near its end the input is taken whole.
  const max = Math.max(left, left > TAIL_LIMIT ? TAIL_MATCH_MAX : 3);
  let length = 3;
  while (length < max && bytes[from + length] === bytes[at + length]) length++;
  return length;
}

/** Writes a match whose length is counted less 2; returns the place behind it. */
function writeMatch(target: Uint8Array, at: number, offset: number, length: number): number {
  let to = at;
  if (length < LONG_MATCH) {
    target[to++] = (offset >>> 8) | (length << 5);
  } else {
    target[to++] = (offset >>> 8) | (LONG_MATCH << 5);
    target[to++] = length - LONG_MATCH;
  }
  target[to++] = offset;
  return to;
}

/** Writes the last literals, behind `literals` that are there; returns the size of all. */
function writeRest(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
  count: number,
): number {
  let to = at;
  let literals = count;
  for (let from = start; from < end; from++) {
    target[to++] = bytes[from];
    if (++literals === LITERALS_MAX) {
      target[to - literals - 1] = literals - 1;
      literals = 0;
      to++;
    }
  }
  target[to - literals - 1] = literals - 1;
  return literals === 0 ? to - 1 : to;
}

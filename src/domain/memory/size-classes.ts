// The arena's size classes: 16-byte steps up to 256 bytes, then eight steps to each doubling, and
// above 8 KiB the sizes that divide a page of 64 KiB evenly, so that no page has a useless tail.

export const UNIT_SIZE = 16;
/** The largest block; what is bigger owns a buffer of its own (large-blocks.ts). */
export const BLOCK_SIZE_MAX = 32 * 1024;

/** Units of 16 bytes in a block, by class. */
export const CLASS_UNITS: Uint16Array = makeClasses();
const CLASS_BY_UNITS: Uint8Array = makeLookup();

/** The class whose blocks hold `size` bytes with the least waste. */
export function classOfSize(size: number): number {
  if (size > BLOCK_SIZE_MAX) throw new Error(`a block of ${size} bytes is above the limit`);
  return CLASS_BY_UNITS[(size + UNIT_SIZE - 1) >>> 4];
}

/** Bytes of the block that holds `size` bytes. */
export function sizeOfBlock(size: number): number {
  return size > BLOCK_SIZE_MAX ? size : CLASS_UNITS[classOfSize(size)] * UNIT_SIZE;
}

/** Bytes of the largest block of at most `size` bytes, a number from 16 to BLOCK_SIZE_MAX. */
export function largestBlockSize(size: number): number {
  const block = sizeOfBlock(size);
  return block <= size ? block : CLASS_UNITS[classOfSize(size) - 1] * UNIT_SIZE;
}

function makeClasses(): Uint16Array {
  const units: number[] = [];
  for (let size = 1; size <= 16; size++) units.push(size);
  for (let base = 16; base < 512; base *= 2) {
    for (let eighth = 1; eighth <= 8; eighth++) units.push(base + (base / 8) * eighth);
  }
  for (const blocksPerPage of [7, 6, 5, 4, 3, 2]) units.push(Math.floor(4096 / blocksPerPage));
  return Uint16Array.from(units);
}

function makeLookup(): Uint8Array {
  const lookup = new Uint8Array(BLOCK_SIZE_MAX / UNIT_SIZE + 1);
  let sizeClass = 0;
  for (let units = 0; units < lookup.length; units++) {
    if (units > CLASS_UNITS[sizeClass]) sizeClass++;
    lookup[units] = sizeClass;
  }
  return lookup;
}

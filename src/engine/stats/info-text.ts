// Pieces of text that several sections of INFO share.

/**
 * A number with two decimals as C's printf("%.2f") writes it. toFixed takes the larger neighbour
 * when the value lies exactly between two; C takes the even one. Between two hundredths lie only
 * the odd multiples of 1/8, and of these toFixed is wrong for those that end in .125 and .625.
 */
export function twoDecimals(value: number): string {
  if ((value * 8) % 4 === 1) return value.toFixed(3).slice(0, -1);
  return value.toFixed(2);
}

/** A name fit for a line of INFO: Redis replaces what would end the name or the line. */
export function safeInfoName(name: string): string {
  return name.replace(/[#:\r\n]/g, '_');
}

const UNITS = ['K', 'M', 'G', 'T', 'P'];
const UNIT_SIZE = 1024;

/** A size as the *_human fields of INFO write it: `512B`, `1.50M`. */
export function humanSize(bytes: number): string {
  if (bytes < UNIT_SIZE) return `${bytes}B`;
  let value = bytes / UNIT_SIZE;
  let unit = 0;
  while (value >= UNIT_SIZE && unit < UNITS.length - 1) {
    value /= UNIT_SIZE;
    unit++;
  }
  return `${twoDecimals(value)}${UNITS[unit]}`;
}

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

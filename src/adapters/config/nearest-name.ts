// What somebody meant who misspelt a name: that of the known ones which the fewest slips of the
// finger lead to, if they are few beside its length.

/** Slips that may be; of a short name there may be fewer, for else everything is near. */
const SLIPS_MAX = 2;
const LETTERS_PER_SLIP = 3;
/** Nobody misspells a name of that length; the work grows with its square. */
const LENGTH_MAX = 64;

/** The nearest of the names, the first of equals; null if none is near, or it is one of them. */
export function nearestName(written: string, names: Iterable<string>): string | null {
  const word = written.toLowerCase();
  if (word.length > LENGTH_MAX) return null;
  let nearest: string | null = null;
  let slipsMax = Math.min(SLIPS_MAX, Math.floor(word.length / LETTERS_PER_SLIP));
  for (const name of names) {
    if (Math.abs(name.length - word.length) > slipsMax) continue;
    const slips = slipsBetween(word, name);
    if (slips === 0) return null;
    if (slips > slipsMax) continue;
    nearest = name;
    slipsMax = slips - 1;
  }
  return nearest;
}

/** Letters left out, put in, exchanged, or swapped with their neighbour. */
function slipsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let k = 1; k <= to.length; k++) {
      const isSame = from[i - 1] === to[k - 1];
      let slips = Math.min(last[k - 1] + (isSame ? 0 : 1), last[k] + 1, row[k - 1] + 1);
      const isSwapped = i > 1 && k > 1 && from[i - 1] === to[k - 2] && from[i - 2] === to[k - 1];
      if (isSwapped) slips = Math.min(slips, beforeLast[k - 2] + 1);
      row.push(slips);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length];
}

// What a part of the benchmark is, and what it hands back: rows of two figures, side by side.

export interface Options {
  /** Small sizes, for a look in under two minutes. */
  readonly isQuick: boolean;
  /** Commands that the cpu part is narrowed to; empty for all of them. */
  readonly commands: readonly string[];
}

export interface Part {
  readonly name: string;
  /** The part is given up after this time. */
  readonly limitSeconds: number;
  run(options: Options): Promise<Section>;
}

export interface Section {
  readonly title: string;
  /** The heads of the two columns of figures. */
  readonly columns: readonly [string, string];
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
}

export interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  /** Ours per theirs; a median of pairs where there were several. */
  readonly ratio: number | null;
  readonly bar: Bar | null;
}

/** A bar of the quality document. */
export interface Bar {
  readonly text: string;
  /** Does the row's figure hold it? Null when the machine is too noisy to say. */
  readonly holds: boolean | null;
}

export const WITH_REFERENCE: readonly [string, string] = ['redstart', 'reference'];

/** A row whose ratio is that of its figures, under a bar for the ratio (null for none). */
export function comparison(
  figure: string,
  unit: string,
  ours: number,
  theirs: number,
  ratioMax: number | null,
  ratio = ours / theirs,
): Row {
  const bar = ratioMax === null ? null : { text: `<= ${ratioMax}x`, holds: ratio <= ratioMax };
  return { figure, unit, ours, theirs, ratio, bar };
}

/** A row of pairs' costs, ours first: its ratio is the median of the pairs' ratios. */
export function pairedRow(
  figure: string,
  unit: string,
  [ours, theirs]: readonly (readonly number[])[],
  ratioMax: number | null,
): Row {
  const ratio = median(ours.map((cost, pair) => cost / theirs[pair]));
  return comparison(figure, unit, median(ours), median(theirs), ratioMax, ratio);
}

/**
 * A row of which our own figure counts; `judged` is held against the bar, null if nothing can be.
 */
export function measured(
  figure: string,
  unit: string,
  ours: number,
  theirs: number | null,
  max: number | null,
  judged: number | null = ours,
): Row {
  const holds = judged === null || max === null ? null : judged <= max;
  const bar = max === null ? null : { text: `<= ${max} ${unit}`, holds };
  return { figure, unit, ours, theirs, ratio: null, bar };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that a share of the sorted values does not pass. */
export function percentile(sorted: Float64Array | readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

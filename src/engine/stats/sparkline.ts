// Graphs made of characters, as LATENCY GRAPH shows them: one column per value, filled up to its
// height, and below it its label, written downwards:
//
//      #
//      |
//     #|
//   _o||
//
//   7321
//   ssss

/** From the bottom of a row to its top. */
const LEVELS = '_o#';
const FILL = '|';
const LABEL_MARGIN_ROWS = 1;

/**
 * A graph `rows` rows high of `values`, `columns` of them in a line of graphs; lines are divided by
 * an empty one. The least value of all is at the bottom, the greatest at the top. Every row ends
 * with a newline. `labels` has one text for each value.
 */
export function sparkline(
  values: readonly number[],
  labels: readonly string[],
  columns: number,
  rows: number,
): string {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const steps = LEVELS.length * rows;
  const range = greatest === least ? 1 : greatest - least;
  const heights = values.map((value) =>
    Math.min(steps - 1, Math.trunc(Math.trunc((value - least) * steps) / range)),
  );
  const parts: string[] = [];
  for (let start = 0; start < values.length; start += columns) {
    const end = Math.min(start + columns, values.length);
    parts.push(graphOf(heights.slice(start, end), rows) + labelsOf(labels.slice(start, end)));
  }
  return parts.join('\n');
}

function graphOf(heights: readonly number[], rows: number): string {
  let text = '';
  for (let row = rows - 1; row >= 0; row--) {
    for (const height of heights) {
      const level = height - row * LEVELS.length;
      if (level < 0) text += ' ';
      else text += level < LEVELS.length ? LEVELS[level] : FILL;
    }
    text += '\n';
  }
  return text;
}

function labelsOf(labels: readonly string[]): string {
  let text = `${' '.repeat(labels.length)}\n`.repeat(LABEL_MARGIN_ROWS);
  const size = labels.reduce((longest, label) => Math.max(longest, label.length), 0);
  for (let i = 0; i < size; i++) {
    for (const label of labels) text += i < label.length ? label[i] : ' ';
    text += '\n';
  }
  return text;
}

// Prints sections as plain tables.
import type { Row, Section } from './part.ts';

const HEADS = ['ratio', 'bar', 'holds'];
const VERDICTS = new Map([
  [true, 'yes'],
  [false, 'NO'],
  [null, 'noise'],
]);

export function formatSection(section: Section): string {
  const lines = [['', 'unit', ...section.columns, ...HEADS], ...section.rows.map(cells)];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const table = lines.map((line) =>
    line
      .map((cell, column) =>
        isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
  const notes = (section.notes ?? []).map((note) => `note: ${note}`);
  return [section.title, ...table, ...notes].map((line, i) => (i ? `  ${line}` : line)).join('\n');
}

function cells(row: Row): string[] {
  return [
    row.figure,
    row.unit,
    formatNumber(row.ours),
    formatNumber(row.theirs),
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.bar?.text ?? '',
    row.bar === null ? '' : (VERDICTS.get(row.bar.holds) ?? ''),
  ];
}

/** The figure's name, its unit and the bar are text; the rest are numbers. */
function isText(column: number): boolean {
  return column < 2 || column === 5;
}

function formatNumber(value: number | null): string {
  if (value === null) return '';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2);
}

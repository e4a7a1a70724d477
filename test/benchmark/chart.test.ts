// Charts: numbers as they are written, and where things stand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barChart, escaped, lineChart, numberText, roundStep } from '../../src/benchmark/chart.ts';

const NUMBERS: readonly (readonly [value: number, text: string])[] = [
  [0, '0'],
  [0.12345, '0.123'],
  [2.5, '2.5'],
  [12.34, '12.3'],
  [100, '100'],
  [999.4, '999'],
  [1234567.8, '1,234,568'],
  [Number.NaN, '-'],
];

test('numbers', () => {
  for (const [value, text] of NUMBERS) assert.equal(numberText(value), text);
});

const STEPS: readonly (readonly [value: number, step: number])[] = [
  [1, 1],
  [1.1, 2],
  [2.1, 2.5],
  [26, 50],
  [5001, 10_000],
];

test('steps of an axis are round', () => {
  for (const [value, step] of STEPS) assert.equal(roundStep(value), step);
});

test('text of others cannot be markup', () => {
  assert.equal(escaped('a<b> & "\'\xff\0'), 'a&#60;b&#62; &#38; &#34;&#39;&#255;\\x00');
});

test('the longest bar is as long as there is room, others in proportion', () => {
  const svg = barChart(
    [
      { label: 'a', value: 2, series: 0 },
      { label: 'b', value: 1, series: 1 },
    ],
    '/s',
  );
  const widths = [...svg.matchAll(/<rect class="s(\d)"[^>]* width="([\d.]+)"/g)];
  assert.deepEqual(
    widths.map(([, series]) => series),
    ['0', '1'],
  );
  assert.equal(Number(widths[0][2]), 2 * Number(widths[1][2]));
});

test('a line goes from the corner to the other', () => {
  const line = {
    series: 0,
    points: [
      [0, 0],
      [1, 4],
    ] as const,
  };
  const svg = lineChart([line], { x: 'x', y: 'y', marks: [[0.5, 'half']] });
  assert.match(svg, /<polyline class="s0" points="70\.0,184\.0 708\.0,10\.0"\/>/);
  assert.match(svg, /<text x="389\.0" [^>]*>half<\/text>/);
});

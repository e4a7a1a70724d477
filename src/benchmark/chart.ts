// Charts as SVG that stands in the midst of HTML: bars, and lines over a horizontal axis.

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Which of the servers it is of: its colour. */
  readonly series: number;
}

export interface Line {
  readonly series: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axes {
  /** Said below, and at the side. */
  readonly x: string;
  readonly y: string;
  /** Places on the horizontal axis that are named. */
  readonly marks: readonly (readonly [x: number, label: string])[];
}

const WIDTH = 720;
const LABELS = 230;
const BAR = 18;
const GAP = 6;
const HEIGHT = 220;
const MARGIN = { left: 70, right: 12, top: 10, bottom: 36 };
const STEPS = 4;

/** Horizontal bars, one below the other. */
export function barChart(bars: readonly Bar[], unit: string): string {
  const max = Math.max(...bars.map(({ value }) => value), 1e-9);
  const room = WIDTH - LABELS - 110;
  const rows = bars.map(({ label, value, series }, i) => {
    const y = i * (BAR + GAP);
    const width = ((value / max) * room).toFixed(1);
    const text = `${numberText(value)} ${unit}`;
    return (
      `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>` +
      `<rect class="s${series}" x="${LABELS}" y="${y}" width="${width}" height="${BAR}"/>` +
      `<text x="${LABELS + Number(width) + 6}" y="${y + 13}">${escaped(text)}</text>`
    );
  });
  return svg(bars.length * (BAR + GAP), rows.join(''));
}

/** Lines; the vertical axis begins at zero. */
export function lineChart(lines: readonly Line[], axes: Axes): string {
  const points = lines.flatMap((line) => line.points);
  const xMax = Math.max(...points.map(([x]) => x), ...axes.marks.map(([x]) => x), 1e-9);
  const yStep = roundStep(Math.max(...points.map(([, y]) => y), 1e-9) / STEPS);
  const yMax = yStep * STEPS;
  const inside = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - 46 };
  const placeX = (x: number) => (MARGIN.left + (x / xMax) * inside.width).toFixed(1);
  const placeY = (y: number) => (MARGIN.top + (1 - y / yMax) * inside.height).toFixed(1);
  const bottom = HEIGHT - MARGIN.bottom;
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => yStep * i);
  const parts = [
    ...steps.map((y) => {
      const at = placeY(y);
      const line = `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}"/>`;
      const label = `<text x="${MARGIN.left - 6}" y="${Number(at) + 4}" text-anchor="end">`;
      return `${line}${label}${numberText(y)}</text>`;
    }),
    ...axes.marks.map(([x, label]) => {
      const place = `x="${placeX(x)}" y="${bottom + 14}" text-anchor="middle"`;
      return `<text ${place}>${escaped(label)}</text>`;
    }),
    ...lines.map(({ series, points }) => {
      const places = points.map(([x, y]) => `${placeX(x)},${placeY(y)}`).join(' ');
      return `<polyline class="s${series}" points="${places}"/>`;
    }),
    `<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 4}" text-anchor="end">`,
    `${escaped(axes.x)}</text>`,
    `<text x="4" y="${HEIGHT - 4}">${escaped(axes.y)}</text>`,
  ];
  return svg(HEIGHT, parts.join(''));
}

/** Text as it stands in HTML. Bytes that are no ASCII are told by number. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'\u0080-\uffff]|[\0-\x1f]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 32 ? `\\x${code.toString(16).padStart(2, '0')}` : `&#${code};`;
  });
}

/** The next number that begins with 1, 2, 2.5 or 5 and goes on with zeros. */
export function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 2, 2.5, 5].find((each) => each * power >= value) ?? 10;
  return digit * power;
}

export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 3)));
}

function svg(height: number, inside: string): string {
  const box = `viewBox="0 0 ${WIDTH} ${height}"`;
  return `<svg ${box} width="${WIDTH}" height="${height}" role="img">${inside}</svg>\n`;
}

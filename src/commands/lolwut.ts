// LOLWUT: the version, with a picture when that of Redis 5 or 6 is asked for. The pictures are
// ours.
import { equalsIgnoreCase, latin1Text } from '../domain/bytes/ascii.ts';
import { isInteger64 } from '../domain/bytes/integer.ts';
import { NOT_AN_INTEGER } from '../domain/errors.ts';
import { type CommandDeclaration, type Context, FAST, READONLY } from '../engine/command.ts';
import { integer, optional } from '../engine/declaration/arguments.ts';
import type { Random } from '../engine/ports.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { REDIS_VERSION } from '../engine/version.ts';

export const LOLWUT_COMMANDS: CommandDeclaration[] = [
  {
    name: 'LOLWUT',
    group: 'server',
    since: '5.0.0',
    // Redis's documentation of this one command has no complexity.
    complexity: '',
    summary: 'Displays computer art and the Redis version',
    flags: READONLY | FAST,
    args: [optional(integer('version', { token: 'VERSION' }))],
    run: lolwut,
  },
];

/** A picture: what its numeric arguments are without being given, and at most. */
interface Picture {
  readonly defaults: readonly number[];
  readonly bounds: readonly number[];
  readonly caption: string;
  readonly draw: (random: Random, sizes: readonly number[]) => string;
}

const PICTURES = new Map<number, Picture>([
  [
    5,
    {
      // Columns, and squares in a row and in a column; a square is two characters wide.
      defaults: [66, 8, 12],
      bounds: [1000, 200, 200],
      caption: 'Ways through a maze',
      draw: (random, [columns, , rows]) => maze(random, columns, rows),
    },
  ],
  [
    6,
    {
      defaults: [80, 20],
      bounds: [1000, 1000],
      caption: 'A town at night',
      draw: (random, [columns, rows]) => town(random, columns, rows),
    },
  ],
]);

function lolwut({ server }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends, count } = request;
  const version = `Redis ver. ${REDIS_VERSION}\n`;
  if (count < 3 || !equalsIgnoreCase(buffer, starts[1], ends[1], 'version')) {
    return reply.verbatim(version, 'txt');
  }
  if (!isInteger64(buffer, starts[2], ends[2])) return reply.error(NOT_AN_INTEGER);
  const picture = PICTURES.get(Number(latin1Text(buffer, starts[2], ends[2])));
  if (picture === undefined) return reply.verbatim(version, 'txt');
  const sizes = [...picture.defaults];
  for (let i = 0; i < sizes.length && i + 3 < count; i++) {
    if (!isInteger64(buffer, starts[i + 3], ends[i + 3])) return reply.error(NOT_AN_INTEGER);
    const size = Number(latin1Text(buffer, starts[i + 3], ends[i + 3]));
    sizes[i] = Math.max(1, Math.min(size, picture.bounds[i]));
  }
  const drawing = picture.draw(server.random, sizes);
  reply.verbatim(`${drawing}\n${picture.caption}. ${version}`, 'txt');
}

function maze(random: Random, columns: number, rows: number): string {
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) text += random.next() % 2 === 0 ? '/' : '\\';
    text += '\n';
  }
  return text;
}

/** Houses of chance widths and heights, some windows lit. */
function town(random: Random, columns: number, rows: number): string {
  const heights: number[] = [];
  while (heights.length < columns) {
    const height = random.next() % rows;
    const width = 4 + (random.next() % 8);
    for (let i = 0; i < width && heights.length < columns; i++) heights.push(height);
  }
  let text = '';
  for (let row = rows - 1; row >= 0; row--) {
    for (const height of heights) {
      if (row > height) text += ' ';
      else text += random.next() % 6 === 0 ? '.' : '#';
    }
    text += '\n';
  }
  return text;
}

// LOLWUT: the version, with a picture when that of Redis 5 or 6 is asked for. The pictures are
// ours.
import { type CommandEntry, type Context, FAST, READONLY } from '../../engine/command.ts';
import { integer, optional } from '../../engine/declaration/arguments.ts';
import type { Random } from '../../engine/ports.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { REDIS_VERSION } from '../../engine/version.ts';

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

const LOLWUT: CommandEntry = {
  name: 'LOLWUT',
  flags: READONLY | FAST,
  args: [optional(integer('version', { token: 'VERSION' }))],
  run: lolwut,
};

function lolwut({ server }: Context, request: Request, reply: Reply): void {
  const { count } = request;
  const version = `Redis ver. ${REDIS_VERSION}\n`;
  if (count < 3 || !request.is(1, 'version')) {
    return reply.verbatim(version, 'txt');
  }
  const number = request.integer(2, reply);
  if (isRefused(number)) return;
  const picture = PICTURES.get(number);
  if (picture === undefined) return reply.verbatim(version, 'txt');
  const sizes = [...picture.defaults];
  for (let i = 0; i < sizes.length && i + 3 < count; i++) {
    const size = request.integer(i + 3, reply);
    if (isRefused(size)) return;
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

export const LOLWUT_COMMANDS: readonly CommandEntry[] = [LOLWUT];

// GEOADD: ZADD with the scores of places.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { GeoCell, STEP_BITS_MAX } from '../../domain/values/geo-cells.ts';
import { type CommandEntry, type Context, DENYOOM, WRITE } from '../../engine/command.ts';
import {
  block,
  double,
  key,
  multiple,
  oneof,
  optional,
  RW,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { Request } from '../../engine/request.ts';
import { addScored, CH, NX, Scores, XX } from '../sorted-set/add.ts';
import { PlaceInHand, readPlace } from './places.ts';

const WORDS_OF_MEMBER = 3;

const GEOADD: CommandEntry = {
  name: 'GEOADD',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | UPDATE),
    optional(oneof('condition', [token('nx', 'NX'), token('xx', 'XX')], { since: '6.2.0' })),
    optional(token('change', 'CH', { since: '6.2.0' })),
    multiple(block('data', [double('longitude'), double('latitude'), string('member')])),
  ],
  run: geoadd,
};

/** The call of ZADD that a call of GEOADD is, but for its scores. */
class ZaddCall {
  readonly request = new Request();
  readonly cell = new GeoCell();
}

function geoadd(context: Context, request: Request, reply: Reply): void {
  let flags = 0;
  let first = 2;
  for (let flag = flagAt(request, first); flag !== 0; flag = flagAt(request, ++first)) {
    flags |= flag;
  }
  const words = request.count - first;
  const isBoth = (flags & NX) !== 0 && (flags & XX) !== 0;
  if (words === 0 || words % WORDS_OF_MEMBER !== 0 || isBoth) return reply.error(SYNTAX_ERROR);
  const scores = context.scratch.of(Scores);
  const zadd = context.scratch.of(ZaddCall).request;
  if (!readMembers(context, request, first, scores, zadd, reply)) return zadd.letGo();
  const changes = addScored(context, zadd, 2, scores.values, flags, reply);
  if (changes > 0) tell(context, request, first, scores.values);
  zadd.letGo();
}

function flagAt(request: Request, argument: number): number {
  if (argument >= request.count) return 0;
  if (request.is(argument, 'nx')) return NX;
  if (request.is(argument, 'xx')) return XX;
  return request.is(argument, 'ch') ? CH : 0;
}

/** Reads all places and writes the words of ZADD. False: one is none, and that is said. */
function readMembers(
  context: Context,
  request: Request,
  first: number,
  scores: Scores,
  zadd: Request,
  reply: Reply,
): boolean {
  const { place } = context.scratch.of(PlaceInHand);
  const { cell } = context.scratch.of(ZaddCall);
  const { buffer, starts, ends, count } = request;
  zadd.begin(request.origin);
  zadd.buffer = buffer;
  for (let i = 0; i < 2; i++) zadd.push(starts[i], ends[i]);
  const values = scores.roomFor((count - first) / WORDS_OF_MEMBER);
  let at = 0;
  for (let i = first; i < count; i += WORDS_OF_MEMBER) {
    if (!readPlace(request, i, place, reply)) return false;
    cell.locate(place.longitude, place.latitude, STEP_BITS_MAX);
    values[at++] = cell.scoreMin;
    // In place of the score, which nobody reads again.
    zadd.push(starts[i], ends[i]);
    zadd.push(starts[i + 2], ends[i + 2]);
  }
  return true;
}

/** The effect is that of ZADD, with the options as they were written. */
function tell(
  { effects }: Context,
  request: Request,
  first: number,
  scores: Readonly<Float64Array>,
): void {
  const { count } = request;
  effects.instead('ZADD', first + ((count - first) / WORDS_OF_MEMBER) * 2);
  for (let i = 1; i < first; i++) effects.argument(request, i);
  for (let i = first, at = 0; i < count; i += WORDS_OF_MEMBER) {
    effects.integer(scores[at++]).argument(request, i + 2);
  }
}

export const GEO_ADD_COMMANDS: readonly CommandEntry[] = [GEOADD];

// BITOP. What is long is computed in slices, and stored when nothing has changed meanwhile: so the
// result is of one moment, in which it comes to be there.
import {
  BITS_AND,
  BITS_COPY,
  BITS_OR,
  BITS_XOR,
  type BitBuffer,
  combineBits,
  invertBits,
  wordsOf,
} from '../../domain/bytes/bits.ts';
import { copyBytes } from '../../domain/bytes/compare.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_DEL, EVENT_SET } from '../../domain/keyspace/events.ts';
import { DROP_TTL } from '../../domain/keyspace/keyspace.ts';
import { INLINE_RECORD_SIZE_MAX } from '../../domain/limits.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { KIND_STRING_RAW, TYPE_STRING } from '../../domain/memory/record.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  key,
  multiple,
  OW,
  oneof,
  RO,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runSteadily, type SteadyWork, type Strings } from '../../engine/steady.ts';
import { locateBits } from './locate.ts';

/** More bytes of sources than this are combined in slices, and timed by themselves. */
const AT_ONCE_SIZE_MAX = 256 * 1024;
/** Bytes of sources that a step combines, and the least that it takes of each. */
const STEP_SIZE = 64 * 1024;
const PIECE_SIZE_MIN = 2 * 1024;
/** Shorter bytes are copied sooner a word at a time than all at once. */
const LONG_COPY_MIN = 1024;
/** Strings that are not large lie within these first bytes. */
const FIRST_SIZE = INLINE_RECORD_SIZE_MAX;
const FIRST_SOURCE = 3;
/** So many sources are looked for once; of more, the others twice. */
const KEPT_REFS = 16;
const BITS_NOT = 4;

const ONE_SOURCE_FOR_NOT = 'ERR BITOP NOT must be called with a single source key.';

const BITOP: CommandEntry = {
  name: 'BITOP',
  flags: WRITE | DENYOOM | CONSTANT_TIME | RUNS_IN_SLICES,
  args: [
    oneof('operation', [
      token('and', 'AND'),
      token('or', 'OR'),
      token('xor', 'XOR'),
      token('not', 'NOT'),
    ]),
    key('destkey', OW | UPDATE),
    multiple(key('key', RO | ACCESS)),
  ],
  keySpecifications: [
    { first: 2, last: 0, step: 1, access: OW | UPDATE },
    { first: 3, last: -1, step: 1, access: RO | ACCESS },
  ],
  run: bitop,
};

function bitop(context: Context, request: Request, reply: Reply): void {
  const operation = operationOf(request);
  if (operation === null) return reply.error(SYNTAX_ERROR);
  if (operation === BITS_NOT && request.count !== FIRST_SOURCE + 1) {
    return reply.error(ONE_SOURCE_FOR_NOT);
  }
  const { records } = context.keyspace;
  const { refs } = context.scratch.of(FirstSources);
  let size = 0;
  let sizeMax = 0;
  for (let i = FIRST_SOURCE; i < request.count; i++) {
    const ref = readKey(context, request, i, TYPE_STRING, reply);
    if (ref === WRONG) return;
    if (i - FIRST_SOURCE < KEPT_REFS) refs[i - FIRST_SOURCE] = ref;
    if (ref === NONE) continue;
    records.locateValue(ref);
    size += records.valueEnd - records.valueStart;
    sizeMax = Math.max(sizeMax, records.valueEnd - records.valueStart);
  }
  if (size > AT_ONCE_SIZE_MAX) {
    const work = new Combining(context, operation);
    return runSteadily(context, request, FIRST_SOURCE, request.count, work, reply);
  }
  const target = resultBuffer(context, sizeMax);
  for (let i = FIRST_SOURCE; i < request.count; i++) {
    const isKept = i - FIRST_SOURCE < KEPT_REFS;
    const ref = isKept ? refs[i - FIRST_SOURCE] : findSource(context, request, i);
    combine(context, operation, target, 0, sizeMax, ref, i === FIRST_SOURCE);
  }
  store(context, request, target, sizeMax, reply);
}

function findSource({ keyspace, database }: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  return keyspace.find(database, buffer, starts[argument], ends[argument]);
}

/** Records of the sources that readKey() has found: nothing changes before they are combined. */
class FirstSources {
  readonly refs = new Int32Array(KEPT_REFS);
}

function operationOf(request: Request): number | null {
  if (request.is(1, 'and')) return BITS_AND;
  if (request.is(1, 'or')) return BITS_OR;
  if (request.is(1, 'xor')) return BITS_XOR;
  return request.is(1, 'not') ? BITS_NOT : null;
}

class Combining implements SteadyWork {
  ownSize = 0;
  private readonly context: Context;
  private readonly operation: number;
  private target: BitBuffer = NOTHING;
  private pieceSize = 0;
  private at = 0;

  constructor(context: Context, operation: number) {
    this.context = context;
    this.operation = operation;
  }

  begin({ sizeMax, count }: Strings): void {
    if (this.target.bytes.length < sizeMax) this.target = resultBuffer(this.context, sizeMax);
    this.ownSize = this.target.bytes.length;
    this.pieceSize = Math.max(PIECE_SIZE_MIN, (STEP_SIZE / count) & -PIECE_SIZE_MIN);
    this.at = FIRST_SIZE;
  }

  step(strings: Strings): boolean {
    if (this.at >= strings.sizeMax) return false;
    const end = Math.min(this.at + this.pieceSize, strings.sizeMax);
    this.combineAll(strings, this.at, end);
    this.at = end;
    return end < strings.sizeMax;
  }

  finish(strings: Strings, reply: Reply): void {
    this.combineAll(strings, 0, Math.min(FIRST_SIZE, strings.sizeMax));
    store(this.context, strings.request, this.target, strings.sizeMax, reply);
  }

  private combineAll({ refs, count }: Strings, at: number, end: number): void {
    const { context, operation, target } = this;
    for (let i = 0; i < count; i++) {
      combine(context, operation, target, at, end, refs[i], i === 0);
    }
  }
}

/** target[at, end) takes the same bytes of a string, the first one, or is combined with them. */
function combine(
  context: Context,
  operation: number,
  target: BitBuffer,
  at: number,
  end: number,
  ref: number,
  isFirst: boolean,
): void {
  let size = 0;
  if (ref !== NONE) {
    const words = locateBits(context, ref);
    const { valueBytes, valueStart, valueEnd } = context.keyspace.records;
    size = Math.max(0, Math.min(end, valueEnd - valueStart) - at);
    const start = valueStart + at;
    const how = isFirst ? BITS_COPY : operation;
    if (isFirst && size >= LONG_COPY_MIN) {
      copyBytes(valueBytes, start, start + size, target.bytes, at);
    } else if (size > 0) combineBits(how, target, at, valueBytes, words, start, size);
  }
  // The missing bytes of a string that is shorter than others are zeros.
  if (at + size < end && (isFirst || operation === BITS_AND)) target.bytes.fill(0, at + size, end);
  if (operation === BITS_NOT) invertBits(target, at, end);
}

/** Room for a result, whose bytes are undefined. */
function resultBuffer({ keyspace, scratch }: Context, size: number): BitBuffer {
  if (size <= FIRST_SIZE) return scratch.of(SmallResult);
  const bytes = keyspace.arena.large.spares.take(size);
  return { bytes, words: wordsOf(bytes) };
}

class SmallResult implements BitBuffer {
  readonly bytes = new Uint8Array(FIRST_SIZE);
  readonly words = wordsOf(this.bytes);
}

/** The result becomes the value of the destination; a long one as it lies. */
function store(
  { keyspace, database }: Context,
  { buffer, starts, ends }: Request,
  { bytes: result }: BitBuffer,
  size: number,
  reply: Reply,
): void {
  reply.integer(size);
  if (size === 0) {
    keyspace.delete(database, buffer, starts[2], ends[2], EVENT_DEL);
    return;
  }
  const kind = KIND_STRING_RAW;
  const { large } = keyspace.arena;
  const { running } = large;
  if (size > FIRST_SIZE) large.running = { buffer: result, isTaken: false };
  keyspace.write(database, buffer, starts[2], ends[2], result, 0, size, kind, DROP_TTL, EVENT_SET);
  large.running = running;
}

const NOTHING: BitBuffer = { bytes: new Uint8Array(0), words: new Int32Array(0) };

export const BITOP_COMMANDS: readonly CommandEntry[] = [BITOP];

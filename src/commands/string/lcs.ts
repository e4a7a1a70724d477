// LCS: the longest common subsequence of two strings.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, TYPE_STRING, typeOf } from '../../domain/memory/record.ts';
import {
  type CommonSubsequence,
  lcsLength,
  lcsTableSize,
  longestCommonSubsequence,
} from '../../domain/values/lcs.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, RO, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

const NOT_STRINGS = 'ERR The specified keys must contain string values';
const AMBIGUOUS = 'ERR If you want both the length and indexes, please just use IDX.';
const TABLE_TOO_LARGE =
  'ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len';

interface LcsOptions {
  wantsLength: boolean;
  wantsIndexes: boolean;
  wantsMatchLengths: boolean;
  matchLengthMin: number;
}

interface Bytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const NOTHING: Bytes = { bytes: new Uint8Array(0), start: 0, end: 0 };

const LCS: CommandEntry = {
  name: 'LCS',
  flags: READONLY,
  args: [
    key('key1', RO | ACCESS),
    key('key2', RO | ACCESS),
    optional(token('len', 'LEN')),
    optional(token('idx', 'IDX')),
    optional(integer('min-match-len', { token: 'MINMATCHLEN' })),
    optional(token('withmatchlen', 'WITHMATCHLEN')),
  ],
  run: lcs,
};

function lcs(context: Context, request: Request, reply: Reply): void {
  const a = readBytes(context, request, 1, reply);
  if (isRefused(a)) return;
  const b = readBytes(context, request, 2, reply);
  if (isRefused(b)) return;
  const options = parseOptions(request, reply);
  if (isRefused(options)) return;
  if (options.wantsLength && options.wantsIndexes) return reply.error(AMBIGUOUS);
  const tableSize = lcsTableSize(a.end - a.start, b.end - b.start);
  if (tableSize > context.server.live.bulkSizeMax) return reply.error(TABLE_TOO_LARGE);
  if (options.wantsLength) {
    return reply.integer(lcsLength(a.bytes, a.start, a.end, b.bytes, b.start, b.end));
  }
  const found = longestCommonSubsequence(a.bytes, a.start, a.end, b.bytes, b.start, b.end);
  if (options.wantsIndexes) replyIndexes(found, options, reply);
  else reply.bulk(found.bytes, 0, found.bytes.length);
}

/** The bytes of a string, none for an absent key. */
function readBytes(
  context: Context,
  request: Request,
  argument: number,
  reply: Reply,
): Bytes | Refused {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[argument], ends[argument]);
  if (ref === NONE) return NOTHING;
  if (typeOf(kindOf(keyspace.arena, ref)) !== TYPE_STRING) {
    reply.error(NOT_STRINGS);
    return REFUSED;
  }
  const { records } = keyspace;
  records.locateValue(ref);
  return { bytes: records.valueBytes, start: records.valueStart, end: records.valueEnd };
}

/** Errors come in the order of the words. */
function parseOptions(request: Request, reply: Reply): LcsOptions | Refused {
  const options: LcsOptions = {
    wantsLength: false,
    wantsIndexes: false,
    wantsMatchLengths: false,
    matchLengthMin: 0,
  };
  for (let i = 3; i < request.count; i++) {
    if (request.is(i, 'idx')) options.wantsIndexes = true;
    else if (request.is(i, 'len')) options.wantsLength = true;
    else if (request.is(i, 'withmatchlen')) options.wantsMatchLengths = true;
    else if (request.is(i, 'minmatchlen') && i + 1 < request.count) {
      const length = request.integer(++i, reply);
      if (isRefused(length)) return REFUSED;
      options.matchLengthMin = length;
    } else {
      reply.error(SYNTAX_ERROR);
      return REFUSED;
    }
  }
  return options;
}

function replyIndexes(found: CommonSubsequence, options: LcsOptions, reply: Reply): void {
  const ranges = found.ranges.filter(({ length }) => length >= options.matchLengthMin);
  reply.map(2);
  reply.bulkText('matches');
  reply.array(ranges.length);
  for (const range of ranges) {
    reply.array(options.wantsMatchLengths ? 3 : 2);
    reply.array(2);
    reply.integer(range.aFirst);
    reply.integer(range.aLast);
    reply.array(2);
    reply.integer(range.bFirst);
    reply.integer(range.bLast);
    if (options.wantsMatchLengths) reply.integer(range.length);
  }
  reply.bulkText('len');
  reply.integer(found.bytes.length);
}

export const STRING_LCS_COMMANDS: readonly CommandEntry[] = [LCS];

// LCS: the longest common subsequence of two strings.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { NOT_AN_INTEGER, SYNTAX_ERROR } from '../domain/errors.ts';
import { NONE } from '../domain/memory/arena.ts';
import { kindOf } from '../domain/memory/record.ts';
import {
  type CommonSubsequence,
  lcsLength,
  lcsTableSize,
  longestCommonSubsequence,
} from '../domain/values/lcs.ts';
import { isStringKind } from '../domain/values/string.ts';
import { type CommandDeclaration, type Context, READONLY } from '../engine/command.ts';
import { ACCESS, integer, key, optional, RO, token } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { integerArgument } from './string-value.ts';

export const STRING_LCS_COMMANDS: CommandDeclaration[] = [
  {
    name: 'LCS',
    group: 'string',
    since: '7.0.0',
    complexity: 'O(N*M) where N and M are the lengths of s1 and s2, respectively',
    summary: 'Finds the longest common substring.',
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
  },
];

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

function lcs(context: Context, request: Request, reply: Reply): void {
  const a = readBytes(context, request, 1);
  const b = readBytes(context, request, 2);
  if (a === null || b === null) return reply.error(NOT_STRINGS);
  const options = parseOptions(request, reply);
  if (options === null) return;
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

/** The bytes of a string, none for an absent key; null when the key holds something else. */
function readBytes(context: Context, request: Request, argument: number): Bytes | null {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[argument], ends[argument]);
  if (ref === NONE) return NOTHING;
  if (!isStringKind(kindOf(keyspace.arena, ref))) return null;
  const { records } = keyspace;
  records.locateValue(ref);
  return { bytes: records.valueBytes, start: records.valueStart, end: records.valueEnd };
}

/** Null when the options are wrong, which this has said. Errors come in the order of the words. */
function parseOptions(request: Request, reply: Reply): LcsOptions | null {
  const options: LcsOptions = {
    wantsLength: false,
    wantsIndexes: false,
    wantsMatchLengths: false,
    matchLengthMin: 0,
  };
  for (let i = 3; i < request.count; i++) {
    if (isWord(request, i, 'idx')) options.wantsIndexes = true;
    else if (isWord(request, i, 'len')) options.wantsLength = true;
    else if (isWord(request, i, 'withmatchlen')) options.wantsMatchLengths = true;
    else if (isWord(request, i, 'minmatchlen') && i + 1 < request.count) {
      const length = integerArgument(request, ++i);
      if (length === null) {
        reply.error(NOT_AN_INTEGER);
        return null;
      }
      options.matchLengthMin = Number(length);
    } else {
      reply.error(SYNTAX_ERROR);
      return null;
    }
  }
  return options;
}

function isWord(request: Request, argument: number, word: string): boolean {
  return equalsIgnoreCase(request.buffer, request.starts[argument], request.ends[argument], word);
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

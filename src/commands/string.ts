// String commands: single values, with or without a deadline.
import { equalsIgnoreCase } from '../domain/bytes/ascii.ts';
import { invalidExpire, NOT_AN_INTEGER, SYNTAX_ERROR } from '../domain/errors.ts';
import { DROP_TTL, KEEP_TTL } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { kindOfString } from '../domain/values/string.ts';
import {
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  WRITE,
} from '../engine/command.ts';
import {
  ACCESS,
  DELETE,
  INSERT,
  integer,
  key,
  OW,
  oneof,
  optional,
  RO,
  RW,
  string,
  token,
  UPDATE,
  unixTime,
  VARIABLE_FLAGS,
} from '../engine/declaration/arguments.ts';
import type { FoundKey } from '../engine/declaration/key-specifications.ts';
import { BAD_OPTION, OptionParser } from '../engine/declaration/options.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { findForChange, integerArgument, isString, replyString } from './string-value.ts';

const GETEX_ARGS = [
  key('key', RW | ACCESS | UPDATE),
  optional(
    oneof('expiration', [
      integer('seconds', { token: 'EX' }),
      integer('milliseconds', { token: 'PX' }),
      unixTime('unix-time-seconds', { token: 'EXAT' }),
      unixTime('unix-time-milliseconds', { token: 'PXAT' }),
      token('persist', 'PERSIST'),
    ]),
  ),
];

const SET_ARGS = [
  key('key', RW | ACCESS | UPDATE | VARIABLE_FLAGS),
  string('value'),
  optional(oneof('condition', [token('nx', 'NX'), token('xx', 'XX')], { since: '2.6.12' })),
  optional(token('get', 'GET', { since: '6.2.0' })),
  optional(
    oneof('expiration', [
      integer('seconds', { token: 'EX', since: '2.6.12' }),
      integer('milliseconds', { token: 'PX', since: '2.6.12' }),
      unixTime('unix-time-seconds', { token: 'EXAT', since: '6.2.0' }),
      unixTime('unix-time-milliseconds', { token: 'PXAT', since: '6.2.0' }),
      token('keepttl', 'KEEPTTL', { since: '6.0.0' }),
    ]),
  ),
];

export const STRING_COMMANDS: CommandDeclaration[] = [
  {
    name: 'GET',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns the string value of a key.',
    flags: READONLY | FAST | CONSTANT_TIME,
    args: [key('key', RO | ACCESS)],
    run: get,
  },
  {
    name: 'GETDEL',
    group: 'string',
    since: '6.2.0',
    complexity: 'O(1)',
    summary: 'Returns the string value of a key after deleting the key.',
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | DELETE)],
    run: getdel,
  },
  {
    name: 'GETEX',
    group: 'string',
    since: '6.2.0',
    complexity: 'O(1)',
    summary: 'Returns the string value of a key after setting its expiration time.',
    flags: WRITE | FAST | CONSTANT_TIME,
    args: GETEX_ARGS,
    keySpecifications: [
      {
        first: 1,
        last: 0,
        step: 1,
        access: RW | ACCESS | UPDATE,
        notes: 'RW and UPDATE because it changes the TTL',
      },
    ],
    run: getex,
  },
  {
    name: 'GETSET',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Returns the previous string value of a key after setting it to a new value.',
    flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | UPDATE), string('value')],
    deprecatedSince: '6.2.0',
    replacedBy: '`SET` with the `!GET` argument',
    run: getset,
  },
  {
    name: 'PSETEX',
    group: 'string',
    since: '2.6.0',
    complexity: 'O(1)',
    summary:
      'Sets both string value and expiration time in milliseconds of a key. ' +
      "The key is created if it doesn't exist.",
    flags: WRITE | DENYOOM | CONSTANT_TIME,
    args: [key('key', OW | UPDATE), integer('milliseconds'), string('value')],
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `PX` argument',
    run: psetex,
  },
  {
    name: 'SET',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary:
      'Sets the string value of a key, ignoring its type. ' +
      "The key is created if it doesn't exist.",
    flags: WRITE | DENYOOM | CONSTANT_TIME,
    args: SET_ARGS,
    history: [
      ['2.6.12', 'Added the `EX`, `PX`, `NX` and `XX` options.'],
      ['6.0.0', 'Added the `KEEPTTL` option.'],
      ['6.2.0', 'Added the `GET`, `EXAT` and `PXAT` option.'],
      ['7.0.0', 'Allowed the `NX` and `GET` options to be used together.'],
    ],
    keySpecifications: [
      {
        first: 1,
        last: 0,
        step: 1,
        access: RW | ACCESS | UPDATE | VARIABLE_FLAGS,
        notes: 'RW and ACCESS due to the optional `GET` argument',
      },
    ],
    findKeys: findKeysOfSet,
    run: set,
  },
  {
    name: 'SETEX',
    group: 'string',
    since: '2.0.0',
    complexity: 'O(1)',
    summary:
      'Sets the string value and expiration time of a key. ' +
      "Creates the key if it doesn't exist.",
    flags: WRITE | DENYOOM | CONSTANT_TIME,
    args: [key('key', OW | UPDATE), integer('seconds'), string('value')],
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `EX` argument',
    run: setex,
  },
  {
    name: 'SETNX',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: "Set the string value of a key only when the key doesn't exist.",
    flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
    args: [key('key', OW | INSERT), string('value')],
    deprecatedSince: '2.6.12',
    replacedBy: '`SET` with the `NX` argument',
    run: setnx,
  },
];

const setOptions = new OptionParser(SET_ARGS);
const setDeadlines = deadlineOptions('set', setOptions);
const NX = setOptions.bit('NX');
const XX = setOptions.bit('XX');
const GET = setOptions.bit('GET');
const KEEPTTL = setOptions.bit('KEEPTTL');
const getexOptions = new OptionParser(GETEX_ARGS);
const getexDeadlines = deadlineOptions('getex', getexOptions);
const PERSIST = getexOptions.bit('PERSIST');

/** What reading a deadline answers beside deadlines, which are positive. */
const NO_DEADLINE = 0;
const BAD_DEADLINE = -1;

/** A deadline in ms is a 64-bit integer for Redis: this one is too late. */
const DEADLINE_MS_END = 2n ** 63n;

function get(context: Context, request: Request, reply: Reply): void {
  replyCurrent(context, request, reply);
}

function getdel(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  if (!isString(keyspace, ref, reply)) return;
  replyString(keyspace, ref, reply);
  keyspace.deleteFound(database, ref);
}

function getex(context: Context, request: Request, reply: Reply): void {
  const options = request.count > 2 ? getexOptions.parse(request, 2) : 0;
  if (options === BAD_OPTION) return reply.error(SYNTAX_ERROR);
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  if (!isString(keyspace, ref, reply)) return;
  const deadlineMs = deadlineOf(getexDeadlines, options, context, request, reply);
  if (deadlineMs === BAD_DEADLINE) return;
  replyString(keyspace, ref, reply);
  if ((options & PERSIST) !== 0) {
    keyspace.persist(database, ref);
  } else if ((options & getexDeadlines.absolute) !== 0 && deadlineMs <= keyspace.nowMs) {
    keyspace.deleteFound(database, ref);
  } else if (deadlineMs !== NO_DEADLINE) {
    keyspace.setDeadline(database, ref, deadlineMs);
  }
}

function getset(context: Context, request: Request, reply: Reply): void {
  if (replyCurrent(context, request, reply)) writeString(context, request, 2, DROP_TTL);
}

function set(context: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return setWithOptions(context, request, reply);
  writeString(context, request, 2, DROP_TTL);
  reply.ok();
}

function setWithOptions(context: Context, request: Request, reply: Reply): void {
  const options = setOptions.parse(request, 3);
  if (options === BAD_OPTION) return reply.error(SYNTAX_ERROR);
  const deadlineMs = deadlineOf(setDeadlines, options, context, request, reply);
  if (deadlineMs === BAD_DEADLINE) return;
  const repliesOld = (options & GET) !== 0;
  if (repliesOld && !replyCurrent(context, request, reply)) return;
  if ((options & (NX | XX)) !== 0) {
    const isThere = findForChange(context, request, 1) !== NONE;
    if (isThere === ((options & NX) !== 0)) {
      if (!repliesOld) reply.nil();
      return;
    }
  }
  const keepTtl = (options & KEEPTTL) !== 0 ? KEEP_TTL : DROP_TTL;
  if (deadlineMs === NO_DEADLINE) writeString(context, request, 2, keepTtl);
  else writeUntil(context, request, 2, deadlineMs);
  if (!repliesOld) reply.ok();
}

function setex(context: Context, request: Request, reply: Reply): void {
  setUntil('setex', true, context, request, reply);
}

function psetex(context: Context, request: Request, reply: Reply): void {
  setUntil('psetex', false, context, request, reply);
}

function setUntil(
  name: string,
  isSeconds: boolean,
  context: Context,
  request: Request,
  reply: Reply,
): void {
  const deadlineMs = readDeadline(request, 2, isSeconds, context.keyspace.nowMs, name, reply);
  if (deadlineMs === BAD_DEADLINE) return;
  writeUntil(context, request, 3, deadlineMs);
  reply.ok();
}

function setnx(context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  if (findForChange(context, request, 1) !== NONE) return reply.integer(0);
  const { keyspace, database } = context;
  const kind = kindOfString(buffer, starts[2], ends[2]);
  keyspace.add(database, buffer, starts[1], ends[1], buffer, starts[2], ends[2], kind);
  reply.integer(1);
}

/** Replies with the string, or nil. False when the key holds something else, which this replies. */
function replyCurrent(context: Context, request: Request, reply: Reply): boolean {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[1], ends[1]);
  if (ref === NONE) {
    reply.nil();
    return true;
  }
  if (!isString(keyspace, ref, reply)) return false;
  replyString(keyspace, ref, reply);
  return true;
}

/** Sets the key to a string that is an argument of the request. Returns the record's ref. */
function writeString(
  context: Context,
  request: Request,
  argument: number,
  keepTtl: boolean,
): number {
  const { buffer, starts, ends } = request;
  const start = starts[argument];
  const end = ends[argument];
  return context.keyspace.write(
    context.database,
    buffer,
    starts[1],
    ends[1],
    buffer,
    start,
    end,
    kindOfString(buffer, start, end),
    keepTtl,
  );
}

function writeUntil(
  context: Context,
  request: Request,
  argument: number,
  deadlineMs: number,
): void {
  const { keyspace } = context;
  const ref = writeString(context, request, argument, KEEP_TTL);
  keyspace.setDeadline(context.database, ref, deadlineMs);
  // A value and its deadline are one change.
  keyspace.dirty--;
}

/** The options of a command that write a deadline, as bits of its parser. */
interface DeadlineOptions {
  readonly name: string;
  readonly parser: OptionParser;
  readonly seconds: number;
  readonly relative: number;
  readonly absolute: number;
}

function deadlineOptions(name: string, parser: OptionParser): DeadlineOptions {
  return {
    name,
    parser,
    seconds: parser.bit('EX') | parser.bit('EXAT'),
    relative: parser.bit('EX') | parser.bit('PX'),
    absolute: parser.bit('EXAT') | parser.bit('PXAT'),
  };
}

/** The deadline in ms that the options ask for; BAD_DEADLINE when an error was replied. */
function deadlineOf(
  deadlines: DeadlineOptions,
  options: number,
  context: Context,
  request: Request,
  reply: Reply,
): number {
  const option = options & (deadlines.relative | deadlines.absolute);
  if (option === 0) return NO_DEADLINE;
  const isSeconds = (option & deadlines.seconds) !== 0;
  const baseMs = (option & deadlines.relative) !== 0 ? context.keyspace.nowMs : 0;
  const argument = deadlines.parser.value(option);
  return readDeadline(request, argument, isSeconds, baseMs, deadlines.name, reply);
}

/** A time after `baseMs` that an argument spells, in ms; BAD_DEADLINE when an error was replied. */
function readDeadline(
  request: Request,
  argument: number,
  isSeconds: boolean,
  baseMs: number,
  name: string,
  reply: Reply,
): number {
  const time = integerArgument(request, argument);
  if (time === null) {
    reply.error(NOT_AN_INTEGER);
    return BAD_DEADLINE;
  }
  // A safe integer of seconds and the base stay below 2^63 ms.
  if (typeof time === 'number' && time > 0) return (isSeconds ? time * 1000 : time) + baseMs;
  const deadlineMs = BigInt(time) * (isSeconds ? 1000n : 1n) + BigInt(baseMs);
  if (time > 0 && deadlineMs < DEADLINE_MS_END) return Number(deadlineMs);
  reply.error(invalidExpire(name));
  return BAD_DEADLINE;
}

/** SET reads the key only with GET, which COMMAND GETKEYSANDFLAGS and ACL rules want to know. */
function findKeysOfSet(request: Request, from: number): FoundKey[] {
  const { buffer, starts, ends } = request;
  let access = OW | UPDATE;
  for (let i = from + 3; i < request.count; i++) {
    if (equalsIgnoreCase(buffer, starts[i], ends[i], 'get')) access = RW | ACCESS | UPDATE;
  }
  return [{ index: from + 1, access }];
}

// String commands: single values, with or without a deadline.
import { invalidExpire } from '../../domain/errors.ts';
import { EVENT_DEL, EVENT_EXPIRE, EVENT_PERSIST, EVENT_SET } from '../../domain/keyspace/events.ts';
import { DROP_TTL, KEEP_TTL } from '../../domain/keyspace/keyspace.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STRING } from '../../domain/memory/record.ts';
import { kindOfString } from '../../domain/values/string.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
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
} from '../../engine/declaration/arguments.ts';
import type { KeyPositions } from '../../engine/declaration/key-positions.ts';
import { OptionParser, valueArgument } from '../../engine/declaration/options.ts';
import { findKeyToChange, readKey, readKeyOrNil, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

const MS_PER_SECOND = 1000;
/** What the options ask for that name no deadline; deadlines are positive. */
const NO_DEADLINE = 0;

const GET: CommandEntry = {
  name: 'GET',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO | ACCESS)],
  run: get,
};

function get(context: Context, request: Request, reply: Reply): void {
  const ref = readKeyOrNil(context, request, 1, TYPE_STRING, reply);
  if (ref !== NONE) reply.string(context.keyspace.records, ref);
}

const GETDEL: CommandEntry = {
  name: 'GETDEL',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | DELETE)],
  run: getdel,
};

function getdel(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const ref = readKeyOrNil(context, request, 1, TYPE_STRING, reply);
  if (ref === NONE) return;
  reply.string(keyspace.records, ref);
  keyspace.remove(database, ref, EVENT_DEL);
  context.effects.instead('DEL', 2).argument(request, 1);
}

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

const getexOptions = new OptionParser(GETEX_ARGS);
const getexDeadlines = deadlineOptions('getex', getexOptions);
const GETEX_PERSIST = getexOptions.bit('PERSIST');

const GETEX: CommandEntry = {
  name: 'GETEX',
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
};

function getex(context: Context, request: Request, reply: Reply): void {
  const { optionValues } = context.scratch;
  const options = getexOptions.parse(request, 2, optionValues, reply);
  if (isRefused(options)) return;
  const { keyspace, database, effects, server } = context;
  const ref = readKeyOrNil(context, request, 1, TYPE_STRING, reply);
  if (ref === NONE) return;
  const deadlineMs = deadlineOf(getexDeadlines, options, context, request, reply);
  if (isRefused(deadlineMs)) return;
  reply.string(keyspace.records, ref);
  if ((options & GETEX_PERSIST) !== 0) {
    if (!keyspace.persist(database, ref, EVENT_PERSIST)) return;
    effects.instead('PERSIST', 2).argument(request, 1);
  } else if ((options & getexDeadlines.absolute) !== 0 && deadlineMs <= keyspace.dueMs) {
    keyspace.remove(database, ref, EVENT_DEL);
    effects.instead(server.live.unlinksExpired ? 'UNLINK' : 'DEL', 2).argument(request, 1);
  } else if (deadlineMs !== NO_DEADLINE) {
    keyspace.setDeadline(database, ref, deadlineMs, EVENT_EXPIRE);
    effects.instead('PEXPIREAT', 3).argument(request, 1).integer(deadlineMs);
  }
}

const GETSET: CommandEntry = {
  name: 'GETSET',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | UPDATE), string('value')],
  run: getset,
};

function getset(context: Context, request: Request, reply: Reply): void {
  if (!replyCurrent(context, request, reply)) return;
  writeString(context, request, 2, DROP_TTL);
  context.effects.instead('SET', 3).argument(request, 1).argument(request, 2);
}

const PSETEX: CommandEntry = {
  name: 'PSETEX',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [key('key', OW | UPDATE), integer('milliseconds'), string('value')],
  run: psetex,
};

function psetex(context: Context, request: Request, reply: Reply): void {
  setUntil('psetex', 1, context, request, reply);
}

function setUntil(
  name: string,
  unitMs: number,
  context: Context,
  request: Request,
  reply: Reply,
): void {
  const deadlineMs = futureDeadline(request, 2, unitMs, context.keyspace.nowMs, name, reply);
  if (isRefused(deadlineMs)) return;
  writeUntil(context, request, 3, deadlineMs);
  reply.ok();
}

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

const setOptions = new OptionParser(SET_ARGS);
const setDeadlines = deadlineOptions('set', setOptions);
const SET_NX = setOptions.bit('NX');
const SET_XX = setOptions.bit('XX');
const SET_GET = setOptions.bit('GET');
const SET_KEEPTTL = setOptions.bit('KEEPTTL');

const SET: CommandEntry = {
  name: 'SET',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: SET_ARGS,
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
};

function set(context: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return setWithOptions(context, request, reply);
  writeString(context, request, 2, DROP_TTL);
  reply.ok();
}

function setWithOptions(context: Context, request: Request, reply: Reply): void {
  const options = setOptions.parse(request, 3, context.scratch.optionValues, reply);
  if (isRefused(options)) return;
  const deadlineMs = deadlineOf(setDeadlines, options, context, request, reply);
  if (isRefused(deadlineMs)) return;
  const repliesOld = (options & SET_GET) !== 0;
  if (repliesOld && !replyCurrent(context, request, reply)) return;
  if ((options & (SET_NX | SET_XX)) !== 0 && !isAllowed(context, request, options)) {
    if (!repliesOld) reply.nil();
    return;
  }
  const keepTtl = (options & SET_KEEPTTL) !== 0 ? KEEP_TTL : DROP_TTL;
  if (deadlineMs === NO_DEADLINE) writeString(context, request, 2, keepTtl);
  else writeUntil(context, request, 2, deadlineMs);
  if (!repliesOld) reply.ok();
  else if (deadlineMs === NO_DEADLINE) tellWithoutGet(context, request);
}

/** May SET write the key by its NX or XX? What will be written is not accessed twice. */
function isAllowed(context: Context, request: Request, options: number): boolean {
  if ((options & SET_NX) !== 0) return findKeyToChange(context, request, 1) === NONE;
  const { buffer, starts, ends } = request;
  return context.keyspace.find(context.database, buffer, starts[1], ends[1]) !== NONE;
}

/** The effect of SET without its GET, which may be said more than once. */
function tellWithoutGet({ effects }: Context, request: Request): void {
  let count = request.count;
  for (let i = 3; i < request.count; i++) if (request.is(i, 'get')) count--;
  effects.instead('SET', count);
  for (let i = 1; i < request.count; i++) {
    if (i < 3 || !request.is(i, 'get')) effects.argument(request, i);
  }
}

/** SET reads the key only with GET, which COMMAND GETKEYSANDFLAGS and ACL rules want to know. */
function findKeysOfSet(request: Request, from: number, into: KeyPositions): void {
  let access = OW | UPDATE;
  for (let i = from + 3; i < request.count; i++) {
    if (request.is(i, 'get')) access = RW | ACCESS | UPDATE;
  }
  into.add(from + 1, access);
}

const SETEX: CommandEntry = {
  name: 'SETEX',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [key('key', OW | UPDATE), integer('seconds'), string('value')],
  run: setex,
};

function setex(context: Context, request: Request, reply: Reply): void {
  setUntil('setex', MS_PER_SECOND, context, request, reply);
}

const SETNX: CommandEntry = {
  name: 'SETNX',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', OW | INSERT), string('value')],
  run: setnx,
};

function setnx(context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  if (findKeyToChange(context, request, 1) !== NONE) return reply.integer(0);
  const { keyspace, database } = context;
  const start = starts[2];
  const end = ends[2];
  const kind = kindOfString(buffer, start, end);
  keyspace.add(database, buffer, starts[1], ends[1], buffer, start, end, kind, EVENT_SET);
  reply.integer(1);
}

/** Replies with the string, or nil. False when the key holds something else, which this replies. */
function replyCurrent(context: Context, request: Request, reply: Reply): boolean {
  const ref = readKey(context, request, 1, TYPE_STRING, reply);
  if (ref === WRONG) return false;
  if (ref === NONE) reply.nil();
  else reply.string(context.keyspace.records, ref);
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
    EVENT_SET,
  );
}

function writeUntil(
  context: Context,
  request: Request,
  argument: number,
  deadlineMs: number,
): void {
  const ref = writeString(context, request, argument, KEEP_TTL);
  // A value and its deadline are one change, which has been counted.
  context.keyspace.setDeadline(context.database, ref, deadlineMs, EVENT_EXPIRE, 0);
  const effect = context.effects.instead('SET', 5).argument(request, 1);
  effect.argument(request, argument).text('PXAT').integer(deadlineMs);
}

/** The options of a command that write a deadline, as bits of its parser. */
interface DeadlineOptions {
  readonly name: string;
  readonly seconds: number;
  readonly relative: number;
  readonly absolute: number;
}

function deadlineOptions(name: string, parser: OptionParser): DeadlineOptions {
  return {
    name,
    seconds: parser.bit('EX') | parser.bit('EXAT'),
    relative: parser.bit('EX') | parser.bit('PX'),
    absolute: parser.bit('EXAT') | parser.bit('PXAT'),
  };
}

/** The deadline in ms that the options ask for. */
function deadlineOf(
  deadlines: DeadlineOptions,
  options: number,
  context: Context,
  request: Request,
  reply: Reply,
): number | Refused {
  const option = options & (deadlines.relative | deadlines.absolute);
  if (option === 0) return NO_DEADLINE;
  const unitMs = (option & deadlines.seconds) !== 0 ? MS_PER_SECOND : 1;
  const baseMs = (option & deadlines.relative) !== 0 ? context.keyspace.nowMs : 0;
  const argument = valueArgument(context.scratch.optionValues, option);
  return futureDeadline(request, argument, unitMs, baseMs, deadlines.name, reply);
}

/** A deadline, see Request.deadline(), of a time that must be positive. */
function futureDeadline(
  request: Request,
  argument: number,
  unitMs: number,
  baseMs: number,
  name: string,
  reply: Reply,
): number | Refused {
  const deadlineMs = request.deadline(argument, unitMs, baseMs, name, reply);
  if (isRefused(deadlineMs) || deadlineMs > baseMs) return deadlineMs;
  reply.error(invalidExpire(name));
  return REFUSED;
}

export const STRING_COMMANDS: readonly CommandEntry[] = [
  GET,
  GETDEL,
  GETEX,
  GETSET,
  PSETEX,
  SET,
  SETEX,
  SETNX,
];

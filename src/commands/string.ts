// String commands: single values.
import { parseInteger, writeInteger } from '../domain/bytes/integer.ts';
import { NOT_AN_INTEGER, SYNTAX_ERROR, WRONG_TYPE } from '../domain/errors.ts';
import { DROP_TTL } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import { KIND_STRING_INT, kindOf } from '../domain/memory/record.ts';
import { isStringKind, kindOfString } from '../domain/values/string.ts';
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
  INSERT,
  integer,
  key,
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
import { BAD_OPTION, OptionParser } from '../engine/declaration/options.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';

const SET_ARGS = [
  key('key', RW | ACCESS | UPDATE | INSERT | VARIABLE_FLAGS),
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
    name: 'SET',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary:
      "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
    flags: WRITE | DENYOOM | CONSTANT_TIME,
    args: SET_ARGS,
    run: set,
  },
  {
    name: 'INCR',
    group: 'string',
    since: '1.0.0',
    complexity: 'O(1)',
    summary:
      "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
    flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | UPDATE)],
    run: incr,
  },
];

function get(context: Context, request: Request, reply: Reply): void {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(context.database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  if (!isStringKind(kindOf(keyspace.arena, ref))) return reply.error(WRONG_TYPE);
  const { records } = keyspace;
  records.locateValue(ref);
  reply.bulk(records.valueBytes, records.valueStart, records.valueEnd);
}

function set(context: Context, request: Request, reply: Reply): void {
  const { keyspace } = context;
  const { buffer, starts, ends } = request;
  if (request.count > 3 && setOptions.parse(request, 3) === BAD_OPTION) {
    return reply.error(SYNTAX_ERROR);
  }
  const kind = kindOfString(buffer, starts[2], ends[2]);
  keyspace.write(
    context.database,
    buffer,
    starts[1],
    ends[1],
    buffer,
    starts[2],
    ends[2],
    kind,
    DROP_TTL,
  );
  reply.ok();
}

function incr(context: Context, request: Request, reply: Reply): void {
  incrementBy(context, request, reply, 1);
}

const scratch = new Uint8Array(32);

function incrementBy(context: Context, request: Request, reply: Reply, by: number): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.find(database, buffer, starts[1], ends[1]);
  if (ref === NONE) {
    const size = writeInteger(scratch, 0, by);
    keyspace.add(database, buffer, starts[1], ends[1], scratch, 0, size, KIND_STRING_INT);
    return reply.integer(by);
  }
  if (!isStringKind(kindOf(keyspace.arena, ref))) return reply.error(WRONG_TYPE);
  const { records } = keyspace;
  records.locateValue(ref);
  const old = parseInteger(records.valueBytes, records.valueStart, records.valueEnd);
  const value = old + by;
  if (!Number.isSafeInteger(value)) return reply.error(NOT_AN_INTEGER);
  const size = writeInteger(scratch, 0, value);
  keyspace.replace(database, ref, scratch, 0, size, KIND_STRING_INT);
  reply.integer(value);
}

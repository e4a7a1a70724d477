// Generic commands: what can be done with a key whatever its value is. Deadlines, walks over the
// keys and OBJECT have files of their own.
import { equalBytes } from '../domain/bytes/compare.ts';
import { NO_SUCH_KEY, SAME_OBJECT, SYNTAX_ERROR } from '../domain/errors.ts';
import type { Database } from '../domain/keyspace/database.ts';
import { copyEntry, moveEntry, renameEntry } from '../domain/keyspace/transfer.ts';
import { NONE } from '../domain/memory/arena.ts';
import { kindOf, typeName } from '../domain/memory/record.ts';
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
  multiple,
  OW,
  optional,
  RM,
  RO,
  RW,
  token,
  UPDATE,
} from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { isWord, readDatabase } from './generic-arguments.ts';

const OF_MANY_SHARDS = ['request_policy:multi_shard', 'response_policy:agg_sum'];

export const GENERIC_COMMANDS: CommandDeclaration[] = [
  {
    name: 'COPY',
    group: 'generic',
    since: '6.2.0',
    complexity:
      'O(N) worst case for collections, where N is the number of nested items. O(1) for ' +
      'string values.',
    summary: 'Copies the value of a key to a new key.',
    flags: WRITE | DENYOOM,
    args: [
      key('source', RO | ACCESS),
      key('destination', OW | UPDATE),
      optional(integer('destination-db', { token: 'DB' })),
      optional(token('replace', 'REPLACE')),
    ],
    run: copy,
  },
  {
    name: 'DEL',
    group: 'generic',
    since: '1.0.0',
    complexity:
      'O(N) where N is the number of keys that will be removed. When a key to remove holds a' +
      ' value other than a string, the individual complexity for this key is O(M) where M is' +
      ' the number of elements in the list, set, sorted set or hash. Removing a single key ' +
      'that holds a string value is O(1).',
    summary: 'Deletes one or more keys.',
    flags: WRITE | CONSTANT_TIME,
    args: [multiple(key('key', RM | DELETE))],
    tips: OF_MANY_SHARDS,
    run: del,
  },
  {
    name: 'EXISTS',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of keys to check.',
    summary: 'Determines whether one or more keys exist.',
    flags: READONLY | FAST | CONSTANT_TIME,
    args: [multiple(key('key', RO))],
    history: [['3.0.3', 'Accepts multiple `key` arguments.']],
    tips: OF_MANY_SHARDS,
    run: exists,
  },
  {
    name: 'MOVE',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Moves a key to another database.',
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | UPDATE), integer('db')],
    run: move,
  },
  {
    name: 'RENAME',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Renames a key and overwrites the destination.',
    flags: WRITE | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | UPDATE)],
    run: rename,
  },
  {
    name: 'RENAMENX',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: "Renames a key only when the target key name doesn't exist.",
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | INSERT)],
    history: [
      [
        '3.2.0',
        'The command no longer returns an error when source and destination names are the same.',
      ],
    ],
    run: renamenx,
  },
  {
    name: 'TOUCH',
    group: 'generic',
    since: '3.2.1',
    complexity: 'O(N) where N is the number of keys that will be touched.',
    summary:
      'Returns the number of existing keys out of those specified after updating the time ' +
      'they were last accessed.',
    flags: READONLY | FAST | CONSTANT_TIME,
    args: [multiple(key('key', RO))],
    tips: OF_MANY_SHARDS,
    run: touch,
  },
  {
    name: 'TYPE',
    group: 'generic',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Determines the type of value stored at a key.',
    flags: READONLY | FAST | CONSTANT_TIME,
    args: [key('key', RO)],
    run: type,
  },
  {
    name: 'UNLINK',
    group: 'generic',
    since: '4.0.0',
    complexity:
      'O(1) for each key removed regardless of its size. Then the command does O(N) work in ' +
      'a different thread in order to reclaim memory, where N is the number of allocations ' +
      'the deleted objects where composed of.',
    summary: 'Asynchronously deletes one or more keys.',
    flags: WRITE | FAST | CONSTANT_TIME,
    args: [multiple(key('key', RM | DELETE))],
    tips: OF_MANY_SHARDS,
    run: del,
  },
];

function del(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  let deleted = 0;
  for (let i = 1; i < request.count; i++) {
    if (keyspace.delete(database, buffer, starts[i], ends[i])) deleted++;
  }
  reply.integer(deleted);
}

function exists(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  let found = 0;
  for (let i = 1; i < request.count; i++) {
    if (keyspace.peek(database, buffer, starts[i], ends[i]) !== NONE) found++;
  }
  reply.integer(found);
}

/** Touches even for a client that said CLIENT NO-TOUCH. */
function touch(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  let found = 0;
  for (let i = 1; i < request.count; i++) {
    const ref = keyspace.peek(database, buffer, starts[i], ends[i]);
    if (ref === NONE) continue;
    keyspace.touch(ref);
    found++;
  }
  reply.integer(found);
}

function type(context: Context, request: Request, reply: Reply): void {
  const { keyspace } = context;
  const ref = keyspace.peek(context.database, request.buffer, request.starts[1], request.ends[1]);
  reply.simple(ref === NONE ? 'none' : typeName(kindOf(keyspace.arena, ref)));
}

function rename(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.findForWrite(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.error(NO_SUCH_KEY);
  if (areSameKeys(request)) return reply.ok();
  const replaced = keyspace.find(database, buffer, starts[2], ends[2]);
  renameEntry(keyspace, database, ref, replaced, buffer, starts[2], ends[2]);
  reply.ok();
}

function renamenx(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.findForWrite(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.error(NO_SUCH_KEY);
  if (areSameKeys(request)) return reply.integer(0);
  const present = keyspace.findForWrite(database, buffer, starts[2], ends[2]);
  if (present !== NONE) return reply.integer(0);
  renameEntry(keyspace, database, ref, NONE, buffer, starts[2], ends[2]);
  reply.integer(1);
}

function copy(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  let target: Database | null = database;
  let replaces = false;
  for (let i = 3; i < request.count; i++) {
    if (isWord(request, i, 'replace')) {
      replaces = true;
    } else if (isWord(request, i, 'db') && i + 1 < request.count) {
      target = readDatabase(context, request, ++i, reply);
      if (target === null) return;
    } else {
      return reply.error(SYNTAX_ERROR);
    }
  }
  if (target === database && areSameKeys(request)) return reply.error(SAME_OBJECT);
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.integer(0);
  const present = keyspace.findForWrite(target, buffer, starts[2], ends[2]);
  if (present !== NONE && !replaces) return reply.integer(0);
  copyEntry(keyspace, database, ref, target, present, buffer, starts[2], ends[2]);
  reply.integer(1);
}

function move(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const target = readDatabase(context, request, 2, reply);
  if (target === null) return;
  if (target === database) return reply.error(SAME_OBJECT);
  const ref = keyspace.findForWrite(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.integer(0);
  const present = keyspace.findForWrite(target, buffer, starts[1], ends[1]);
  if (present !== NONE) return reply.integer(0);
  moveEntry(keyspace, database, ref, target);
  reply.integer(1);
}

/** Are the first and the second argument equal? */
function areSameKeys({ buffer, starts, ends }: Request): boolean {
  return equalBytes(buffer, starts[1], ends[1], buffer, starts[2], ends[2]);
}

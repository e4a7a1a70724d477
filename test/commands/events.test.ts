// What each command tells of its changes: events in Redis's order, and by how much `dirty` moves.
//
// An event is `name key`, in another database than 0 `name key@n`. Those that notifications do not
// tell stand in parentheses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../../src/domain/keyspace/event-classes.ts';
import {
  EVENT_KEYMISS,
  EVENT_NEW,
  type KeyspaceListener,
} from '../../src/domain/keyspace/events.ts';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { call, makeServer } from '../support/clock.ts';

class Recorder implements KeyspaceListener {
  readonly told: string[] = [];
  private readonly keyspace: Keyspace;

  constructor(keyspace: Keyspace) {
    this.keyspace = keyspace;
  }

  added(database: Database, ref: number): void {
    this.tell(EVENT_NEW, database, this.keyOf(ref));
  }

  changed(database: Database, ref: number, event: KeyspaceEvent): void {
    this.tell(event, database, this.keyOf(ref));
  }

  removed(database: Database, ref: number, event: KeyspaceEvent): void {
    // The value can still be read, whole.
    const { records } = this.keyspace;
    records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    const text = Buffer.from(valueBytes.subarray(valueStart, valueEnd)).toString();
    assert.match(text, /^(?:v|w|\d+|x+)$/);
    this.tell(event, database, this.keyOf(ref));
  }

  flushed(database: Database | null): void {
    this.told.push(database === null ? '(flushed all)' : `(flushed @${database.index})`);
    const count = this.keyspace.databases.reduce((sum, { dict }) => sum + dict.count, 0);
    assert.ok(count > 0, 'keys are there until the flush has been told');
  }

  filled(): void {
    this.told.push('(filled)');
  }

  swapped(first: number, second: number): void {
    this.told.push(`(swapped ${first} ${second})`);
  }

  fieldExpired(): void {}

  missed(database: Database, buffer: Uint8Array, start: number, end: number): void {
    this.tell(EVENT_KEYMISS, database, Buffer.from(buffer.subarray(start, end)).toString());
  }

  private tell(event: KeyspaceEvent, database: Database, key: string): void {
    const text = `${event.name} ${key}${database.index === 0 ? '' : `@${database.index}`}`;
    this.told.push(event.class === 0 ? `(${text})` : text);
  }

  private keyOf(ref: number): string {
    const { records } = this.keyspace;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    return Buffer.from(keyBytes.subarray(keyStart, keyEnd)).toString();
  }
}

const BIG = 'x'.repeat(40_000);
/** A deadline long ago, and one that never comes. */
const PAST = 1000;
const FUTURE = 4e12;

/** What was done before, the command, the events it tells, by how much `dirty` moves. */
const LINES: [before: string[], command: string, told: string, dirty: number][] = [
  [[], 'SET k v', 'new k, set k', 1],
  [['SET k v'], 'SET k w', 'set k', 1],
  [['SET k v PX 9000'], 'SET k w', 'set k', 1],
  [[], 'SET k v PX 9', 'new k, set k, expire k', 1],
  [['SET k v'], 'SET k v EX 9', 'set k, expire k', 1],
  [['SET k v'], `SET k v PXAT ${PAST}`, 'set k, expire k', 1],
  [['SET k v'], 'SET k v NX', '', 0],
  [[], 'SET k v XX', '', 0],
  [[], 'SET k v GET', 'keymiss k, new k, set k', 1],
  [['SET k v'], 'SET k w GET KEEPTTL', 'set k', 1],
  [[], 'SETEX k 9 v', 'new k, set k, expire k', 1],
  [[], 'PSETEX k 9 v', 'new k, set k, expire k', 1],
  [[], 'SETNX k v', 'new k, set k', 1],
  [['SET k v'], 'SETNX k v', '', 0],
  [[], 'GETSET k v', 'keymiss k, new k, set k', 1],
  [[], 'MSET a v b w', 'new a, set a, new b, set b', 2],
  [[], 'MSETNX a v a w', 'new a, set a, set a', 2],
  [['SET b v'], 'MSETNX a v b w', '', 0],
  [['SET a v'], 'MGET a b', 'keymiss b', 0],
  [['SET k v'], 'GET k', '', 0],
  [[], 'GET k', 'keymiss k', 0],
  [[], 'STRLEN k', 'keymiss k', 0],
  [[], 'GETDEL k', 'keymiss k', 0],
  [['SET k v'], 'GETDEL k', 'del k', 1],
  [['SET k v'], 'GETEX k', '', 0],
  [['SET k v'], 'GETEX k EX 9', 'expire k', 1],
  [['SET k v'], 'GETEX k PERSIST', '', 0],
  [['SET k v EX 9'], 'GETEX k PERSIST', 'persist k', 1],
  [['SET k v'], `GETEX k PXAT ${PAST}`, 'del k', 1],
  [[], 'INCR k', 'new k, incrby k', 1],
  [['SET k 9'], 'DECRBY k 3', 'incrby k', 1],
  [[], 'INCRBY k 9223372036854775807', 'new k, incrby k', 1],
  [['SET k 9223372036854775806'], 'INCR k', 'incrby k', 1],
  [['SET k v'], 'INCR k', '', 0],
  [[], 'INCRBYFLOAT k 1.5', 'new k, incrbyfloat k', 1],
  [['SET k 1'], 'INCRBYFLOAT k 1.5', 'incrbyfloat k', 1],
  [[], 'APPEND k v', 'new k, append k', 1],
  [['SET k v'], 'APPEND k w', 'append k', 1],
  [['SET k v'], 'APPEND k ""', 'append k', 1],
  [['SET k v'], `APPEND k ${BIG}`, 'append k', 1],
  [[], 'SETRANGE k 3 v', 'new k, setrange k', 1],
  [['SET k v'], 'SETRANGE k 100 v', 'setrange k', 1],
  [['SET k v'], 'SETRANGE k 1 ""', '', 0],
  [['MSET a v b v c v'], 'DEL a x c', 'del a, del c', 2],
  [['SET a v'], 'UNLINK a a', 'del a', 1],
  [['SET a v'], 'EXISTS a b', 'keymiss b', 0],
  [['SET a v'], 'TOUCH a b', 'keymiss b', 0],
  [[], 'TYPE k', 'keymiss k', 0],
  [[], 'TTL k', 'keymiss k', 0],
  [[], 'OBJECT ENCODING k', '', 0],
  [[], 'MEMORY USAGE k', '', 0],
  [[], 'EXPIRE k 9', '', 0],
  [['SET k v'], 'EXPIRE k 9', 'expire k', 1],
  [['SET k v EX 9'], `PEXPIREAT k ${FUTURE}`, 'expire k', 1],
  [['SET k v'], 'EXPIRE k -1', 'del k', 1],
  [['SET k v EX 99'], 'EXPIRE k 9 NX', '', 0],
  [['SET k v'], 'PERSIST k', '', 0],
  [['SET k v EX 9'], 'PERSIST k', 'persist k', 1],
  [['SET a v'], 'RENAME a b', 'new b, rename_from a, rename_to b', 1],
  [[`SET a ${BIG}`], 'RENAME a b', 'new b, rename_from a, rename_to b', 1],
  [
    ['SET a v EX 9', 'SET b w'],
    'RENAME a b',
    '(overwritten b), new b, rename_from a, rename_to b',
    1,
  ],
  [['SET a v'], 'RENAME a a', '', 0],
  [['SET a v'], 'RENAMENX a b', 'new b, rename_from a, rename_to b', 1],
  [['MSET a v b v'], 'RENAMENX a b', '', 0],
  [['SET k v'], 'MOVE k 2', 'new k@2, move_from k, move_to k@2', 1],
  [['SET k v EX 9'], 'MOVE k 2', 'new k@2, move_from k, move_to k@2', 1],
  [[], 'MOVE k 2', '', 0],
  [[], 'COPY a b', 'keymiss a', 0],
  [['SET a v EX 9'], 'COPY a b', 'new b, copy_to b', 1],
  [['MSET a v b w'], 'COPY a b', '', 0],
  [['MSET a v b w'], 'COPY a b REPLACE', '(overwritten b), new b, copy_to b', 1],
  [['SET a v'], 'COPY a a DB 3', 'new a@3, copy_to a@3', 1],
  [['SET a v', 'COPY a b DB 1'], 'FLUSHDB', '(flushed @0)', 1],
  [['MSET a v b v', 'COPY a b DB 1'], 'FLUSHALL', '(flushed all)', 3],
  [['MSET a v b v'], 'SWAPDB 0 1', '(swapped 0 1)', 1],
  [[], 'SWAPDB 1 1', '', 1],
  // A key is due 10 ms after it was set, and 20 ms pass before the command.
  [['SET k v PX 10'], 'GET k', 'expired k, keymiss k', 0],
  [['SET k v PX 10'], 'SET k w', 'expired k, new k, set k', 1],
  [['SET k v PX 10'], 'DEL k', 'expired k', 0],
  [['SET k 1 PX 10'], 'INCR k', 'expired k, new k, incrby k', 1],
  [['SET k v PX 10'], 'PERSIST k', 'expired k', 0],
  [['SET a v', 'SET b w PX 10'], 'RENAME a b', 'expired b, new b, rename_from a, rename_to b', 1],
  [['SET a v', 'SET b w PX 10'], 'SCAN 0', 'expired b', 0],
  [['SET a v', 'SET b w PX 10'], 'KEYS *', '', 0],
];

test('each command tells what it changes, in order, and counts it', () => {
  for (const [before, command, told, dirty] of LINES) {
    // Where there are save points FLUSHALL saves, and nothing has changed since.
    const { server, session, clock } = makeServer({ save: '' });
    server.isActiveExpireOn = false;
    for (const line of before) call(server, session, line);
    clock.advance(20);
    const { keyspace } = server;
    const recorder = new Recorder(keyspace);
    keyspace.listener = recorder;
    const dirtyBefore = keyspace.dirty;
    call(server, session, command);
    const name = `${before.join('; ')}; ${command}`.replace(BIG, 'BIG');
    assert.equal(recorder.told.join(', '), told, name);
    assert.equal(keyspace.dirty - dirtyBefore, dirty, `dirty of ${name}`);
  }
});

test('keys that expire by themselves are told of, and count as no change', () => {
  const { server, session, clock } = makeServer();
  server.cron.start();
  const recorder = new Recorder(server.keyspace);
  server.keyspace.listener = recorder;
  call(server, session, 'SET a v PX 10');
  call(server, session, 'SET b v PX 5');
  recorder.told.length = 0;
  const { dirty } = server.keyspace;
  clock.advance(100);
  assert.deepEqual(recorder.told, ['expired b', 'expired a']);
  assert.equal(server.keyspace.dirty, dirty);
});

/** While expired keys are kept (a pause of writes), what a key is to a command on it. */
const KEPT: [command: string, reply: string, told: string][] = [
  ['GET k', '$-1\r\n', 'keymiss k'],
  ['RANDOMKEY', '$1\r\nk\r\n', ''],
  ['SCAN 0', '*2\r\n$1\r\n0\r\n*0\r\n', ''],
  ['SET k w', '+OK\r\n', 'expired k, new k, set k'],
  ['SET k w GET', '$-1\r\n', 'keymiss k, expired k, new k, set k'],
  ['SETNX k w', ':1\r\n', 'expired k, new k, set k'],
  ['APPEND k w', ':1\r\n', 'expired k, new k, append k'],
  ['DEL k', ':0\r\n', 'expired k'],
  ['UNLINK k', ':0\r\n', 'expired k'],
  ['EXISTS k', ':0\r\n', 'keymiss k'],
  ['TYPE k', '+none\r\n', 'keymiss k'],
  ['TTL k', ':-2\r\n', 'keymiss k'],
  ['OBJECT ENCODING k', '$-1\r\n', ''],
  ['KEYS *', '*0\r\n', ''],
  ['GETSET k w', '$-1\r\n', 'keymiss k, expired k, new k, set k'],
  ['GETDEL k', '$-1\r\n', 'keymiss k'],
  ['GETEX k EX 10', '$-1\r\n', 'keymiss k'],
  ['SETEX k 10 w', '+OK\r\n', 'expired k, new k, set k, expire k'],
  ['SETRANGE k 2 w', ':3\r\n', 'expired k, new k, setrange k'],
  ['INCR k', ':1\r\n', 'expired k, new k, incrby k'],
  ['INCRBYFLOAT k 1', '$1\r\n1\r\n', 'expired k, new k, incrbyfloat k'],
  ['MSETNX k w', ':1\r\n', 'expired k, new k, set k'],
  ['EXPIRE k 10', ':0\r\n', 'expired k'],
  ['PERSIST k', ':0\r\n', 'expired k'],
  ['RENAME k l', '-ERR no such key\r\n', 'expired k'],
  ['MOVE k 1', ':0\r\n', 'expired k'],
  ['COPY k l', ':0\r\n', 'keymiss k'],
  ['DEBUG POPULATE 1 k', '+OK\r\n', 'new k:0, set k:0'],
];

test('a key that is due but kept is replaced by a write and never doubled', () => {
  for (const [command, reply, told] of KEPT) {
    const { server, session, clock } = makeServer({ 'enable-debug-command': 'yes' });
    call(server, session, 'SET k v PX 10');
    server.keyspace.keepsExpired = true;
    clock.advance(20);
    const recorder = new Recorder(server.keyspace);
    server.keyspace.listener = recorder;
    assert.equal(call(server, session, command), reply, command);
    assert.equal(recorder.told.join(', '), told, command);
  }
});

/** Writes whose second key is due and kept: it gives way too, in whichever database it is. */
const ONTO_KEPT = [
  'RENAME s k',
  'RENAMENX s k',
  'COPY s k',
  'COPY s k REPLACE',
  'COPY s k DB 0',
  'MSET s 1 k 2',
  'DEBUG POPULATE 2',
];

test('what is put in the place of a key that is due but kept is there once', () => {
  for (const command of ONTO_KEPT) {
    const { server, session, clock } = makeServer({ 'enable-debug-command': 'yes' });
    call(server, session, 'MSET s source key:0 0');
    call(server, session, 'SET k due PX 10');
    call(server, session, 'SET key:1 due PX 10');
    server.keyspace.keepsExpired = true;
    clock.advance(20);
    const target = command.startsWith('DEBUG') ? 'key:1' : 'k';
    assert.doesNotMatch(call(server, session, command), /^-/, command);
    assert.equal(call(server, session, `EXISTS ${target}`), ':1\r\n', command);
    assert.equal(call(server, session, `TTL ${target}`), ':-1\r\n', command);
    assert.equal(call(server, session, `DEL ${target}`), ':1\r\n', command);
    assert.equal(call(server, session, `EXISTS ${target}`), ':0\r\n', command);
  }
});

test('RANDOMKEY prefers keys that are not due, and deletes none that is kept', () => {
  const { server, session, clock } = makeServer();
  for (let i = 0; i < 9; i++) call(server, session, `SET due:${i} v PX 10`);
  call(server, session, 'SET live v');
  server.keyspace.keepsExpired = true;
  clock.advance(20);
  for (let i = 0; i < 50; i++) assert.equal(call(server, session, 'RANDOMKEY'), '$4\r\nlive\r\n');
  assert.equal(call(server, session, 'DBSIZE'), ':10\r\n');
});

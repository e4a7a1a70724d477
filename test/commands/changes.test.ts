// Random commands on one server: the data is another <=> `dirty` has moved <=> somebody was told.
// REDSTART_RANDOM_SEED says which commands. The exceptions stand in two tables, with their reasons.
//
// Time passes now and then, so that commands meet keys whose deadline has passed: such a key goes
// with an event of its own, and counts as no change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { digest } from '../../src/commands/server/debug-digest.ts';
import type { Database } from '../../src/domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../../src/domain/keyspace/event-classes.ts';
import {
  EVENT_EXPIRED,
  EVENT_HASH_EXPIRED,
  EVENT_HEXPIRED,
  type KeyspaceListener,
} from '../../src/domain/keyspace/events.ts';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { kindOf, TYPE_HASH, TYPE_STREAM, typeOf } from '../../src/domain/memory/record.ts';
import { NO_DEADLINE } from '../../src/domain/values/hash-elements.ts';
import type { StreamId } from '../../src/domain/values/stream-id.ts';
import type { Context } from '../../src/engine/command.ts';
import { Reply } from '../../src/engine/reply.ts';
import { Request } from '../../src/engine/request.ts';
import type { Server } from '../../src/engine/server.ts';
import { call, makeServer, START_MS, type TestServer } from '../support/clock.ts';
import { CallGenerator } from '../support/grammar.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const COMMANDS = 4000;
const SHOWN_LINES = 20;
/** Most deadlines of the grammar lie within this. */
const PASSING_MS_MAX = 2e8;

/** Commands that are left out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  BGSAVE: 'what was saved is no change any more',
  CLIENT: 'pauses and cuts connections; keys are nothing to it',
  CONFIG: 'changes the server for all that follow',
  DEBUG: 'makes states that no other command can make',
  DISCARD: 'see EXEC',
  EXEC: 'what it runs is looked at one by one',
  MONITOR: 'the session may do nothing more',
  MULTI: 'see EXEC',
  PFSELFTEST: 'takes a second, and no key',
  PSUBSCRIBE: 'the session may do little more',
  QUIT: 'ends the session',
  SAVE: 'see BGSAVE',
  SHUTDOWN: 'ends the server',
  SSUBSCRIBE: 'the session may do little more',
  SUBSCRIBE: 'the session may do little more',
};

/** Calls that count a change of which nobody is told, and why. */
const TELLS_NOBODY: Readonly<Record<string, string>> = {
  FUNCTION: 'libraries are no keys',
  XACK: 'of what is pending nobody hears, as in Redis',
  XAUTOCLAIM: 'of what is pending nobody hears, as in Redis',
  XCLAIM: 'of what is pending nobody hears, as in Redis',
  XREADGROUP: 'of what is pending nobody hears, as in Redis',
  SWAPDB: 'with itself a database is swapped for Redis, but no key is another one',
};

/** Calls that tell of a change and count none, and why. */
const TELLS_OF_NOTHING: Readonly<Record<string, string>> = {
  LTRIM: 'of a list that it leaves as it is, as in Redis',
};

/** Commands that may leave the data as they found it and yet count it as a change, and why. */
const MAY_CHANGE_NOTHING: Readonly<Record<string, string>> = {
  APPEND: 'of nothing',
  BITFIELD: 'bits that are set twice',
  BITOP: 'the value that it has',
  COPY: 'REPLACE of a value by an equal one',
  DECRBY: 'by 0',
  EXPIRE: 'the deadline that it has',
  EXPIREAT: 'the deadline that it has',
  GETEX: 'the deadline that it has',
  GETSET: 'the value that it has',
  HEXPIRE: 'the deadline that it has',
  HEXPIREAT: 'the deadline that it has',
  HGETEX: 'the deadline that it has',
  HINCRBY: 'by 0',
  HINCRBYFLOAT: 'by 0',
  HMSET: 'the values that they have',
  HPEXPIRE: 'the deadline that it has',
  HPEXPIREAT: 'the deadline that it has',
  HSET: 'the values that they have',
  HSETEX: 'the values and deadlines that they have',
  GEORADIUS: 'the value that it has',
  GEORADIUSBYMEMBER: 'the value that it has',
  GEOSEARCHSTORE: 'the value that it has',
  INCRBY: 'by 0',
  INCRBYFLOAT: 'by 0',
  BLMOVE: 'the only item of a list, to itself',
  BRPOPLPUSH: 'the only item of a list, to itself',
  LMOVE: 'the only item of a list, to itself',
  LSET: 'the item that it has',
  LTRIM: 'nothing is to be cut off',
  MSET: 'the values that they have',
  RESTORE: 'the value that it has',
  'RESTORE-ASKING': 'the value that it has',
  RPOPLPUSH: 'the only item of a list, to itself',
  PFMERGE: 'the registers that it has',
  PEXPIRE: 'the deadline that it has',
  PEXPIREAT: 'the deadline that it has',
  PSETEX: 'the value and the deadline that it has',
  SDIFFSTORE: 'the members that it has',
  SET: 'the value that it has',
  SETEX: 'the value and the deadline that it has',
  SETRANGE: 'the bytes that it has',
  SINTERSTORE: 'the members that it has',
  SUNIONSTORE: 'the members that it has',
  SORT: 'the items that it has',
  SWAPDB: 'two empty databases',
  XGROUP: 'SETID to the ID that it has',
  XSETID: 'the IDs that it has',
  ZDIFFSTORE: 'the value that it has',
  ZINTERSTORE: 'the value that it has',
  ZRANGESTORE: 'the value that it has',
  ZUNIONSTORE: 'the value that it has',
};

/** Rare, or there would never be anything in the databases. */
const RARE = ['FLUSHALL', 'FLUSHDB', 'SELECT', 'SWAPDB'];

/** Hears what happens during a command. */
class Ear implements KeyspaceListener {
  /** Keys came into being. */
  hasNews = false;
  /** Something happened by the command. */
  isTold = false;
  hasExpired = false;
  private readonly keyspace: Keyspace;

  constructor(keyspace: Keyspace) {
    this.keyspace = keyspace;
  }

  added(): void {
    this.hasNews = true;
  }

  changed(_database: Database, _ref: number, event: KeyspaceEvent): void {
    if (event === EVENT_HEXPIRED) this.hasExpired = true;
    else this.isTold = true;
  }

  fieldExpired(): void {}

  removed(_database: Database, _ref: number, event: KeyspaceEvent): void {
    const hasExpired = event === EVENT_EXPIRED || event === EVENT_HASH_EXPIRED;
    if (hasExpired) this.hasExpired = true;
    else this.isTold = true;
  }

  flushed(database: Database | null): void {
    const flushed = database === null ? this.keyspace.databases : [database];
    // Of a flush of nothing everybody is told, too.
    if (flushed.some(({ dict }) => dict.count > 0)) this.isTold = true;
  }

  filled(): void {}

  swapped(): void {
    this.isTold = true;
  }

  missed(): void {}
}

test(`the data is another <=> dirty moved <=> somebody was told, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const generator = new CallGenerator(random, START_MS);
  const chosen = ALL_COMMANDS.filter(({ name }) => LEFT_OUT[name] === undefined);
  const made = makeServer();
  made.server.isActiveExpireOn = false;
  // No timeout of a command is to set the alarm: hours pass at once.
  made.server.cron.stop();
  const seen: Seen = { state: stateOf(made.server), changes: 0, expired: 0 };
  const lines: string[] = [];
  while (lines.length < COMMANDS) {
    const declaration = random.pick(chosen);
    if (RARE.includes(declaration.name) && random.below(8) !== 0) continue;
    const words = generator.call(declaration);
    if (random.below(30) === 0) made.clock.advance(random.below(PASSING_MS_MAX));
    lines.push(JSON.stringify(words).slice(0, 200));
    const problem = problemOf(made, declaration.name, words, seen);
    const last = [`seed ${SEED}`, ...lines.slice(-SHOWN_LINES)];
    assert.equal(problem, '', `${last.join('\n')}\n${problem}`);
  }
  assert.ok(
    seen.changes > COMMANDS / 20 && seen.expired > 0,
    `${seen.changes} changes, ${seen.expired} expired`,
  );
});

interface Seen {
  /** What the last command left. */
  state: string;
  /** Commands that changed something, and those that met keys that were due. */
  changes: number;
  expired: number;
}

/** Runs a command; '' when all is right. Notes in `seen` what happens. */
function problemOf(
  { server, session, clock }: TestServer,
  name: string,
  words: readonly string[],
  seen: Seen,
): string {
  const { keyspace } = server;
  const ear = new Ear(keyspace);
  const before = seen.state;
  const dirtyBefore = keyspace.dirty;
  // WATCH and UNWATCH put the server's own there.
  keyspace.listener = ear;
  call(server, session, words);
  // Whoever waits would wait for ever: there is nobody else.
  if (server.blocking.unblock(session, null)) clock.advance(0);
  const isDirty = keyspace.dirty !== dirtyBefore;
  seen.state = stateOf(server);
  const isAnother = seen.state !== before;
  if (isDirty) seen.changes++;
  if (ear.hasExpired) seen.expired++;
  if (ear.hasNews && !ear.isTold) return 'a key came into being, but not how';
  if (isDirty && !ear.isTold && !(name in TELLS_NOBODY)) return 'dirty moved, nobody was told';
  if (!isDirty && ear.isTold && !(name in TELLS_OF_NOTHING))
    return 'somebody was told, dirty did not move';
  if (isAnother && !isDirty && !ear.hasExpired) return 'the data is another, dirty did not move';
  if (!isAnother && (ear.hasExpired || ear.isTold) && !(name in MAY_CHANGE_NOTHING)) {
    return 'somebody was told, the data is the same';
  }
  return '';
}

/** The deadlines of a hash's fields. */
function fieldDeadlines({ hashes, keyspace }: Context, database: Database, ref: number): string {
  if (typeOf(kindOf(keyspace.arena, ref)) !== TYPE_HASH) return '';
  const parts: string[] = [];
  hashes.openEvenDue(database, ref);
  for (let more = hashes.first(); more; more = hashes.next()) {
    if (hashes.deadlineMs === NO_DEADLINE) continue;
    const { bytes, start, end } = hashes.field;
    parts.push(`${Buffer.from(bytes.subarray(start, end)).toString('hex')}:${hashes.deadlineMs}`);
  }
  return parts.sort().join(' ');
}

/** The IDs of a stream and its groups: not when consumers were seen, which is no change. */
function streamState({ streams, keyspace }: Context, database: Database, ref: number): string {
  if (typeOf(kindOf(keyspace.arena, ref)) !== TYPE_STREAM) return '';
  streams.open(database, ref);
  const { groups, group, lastId, deletedId, addedHigh, addedLow } = streams;
  const { pending, elements } = groups;
  const idOf = ({ msHigh, msLow, seqHigh, seqLow }: StreamId): string =>
    [msHigh, msLow, seqHigh, seqLow].join('.');
  const nameOf = (element: number): string => {
    elements.locateKey(element);
    const { keyBytes, keyStart, keyEnd } = elements;
    return Buffer.from(keyBytes.subarray(keyStart, keyEnd)).toString('hex');
  };
  const parts = [idOf(lastId), idOf(deletedId), addedHigh, addedLow];
  for (let each = groups.first(streams.root); each !== NONE; each = groups.next()) {
    group.open(each);
    parts.push(nameOf(each), idOf(group.lastId), group.readHigh, group.readLow);
    let consumer = groups.firstConsumer(each);
    for (; consumer !== NONE; consumer = groups.nextConsumer()) parts.push(nameOf(consumer));
    for (let more = pending.first(each); more; more = pending.next()) {
      const { id, timeMs, deliveries } = pending;
      parts.push(idOf(id), nameOf(pending.consumer), timeMs, deliveries);
    }
  }
  return parts.join(' ');
}

/** All that the data is: DEBUG DIGEST, and the deadlines, of which that says only that they are. */
function stateOf({ context, keyspace }: Server): string {
  const reply = new Reply();
  digest(context, Request.of([]), reply);
  const parts: string[] = [];
  const { records } = keyspace;
  for (const database of keyspace.databases) {
    const visit = (ref: number): void => {
      const deadlineMs = keyspace.deadline(database, ref);
      const fields = fieldDeadlines(context, database, ref) + streamState(context, database, ref);
      if (deadlineMs < 0 && fields === '') return;
      records.locateKey(ref);
      const key = Buffer.from(records.keyBytes.subarray(records.keyStart, records.keyEnd));
      parts.push(`${database.index} ${key.toString('hex')} ${deadlineMs} ${fields}`);
    };
    database.dict.forEach({ visit });
  }
  parts.sort();
  return [Buffer.from(reply.take()).toString(), ...parts].join();
}

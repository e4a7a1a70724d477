// DEBUG DIGEST and DIGEST-VALUE: signatures of the dataset and of single values. They are Redis's
// own, so that the data of any two servers can be compared.
//
// A key's signature: SHA-1s mixed in order (key, type, value), then those of what has no order
// xored in. The dataset's: those of all its keys xored, whatever the order, and the numbers of the
// databases mixed.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { DOUBLE_LENGTH_MAX, writeShortest } from '../../domain/bytes/float.ts';
import { SHA1_SIZE, sha1, sha1Text } from '../../domain/bytes/sha1.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  kindOf,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_SORTED_SET,
  TYPE_STREAM,
  typeOf,
} from '../../domain/memory/record.ts';
import { STREAM_ID_TEXT_MAX } from '../../domain/values/stream-id.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

/** Redis's numbers of the types, in network order. */
const STRING_TYPE = new Uint8Array(4);
const LIST_TYPE = Uint8Array.of(0, 0, 0, 1);
const SET_TYPE = Uint8Array.of(0, 0, 0, 2);
const HASH_TYPE = Uint8Array.of(0, 0, 0, 4);
const SORTED_SET_TYPE = Uint8Array.of(0, 0, 0, 3);
const STREAM_TYPE = Uint8Array.of(0, 0, 0, 6);
/** What stands between the numbers of an ID here. */
const FULL_STOP = 0x2e;
const HAS_DEADLINE = latin1Bytes('!!expire!!');
const HAS_FIELD_DEADLINE = latin1Bytes('!!hexpire!!');

export function digest(context: Context, _request: Request, reply: Reply): void {
  const { keyspace } = context;
  const { records } = keyspace;
  const total = new Uint8Array(SHA1_SIZE);
  const ofKey = new Uint8Array(SHA1_SIZE);
  for (const database of keyspace.databases) {
    if (database.dict.count === 0) continue;
    const { index } = database;
    mix(total, Uint8Array.of(index >>> 24, index >>> 16, index >>> 8, index), 0, 4);
    database.dict.forEach({
      visit: (ref) => {
        ofKey.fill(0);
        records.locateKey(ref);
        mix(ofKey, records.keyBytes, records.keyStart, records.keyEnd);
        addValue(ofKey, context, database, ref);
        add(total, ofKey, 0, SHA1_SIZE);
      },
    });
  }
  reply.simple(sha1Text(total));
}

export function digestValue(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  reply.array(request.count - 2);
  for (let i = 2; i < request.count; i++) {
    const ofValue = new Uint8Array(SHA1_SIZE);
    const ref = keyspace.findEvenDue(database, buffer, starts[i], ends[i]);
    if (ref !== NONE) addValue(ofValue, context, database, ref);
    reply.simple(sha1Text(ofValue));
  }
}

function addValue(target: Uint8Array, context: Context, database: Database, ref: number): void {
  const { keyspace } = context;
  const type = typeOf(kindOf(keyspace.arena, ref));
  if (type === TYPE_HASH) addHash(target, context, database, ref);
  else if (type === TYPE_LIST) addList(target, context, database, ref);
  else if (type === TYPE_SET) addSet(target, context, database, ref);
  else if (type === TYPE_SORTED_SET) addSortedSet(target, context, database, ref);
  else if (type === TYPE_STREAM) addStream(target, context, database, ref);
  else addString(target, context, ref);
  if (keyspace.deadline(database, ref) >= 0) add(target, HAS_DEADLINE, 0, HAS_DEADLINE.length);
}

function addString(target: Uint8Array, { keyspace }: Context, ref: number): void {
  const { records } = keyspace;
  mix(target, STRING_TYPE, 0, STRING_TYPE.length);
  records.locateValue(ref);
  mix(target, records.valueBytes, records.valueStart, records.valueEnd);
}

function addSet(target: Uint8Array, { sets }: Context, database: Database, ref: number): void {
  mix(target, SET_TYPE, 0, SET_TYPE.length);
  sets.open(database, ref);
  for (let more = sets.first(); more; more = sets.next()) {
    add(target, sets.bytes, sets.start, sets.end);
  }
}

function addList(target: Uint8Array, context: Context, database: Database, ref: number): void {
  const { lists } = context;
  const { item } = lists;
  mix(target, LIST_TYPE, 0, LIST_TYPE.length);
  lists.open(database, ref);
  lists.seek(0);
  do {
    lists.read();
    mix(target, item.bytes, item.start, item.end);
  } while (lists.step(true));
}

function addHash(target: Uint8Array, context: Context, database: Database, ref: number): void {
  const { hashes } = context;
  const { field, value } = hashes;
  mix(target, HASH_TYPE, 0, HASH_TYPE.length);
  hashes.openEvenDue(database, ref);
  const ofField = new Uint8Array(SHA1_SIZE);
  for (let more = hashes.first(); more; more = hashes.next()) {
    ofField.fill(0);
    mix(ofField, field.bytes, field.start, field.end);
    mix(ofField, value.bytes, value.start, value.end);
    add(target, ofField, 0, SHA1_SIZE);
  }
  // Redis 7.4 says so of a hash whose fields have deadlines.
  if (Number.isFinite(hashes.earliestMs))
    add(target, HAS_FIELD_DEADLINE, 0, HAS_FIELD_DEADLINE.length);
}

function addSortedSet(
  target: Uint8Array,
  { sortedSets }: Context,
  database: Database,
  ref: number,
): void {
  mix(target, SORTED_SET_TYPE, 0, SORTED_SET_TYPE.length);
  const ofMember = new Uint8Array(SHA1_SIZE);
  const text = new Uint8Array(DOUBLE_LENGTH_MAX);
  const { member } = sortedSets;
  sortedSets.open(database, ref);
  for (let more = sortedSets.first(); more; more = sortedSets.next()) {
    ofMember.fill(0);
    mix(ofMember, member.bytes, member.start, member.end);
    mix(ofMember, text, 0, writeShortest(text, 0, sortedSets.score));
    add(target, ofMember, 0, SHA1_SIZE);
  }
}

function addStream(target: Uint8Array, context: Context, database: Database, ref: number): void {
  const { streams } = context;
  const { entries } = streams;
  const { entry } = entries;
  const { field, value } = entry;
  const text = new Uint8Array(STREAM_ID_TEXT_MAX);
  mix(target, STREAM_TYPE, 0, STREAM_TYPE.length);
  streams.open(database, ref);
  for (let more = entries.first(false); more; more = entries.next()) {
    mix(target, text, 0, entry.id.writeWith(FULL_STOP, text, 0));
    for (let i = entry.fields; i > 0; i--) {
      entry.nextField();
      mix(target, field.bytes, field.start, field.end);
      mix(target, value.bytes, value.start, value.end);
    }
  }
}

/** Xors the hash of some bytes in: the order of such calls does not matter. */
function add(target: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
  const hash = new Uint8Array(SHA1_SIZE);
  sha1(bytes, start, end, hash);
  for (let i = 0; i < SHA1_SIZE; i++) target[i] ^= hash[i];
}

/** The same, but the order matters. */
function mix(target: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
  add(target, bytes, start, end);
  sha1(target, 0, SHA1_SIZE, target);
}

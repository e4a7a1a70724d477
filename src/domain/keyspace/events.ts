// What happens to keys, as Redis names it, and who is told.
//
// Every change of the keyspace names its event where it is made. An event says that its key was
// modified (WATCH, client-side caching) and what notifications say of it; only `added` and `missed`
// say nothing of the kind: an addition is followed by the event of what added the key.
import type { Database } from './database.ts';
import {
  CLASS_EVICTED,
  CLASS_EXPIRED,
  CLASS_GENERIC,
  CLASS_HASH,
  CLASS_KEY_MISS,
  CLASS_LIST,
  CLASS_NEW,
  CLASS_SET,
  CLASS_SORTED_SET,
  CLASS_STREAM,
  CLASS_STRING,
  type KeyspaceEvent,
} from './event-classes.ts';

export const EVENT_APPEND: KeyspaceEvent = { class: CLASS_STRING, name: 'append' };
export const EVENT_COPY_TO: KeyspaceEvent = { class: CLASS_GENERIC, name: 'copy_to' };
export const EVENT_DEL: KeyspaceEvent = { class: CLASS_GENERIC, name: 'del' };
export const EVENT_EVICTED: KeyspaceEvent = { class: CLASS_EVICTED, name: 'evicted' };
export const EVENT_EXPIRE: KeyspaceEvent = { class: CLASS_GENERIC, name: 'expire' };
export const EVENT_EXPIRED: KeyspaceEvent = { class: CLASS_EXPIRED, name: 'expired' };
export const EVENT_GEORADIUSSTORE: KeyspaceEvent = {
  class: CLASS_SORTED_SET,
  name: 'georadiusstore',
};
export const EVENT_GEOSEARCHSTORE: KeyspaceEvent = {
  class: CLASS_SORTED_SET,
  name: 'geosearchstore',
};
export const EVENT_HDEL: KeyspaceEvent = { class: CLASS_HASH, name: 'hdel' };
export const EVENT_HEXPIRE: KeyspaceEvent = { class: CLASS_HASH, name: 'hexpire' };
/** Fields have gone at their deadlines. */
export const EVENT_HEXPIRED: KeyspaceEvent = { class: CLASS_HASH, name: 'hexpired' };
/** A hash has gone because its last field has, at its deadline. */
export const EVENT_HASH_EXPIRED: KeyspaceEvent = { class: CLASS_GENERIC, name: 'del' };
export const EVENT_HINCRBY: KeyspaceEvent = { class: CLASS_HASH, name: 'hincrby' };
export const EVENT_HINCRBYFLOAT: KeyspaceEvent = { class: CLASS_HASH, name: 'hincrbyfloat' };
export const EVENT_HPERSIST: KeyspaceEvent = { class: CLASS_HASH, name: 'hpersist' };
export const EVENT_HSET: KeyspaceEvent = { class: CLASS_HASH, name: 'hset' };
export const EVENT_INCRBY: KeyspaceEvent = { class: CLASS_STRING, name: 'incrby' };
export const EVENT_INCRBYFLOAT: KeyspaceEvent = { class: CLASS_STRING, name: 'incrbyfloat' };
export const EVENT_KEYMISS: KeyspaceEvent = { class: CLASS_KEY_MISS, name: 'keymiss' };
export const EVENT_LINSERT: KeyspaceEvent = { class: CLASS_LIST, name: 'linsert' };
export const EVENT_LPOP: KeyspaceEvent = { class: CLASS_LIST, name: 'lpop' };
export const EVENT_LPUSH: KeyspaceEvent = { class: CLASS_LIST, name: 'lpush' };
export const EVENT_LREM: KeyspaceEvent = { class: CLASS_LIST, name: 'lrem' };
export const EVENT_LSET: KeyspaceEvent = { class: CLASS_LIST, name: 'lset' };
export const EVENT_LTRIM: KeyspaceEvent = { class: CLASS_LIST, name: 'ltrim' };
export const EVENT_MOVE_FROM: KeyspaceEvent = { class: CLASS_GENERIC, name: 'move_from' };
export const EVENT_MOVE_TO: KeyspaceEvent = { class: CLASS_GENERIC, name: 'move_to' };
export const EVENT_NEW: KeyspaceEvent = { class: CLASS_NEW, name: 'new' };
/** A value gave way to one under the same key, of which another event tells. */
export const EVENT_OVERWRITTEN: KeyspaceEvent = { class: 0, name: 'overwritten' };
export const EVENT_PERSIST: KeyspaceEvent = { class: CLASS_GENERIC, name: 'persist' };
export const EVENT_RENAME_FROM: KeyspaceEvent = { class: CLASS_GENERIC, name: 'rename_from' };
export const EVENT_RENAME_TO: KeyspaceEvent = { class: CLASS_GENERIC, name: 'rename_to' };
export const EVENT_RESTORE: KeyspaceEvent = { class: CLASS_GENERIC, name: 'restore' };
export const EVENT_SADD: KeyspaceEvent = { class: CLASS_SET, name: 'sadd' };
export const EVENT_SDIFFSTORE: KeyspaceEvent = { class: CLASS_SET, name: 'sdiffstore' };
/** A HyperLogLog has other bytes and the same elements: who watches or tracks is told. */
export const EVENT_PFCOUNT: KeyspaceEvent = { class: 0, name: 'pfcount' };
export const EVENT_PFADD: KeyspaceEvent = { class: CLASS_STRING, name: 'pfadd' };
export const EVENT_RPOP: KeyspaceEvent = { class: CLASS_LIST, name: 'rpop' };
export const EVENT_RPUSH: KeyspaceEvent = { class: CLASS_LIST, name: 'rpush' };
export const EVENT_SET: KeyspaceEvent = { class: CLASS_STRING, name: 'set' };
export const EVENT_SETBIT: KeyspaceEvent = { class: CLASS_STRING, name: 'setbit' };
export const EVENT_SETRANGE: KeyspaceEvent = { class: CLASS_STRING, name: 'setrange' };
export const EVENT_SINTERSTORE: KeyspaceEvent = { class: CLASS_SET, name: 'sinterstore' };
export const EVENT_SORTSTORE: KeyspaceEvent = { class: CLASS_LIST, name: 'sortstore' };
export const EVENT_SPOP: KeyspaceEvent = { class: CLASS_SET, name: 'spop' };
export const EVENT_SREM: KeyspaceEvent = { class: CLASS_SET, name: 'srem' };
export const EVENT_SUNIONSTORE: KeyspaceEvent = { class: CLASS_SET, name: 'sunionstore' };
export const EVENT_XADD: KeyspaceEvent = { class: CLASS_STREAM, name: 'xadd', bringsMore: true };
export const EVENT_XDEL: KeyspaceEvent = { class: CLASS_STREAM, name: 'xdel' };
export const EVENT_XGROUP_CREATE: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-create',
  isUnmodified: true,
};
/** The stream was made for it. */
export const EVENT_XGROUP_CREATE_STREAM: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-create',
};
export const EVENT_XGROUP_CREATECONSUMER: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-createconsumer',
  isUnmodified: true,
};
export const EVENT_XGROUP_DELCONSUMER: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-delconsumer',
  isUnmodified: true,
};
export const EVENT_XGROUP_DESTROY: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-destroy',
  isUnmodified: true,
  bringsMore: true,
};
export const EVENT_XGROUP_SETID: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xgroup-setid',
  isUnmodified: true,
};
export const EVENT_XSETID: KeyspaceEvent = {
  class: CLASS_STREAM,
  name: 'xsetid',
  isUnmodified: true,
};
export const EVENT_XTRIM: KeyspaceEvent = { class: CLASS_STREAM, name: 'xtrim' };
export const EVENT_ZADD: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zadd' };
export const EVENT_ZDIFFSTORE: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zdiffstore' };
export const EVENT_ZINCR: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zincr' };
export const EVENT_ZINTERSTORE: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zinterstore' };
export const EVENT_ZPOPMAX: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zpopmax' };
export const EVENT_ZPOPMIN: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zpopmin' };
export const EVENT_ZRANGESTORE: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zrangestore' };
export const EVENT_ZREM: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zrem' };
export const EVENT_ZREMRANGEBYLEX: KeyspaceEvent = {
  class: CLASS_SORTED_SET,
  name: 'zremrangebylex',
};
export const EVENT_ZREMRANGEBYRANK: KeyspaceEvent = {
  class: CLASS_SORTED_SET,
  name: 'zremrangebyrank',
};
export const EVENT_ZREMRANGEBYSCORE: KeyspaceEvent = {
  class: CLASS_SORTED_SET,
  name: 'zremrangebyscore',
};
export const EVENT_ZUNIONSTORE: KeyspaceEvent = { class: CLASS_SORTED_SET, name: 'zunionstore' };

/**
 * Is told of every change, in Redis's order, in the middle of it: it may read what it is shown and
 * must change nothing, nor look for other keys (but in flushed(), filled() and swapped()).
 */
export interface KeyspaceListener {
  /** A key came into being: EVENT_NEW. The event of what added it follows. */
  added(database: Database, ref: number): void;
  /** The value or the deadline of a key has changed. */
  changed(database: Database, ref: number, event: KeyspaceEvent): void;
  /** A field of a hash is about to go at its deadline: EVENT_HEXPIRED follows, for all of them. */
  fieldExpired(
    database: Database,
    ref: number,
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
  ): void;
  /** A key is about to go (EVENT_OVERWRITTEN: its value alone); it can still be read. */
  removed(database: Database, ref: number, event: KeyspaceEvent): void;
  /** A database, or all of them (null), is about to be emptied; it can still be read. */
  flushed(database: Database | null): void;
  /** All databases, which were emptied just now, have other keys at once. */
  filled(): void;
  /** The databases of two numbers have changed places. */
  swapped(first: number, second: number): void;
  /** A key that was to be read is not there: EVENT_KEYMISS. */
  missed(database: Database, buffer: Uint8Array, start: number, end: number): void;
}

// WATCH on the reference and on Redstart: every way in which a key may change, or not change,
// between WATCH and EXEC. Each race is a test of its own: what is there before, what happens after
// WATCH, and then a transaction that runs or does not.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

type Race = readonly [name: string, before: readonly Line[], change: readonly Line[]];

/** Key `k` is watched by the first connection; `other` is another one. */
function races(all: readonly Race[], watch = 'WATCH k', atEnd: readonly string[] = []): void {
  for (const [name, before, change] of all) {
    const transaction = ['MULTI', 'PING', 'EXEC', 'MULTI', 'EXEC'];
    differential(`${watch}: ${name}`, [...before, watch, ...change, ...transaction], { atEnd });
  }
}

const V = ['SET k v'];

races([
  ['nothing happens', V, []],
  ['nothing happens to a key that does not exist', [], []],
  ['SET', V, ['other> SET k w']],
  ['SET of the same value', V, ['other> SET k v']],
  ['creation', [], ['other> SET k v']],
  ['creation and deletion', [], ['other> SET k v', 'other> DEL k']],
  ['deletion and re-creation', V, ['other> DEL k', 'other> SET k v']],
  ['own SET', V, ['SET k w']],
  ['own SET of another key', V, ['SET j w']],
  ['DEL', V, ['other> DEL k']],
  ['DEL of nothing', [], ['other> DEL k']],
  ['UNLINK', V, ['other> UNLINK k']],
  ['GETDEL', V, ['other> GETDEL k']],
  ['APPEND', V, ['other> APPEND k w']],
  ['APPEND of nothing', V, ['other> APPEND k ""']],
  ['SETRANGE', V, ['other> SETRANGE k 0 v']],
  ['SETRANGE of nothing', V, ['other> SETRANGE k 0 ""']],
  ['INCR', ['SET k 1'], ['other> INCR k']],
  ['INCRBY of nothing', ['SET k 1'], ['other> INCRBY k 0']],
  ['DECRBY', ['SET k 1'], ['other> DECRBY k 1']],
  ['INCRBYFLOAT', ['SET k 1'], ['other> INCRBYFLOAT k 0.5']],
  ['GETSET', V, ['other> GETSET k v']],
  ['SETNX that fails', V, ['other> SETNX k w']],
  ['SET NX that fails', V, ['other> SET k w NX']],
  ['SET XX that fails', [], ['other> SET k w XX']],
  ['MSET', V, ['other> MSET j 1 k 2']],
  ['MSETNX that fails', V, ['other> MSETNX j 1 k 2']],
  ['INCR that fails', V, ['other> INCR k']],
  ['SETRANGE that fails', V, ['other> SETRANGE k 999999999 x']],
  ['read-only commands', V, ['other> GET k', 'other> STRLEN k', 'other> EXISTS k', 'other> TTL k']],
  ['TOUCH', V, ['other> TOUCH k']],
  ['OBJECT and TYPE', V, ['other> OBJECT ENCODING k', 'other> TYPE k']],
  ['EXPIRE', V, ['other> EXPIRE k 100']],
  ['EXPIRE of the same time', ['SET k v EX 100'], ['other> EXPIRE k 100']],
  ['EXPIRE NX that fails', ['SET k v EX 100'], ['other> EXPIRE k 100 NX']],
  ['EXPIRE in the past', V, ['other> EXPIRE k -1']],
  ['EXPIREAT in the past', V, ['other> EXPIREAT k 1']],
  ['EXPIRE of nothing', [], ['other> EXPIRE k 100']],
  ['PERSIST', ['SET k v EX 100'], ['other> PERSIST k']],
  ['PERSIST of nothing', V, ['other> PERSIST k']],
  ['GETEX', V, ['other> GETEX k']],
  ['GETEX EX', V, ['other> GETEX k EX 100']],
  ['GETEX PERSIST', ['SET k v EX 100'], ['other> GETEX k PERSIST']],
  ['GETEX PERSIST of nothing', V, ['other> GETEX k PERSIST']],
  ['GETEX in the past', V, ['other> GETEX k PXAT 1']],
]);

races([
  ['RENAME away', V, ['other> RENAME k j']],
  ['RENAME onto it', [...V, 'SET j w'], ['other> RENAME j k']],
  ['RENAME to it', ['SET j w'], ['other> RENAME j k']],
  ['RENAME to itself', V, ['other> RENAME k k']],
  ['RENAME of nothing', V, ['other> RENAME j k']],
  ['RENAMENX that fails', [...V, 'SET j w'], ['other> RENAMENX j k']],
  ['RENAMENX to it', ['SET j w'], ['other> RENAMENX j k']],
  ['RENAMENX to itself', V, ['other> RENAMENX k k']],
  ['COPY from it', V, ['other> COPY k j']],
  ['COPY to it', ['SET j w'], ['other> COPY j k']],
  ['COPY onto it', [...V, 'SET j w'], ['other> COPY j k REPLACE']],
  ['COPY that fails', [...V, 'SET j w'], ['other> COPY j k']],
  ['COPY from another database', ['SET j w'], ['other> COPY j k DB 1']],
  [
    'COPY into this database',
    [],
    ['other> SELECT 1', ...['other> SET j v', 'other> COPY j k DB 0']],
  ],
  ['MOVE away', V, ['other> MOVE k 1']],
  ['MOVE to it', [], ['other> SELECT 1', 'other> SET k v', 'other> MOVE k 0']],
  ['MOVE that fails', V, ['other> SELECT 1', 'other> SET k v', 'other> MOVE k 0']],
  ['the same key of another database', V, ['other> SELECT 1', 'other> SET k w', 'other> DEL k']],
  ['FLUSHALL', V, ['other> FLUSHALL']],
  ['FLUSHALL ASYNC', V, ['other> FLUSHALL ASYNC']],
  ['FLUSHALL without the key', ['SET j w'], ['other> FLUSHALL']],
  ['FLUSHALL of nothing', [], ['other> FLUSHALL']],
  ['own FLUSHALL', V, ['FLUSHALL']],
  ['FLUSHDB', V, ['other> FLUSHDB']],
  ['FLUSHDB without the key', ['SET j w'], ['other> FLUSHDB']],
  ['FLUSHDB of another database', V, ['other> SELECT 1', 'other> FLUSHDB']],
  ['SWAPDB', V, ['other> SWAPDB 0 1']],
  ['SWAPDB the other way', V, ['other> SWAPDB 1 0']],
  ['SWAPDB with itself', V, ['other> SWAPDB 0 0']],
  ['SWAPDB of others', V, ['other> SWAPDB 1 2']],
  ['SWAPDB twice', V, ['other> SWAPDB 0 1', 'other> SWAPDB 0 1']],
  ['SWAPDB brings it', ['SELECT 1', 'SET k v', 'SELECT 0'], ['other> SWAPDB 0 1']],
  ['SWAPDB without it', ['SELECT 1', 'SET j v', 'SELECT 0'], ['other> SWAPDB 0 1']],
  ['SWAPDB of equal keys', ['SET k v', 'SELECT 1', 'SET k v', 'SELECT 0'], ['other> SWAPDB 0 1']],
  ['after SWAPDB without it', [], ['other> SWAPDB 0 1', 'other> SET k v']],
  ['after SWAPDB in the other', [], ['other> SWAPDB 0 1', 'other> SELECT 1', 'other> SET k v']],
]);

races([
  ['UNWATCH after a change', V, ['other> SET k w', 'UNWATCH']],
  ['UNWATCH before a change', V, ['UNWATCH', 'other> SET k w']],
  ['DISCARD unwatches', V, ['MULTI', 'DISCARD', 'other> SET k w']],
  ['DISCARD forgets a change', V, ['other> SET k w', 'MULTI', 'DISCARD']],
  ['EXEC unwatches', V, ['MULTI', 'EXEC', 'other> SET k w']],
  ['EXEC that failed unwatches', V, ['other> SET k w', 'MULTI', 'EXEC', 'other> SET k x']],
  ['EXEC that aborted unwatches', V, ['MULTI', 'NOSUCH', 'EXEC', 'other> SET k w']],
  ['EXEC without MULTI does not unwatch', V, ['EXEC', 'other> SET k w']],
  ['WATCH again', V, ['WATCH k', 'other> SET k w']],
  ['WATCH after a change', V, ['other> SET k w', 'WATCH j', 'UNWATCH', 'other> SET j w']],
  ['many keys', V, ['WATCH a b c', 'other> SET c w']],
  ['SELECT does not matter', V, ['SELECT 1', 'other> SET k w']],
  ['SELECT and the same key there', V, ['SELECT 1', 'SET k w', 'SELECT 0']],
  ['a change by a transaction', V, ['other> MULTI', 'other> SET k w', 'other> EXEC']],
  ['a change that is only queued', V, ['other> MULTI', 'other> SET k w', 'other> DISCARD']],
  ['a change while queueing', V, ['MULTI', 'SET k x', 'other> SET k w', 'EXEC', 'GET k']],
  ['a change and an error', V, ['other> SET k w', 'MULTI', 'NOSUCH', 'EXEC']],
]);

const DUE: readonly Line[] = [
  'DEBUG SET-ACTIVE-EXPIRE 0',
  'SET k v PX 1',
  'SET clock v PX 1',
  { send: 'EXISTS clock', until: /:0/ },
];
const SOON: readonly Line[] = ['DEBUG SET-ACTIVE-EXPIRE 0', 'SET k v PX 200', 'SET clock v PX 200'];
const LATER: readonly Line[] = [{ send: 'other> EXISTS clock', until: /:0/ }];
const DUE_IN_1: readonly Line[] = ['SELECT 1', ...DUE, 'SELECT 0'];

races(
  [
    ['expires, and nobody sees it', SOON, LATER],
    ['expires, and is read', SOON, [...LATER, 'other> GET k']],
    ['expires, and is read by itself', SOON, [...LATER, 'GET k']],
    ['expires, and is set', SOON, [...LATER, 'other> SET k v']],
    ['expires, and is flushed', SOON, [...LATER, 'other> FLUSHALL']],
    ['expires while queueing', SOON, ['MULTI', 'GET k', ...LATER, 'EXEC']],
    ['was due', DUE, []],
    ['was due, and is read', DUE, ['other> GET k']],
    ['was due, and is deleted', DUE, ['other> DEL k']],
    ['was due, and is set', DUE, ['other> SET k v']],
    ['was due, and is read and set', DUE, ['other> GET k', 'other> SET k v']],
    ['was due, and is flushed', DUE, ['other> FLUSHALL']],
    ['was due, and is flushed and set', DUE, ['other> FLUSHDB', 'other> SET k v']],
    ['was due, and is swapped', DUE, ['other> SWAPDB 0 1']],
    ['was due, and is swapped and set', DUE, ['other> SWAPDB 0 1', 'other> SET k v']],
    ['a key that is due is swapped to it', DUE_IN_1, ['other> SWAPDB 0 1']],
    ['keys that are due are swapped', [...DUE_IN_1, ...DUE], ['other> SWAPDB 0 1']],
    [
      'a key is swapped to one that was due',
      [...DUE, 'SELECT 1', 'SET k v', 'SELECT 0'],
      ['other> SWAPDB 0 1'],
    ],
    ['was due, and is renamed', DUE, ['other> RENAME k j']],
    ['was due, and is renamed to', [...DUE, 'SET j v'], ['other> RENAME j k']],
    ['was due, and gets a deadline', DUE, ['other> EXPIRE k 100', 'other> PERSIST k']],
  ],
  'WATCH k',
  ['DEBUG SET-ACTIVE-EXPIRE 1'],
);

differential('WATCH sees the cron expire a key', [
  'SET k v PX 10',
  'WATCH k',
  { send: 'other> DBSIZE', until: /:0/ },
  'MULTI',
  'PING',
  'EXEC',
]);

differential('WATCH of keys in several databases', [
  'SET k zero',
  'WATCH k',
  'SELECT 1',
  'WATCH k',
  'SELECT 2',
  'other> SELECT 2',
  'other> SET k v',
  'MULTI',
  'PING',
  'EXEC',
  'SELECT 0',
  'WATCH k',
  'SELECT 1',
  'WATCH k',
  'other> SELECT 1',
  'other> SET k v',
  'MULTI',
  'PING',
  'EXEC',
]);

differential('several connections watch one key', [
  'a> WATCH k',
  'b> WATCH k j',
  'c> WATCH j',
  'a> MULTI',
  'a> SET k a',
  'b> MULTI',
  'b> SET k b',
  'c> MULTI',
  'c> GET k',
  'a> EXEC',
  'b> EXEC',
  'c> EXEC',
]);

differential('a connection that watches ends', [
  'a> WATCH k',
  'b> WATCH k',
  'a> QUIT',
  'a<',
  'SET k v',
  'b> MULTI',
  'b> EXEC',
]);

differential('CLIENT LIST shows that EXEC will fail', [
  'worker> WATCH k',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
  'SET k v',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
  'worker> MULTI',
  'worker> SET j v',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=\S+|multi-mem=\S+/ },
  'worker> EXEC',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
]);

differential('optimistic locking, as it is meant', [
  'SET n 10',
  'a> WATCH n',
  'b> WATCH n',
  'a> GET n',
  'b> GET n',
  'a> MULTI',
  'b> MULTI',
  'a> SET n 11',
  'b> SET n 11',
  'b> EXEC',
  'a> EXEC',
  'a> WATCH n',
  'a> GET n',
  'a> MULTI',
  'a> SET n 12',
  'a> EXEC',
  'GET n',
]);

// What the journal and replicas are sent: for every command that changes data, the effect that
// Redis 7.2.6 writes to its append-only file (all lines were asked of it).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { WRITE } from '../../src/engine/command.ts';
import { call, makeServer, START_MS } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';
import { payloadOf } from '../support/payloads.ts';
import { body, integer } from '../support/rdb-forms.ts';

/** Lines that are sent, `@5` lets 5 ms pass; then the effects of the last one, SELECT left out. */
type Line = readonly [sent: string, ...effects: string[]];

const IN_100_S = START_MS + 100_000;

/** The string 1 as DUMP says it, and the same as a word of a line. */
const ONE = payloadOf(body(0, integer(1, 8))).toString('latin1');
const QUOTED = `"${Buffer.from(ONE, 'latin1').toString('hex').replace(/../g, '\\x$&')}"`;

const LINES: readonly Line[] = [
  ['SET k v', 'SET k v'],
  ['SET k v EX 100', `SET k v PXAT ${IN_100_S}`],
  ['SET k v PX 100000 NX', `SET k v PXAT ${IN_100_S}`],
  ['SET k v EXAT 33000000000 GET', 'SET k v PXAT 33000000000000'],
  ['SET k v PXAT 9223372036854775807', 'SET k v PXAT 9223372036854775807'],
  ['SET k v PXAT 9007199254740993', 'SET k v PXAT 9007199254740992'],
  ['SET k v; SET k w GET', 'SET k w'],
  ['SET k v GET NX', 'SET k v NX'],
  ['SET k v; SET k w NX'],
  ['SET k v; SET k w KEEPTTL', 'SET k w KEEPTTL'],
  ['SET k v; SET k w KEEPTTL GET', 'SET k w KEEPTTL'],
  ['SET k v EX 10; SET k w XX GET KEEPTTL', 'SET k w XX KEEPTTL'],
  ['SETEX k 100 v', `SET k v PXAT ${IN_100_S}`],
  ['PSETEX k 100000 v', `SET k v PXAT ${IN_100_S}`],
  ['SETNX k v', 'SETNX k v'],
  ['GETSET k v', 'SET k v'],
  ['SET k v; GETSET k w', 'SET k w'],
  ['SET k v; GETDEL k', 'DEL k'],
  ['GETDEL k'],
  ['SET k v; GETEX k'],
  ['SET k v; GETEX k EX 100', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; GETEX k EXAT 1', 'DEL k'],
  ['SET k v EX 100; GETEX k PERSIST', 'PERSIST k'],
  ['SET k v; GETEX k PERSIST'],
  ['SET k 1.5; INCRBYFLOAT k 1', 'SET k 2.5 KEEPTTL'],
  ['SET k 1; INCR k', 'INCR k'],
  ['INCRBY k 5', 'INCRBY k 5'],
  ['DECR k', 'DECR k'],
  ['DECRBY k 3', 'DECRBY k 3'],
  ['APPEND k v', 'APPEND k v'],
  ['SETRANGE k 2 v', 'SETRANGE k 2 v'],
  ['SETRANGE k 0 ""'],
  ['SETBIT k 7 1', 'SETBIT k 7 1'],
  ['SETBIT k 7 1; SETBIT k 7 1'],
  ['SETBIT k 7 0; SETBIT k 3 0'],
  ['SETBIT k 7 1; BITOP NOT d k', 'BITOP NOT d k'],
  ['SET d 1; BITOP AND d k', 'BITOP AND d k'],
  ['BITOP AND d k'],
  ['BITFIELD k SET u8 0 1 GET u8 0', 'BITFIELD k SET u8 0 1 GET u8 0'],
  ['BITFIELD k SET u8 0 1; BITFIELD k SET u8 0 1'],
  ['BITFIELD k SET u8 0 1; BITFIELD k OVERFLOW FAIL INCRBY u8 0 255'],
  // Redis says nothing of the zeros.
  ['BITFIELD k OVERFLOW FAIL INCRBY u8 0 256', 'BITFIELD k OVERFLOW FAIL INCRBY u8 0 256'],
  ['BITFIELD k GET u8 0'],
  ['PFADD k', 'PFADD k'],
  ['PFADD k; PFADD k'],
  ['PFADD k a; PFADD k a'],
  ['PFADD k a; PFADD k b', 'PFADD k b'],
  ['PFADD k a; PFCOUNT k', 'PFCOUNT k'],
  ['PFADD k a; PFCOUNT k; PFCOUNT k'],
  ['PFADD k a; PFCOUNT k d'],
  ['PFADD k a; PFMERGE d k', 'PFMERGE d k'],
  ['PFADD k a; PFMERGE k', 'PFMERGE k'],
  ['PFADD k a; PFDEBUG TODENSE k', 'PFDEBUG TODENSE k'],
  ['PFADD k a; PFDEBUG TODENSE k; PFDEBUG TODENSE k'],
  ['PFADD k a; PFDEBUG GETREG k', 'PFDEBUG GETREG k'],
  ['PFADD k a; PFDEBUG DECODE k'],
  ['MSET a 1 b 2', 'MSET a 1 b 2'],
  ['MSETNX a 1 b 2', 'MSETNX a 1 b 2'],
  ['SET a 1; MSETNX a 1 b 2'],
  ['SET k v; EXPIRE k 100', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; EXPIRE k -1', 'DEL k'],
  ['SET k v; PEXPIRE k 100000', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; EXPIREAT k 33000000000', 'PEXPIREAT k 33000000000000'],
  ['SET k v; PEXPIREAT k 1', 'DEL k'],
  ['SET k v; EXPIRE k 100 XX'],
  ['SET k v EX 100; PERSIST k', 'PERSIST k'],
  ['SET k v; PERSIST k'],
  ['SET a 1; DEL a b', 'DEL a b'],
  ['DEL a b'],
  ['SET a 1; UNLINK a b', 'UNLINK a b'],
  ['SET a 1; RENAME a b', 'RENAME a b'],
  ['SET a 1; RENAMENX a b', 'RENAMENX a b'],
  ['SET a 1; SET b 1; RENAMENX a b'],
  ['SET a 1; COPY a b', 'COPY a b'],
  ['SET a 1; COPY a b DB 1 REPLACE', 'COPY a b DB 1 REPLACE'],
  ['SET a 1; MOVE a 1', 'MOVE a 1'],
  [`RESTORE a 0 ${QUOTED}`, `RESTORE a 0 ${ONE}`],
  [`RESTORE a 100000 ${QUOTED}`, `RESTORE a ${IN_100_S} ${ONE} ABSTTL`],
  [
    `SET a 5; restore a 100000 ${QUOTED} replace IDLETIME 5`,
    `restore a ${IN_100_S} ${ONE} replace IDLETIME 5 ABSTTL`,
  ],
  [`RESTORE a 33000000000000 ${QUOTED} ABSTTL`, `RESTORE a 33000000000000 ${ONE} ABSTTL`],
  [`RESTORE-ASKING a 100000 ${QUOTED} FREQ 3`, `RESTORE-ASKING a ${IN_100_S} ${ONE} FREQ 3 ABSTTL`],
  [`RESTORE a 1 ${QUOTED} ABSTTL`],
  [`SET a 5; RESTORE a 1 ${QUOTED} ABSTTL REPLACE`, 'DEL a'],
  [`SET a 5; RESTORE a 0 ${QUOTED}`],
  ['SET a 5; RESTORE a 0 junk REPLACE'],
  ['HSET h a 1 b 2', 'HSET h a 1 b 2'],
  ['HMSET h a 1 b 2', 'HMSET h a 1 b 2'],
  ['HSETNX h a 1', 'HSETNX h a 1'],
  ['HSET h a 1; HSETNX h a 2'],
  ['HINCRBY h a 5', 'HINCRBY h a 5'],
  ['HSET h a 1.5; HINCRBYFLOAT h a 1', 'HSET h a 2.5'],
  // Redis 7.4 and 8.0: by their documentation and sources.
  ['HSET h a 1.5; HEXPIRE h 100 FIELDS 1 a; HINCRBYFLOAT h a 1', 'HSETEX h KEEPTTL FIELDS 1 a 2.5'],
  ['HSET h a 1 b 2; HEXPIRE h 100 FIELDS 2 a c', `HPEXPIREAT h ${IN_100_S} FIELDS 1 a`],
  ['HSET h a 1; HPEXPIRE h 100000 NX FIELDS 1 a', `HPEXPIREAT h ${IN_100_S} NX FIELDS 1 a`],
  ['HSET h a 1; HEXPIREAT h 33000000000 FIELDS 1 a', 'HPEXPIREAT h 33000000000000 FIELDS 1 a'],
  ['HSET h a 1 b 1; HPEXPIREAT h 1 FIELDS 2 a b', 'MULTI', 'HDEL h a', 'HDEL h b', 'EXEC'],
  ['HSET h a 1; HEXPIRE h 100 XX FIELDS 1 a'],
  ['HSET h a 1; HEXPIRE h 9 FIELDS 1 a; HPERSIST h FIELDS 1 a', 'HPERSIST h FIELDS 1 a'],
  ['HSET h a 1; HPERSIST h FIELDS 1 a'],
  ['HSET h a 1 b 2; HGETDEL h FIELDS 2 a c', 'HDEL h a c'],
  ['HGETDEL h FIELDS 1 a'],
  ['HSET h a 1; HGETEX h EX 100 FIELDS 1 a', `HPEXPIREAT h ${IN_100_S} FIELDS 1 a`],
  ['HSET h a 1; HGETEX h FIELDS 1 a'],
  ['HSET h a 1; HGETEX h PXAT 1 FIELDS 1 a', 'HDEL h a'],
  ['HSETEX h EX 100 FIELDS 1 a 1; HGETEX h PERSIST FIELDS 1 a', 'HPERSIST h FIELDS 1 a'],
  ['HSETEX h FIELDS 1 a 1', 'HSETEX h FIELDS 1 a 1'],
  ['HSETEX h FNX EX 100 FIELDS 1 a 1', `HSETEX h FNX PXAT ${IN_100_S} FIELDS 1 a 1`],
  ['HSETEX h PXAT 1 FIELDS 2 a 1 b 2', 'MULTI', 'HDEL h a', 'HDEL h b', 'EXEC'],
  ['HSETEX h FXX FIELDS 1 a 1'],
  ['HSET h a 1 b 2; HDEL h a c', 'HDEL h a c'],
  ['HSET h a 1; HDEL h a', 'HDEL h a'],
  ['HDEL h a'],
  ['SADD s a b', 'SADD s a b'],
  ['SADD s a; SADD s a'],
  ['SADD s a b; SREM s a x', 'SREM s a x'],
  ['SADD s a b; SREM s x'],
  ['SADD s a; SMOVE s t a', 'SMOVE s t a'],
  ['SADD s a; SMOVE s s a'],
  ['SADD s a; SPOP s', 'SREM s a'],
  ['SPOP s'],
  ['SADD s a; SPOP s 0'],
  ['SADD s a; SPOP s 1', 'DEL s'],
  ['SADD s a b; SPOP s 9', 'DEL s'],
  ['SADD s a b; SINTERSTORE t s s', 'SINTERSTORE t s s'],
  ['SADD s a; SINTERSTORE t s x'],
  ['SADD t a; SINTERSTORE t s', 'SINTERSTORE t s'],
  ['SADD s a; SUNIONSTORE t s x', 'SUNIONSTORE t s x'],
  ['SADD s a; SDIFFSTORE t s x', 'SDIFFSTORE t s x'],
  ['ZADD z 1 a', 'ZADD z 1 a'],
  ['ZADD z NX CH 1 a 2 b', 'ZADD z NX CH 1 a 2 b'],
  ['ZADD z 1 a; ZADD z 1 a'],
  ['ZADD z 1 a; ZADD z NX 2 a'],
  ['ZADD z 1 a; ZADD z INCR 2 a', 'ZADD z INCR 2 a'],
  ['ZADD z 1 a; ZADD z GT INCR -2 a'],
  ['ZINCRBY z 1.5 a', 'ZINCRBY z 1.5 a'],
  ['ZADD z 1 a; ZINCRBY z 0 a'],
  ['ZADD z 1 a 2 b; ZREM z a x', 'ZREM z a x'],
  ['ZADD z 1 a; ZREM z a', 'ZREM z a'],
  ['ZADD z 1 a; ZREM z x'],
  ['ZADD z 1 a 2 b; ZREMRANGEBYRANK z 0 0', 'ZREMRANGEBYRANK z 0 0'],
  ['ZADD z 1 a; ZREMRANGEBYRANK z 5 6'],
  ['ZADD z 1 a 2 b; ZREMRANGEBYSCORE z 1 2', 'ZREMRANGEBYSCORE z 1 2'],
  ['ZADD z 1 a; ZREMRANGEBYSCORE z 5 6'],
  ['ZADD z 1 a 1 b; ZREMRANGEBYLEX z - [a', 'ZREMRANGEBYLEX z - [a'],
  ['ZADD z 1 a; ZREMRANGEBYLEX z (a +'],
  ['ZADD z 1 a 2 b; ZPOPMIN z', 'ZPOPMIN z'],
  ['ZADD z 1 a 2 b; ZPOPMIN z 5', 'ZPOPMIN z 5'],
  ['ZPOPMIN z'],
  ['ZADD z 1 a; ZPOPMAX z 0'],
  ['ZADD z 1 a 2 b; ZPOPMAX z', 'ZPOPMAX z'],
  ['ZADD z 1 a 2 b; ZMPOP 2 x z MAX', 'ZPOPMAX z 1'],
  ['ZADD z 1 a 2 b; ZMPOP 2 x z MIN COUNT 5', 'ZPOPMIN z 2'],
  ['ZMPOP 2 x z MIN COUNT 5'],
  ['ZADD z 1 a 2 b; BZPOPMIN x z 1', 'ZPOPMIN z'],
  ['ZADD z 1 a 2 b; BZPOPMAX x z 1', 'ZPOPMAX z'],
  ['ZADD z 1 a 2 b; BZMPOP 1 2 x z MIN COUNT 5', 'ZPOPMIN z 2'],
  ['ZADD z 1 a; ZRANGESTORE d z 0 -1', 'ZRANGESTORE d z 0 -1'],
  ['ZADD d 1 a; ZRANGESTORE d z 0 -1', 'ZRANGESTORE d z 0 -1'],
  ['ZRANGESTORE d z 0 -1'],
  ['ZADD z 1 a; ZUNIONSTORE d 2 z x', 'ZUNIONSTORE d 2 z x'],
  ['ZUNIONSTORE d 2 z x'],
  ['ZADD z 1 a; ZINTERSTORE d 1 z', 'ZINTERSTORE d 1 z'],
  ['SET d v; ZINTERSTORE d 1 z', 'ZINTERSTORE d 1 z'],
  ['ZADD z 1 a; ZDIFFSTORE d 2 z x', 'ZDIFFSTORE d 2 z x'],
  ['ZADD z 1 a; ZDIFFSTORE d 2 z z'],
  ['GEOADD g NX 13.361389 38.115556 a', 'ZADD g NX 3479099956230698 a'],
  ['GEOADD g 0 0 a -1 1 b', 'ZADD g 3377699720527872 a 1876548659159880 b'],
  ['GEOADD g 0 0 a; GEOADD g CH 0 0 a'],
  ['GEOADD g 0 0 a; GEOADD g NX CH 1 1 a'],
  ['GEOADD g 0 0 a; GEORADIUS g 0 0 1 m STORE d', 'GEORADIUS g 0 0 1 m STORE d'],
  ['GEOADD g 0 0 a; GEORADIUS g 0 0 1 m'],
  [
    'GEOADD g 0 0 a; GEORADIUSBYMEMBER g a 1 m STOREDIST d',
    'GEORADIUSBYMEMBER g a 1 m STOREDIST d',
  ],
  [
    'GEOADD g 0 0 a; GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m',
    'GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m',
  ],
  ['GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m'],
  ['SET d v; GEORADIUS g 0 0 1 m STORE d', 'GEORADIUS g 0 0 1 m STORE d'],
  ['RPUSH l 2 1; SORT l STORE d', 'SORT l STORE d'],
  ['RPUSH l 2 1; SORT l LIMIT 5 1 STORE d'],
  ['SET d v; SORT l STORE d', 'SORT l STORE d'],
  ['RPUSH l 2 1; SORT l'],
  ['LPUSH l a b', 'LPUSH l a b'],
  ['RPUSH l a b', 'RPUSH l a b'],
  ['RPUSH l a; LPUSHX l b', 'LPUSHX l b'],
  ['LPUSHX l b'],
  ['RPUSH l a; RPUSHX l b', 'RPUSHX l b'],
  ['RPUSH l a b; LPOP l', 'LPOP l'],
  ['RPUSH l a; LPOP l 5', 'LPOP l 5'],
  ['LPOP l'],
  ['RPUSH l a b; RPOP l', 'RPOP l'],
  ['RPUSH l a; LSET l 0 b', 'LSET l 0 b'],
  ['RPUSH l a; LINSERT l AFTER a b', 'LINSERT l AFTER a b'],
  ['RPUSH l a; LINSERT l AFTER b b'],
  ['RPUSH l a; LREM l 0 a', 'LREM l 0 a'],
  ['RPUSH l a; LREM l 0 b'],
  ['RPUSH l a; LTRIM l 1 0', 'LTRIM l 1 0'],
  ['RPUSH l a; LTRIM l 0 -1'],
  ['RPUSH l a; LMOVE l m LEFT right', 'LMOVE l m LEFT right'],
  ['RPUSH l a; RPOPLPUSH l m', 'RPOPLPUSH l m'],
  ['RPUSH l a b; LMPOP 2 m l LEFT', 'LPOP l 1'],
  ['RPUSH l a b; LMPOP 2 m l RIGHT COUNT 9', 'RPOP l 2'],
  ['RPUSH l a b; BLMPOP 0 2 m l LEFT COUNT 9', 'LPOP l 2'],
  ['RPUSH l a b; BLPOP m l 0', 'LPOP l'],
  ['RPUSH l a b; BRPOP m l 0', 'RPOP l'],
  ['RPUSH l a; BLMOVE l m left RIGHT 0', 'LMOVE l m left RIGHT'],
  ['RPUSH l a; BRPOPLPUSH l m 0', 'RPOPLPUSH l m'],
  ['XADD x 1-1 a b', 'XADD x 1-1 a b'],
  ['XADD x * a b', `XADD x ${START_MS}-0 a b`],
  ['XADD x 5-* a b', 'XADD x 5-0 a b'],
  ['XADD x NOMKSTREAM * a b'],
  ['XADD x 1-1 a b; XADD x MAXLEN 1 2-1 a b', 'XADD x MAXLEN 1 2-1 a b'],
  ['XADD x 1-1 a b; XADD x MAXLEN ~ 1 LIMIT 5 5-* a b', 'XADD x MAXLEN = 2 LIMIT 5 5-0 a b'],
  ['XADD x 1-1 a b; XADD x MINID ~ 2 3-1 a b', 'XADD x MINID = 1-1 3-1 a b'],
  ['XADD x 1-1 a b; XTRIM x MAXLEN 0', 'XTRIM x MAXLEN 0'],
  ['XADD x 1-1 a b; XTRIM x MAXLEN 5'],
  ['XADD x 1-1 a b; XTRIM x MAXLEN ~ 0', 'XTRIM x MAXLEN = 0'],
  [
    'XADD x 1-1 a b; XTRIM x MINID ~ 5 LIMIT 9',
    'XTRIM x MINID = 18446744073709551615-18446744073709551615 LIMIT 9',
  ],
  ['XADD x 1-1 a b; XDEL x 1-1 2-1', 'XDEL x 1-1 2-1'],
  ['XADD x 1-1 a b; XDEL x 2-1'],
  ['XADD x 1-1 a b; XSETID x 5-5', 'XSETID x 5-5'],
  ['XADD x 1-1 a b; XGROUP CREATE x g $', 'XGROUP CREATE x g $'],
  ['XGROUP CREATE x g $ MKSTREAM; XGROUP SETID x g 5', 'XGROUP SETID x g 5'],
  ['XGROUP CREATE x g $ MKSTREAM; XGROUP DESTROY x g', 'XGROUP DESTROY x g'],
  ['XGROUP CREATE x g $ MKSTREAM; XGROUP CREATECONSUMER x g c', 'XGROUP CREATECONSUMER x g c'],
  ['XGROUP CREATE x g $ MKSTREAM; XGROUP DELCONSUMER x g c'],
  [
    'XADD x 1-1 a b; XADD x 2-1 a b; XGROUP CREATE x g 0; XREADGROUP GROUP g c STREAMS x >',
    'MULTI',
    `XCLAIM x g c 0 1-1 TIME ${START_MS} RETRYCOUNT 1 FORCE JUSTID LASTID 1-1`,
    `XCLAIM x g c 0 2-1 TIME ${START_MS} RETRYCOUNT 1 FORCE JUSTID LASTID 2-1`,
    'EXEC',
  ],
  [
    'XGROUP CREATE x g $ MKSTREAM; XADD x 1-1 a b; XREADGROUP GROUP g c NOACK STREAMS x >',
    'MULTI',
    'XGROUP CREATECONSUMER x g c',
    'XGROUP SETID x g 1-1 ENTRIESREAD 1',
    'EXEC',
  ],
  ['XGROUP CREATE x g $ MKSTREAM; XREADGROUP GROUP g c STREAMS x >'],
  ['XGROUP CREATE x g $ MKSTREAM; XREADGROUP GROUP g c STREAMS x 0'],
  [
    'XGROUP CREATE x g $ MKSTREAM; XADD x 1-1 a b; XREADGROUP GROUP g c STREAMS x >; XACK x g 1-1',
    'XACK x g 1-1',
  ],
  ['XGROUP CREATE x g $ MKSTREAM; XACK x g 1-1'],
  [
    'XGROUP CREATE x g $ MKSTREAM; XADD x 1-1 a b; XCLAIM x g c 0 1-1 FORCE LASTID 5',
    `XCLAIM x g c 0 1-1 TIME ${START_MS} RETRYCOUNT 2 FORCE JUSTID LASTID 5-0`,
  ],
  [
    'XGROUP CREATE x g $ MKSTREAM; XCLAIM x g c 0 1-1 LASTID 5',
    'XGROUP SETID x g 5-0 ENTRIESREAD -1',
  ],
  ['XGROUP CREATE x g $ MKSTREAM; XCLAIM x g c 0 1-1'],
  [
    'XGROUP CREATE x g $ MKSTREAM; XADD x 1-1 a b; XREADGROUP GROUP g c STREAMS x >; ' +
      'XDEL x 1-1; XAUTOCLAIM x g d 0 0',
    `XCLAIM x g c 0 1-1 TIME ${START_MS} RETRYCOUNT 1 FORCE JUSTID LASTID 1-1`,
  ],
  ['XGROUP CREATE x g $ MKSTREAM; XAUTOCLAIM x g d 0 0'],
  ['FLUSHDB', 'FLUSHDB'],
  ['FLUSHALL', 'FLUSHALL'],
  ['FLUSHALL ASYNC', 'FLUSHALL ASYNC'],
  ['SWAPDB 0 1', 'SWAPDB 0 1'],
  ['FUNCTION FLUSH', 'FUNCTION FLUSH'],
  ['DEBUG POPULATE 2'],
  ['TOUCH a'],
];

/** Keys whose deadline has passed and that nobody has removed yet. */
const DUE: readonly Line[] = [
  ['SET a 1 PX 1; @5; GET a', 'DEL a'],
  ['SET a 1 PX 1; SET b 1 PX 1; @5; MGET a b', 'MULTI', 'DEL a', 'DEL b', 'EXEC'],
  ['SET a 1 PX 1; @5; SET a 2', 'MULTI', 'DEL a', 'SET a 2', 'EXEC'],
  ['SET a 1 PX 1; @5; DEL a', 'DEL a'],
  ['SET a 1 PX 1; @5; UNLINK a', 'DEL a'],
  ['SET a 1 PX 1; @5; INCR a', 'MULTI', 'DEL a', 'INCR a', 'EXEC'],
  ['SET a 1 PX 1; SET b 1; @5; RENAME b a', 'MULTI', 'DEL a', 'RENAME b a', 'EXEC'],
  ['SET a 1 PX 1; @5; SCAN 0', 'DEL a'],
  [
    'HSETEX h PX 1 FIELDS 2 a 1 b 2; HSET h c 3; @5; HLEN h',
    'MULTI',
    'HDEL h a',
    'HDEL h b',
    'EXEC',
  ],
  ['HSETEX h PX 1 FIELDS 1 a 1; @5; HSET h b 2', 'MULTI', 'HDEL h a', 'HSET h b 2', 'EXEC'],
  ['SET a 1 PX 1; @5; RANDOMKEY', 'DEL a'],
];

const UNLINKED: readonly Line[] = [
  ['DEBUG SET-ACTIVE-EXPIRE 0; SET a 1 PX 1; @5; GET a', 'UNLINK a'],
  ['SET k v; EXPIRE k -1', 'UNLINK k'],
  ['SET k v; GETEX k EXAT 1', 'UNLINK k'],
];

const TRANSACTIONS: readonly Line[] = [
  ['MULTI; SET a 1; SET b 1; GET a; EXEC', 'MULTI', 'SET a 1', 'SET b 1', 'EXEC'],
  ['MULTI; GET a; EXEC'],
  ['MULTI; SET a 1; EXEC', 'SET a 1'],
  ['MULTI; SET a 1 EX 100; INCR a; EXEC', 'MULTI', `SET a 1 PXAT ${IN_100_S}`, 'INCR a', 'EXEC'],
  ['MULTI; SET a 1; DISCARD'],
];

check('effects', LINES);
check('effects of keys that are due', DUE, 'DEBUG SET-ACTIVE-EXPIRE 0');
check('effects with lazyfree-lazy-expire', UNLINKED, 'CONFIG SET lazyfree-lazy-expire yes');
check('effects of transactions', TRANSACTIONS);

const SERVER_UNLINKS = 'CONFIG SET lazyfree-lazy-server-del yes';

check('effects', [['SADD s a b; SPOP s 2', 'UNLINK s']], SERVER_UNLINKS);
check('effects', [[`SET a 5; RESTORE a 1 ${QUOTED} ABSTTL REPLACE`, 'UNLINK a']], SERVER_UNLINKS);

test('effects: what SPOP takes is removed by SREM, 1,024 members at a time', () => {
  const members = Array.from({ length: 3000 }, (_, i) => `m${i}`);
  for (const [size, count] of [
    [5, 2],
    [5, 4],
    [100, 99],
    [3000, 2],
    [3000, 2100],
    [3000, 2999],
  ]) {
    const { server, session } = makeServer();
    const journal = new RecordedEffects();
    call(server, session, ['SADD', 's', ...members.slice(0, size)]);
    server.journalTo(journal);
    const reply = call(server, session, `SPOP s ${count}`);
    const popped = [...reply.matchAll(/m\d+/g)].map(([member]) => member);
    const told = journal.take().filter((line) => !/^(SELECT|MULTI|EXEC)/.test(line));
    assert.equal(new Set(popped).size, count);
    const expected: string[] = [];
    for (let i = 0; i < count; i += 1024) {
      expected.push(`SREM s ${popped.slice(i, i + 1024).join(' ')}`);
    }
    assert.deepEqual(told, expected);
    assert.equal(call(server, session, 'SCARD s'), `:${size - count}\r\n`);
  }
});

test('effects: SELECT stands where the database changes, within the unit', () => {
  const { server, session } = makeServer();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  for (const line of ['SET k v', 'SELECT 1', 'SET k v', 'SET k w']) call(server, session, line);
  assert.deepEqual(journal.take(), ['SELECT 0', 'SET k v', 'SELECT 1', 'SET k v', 'SET k w']);
  for (const line of ['MULTI', 'SELECT 0', 'INCR a', 'SELECT 2', 'INCR a', 'EXEC']) {
    call(server, session, line);
  }
  assert.deepEqual(journal.take(), ['MULTI', 'SELECT 0', 'INCR a', 'SELECT 2', 'INCR a', 'EXEC']);
});

test('effects: keys that expire by themselves are units of their own', () => {
  const { server, session, clock } = makeServer();
  server.cron.start();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  call(server, session, 'SET a 1 PX 1');
  call(server, session, 'SET b 1 PX 1');
  journal.take();
  clock.advance(5);
  assert.deepEqual(journal.take().sort(), ['DEL a', 'DEL b']);
  server.cron.stop();
});

test('effects: nobody is told once the journal is gone', () => {
  const { server, session } = makeServer();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  server.journalTo(null);
  call(server, session, 'SET k v EX 10');
  assert.equal(server.effects.size, 0);
});

test('effects: there is a line for every command that writes', () => {
  const sent = new Set(LINES.map(([line]) => /(?:.*; )?(\S+)/.exec(line)?.[1]));
  for (const { name, flags } of ALL_COMMANDS) {
    if ((flags & WRITE) !== 0) assert.ok(sent.has(name), `${name} has no line`);
  }
});

function check(name: string, lines: readonly Line[], first = ''): void {
  for (const [sent, ...effects] of lines) {
    test(`${name}: ${sent}`, () => {
      const { server, session, clock } = makeServer({ 'enable-debug-command': 'yes' });
      const journal = new RecordedEffects();
      server.journalTo(journal);
      if (first !== '') call(server, session, first);
      const steps = sent.split('; ');
      for (const step of steps) {
        if (!step.startsWith('EXEC')) journal.take();
        if (step.startsWith('@')) clock.advance(Number(step.slice(1)));
        else call(server, session, step);
      }
      const told = journal.take().filter((line) => !line.startsWith('SELECT '));
      assert.deepEqual(told, effects);
    });
  }
}

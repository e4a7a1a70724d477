// What `redstart cli` prints is what redis-cli prints, byte for byte: all kinds of replies in all
// ways to print them, for people and for pipes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRedisCli72, noRedisCli, runOurs, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';

const LINES = [
  'FLUSHALL',
  'PING',
  'SET text "hello world"',
  'GET text',
  'GET none',
  'SET bytes "\\x00\\x01\\xff\\n\\r\\t\\a\\b\\\\\\"\'\\x7f\xc3\xa9"',
  'GET bytes',
  'SET empty ""',
  'GET empty',
  'INCR text',
  'INCRBY number -42',
  'NOSUCH command with "arguments\\x00"',
  'GET',
  'MGET text none number bytes',
  'RPUSH list a b c d e f g h i j k l',
  'LRANGE list 0 -1',
  'LRANGE none 0 -1',
  'LPOP none 2',
  'HSET hash name value "other\\nname" "other\\x00value"',
  'HGETALL hash',
  'HGETALL none',
  'SADD set one',
  'SMEMBERS set',
  'SMEMBERS none',
  'ZADD zset 1.5 a 2 b inf c -inf d',
  'ZRANGE zset 0 -1 WITHSCORES',
  'ZSCORE zset a',
  'ZMSCORE zset a none c',
  'XADD stream 1-1 name value other ""',
  'XADD stream 2-1 name value',
  'XRANGE stream - +',
  'XREAD STREAMS stream 0',
  'XINFO STREAM stream FULL',
  'COMMAND DOCS GET SET',
  'COMMAND INFO GET none',
  'CONFIG GET maxmemory*',
  'CLIENT LIST ID 999999999',
  'MEMORY DOCTOR',
  'LATENCY DOCTOR',
  'DEBUG PROTOCOL string',
  'DEBUG PROTOCOL integer',
  'DEBUG PROTOCOL double',
  'DEBUG PROTOCOL null',
  'DEBUG PROTOCOL array',
  'DEBUG PROTOCOL set',
  'DEBUG PROTOCOL map',
  'DEBUG PROTOCOL push',
  'DEBUG PROTOCOL verbatim',
  'DEBUG PROTOCOL true',
  'DEBUG PROTOCOL false',
  "EVAL \"return {1,{2,{3,{},{4,''}},{ok='fine'}},{err='bad'},false,'x'}\" 0",
  'EVAL "redis.setresp(3); return {map={a={map={}},b={map={x=1}},c={1}}}" 0',
  'EVAL "redis.setresp(3); return {map={a={1,2}}}" 0',
  'EVAL "redis.setresp(3); return {map={a={map={b={1,2}}}}}" 0',
  'EVAL "return {{{}}}" 0',
  'EVAL "return {double=1e300}" 0',
  'EVAL "redis.setresp(3); return {{double=0.1},{set={a=true}}}" 0',
  'MULTI',
  'SET text other',
  'NOSUCH',
  'EXEC',
  'MULTI',
  'INCR n',
  'LPUSH text x',
  'EXEC',
  'DISCARD',
  'SELECT 3',
  'GET text',
  'SELECT 99',
  'ECHO "not closed',
  'ECHO "closed"badly',
  '',
  '   ',
  '3 INCR r',
  '0 INCR r',
  '-1 INCR r',
  'SUBSCRIBE',
  'SUBSCRIBE a b',
  'PSUBSCRIBE p*',
  'UNSUBSCRIBE a',
  'RESET',
  'PING',
  'ECHO caf\xc3\xa9\xff',
  'QUIT',
  'PING',
];

const MODES: readonly (readonly string[])[] = [
  [],
  ['--no-raw'],
  ['--csv'],
  ['--json'],
  ['--quoted-json'],
  ['-3'],
  ['-3', '--no-raw'],
  ['-3', '--csv'],
  ['-2', '--json'],
  ['-d', ', ', '-D', '|\n'],
  ['-e', '--no-raw'],
];

const TERMINAL_MODES = [[], ['--raw'], ['--csv'], ['-3'], ['-3', '--json']];

// That of 7.0 reads no more lines once it has subscribed.
const lines = isRedisCli72 ? LINES : LINES.filter((line) => !line.includes('SUBSCRIBE'));

const file = fileServer();

for (const faketty of [false, true]) {
  for (const mode of faketty ? TERMINAL_MODES : MODES) {
    const name = `printed as by redis-cli: ${mode.join(' ')} ${faketty ? 'on a terminal' : ''}`;
    const is72Only = mode.includes('-2') || faketty;
    const skip = noRedisCli || (is72Only && !isRedisCli72 ? 'redis-cli of 7.2 alone' : false);
    test(name, { skip }, async () => {
      const args = ['-p', String(file.port), ...mode];
      const env: Record<string, string> = faketty ? { FAKETTY: '1' } : {};
      const asked = { args, env, input: lines.map((line) => `${line}\n`).join('') };
      const theirs = await runRedisCli(asked);
      const ours = await runOurs(asked);
      assert.equal(ours.out, theirs.out);
      assert.equal(ours.err, theirs.err);
      assert.equal(ours.status, theirs.status);
    });
  }
}

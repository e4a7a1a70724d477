// Commands on the server and its databases as a whole, on the reference and on Redstart.
import assert from 'node:assert/strict';
import { comparison, differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';
import { RawClient } from '../support/raw-client.ts';

differential('DBSIZE, FLUSHDB and FLUSHALL', [
  'DBSIZE',
  'MSET a 1 b 2 c 3',
  'DBSIZE',
  'DBSIZE x',
  'FLUSHDB x',
  'FLUSHDB ASYNC SYNC',
  'FLUSHALL x',
  'FLUSHALL SYNC x',
  'DBSIZE',
  'SELECT 1',
  'SET d 4',
  'FLUSHDB',
  'DBSIZE',
  'SET d 4',
  'FLUSHDB sync',
  'SET d 4',
  'FLUSHDB Async',
  'GET d',
  'SET d 5',
  'GET d',
  'SELECT 0',
  'GET b',
  'DBSIZE',
  'FLUSHALL',
  'DBSIZE',
  'SET a 1',
  'FLUSHALL SYNC',
  'SET a 1 EX 100',
  'FLUSHALL ASYNC',
  'DBSIZE',
  'TTL a',
  'SELECT 1',
  'DBSIZE',
  'CONFIG SET lazyfree-lazy-user-flush yes',
  'SET a 1',
  'FLUSHDB',
  'SET a 1',
  'FLUSHALL',
  'DBSIZE',
  'CONFIG SET lazyfree-lazy-user-flush no',
]);

differential('SWAPDB', [
  'SET a 1 EX 100',
  'SELECT 1',
  'SET b 2',
  'SWAPDB 0 1',
  'GET a',
  'GET b',
  'TTL a',
  'SELECT 0',
  'GET a',
  'GET b',
  'SWAPDB 0 0',
  'GET b',
  { send: 'SET here 1', as: 'other' },
  'SWAPDB 0 5',
  { send: 'GET here', as: 'other' },
  'SELECT 5',
  'GET here',
  'SWAPDB a 1',
  'SWAPDB 1 a',
  'SWAPDB 1.5 1',
  'SWAPDB 0 16',
  'SWAPDB 16 0',
  'SWAPDB -1 0',
  'SWAPDB 2147483648 0',
  'SWAPDB 0 9223372036854775808',
  'SWAPDB 0',
  'SWAPDB 0 1 2',
]);

const VERSION = ['$17\r\nRedis ver. 7.2.6\n\r\n', '=21\r\ntxt:Redis ver. 7.2.6\n\r\n'] as const;

differential('TIME, ROLE and LOLWUT', [
  { send: 'TIME', tolerance: 'any' },
  'TIME x',
  'ROLE',
  'ROLE x',
  { send: 'LOLWUT', reply72: VERSION },
  { send: 'LOLWUT foo', reply72: VERSION },
  { send: 'LOLWUT VERSION', reply72: VERSION },
  { send: 'LOLWUT VERSION 7', reply72: VERSION },
  { send: 'LOLWUT version -5', reply72: VERSION },
  'LOLWUT VERSION a',
  { send: 'LOLWUT VERSION 5', tolerance: 'any' },
  { send: 'LOLWUT VERSION 6 40 5', tolerance: 'any' },
  'LOLWUT VERSION 5 a',
  'LOLWUT VERSION 5 40 a',
  'LOLWUT VERSION 5 40 2 a',
  'LOLWUT VERSION 6 a',
  'LOLWUT VERSION 6 40 a',
]);

differential('FUNCTION HELP', [{ send: 'FUNCTION HELP', only: '7.2' }, 'FUNCTION HELP x']);

differential('FUNCTION FLUSH', [
  'FUNCTION FLUSH',
  'FUNCTION FLUSH ASYNC',
  'function flush sync',
  'FUNCTION FLUSH x',
  'FUNCTION FLUSH SYNC x',
]);

const MODULES: readonly Line[] = [
  'MODULE',
  { send: 'MODULE HELP', only: '7.2' },
  'MODULE HELP x',
  'MODULE LIST',
  'MODULE LIST x',
  'MODULE LOAD',
  'MODULE LOAD /nosuch.so',
  'MODULE LOAD /nosuch.so a b',
  'MODULE LOADEX',
  'MODULE LOADEX /nosuch.so',
  'MODULE LOADEX /nosuch.so CONFIG a 1 CONFIG b 2 ARGS c d',
  'MODULE LOADEX /nosuch.so CONFIG a',
  'MODULE UNLOAD nosuch',
  'MODULE UNLOAD nosuch x',
  'MODULE NOSUCH',
  'MULTI',
  'MODULE LIST',
  'MODULE UNLOAD nosuch',
  'EXEC',
];

differential('MODULE without leave', MODULES);
differential('MODULE with leave', MODULES, { args: ['--enable-module-command', 'yes'] });
differential('MODULE with leave for this host', MODULES, {
  args: ['--enable-module-command', 'local'],
});

differential('SHUTDOWN that is refused', [
  'SHUTDOWN x',
  'SHUTDOWN ABORT',
  'SHUTDOWN ABORT NOW',
  'SHUTDOWN SAVE NOSAVE',
  'SHUTDOWN NOSAVE NOW FORCE x',
  'PING',
]);

for (const line of ['SHUTDOWN', 'SHUTDOWN NOSAVE', 'shutdown nosave now force']) {
  comparison(`${line} ends the server without a word`, { args: ['--save', ''] }, async (pair) => {
    for (const { port } of pair.servers) {
      const client = await RawClient.connect(port);
      client.write(`${line}\r\nPING\r\n`);
      assert.equal((await client.untilClosed()).toString('latin1'), '');
      await assert.rejects(RawClient.connect(port));
    }
  });
}

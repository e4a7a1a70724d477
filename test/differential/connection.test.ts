// Connection commands on the reference and on Redstart: the conversation of one connection. What
// needs several connections, or the end of one, is in connection-others.test.ts.
import { differential } from '../support/differential.ts';

differential('PING and ECHO', [
  'PING',
  'ping "a\\x00\\r\\nb"',
  'PING ""',
  'PING a b',
  'ECHO hello',
  'ECHO ""',
  'ECHO',
  'ECHO a b',
]);

differential('SELECT', [
  'SELECT 3',
  'SET k in-three',
  'SELECT 0',
  'GET k',
  'SELECT 15',
  'SELECT 16',
  'SELECT -1',
  'SELECT 01',
  'SELECT 1.5',
  'SELECT x',
  'SELECT ""',
  'SELECT 2147483648',
  'SELECT -2147483649',
  'SELECT 9223372036854775808',
  'SELECT',
  'SELECT 1 2',
  'SELECT 3',
  'GET k',
]);

differential('AUTH while there is no password', [
  'AUTH secret',
  'AUTH default secret',
  'AUTH default ""',
  'AUTH DEFAULT secret',
  'AUTH nobody secret',
  'AUTH',
  'AUTH default a b',
]);

differential('HELLO refuses', [
  'HELLO 1',
  'HELLO 4',
  'HELLO -3',
  'HELLO 9223372036854775807',
  'HELLO 9223372036854775808',
  'HELLO x',
  'HELLO ""',
  'HELLO 3.0',
  'HELLO 3 FOO',
  'HELLO 3 AUTH',
  'HELLO 3 AUTH default',
  'HELLO 3 SETNAME',
  'HELLO 3 SETNAME "a b"',
  'HELLO 3 SETNAME "a\\n"',
  'HELLO 3 AUTH nobody x',
  'HELLO 3 AUTH nobody x SETNAME kept-out',
  'HELLO 3 SETNAME kept-out BAR',
  'HELLO 3 "a\\x00b"',
  { send: 'CLIENT GETNAME', only: '7.2' },
  'GET missing',
]);

differential('CLIENT SETNAME and GETNAME', [
  'CLIENT GETNAME',
  'CLIENT SETNAME somebody',
  'CLIENT GETNAME',
  'CLIENT SETNAME "some body"',
  'CLIENT SETNAME "some\\nbody"',
  'CLIENT SETNAME "\\x7f"',
  'CLIENT SETNAME "\\xe9"',
  'CLIENT GETNAME',
  { send: 'CLIENT SETNAME "a\\x00 b"', only: '7.2' },
  { send: 'CLIENT GETNAME', only: '7.2' },
  'CLIENT SETNAME ""',
  'CLIENT GETNAME',
  'CLIENT SETNAME',
  'CLIENT SETNAME a b',
  'CLIENT GETNAME x',
  'client setNAME !~',
  'CLIENT getname',
]);

differential(
  'CLIENT SETINFO',
  [
    'CLIENT SETINFO lib-name redis.py',
    'CLIENT SETINFO LIB-VER 1.2.3',
    'CLIENT SETINFO lib-name "redis py"',
    'CLIENT SETINFO lIb-VeR "1\\n"',
    'CLIENT SETINFO lib-name ""',
    'CLIENT SETINFO badger hamster',
    'CLIENT SETINFO "bad\\nger" hamster',
    'CLIENT SETINFO "bad\\x00ger" hamster',
    'CLIENT SETINFO lib-name',
    'CLIENT SETINFO lib-name a b',
  ],
  { only: '7.2' },
);

differential('CLIENT NO-EVICT and REPLY with bad words', [
  'CLIENT NO-EVICT on',
  'CLIENT NO-EVICT OFF',
  'CLIENT NO-EVICT maybe',
  'CLIENT NO-EVICT',
  'CLIENT NO-EVICT on on',
  'CLIENT REPLY maybe',
  'CLIENT REPLY on',
  'CLIENT REPLY',
  'CLIENT REPLY on on',
]);

differential(
  'CLIENT NO-TOUCH',
  [
    'CLIENT NO-TOUCH ON',
    'CLIENT NO-TOUCH off',
    'CLIENT NO-TOUCH maybe',
    'CLIENT NO-TOUCH',
    'CLIENT NO-TOUCH on on',
  ],
  { only: '7.2' },
);

differential('CLIENT PAUSE and UNPAUSE', [
  'CLIENT PAUSE 0',
  'SET k v',
  'CLIENT PAUSE -1',
  'CLIENT PAUSE x',
  'CLIENT PAUSE 1.5',
  { send: 'CLIENT PAUSE 9223372036854775807', only: '7.2' },
  'CLIENT PAUSE 9223372036854775808',
  'CLIENT PAUSE 1000 NONE',
  'CLIENT PAUSE x NONE',
  'CLIENT PAUSE',
  'CLIENT PAUSE 1000 WRITE',
  'GET k',
  'CLIENT UNPAUSE',
  'SET k v',
  'CLIENT UNPAUSE',
  'CLIENT UNPAUSE x',
]);

differential(
  'CLIENT PAUSE with too many words',
  ['CLIENT PAUSE 1 WRITE x', 'client pauSE 1 all x'],
  {
    only: '7.2',
  },
);

differential('CLIENT KILL finds nobody or refuses', [
  'CLIENT KILL 127.0.0.1:1',
  'CLIENT KILL ""',
  'CLIENT KILL ADDR 127.0.0.1:1',
  'CLIENT KILL LADDR 127.0.0.1:1 SKIPME no',
  'CLIENT KILL ID 9999999',
  'CLIENT KILL id 9223372036854775807 id 9999999',
  'CLIENT KILL ID 0',
  'CLIENT KILL ID -1',
  'CLIENT KILL ID x',
  'CLIENT KILL ID 9223372036854775808',
  'CLIENT KILL TYPE master',
  'CLIENT KILL TYPE REPLICA',
  'CLIENT KILL TYPE slave',
  'CLIENT KILL TYPE pubsub',
  'CLIENT KILL TYPE foo',
  'CLIENT KILL USER nobody',
  'CLIENT KILL USER Default',
  'CLIENT KILL USER default ID 9999999',
  'CLIENT KILL SKIPME maybe',
  'CLIENT KILL SKIPME no ID 9999999',
  'CLIENT KILL ID 9999999 FOO',
  'CLIENT KILL ID 9999999 FOO bar',
  'CLIENT KILL MAXAGE 5 ID 9999999',
  'CLIENT KILL FOO bar',
  'CLIENT KILL ID 9999999 TYPE',
  'CLIENT KILL',
]);

differential('CLIENT LIST without a client', [
  'CLIENT LIST TYPE master',
  'CLIENT LIST TYPE Replica',
  'CLIENT LIST TYPE slave',
  'CLIENT LIST TYPE pubsub',
  'CLIENT LIST TYPE foo',
  'CLIENT LIST TYPE',
  'CLIENT LIST TYPE normal x',
  'CLIENT LIST ID',
  'CLIENT LIST ID 9999999 -1',
  'CLIENT LIST ID x',
  'CLIENT LIST ID 9999999 01',
  'CLIENT LIST FOO',
  'CLIENT LIST FOO bar',
  'CLIENT INFO x',
  'CLIENT ID x',
]);

differential('CLIENT itself', [
  'CLIENT',
  'CLIENT FOO',
  'CLIENT FOO bar',
  'CLIENT ""',
  'CLIENT HELP x',
  'client id x',
]);

differential('CLIENT HELP', ['CLIENT HELP', 'client help'], { only: '7.2' });

differential('MONITOR, alone', ['MONITOR x', { send: 'MONITOR', as: 'monitor' }]);

differential('RESET', [
  'SELECT 5',
  'CLIENT SETNAME somebody',
  'RESET x',
  'RESET',
  'CLIENT GETNAME',
  'GET missing',
  'SET k v',
  'SELECT 0',
  'GET k',
]);

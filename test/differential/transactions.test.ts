// MULTI, EXEC and DISCARD on the reference and on Redstart: what is queued, what aborts, and what
// the replies look like.
import { differential } from '../support/differential.ts';

differential('MULTI and EXEC', [
  'MULTI',
  'SET k v',
  'GET k',
  'INCR n',
  'GET nothing',
  'EXEC',
  'GET k',
  'EXEC',
  'MULTI',
  'EXEC',
  'PING',
  'multi',
  'get k',
  'exec',
]);

differential('DISCARD', [
  'DISCARD',
  'MULTI',
  'SET k v',
  'DISCARD',
  'GET k',
  'DISCARD',
  'EXEC',
  'MULTI',
  'NOSUCH',
  'DISCARD',
  'MULTI',
  'PING',
  'EXEC',
]);

differential('arity of the commands of transactions', [
  'MULTI now',
  'EXEC now',
  'DISCARD now',
  'WATCH',
  'UNWATCH k',
  'MULTI',
  'MULTI now',
  'EXEC',
  'MULTI',
  'EXEC now',
  'EXEC',
  'MULTI',
  'DISCARD now',
  'DISCARD',
  'MULTI',
  'WATCH',
  'EXEC',
  'MULTI',
  'UNWATCH k',
  'EXEC',
]);

differential('nested MULTI does not abort', ['MULTI', 'SET k v', 'MULTI', 'GET k', 'EXEC']);

differential('WATCH inside MULTI does not abort and does not watch', [
  'MULTI',
  'WATCH k',
  'SET k v',
  'EXEC',
  'SET k w',
  'MULTI',
  'GET k',
  'EXEC',
]);

differential('UNWATCH inside MULTI is queued', [
  'WATCH k',
  'MULTI',
  'UNWATCH',
  'GET k',
  'EXEC',
  'WATCH k',
  'SET k v',
  'MULTI',
  'UNWATCH',
  'EXEC',
]);

for (const [name, line] of [
  ['an unknown command', 'NOSUCH a b'],
  ['an unknown subcommand', 'CLIENT NOSUCH'],
  ['a wrong arity', 'GET'],
  ['a wrong arity of a subcommand', 'CONFIG SET'],
  ['a container alone', 'OBJECT'],
]) {
  differential(`EXEC is aborted by ${name}`, [
    'MULTI',
    'SET a 1',
    line,
    'SET b 1',
    'EXEC',
    'EXISTS a b',
    'PING',
    'EXEC',
    'MULTI',
    'SET a 1',
    'EXEC',
  ]);
}

differential('errors while running do not abort', [
  'SET text abc',
  'MULTI',
  'SET a 1',
  'INCR text',
  'SET b 1 EX 0',
  'SET b 1 NX XX',
  'GETRANGE a x 1',
  'SELECT 100',
  'CONFIG SET maxmemory bla',
  'CONFIG SET nosuch 1',
  'RENAME nosuch other',
  'OBJECT ENCODING nosuch',
  'SET c 1',
  'EXEC',
  'MGET a b c',
]);

differential('errors that end a line have no other form inside EXEC', [
  'MULTI',
  'HELLO 9',
  'AUTH a',
  'CLIENT KILL ID 0',
  'CLIENT REPLY maybe',
  'EXEC',
]);

differential('replies of all shapes in one EXEC', [
  'SET k v EX 100',
  'MULTI',
  'GET k',
  'GET nothing',
  'MGET k nothing',
  'TTL k',
  'SCAN 0',
  'CONFIG GET maxmemory',
  'CONFIG GET nosuch',
  'LCS k k IDX',
  'INCRBYFLOAT f 1.5',
  'COMMAND INFO get',
  'COMMAND GETKEYS GET k',
  'COMMAND COUNT x',
  'EXEC',
]);

differential('SELECT inside MULTI', [
  'SET k zero',
  'MULTI',
  'SELECT 3',
  'SET k three',
  'SELECT 4',
  'SET k four',
  'EXEC',
  'GET k',
  'SELECT 3',
  'GET k',
  'SELECT 0',
  'GET k',
  'MULTI',
  'SELECT 5',
  'DISCARD',
  'GET k',
]);

differential('keys change their database inside MULTI', [
  'MULTI',
  'SET k v',
  'MOVE k 1',
  'EXISTS k',
  'COPY a b',
  'SWAPDB 0 1',
  'GET k',
  'FLUSHDB',
  'DBSIZE',
  'EXEC',
  'DBSIZE',
]);

differential('HELLO inside MULTI changes the protocol from there on', [
  'MULTI',
  'GET nothing',
  { send: 'HELLO 3' },
  'GET nothing',
  { send: 'HELLO 2 SETNAME someone' },
  'GET nothing',
  'CLIENT GETNAME',
  { send: 'EXEC', tolerance: 'masked' },
  'GET nothing',
]);

differential('RESET inside MULTI', [
  'WATCH k',
  'MULTI',
  'SET k v',
  'RESET',
  'GET k',
  'EXEC',
  'MULTI',
  'NOSUCH',
  'RESET',
  'MULTI',
  'PING',
  'EXEC',
]);

differential('RESET forgets what was watched', [
  'WATCH k',
  'SET k v',
  'RESET',
  'MULTI',
  'PING',
  'EXEC',
]);

differential('QUIT inside MULTI', [
  'worker> MULTI',
  'worker> SET k v',
  'worker> QUIT',
  'worker<',
  'GET k',
]);

differential('a connection that ends inside MULTI', [
  'worker> WATCH k',
  'worker> MULTI',
  'worker> SET k v',
  'CLIENT KILL TYPE normal SKIPME yes',
  'worker<',
  'GET k',
]);

/** The reference's replies are no whole ones where CLIENT REPLY runs inside EXEC. */
for (const [name, lines] of [
  ['CLIENT REPLY SKIP inside MULTI', ['MULTI', 'SET a 1', 'CLIENT REPLY SKIP', 'GET a', 'EXEC']],
  ['CLIENT REPLY OFF inside MULTI', ['MULTI', 'SET a 1', 'CLIENT REPLY OFF', 'GET a', 'EXEC']],
  [
    'CLIENT REPLY OFF and ON inside MULTI',
    ['MULTI', 'CLIENT REPLY OFF', 'GET a', 'CLIENT REPLY ON', 'GET a', 'EXEC'],
  ],
  [
    'CLIENT REPLY ON inside MULTI, OFF before',
    ['CLIENT REPLY OFF', 'MULTI', 'PING', 'CLIENT REPLY ON', 'PING', 'EXEC'],
  ],
  ['SUBSCRIBE after CLIENT REPLY SKIP', ['MULTI', 'CLIENT REPLY SKIP', 'SUBSCRIBE b', 'EXEC']],
  ['MULTI without a reply', ['CLIENT REPLY SKIP', 'MULTI', 'SET a 2', 'EXEC']],
  ['EXEC without a reply', ['MULTI', 'SET a 3', 'CLIENT REPLY SKIP', 'GET a', 'EXEC']],
  ['EXEC without MULTI and reply', ['CLIENT REPLY SKIP', 'EXEC', 'GET a']],
  [
    'a transaction without replies',
    ['CLIENT REPLY OFF', 'MULTI', 'SET a 1', 'EXEC', 'CLIENT REPLY ON', 'GET a'],
  ],
] as const) {
  differential(name, [
    { pipeline: [...lines, 'PING 1', 'PING 2', 'QUIT'], replies: 'all' },
    'other> GET a',
  ]);
}

differential('CLIENT and CONFIG inside MULTI', [
  'MULTI',
  'CLIENT SETNAME worker',
  'CLIENT GETNAME',
  'CLIENT NO-EVICT ON',
  'CLIENT INFO',
  'CONFIG SET slowlog-max-len 77',
  'CONFIG GET slowlog-max-len',
  'CONFIG RESETSTAT',
  { send: 'EXEC', part: /OK|slowlog-max-len|flags=\S+|multi=\S+|cmd=\S+|name=\S+/ },
  'CONFIG SET slowlog-max-len 128',
]);

differential('CLIENT LIST shows the commands that are queued', [
  { send: 'worker> CLIENT LIST', part: /multi=-?\d+/ },
  'worker> MULTI',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=-?\d+|cmd=\S+/ },
  'worker> SET k v',
  'worker> GET k',
  'worker> WATCH k',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=-?\d+|multi-mem=\d+|cmd=\S+/ },
  'worker> NOSUCH',
  'worker> GET k',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=-?\d+|multi-mem=\d+|cmd=\S+/ },
  'worker> EXEC',
  { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=-?\d+|multi-mem=\d+|cmd=\S+/ },
]);

differential('DEBUG inside MULTI', [
  'MULTI',
  'SET k v',
  'DEBUG SLEEP 0',
  'DEBUG SET-ACTIVE-EXPIRE 1',
  'DEBUG JMAP',
  'EXEC',
  'GET k',
]);

for (const line of ['SHUTDOWN', 'SHUTDOWN NOSAVE', 'SHUTDOWN x y z']) {
  differential(`${line} is not allowed inside MULTI`, ['MULTI', 'SET k v', line, 'EXEC', 'GET k']);
}

differential('MONITOR inside MULTI', ['MULTI', 'MONITOR', 'PING', 'EXEC', 'RESET', 'PING']);

differential('a pipeline of transactions', [
  { pipeline: ['MULTI', 'SET a 1', 'EXEC', 'MULTI', 'INCR a', 'INCR a', 'EXEC', 'GET a'] },
  { pipeline: ['MULTI', 'NOSUCH', 'EXEC', 'MULTI', 'INCR a', 'DISCARD', 'GET a'] },
  { pipeline: ['MULTI', 'SELECT 1', 'EXEC', 'DBSIZE', 'SELECT 0', 'DBSIZE'] },
]);

differential(
  'many queued commands, and long ones',
  [
    'MULTI',
    { pipeline: Array.from({ length: 500 }, (_, i) => `SET key:${i} ${'x'.repeat(i)}`) },
    { pipeline: Array.from({ length: 500 }, (_, i) => `STRLEN key:${i}`) },
    ['SET', 'long', 'y'.repeat(200000)],
    'STRLEN long',
    'EXEC',
    'DBSIZE',
  ].map((line) => (Array.isArray(line) ? { send: line } : line)),
);

differential('binary arguments are queued as they are', [
  'MULTI',
  'SET "a\\x00\\r\\n\\xff" "\\x00\\x01"',
  'GET "a\\x00\\r\\n\\xff"',
  'SET "" ""',
  'GET ""',
  'EXEC',
]);

differential('two connections queue at once', [
  'a> MULTI',
  'b> MULTI',
  'a> INCR n',
  'b> INCR n',
  'a> INCR n',
  'GET n',
  'b> EXEC',
  'GET n',
  'a> EXEC',
  'GET n',
]);

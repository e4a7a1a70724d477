// Pub/sub over several connections of one server: lines in order, each with what its sender reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NORMAL_CLASS, PUBSUB_CLASS } from '../../src/engine/output-limit.ts';
import type { Session } from '../../src/engine/session.ts';
import { call, connect, makeServer, type RecordedOutput } from '../support/clock.ts';

/**
 * `name> command` sends, and expects all that the connection reads up to and with the reply;
 * `name< ` expects what was pushed to it since. A name's last digit is its protocol. Texts are
 * written with spaces for line ends.
 */
type Line = readonly [line: string, expected: string];

const LISTENING_ONLY =
  ': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context';

const conversations: Record<string, readonly Line[]> = {
  'a message goes to subscribers of the channel, then to patterns in order': [
    ['a2> PSUBSCRIBE n*', '*3 $10 psubscribe $2 n* :1'],
    ['a2> SUBSCRIBE news', '*3 $9 subscribe $4 news :2'],
    ['a2> PSUBSCRIBE ne?s new', '*3 $10 psubscribe $4 ne?s :3 *3 $10 psubscribe $3 new :4'],
    ['b3> SUBSCRIBE news', '>3 $9 subscribe $4 news :1'],
    ['c2> PUBLISH news hello', ':4'],
    [
      'a2<',
      '*3 $7 message $4 news $5 hello *4 $8 pmessage $2 n* $4 news $5 hello ' +
        '*4 $8 pmessage $4 ne?s $4 news $5 hello',
    ],
    ['b3<', '>3 $7 message $4 news $5 hello'],
    ['c2> SPUBLISH news hello', ':0'],
    ['c2> PUBLISH other hello', ':0'],
  ],
  'unsubscribing confirms each channel, and says so when there is none': [
    [
      'a2> SUBSCRIBE a b a',
      '*3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2 *3 $9 subscribe $1 a :2',
    ],
    ['a2> UNSUBSCRIBE c', '*3 $11 unsubscribe $1 c :2'],
    ['a2> PUNSUBSCRIBE', '*3 $12 punsubscribe $-1 :2'],
    ['a2> UNSUBSCRIBE', '*3 $11 unsubscribe $1 a :1 *3 $11 unsubscribe $1 b :0'],
    ['a2> UNSUBSCRIBE', '*3 $11 unsubscribe $-1 :0'],
    ['b3> UNSUBSCRIBE', '>3 $11 unsubscribe _ :0'],
    ['b3> SUNSUBSCRIBE x', '>3 $12 sunsubscribe $1 x :0'],
    ['b3> PUBSUB CHANNELS', '*0'],
  ],
  'shard channels are counted alone': [
    ['a2> SUBSCRIBE a', '*3 $9 subscribe $1 a :1'],
    ['a2> SSUBSCRIBE a b', '*3 $10 ssubscribe $1 a :1 *3 $10 ssubscribe $1 b :2'],
    ['a2> PSUBSCRIBE *', '*3 $10 psubscribe $1 * :2'],
    ['b2> SPUBLISH a x', ':1'],
    ['a2<', '*3 $8 smessage $1 a $1 x'],
    ['b2> PUBSUB NUMSUB a b', '*4 $1 a :1 $1 b :0'],
    ['b2> PUBSUB SHARDNUMSUB a c', '*4 $1 a :1 $1 c :0'],
    ['b2> PUBSUB NUMSUB', '*0'],
    ['b2> PUBSUB NUMPAT', ':1'],
    ['b2> PUBSUB CHANNELS', '*1 $1 a'],
    ['b2> PUBSUB SHARDCHANNELS b*', '*1 $1 b'],
    ['b2> PUBSUB CHANNELS b*', '*0'],
    ['a2> SUNSUBSCRIBE', '*3 $12 sunsubscribe $1 a :1 *3 $12 sunsubscribe $1 b :0'],
    ['a2> UNSUBSCRIBE', '*3 $11 unsubscribe $1 a :1'],
  ],
  'who is subscribed and speaks RESP2 can hardly do anything else': [
    ['a2> SSUBSCRIBE a', '*3 $10 ssubscribe $1 a :1'],
    ['a2> GET k', `-ERR Can't execute 'get'${LISTENING_ONLY}`],
    ['a2> CLIENT ID', `-ERR Can't execute 'client|id'${LISTENING_ONLY}`],
    ['a2> PUBLISH a x', `-ERR Can't execute 'publish'${LISTENING_ONLY}`],
    ['a2> HELLO 3', `-ERR Can't execute 'hello'${LISTENING_ONLY}`],
    ['a2> GET', "-ERR wrong number of arguments for 'get' command"],
    ['a2> PING', '*2 $4 pong $0 '],
    ['a2> PING hi', '*2 $4 pong $2 hi'],
    ['a2> SUNSUBSCRIBE', '*3 $12 sunsubscribe $1 a :0'],
    ['a2> PING', '+PONG'],
    ['a2> SUBSCRIBE a', '*3 $9 subscribe $1 a :1'],
    ['a2> RESET', '+RESET'],
    ['a2> GET k', '$-1'],
    ['a2> PUBSUB CHANNELS', '*0'],
  ],
  'in RESP3 everything can be done, and HELLO 2 ends that': [
    ['a3> SUBSCRIBE a', '>3 $9 subscribe $1 a :1'],
    ['a3> PING', '+PONG'],
    ['a3> PUBLISH a x', ':1 >3 $7 message $1 a $1 x'],
    ['a3> CLIENT REPLY OFF', ''],
    ['a3> PUBLISH a x', '>3 $7 message $1 a $1 x'],
    ['a3> SUBSCRIBE b', '>3 $9 subscribe $1 b :2'],
    ['a3> UNSUBSCRIBE b', '>3 $11 unsubscribe $1 b :1'],
    ['a3> CLIENT REPLY ON', '+OK'],
    ['a3> CLIENT REPLY SKIP', ''],
    ['a3> PSUBSCRIBE b', '>3 $10 psubscribe $1 b :2'],
    ['a3> PUNSUBSCRIBE b', '>3 $12 punsubscribe $1 b :1'],
    ['a3> HELLO 2 SETNAME x y', "-ERR Syntax error in HELLO option 'y'"],
    ['a3> GET k', '_'],
    ['a3> HELLO 2', '^\\*14'],
    ['a3> GET k', `-ERR Can't execute 'get'${LISTENING_ONLY}`],
    ['a3> UNSUBSCRIBE', '*3 $11 unsubscribe $1 a :0'],
    ['a3> GET k', '$-1'],
  ],
  'in transactions': [
    ['a2> MULTI', '+OK'],
    ['a2> SUBSCRIBE a', '+QUEUED'],
    ['a2> SSUBSCRIBE b', '+QUEUED'],
    ['a2> PUBLISH a x', '+QUEUED'],
    ['a2> GET k', '+QUEUED'],
    [
      'a2> EXEC',
      "*4 *3 $9 subscribe $1 a :1 -ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client :1 " +
        '$-1 *3 $7 message $1 a $1 x',
    ],
    ['a2> MULTI', `-ERR Can't execute 'multi'${LISTENING_ONLY}`],
    ['b3> SUBSCRIBE a', '>3 $9 subscribe $1 a :1'],
    ['c2> MULTI', '+OK'],
    ['c2> PUBLISH a 1', '+QUEUED'],
    ['c2> PUBLISH a 2', '+QUEUED'],
    ['b3<', ''],
    ['c2> EXEC', '*2 :2 :2'],
    ['b3<', '>3 $7 message $1 a $1 1 >3 $7 message $1 a $1 2'],
  ],
  'names and messages are bytes': [
    ['a2> SUBSCRIBE "" "\\x00\\xff"', '*3 $9 subscribe $0  :1 *3 $9 subscribe $2 \0\xff :2'],
    ['b2> PUBLISH "" ""', ':1'],
    ['a2<', '*3 $7 message $0  $0 '],
    ['b2> PUBLISH "\\x00\\xff" "\\xfe\\x00"', ':1'],
    ['a2<', '*3 $7 message $2 \0\xff $2 \xfe\0'],
  ],
  'the ways in which PUBSUB is called wrong': [
    ['a2> PUBSUB', "-ERR wrong number of arguments for 'pubsub' command"],
    ['a2> PUBSUB NO', "-ERR unknown subcommand 'NO'. Try PUBSUB HELP."],
    [
      'a2> PUBSUB Channels a b',
      "-ERR unknown subcommand or wrong number of arguments for 'Channels'. Try PUBSUB HELP.",
    ],
    [
      'a2> PUBSUB SHARDCHANNELS a b',
      "-ERR unknown subcommand or wrong number of arguments for 'SHARDCHANNELS'. Try PUBSUB HELP.",
    ],
    ['a2> PUBSUB NUMPAT x', "-ERR wrong number of arguments for 'pubsub|numpat' command"],
    ['a2> SUBSCRIBE', "-ERR wrong number of arguments for 'subscribe' command"],
  ],
};

for (const [name, lines] of Object.entries(conversations)) test(name, () => converse(lines));

function converse(lines: readonly Line[]): void {
  const { server } = makeServer();
  const clients = new Map<string, { session: Session; output: RecordedOutput }>();
  for (const [line, expected] of lines) {
    const name = line.slice(0, 2);
    let client = clients.get(name);
    if (client === undefined) {
      client = connect(server);
      client.session.protocol = Number(name[1]);
      clients.set(name, client);
    }
    const reply = line[2] === '>' ? call(server, client.session, line.slice(4)) : '';
    const read = client.output.sent + reply;
    client.output.sent = '';
    const shown = read.replace(/\r\n/g, ' ').replace(/ $/, '');
    if (expected.startsWith('^')) assert.match(shown, new RegExp(expected), line);
    else assert.equal(shown, expected, line);
  }
}

test('what the server says of subscribers', () => {
  const { server, session, clock, output } = makeServer({ timeout: '1' });
  server.cron.start();
  const other = connect(server);
  const tell = (line: string): string => call(server, other.session, line);
  call(server, session, 'SUBSCRIBE a b');
  call(server, session, 'PSUBSCRIBE c');
  call(server, session, 'SSUBSCRIBE d e f');
  assert.match(tell('CLIENT LIST TYPE pubsub'), / flags=P db=0 sub=2 psub=1 ssub=3 multi=-1 /);
  assert.doesNotMatch(tell('CLIENT LIST TYPE normal'), /sub=2/);
  const counts = /\npubsub_channels:2\r\npubsub_patterns:1\r\npubsubshard_channels:3\r\n/;
  assert.match(tell('INFO stats'), counts);
  assert.equal(session.outputClass, PUBSUB_CLASS);
  assert.equal(other.session.outputClass, NORMAL_CLASS);
  // Who listens is not idle.
  clock.advance(5000);
  assert.equal(output.isDestroyed, false);
  assert.equal(other.output.isDestroyed, true);
  assert.equal(tell('CLIENT KILL TYPE pubsub'), ':1\r\n');
  assert.equal(output.isDestroyed, true);
  server.disconnect(session);
  assert.equal(tell('PUBLISH a x'), ':0\r\n');
  assert.match(tell('INFO stats'), /\npubsub_channels:0\r\npubsub_patterns:0\r\n/);
  server.cron.stop();
});

test('a client with many subscriptions that disconnects is taken out by and by', () => {
  const { server, session, clock } = makeServer();
  server.cron.start();
  const channels = Array.from({ length: 5000 }, (_, i) => `c${i}`);
  call(server, session, ['SUBSCRIBE', ...channels]);
  const other = connect(server).session;
  server.disconnect(session);
  assert.equal(call(server, other, 'PUBSUB CHANNELS'), '*0\r\n');
  assert.ok(server.pubsub.leaveSlice(1), 'not all at once');
  clock.advance(1000);
  assert.ok(!server.pubsub.leaveSlice(1), 'the cron has done it');
  server.cron.stop();
});

// CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO: options, what goes together, and where it
// shows. Who is told what is in test/engine/tracking.test.ts.
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { call, connect, makeServer, type TestServer } from '../support/clock.ts';

/** A command line of a connection of its own, without CLIENT, and its reply, line ends as `|`. */
type Line = readonly [line: string, reply: string];

/** Runs the lines on one connection; `$id` stands for the id of another one. */
function check(name: string, protocol: 2 | 3, ...lines: Line[]): void {
  test(`CLIENT TRACKING: ${name}`, () => {
    const { server, session } = makeServer();
    const other = connect(server).session;
    session.protocol = protocol;
    for (const [line, expected] of lines) {
      const text = `CLIENT ${line.replace('$id', String(other.id))}`;
      const reply = call(server, session, text).replaceAll('\r\n', '|');
      assert.equal(reply, expected.replace('$id', String(other.id)), line);
    }
  });
}

const OK = '+OK|';
const SYNTAX = '-ERR syntax error|';
const SWITCHED = 'before disabling tracking for this client, and then re-enabling it with a';

check(
  'what does not parse',
  2,
  ['TRACKING', "-ERR wrong number of arguments for 'client|tracking' command|"],
  ['TRACKING maybe', SYNTAX],
  ['TRACKING on nonsense', SYNTAX],
  ['TRACKING on redirect', SYNTAX],
  ['TRACKING on prefix', SYNTAX],
  ['TRACKING maybe redirect x', '-ERR value is not an integer or out of range|'],
  ['TRACKING off redirect 0', '-ERR The client ID you want redirect to does not exist|'],
  ['TRACKING on redirect 999', '-ERR The client ID you want redirect to does not exist|'],
  ['TRACKING on redirect -1', '-ERR The client ID you want redirect to does not exist|'],
  [
    'TRACKING on redirect $id redirect $id',
    '-ERR A client can only redirect to a single other client|',
  ],
  [
    `TRACKING on bcast prefix ${'x'.repeat(2 ** 20 + 1)}`,
    '-ERR PREFIX is longer than 1048576 bytes|',
  ],
  ['GETREDIR', ':-1|'],
);

check(
  'what does not go together',
  2,
  ['TRACKING on prefix a', '-ERR PREFIX option requires BCAST mode to be enabled|'],
  ['TRACKING off prefix a', OK],
  ['TRACKING on bcast optin', '-ERR OPTIN and OPTOUT are not compatible with BCAST|'],
  ['TRACKING on optin optout', "-ERR You can't specify both OPTIN mode and OPTOUT mode|"],
  ['TRACKING on OPTIN', OK],
  ['TRACKING on optout', `-ERR You can't switch OPTIN/OPTOUT mode ${SWITCHED} different mode.|`],
  ['TRACKING on bcast', `-ERR You can't switch BCAST mode on/off ${SWITCHED} different mode.|`],
  ['TRACKING on', OK],
  ['TRACKING on optout', OK],
  ['TRACKING on optin', `-ERR You can't switch OPTIN/OPTOUT mode ${SWITCHED} different mode.|`],
  ['TRACKING off', OK],
  ['TRACKING off', OK],
  ['TRACKING on bcast', OK],
  ['TRACKING on', `-ERR You can't switch BCAST mode on/off ${SWITCHED} different mode.|`],
);

function overlap(prefix: string, which: string, other: string): string {
  return (
    `-ERR Prefix '${prefix}' overlaps with ${which} prefix '${other}'. ` +
    'Prefixes for a single client must not overlap.|'
  );
}

check(
  'prefixes that overlap',
  2,
  ['TRACKING on bcast prefix foobar prefix foo', overlap('foobar', 'another provided', 'foo')],
  ['TRACKING on bcast prefix foo prefix foobar', overlap('foo', 'another provided', 'foobar')],
  ['TRACKING on bcast prefix a prefix a', overlap('a', 'another provided', 'a')],
  ['TRACKING on bcast prefix x prefix b prefix bc', overlap('b', 'another provided', 'bc')],
  ['TRACKING on bcast prefix x prefix ""', overlap('x', 'another provided', '')],
  ['TRACKINGINFO', '*6|$5|flags|*1|$3|off|$8|redirect|:-1|$8|prefixes|*0|'],
  ['TRACKING on bcast prefix foo prefix bar', OK],
  ['TRACKING on bcast prefix fo', overlap('fo', 'an existing', 'foo')],
  ['TRACKING on bcast prefix x prefix barb', overlap('barb', 'an existing', 'bar')],
  ['TRACKING on bcast prefix foo', overlap('foo', 'an existing', 'foo')],
  ['TRACKING on bcast prefix "" prefix foo', overlap('', 'an existing', 'bar')],
  ['TRACKING on bcast prefix bb prefix b', overlap('bb', 'another provided', 'b')],
  ['TRACKING on bcast prefix "a\\x00b" prefix "a\\x00"', overlap('a', 'another provided', 'a')],
  ['TRACKING on bcast prefix a', OK],
  [
    'TRACKINGINFO',
    '*6|$5|flags|*2|$2|on|$5|bcast|$8|redirect|:0|$8|prefixes|*3|$1|a|$3|bar|$3|foo|',
  ],
  ['TRACKING on bcast', OK],
  [
    'TRACKINGINFO',
    '*6|$5|flags|*2|$2|on|$5|bcast|$8|redirect|:0|$8|prefixes|*4|$0||$1|a|$3|bar|$3|foo|',
  ],
);

check(
  'CACHING',
  2,
  [
    'CACHING yes',
    '-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or ' +
      'OPTOUT mode enabled|',
  ],
  ['TRACKING on', OK],
  ['CACHING maybe', SYNTAX],
  ['CACHING yes', '-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.|'],
  ['CACHING no', '-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.|'],
  ['TRACKING on optin', OK],
  ['CACHING no', '-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.|'],
  ['CACHING YES', OK],
  ['TRACKING off', OK],
  ['TRACKING on optout', OK],
  ['CACHING NO', OK],
);

check(
  'TRACKINGINFO and GETREDIR in RESP3',
  3,
  ['TRACKINGINFO', '%3|$5|flags|~1|$3|off|$8|redirect|:-1|$8|prefixes|*0|'],
  ['TRACKING on noloop optin redirect $id', OK],
  ['GETREDIR', ':$id|'],
  ['CACHING yes', OK],
  [
    'TRACKINGINFO',
    '%3|$5|flags|~4|$2|on|$5|optin|$11|caching-yes|$6|noloop|$8|redirect|:$id|$8|prefixes|*0|',
  ],
  ['TRACKING off', OK],
  ['TRACKING on optout', OK],
  ['GETREDIR', ':0|'],
  ['CACHING no', OK],
  ['TRACKINGINFO', '%3|$5|flags|~3|$2|on|$6|optout|$10|caching-no|$8|redirect|:0|$8|prefixes|*0|'],
);

/** `flags=... redir=...` of CLIENT LIST. */
function listed({ server, session }: TestServer): string {
  const line = call(server, session, `CLIENT LIST ID ${session.id}`);
  return [/flags=\S*/.exec(line)?.[0], /redir=\S*/.exec(line)?.[0]].join(' ');
}

function figureOf({ server }: TestServer, field: string): number {
  const text = call(server, connect(server).session, 'INFO everything');
  return Number(new RegExp(`\r\n${field}:(\\d+)\r\n`).exec(text)?.[1]);
}

test('CLIENT LIST and INFO show tracking; RESET and disconnecting end it', () => {
  const made = makeServer();
  const { server, session } = made;
  const other = connect(server).session;
  assert.equal(listed(made), 'flags=N redir=-1');
  call(server, session, `CLIENT TRACKING on redirect ${other.id}`);
  assert.equal(listed(made), `flags=t redir=${other.id}`);
  call(server, other, 'CLIENT TRACKING on bcast prefix a prefix b');
  assert.equal(figureOf(made, 'tracking_clients'), 2);
  assert.equal(figureOf(made, 'tracking_total_prefixes'), 2);
  const usedBefore = server.usedMemory;
  server.tracking.remember(session, Buffer.from('key'), 0, 3);
  server.tracking.remember(other, Buffer.from('key'), 0, 3);
  assert.ok(server.usedMemory > usedBefore);
  assert.equal(figureOf(made, 'tracking_total_keys'), 1);
  assert.equal(figureOf(made, 'tracking_total_items'), 2);
  server.disconnect(other);
  assert.equal(figureOf(made, 'tracking_clients'), 1);
  assert.equal(figureOf(made, 'tracking_total_prefixes'), 0);
  server.tracking.flushed();
  assert.equal(listed(made), `flags=tR redir=${other.id}`);
  call(server, session, 'CLIENT TRACKING off');
  call(server, session, 'CLIENT TRACKING on bcast');
  assert.equal(listed(made), 'flags=tB redir=0');
  assert.equal(call(server, session, 'RESET'), '+RESET\r\n');
  assert.equal(listed(made), 'flags=N redir=-1');
  assert.equal(figureOf(made, 'tracking_clients'), 0);
});

test('tracking-table-max-keys is followed, by the cron too', () => {
  const made = makeServer({ 'tracking-table-max-keys': '1000' });
  const { server, session, clock } = made;
  call(server, session, 'CLIENT TRACKING on');
  for (let i = 0; i < 500; i++) {
    const key = Buffer.from(`key:${i}`);
    server.tracking.remember(session, key, 0, key.length);
  }
  server.cron.start();
  clock.advance(200);
  assert.equal(server.tracking.keysCount, 500);
  call(server, session, 'CONFIG SET tracking-table-max-keys 10');
  clock.advance(200);
  assert.equal(server.tracking.keysCount, 10);
  server.cron.stop();
});

test('not all pairs of many prefixes are compared', () => {
  const { server, session } = makeServer();
  const words = ['CLIENT', 'TRACKING', 'on', 'bcast'];
  for (let i = 0; i < 30000; i++) words.push('prefix', `${i}:`);
  const start = process.cpuUsage();
  assert.equal(call(server, session, words), '+OK\r\n');
  assert.match(call(server, session, words), /Prefix '0:' overlaps with an existing prefix '0:'/);
  call(server, session, 'CLIENT TRACKING off');
  assert.match(
    call(server, session, [...words, 'prefix', '29999']),
    /Prefix '29999:' overlaps with another provided prefix '29999'/,
  );
  assert.ok(process.cpuUsage(start).user < 3e6);
});

/** Lines on a connection that tracks with an option; how many keys are remembered after each. */
function remembered(option: string, ...lines: readonly (readonly [string, number])[]): void {
  test(`CLIENT TRACKING: keys that are remembered with ${option || 'no option'}`, () => {
    const { server, session } = makeServer();
    call(server, session, `CLIENT TRACKING on ${option}`);
    for (const [line, expected] of lines) {
      call(server, session, line);
      assert.equal(server.tracking.keysCount, expected, line);
    }
  });
}

remembered(
  '',
  ['GET a', 1],
  ['MGET a b c', 3],
  ['SET d 1', 3],
  ['OBJECT ENCODING d', 4],
  ['GETDEL e', 4],
  ['GET', 4],
  ['MULTI', 4],
  ['GET f', 4],
  ['SET g 1', 4],
  ['EXEC', 5],
  ['CLIENT TRACKING off', 5],
  ['GET h', 5],
);

remembered(
  'optin',
  ['GET a', 0],
  ['CLIENT CACHING yes', 0],
  ['CLIENT ID', 0],
  ['MGET a b', 2],
  ['GET c', 2],
  ['CLIENT CACHING yes', 2],
  ['MULTI', 2],
  ['GET d', 2],
  ['GET e', 2],
  ['EXEC', 4],
  ['GET f', 4],
  ['CLIENT CACHING yes', 4],
  ['SET f 1', 4],
  ['GET f', 4],
  ['CLIENT CACHING yes', 4],
  ['NOSUCH', 4],
  ['GET f', 4],
);

remembered('optout', ['GET a', 1], ['CLIENT CACHING no', 1], ['GET b', 1], ['GET b', 2]);

remembered('bcast', ['GET a', 0]);

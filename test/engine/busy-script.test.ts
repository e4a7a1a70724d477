// A script that runs long: what others may do in its midst, what ends it, and that neither notices
// more of the other than in Redis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as callCommand } from '../../src/engine/call.ts';
import { FROM_JOURNAL } from '../../src/engine/command.ts';
import { commandOf } from '../../src/engine/find-command.ts';
import { Reply } from '../../src/engine/reply.ts';
import { Request } from '../../src/engine/request.ts';
import { connect, makeServer, call as run, type TestServer } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';

const BUSY =
  '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n';
const ABORTED = BUSY.replace('-', '-EXECABORT Transaction discarded because of: ');
const UNKILLABLE =
  '-UNKILLABLE Sorry the script already executed write commands against the dataset. You can ' +
  'either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE ' +
  'command.\r\n';
const OBEYED =
  '-UNKILLABLE The busy script was sent by a master instance in the context of replication and ' +
  'cannot be killed.\r\n';
const KILLED =
  /^-ERR Script killed by user with SCRIPT KILL\.{3} script: \w{40}, on @user_script:\d+\.\r\n$/;
const ENDLESS = 'while true do end';
const LONG = 'for i = 1, 900000 do end';

/** A server on which each look at the clock takes a millisecond. */
function slowServer(config: Readonly<Record<string, string>> = {}): TestServer {
  const made = makeServer({ 'busy-reply-threshold': '5', ...config });
  made.clock.lookUs = 1000;
  return made;
}

/** What a script answers, and what others are answered, a command in each interlude. */
function runBusy(
  made: TestServer,
  source: string,
  commands: readonly string[],
  words: readonly string[] = [],
): { answer: string; replies: string[] } {
  const { session } = connect(made.server);
  const replies: string[] = [];
  made.readOpen = () => {
    const command = commands[replies.length];
    if (command === undefined) return false;
    replies.push(run(made.server, session, command));
    return true;
  };
  const answer = run(made.server, made.session, ['EVAL', source, String(words.length), ...words]);
  return { answer, replies };
}

const MEANWHILE: readonly (readonly [command: string, reply: string | RegExp])[] = [
  ['PING', BUSY],
  ['GET', "-ERR wrong number of arguments for 'get' command\r\n"],
  ['NOPE', "-ERR unknown command 'NOPE', with args beginning with: \r\n"],
  ['SCRIPT NOPE', "-ERR unknown subcommand 'NOPE'. Try SCRIPT HELP.\r\n"],
  ['SCRIPT FLUSH', BUSY],
  ['EVAL "return 1" 0', BUSY],
  ['CLIENT LIST', BUSY],
  ['CLIENT KILL ID 1', BUSY],
  ['INFO', BUSY],
  ['CONFIG SET busy-reply-threshold 0', BUSY],
  ['SHUTDOWN', BUSY],
  ['SHUTDOWN SAVE', BUSY],
  ['SHUTDOWN ABORT', '-ERR No shutdown in progress.\r\n'],
  ['EXEC', ABORTED],
  ['MULTI', '+OK\r\n'],
  ['GET a', BUSY],
  ['EXEC', ABORTED],
  ['DISCARD', '-ERR DISCARD without MULTI\r\n'],
  ['WATCH k', '+OK\r\n'],
  ['UNWATCH', '+OK\r\n'],
  ['HELLO 2', /^\*14\r\n/],
  ['RESET', '+RESET\r\n'],
  ['QUIT', '+OK\r\n'],
  ['SCRIPT KILL', '+OK\r\n'],
];

test('others are answered while a script runs long', () => {
  const made = slowServer();
  const commands = MEANWHILE.map(([command]) => command);
  const { answer, replies } = runBusy(made, ENDLESS, commands);
  assert.match(answer, KILLED);
  for (const [index, [command, reply]] of MEANWHILE.entries()) {
    if (typeof reply === 'string') assert.equal(replies[index], reply, command);
    else assert.match(replies[index], reply, command);
  }
  assert.equal(replies.length, MEANWHILE.length);
  assert.equal(run(made.server, made.session, 'PING'), '+PONG\r\n');
  assert.equal(
    run(made.server, made.session, 'SCRIPT KILL'),
    '-NOTBUSY No scripts in execution right now.\r\n',
  );
  assert.deepEqual(
    made.log.lines.map((line) => line.replace(/\d+ milliseconds/, 'N milliseconds')),
    [
      'warning: Slow script detected: still in execution after N milliseconds. You can try ' +
        'killing the script using the SCRIPT KILL command. Script name is: ' +
        '694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7.',
      'notice: Lua script killed by user with SCRIPT KILL.',
    ],
  );
});

/** Scripts that end only when somebody ends them, however they defend themselves. */
const DEFIANT: readonly string[] = [
  ENDLESS,
  'while true do redis.call("PING") end',
  'local f = function() while true do redis.call("PING") end end while true do pcall(f) end',
  'while true do pcall(function() while true do end end) end',
  'local c = coroutine.wrap(function() while true do end end) while true do pcall(c) end',
  'while true do coroutine.resume(coroutine.create(function() while true do end end)) end',
  'while true do xpcall(function() while true do end end, function() while true do end end) end',
  'while true do string.gsub("aaa", "a", function() while true do end end) end',
  'table.sort({3, 2, 1}, function() while true do end end)',
  'local t = setmetatable({}, {__index = function() while true do end end}) return t.x',
  'while true do redis.pcall("NOPE") end',
  'redis.call("GET", "k") while true do string.rep("x", 1e6):lower() end',
];

for (const source of DEFIANT) {
  test(`SCRIPT KILL ends: ${source}`, () => {
    const { answer, replies } = runBusy(slowServer(), source, ['SCRIPT KILL']);
    assert.deepEqual(replies, ['+OK\r\n']);
    assert.match(answer, KILLED);
  });
}

test('a script that has written is not ended, and what it did is one unit', () => {
  const made = slowServer();
  const journal = new RecordedEffects();
  made.server.journalTo(journal);
  const source = `redis.call("SET", KEYS[1], 1) ${LONG} redis.call("INCR", KEYS[1])`;
  const { answer, replies } = runBusy(made, source, ['SCRIPT KILL', 'PING'], ['k']);
  assert.deepEqual(replies, [UNKILLABLE, BUSY]);
  assert.equal(answer, '$-1\r\n');
  assert.deepEqual(journal.take(), ['MULTI', 'SELECT 0', 'SET k 1', 'INCR k', 'EXEC']);
});

test('a script that the journal has is not ended', () => {
  const made = slowServer();
  const { server, session } = made;
  const { session: other } = connect(server);
  const replies: string[] = [];
  made.readOpen = () => replies.push(run(server, other, 'SCRIPT KILL')) > 0;
  const words = ['EVAL', LONG, '0'].map((word) => Buffer.from(word));
  const request = Request.of(words);
  const command = commandOf(server.commands, request);
  assert.ok(command !== null);
  callCommand(server.context, session, command, request, new Reply(), FROM_JOURNAL);
  assert.equal(replies[0], OBEYED);
});

test('SHUTDOWN NOSAVE ends the server, whatever the script has done', () => {
  const made = slowServer();
  const codes: number[] = [];
  made.server.onShutdown = (code) => void codes.push(code);
  runBusy(made, `redis.call("SET", "k", 1) ${LONG}`, ['SHUTDOWN NOSAVE']);
  assert.deepEqual(codes, [0]);
});

test('within a transaction a script is ended, and the transaction goes on', () => {
  const made = slowServer();
  const { server, session } = made;
  const { session: other } = connect(server);
  made.readOpen = () => run(server, other, 'SCRIPT KILL') !== '';
  run(server, session, 'MULTI');
  run(server, session, 'PING');
  run(server, session, ['EVAL', ENDLESS, '0']);
  run(server, session, 'INCR n');
  const replies = run(server, session, 'EXEC').split('\r\n');
  assert.deepEqual([replies[0], replies[1], replies[3]], ['*3', '+PONG', ':1']);
  assert.match(replies[2], /^-ERR Script killed by user with SCRIPT KILL/);
});

test('a transaction that lost a command while a script ran long is not run', () => {
  const made = slowServer();
  const { server } = made;
  const { session } = connect(server);
  run(server, session, 'MULTI');
  run(server, session, 'INCR n');
  made.readOpen = () => run(server, session, 'INCR n') !== '';
  run(server, made.session, ['EVAL', LONG, '0']);
  assert.equal(
    run(server, session, 'EXEC'),
    '-EXECABORT Transaction discarded because of previous errors.\r\n',
  );
});

test('what a script does behind an interlude breaks a WATCH that came in it', () => {
  const made = slowServer();
  const { server } = made;
  const { session } = connect(server);
  let watched = '';
  made.readOpen = () => {
    if (watched === '') watched = run(server, session, 'WATCH k');
    return false;
  };
  run(server, made.session, ['EVAL', `${LONG} redis.call("SET", "k", 1)`, '0']);
  assert.equal(watched, '+OK\r\n');
  run(server, session, 'MULTI');
  assert.equal(run(server, session, 'EXEC'), '*-1\r\n');
});

test('time stands still in a script, whoever is served in its midst', () => {
  const made = slowServer();
  run(made.server, made.session, 'SET k v PX 20');
  const source = `local function now() local t = redis.call("TIME") return t[1] * 1e6 + t[2] end
    local before = now() ${LONG} return {tostring(now() == before), redis.call("GET", "k")}`;
  const { answer, replies } = runBusy(made, source, ['PING', 'MULTI', 'PING']);
  assert.deepEqual(replies, [BUSY, '+OK\r\n', BUSY]);
  assert.equal(answer, '*2\r\n$4\r\ntrue\r\n$1\r\nv\r\n');
  assert.equal(run(made.server, made.session, 'GET k'), '$-1\r\n');
});

test('a script goes on as its own client', () => {
  const made = slowServer();
  run(made.server, made.session, 'SELECT 3');
  const { replies } = runBusy(made, `${LONG} redis.call("SET", "k", 1)`, ['PING']);
  assert.deepEqual(replies, [BUSY]);
  assert.equal(run(made.server, made.session, 'GET k'), '$1\r\n1\r\n');
});

test('who waits for a key is served behind the script, not in an interlude', () => {
  const made = slowServer();
  const { server } = made;
  const waiting = connect(server);
  run(server, waiting.session, 'BLPOP x 0');
  const source = `redis.call("LPUSH", "x", "y") ${LONG} redis.call("LPUSH", "x", "z")`;
  const { replies } = runBusy(made, source, ['HELLO 2', 'PING']);
  assert.match(replies[0], /^\*14/);
  made.clock.advance(1);
  assert.equal(waiting.output.sent, '*2\r\n$1\r\nx\r\n$1\r\nz\r\n');
});

test('what a script pushes to its own client goes to nobody else', () => {
  const made = slowServer();
  const { server, session } = made;
  run(server, session, 'HELLO 3');
  run(server, session, 'SUBSCRIBE c');
  const { answer, replies } = runBusy(made, `redis.call("PUBLISH", "c", "m") ${LONG}`, ['PING']);
  assert.deepEqual(replies, [BUSY]);
  assert.equal(answer, '_\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n');
});

test('nothing is evicted in the midst of a script', () => {
  const made = slowServer({ maxmemory: '4mb', 'maxmemory-policy': 'allkeys-random' });
  const { server } = made;
  const source = `for i = 1, 400 do redis.call("SET", i, ("v"):rep(20000)) end
    local before = redis.call("DBSIZE") ${LONG} return {before, redis.call("DBSIZE")}`;
  const { session } = connect(server);
  let evictedMeanwhile = -1;
  made.readOpen = () => {
    run(server, session, 'PING');
    server.checkMemory();
    evictedMeanwhile = server.statistics.evictedKeys;
    return true;
  };
  run(server, made.session, ['EVAL', `#!lua flags=allow-oom\n${source}`, '0']);
  assert.equal(evictedMeanwhile, 0);
  server.checkMemory();
  assert.ok(server.statistics.evictedKeys > 0);
});

test('with busy-reply-threshold 0 nobody is served', () => {
  const made = slowServer({ 'busy-reply-threshold': '0' });
  const { replies } = runBusy(made, LONG, ['PING']);
  assert.deepEqual(replies, []);
  assert.deepEqual(made.log.lines, []);
});

test('slow commands of a script count as much as its own work', () => {
  const made = slowServer();
  const source = 'for i = 1, 20 do redis.call("KEYS", "*") end';
  const { replies } = runBusy(made, source, ['PING']);
  assert.deepEqual(replies, [BUSY]);
});

test('where a fault of ours ends a script, the next one runs', () => {
  const made = slowServer();
  const { server, session } = made;
  made.readOpen = () => {
    throw new TypeError('a fault');
  };
  assert.throws(() => run(server, session, ['EVAL', ENDLESS, '0']), /a fault/);
  assert.ok(!server.scripting.running.isOn);
  assert.ok(!server.interlude.isOpen);
});

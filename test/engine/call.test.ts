// Commands that call commands, with a reply writer of their own: what scripts will do. Of the call
// around it nothing is changed: not its reply, its failure, its context or its statistics.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as callInside } from '../../src/engine/call.ts';
import {
  CONSTANT_TIME,
  type Command,
  type CommandDeclaration,
  type Context,
  FROM_SCRIPT,
} from '../../src/engine/command.ts';
import { Reply } from '../../src/engine/reply.ts';
import { type ReplyValue, readReply } from '../../src/engine/reply-reader.ts';
import { Request } from '../../src/engine/request.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';

interface Inside extends TestServer {
  /** What each called command answered, in order. */
  values: ReplyValue[];
}

/** A server whose command OUTER says what `outer` says; `inner` calls a line from within. */
function serverWith(
  outer: (inner: (line: string, resp3?: boolean) => void, context: Context, reply: Reply) => void,
): Inside {
  const values: ReplyValue[] = [];
  const declaration: CommandDeclaration = {
    name: 'OUTER',
    group: 'scripting',
    documentations: () => ({}),
    flags: 0,
    args: [],
    run: (context, _request, reply) => {
      outer((line, resp3 = false) => values.push(answerTo(context, line, resp3)), context, reply);
    },
  };
  return { ...makeServer({}, 1, {}, [declaration]), values };
}

function answerTo(context: Context, line: string, resp3: boolean): ReplyValue {
  const request = Request.of(line.split(' ').map((word) => Buffer.from(word)));
  const reply = new Reply();
  reply.resp3 = resp3;
  callInside(context, context.session, commandNamed(context, line), request, reply, FROM_SCRIPT);
  const size = reply.totalSize;
  return readReply(reply.take(), size);
}

function commandNamed({ server }: Context, line: string): Command {
  const name = Buffer.from(line.split(' ')[0]);
  const command = server.commands.find(name, 0, name.length);
  assert.ok(command !== null, line);
  return command;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

test('a command gets the values of those that it calls, and answers what it answers', () => {
  const { server, session, values } = serverWith((inner, _context, reply) => {
    reply.array(2);
    reply.bulkText('before');
    inner('SET k v');
    inner('GET k');
    inner('GET none');
    inner('MGET k none');
    inner('INCR k');
    inner('DBSIZE');
    inner('HELLO 3', true);
    reply.bulkText('after');
  });
  assert.equal(call(server, session, 'OUTER'), '*2\r\n$6\r\nbefore\r\n$5\r\nafter\r\n');
  assert.deepEqual(values.slice(0, -1), [
    { kind: 'simple', text: 'OK' },
    bytes('v'),
    null,
    { kind: 'array', items: [bytes('v'), null] },
    { kind: 'error', text: 'ERR value is not an integer or out of range' },
    1,
  ]);
});

test('a large value comes whole', () => {
  const { server, session, values } = serverWith((inner, _context, reply) => {
    inner('GET k');
    reply.ok();
  });
  const large = 'x'.repeat(100_000);
  call(server, session, ['SET', 'k', large]);
  assert.equal(call(server, session, 'OUTER'), '+OK\r\n');
  assert.deepEqual(values, [bytes(large)]);
});

test('the failure of the outer command is its own', () => {
  for (const fails of [true, false]) {
    const { server, session } = serverWith((inner, _context, reply) => {
      if (fails) reply.error('ERR outer');
      inner('INCR k');
      inner('GET k');
      if (!fails) reply.ok();
    });
    call(server, session, 'SET k v');
    assert.equal(call(server, session, 'OUTER'), fails ? '-ERR outer\r\n' : '+OK\r\n');
    assert.match(call(server, session, 'INFO commandstats'), statsLine('incr', 1, 1));
    assert.match(call(server, session, 'INFO commandstats'), statsLine('get', 1, 0));
    assert.match(call(server, session, 'INFO commandstats'), statsLine('outer', 1, fails ? 1 : 0));
    assert.match(call(server, session, 'INFO errorstats'), new RegExp(`count=${fails ? 2 : 1}\r`));
  }
});

test('each call is counted once, timed or not', () => {
  for (const slowlog of ['0', '10000']) {
    const { server, session } = serverWith((inner, _context, reply) => {
      inner('SET k v');
      inner('GET k');
      inner('GET k');
      inner('KEYS *');
      reply.ok();
    });
    call(server, session, `CONFIG SET slowlog-log-slower-than ${slowlog}`);
    const before = processed(call(server, session, 'INFO stats'));
    call(server, session, 'OUTER');
    const stats = call(server, session, 'INFO commandstats');
    for (const [name, calls] of [
      ['set', 1],
      ['get', 2],
      ['keys', 1],
      ['outer', 1],
    ] as const) {
      assert.match(stats, statsLine(name, calls, 0));
    }
    // OUTER and its four, and the two INFO.
    assert.equal(processed(call(server, session, 'INFO stats')) - before, 5 + 2);
  }
});

test('session, database and origin of the outer call are as they were', () => {
  const seen: [number, number][] = [];
  const { server, session } = serverWith((inner, context, reply) => {
    seen.push([context.database.index, context.origin]);
    inner('SELECT 5');
    inner('SET k v');
    seen.push([context.database.index, context.origin]);
    reply.ok();
  });
  const outside = server.context.origin;
  call(server, session, 'OUTER');
  assert.deepEqual(seen, [
    [0, outside],
    [0, outside],
  ]);
  assert.equal(server.keyspace.databases[5].dict.count, 1);
  assert.equal(session.databaseIndex, 5);
  assert.equal(server.context.session, session);
});

test('a call that the arena has no room for fails by itself', () => {
  const { server, session, values } = serverWith((inner, context, reply) => {
    reply.error('ERR outer');
    Object.defineProperty(context.keyspace.arena, 'isNearlyFull', { value: true });
    inner('SET k v');
    inner('DBSIZE');
  });
  assert.equal(call(server, session, 'OUTER'), '-ERR outer\r\n');
  const text = "OOM command not allowed when used memory > 'maxmemory'.";
  assert.deepEqual(values, [{ kind: 'error', text }, 0]);
  const stats = call(server, session, 'INFO commandstats');
  assert.match(stats, /cmdstat_set:calls=0,\S*rejected_calls=1,failed_calls=0/);
  assert.match(stats, statsLine('outer', 1, 1));
});

function statsLine(name: string, calls: number, failed: number): RegExp {
  return new RegExp(`cmdstat_${name}:calls=${calls},\\S*rejected_calls=0,failed_calls=${failed}\r`);
}

function processed(info: string): number {
  return Number(/total_commands_processed:(\d+)/.exec(info)?.[1]);
}

/** A command, each call of which takes so many microseconds. */
function napping(naps: readonly number[]): CommandDeclaration {
  const left = [...naps];
  return {
    name: 'NAP',
    group: 'server',
    documentations: () => ({}),
    flags: CONSTANT_TIME,
    args: [],
    run: ({ server }, _request, reply) => {
      server.host.sleep(left.shift() ?? 0);
      reply.ok();
    },
  };
}

test('a command in a transaction is counted with its own time, EXEC with all of it', () => {
  const { server, session } = makeServer({}, 1, {}, [napping([1000, 1000])]);
  for (const line of ['MULTI', 'NAP', 'NAP', 'EXEC']) call(server, session, line);
  const text = call(server, session, 'INFO commandstats');
  assert.match(text, /cmdstat_nap:calls=2,usec=2000,/);
  assert.match(text, /cmdstat_exec:calls=1,usec=2000,/);
});

/** What the calls of a script take, in microseconds, and what is counted for all of them. */
const NAPS: readonly (readonly [naps: readonly number[], counted: number])[] = [
  [[5], 5],
  [[5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 50],
  // The first and the ninth are timed.
  [[5, 6, 6, 6, 6, 6, 6, 6, 7, 8], 5 * 8 + 7 * 2],
  // One that took long stands for no other.
  [[100, 5, 6], 100 + 5 + 5],
  [[5, 100, 5], 15],
];

test('of what a script calls one in eight is timed, and all are counted', () => {
  for (const [naps, counted] of NAPS) {
    const { server, session } = makeServer({}, 1, {}, [napping(naps)]);
    const source = `for i = 1, ${naps.length} do redis.call('NAP') end`;
    assert.equal(call(server, session, ['EVAL', source, '0']), '$-1\r\n');
    const statistics = server.statistics.commands.of(commandNamed(server.context, 'NAP'));
    assert.equal(statistics.calls, naps.length);
    assert.equal(Math.round(statistics.microseconds), counted, `${naps}`);
  }
});

/** Commands, and up to how many words a call is not timed by itself. */
const UNTIMED_WORDS: readonly (readonly [string, number])[] = [
  ['GET', Number.POSITIVE_INFINITY],
  ['HSET', Number.POSITIVE_INFINITY],
  ['LINDEX', Number.POSITIVE_INFINITY],
  ['LPOP', 2],
  ['RPOP', 2],
  ['LRANGE', 0],
  ['HGETALL', 0],
  ['BLPOP', Number.POSITIVE_INFINITY],
  ['BLMPOP', 0],
  ['SETBIT', Number.POSITIVE_INFINITY],
  ['BITCOUNT', Number.POSITIVE_INFINITY],
];

test('whose cost grows with the data is timed by itself, a pop when it has a count', () => {
  const { server } = makeServer();
  for (const [name, words] of UNTIMED_WORDS) {
    assert.equal(commandNamed(server.context, name).constantTimeWords, words, name);
  }
});

// Functions in the midst of the engine: what the journal is told of libraries and functions, what a
// torn journal gives back of them, and loading that takes too long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEND, writeAll } from '../../src/engine/disk.ts';
import { journalDirectory } from '../../src/engine/journal/directory.ts';
import { makeServer, call as run, type TestServer } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { RecordedEffects } from '../support/effects.ts';
import { JournalWorld } from '../support/journal.ts';
import { payloadOf } from '../support/payloads.ts';
import { SeededRandom } from '../support/random.ts';

const DIRECTORY = './appendonlydir';
const PATH = `${DIRECTORY}/appendonly.aof.1.incr.aof`;
const OK = '+OK\r\n';

/** A library with one function. */
function library(name: string, called: string, body: string, flags = ''): string {
  return (
    `#!lua name=${name}\nredis.register_function{function_name='${called}', flags={${flags}}, ` +
    `callback=function(keys, args) ${body} end}`
  );
}

function load(made: TestServer, code: string, ...options: readonly string[]): string {
  return run(made.server, made.session, ['FUNCTION', 'LOAD', ...options, code]);
}

function fcall(made: TestServer, name: string, ...words: readonly string[]): string {
  return run(made.server, made.session, ['FCALL', name, '0', ...words]);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const SETS = library('l', 'sets', 'redis.call("SET", "a", 1) return redis.call("INCR", "a")');
const SHORT = library('s', 'f', 'return 1');

test('the journal has what changes libraries, and the effects of functions', () => {
  const made = makeServer();
  const { server, session } = made;
  const journal = new RecordedEffects();
  server.journalTo(journal);
  const effectsOf = (...words: readonly string[]): string[] => {
    run(server, session, words);
    return journal.take().filter((line) => line !== 'SELECT 0');
  };
  assert.equal(effectsOf('FUNCTION', 'LOAD', SETS).length, 1);
  assert.deepEqual(effectsOf('FUNCTION', 'LOAD', SETS), []);
  assert.deepEqual(effectsOf('FUNCTION', 'LOAD', 'x'), []);
  assert.deepEqual(effectsOf('FUNCTION', 'LIST'), []);
  assert.deepEqual(effectsOf('FUNCTION', 'DUMP'), []);
  assert.deepEqual(effectsOf('FCALL', 'sets', '0'), ['MULTI', 'SET a 1', 'INCR a', 'EXEC']);
  assert.deepEqual(effectsOf('FCALL', 'none', '0'), []);
  assert.deepEqual(effectsOf('FUNCTION', 'DELETE', 'none'), []);
  assert.deepEqual(effectsOf('FUNCTION', 'DELETE', 'l'), ['FUNCTION DELETE l']);
  assert.deepEqual(effectsOf('FUNCTION', 'FLUSH'), ['FUNCTION FLUSH']);
  assert.deepEqual(effectsOf('FLUSHALL'), ['FLUSHALL']);
});

test('of a journal that is cut anywhere a library is loaded as a whole, or not', () => {
  const world = new JournalWorld().start();
  const code = (value: number): string =>
    `#!lua name=l\nredis.register_function('f',function()return ${value} end)`;
  world.call(['FUNCTION', 'LOAD', code(1)]);
  world.call(['FUNCTION', 'LOAD', 'REPLACE', code(2)]);
  world.call(['FUNCTION', 'DELETE', 'l']);
  world.clock.advance(1);
  const bytes = Buffer.from(world.disk.text(PATH), 'latin1');
  const seen: string[] = [];
  const before = new JournalWorld().start().disk;
  // One server for all: it takes longer to make than to load.
  const made = makeServer({ 'aof-use-rdb-preamble': 'no' });
  for (let size = 0; size <= bytes.length; size++) {
    const disk = new ForgetfulDisk();
    disk.makeDirectory(DIRECTORY);
    for (const name of before.list(DIRECTORY) ?? []) {
      const path = `${DIRECTORY}/${name}`;
      disk.put(path, path === PATH ? bytes.subarray(0, size) : bytesOf(before.text(path)));
    }
    run(made.server, made.session, 'FUNCTION FLUSH');
    new JournalWorld({}, disk, made).load(journalDirectory(made.settings, disk));
    const answer = fcall(made, 'f').trim();
    if (seen.at(-1) !== answer) seen.push(answer);
  }
  const none = '-ERR Function not found';
  assert.deepEqual(seen, [none, ':1', ':2', none]);
});

test('libraries are in the base of a journal, and FLUSHALL leaves them', () => {
  const made = makeServer();
  assert.equal(load(made, SHORT), '$1\r\ns\r\n');
  run(made.server, made.session, 'FLUSHALL');
  assert.equal(fcall(made, 'f'), ':1\r\n');
  assert.deepEqual(made.server.libraries, [new Uint8Array(bytesOf(SHORT))]);
});

test('a library that takes too long to load is given up, unless the journal has it', () => {
  const made = makeServer();
  made.clock.lookUs = 100_000;
  const before = load(made, SHORT);
  assert.equal(before, '$1\r\ns\r\n');
  const endless = '#!lua name=e\nwhile true do end';
  const overdue = '-ERR Error registering functions: ERR FUNCTION LOAD timeout\r\n';
  assert.equal(load(made, endless), overdue);
  const bytes = bytesOf(endless);
  const payload = payloadOf(Buffer.concat([Buffer.of(245, bytes.length), bytes]), 10);
  const restored = run(made.server, made.session, [
    ...['FUNCTION', 'RESTORE'],
    payload.toString('latin1'),
  ]);
  assert.equal(restored, overdue);
  assert.equal(fcall(made, 'f'), ':1\r\n');
  const slow =
    `#!lua name=slow\nfor i = 1, 1e6 do local x = i end\n` +
    `redis.register_function('slow', function() return 2 end)`;
  assert.equal(load(made, slow), overdue);
  const world = new JournalWorld().start();
  world.call('SET k v');
  world.clock.advance(1);
  const { disk } = world;
  const command = ['FUNCTION', 'LOAD', slow];
  const text = `*3\r\n${command.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  writeAll(disk.open(PATH, APPEND), bytesOf(text), 0, text.length);
  const later = makeServer({ 'aof-use-rdb-preamble': 'no' });
  later.clock.lookUs = 100_000;
  new JournalWorld({}, disk, later).start();
  assert.equal(fcall(later, 'slow'), ':2\r\n');
});

test('what is said of memory', () => {
  const made = makeServer();
  const { server, session } = made;
  const field = (name: string): number =>
    Number(new RegExp(`\n${name}:(\\d+)\r`).exec(run(server, session, 'INFO memory'))?.[1]);
  const names = ['number_of_functions', 'number_of_libraries', 'used_memory_functions'];
  assert.deepEqual(names.map(field), [0, 0, 0]);
  const before = field('used_memory');
  load(made, SHORT);
  load(made, `${SETS}\nredis.register_function('more', function() end)`);
  const size = field('used_memory_functions');
  assert.deepEqual([field('number_of_functions'), field('number_of_libraries')], [3, 2]);
  assert.ok(size > SHORT.length + SETS.length);
  assert.equal(field('used_memory_scripts'), size);
  assert.equal(field('used_memory') - before, size);
  assert.match(
    run(server, session, 'MEMORY STATS'),
    new RegExp(`functions.caches\r\n:${size}\r\n`),
  );
  load(made, library('l', 'g', 'return 2'), 'REPLACE');
  assert.deepEqual([field('number_of_functions'), field('number_of_libraries')], [2, 2]);
  run(server, session, 'FUNCTION DELETE s');
  assert.deepEqual([field('number_of_functions'), field('number_of_libraries')], [1, 1]);
  assert.equal(run(server, session, 'FUNCTION FLUSH'), OK);
  assert.deepEqual(names.map(field), [0, 0, 0]);
  assert.equal(field('used_memory'), before);
});

test('while the disk fails functions may do what does not write', () => {
  const made = makeServer();
  const fails = 'MISCONF Errors writing to the AOF file: No space left on device';
  load(made, library('w', 'writes', 'return 1'));
  load(made, library('r', 'reads', 'return redis.call("GET", "k")', "'no-writes'"));
  made.server.refuseWrites(fails);
  assert.equal(fcall(made, 'writes'), `-${fails}\r\n`);
  assert.equal(fcall(made, 'reads'), '$-1\r\n');
  assert.equal(load(made, SHORT), `-${fails}\r\n`);
  made.server.refuseWrites('');
  assert.equal(fcall(made, 'writes'), ':1\r\n');
});

test('libraries of two servers in one process share nothing', () => {
  const [one, other] = [makeServer(), makeServer()];
  const counts = library('c', 'count', 'n = n + 1 return n').replace('\n', '\nlocal n = 0 ');
  load(one, counts);
  load(other, counts);
  assert.equal(fcall(one, 'count'), ':1\r\n');
  assert.equal(fcall(one, 'count'), ':2\r\n');
  assert.equal(fcall(other, 'count'), ':1\r\n');
});

test('functions keep their state and their names for errors over many others', () => {
  const made = makeServer();
  load(
    made,
    '#!lua name=k\nlocal n = 0 redis.register_function("k", function() n = n + 1 x() end)',
  );
  for (let i = 0; i < 300; i++) load(made, library('gone', `g${i}`, `return ${i}`), 'REPLACE');
  const error = "Script attempted to access nonexistent global variable 'x'";
  assert.equal(
    fcall(made, 'k'),
    `-ERR user_function:2: ${error} script: k, on @user_function:2.\r\n`,
  );
  assert.equal(fcall(made, 'g298'), '-ERR Function not found\r\n');
  assert.equal(fcall(made, 'g299'), ':299\r\n');
});

test('payloads of libraries that nobody should believe change nothing, or all', () => {
  const seed = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
  const random = new SeededRandom(seed);
  const made = makeServer({ 'enable-debug-command': 'yes' });
  const { server, session } = made;
  // What does not end is given up.
  made.clock.lookUs = 1000;
  run(server, session, 'DEBUG SET-SKIP-CHECKSUM-VALIDATION 1');
  load(made, `${SHORT}\n-- ${'a comment that is packed '.repeat(20)}`);
  const reply = run(server, session, 'FUNCTION DUMP');
  const payload = bytesOf(reply.slice(reply.indexOf('\r\n') + 2, -2));
  for (let i = 0; i < 400; i++) {
    const bytes = Buffer.from(payload);
    for (let j = random.below(4); j >= 0; j--) {
      bytes[random.below(bytes.length - 10)] = random.below(256);
    }
    const cut = random.below(3) === 0 ? random.below(bytes.length) : 0;
    const words = ['FUNCTION', 'RESTORE', bytes.toString('latin1', cut), 'FLUSH'];
    const restored = run(server, session, words);
    assert.match(restored, /^(\+OK|-ERR .*)\r\n$/, `seed ${seed}`);
    if (restored !== OK) assert.equal(fcall(made, 'f'), ':1\r\n', `seed ${seed}`);
    run(server, session, ['FUNCTION', 'RESTORE', payload.toString('latin1'), 'FLUSH']);
  }
});

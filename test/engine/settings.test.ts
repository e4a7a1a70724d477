// CONFIG SET and CONFIG GET: all or nothing, refusals, hooks and patterns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOADING_ERROR } from '../../src/domain/errors.ts';
import { Settings } from '../../src/engine/settings/settings.ts';

const CLIENT = { local: false, loading: false, startup: false };

/** CONFIG SET with `name value name value`, as a client on another machine. */
function set(settings: Settings, words: string[], context = CLIENT): string | null {
  const pairs: { name: string; value: string }[] = [];
  for (let index = 0; index < words.length; index += 2) {
    pairs.push({ name: words[index], value: words[index + 1] });
  }
  return settings.set(pairs, context);
}

function check(words: string[], expected: string | null, context = CLIENT): void {
  assert.equal(set(new Settings(), words, context), expected, words.join(' '));
}

function failed(name: string, reason: string): string {
  return `CONFIG SET failed (possibly related to argument '${name}') - ${reason}`;
}

function unknown(name: string): string {
  return `Unknown option or number of arguments for CONFIG SET - '${name}'`;
}

test('what is refused, and in which words', () => {
  check(['maxmemory', '1mb', 'save', ''], null);
  check(['foo', '1'], unknown('foo'));
  check(['maxmemory', 'x', 'Foo', '1'], unknown('Foo'));
  check(['foo', '1', 'daemonize', 'yes'], unknown('foo'));
  check(['Daemonize', 'yes', 'foo', '1'], failed('Daemonize', "can't set immutable config"));
  check(['slaveof', 'a 1'], failed('slaveof', "can't set immutable config"));
  check(['maxmemory', '1', 'MAXMEMORY', '2'], failed('MAXMEMORY', 'duplicate parameter'));
  check(['hash-max-listpack-entries', '1', 'hash-max-ziplist-entries', '2'], null);
  check(
    ['HASH-MAX-ZIPLIST-ENTRIES', 'x'],
    failed('hash-max-ziplist-entries', 'argument ' + "couldn't be parsed into an integer"),
  );
  check(['appendonly', 'yes'], LOADING_ERROR, { ...CLIENT, loading: true });
  check(['loglevel', 'debug'], null, { ...CLIENT, loading: true });
  check(['daemonize', 'yes', 'dbfilename', 'a'], null, { ...CLIENT, startup: true });
});

test('protected directives follow enable-protected-configs', () => {
  const refusal = failed('dbfilename', "can't set protected config");
  const lines: [leave: string, local: boolean, expected: string | null][] = [
    ['no', true, refusal],
    ['local', true, null],
    ['local', false, refusal],
    ['yes', false, null],
  ];
  for (const [leave, local, expected] of lines) {
    const settings = new Settings();
    settings.load('enable-protected-configs', [leave]);
    assert.equal(set(settings, ['dbfilename', 'a.rdb'], { ...CLIENT, local }), expected);
  }
});

test('a wrong value takes back the values before it', () => {
  const settings = new Settings();
  assert.equal(set(settings, ['maxmemory', '10000002']), null);
  assert.equal(
    set(settings, ['maxmemory', '10000001', 'maxmemory-clients', '200%', 'timeout', 'x']),
    failed('maxmemory-clients', 'percentage argument must be less or equal to 100'),
  );
  assert.equal(settings.text('maxmemory'), '10000002');
  assert.equal(settings.integer('maxmemory'), 10000002);
});

test('a hook runs once for each CONFIG SET that changes one of its directives', () => {
  const settings = new Settings();
  const calls: string[] = [];
  settings.onChange(['port', 'bind'], () => {
    calls.push('listen');
  });
  settings.onChange('hz', (now) => {
    calls.push(`hz ${now.integer('hz')}`);
  });
  settings.onChange('min-slaves-to-write', () => {
    calls.push('lag');
  });
  assert.equal(set(settings, ['hz', '20', 'port', '7000', 'bind', '127.0.0.1']), null);
  assert.deepEqual(calls.splice(0), ['hz 20', 'listen']);
  assert.equal(set(settings, ['hz', '20', 'port', '7000']), null);
  assert.deepEqual(calls.splice(0), []);
  // As in Redis, most lists count as changed whenever they are set.
  assert.equal(set(settings, ['bind', '127.0.0.1']), null);
  assert.deepEqual(calls.splice(0), ['listen']);
  assert.equal(set(settings, ['min-replicas-to-write', '1']), null);
  assert.deepEqual(calls.splice(0), ['lag']);
  assert.equal(set(settings, ['hz', '30'], { ...CLIENT, startup: true }), null);
  settings.load('hz', ['40']);
  assert.deepEqual(calls, []);
});

test('a hook that objects has everything taken back, and the hooks run again', () => {
  const settings = new Settings();
  const calls: string[] = [];
  settings.onChange('maxmemory', (now) => {
    calls.push(`memory ${now.integer('maxmemory')}`);
  });
  settings.onChange('port', (now) => {
    calls.push(`port ${now.integer('port')}`);
    return now.integer('port') === 7000
      ? 'Unable to listen on this port. Check server logs.'
      : null;
  });
  assert.equal(
    set(settings, ['maxmemory', '5', 'port', '7000', 'save', '1 1']),
    failed('port', 'Unable to listen on this port. Check server logs.'),
  );
  assert.deepEqual(calls, ['memory 5', 'port 7000', 'memory 0', 'port 6379']);
  assert.equal(settings.text('save'), '3600 1 300 100 60 10000');
});

test('CONFIG GET finds names by pattern and by name', () => {
  const settings = new Settings();
  const lines: [patterns: string[], names: string[]][] = [
    [['MAXMEMORY'], ['MAXMEMORY']],
    [['sav?', 'SAVE'], ['save']],
    [['Save', 's[a]ve'], ['Save']],
    [['*of'], ['replicaof', 'slaveof']],
    [['HASH*ZIP*'], ['hash-max-ziplist-entries', 'hash-max-ziplist-value']],
    [['key-load-dela*'], []],
    [['key-load-delay'], ['key-load-delay']],
    [['tls-por*'], ['tls-port']],
    [['tls-port'], ['tls-port']],
    [['nosuch', ''], []],
  ];
  for (const [patterns, names] of lines) {
    assert.deepEqual(
      settings.get(patterns).map(([name]) => name),
      names,
      patterns.join(' '),
    );
  }
  assert.deepEqual(settings.get(['hz', 'lua-time-limit']), [
    ['hz', '10'],
    ['lua-time-limit', '5000'],
  ]);
  // 195 of 7.2.6, those of TLS included, and four of Redstart's own.
  assert.equal(settings.get(['*']).length, 195 + 4);
});

test('the directory is the one of the port', () => {
  let path = '/data';
  const settings = new Settings({
    path: () => path,
    change(to) {
      if (to === 'nowhere') return 'No such file or directory';
      path = to.startsWith('/') ? to : `${path}/${to}`;
      return null;
    },
  });
  settings.load('enable-protected-configs', ['yes']);
  assert.equal(settings.text('dir'), '/data');
  assert.equal(set(settings, ['dir', 'sub']), null);
  assert.equal(settings.text('dir'), '/data/sub');
  assert.equal(set(settings, ['dir', 'nowhere']), failed('dir', 'No such file or directory'));
  assert.equal(set(settings, ['dir', '/x', 'hz', 'x']), failed('hz', INTEGER));
  assert.deepEqual([settings.text('dir'), path], ['/data/sub', '/data/sub']);
});

const INTEGER = "argument couldn't be parsed into an integer";

test('typed access', () => {
  const settings = new Settings();
  assert.equal(settings.integer('maxclients'), 10000);
  assert.equal(settings.integer('lua-time-limit'), 5000);
  assert.equal(settings.flag('activerehashing'), true);
  assert.equal(settings.text('unixsocket'), '');
  assert.equal(settings.state('unixsocket'), null);
  assert.deepEqual(settings.words('bind'), ['*', '-::*']);
  assert.deepEqual(settings.savePoints()[1], { seconds: 300, changes: 100 });
  assert.equal(settings.primary(), null);
  assert.equal(settings.load('replicaof', ['a', '1']), null);
  assert.deepEqual(settings.primary(), { host: 'a', port: 1 });
  assert.deepEqual(settings.outputBufferLimit('pubsub'), {
    hardBytes: 33554432,
    softBytes: 8388608,
    softSeconds: 60,
  });
  assert.equal(settings.load('notify-keyspace-events', ['An']), null);
  assert.equal(settings.eventClasses(), 'g$lshzxetdn');
  assert.equal(settings.load('maxmemory-clients', ['7%']), null);
  assert.equal(settings.integer('maxmemory-clients'), -7);
  assert.equal(settings.load('maxmemory', ['18446744073709551615']), null);
  assert.equal(settings.integer('maxmemory'), Number.MAX_SAFE_INTEGER);
  assert.deepEqual(
    ['RequirePass', 'masterauth', 'port', 'x'].map((name) => settings.isSensitive(name)),
    [true, true, false, false],
  );
  assert.throws(() => settings.integer('appendonly'), /is not an integer/);
  assert.throws(() => settings.flag('port'), /is not a flag/);
  assert.throws(() => settings.text('nosuch'), /no directive/);
});

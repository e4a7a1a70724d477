// Configuration files, their includes, and environment variables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../src/adapters/config/load.ts';
import { Settings } from '../../src/engine/settings/settings.ts';

interface Sources {
  files?: Record<string, string>;
  environment?: Record<string, string>;
  options?: string;
}

/** Loads a file's text with the other sources; returns the settings and what came of it. */
function load(text: string, { files = {}, environment = {}, options }: Sources) {
  const settings = new Settings();
  const instructions: string[] = [];
  const read = (path: string) =>
    path === 'main' || files[path] !== undefined
      ? { text: files[path] ?? text, problem: null }
      : { text: '', problem: `cannot open ${path}` };
  const ports = {
    read,
    renameCommand(name: string, newName: string) {
      instructions.push(`rename ${name} '${newName}'`);
      return name === 'nosuch' ? 'No such command in rename-command' : null;
    },
    user(words: readonly string[]) {
      instructions.push(`user ${words.join(' ')}`);
      return null;
    },
  };
  const sources = {
    configFile: 'main',
    standardInput: '',
    options: options ?? null,
    environment: new Map(Object.entries(environment)),
  };
  return { settings, instructions, ...loadConfig(settings, sources, ports, '1.2.3') };
}

function check(text: string, values: Record<string, string>, sources: Sources = {}): void {
  const { settings, error } = load(text, sources);
  assert.equal(error, null);
  for (const name of Object.keys(values)) assert.equal(settings.text(name), values[name], name);
}

const TITLE = '*** FATAL CONFIG FILE ERROR (Redstart 1.2.3) ***';

function checkError(text: string, expected: string[], sources: Sources = {}): void {
  const { error } = load(text, sources);
  assert.deepEqual(error?.split('\n'), expected, text);
}

function atLine(number: number, line: string, error: string): string[] {
  return [TITLE, `Reading the configuration file, at line ${number}`, `>>> '${line}'`, error];
}

const WRONG_LINE = 'Bad directive or wrong number of arguments';

test('the lines of a file', () => {
  check('# a comment\n\n \tPORT  7\t\r\nrequirepass "a \\x41 b"\nmasterauth \'c d\'', {
    port: '7',
    requirepass: 'a A b',
    masterauth: 'c d',
  });
  check('port 1\nport 2', { port: '2' });
  check('hash-max-listpack-entries 20\nhash-max-ziplist-entries 21', {
    'hash-max-listpack-entries': '21',
    'hash-max-ziplist-entries': '21',
  });
  check('save 900 1\nsave 300 10 60 100', { save: '900 1 300 10 60 100' });
  check('save 900 1\nsave ""\nsave 5 5\nsave', { save: '5 5' });
  check('save "900 1"\nbind "a b"', { save: '900 1', bind: 'a b' });
  check('client-output-buffer-limit pubsub 1 2 3\nclient-output-buffer-limit replica 4 5 6', {
    'client-output-buffer-limit': 'normal 0 0 0 slave 4 5 6 pubsub 1 2 3',
  });
  check('list-max-ziplist-entries 5\nlua-replicate-commands yes', { port: '6379' });
});

test('wrong lines', () => {
  checkError('port 1\nfoo bar', atLine(2, 'foo bar', WRONG_LINE));
  checkError(
    'requirepass "a',
    atLine(1, 'requirepass "a', 'Unbalanced quotes in configuration line'),
  );
  checkError('include a b', atLine(1, 'include a b', WRONG_LINE));
  checkError('rename-command a', atLine(1, 'rename-command a', WRONG_LINE));
  checkError('user', atLine(1, 'user', WRONG_LINE));
  checkError('port x\nfoo', atLine(1, 'port x', "argument couldn't be parsed into an integer"));
  checkError('loadmodule a.so', atLine(1, 'loadmodule a.so', 'Redstart does not load modules'));
  checkError('rename-command nosuch a', atLine(1, 'rename-command nosuch a', NO_COMMAND));
  checkError(
    'sentinel monitor a',
    atLine(1, 'sentinel monitor a', 'sentinel directive while not in sentinel mode'),
  );
  checkError('cluster-enabled yes\nreplicaof a 1', [
    TITLE,
    'replicaof directive not allowed in cluster mode',
  ]);
  assert.match(load('tls-port 6380', {}).error ?? '', /TLS is not built yet/);
});

const NO_COMMAND = 'No such command in rename-command';

test('instructions reach their ports', () => {
  const { instructions } = load('rename-command FLUSHALL ""\nuser bob on >x ~*', {});
  assert.deepEqual(instructions, ["rename FLUSHALL ''", 'user bob on >x ~*']);
});

test('cluster mode has one database', () => {
  const { settings, warnings } = load('cluster-enabled yes', {});
  assert.equal(settings.text('databases'), '1');
  assert.deepEqual(warnings, [
    'WARNING: Changing databases number from 16 to 1 since we are in cluster mode',
  ]);
});

test('includes are read where they stand', () => {
  const files = { a: 'port 2\ninclude b\n', b: 'hz 20', wrong: '\nnope', self: 'include self' };
  check('port 1\ninclude a\nhz 30', { port: '2', hz: '30' }, { files });
  check('include a\nport 1', { port: '1', hz: '20' }, { files });
  checkError('port 1\ninclude wrong', atLine(2, 'nope', WRONG_LINE), { files });
  checkError('include self', atLine(1, 'include self', 'include goes deeper than 16 files'), {
    files,
  });
  checkError('include none', ['cannot open none']);
});

test('variables come after the file and before the command line', () => {
  const environment = { REDSTART_MAXMEMORY: '100mb', redstart_hz: '20' };
  const sources = { environment, options: 'hz 30' };
  check('maxmemory 1\nport 2', { maxmemory: '104857600', port: '2', hz: '30' }, sources);
  check(
    '',
    { server_cpulist: '0-3', 'lua-time-limit': '7' },
    {
      environment: { REDSTART_SERVER_CPULIST: '0-3', REDSTART_LUA_TIME_LIMIT: '7' },
    },
  );
  const save = { REDSTART_SAVE: '900 1 60 1' };
  check('save 5 5', { save: '900 1 60 1' }, { environment: save });
  check('save 5 5', { save: '7 7 8 8' }, { environment: save, options: 'save 7 7\nsave 8 8' });
  check('save 5 5', { save: '' }, { environment: { REDSTART_SAVE: '' } });
});

test('wrong variables', () => {
  const lines: [variable: string, value: string, shown: string, error: string][] = [
    ['REDSTART_PORT', '0.7:6379', 'REDSTART_PORT=0.7:6379', NO_INTEGER],
    ['REDSTART_PORT', 'x', 'REDSTART_PORT=x', NO_INTEGER],
    ['REDSTART_SAVE', '1', 'REDSTART_SAVE=1', 'Invalid save parameters'],
  ];
  for (const [variable, value, shown, error] of lines) {
    checkError('', [TITLE, 'Reading the environment', `>>> '${shown}'`, error], {
      environment: { [variable]: value },
    });
  }
});

const NO_INTEGER = "argument couldn't be parsed into an integer";

test('variables that platforms put beside are left alone', () => {
  const environment = {
    REDSTART_: 'x',
    REDSTART_NAME: '/web/redstart',
    REDSTART_PLAIN_PORT: 'tcp://10.0.0.8:7000',
    REDSTART_PORT: 'tcp://10.0.0.7:6379',
    REDSTART_PORT_6379_TCP_ADDR: '10.0.0.7',
    REDSTART_SERVICE_HOST: '10.0.0.7',
    REDSTART_TLS_PORT: 'udp://[::1]:6379',
    REDSTART_REQUIREPASS: 'tcp://is:a:password',
  };
  const { settings, error, warnings } = load('plain-port 7001', { environment });
  assert.equal(error, null);
  assert.equal(settings.text('port'), '6379');
  assert.equal(settings.text('plain-port'), '7001');
  assert.equal(settings.text('requirepass'), 'tcp://is:a:password');
  assert.deepEqual(warnings, [
    'The variable REDSTART_PLAIN_PORT=tcp://10.0.0.8:7000 is ignored: it is not a port.',
    'The variable REDSTART_PORT=tcp://10.0.0.7:6379 is ignored: it is not a port.',
    'The variable REDSTART_TLS_PORT=udp://[::1]:6379 is ignored: it is not a port.',
    'No directives, and ignored, are the variables ' +
      'REDSTART_ REDSTART_NAME REDSTART_PORT_6379_TCP_ADDR REDSTART_SERVICE_HOST',
  ]);
});

test('an option wins before the variable is looked at', () => {
  const environment = { REDSTART_PORT: 'x', REDSTART_SLAVEOF: 'nonsense' };
  const options = 'PORT 7\nreplicaof no one';
  check('', { port: '7', replicaof: '' }, { environment, options });
});

// Command lines, from arguments to settings. Most lines are those of Redis's
// tests/unit/introspection.tcl; all were compared with redis-server 7.2.6.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../../src/adapters/config/command-line.ts';
import { loadConfig } from '../../src/adapters/config/load.ts';
import { Settings } from '../../src/engine/settings/settings.ts';

const FILES: Record<string, string> = { 'a.conf': 'port 1\nsave 900 1\n', 'b.conf': '' };

/** The result of a command line: values as `name=value`, or the lines of the error. */
function start(args: string[], names: string[], standardInput = ''): string[] {
  const line = parseCommandLine('', args);
  if (line.action !== 'start') return [line.action];
  const { configFile, readsStandardInput, options } = line;
  const settings = new Settings();
  const sources = {
    configFile,
    standardInput: readsStandardInput ? standardInput : '',
    options,
    environment: new Map<string, string>(),
  };
  const ports = {
    read: (path: string) => ({ text: FILES[path] ?? '', problem: path in FILES ? null : path }),
    renameCommand: () => null,
    user: () => null,
  };
  const { error } = loadConfig(settings, sources, ports, '1.2.3');
  if (error !== null) return error.split('\n');
  return names.map((name) => `${name}=${settings.text(name)}`);
}

function check(args: string[], ...values: string[]): void {
  const names = values.map((value) => value.slice(0, value.indexOf('=')));
  assert.deepEqual(start(args, names, 'loglevel debug'), values, args.join(' '));
}

function checkError(args: string[], number: number, line: string, error: string): void {
  assert.deepEqual(
    start(args, []),
    [
      '*** FATAL CONFIG FILE ERROR (Redstart 1.2.3) ***',
      `Reading the configuration file, at line ${number}`,
      `>>> '${line}'`,
      error,
    ],
    args.join(' '),
  );
}

const WRONG_NUMBER = 'wrong number of arguments';
const WRONG_LINE = 'Bad directive or wrong number of arguments';
const CHOICES = 'argument(s) must be one of the following: ';
const LEVELS = CHOICES + 'debug, verbose, notice, warning, nothing';
const FLAGS = CHOICES + 'default, save, nosave, now, force';

test('wrong command lines', () => {
  checkError(['--invalid'], 2, 'invalid', WRONG_LINE);
  checkError(['-x'], 2, '"-x"', WRONG_LINE);
  checkError(['--port'], 2, 'port', WRONG_NUMBER);
  checkError(['--port', '6380', '--loglevel'], 3, 'loglevel', WRONG_NUMBER);
  checkError(['--port', '6379', '6380'], 2, 'port "6379" "6380"', WRONG_NUMBER);
  checkError(['--port', '--loglevel', 'verbose'], 2, 'port "--loglevel" "verbose"', WRONG_NUMBER);
  checkError(
    ['--port', '--bla', '--loglevel', 'verbose'],
    2,
    'port "--bla"',
    "argument couldn't be parsed into an integer",
  );
  checkError(['--logfile', '--my--log', '--loglevel', '--bla'], 3, 'loglevel "--bla"', LEVELS);
  checkError(['--shutdown-on-sigint'], 2, 'shutdown-on-sigint', FLAGS);
  checkError(
    ['--shutdown-on-sigint', 'now force', '--shutdown-on-sigterm'],
    3,
    'shutdown-on-sigterm',
    FLAGS,
  );
  checkError(['--replicaof', '127.0.0.1', 'abc'], 2, 'replicaof "127.0.0.1" "abc"', BAD_PORT);
  checkError(['--replicaof', '--127.0.0.1', 'abc'], 2, 'replicaof "--127.0.0.1" "abc"', BAD_PORT);
  checkError(['--replicaof', '--127.0.0.1', '--abc'], 2, 'replicaof "--127.0.0.1"', WRONG_NUMBER);
  // The lines of the file count too, and the line end between them and the options.
  checkError(['a.conf', '--port', '1', '2'], 4, 'port "1" "2"', WRONG_NUMBER);
  checkError(
    ['b.conf', '--port', 'x'],
    2,
    'port "x"',
    "argument couldn't be parsed into an integer",
  );
});

const BAD_PORT = 'Invalid master port';

test('command lines that set something', () => {
  check(['', '--port', '7'], 'port=7');
  check([], 'port=6379');
  check(['a.conf'], 'port=1', 'save=900 1');
  check(
    ['--maxmemory 700mb', '--maxmemory-policy volatile-lru'],
    'maxmemory=734003200',
    'maxmemory-policy=volatile-lru',
  );
  check(
    ['a.conf', 'loglevel', 'verbose', "--maxmemory '700mb'", "--maxmemory-policy 'volatile-lru'"],
    'loglevel=verbose',
    'maxmemory=734003200',
    'maxmemory-policy=volatile-lru',
  );
  check(
    ['--proc-title-template', '--my--title', '--loglevel', 'verbose'],
    'proc-title-template=--my--title',
    'loglevel=verbose',
  );
  check(
    ['--proc-title-template --my--title', '--loglevel verbose'],
    'proc-title-template=--my--title',
    'loglevel=verbose',
  );
  check(
    ['--shutdown-on-sigint', 'nosave', 'force', 'now', '--shutdown-on-sigterm', 'nosave force'],
    'shutdown-on-sigint=nosave now force',
    'shutdown-on-sigterm=nosave force',
  );
  check(['--requirepass', 'a "b\' \\ \xff'], 'requirepass=a "b\' \\ \xff');
});

test('save points on the command line', () => {
  const nothing = ['save=', 'loglevel=verbose'];
  check(['a.conf', '--save', '--loglevel', 'verbose'], ...nothing);
  check(['a.conf', '--loglevel', 'verbose', '--save'], ...nothing);
  check(['a.conf', '--save', '', '--loglevel', 'verbose'], ...nothing);
  check(['a.conf', '--loglevel', 'verbose', '--save', ''], ...nothing);
  check(
    ['--proc-title-template', '--save', '--save', '', '--loglevel', 'verbose'],
    'proc-title-template=--save',
    ...nothing,
  );
  check(['a.conf', '--save', '100', '100'], 'save=900 1 100 100');
  check(['b.conf', '--save', '100', '100'], 'save=100 100');
});

test('configuration from the standard input', () => {
  check(['-'], 'loglevel=debug');
  check(['-', '--port', '5'], 'loglevel=debug', 'port=5');
  check(['a.conf', '-'], 'loglevel=debug', 'save=900 1');
  check(['--port', '5', '-'], 'loglevel=debug', 'port=5');
  check(['--logfile', '-', '--port', '5'], 'loglevel=notice', 'logfile=-');
});

test('command lines that start no server', () => {
  const lines: [arg: string, action: string][] = [
    ['-v', 'version'],
    ['--version', 'version'],
    ['--test-memory', 'refuse'],
    ['--check-system', 'refuse'],
    ['--sentinel', 'refuse'],
  ];
  for (const [arg, action] of lines) assert.equal(parseCommandLine('', [arg]).action, action, arg);
  assert.deepEqual(parseCommandLine('', ['a.conf', '--sentinel']), {
    action: 'refuse',
    reason: '--sentinel is not supported by Redstart',
  });
  assert.equal(parseCommandLine('check-rdb', []).action, 'refuse');
  assert.deepEqual(parseCommandLine('check-aof', ['--fix', 'a']), {
    action: 'check-aof',
    path: 'a',
    fixes: true,
  });
});

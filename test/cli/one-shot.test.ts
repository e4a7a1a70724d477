// One command as arguments: what `redstart cli` prints, on which stream, and its status are those
// of redis-cli; where they differ the line says how.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Asked, isRedisCli72, noRedisCli, runOurs, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { startRedstart } from '../support/server.ts';

const file = fileServer();

type Line = readonly [name: string, args: string, asked?: Partial<Asked>, only72?: boolean];

/** Words are parted by blanks; `_` stands for a blank within one. */
const LINES: readonly Line[] = [
  ['a command', 'SET k hello_world'],
  ['its reply', '--no-raw GET k'],
  ['an error', '--no-raw GET'],
  ['an error with -e', '-e GET'],
  ['no error with -e', '-e GET k'],
  ['the last argument from the input', '-x ECHO', { input: 'a\0b\n\xff' }],
  ['a tagged argument from the input', '-X tag RPUSH l a tag b', { input: 'x\ny' }],
  ['a tag that is not there', '-X tag RPUSH l a b', { input: 'x' }],
  ['-x and -X', '-x -X tag PING'],
  ['repeated', '-r 3 INCR repeated'],
  ['repeated with an interval', '-r 2 -i 0.01 INCR repeated'],
  ['not at all', '-r 0 PING'],
  ['another database', '-n 3 SET k three'],
  ['a database that is not there', '-n 77 GET k'],
  ['RESP3', '-3 --no-raw HGETALL none'],
  ['-2 and -3', '-2 -3 PING', {}, true],
  ['quoted arguments', '--quoted-input ECHO "a\\x00b"'],
  ['a quote that is not closed', '--quoted-input ECHO "a'],
  ['-c and -s', '-c -s /nonexistent PING'],
  ['delimiters', '-d , -D ; MGET k none k'],
  ['an option that is none', '--nosuch PING'],
  ['an option without its value', '--eval'],
  ['a port that is none', '-p 70000 PING', {}, true],
  ['nobody listens', '-p 1 PING'],
  ['no such socket', '-s /nonexistent/socket PING'],
  ['a URI', '-u redis://127.0.0.1:PORT/3 GET k'],
  ['a URI of another scheme', '-u http://127.0.0.1 PING'],
  ['a URI with half an escape', '-u redis://a%2@127.0.0.1:PORT PING'],
  ['a URI with less of one', '-u redis://a%@127.0.0.1:PORT PING'],
  ['a URI with a wrong escape', '-u redis://a%zz@127.0.0.1:PORT PING'],
  ['a script that is not there', '--eval /nonexistent.lua'],
  ['a password that is not needed', '-a secret PING'],
  ['the same, quietly', '-a secret --no-auth-warning PING'],
  ['a password of the environment', 'PING', { env: { REDISCLI_AUTH: 'secret' } }],
  ['the end of the connection', 'QUIT'],
  ['a connection that is killed', 'CLIENT KILL TYPE normal SKIPME no'],
  ['INFO as text', '--no-raw INFO nosuch'],
];

/** Where redis-cli goes on after a mistake, or says it elsewhere, ours ends. */
const DIFFERENT: readonly (readonly [name: string, args: string, err: RegExp])[] = [
  ['a port that is no number', '-p abc PING', /^Invalid server port\.\n$/],
  ['a number that is none', '-r often PING', /^-r takes a whole number, not 'often'\n$/],
  ['a wrong --show-pushes', '--show-pushes maybe PING', /^Unknown --show-pushes value 'maybe'/],
  ['the cluster manager', '--cluster check', /^--cluster is not supported by redstart cli yet\n$/],
];

/** Both clients find the same data. */
async function fill(): Promise<void> {
  const client = await RawClient.connect(file.port);
  await client.command('FLUSHALL');
  await client.command('SET', 'k', 'hello world');
  client.close();
}

function argsOf(line: string): string[] {
  const given = line.replace('PORT', String(file.port)).split(' ');
  return ['-p', String(file.port), ...given.map((word) => word.replaceAll('_', ' '))];
}

for (const [name, line, asked, only72] of LINES) {
  const skip = noRedisCli || (only72 && !isRedisCli72 ? 'redis-cli of 7.2 alone' : false);
  test(`as redis-cli: ${name}`, { skip }, async () => {
    await fill();
    const theirs = await runRedisCli({ ...asked, args: argsOf(line) });
    await fill();
    const ours = await runOurs({ ...asked, args: argsOf(line) });
    assert.deepEqual(ours, theirs);
  });
}

for (const [name, line, err] of DIFFERENT) {
  test(`a mistake ends it: ${name}`, async () => {
    const said = await runOurs({ args: argsOf(line) });
    assert.match(said.err, err);
    assert.equal(said.out, '');
    assert.equal(said.status, 1);
  });
}

test('passwords and users', async () => {
  const server = await startRedstart(['--requirepass', 'secret']);
  const port = ['-p', String(server.port), '--no-auth-warning'];
  const all: readonly (readonly string[])[] = [
    ['--user', 'default', '--pass', 'secret', 'GET', 'k'],
    ['-u', `redis://default:secret@127.0.0.1:${server.port}`, 'GET', 'k'],
    ['-u', `redis://secret@127.0.0.1:${server.port}`, 'GET', 'k'],
    ['-a', 'wrong', 'GET', 'k'],
    ['GET', 'k'],
  ];
  const set = await runOurs({ args: [...port, '-a', 'secret', 'SET', 'k', 'v'] });
  assert.equal(set.out, 'OK\n');
  const outs = await Promise.all(all.map((args) => runOurs({ args: [...port, ...args] })));
  await server.stop();
  const required = 'NOAUTH Authentication required.\n\n';
  assert.deepEqual(
    outs.map(({ out }) => out),
    ['v\n', 'v\n', 'v\n', required, required],
  );
  assert.match(outs[3].err, /^AUTH failed: WRONGPASS/);
});

test('SHUTDOWN ends without a word', async () => {
  const server = await startRedstart();
  const said = await runOurs({ args: ['-p', String(server.port), 'SHUTDOWN', 'NOSAVE'] });
  assert.deepEqual(said, { out: '', err: '', status: 0 });
  await server.stop();
});

test('a script of a file, its keys and arguments', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'redstart-cli-')), 'script.lua');
  writeFileSync(path, 'return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}');
  const said = await runOurs({ args: argsOf(`--eval ${path} a b , c d`) });
  rmSync(dirname(path), { recursive: true });
  assert.equal(said.out, 'a\nb\nc\n2\n2\n');
});

test('--help names every option, within 80 columns', async () => {
  const { out, err, status } = await runOurs({ args: ['--help'] });
  assert.equal(status, 0);
  assert.equal(err, '');
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  const options = '-h -p -s -u -n -a --user -2 -3 --raw --json -x -X -r -i --eval --pipe --version';
  for (const option of options.split(' ')) assert.match(out, new RegExp(` ${option}[ ,]`));
});

test('--version names Redstart and its Redis', async () => {
  const { out } = await runOurs({ args: ['--version'] });
  assert.match(out, /^redstart-cli \S+ \(Redis 7\.2\.\d+\)\n$/);
});

// The harness itself: that it tells differences apart, tolerates what it is told to and nothing
// else, and that it fails, or says that it skips, when it should.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { call, ManualClock, makeServer, START_MS } from '../support/clock.ts';
import { type Line, MARKER, namedIn, stepOf, wordsOf } from '../support/lines.ts';
import { masked } from '../support/masked.ts';
import { encodeCommand, parseReply, ReplyReader, showBytes } from '../support/resp.ts';
import { reference } from '../support/server.ts';
import { areEqual, type Tolerance } from '../support/tolerance.ts';

function tolerates(tolerance: Tolerance | undefined, a: string, b: string): boolean {
  const first = Buffer.from(a, 'latin1');
  const second = Buffer.from(b, 'latin1');
  const forth = areEqual(first, second, tolerance);
  assert.equal(areEqual(second, first, tolerance), forth, 'both ways');
  return forth;
}

function equal(tolerance: Tolerance | undefined, a: string, b: string): void {
  assert.ok(tolerates(tolerance, a, b), `${showBytes(a)} and ${showBytes(b)} differ`);
}

function differ(tolerance: Tolerance | undefined, a: string, b: string): void {
  assert.ok(!tolerates(tolerance, a, b), `${showBytes(a)} and ${showBytes(b)} are equal`);
}

/** Runs a test file of one line in a process of its own. */
function runFile(line: string, env: Record<string, string>): { status: number; output: string } {
  const directory = mkdtempSync(join(tmpdir(), 'redstart-harness-'));
  const file = join(directory, 'one.test.mjs');
  const support = new URL('../support/differential.js', import.meta.url).href;
  writeFileSync(file, `import { differential } from '${support}';\n${line}\n`);
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  const result = spawnSync(process.execPath, [file], {
    env: { ...rest, ...env },
    encoding: 'utf8',
  });
  rmSync(directory, { recursive: true });
  return { status: result.status ?? -1, output: result.stdout + result.stderr };
}

test('harness: without tolerance every byte counts', () => {
  equal(undefined, '$1\r\na\r\n', '$1\r\na\r\n');
  differ(undefined, '$1\r\na\r\n', '$1\r\nb\r\n');
  differ(undefined, '$1\r\n1\r\n', ':1\r\n');
  differ(undefined, '$-1\r\n', '*-1\r\n');
});

test('harness: sorted', () => {
  equal('sorted', '*2\r\n$1\r\na\r\n:1\r\n', '*2\r\n:1\r\n$1\r\na\r\n');
  differ('sorted', '*2\r\n:1\r\n:1\r\n', '*2\r\n:1\r\n:2\r\n');
  differ('sorted', '*2\r\n:1\r\n:2\r\n', '~2\r\n:1\r\n:2\r\n');
  const pairs = ['%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n', '%2\r\n:3\r\n:4\r\n:1\r\n:2\r\n'];
  equal('sorted', pairs[0], pairs[1]);
  differ('sorted', pairs[0], '%2\r\n:1\r\n:4\r\n:3\r\n:2\r\n');
  equal('sorted', '*1\r\n*2\r\n:1\r\n:2\r\n', '*1\r\n*2\r\n:2\r\n:1\r\n');
  differ('sorted', '*0\r\n', '*-1\r\n');
});

test('harness: rounded and approx', () => {
  equal('rounded', ',0.1\r\n', ',0.10000000000000001\r\n');
  equal('rounded', '$3\r\n0.1\r\n', '$19\r\n0.10000000000000001\r\n');
  differ('rounded', ',0.1\r\n', ',0.1001\r\n');
  differ('rounded', ',0.1\r\n', '$3\r\n0.1\r\n');
  differ('rounded', '$1\r\na\r\n', '$1\r\nb\r\n');
  equal('approx', ':100\r\n', ':96\r\n');
  equal('approx', '*2\r\n:5000\r\n$1\r\nx\r\n', '*2\r\n:5049\r\n$1\r\nx\r\n');
  differ('approx', ':100\r\n', ':90\r\n');
  differ('approx', ':100\r\n', '-ERR x\r\n');
  differ('approx', '*1\r\n:1\r\n', '*2\r\n:1\r\n:1\r\n');
  differ('approx', '$0\r\n\r\n', '$1\r\n0\r\n');
});

test('harness: any', () => {
  equal('any', '$1\r\na\r\n', '$2\r\nbb\r\n');
  differ('any', '$1\r\na\r\n', '-ERR x\r\n');
});

test('harness: scattered', () => {
  const replies = [':1\r\n*2\r\n+a\r\n:0\r\n', '*2\r\n+a\r\n:1\r\n:0\r\n'];
  equal('scattered', replies[0], replies[1]);
  differ('sorted', replies[0], replies[1]);
  differ('scattered', replies[0], replies[0].replace('+a', '+b'));
  differ('scattered', '*1\r\n+a\r\n', '>1\r\n+a\r\n');
});

test('harness: what differs from run to run is masked, and nothing else', () => {
  const names = new Map([['7', '$id(worker)']]);
  const text = (reply: string): string => masked(Buffer.from(reply, 'latin1'), names).toString();
  const line = 'id=7 addr=127.0.0.1:5 name=x age=3 flags=N redir=7 multi-mem=9 tot-mem=8\n';
  const shown = 'id=number addr=address name=x age=number flags=N redir=$id(worker)';
  assert.equal(text(`$${line.length}\r\n${line}\r\n`), `$${shown} multi-mem=some tot-mem=number\n`);
  assert.equal(text(':7\r\n:8\r\n'), ':$id(worker)\n:8');
  assert.equal(text('*2\r\n$2\r\nid\r\n:9\r\n'), '*2($id, :number)');
  assert.equal(text('+1.000001 [0 127.0.0.1:1] "GET"\r\n'), '+at [0 address] "GET"');
  assert.equal(text('>1\r\n_\r\n'), '>1(_)');
});

test('harness: lines and the steps that they mean', () => {
  const check = (line: Line, ...expected: unknown[]): void => {
    const { as, commands, replies } = stepOf(line);
    assert.deepEqual([as, commands, replies], expected);
  };
  const ping = [['PING', MARKER]];
  check('GET k', '', [['GET', 'k']], 1);
  check('a> GET k', 'a', [['GET', 'k']], 1);
  check('a>> GET k', 'a', [['GET', 'k']], 0);
  check('a<', 'a', [], 1);
  check('a< 3', 'a', [], 3);
  check('a< all', 'a', ping, 'marked');
  check('a< nothing', 'a', ping, 1);
  check({ silent: true, as: 'a' }, 'a', ping, 1);
  check({ expect: 2, as: 'a' }, 'a', [], 2);
  check({ send: 'a> PING "x y"', replies: 2 }, 'a', [['PING', 'x y']], 2);
  check({ send: ['PING', 'a> x'] }, '', [['PING', 'a> x']], 1);
  check({ pipeline: ['PING', 'GET k'], as: 'a' }, 'a', [['PING'], ['GET', 'k']], 2);
  assert.deepEqual(
    namedIn(['X $id(a)', { send: 'X $address(b)' }, 'X $id()']),
    new Set(['a', 'b', '']),
  );
});

test('harness: the words of a line', () => {
  assert.deepEqual(wordsOf('SET k "a b\\x00\\xff\\r\\n"'), ['SET', 'k', 'a b\0\xff\r\n']);
  assert.deepEqual(wordsOf(['SET', '', ' ']), ['SET', '', ' ']);
  assert.deepEqual(wordsOf("GET 'a\\'b'"), ['GET', "a'b"]);
  assert.throws(() => wordsOf('GET "a'), /not a command line/);
  assert.throws(() => wordsOf('GET ✓'), /beyond latin1/);
});

test('harness: replies are cut out of a stream however it comes', () => {
  const replies = [
    '+OK\r\n',
    '-ERR x\r\n',
    ':-1\r\n',
    '$0\r\n\r\n',
    '$-1\r\n',
    '$7\r\na\r\n\0\xff*1\r\n',
    '*0\r\n',
    '*-1\r\n',
    '*2\r\n*1\r\n$1\r\na\r\n%1\r\n+k\r\n~2\r\n:1\r\n_\r\n',
    ',1.5\r\n',
    '#t\r\n',
    '(123\r\n',
    '=8\r\ntxt:text\r\n',
    '>2\r\n+a\r\n+b\r\n',
    '|1\r\n+k\r\n+v\r\n:5\r\n',
  ];
  const property = fc.property(
    fc.array(fc.constantFrom(...replies), { minLength: 1, maxLength: 30 }),
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 }),
    (sent, sizes) => {
      const bytes = Buffer.from(sent.join(''), 'latin1');
      const reader = new ReplyReader();
      const got: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length];
        reader.push(bytes.subarray(at, at + size));
        at += size;
        for (let reply = reader.next(); reply !== null; reply = reader.next()) {
          got.push(reply.toString('latin1'));
          assert.equal(parseReply(reply).raw, reply.toString('latin1'));
        }
      }
      assert.deepEqual(got, sent);
      assert.equal(reader.rest().length, 0);
    },
  );
  fc.assert(property);
  assert.throws(() => parseReply(Buffer.from('*1\r\n')), /not complete/);
  assert.throws(() => parseReply(Buffer.from('+OK\r\n+OK\r\n')), /behind the reply/);
  assert.throws(() => parseReply(Buffer.from('hello\r\n')), /not RESP/);
});

test('harness: commands are encoded byte for byte', () => {
  const bytes = encodeCommand(['SET', '', Buffer.from([0, 255])]);
  assert.equal(bytes.toString('latin1'), '*3\r\n$3\r\nSET\r\n$0\r\n\r\n$2\r\n\0\xff\r\n');
});

test('harness: a manual clock fires timers in order, at their times', () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.nowMs() - START_MS}`);
  clock.schedule(20, note('b'));
  clock.schedule(10, note('a'));
  clock.schedule(20, note('c'));
  clock.schedule(15, () => clock.schedule(2, note('later')));
  const cancelled = clock.schedule(5, note('never'));
  cancelled.cancel();
  clock.advance(19);
  assert.deepEqual(fired, ['a@10', 'later@17']);
  clock.advance(1);
  assert.deepEqual(fired, ['a@10', 'later@17', 'b@20', 'c@20']);
  assert.equal(clock.timersCount, 0);
  assert.equal(clock.monotonicUs(), 20000);
});

test('harness: a server of its own', () => {
  const { server, session, clock } = makeServer();
  assert.equal(call(server, session, 'SET k "v\\x00" PX 10'), '+OK\r\n');
  assert.equal(call(server, session, ['GET', 'k']), '$2\r\nv\0\r\n');
  clock.advance(10);
  assert.equal(call(server, session, 'GET k'), '$-1\r\n');
  session.protocol = 3;
  assert.equal(call(server, session, 'GET k'), '_\r\n');
});

test('harness: a difference fails the test and shows both replies', {
  skip: reference().problem || false,
}, () => {
  const line = "differential('one', ['SET k v', { send: 'GET k', reply72: '$1\\r\\nw\\r\\n' }]);";
  const { status, output } = runFile(line, {});
  assert.notEqual(status, 0);
  assert.match(output, /one \(RESP2\), line 2: GET k/);
  assert.match(output, /\$1\\r\\n\s+w\\r\\n\s+Redstart says:\s+\$1\\r\\n\s+v\\r\\n/);
});

test('harness: what comes out of turn, or does not, fails the test when it should', {
  skip: reference().problem || false,
}, () => {
  // The same server in both roles: only what is wrong with the lines themselves can fail.
  const run = (...tests: string[]): ReturnType<typeof runFile> => {
    const calls = tests.map((lines, i) => `differential('${i}', [${lines}], { protocols: [2] });`);
    return runFile(calls.join('\n'), { REDSTART_UNDER_TEST: reference().path });
  };
  const begin = "'sub> SUBSCRIBE a', 'PUBLISH a 1'";
  const { status, output } = run(
    `${begin}, 'sub<', 'sub< nothing', 'sub< all'`,
    `${begin}, 'sub< all', { send: 'INCR n', until: /:9/ }`,
    "'a> PING', { send: 'a> CLIENT KILL ID $id(a) SKIPME no', replies: 2 }",
  );
  assert.equal(status, 0, output);
  const failed = run(begin, `${begin}, 'sub< nothing', 'sub<'`, "{ send: 'PING', part: /PANG/ }");
  assert.match(failed.output, /0 \(RESP2\): unread of "sub"/);
  assert.match(failed.output, /1 \(RESP2\), line 3: sub< nothing/);
  assert.match(failed.output, /2 \(RESP2\), line 1: PING[\s\S]*has no \/PANG\//);
});

test('harness: what only 7.2 says is compared with the recording', {
  skip: reference().problem || false,
}, () => {
  const directory = mkdtempSync(join(tmpdir(), 'redstart-harness-'));
  const file = join(directory, 'recording.json');
  const options = "{ only: '7.2', protocols: [2] }";
  const run = (recordings: Record<string, string>): ReturnType<typeof runFile> => {
    writeFileSync(file, JSON.stringify({ 'one.test': recordings }));
    const tests = Object.keys(recordings).map((name) => {
      const [test] = name.split(' ');
      return `differential('${test}', ['PING'], ${options});`;
    });
    return runFile(tests.join('\n'), { RECORDED_72: file, RECORD_72: '' });
  };
  assert.equal(run({ 'right (RESP2), line 1: PING': '+PONG\r\n' }).status, 0);
  const { output } = run({
    'other (RESP2), line 1: PING': '+PANG\r\n',
    'short (RESP2), line 1: PING': '+PONG',
    'empty (RESP2), line 1: PING': '',
    'missing (RESP2), line 2: PING': '+PONG\r\n',
  });
  for (const test of ['other', 'short', 'empty']) {
    assert.ok(output.includes(`${test} (RESP2), line 1: PING\n`), `${test} passes: ${output}`);
  }
  assert.match(output, /not recorded: missing \(RESP2\), line 1: PING\s+to record/);
  assert.match(output, /fail 4\n/);
  rmSync(directory, { recursive: true });
});

test('harness: without a reference it skips, and fails under CI=true', () => {
  const line = "differential('one', ['PING']);";
  const missing = { REDSTART_REFERENCE: '/no/such/redis-server' };
  const skipped = runFile(line, { ...missing, CI: '' });
  assert.equal(skipped.status, 0);
  assert.match(skipped.output, /# (SKIP )?no reference server/);
  const failed = runFile(line, { ...missing, CI: 'true' });
  assert.notEqual(failed.status, 0);
  assert.match(failed.output, /no reference server/);
});

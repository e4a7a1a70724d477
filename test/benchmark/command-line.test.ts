// The command line: spellings, and what is refused before anything is done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../../src/benchmark/command-line.ts';
import { type BenchmarkOptions, defaultOptions } from '../../src/benchmark/options.ts';
import { Failure } from '../../src/cli/screen.ts';
import { DEFAULT_SERVER } from '../../src/cli/server-options.ts';

function parse(line: string): BenchmarkOptions {
  return parseOptions(line === '' ? [] : line.split(' '), null);
}

const LINES: readonly (readonly [line: string, options: Partial<BenchmarkOptions>])[] = [
  ['', {}],
  ['-c 7 -n 8 -P 9 -r 10 -d 11', options(7, 8, 9, 10, 11)],
  ['--clients 7 --requests 8 --pipeline 9 --keyspace 10 --size 11', options(7, 8, 9, 10, 11)],
  ['-clients=50 -requests=100', { requests: 100 }],
  ['-clients=7 --requests=8 -pipeline 9 -r=10 -size=11', options(7, 8, 9, 10, 11)],
  ['-h ::1 -p 1 -a b --user c --dbnum 4', server('::1', 1, 'c', 'b', 4)],
  ['-u redis://c:b@h:1/4', server('h', 1, 'c', 'b', 4)],
  ['-s /socket', { socketPath: '/socket' }],
  ['-t SET,get', { tests: ['set', 'get'] }],
  ['-k 0 -l -q -3 --enable-tracking', switches()],
  ['--threads 4 --seed 0 --precision 0', { threads: 4, seed: 0, precision: 0 }],
  ['-n 5 set -n 6', { requests: 5, words: ['set', '-n', '6'] }],
  ['--csv', { output: 'csv' }],
  ['--json --html a.html', { output: 'json', htmlFile: 'a.html' }],
  ['-x set key', { lastFromInput: true, words: ['set', 'key'] }],
  ['-h', { task: 'help' }],
  ['--help -n x', { task: 'help' }],
  ['--version', { task: 'version' }],
];

for (const [line, wanted] of LINES) {
  test(`read: ${line}`, () => assert.deepEqual(parse(line), { ...defaultOptions(), ...wanted }));
}

const COMPARED: readonly (readonly [line: string, host: string, port: number, path?: string])[] = [
  ['--compare 7000', '127.0.0.1', 7000],
  ['--compare h:7000', 'h', 7000],
  ['--compare [::1]:7000', '::1', 7000],
  ['--compare /socket', '127.0.0.1', 6379, '/socket'],
  ['--compare redis://h', 'h', 6379],
];

const TLS: readonly (readonly [line: string, first: boolean, second: boolean])[] = [
  ['--compare h:7000', false, false],
  ['--tls --compare h:7000', true, true],
  ['--tls --compare redis://h', true, false],
  ['--tls --compare /socket', true, false],
  ['--compare rediss://h', false, true],
  ['-u rediss://h --compare 7000', true, true],
];

test('TLS to either server', () => {
  for (const [line, first, second] of TLS) {
    const { usesTls, compared } = parse(line);
    assert.deepEqual([usesTls, compared?.usesTls], [first, second], line);
  }
});

for (const [line, host, port, path = ''] of COMPARED) {
  test(`${line}, with the first server's password`, () => {
    const { compared } = parse(`${line} -a b`);
    const place = { host, port, socketPath: path };
    assert.deepEqual(compared, { ...DEFAULT_SERVER, ...place, password: 'b' });
  });
}

const REFUSED: readonly (readonly [line: string, complaint: RegExp])[] = [
  ['-I --compare h:7000', /^-I is for one server: without --compare$/],
  ['--cluster', /--cluster/],
  ['-n 0', /^-n, --requests takes a whole number from 1 to 1000000000, not '0'$/],
  ['-n -5', /not '-5'$/],
  ['-n 1e3', /not '1e3'$/],
  ['-clients=', /^-c, --clients takes a whole number from 1 to 65000, not ''$/],
  ['-c many', /not 'many'$/],
  ['-P 1.5', /^-P, --pipeline takes/],
  ['-r -1', /^-r, --keyspace takes/],
  ['-d 0', /^-d, --size takes/],
  ['-k 2', /^-k takes a whole number from 0 to 1,/],
  ['--threads 65', /^--threads takes/],
  ['--precision 5', /^--precision takes/],
  ['--seed 4294967296', /^--seed takes/],
  ['--rounds 0', /^--rounds takes/],
  ['-p 70000', /^Invalid server port\.$/],
  ['-u http://a', /^Invalid URI scheme$/],
  ['-t set,gett', /^There is no test 'gett'\. There are: ping_inline ping /],
  ['-t ', /^There is no test ''\./],
  ['--user a', /^--user needs a password/],
  ['-x', /^-x needs a command$/],
  ['--compare a:b', /^--compare takes host:port, a path or a URI, not 'a:b'$/],
  ['--cluster', /^--cluster is not supported by redstart bench yet$/],
  ['--nosuch', /^Unrecognized option or bad number of args for: '--nosuch'$/],
  ['-q=1', /^-q takes no value$/],
  ['-n', /^Unrecognized option or bad number of args for: '-n'$/],
];

for (const [line, complaint] of REFUSED) {
  test(`refused: ${line}`, () => {
    assert.throws(
      () => parse(line),
      (error) => error instanceof Failure && complaint.test(error.message),
    );
  });
}

function options(
  clients: number,
  requests: number,
  pipeline: number,
  keyspace: number,
  dataSize: number,
): Partial<BenchmarkOptions> {
  return { clients, requests, pipeline, keyspace, dataSize };
}

function server(
  host: string,
  port: number,
  user: string,
  password: string,
  database: number,
): Partial<BenchmarkOptions> {
  return { host, port, user, password, database };
}

function switches(): Partial<BenchmarkOptions> {
  return { keepAlive: 0, isLoop: true, output: 'quiet', isResp3: true, isTracking: true };
}

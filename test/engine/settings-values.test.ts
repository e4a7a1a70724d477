// The values of directives: what CONFIG SET takes, what CONFIG GET prints, what is wrong in
// Redis's words. All lines were compared with redis-server 7.2.6.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DIRECTIVES } from '../../src/engine/settings/directives.ts';
import { Settings } from '../../src/engine/settings/settings.ts';

/** Loads the words and compares what prints, or the error behind a leading '!'. */
function check(name: string, words: string | string[], expected: string): void {
  const settings = new Settings();
  const error = settings.load(name, typeof words === 'string' ? [words] : words);
  assert.equal(error === null ? settings.text(name) : '!' + error, expected, `${name} ${words}`);
}

const MEMORY = '!argument must be a memory value';
const INTEGER = "!argument couldn't be parsed into an integer";

const lines: [name: string, words: string | string[], expected: string][] = [
  ['appendonly', 'YES', 'yes'],
  ['appendonly', 'true', "!argument must be 'yes' or 'no'"],
  ['activedefrag', 'no', 'no'],
  ['maxmemory-policy', 'AllKeys-LRU', 'allkeys-lru'],
  ['appendfsync', 'x', '!argument(s) must be one of the following: everysec, always, no'],
  ['oom-score-adj', 'relative', 'yes'],
  ['loglevel', '', bad('debug, verbose, notice, warning, nothing')],

  ['databases', '0', '!argument must be between 1 and 2147483647 inclusive'],
  ['databases', '2147483648', '!argument must be between 1 and 2147483647 inclusive'],
  ['timeout', '', INTEGER],
  ['timeout', '+1', INTEGER],
  ['timeout', '01', INTEGER],
  ['timeout', '-0', INTEGER],
  ['timeout', ' 1', INTEGER],
  ['timeout', '1kb', INTEGER],
  ['slowlog-log-slower-than', '9223372036854775807', '9223372036854775807'],
  ['slowlog-log-slower-than', '9223372036854775808', INTEGER],
  [
    'slowlog-log-slower-than',
    '-2',
    '!argument must be between -1 and 9223372036854775807 inclusive',
  ],
  ['maxclients', '-1', '!argument must be between 1 and 4294967295 inclusive'],
  [
    'hash-max-listpack-entries',
    '-1',
    '!argument must be between 0 and 9223372036854775807 inclusive',
  ],
  ['hz', '0', '1'],
  ['hz', '100000', '500'],

  ['maxmemory', '', '0'],
  ['maxmemory', 'mb', '0'],
  ['maxmemory', '007', '7'],
  ['maxmemory', '1k', '1000'],
  ['maxmemory', '3GB', '3221225472'],
  ['maxmemory', '2b', '2'],
  ['maxmemory', '-1', MEMORY],
  ['maxmemory', '1.5gb', MEMORY],
  ['maxmemory', '18446744073709551615', '18446744073709551615'],
  ['maxmemory', '99999999999999999999', '18446744073709551615'],
  ['maxmemory', '17179869184gb', '0'],
  ['maxmemory', '1'.repeat(127), '18446744073709551615'],
  ['maxmemory', '1'.repeat(128), MEMORY],
  ['repl-backlog-size', '1', '16384'],
  [
    'proto-max-bulk-len',
    '1',
    '!argument must be between 1048576 and 9223372036854775807 inclusive',
  ],
  ['maxmemory-clients', '5%', '5%'],
  ['maxmemory-clients', '0%', '0'],
  ['maxmemory-clients', '1mb', '1048576'],
  ['maxmemory-clients', '101%', '!percentage argument must be less or equal to 100'],
  ['maxmemory-clients', '-5%', '!argument must be a memory or percent value'],
  ['maxmemory-clients', '%', '!argument must be a memory or percent value'],
  ['unixsocketperm', '777', '777'],
  ['unixsocketperm', '0700', '700'],
  ['unixsocketperm', '1000', '!argument must be between 0 and 777 inclusive'],
  ['unixsocketperm', '-1', '!argument must be between 0 and 777 inclusive'],
  ['unixsocketperm', '8', "!argument couldn't be parsed as an octal number"],
  ['unixsocketperm', '7'.repeat(40), "!argument couldn't be parsed as an octal number"],

  ['requirepass', 'a\0b', 'a\0b'],
  ['masteruser', 'a\0b', 'a'],
  ['dbfilename', 'a/b', "!dbfilename can't be a path, just a filename"],
  ['appendfilename', '', "!appendfilename can't be empty"],
  ['appenddirname', 'a\\b', "!appenddirname can't be a path, just a dirname"],
  ['cluster-announce-hostname', 'a'.repeat(255), 'a'.repeat(255)],
  ['cluster-announce-hostname', 'a'.repeat(256), '!Hostnames must be less than 256 characters'],
  ['cluster-announce-human-nodename', 'a_b-c', 'a_b-c'],
  [
    'cluster-announce-human-nodename',
    'a(b)',
    '!Announced human node name contained invalid character',
  ],
  ['proc-title-template', '{{x', '{{x'],
  ['proc-title-template', '{port}', '{port}'],
  ['proc-title-template', ' {title}', badTitle()],
  ['proc-title-template', '{port', badTitle()],
  ['proc-title-template', '{nope} x', badTitle()],
  ['locale-collate', 'xx_YY', '!Invalid locale name'],

  ['save', ['900', '1', '300', '10'], '900 1 300 10'],
  ['save', [''], ''],
  ['save', ['+5', '07'], '5 7'],
  ['save', ['900'], '!Invalid save parameters'],
  ['save', ['0', '1'], '!Invalid save parameters'],
  ['save', ['1', '-1'], '!Invalid save parameters'],
  ['client-output-buffer-limit', ['Replica', '1mb', '2k', '3'], limits('slave 1048576 2000 3')],
  ['client-output-buffer-limit', [], limits('slave 268435456 67108864 60')],
  [
    'client-output-buffer-limit',
    ['normal', '0', '0'],
    '!Wrong number of arguments in buffer limit configuration.',
  ],
  [
    'client-output-buffer-limit',
    ['master', '0', '0', '0'],
    '!Invalid client class specified in buffer limit configuration.',
  ],
  [
    'client-output-buffer-limit',
    ['normal', '0', '0', '-1'],
    '!Error in hard, soft or soft_seconds setting in buffer limit configuration.',
  ],
  ['oom-score-adj-values', ['1', '2'], '!wrong number of arguments'],
  [
    'oom-score-adj-values',
    ['1', '2', '2001'],
    '!Invalid oom-score-adj-values, elements must be between -2000 and 2000.',
  ],
  ['notify-keyspace-events', 'EKA', 'AKE'],
  ['notify-keyspace-events', 'An', 'A'],
  ['notify-keyspace-events', 'mnKx', 'xnKm'],
  ['notify-keyspace-events', 'KQ', "!Invalid event class character. Use 'Ag$lshzxeKEtmdn'."],
  ['bind', ['127.0.0.1', '-::1'], '127.0.0.1 -::1'],
  ['bind', [''], ''],
  ['bind', Array(17).fill('a'), '!Too many bind addresses specified.'],
  ['replicaof', ['host', '6379'], 'host 6379'],
  ['slaveof', ['NO', 'one'], ''],
  ['replicaof', ['host', '65536'], '!Invalid master port'],
  ['replicaof', ['host', '7x'], '!Invalid master port'],
  ['replicaof', ['host'], '!wrong number of arguments'],
  ['latency-tracking-info-percentiles', ['50', '1e1', '.5', '99.9999999'], '50 10 0.5 100'],
  ['latency-tracking-info-percentiles', [''], ''],
  [
    'latency-tracking-info-percentiles',
    ['inf'],
    '!latency-tracking-info-percentiles parameters should sit between [0.0,100.0]',
  ],
  [
    'latency-tracking-info-percentiles',
    ['nan'],
    '!Invalid latency-tracking-info-percentiles parameters',
  ],
  ['shutdown-on-sigterm', ['NOW', 'nosave', 'force'], 'nosave now force'],
  ['shutdown-on-sigterm', ['default', 'now'], 'now'],
  ['shutdown-on-sigterm', [], bad('default, save, nosave, now, force')],
  [
    'shutdown-on-sigterm',
    ['save', 'nosave'],
    "!shutdown options SAVE and NOSAVE can't be used simultaneously",
  ],

  ['tls-port', '0', '0'],
  ['tls-port', '6380', '!TLS is not built yet, only the default value is accepted'],
  ['tls-cert-file', 'a', '!TLS is not built yet, only the default value is accepted'],
  ['plain-port', '65536', '!argument must be between 0 and 65535 inclusive'],
];

test('values are read and printed as Redis does', () => {
  for (const [name, words, expected] of lines) check(name, words, expected);
});

test('every directive takes the value that it prints', () => {
  for (const { name } of DIRECTIVES) {
    const settings = new Settings();
    const before = settings.text(name);
    const context = { local: true, loading: false, startup: true };
    // An empty replicaof cannot be written: Redis wants "no one".
    const value = name === 'replicaof' ? 'no one' : before;
    assert.equal(settings.set([{ name, value }], context), null, name);
    assert.equal(settings.text(name), before);
  }
});

test('any integer is either inside of the bounds or refused', () => {
  const integers = DIRECTIVES.filter(
    (one) => one.type === 'integer' && one.unit === 'plain' && !one.name.startsWith('tls-'),
  );
  const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(fc.constantFrom(...integers), fc.oneof(number, fc.bigInt(-9n, 700n)), (one, n) => {
      if (one.type !== 'integer' || one.clamp !== null) return;
      const settings = new Settings();
      const error = settings.load(one.name, [String(n)]);
      if (n < one.minimum || n > one.maximum) {
        assert.equal(error, `argument must be between ${one.minimum} and ${one.maximum} inclusive`);
      } else {
        assert.equal(error, null);
        assert.equal(settings.text(one.name), String(n));
      }
    }),
  );
});

function bad(choices: string): string {
  return `!argument(s) must be one of the following: ${choices}`;
}

function badTitle(): string {
  return '!template format is invalid or contains unknown variables';
}

function limits(slave: string): string {
  return `normal 0 0 0 ${slave} pubsub 33554432 8388608 60`;
}

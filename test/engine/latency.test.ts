// LatencyMonitor against what redis-server 7.2.6 answered to LATENCY HISTORY, LATEST, GRAPH and
// DOCTOR while DEBUG SLEEP ran once a second, and against a plain list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LatencyMonitor } from '../../src/engine/stats/latency.ts';

const NOW = 1795168425;
const LINE = '-'.repeat(80);
const SETTINGS = { thresholdMs: 10, slowlogSlowerThanUs: 10000, isFsyncAlways: false, hz: 10 };

/** The milliseconds of each second of the observed run, from NOW on. */
const OBSERVED =
  '70 18 16 11 66 28 56 74 63 43 11 13 33 75 25 38 66 11 78 20 46 76 77 13 11 61 39 13 13 73 51 ' +
  '11 51 60 18 50 50 14 11 44 20 29 19 21 45 11 53 75 63 12 52 73 11 53 31 26 71 35 37 11 63 68 ' +
  '49 30 58 78 11 36 76 73 35 29 67 11 35 65 65 61 39 63 11 43';

function observed(seconds: number): LatencyMonitor {
  const monitor = new LatencyMonitor();
  OBSERVED.split(' ')
    .slice(0, seconds)
    .forEach((ms, second) => {
      monitor.add('command', Number(ms), NOW + second);
    });
  return monitor;
}

function check(seconds: number, graph: readonly string[], doctor: string): void {
  const monitor = observed(seconds);
  const now = NOW + seconds - 1;
  assert.equal(monitor.graph('command', now), `${graph.join('\n')}\n`);
  assert.equal(monitor.doctor(now, SETTINGS).split('\n')[2], doctor);
}

test('latency: graph and summary', () => {
  check(
    1,
    [
      'command - high 70 ms, low 70 ms (all time high 70 ms)',
      LINE,
      ' ',
      ' ',
      ' ',
      '_',
      ' ',
      '0',
      's',
    ],
    '1. command: 1 latency spikes (average 70ms, mean deviation 0ms, period 1.00 sec). ' +
      'Worst all time event 70ms.',
  );
  check(
    10,
    [
      'command - high 74 ms, low 11 ms (all time high 74 ms)',
      LINE,
      '#   o  #_ ',
      '|   | #||_',
      '|   |_||||',
      '|o__||||||',
      '          ',
      '9876543210',
      'ssssssssss',
    ],
    '1. command: 10 latency spikes (average 44ms, mean deviation 21ms, period 0.90 sec). ' +
      'Worst all time event 74ms.',
  );
  check(
    82,
    [
      'command - high 78 ms, low 11 ms (all time high 78 ms)',
      LINE,
      'o   _  #_    #  _ #  ##      #                 #_  #    o   _o   #  ##  o  __  _',
      '|   | #||    |  | | _||  #   |o o# __       _ o|| o| o  |   ||_ #|  ||  |  ||# |',
      '|   |_|||#  _| o| | |||  |#  || || ||  # _  | ||| || |_ |oo |||_|| o||o_| o|||#|',
      '|o__||||||__||#||_|o|||__||__||_||o||__|o|oo|_|||_||_||#|||_||||||_||||||_||||||',
      '                                                                                ',
      '11111111111111111111115555555555444444444433333333332222222222111111111198765432',
      'mmmmmmmmmmmmmmmmmmmmmm98765432109876543210987654321098765432109876543210ssssssss',
      '                      ssssssssssssssssssssssssssssssssssssssssssssssssss        ',
      '',
      '  ',
      '  ',
      ' #',
      '_|',
      '  ',
      '10',
      'ss',
    ],
    '1. command: 82 latency spikes (average 41ms, mean deviation 20ms, period 0.99 sec). ' +
      'Worst all time event 78ms.',
  );
});

test('latency: the labels of a graph say how long ago', () => {
  const ages: [number, string][] = [
    [0, '0s'],
    [59, '59s'],
    [60, '1m'],
    [3599, '59m'],
    [3600, '1h'],
    [86399, '23h'],
    [86400, '1d'],
    [8640000, '100d'],
    [-2, '-2s'],
  ];
  for (const [age, label] of ages) {
    const monitor = new LatencyMonitor();
    monitor.add('command', 20, NOW);
    const rows = monitor
      .graph('command', NOW + age)
      ?.split('\n')
      .slice(7);
    assert.deepEqual(rows, [...label, '']);
  }
});

test('latency: the longest of a second counts', () => {
  const monitor = new LatencyMonitor();
  monitor.add('command', 20, NOW);
  monitor.add('command', 50.9, NOW + 0.7);
  monitor.add('command', 30, NOW);
  monitor.add('fast-command', 11, NOW);
  monitor.add('command', 12, NOW + 1);
  assert.deepEqual(monitor.history('command'), [
    { timeSeconds: NOW, latencyMs: 50 },
    { timeSeconds: NOW + 1, latencyMs: 12 },
  ]);
  assert.deepEqual(monitor.latest(), [
    { event: 'command', timeSeconds: NOW + 1, latencyMs: 12, allTimeMaxMs: 50 },
    { event: 'fast-command', timeSeconds: NOW, latencyMs: 11, allTimeMaxMs: 11 },
  ]);
});

test('latency: reset and unknown events', () => {
  const monitor = new LatencyMonitor();
  for (const event of ['command', 'fast-command', 'expire-cycle']) monitor.add(event, 20, NOW);
  assert.equal(monitor.reset(['COMMAND', 'Command', 'nope']), 1);
  assert.deepEqual(monitor.history('command'), []);
  assert.equal(monitor.graph('command', NOW), null);
  assert.equal(monitor.graph('Fast-Command', NOW), null);
  assert.equal(monitor.reset([]), 0);
  assert.equal(monitor.reset(), 2);
  assert.deepEqual(monitor.latest(), []);
});

test('latency: the doctor without events', () => {
  const monitor = new LatencyMonitor();
  assert.match(
    monitor.doctor(NOW, { ...SETTINGS, thresholdMs: 0 }),
    /^Latency monitoring is disab/,
  );
  assert.match(monitor.doctor(NOW, SETTINGS), /^No latency spike was observed/);
});

test('latency: the advice of the doctor', () => {
  const advice: [string, Partial<typeof SETTINGS>, string[]][] = [
    ['command', {}, ['Look into the slow log', 'Removing a large value']],
    ['command', { slowlogSlowerThanUs: -1 }, ['The slow log is off', 'Look into', 'Removing']],
    ['command', { slowlogSlowerThanUs: 11000 }, ['The slow log records only', 'Look', 'Removing']],
    ['fast-command', {}, ['Commands that do little work']],
    ['aof-fsync-always', { isFsyncAlways: true }, ["appendfsync is 'always'"]],
    ['aof-fsync-always', {}, []],
    ['expire-cycle', {}, ['Expire keys in smaller steps', 'Removing']],
    ['expire-cycle', { hz: 100 }, ['Removing']],
    ['constructor', {}, []],
  ];
  for (const [event, settings, starts] of advice) {
    const monitor = new LatencyMonitor();
    monitor.add(event, 20, NOW);
    const report = monitor.doctor(NOW, { ...SETTINGS, ...settings });
    const given = report.split('\n').filter((line) => line.startsWith('- '));
    assert.equal(given.length, starts.length, report);
    starts.forEach((start, index) => {
      assert.ok(given[index].startsWith(`- ${start}`), given[index]);
    });
    assert.equal(report.includes('There is no advice'), starts.length === 0);
  }
});

test('latency: events are numbered and advice is given once', () => {
  const monitor = new LatencyMonitor();
  monitor.add('command', 20, NOW);
  monitor.add('eviction-del', 30, NOW - 8);
  const lines = monitor.doctor(NOW, SETTINGS).split('\n');
  assert.match(lines[2], /^1\. command: 1 latency spikes/);
  assert.match(lines[3], /^2\. eviction-del: 1 latency spikes .*period 8\.00 sec/);
  assert.equal(lines.filter((line) => line.startsWith('- Removing')).length, 1);
});

test('latency: behaves like a list of which 160 samples are kept', () => {
  const spike = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 2 }));
  fc.assert(
    fc.property(fc.array(spike, { minLength: 1, maxLength: 400, size: 'max' }), (spikes) => {
      const monitor = new LatencyMonitor();
      const model: { timeSeconds: number; latencyMs: number }[] = [];
      let timeSeconds = NOW;
      for (const [latencyMs, step] of spikes) {
        timeSeconds += step;
        monitor.add('command', latencyMs, timeSeconds);
        const last = model.at(-1);
        if (last?.timeSeconds !== timeSeconds) model.push({ timeSeconds, latencyMs });
        else last.latencyMs = Math.max(last.latencyMs, latencyMs);
      }
      assert.deepEqual(monitor.history('command'), model.slice(-160));
      const allTimeMaxMs = Math.max(...spikes.map(([latencyMs]) => latencyMs));
      assert.deepEqual(monitor.latest(), [{ event: 'command', ...model.at(-1), allTimeMaxMs }]);
    }),
  );
});

// Two clocks: the wall clock is set forth and back while a server runs. Deadlines and stamps are
// its moments; whatever lasts goes on as if nobody had touched it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  call,
  connect,
  type ManualClock,
  makeServer,
  START_MS,
  type TestServer,
} from '../support/clock.ts';

const HOUR_MS = 3_600_000;
/** So long that clocks of 24 bits of seconds or 16 bits of minutes come round. */
const YEARS_MS = 3 * 365 * 24 * HOUR_MS;
const STEPS_MS = [HOUR_MS, -HOUR_MS, YEARS_MS, -YEARS_MS, 1, -1];

/** Sets the wall clock. The server looks at it again by and by. */
function set(clock: ManualClock, stepMs: number): void {
  clock.step(stepMs);
  clock.block(0.25);
}

/** A command with its reply, `step` and `pass` with milliseconds, or what else is to be true. */
type Line = readonly ['step' | 'pass', number] | readonly [string, string | RegExp];

function run({ server, session, clock }: TestServer, lines: readonly Line[], note: string): void {
  for (const [what, value] of lines) {
    if (typeof value === 'number') {
      if (what === 'step') set(clock, value);
      else clock.advance(value);
      continue;
    }
    const reply = call(server, session, what);
    if (typeof value === 'string') assert.equal(reply, `${value}\r\n`, `${what}, ${note}`);
    else assert.match(reply, value, `${what}, ${note}`);
  }
}

/** Runs lines on a server whose cron runs, for each step of the wall clock. */
function check(
  name: string,
  config: Readonly<Record<string, string>>,
  lines: (stepMs: number) => readonly Line[],
  steps: readonly number[] = STEPS_MS,
): void {
  test(name, () => {
    for (const stepMs of steps) {
      const made = makeServer(config);
      made.server.cron.start();
      run(made, lines(stepMs), `the wall clock was set by ${stepMs} ms`);
      made.server.cron.stop();
    }
  });
}

check('TIME and INFO after a step', {}, (stepMs) => [
  ['pass', 1000],
  ['step', stepMs],
  [
    'TIME',
    new RegExp(`^\\*2\r\n\\$\\d+\\r\\n${Math.floor((START_MS + 1000 + stepMs) / 1000)}\r\n`),
  ],
  ['INFO server', new RegExp(`\r\nserver_time_usec:${START_MS + 1000 + stepMs}250\r\n`)],
  ['INFO server', /\r\nuptime_in_seconds:1\r\n/],
  ['INFO persistence', new RegExp(`\r\nrdb_last_save_time:${START_MS / 1000}\r\n`)],
  ['pass', 2000],
  ['INFO server', /\r\nuptime_in_seconds:3\r\n/],
]);

check(
  'idle times and counters do not see a step',
  { 'lfu-log-factor': '0', 'enable-debug-command': 'yes' },
  (stepMs) => [
    ['SET k v', '+OK'],
    ['pass', 5000],
    ['step', stepMs],
    ['OBJECT IDLETIME k', ':5'],
    ['DEBUG OBJECT k', /lru_seconds_idle:5\r\n/],
    ['CLIENT LIST', /age=5 idle=0 /],
    ['pass', 3000],
    ['OBJECT IDLETIME k', ':8'],
    ['CONFIG SET maxmemory-policy allkeys-lfu', '+OK'],
    ['SET hot v', '+OK'],
    ['TOUCH hot hot hot', ':3'],
    ['step', -stepMs],
    ['OBJECT FREQ hot', ':8'],
    ['TOUCH hot', ':1'],
    ['OBJECT FREQ hot', ':9'],
    ['pass', 120_000],
    ['OBJECT FREQ hot', ':7'],
  ],
);

check('deadlines are moments of the wall clock', {}, () => [
  ['SET k v PX 5000', '+OK'],
  ['SET l v PX 7200000', '+OK'],
  ['step', HOUR_MS],
  ['GET k', '$-1'],
  ['PTTL l', ':3600000'],
  ['step', -2 * HOUR_MS],
  ['SET k v PX 5000', '+OK'],
  ['PTTL l', ':10800000'],
  ['step', -1000],
  ['PTTL k', ':6000'],
]);

check(
  'after a step forth the next tick deletes what is due',
  {},
  (stepMs) => [
    ['MSET a 1 b 1 c 1', '+OK'],
    ['EXPIRE a 10', ':1'],
    ['EXPIRE b 100000000', ':1'],
    ['step', stepMs],
    ['DBSIZE', ':3'],
    ['pass', 100],
    ['DBSIZE', stepMs > 1e11 ? ':1' : ':2'],
  ],
  [HOUR_MS, YEARS_MS - 1],
);

check('new deadlines are kept to the millisecond after a step', { hz: '1' }, (stepMs) => [
  ['pass', 50],
  ['step', stepMs],
  ['pass', 50],
  ['SET k v PX 20', '+OK'],
  ['pass', 19],
  ['DBSIZE', ':1'],
  ['pass', 1],
  ['DBSIZE', ':0'],
]);

check('a step back ends no deadline', {}, () => [
  ['SET k v PX 5000', '+OK'],
  ['step', -60_000],
  ['pass', 6000],
  ['DBSIZE', ':1'],
  ['pass', 58_999],
  ['DBSIZE', ':1'],
  ['pass', 1],
  ['DBSIZE', ':0'],
]);

check('a policy is followed in the turn that sets it', {}, () => [
  ['MULTI', '+OK'],
  ['CONFIG SET maxmemory-policy allkeys-lfu', '+QUEUED'],
  ['SET k v', '+QUEUED'],
  ['OBJECT FREQ k', '+QUEUED'],
  ['CONFIG SET maxmemory-policy allkeys-lru', '+QUEUED'],
  ['SET l v', '+QUEUED'],
  ['OBJECT IDLETIME l', '+QUEUED'],
  ['EXEC', /^\*6\r\n\+OK\r\n\+OK\r\n:5\r\n\+OK\r\n\+OK\r\n:0\r\n$/],
]);

test('an idle client is closed after `timeout`, whatever the wall clock does', () => {
  for (const stepMs of STEPS_MS) {
    const { server, clock, output } = makeServer({ timeout: '10' });
    server.cron.start();
    clock.advance(1000);
    clock.step(stepMs);
    clock.advance(8000);
    assert.equal(output.isDestroyed, false, `early, ${stepMs} ms`);
    clock.advance(3000);
    assert.equal(output.isDestroyed, true, `never, ${stepMs} ms`);
    server.cron.stop();
  }
});

test('the soft limit of output is passed after its time, whatever the wall clock does', () => {
  const limit = { 'client-output-buffer-limit': 'normal 0 100 5' };
  for (const stepMs of STEPS_MS) {
    const { server, session, clock, output } = makeServer(limit);
    server.cron.start();
    output.pendingSize = 200;
    session.countBuffers();
    clock.advance(2000);
    clock.step(stepMs);
    clock.advance(2500);
    assert.equal(output.isDestroyed, false, `early, ${stepMs} ms`);
    clock.advance(3000);
    assert.equal(output.isDestroyed, true, `never, ${stepMs} ms`);
    server.cron.stop();
  }
});

test('CLIENT PAUSE lasts as long as it was said to, whatever the wall clock does', () => {
  for (const stepMs of STEPS_MS) {
    const { server, session, clock } = makeServer();
    const other = connect(server);
    server.cron.start();
    call(server, session, 'CLIENT PAUSE 1000');
    call(server, other.session, 'PING');
    assert.equal(other.session.isPostponed, true);
    clock.step(stepMs);
    clock.advance(999);
    assert.equal(other.output.resumes, 0, `early, ${stepMs} ms`);
    clock.advance(1);
    assert.equal(other.output.resumes, 1, `never, ${stepMs} ms`);
    server.cron.stop();
  }
});

test('MONITOR and the slow log stamp with the wall clock', () => {
  for (const stepMs of STEPS_MS) {
    const { server, session, clock } = makeServer({ 'slowlog-log-slower-than': '0' });
    const other = connect(server);
    call(server, other.session, 'MONITOR');
    set(clock, stepMs);
    call(server, session, 'GET k');
    const seconds = Math.floor((START_MS + stepMs) / 1000);
    assert.ok(other.output.sent.startsWith(`+${seconds}.`), other.output.sent);
    const [entry] = server.slowlog.get(1);
    assert.equal(entry.timeSeconds, seconds);
  }
});

test('the cron ticks again after stop() and start()', () => {
  const { server, session, clock } = makeServer({ timeout: '10' });
  const ticks = (): number => server.statistics.eventLoopCycles;
  for (const pause of ['', 'CLIENT PAUSE 100000 WRITE']) {
    server.cron.start();
    clock.advance(1000);
    call(server, session, 'SET k v PX 400');
    if (pause !== '') call(server, session, pause);
    server.cron.stop();
    const before = ticks();
    clock.advance(1000);
    assert.equal(ticks(), before, 'stopped');
    server.cron.start();
    clock.advance(1000);
    assert.ok(ticks() - before >= 10, `${ticks() - before} ticks`);
    call(server, session, 'CLIENT UNPAUSE');
    server.cron.stop();
  }
});

const COMMANDS = [
  'SET a v',
  'GET a',
  'TOUCH a b',
  'APPEND b x',
  'OBJECT IDLETIME a',
  'OBJECT FREQ a',
  'CLIENT LIST',
  'CLIENT PAUSE 1500 WRITE',
  'CLIENT UNPAUSE',
  'INFO clients',
  'CONFIG SET maxmemory-policy allkeys-lfu',
  'CONFIG SET maxmemory-policy noeviction',
];

const UNTOUCHED = ['uptime_in_seconds', 'lru_clock', 'instantaneous_ops_per_sec', 'clients'];

/** What a client without deadlines sees, while the wall clock is set now and then. */
function diary(steps: readonly { command: string; passedMs: number; stepMs: number }[]): string[] {
  const { server, session, clock, output } = makeServer({ timeout: '3' });
  const idle = connect(server);
  const seen: string[] = [];
  server.cron.start();
  for (const { command, passedMs, stepMs } of steps) {
    seen.push(`${command}: ${call(server, session, command)}`);
    clock.step(stepMs);
    clock.advance(passedMs);
    seen.push(`${output.isDestroyed} ${idle.output.isDestroyed} ${output.resumes}`);
    const info = call(server, session, 'INFO server clients stats').split('\r\n');
    seen.push(...info.filter((line) => UNTOUCHED.some((name) => line.includes(name))));
    session.isPostponed = false;
  }
  server.cron.stop();
  return seen;
}

test('who has no deadlines does not see that the wall clock is set', () => {
  const step = fc.record({
    command: fc.constantFrom(...COMMANDS),
    passedMs: fc.oneof(fc.nat(300), fc.nat(5000)),
    stepMs: fc.oneof(fc.constantFrom(...STEPS_MS, 0), fc.integer({ min: -1e7, max: 1e7 })),
  });
  const property = fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
    const still = steps.map((each) => ({ ...each, stepMs: 0 }));
    assert.deepEqual(diary(steps), diary(still));
  });
  fc.assert(property, { numRuns: 15 });
});

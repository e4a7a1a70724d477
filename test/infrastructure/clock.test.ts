// The system's clocks: the wall clock's microseconds follow Date.now() wherever it is set, and
// timers wait longer than the runtime's can.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { SystemClock } from '../../src/infrastructure/clock.ts';

const DAY_MS = 86_400_000;
/** What the runtime's timers take. */
const TIMER_MS_MAX = 2 ** 31 - 1;

test('the wall clock follows when it is set, forth and back', () => {
  mock.timers.enable({ apis: ['Date'], now: 1_795_168_800_000 });
  const clock = new SystemClock();
  try {
    let lastMs = Date.now();
    for (const stepMs of [0, 1, 1000, -500, DAY_MS, -3 * DAY_MS, 0, 2, -1, 1e12]) {
      lastMs += stepMs;
      mock.timers.setTime(lastMs);
      assert.equal(clock.nowMs(), lastMs);
      assert.equal(Math.floor(clock.nowUs() / 1000), lastMs, `a step of ${stepMs} ms`);
    }
  } finally {
    mock.timers.reset();
  }
});

test('microseconds are whole, agree with milliseconds and do not go back by themselves', () => {
  const clock = new SystemClock();
  let lastUs = 0;
  let lastElapsedUs = 0;
  const seen = new Set<number>();
  for (let i = 0; i < 5000; i++) {
    const beforeMs = clock.nowMs();
    const us = clock.nowUs();
    const afterMs = clock.nowMs();
    // Whoever sets the machine's clock just now may do so.
    if (afterMs < beforeMs) continue;
    assert.ok(Number.isInteger(us));
    assert.ok(us >= beforeMs * 1000 && us < (afterMs + 1) * 1000, `${us} at ${beforeMs} ms`);
    assert.ok(us >= lastUs, `${us} after ${lastUs}`);
    lastUs = us;
    seen.add(us % 1000);
    const elapsedUs = clock.monotonicUs();
    assert.ok(elapsedUs >= lastElapsedUs);
    lastElapsedUs = elapsedUs;
  }
  assert.ok(seen.size > 10, 'finer than milliseconds');
});

test('a timer waits longer than those of the runtime', () => {
  for (const delayMs of [TIMER_MS_MAX, TIMER_MS_MAX + 1, 3e9, 2 ** 33]) {
    const clock = new SystemClock();
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let rings = 0;
      clock.schedule(delayMs, () => rings++);
      const cancelled = clock.schedule(delayMs, () => assert.fail('was cancelled'));
      // In steps like the timers', since the mock sets new ones at the end of a step.
      for (let leftMs = delayMs - 1; leftMs > 0; leftMs -= TIMER_MS_MAX) {
        mock.timers.tick(Math.min(leftMs, TIMER_MS_MAX));
      }
      assert.equal(rings, 0, `${delayMs} ms are not over`);
      cancelled.cancel();
      mock.timers.tick(1);
      assert.equal(rings, 1, `${delayMs} ms are over`);
    } finally {
      mock.timers.reset();
    }
  }
});

test('the runtime is not asked for more than it can', async () => {
  const warnings: string[] = [];
  const note = (warning: Error): void => {
    if (warning.name === 'TimeoutOverflowWarning') warnings.push(warning.message);
  };
  process.on('warning', note);
  let rings = 0;
  const timer = new SystemClock().schedule(3e9, () => rings++);
  await new Promise((resolve) => setTimeout(resolve, 5));
  timer.cancel();
  process.off('warning', note);
  assert.deepEqual([rings, warnings], [0, []]);
});

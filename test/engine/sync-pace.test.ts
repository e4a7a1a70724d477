// When syncs of `always` are made at once, and what they wait for.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SyncPace } from '../../src/engine/journal/sync-pace.ts';
import { ManualClock } from '../support/clock.ts';

test('one slow sync among quick ones has the next ones in the background for a while only', () => {
  const clock = new ManualClock();
  const pace = new SyncPace(clock);
  assert.equal(pace.isDiskQuick, false);
  pace.learn(300);
  assert.equal(pace.isDiskQuick, true);
  pace.learn(20000);
  assert.equal(pace.isDiskQuick, false);
  clock.advance(249);
  assert.equal(pace.isDiskQuick, false);
  clock.advance(1);
  assert.equal(pace.isDiskQuick, true);
  for (let i = 0; i < 5; i++) pace.learn(4000);
  assert.equal(pace.isDiskQuick, false);
});

test('a quick sync waits for another round as long as rounds bring more, and as it takes', () => {
  const clock = new ManualClock();
  const pace = new SyncPace(clock);
  pace.learn(900);
  const startUs = clock.monotonicUs();
  const joins = (heldCount: number) => pace.joins(heldCount, startUs);
  assert.deepEqual([joins(3), joins(5), joins(5)], [true, true, false]);
  assert.equal(joins(3), true);
  clock.advance(1);
  assert.equal(joins(7), false);
  pace.learn(20000);
  assert.equal(pace.joins(9, clock.monotonicUs()), false);
});

// Rewrites of the journal whose last steps fail: what goes on in which file, and what is left.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, call as run } from '../support/clock.ts';
import { JournalWorld } from '../support/journal.ts';

const ALWAYS = { appendfsync: 'always' };
const DIRECTORY = './appendonlydir';
const FOR_EVER = 1e9;

/** A world with k, and a rewrite whose base is made. */
function withBase(): JournalWorld {
  const world = new JournalWorld(ALWAYS).start();
  world.holdsBases = true;
  world.call('SET k 1');
  world.clock.advance(1);
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  return world;
}

/** The same; the increment before it could not be written to its end. */
function stuckWithBase(): JournalWorld {
  const world = new JournalWorld(ALWAYS).start();
  const { disk } = world;
  world.holdsBases = true;
  world.call('SET k 1');
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: FOR_EVER, only: 'write' };
  world.clock.advance(1);
  disk.failAt = null;
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  return world;
}

function bases(world: JournalWorld): string[] {
  return (world.disk.list(DIRECTORY) ?? [])
    .filter((name) => name.includes('base') || name.endsWith('.rewrite'))
    .sort();
}

for (const [name, make] of [
  ['', withBase],
  [', behind an increment that cannot be written', stuckWithBase],
] as const) {
  test(`the last steps fail at any call${name}: what is acknowledged is there`, () => {
    for (let n = 0, isFailing = true; isFailing; n++) {
      const world = make();
      const { disk, clock } = world;
      const first = disk.calls.length;
      disk.failAt = { call: first + n, code: 'EIO' };
      world.finishBase();
      isFailing = disk.calls.length > first + n;
      world.holdsBases = false;
      const what = `${disk.calls[first + n]}, ${name}`;
      clock.advance(150);
      let sent = 0;
      for (const ms of [1, 1100, 1100]) {
        const { session, output } = connect(world.made.server);
        const refused = run(world.made.server, session, `SET later${sent} v`).startsWith('-');
        clock.advance(ms);
        if (!refused && !output.isHeld && !output.isDestroyed) sent++;
        const next = new JournalWorld(ALWAYS, disk.copy()).start();
        for (let i = 0; i < sent; i++) assert.ok(`later${i}` in next.data(), `${what}, later${i}`);
      }
      assert.ok(sent > 0, `${what}: no write is accepted any more`);
    }
  });
}

test('no room for a manifest: the base is removed, each time', () => {
  const world = withBase();
  const { disk } = world;
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: FOR_EVER, only: 'write' };
  world.finishBase();
  disk.failAt = null;
  assert.equal(world.made.server.journal.lastRewriteFailed, true);
  assert.deepEqual(bases(world), ['appendonly.aof.1.base.aof']);
});

test('a base that a manifest may list stays, and a later one that none lists goes', () => {
  const world = withBase();
  const { disk, made } = world;
  const renames = (): number => disk.calls.filter((call) => call.startsWith('rename')).length;
  const before = renames();
  const failing = { code: 'EIO', times: FOR_EVER, only: 'syncDirectory' };
  const { rename } = disk;
  disk.rename = (from, to) => {
    rename.call(disk, from, to);
    if (renames() === before + 2) disk.failAt = { call: disk.calls.length, ...failing };
  };
  world.finishBase();
  disk.failAt = null;
  assert.deepEqual(bases(world), ['appendonly.aof.1.base.aof', 'appendonly.aof.2.base.aof']);
  made.server.journal.planRewrite();
  world.clock.advance(1);
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: FOR_EVER, only: 'write' };
  world.finishBase();
  disk.failAt = null;
  assert.deepEqual(bases(world), ['appendonly.aof.1.base.aof', 'appendonly.aof.2.base.aof']);
});

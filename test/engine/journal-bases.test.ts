// Bases of the journal, as a snapshot and as commands: whatever happens, one is whole or has gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeRespBase } from '../../src/adapters/aof/resp-base.ts';
import { DiskError } from '../../src/engine/disk.ts';
import { JournalBases } from '../../src/engine/journal/bases.ts';
import type { BaseMaking } from '../../src/engine/journal/rewrite.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';

const PATH = 'temp-rewrite';

class World {
  readonly disk = new ForgetfulDisk();
  readonly made: TestServer;
  /** What the base has ended with. */
  readonly ends: (DiskError | null)[] = [];
  making: BaseMaking | null = null;

  constructor() {
    this.made = makeServer({ save: '' }, 1, {}, [], this.disk);
    for (let i = 0; i < 40; i++) call(this.made.server, this.made.session, `SET k${i} v`);
  }

  begin(isSnapshot: boolean): void {
    const { server } = this.made;
    const { keyspace, context } = server;
    const bases = new JournalBases(server, (target) =>
      writeRespBase(keyspace, context.dumps, target),
    );
    try {
      this.making = bases.begin(PATH, isSnapshot, (problem) => this.ends.push(problem));
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.ends.push(error);
    }
  }
}

for (const isSnapshot of [true, false]) {
  const form = isSnapshot ? 'a snapshot' : 'commands';

  test(`a base of ${form}: whatever call of the disk fails, it has gone`, () => {
    for (let at = 0; ; at++) {
      const { disk, made, ends } = startedWith(isSnapshot, at);
      made.clock.advance(10);
      assert.equal(ends.length, 1, `call ${at}`);
      assert.equal(made.server.keyspace.arena.past, null);
      if (ends[0] === null) {
        assert.equal(disk.calls.at(-1), `close ${PATH}`);
        assert.ok(disk.text(PATH).includes('k39'));
        assert.ok(at > 3);
        return;
      }
      assert.equal(ends[0].code, 'EIO');
      assert.deepEqual(disk.list('.'), [], `call ${at}`);
    }
  });

  test(`a base of ${form} is not wanted any more`, () => {
    for (const holdsSyncs of [false, true]) {
      const world = new World();
      world.disk.holdsSyncs = holdsSyncs;
      world.begin(isSnapshot);
      if (holdsSyncs) world.made.clock.advance(10);
      const endsBefore = world.ends.length;
      world.making?.cancel();
      assert.deepEqual(world.disk.list('.'), []);
      world.disk.finishSync();
      world.made.clock.advance(10);
      assert.equal(world.ends.length, endsBefore);
      assert.equal(world.made.server.keyspace.arena.past, null);
      const closes = world.disk.calls.filter((line) => line.startsWith('close'));
      assert.equal(closes.length, 1);
    }
  });
}

test('a base of a snapshot ends when all data is flushed', () => {
  const world = new World();
  const { disk, made, ends } = world;
  world.begin(true);
  call(made.server, made.session, 'FLUSHALL');
  assert.equal(ends.length, 0);
  made.clock.advance(10);
  assert.equal(ends[0]?.code, 'ECANCELED');
  assert.deepEqual(disk.list('.'), []);
});

function startedWith(isSnapshot: boolean, at: number): World {
  const world = new World();
  world.disk.failAt = { call: world.disk.calls.length + at, code: 'EIO' };
  world.begin(isSnapshot);
  return world;
}

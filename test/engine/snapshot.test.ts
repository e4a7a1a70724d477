// What a snapshot reads when something happens at one certain moment, and what it keeps meanwhile.
// past.test.ts has the moments that chance finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_STREAM } from '../../src/domain/memory/record.ts';
import type { ByteTarget } from '../../src/engine/persistence/rdb-format.ts';
import { SnapshotFile } from '../../src/engine/persistence/snapshot-file.ts';
import { SnapshotWriter } from '../../src/engine/persistence/snapshot-writer.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { contentsOf } from '../support/past-content.ts';
import { SeededRandom } from '../support/random.ts';
import { SnapshotWalk } from '../support/snapshot-walk.ts';

const SMALL_NODES = { 'list-max-listpack-size': '2', 'stream-node-max-entries': '2' };

/** Somebody who reads what there is now. */
function beginWalk({ server }: TestServer) {
  const { keyspace } = server;
  const expected = contentsOf(keyspace);
  const walk = new SnapshotWalk(keyspace, new SeededRandom(1));
  /** Reads all that is left: it is what there was, and afterwards no block is lost. */
  const readOn = (): void => {
    while (!walk.snapshot.step());
    assert.deepEqual(new Map([...walk.found].sort()), new Map([...expected].sort()));
    walk.snapshot.finish();
    while (keyspace.pending.freeSlice(1000));
    keyspace.verify();
  };
  return { snapshot: walk.snapshot, readOn };
}

test('a snapshot: FLUSHDB when the last entries were met, and are not read yet', () => {
  for (let steps = 0; steps < 20; steps++) {
    const made = makeServer({});
    const { server, session } = made;
    for (let i = 0; i < 3; i++) call(server, session, `SET k${i} old PX ${1000 + i}`);
    const { snapshot, readOn } = beginWalk(made);
    for (let i = 0; i < steps; i++) snapshot.step(1);
    call(server, session, 'FLUSHDB');
    for (let i = 0; i < 2; i++) call(server, session, `SET k${i} new PX 77777`);
    readOn();
  }
});

test('a snapshot: a long stream is let go a few blocks at a time', () => {
  const made = makeServer({ 'stream-node-max-entries': '1' });
  const { server, session } = made;
  const { arena, kinds, records, databases } = server.keyspace;
  const entries = Array.from({ length: 400 }, (_, i) => `XADD s ${i + 1} f v`);
  const reads = ['a', 'b'].flatMap((group) => [
    `XGROUP CREATE s ${group} 0`,
    `XREADGROUP GROUP ${group} ann COUNT 200 STREAMS s >`,
    `XREADGROUP GROUP ${group} ben COUNT 200 STREAMS s >`,
  ]);
  call(server, session, 'MULTI');
  for (const line of [...entries, ...reads]) call(server, session, line);
  call(server, session, 'EXEC');
  const roots: number[] = [];
  databases[0].dict.forEach({ visit: (ref) => roots.push(records.valueBlock(ref)) });
  const blocks: number[] = [];
  kinds[KIND_STREAM]?.forEachBlock(arena, roots[0], { visit: (block) => blocks.push(block) });
  const { snapshot, readOn } = beginWalk(made);
  let left = blocks.length;
  let most = 0;
  while (!snapshot.step(1)) {
    const now = blocks.reduce((count, block) => count + Number(snapshot.isFrozen(block)), 0);
    most = Math.max(most, left - now);
    left = now;
  }
  assert.ok(blocks.length > 400 && most < 10, `${most} of ${blocks.length}`);
  readOn();
});

test('a snapshot: a large string takes memory twice when it is copied, not before', () => {
  const SIZE = 2_000_000;
  const made = makeServer({});
  const { server, session } = made;
  const { keyspace } = server;
  const { large } = keyspace.arena;
  const bufferOf = (): ArrayBufferLike => {
    const { databases, records } = keyspace;
    const refs: number[] = [];
    databases[0].dict.forEach({ visit: (ref) => refs.push(ref) });
    return large.bytes(records.valueBlock(refs[0])).buffer;
  };
  for (const isChanged of [false, true]) {
    call(server, session, 'FLUSHALL');
    call(server, session, `SETRANGE k ${SIZE - 1} x`);
    const { usedSize } = large;
    const { snapshot, readOn } = beginWalk(made);
    call(server, session, 'EXPIRE k 100');
    assert.equal(large.usedSize, usedSize);
    assert.ok(snapshot.extraSize < 10_000, `${snapshot.extraSize} bytes for a deadline`);
    if (isChanged) {
      call(server, session, 'SETRANGE k 0 y');
      assert.ok(large.usedSize >= 2 * SIZE);
      assert.ok(snapshot.extraSize >= SIZE);
    }
    readOn();
    assert.ok(snapshot.extraSize < 10_000);
    assert.ok(large.usedSize < 1.1 * SIZE);
    const buffer = bufferOf();
    call(server, session, 'SETRANGE k 5 z');
    assert.equal(bufferOf(), buffer, 'nobody else has it any more');
  }
});

test('a snapshot: a large string that the next one reads is still a twin of the last one', () => {
  const made = makeServer({});
  const { server, session } = made;
  call(server, session, 'SETRANGE k 100000 x');
  const first = beginWalk(made);
  call(server, session, 'EXPIRE k 100');
  first.snapshot.finish();
  const second = beginWalk(made);
  call(server, session, 'EXPIRE k 200');
  while (server.keyspace.pending.freeSlice(1));
  call(server, session, 'SETRANGE k 0 y');
  assert.ok(second.snapshot.extraSize > 100_000);
  second.readOn();
});

test('a snapshot: large strings are data, too, of which a share may change meanwhile', () => {
  // A step is a slice.
  const made = makeServer({ 'rdb-key-save-delay': '1' });
  const { server, session, clock } = made;
  // Of all that little is touched, and taken from the system.
  for (const key of ['a', 'b', 'c', 'd']) call(server, session, `SETRANGE ${key} 23999999 x`);
  const write = (target: ByteTarget) => new SnapshotWriter(server, target, false);
  const file = new SnapshotFile(server, 'some.rdb', false, write, (problem) => {
    assert.fail(`it has ended: ${problem}`);
  });
  for (const key of ['a', 'b', 'c']) call(server, session, `SETRANGE ${key} 0 y`);
  assert.ok(file.snapshot.extraSize > 70_000_000);
  clock.advance(0);
  file.cancel();
});

test('a snapshot: what changed during an earlier one is freed as soon as it was read', () => {
  const values: readonly (readonly [key: string, before: string[], change: string])[] = [
    ['l', Array.from({ length: 60 }, () => `RPUSH l ${'v'.repeat(1000)}`), 'LPUSH l first'],
    [
      's',
      Array.from({ length: 60 }, (_, i) => `XADD s ${i + 1} f ${'v'.repeat(1000)}`),
      'XDEL s 1',
    ],
  ];
  for (const [key, before, change] of values) {
    const made = makeServer(SMALL_NODES);
    const { server, session } = made;
    for (const line of before) call(server, session, line);
    const first = beginWalk(made);
    call(server, session, change);
    first.readOn();
    const { snapshot, readOn } = beginWalk(made);
    while (!snapshot.step());
    call(server, session, `DEL ${key}`);
    while (server.keyspace.pending.freeSlice(1000));
    assert.ok(snapshot.extraSize < 10_000, `${key}: ${snapshot.extraSize}`);
    readOn();
  }
});

test('a snapshot: what waited to be freed before it begins is freed while it is read', () => {
  const fields = Array.from({ length: 300 }, (_, i) => `f${i} ${'v'.repeat(200)}`).join(' ');
  const lines = ['FLUSHDB ASYNC', 'UNLINK h l k'];
  for (const line of lines) {
    const made = makeServer(SMALL_NODES);
    const { server, session } = made;
    const { arena, pending } = server.keyspace;
    call(server, session, `HSET h ${fields}`);
    call(server, session, `RPUSH l ${fields}`);
    call(server, session, `SETRANGE k 100000 x`);
    const first = beginWalk(made);
    // What it has not read retires; what comes and goes meanwhile waits to be freed.
    call(server, session, line);
    call(server, session, `HSET h ${fields}`);
    call(server, session, `RPUSH l ${fields}`);
    call(server, session, line);
    first.snapshot.finish();
    assert.ok(pending.count > 0);
    const { snapshot, readOn } = beginWalk(made);
    call(server, session, `HSET h ${fields}`);
    call(server, session, line);
    while (pending.freeSlice(10));
    assert.ok(snapshot.extraSize < 20_000, `${line}: ${snapshot.extraSize}`);
    assert.ok(arena.usedSize + arena.large.usedSize < 10_000, `${line}: ${arena.usedSize}`);
    readOn();
  }
});

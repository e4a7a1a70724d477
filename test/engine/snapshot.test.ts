// What a snapshot reads when something happens at one certain moment, and what it keeps meanwhile.
// past.test.ts has the moments that chance finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_STREAM } from '../../src/domain/memory/record.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { contentsOf } from '../support/past-content.ts';
import { SeededRandom } from '../support/random.ts';
import { SnapshotWalk } from '../support/snapshot-walk.ts';

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

// Another dataset takes the place of that on which a command works in slices: the command ends, and
// nothing of what it had under way is in the data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptDataset, copyOfDataset, type Dataset, datasetOf } from '../../src/engine/dataset.ts';
import { contentsOf } from '../support/past-content.ts';
import { encodeCommand } from '../support/resp.ts';
import { Sliced } from '../support/sliced.ts';

const MEMBERS = 4000;
const STRING_SIZE = 2 * 1024 * 1024;
const PREPARE =
  "for i = 1, ARGV[1] do redis.call('SADD', 's', 'member' .. i) end " +
  "for i = 1, ARGV[1] / 4 do redis.call('SET', 'key' .. i, i) end";
const LAST_BIT = 8 * STRING_SIZE - 1;
const LINES = [
  ['EVAL', PREPARE, '0', String(MEMBERS)],
  ...['a', 'b'].map((key) => ['SETBIT', key, String(LAST_BIT), '1']),
];

/** Commands, and whether they change the data. */
const COMMANDS: readonly [command: string, isChange: boolean][] = [
  ['KEYS *', false],
  ['SORT s ALPHA', false],
  ['SORT s ALPHA STORE d', true],
  ['DUMP s', false],
  ['RESTORE d 0 PAYLOAD', true],
  ['BITCOUNT a', false],
  ['BITOP OR d a b', true],
];

for (const [command, isChange] of COMMANDS) {
  test(`in the midst of ${command}`, () => {
    const world = new Sliced(LINES);
    const { server } = world.network;
    const dataset = copyOfDataset(datasetOf(server) as Dataset);
    const expected = contentsOf(server.keyspace);
    const payload = Buffer.from(world.bytesAtOnce('DUMP s'), 'latin1');
    const words = command.split(' ').map((word) => (word === 'PAYLOAD' ? payload : word));
    let wasBlocked = false;
    for (const turns of [0, 1, 3]) {
      world.ask(encodeCommand(words));
      world.turn(turns);
      wasBlocked ||= world.isBlocked;
      assert.equal(adoptDataset(server, dataset), '');
      server.keyspace.verify();
      if (isChange) {
        // What goes on does so with other data; what was there comes back once more.
        world.finish();
        assert.equal(adoptDataset(server, dataset), '');
      }
      world.finish();
      while (server.keyspace.pending.freeSlice(1000));
      assert.deepEqual(contentsOf(server.keyspace), expected);
    }
    assert.ok(wasBlocked, 'it was done at once');
    dataset.keyspace.verify();
  });
}

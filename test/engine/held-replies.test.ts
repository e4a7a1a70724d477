// Who waits for groups of the journal, and for how long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldReplies } from '../../src/engine/journal/held-replies.ts';
import { Request } from '../../src/engine/request.ts';
import { makeServer } from '../support/clock.ts';

test('a change without effect does not hold who was about to be answered', () => {
  const { server, session, output, clock } = makeServer({});
  const groups = { group: 1, lastGroup: 0, lastingGroup: 0, problem: null };
  const held = new HeldReplies(groups, server.keyspace, clock, server.pushes);
  const command = server.commands.find(Buffer.from('set'), 0, 3);
  assert.ok(command);
  held.notice(session, command, new Request(), true);
  groups.lastGroup = 1;
  held.holdNoticed();
  assert.deepEqual([held.count, output.isHeld], [1, true]);
  Object.assign(groups, { group: 2, lastingGroup: 1 });
  held.release();
  held.notice(session, command, new Request(), true);
  held.giveTurns();
  assert.deepEqual([held.count, output.isHeld], [0, false]);
});

// What commands of one turn are said to have cost, by a clock that goes on while they run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONSTANT_TIME,
  type CommandDeclaration,
  type Context,
  READONLY,
  RUNS_IN_SLICES,
} from '../../src/engine/command.ts';
import { integer } from '../../src/engine/declaration/arguments.ts';
import { execute } from '../../src/engine/execute.ts';
import type { Reply } from '../../src/engine/reply.ts';
import { Request } from '../../src/engine/request.ts';
import { makeServer, type TestServer } from '../support/clock.ts';

/** Commands that take so many ms: GROWS is timed by itself, SHARED with its turn. */
const FLAGS: Record<string, number> = {
  GROWS: READONLY,
  SHARED: READONLY | CONSTANT_TIME,
  WAITS: READONLY | CONSTANT_TIME | RUNS_IN_SLICES,
};

/** Words of a turn, `~5`: something else took 5 ms; and calls and ms by command, then. */
const CASES: readonly (readonly [turn: string, costs: string])[] = [
  ['GROWS:3', 'grows 1 3'],
  ['GROWS:3 GROWS:4', 'grows 2 7'],
  ['SHARED:3 GROWS:4', 'grows 1 4, shared 1 3'],
  ['GROWS:4 SHARED:3', 'grows 1 4, shared 1 3'],
  ['GROWS:4 SHARED:3 GROWS:5 GROWS:1 SHARED:2', 'grows 3 10, shared 2 5'],
  ['GROWS:4 ~7 GROWS:5', 'grows 2 9'],
  ['~7 GROWS:5', 'grows 1 5'],
  // What it took before it waited is nobody's, or that of who ran with it.
  ['WAITS:4', 'waits 1 4'],
  ['SHARED:0 WAITS:4', 'shared 1 4, waits 1 4'],
  ['GROWS:2 WAITS:4', 'grows 1 2, waits 1 4'],
];

test('what the commands of a turn have cost', () => {
  for (const [turn, costs] of CASES) {
    const made = makeTimed();
    // What a turn before has left is not seen.
    run(made, 'GROWS:1');
    made.server.statistics.commands.reset();
    made.clock.block(50);
    run(made, turn);
    made.clock.advance(0);
    assert.equal(costsOf(made), costs, turn);
  }
});

test('timed calls look at the clock once each', () => {
  const made = makeTimed();
  let looks = 0;
  const { monotonicUs } = made.clock;
  made.clock.monotonicUs = function (this: typeof made.clock): number {
    looks++;
    return monotonicUs.call(this);
  };
  run(made, 'GROWS:1');
  const one = looks;
  looks = 0;
  run(made, 'GROWS:1 GROWS:1 GROWS:1');
  assert.equal(looks, one + 2);
});

function makeTimed(): TestServer {
  const declarations = Object.entries(FLAGS).map(
    ([name, flags]): CommandDeclaration => ({
      name,
      group: 'generic',
      documentations: () => ({}),
      flags,
      args: [integer('ms')],
      run: (context, request, reply) => takeTime(made, context, request, reply),
    }),
  );
  const made = makeServer({}, 1, {}, declarations);
  return made;
}

function takeTime({ clock }: TestServer, context: Context, request: Request, reply: Reply): void {
  clock.block(Number(request.text(1)));
  const end = (_context: Context, kept: Request, later: Reply): void => {
    clock.block(Number(kept.text(1)));
    later.ok();
  };
  if (request.text(0) !== 'WAITS') reply.ok();
  else context.blocking.giveWay(context, end, 0, 0);
}

function run({ server, session, clock }: TestServer, turn: string): void {
  server.turn.begin(session);
  for (const word of turn.split(' ')) {
    if (word.startsWith('~')) {
      clock.block(Number(word.slice(1)));
      server.turn.lookSoon();
    } else {
      execute(server, session, Request.of(word.split(':').map((part) => Buffer.from(part))));
    }
  }
  server.turn.end(session, new Uint8Array(0), 0);
  server.reply.clear();
}

/** Calls and ms of each command that has run. */
function costsOf({ server, session }: TestServer): string {
  server.turn.begin(session);
  execute(server, session, Request.of(['INFO', 'commandstats'].map((word) => Buffer.from(word))));
  server.turn.end(session, new Uint8Array(0), 0);
  const info = Buffer.from(server.reply.take()).toString('latin1');
  const found: string[] = [];
  for (const [, name, calls, us] of info.matchAll(/cmdstat_(\w+):calls=(\d+),usec=(\d+)/g)) {
    if (name !== 'info') found.push(`${name} ${calls} ${Number(us) / 1000}`);
  }
  return found.sort().join(', ');
}

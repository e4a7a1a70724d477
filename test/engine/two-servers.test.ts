// Two servers in one process share nothing: whatever one does between the commands of the other,
// or in the middle of one, each says what it says alone. REDSTART_RANDOM_SEED says which commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import type { Database } from '../../src/domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../../src/domain/keyspace/event-classes.ts';
import type { KeyspaceListener } from '../../src/domain/keyspace/events.ts';
import { call, connect, makeServer, START_MS } from '../support/clock.ts';
import { CallGenerator } from '../support/grammar.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const LINES = 300;

/** Commands that are left out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  DEBUG: 'stops servers, and sleeps',
  SHUTDOWN: 'ends the server',
};

/** What is said in one of three lines, since the rest works with it. */
const OFTEN: readonly string[] = [
  'SET k v EX 100 GET',
  'SET n 5 KEEPTTL',
  'INCRBYFLOAT n 0.1',
  'GETEX k PX 5000',
  'PUBLISH news hello',
  'MSET a 1 b 2 c 3',
  'MULTI',
  'EXEC',
  'RESET',
];

/** The same: in the midst of a walk, keys go. */
const WALKS: readonly string[] = [
  'PSETEX short 50 v',
  'PSETEX shorter 40 v',
  'PSETEX shortest 30 v',
  'SCAN 0',
  'SCAN 0 MATCH s* COUNT 100 TYPE string',
];

/** What two connections of each server say first: one tracks and one listens. */
const FIRST: readonly (readonly string[])[] = [
  ['HELLO 3', 'CLIENT TRACKING ON', 'SET k v', 'GET k'],
  ['HELLO 3', 'CONFIG SET notify-keyspace-events KEA', 'PSUBSCRIBE *'],
];

/** A server that is told lines, one after the other, by two connections. */
class Told {
  /** All that it has answered, line by line. */
  readonly said: string[] = [];
  readonly server;
  private readonly sessions;
  private readonly outputs;
  private readonly clock;
  private readonly random: SeededRandom;
  private readonly generator: CallGenerator;

  constructor(seed: number) {
    const { server, session, output, clock } = makeServer({}, seed);
    const second = connect(server);
    this.server = server;
    // Keys that are due wait for whoever looks at them: there is more to do in the midst of SCAN.
    server.isActiveExpireOn = false;
    this.clock = clock;
    this.sessions = [session, second.session];
    this.outputs = [output, second.output];
    this.random = new SeededRandom(seed);
    this.generator = new CallGenerator(this.random, START_MS);
    for (const [i, lines] of FIRST.entries()) {
      for (const line of lines) this.say(this.sessions[i], line);
    }
  }

  /** Tells it the next line. */
  step(): void {
    const { random } = this;
    const session = this.sessions[random.below(2)];
    if (random.below(4) === 0) this.clock.advance(random.below(100));
    const lines = random.pick([OFTEN, WALKS, null]);
    if (lines !== null) return this.say(session, random.pick(lines));
    const declaration = random.pick(ALL_COMMANDS.filter(({ name }) => !(name in LEFT_OUT)));
    const words = this.generator.call(declaration);
    // A pause of all commands lasts longer than the test: nothing more would happen.
    if (words[1]?.toUpperCase() !== 'PAUSE') this.say(session, words);
  }

  private say(session: (typeof this.sessions)[number], line: string | readonly string[]): void {
    const at = this.said.push(`${session.id}: ${line}`) - 1;
    this.said[at] += ` -> ${call(this.server, session, line)}`;
    for (const output of this.outputs) {
      this.said[at] += ` | ${output.sent}`;
      output.sent = '';
    }
  }
}

/** Does something in the middle of each change. */
class InBetween implements KeyspaceListener {
  private readonly inner: KeyspaceListener | null;
  private readonly act: () => void;

  constructor(inner: KeyspaceListener | null, act: () => void) {
    this.inner = inner;
    this.act = act;
  }

  added(database: Database, ref: number): void {
    this.act();
    this.inner?.added(database, ref);
  }

  changed(database: Database, ref: number, event: KeyspaceEvent): void {
    this.act();
    this.inner?.changed(database, ref, event);
  }

  removed(database: Database, ref: number, event: KeyspaceEvent): void {
    this.act();
    this.inner?.removed(database, ref, event);
  }

  flushed(database: Database | null): void {
    this.act();
    this.inner?.flushed(database);
  }

  filled(): void {
    this.act();
    this.inner?.filled();
  }

  swapped(first: number, second: number): void {
    this.act();
    this.inner?.swapped(first, second);
  }

  fieldExpired(): void {}

  missed(database: Database, buffer: Uint8Array, start: number, end: number): void {
    this.act();
    this.inner?.missed(database, buffer, start, end);
  }
}

/** What a server of this seed says as long as there is no other one. */
function alone(seed: number, lines: number): string[] {
  const told = new Told(seed);
  while (told.said.length < lines) told.step();
  return told.said;
}

function checkAlone(seed: number, { said }: Told): void {
  assert.deepEqual(said, alone(seed, said.length));
}

test(`two servers take turns, seed ${SEED}`, () => {
  const first = new Told(SEED);
  const second = new Told(SEED + 1);
  for (let line = 0; line < LINES; line++) {
    first.step();
    second.step();
  }
  checkAlone(SEED, first);
  checkAlone(SEED + 1, second);
});

test(`a server works in the midst of another one's changes, seed ${SEED}`, () => {
  const outer = new Told(SEED);
  const inner = new Told(SEED + 1);
  for (let line = 0; line < LINES; line++) {
    const { keyspace } = outer.server;
    const { listener } = keyspace;
    // WATCH, tracking and notifications put their own there, or take it away.
    if (!(listener instanceof InBetween)) {
      keyspace.listener = new InBetween(listener, () => inner.step());
    }
    outer.step();
  }
  assert.ok(inner.said.length > LINES / 10, `${inner.said.length} lines in between`);
  checkAlone(SEED, outer);
  checkAlone(SEED + 1, inner);
});

// A script of writes, transactions and rewrites on a disk that fails at its n-th call, for every n,
// and that loses power at some moment: what is loaded then is what the first m units did, whole,
// and at least what was acknowledged. REDSTART_RANDOM_SECONDS says how long other scripts follow
// (0), REDSTART_RANDOM_SEED which scripts, at which moments, and what survives.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, type RecordedOutput, call as run } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { JournalWorld } from '../support/journal.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 0);
const UNITS = 12;
const STEPS = 40;

interface Unit {
  readonly index: number;
  readonly output: RecordedOutput;
  isAcknowledged: boolean;
}

/** Runs the script to its end, or to the step at which power is lost. */
class Script {
  readonly world: JournalWorld;
  readonly units: Unit[] = [];
  private readonly random: SeededRandom;

  constructor(disk: ForgetfulDisk, policy: string, random: SeededRandom) {
    this.random = random;
    this.world = new JournalWorld({ appendfsync: policy, 'aof-use-rdb-preamble': 'no' }, disk);
    this.world.start();
  }

  play(stepsMax: number): void {
    const { world, random } = this;
    const { server } = world.made;
    for (let step = 0; step < stepsMax && this.units.length < UNITS; step++) {
      world.disk.holdsSyncs = random.below(3) === 0;
      const choice = random.below(10);
      if (choice < 4) this.write(['SET KEY VALUE']);
      else if (choice < 6) this.write(['MULTI', 'SET KEY VALUE', 'SET twin-KEY VALUE', 'EXEC']);
      else if (choice === 6) server.journal.planRewrite();
      else if (choice === 7) world.disk.finishSync();
      else world.clock.advance(random.pick([0, 1, 1, 100, 600]));
      for (const unit of this.units) {
        const { output } = unit;
        if (!output.isHeld && !output.isDestroyed) unit.isAcknowledged = true;
      }
    }
  }

  private write(lines: readonly string[]): void {
    const { server } = this.world.made;
    const { session, output } = connect(server);
    const index = this.units.length;
    const key = `k${String(index).padStart(3, '0')}`;
    let last = '';
    for (const line of lines) {
      const words = line.replaceAll('KEY', key).replace('VALUE', String(index));
      last = run(server, session, words);
    }
    if (/^-(MISCONF|EXECABORT)/.test(last)) return;
    this.units.push({ index, output, isAcknowledged: false });
  }
}

/** How many units are there: the first ones, each of them whole. */
function unitsOf(disk: ForgetfulDisk, what: string): number {
  const world = new JournalWorld({ appendfsync: 'always' }, disk).start();
  const data = world.data();
  const keys = Object.keys(data).filter((key) => key.startsWith('k'));
  keys.forEach((key, i) => {
    assert.equal(key, `k${String(i).padStart(3, '0')}`, `${what}: a unit is missing`);
  });
  for (const key of Object.keys(data)) {
    if (key.startsWith('twin-')) assert.ok(key.slice(5) in data, `${what}: half a transaction`);
  }
  // What was loaded can be gone on with.
  world.call('SET later 1');
  world.clock.advance(1);
  return keys.length;
}

function check(script: Script, left: ForgetfulDisk, what: string): void {
  const last = script.units.findLastIndex((unit) => unit.isAcknowledged) + 1;
  const count = unitsOf(left, what);
  assert.ok(count >= last, `${what}: ${last} units were acknowledged, ${count} are there`);
  assert.ok(count <= script.units.length);
}

test(`power is lost at any moment, REDSTART_RANDOM_SEED=${SEED}`, () => {
  const endMs = Date.now() + SECONDS * 1000;
  for (let round = 0; round < 60 || Date.now() < endMs; round++) {
    const random = new SeededRandom(SEED + round);
    const disk = new ForgetfulDisk();
    disk.writeSizeMax = random.pick([7, 40, 1e9]);
    const script = new Script(disk, 'always', random);
    script.play(random.below(STEPS));
    check(script, disk.crash(random), `round ${round}`);
  }
});

for (const code of ['ENOSPC', 'EIO']) {
  test(`the n-th call fails with ${code}, for every n, REDSTART_RANDOM_SEED=${SEED}`, () => {
    const endMs = Date.now() + SECONDS * 1000;
    for (let round = 0; round < 1 || Date.now() < endMs; round++) {
      let calls = 1e9;
      for (let n = 0; n < calls; n++) {
        const random = new SeededRandom(SEED + round);
        const disk = new ForgetfulDisk();
        const script = new Script(disk, 'always', random);
        disk.failAt = { call: disk.calls.length + n, code, times: 1 + random.below(3) };
        script.play(STEPS);
        calls = disk.calls.length;
        check(script, disk.crash(random), `round ${round}, call ${n}: ${disk.calls[n]}`);
      }
    }
  });
}

test(`the first start is cut short at any call, REDSTART_RANDOM_SEED=${SEED}`, () => {
  for (let n = 0, calls = 1; n < calls; n++) {
    const disk = new ForgetfulDisk();
    disk.failAt = { call: n, code: 'EIO', times: 1e9 };
    try {
      new JournalWorld({ appendfsync: 'always' }, disk).start();
    } catch (error) {
      assert.match(String(error), /Input\/output error/, disk.calls[n]);
      calls = n + 2;
    }
    for (const left of [disk.crash(new SeededRandom(SEED + n)), disk.kill()]) {
      left.failAt = null;
      assert.equal(unitsOf(left, `call ${n}: ${disk.calls[n]}`), 0);
    }
  }
});

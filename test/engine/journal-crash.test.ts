// A script of writes to two databases, transactions, rewrites, other policies, and a journal that
// is switched off and on, on a disk that fails at its n-th call, for every n, and that loses power
// at some moment, torn writes included: what is loaded then is what the first m units did, whole,
// and at least what was promised. REDSTART_RANDOM_SECONDS says how long other scripts follow (0),
// REDSTART_RANDOM_SEED which scripts, at which moments, and what survives.
//
// What a policy promises: `always`, that all is there that was answered; `everysec`, that what was
// answered and is missing came within a second. Nothing while the journal is off, or being made.
import assert from 'node:assert/strict';
import test from 'node:test';
import { GroupChecksums } from '../../src/engine/journal/checksums.ts';
import { JournalRefusal } from '../../src/engine/journal/loader.ts';
import { connect, type RecordedOutput, call as run } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { JournalWorld } from '../support/journal.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 0);
const UNITS = 12;
const STEPS = 50;
const POLICIES = ['always', 'everysec', 'no'] as const;
const CREDIT_US = 1e6;

interface Unit {
  readonly output: RecordedOutput;
  readonly writtenUs: number;
  /** When it was answered, and the policy then; 'no' without one. */
  answeredUs: number | null;
  policy: string;
}

/** Runs the script to its end, or to the step at which power is lost. */
class Script {
  readonly world: JournalWorld;
  readonly units: Unit[] = [];
  private readonly random: SeededRandom;
  private policy: string;

  constructor(disk: ForgetfulDisk, policy: string, random: SeededRandom) {
    this.random = random;
    this.policy = policy;
    this.world = new JournalWorld({ appendfsync: policy, databases: '2' }, disk);
    if (random.below(2) === 0) this.world.checksums = new GroupChecksums('\r\n');
    this.world.start();
  }

  play(stepsMax: number): void {
    const { world, random } = this;
    const { journal } = world.made.server;
    for (let step = 0; step < stepsMax && this.units.length < UNITS; step++) {
      world.disk.holdsSyncs = random.below(3) === 0;
      world.holdsBases = random.below(4) === 0;
      const choice = random.below(20);
      if (choice < 6) this.write(['SELECT DB', 'SET KEY VALUE']);
      else if (choice < 10)
        this.write(['MULTI', 'SET KEY 0', 'SELECT 1', 'SET twin-KEY 0', 'EXEC']);
      else if (choice < 12) journal.planRewrite();
      else if (choice === 12) this.setPolicy(random.pick(POLICIES));
      else if (choice === 13) this.switch();
      else if (choice === 14) world.finishBase();
      else if (choice < 17) world.disk.finishSync();
      else world.clock.advance(random.pick([0, 1, 1, 100, 600, 1100]));
      journal.tick();
      this.look();
    }
  }

  /** Who has been answered meanwhile? */
  private look(): void {
    const { journal } = this.world.made.server;
    const { clock } = this.world;
    const policy = journal.isOn && !journal.isStarting ? this.policy : 'no';
    for (const unit of this.units) {
      const { isHeld, isDestroyed } = unit.output;
      if (isHeld || isDestroyed || unit.answeredUs !== null) continue;
      unit.answeredUs = clock.monotonicUs();
      unit.policy = policy;
    }
  }

  private setPolicy(policy: string): void {
    this.world.call(`CONFIG SET appendfsync ${policy}`);
    this.policy = policy;
  }

  private switch(): void {
    const { journal } = this.world.made.server;
    if (journal.isOn) journal.switchOff();
    else journal.switchOn();
  }

  private write(lines: readonly string[]): void {
    const { world } = this;
    const { server } = world.made;
    const { session, output } = connect(server);
    const index = this.units.length;
    const key = keyOf(index);
    const database = String(this.random.below(2));
    const writtenUs = world.clock.monotonicUs();
    let last = '';
    for (const line of lines) {
      const words = line.replaceAll('KEY', key).replace('DB', database).replace('VALUE', database);
      last = run(server, session, words);
    }
    if (/^-(MISCONF|EXECABORT)/.test(last)) return;
    this.units.push({ output, writtenUs, answeredUs: null, policy: 'no' });
  }
}

function keyOf(index: number): string {
  return `k${String(index).padStart(3, '0')}`;
}

/** How many units are there: the first ones, each of them whole, in its database. */
function unitsOf(disk: ForgetfulDisk, what: string): number {
  const world = new JournalWorld({ appendfsync: 'always', databases: '2' }, disk).start();
  const [zero, one] = [world.data(0), world.data(1)];
  const all = { ...zero, ...one };
  const keys = Object.keys(all).filter((key) => key.startsWith('k'));
  keys.sort().forEach((key, i) => {
    assert.equal(key, keyOf(i), `${what}: a unit is missing`);
    assert.equal(all[key], key in zero ? '0' : '1', `${what}: in another database`);
  });
  for (const key of Object.keys(all)) {
    if (key.startsWith('twin-')) assert.ok(key.slice(5) in zero, `${what}: half a transaction`);
  }
  assert.ok(!Object.keys(zero).some((key) => key.startsWith('twin-')), what);
  // What was loaded can be gone on with.
  world.call('SET later 1');
  world.clock.advance(1);
  return keys.length;
}

function check(script: Script, left: ForgetfulDisk, what: string): void {
  const { units } = script;
  const count = unitsOf(left, what);
  assert.ok(count <= units.length);
  const firstUs = units[count]?.writtenUs ?? 0;
  units.forEach(({ answeredUs, policy }, i) => {
    if (i < count || answeredUs === null || policy === 'no') return;
    assert.equal(policy, 'everysec', `${what}: unit ${i} was answered, ${count} are there`);
    assert.ok(answeredUs - firstUs <= CREDIT_US, `${what}: more than a second is missing`);
  });
}

test(`power is lost at any moment, REDSTART_RANDOM_SEED=${SEED}`, () => {
  const endMs = Date.now() + SECONDS * 1000;
  for (let round = 0; round < 45 || Date.now() < endMs; round++) {
    const random = new SeededRandom(SEED + round);
    const disk = new ForgetfulDisk();
    disk.writeSizeMax = random.pick([7, 40, 1e9]);
    const script = new Script(disk, POLICIES[round % 3], random);
    script.play(random.below(STEPS));
    const isTorn = random.below(3) === 0;
    try {
      check(script, disk.crash(random, isTorn), `round ${round}`);
    } catch (error) {
      // A hole before what is whole is damage.
      const isRefused =
        error instanceof JournalRefusal && error.message.includes('Bad file format');
      if (!isTorn || !isRefused) throw error;
    }
  }
});

for (const policy of ['always', 'everysec']) {
  for (const code of ['ENOSPC', 'EIO']) {
    test(`${policy}, the n-th call fails with ${code}, REDSTART_RANDOM_SEED=${SEED}`, () => {
      const endMs = Date.now() + SECONDS * 1000;
      for (let round = 0; round < 1 || Date.now() < endMs; round++) {
        let calls = 1e9;
        for (let n = 0; n < calls; n++) {
          const random = new SeededRandom(SEED + round);
          const disk = new ForgetfulDisk();
          const script = new Script(disk, policy, random);
          disk.failAt = { call: disk.calls.length + n, code, times: 1 + random.below(3) };
          script.play(STEPS);
          calls = disk.calls.length;
          check(script, disk.crash(random), `round ${round}, call ${n}: ${disk.calls[n]}`);
        }
      }
    });
  }
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

// Sets and their algebra against JavaScript's, under random changes, with limits of nothing, the
// usual ones and huge ones, that change in between; in memory that catches its misuse.
// REDSTART_RANDOM_SEED says which changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_DEL, EVENT_SADD } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { encodingName } from '../../src/domain/memory/kind-names.ts';
import { KIND_SET_INTEGERS, KIND_SET_PACKED } from '../../src/domain/memory/record.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import { SetAlgebra } from '../../src/domain/values/set-algebra.ts';
import { Sets } from '../../src/domain/values/sets.ts';
import { Request } from '../../src/engine/request.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const STEPS = 700;
const KEYS = ['a', 'b', 'c', 'd'];
const LIMITS = [
  { setIntegers: 0, setEntries: 0, setValueSize: 0 },
  { setIntegers: 3, setEntries: 5, setValueSize: 8 },
  { setIntegers: 512, setEntries: 128, setValueSize: 64 },
  { setIntegers: 1e9, setEntries: 1e9, setValueSize: 1e9 },
  { setIntegers: 0, setEntries: 1e9, setValueSize: 1e9 },
];

class World {
  readonly keyspace = new Keyspace({ databases: 1, hashKey: { k0: 5, k1: 6 }, poison: true });
  readonly database = this.keyspace.databases[0];
  readonly limits = new CollectionLimits();
  readonly sets = new Sets(this.keyspace, this.limits);
  readonly algebra = new SetAlgebra(this.keyspace, this.limits);
  readonly model = new Map<string, Set<string>>();
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  ref(name: string): number {
    const key = Buffer.from(name);
    return this.keyspace.find(this.database, key, 0, key.length);
  }

  membersOf(name: string): Set<string> {
    return this.model.get(name) ?? new Set();
  }

  open(name: string): boolean {
    const ref = this.ref(name);
    if (ref !== NONE) this.sets.open(this.database, ref);
    return ref !== NONE;
  }

  add(name: string, members: readonly string[]): void {
    const request = Request.of(
      ['SADD', name, ...members].map((word) => Buffer.from(word, 'latin1')),
    );
    const { buffer, starts, ends, count } = request;
    if (this.open(name)) this.sets.prepare(request, 2);
    else this.sets.create(this.database, buffer, starts[1], ends[1], request, 2);
    const model = this.membersOf(name);
    for (let i = 2; i < count; i++) {
      const isNew = !model.has(members[i - 2]);
      assert.equal(this.sets.add(buffer, starts[i], ends[i]), isNew, members[i - 2]);
      model.add(members[i - 2]);
    }
    this.sets.changed(EVENT_SADD, 1);
    this.model.set(name, model);
  }

  remove(name: string, members: readonly string[]): void {
    if (!this.open(name)) return;
    const model = this.membersOf(name);
    for (const member of members) {
      if (model.size === 0) break;
      const bytes = Buffer.from(`<${member}>`, 'latin1');
      assert.equal(this.sets.remove(bytes, 1, bytes.length - 1), model.delete(member), member);
    }
    this.removeIfEmpty(name);
  }

  removeIfEmpty(name: string): void {
    this.sets.removeIfEmpty();
    if (this.membersOf(name).size === 0) this.model.delete(name);
  }

  /** What is at hand as a string. */
  member(sets: Sets): string {
    return Buffer.from(sets.bytes.subarray(sets.start, sets.end)).toString('latin1');
  }

  walk(sets: Sets): string[] {
    const members: string[] = [];
    for (let more = sets.first(); more; more = sets.next()) members.push(this.member(sets));
    return members;
  }

  gather(names: readonly string[]): void {
    this.algebra.begin(this.database);
    for (const name of names) this.algebra.add(this.ref(name));
  }

  /** A number, short, long or of 64 bits; a word; bytes. */
  newMember(): string {
    const { random } = this;
    const number = random.below(60);
    switch (random.below(9)) {
      case 0:
        return `word:${number}`;
      case 1:
        return `${'long '.repeat(16)}${number}`;
      case 2:
        return `9223372036854775${747 + number}`;
      case 3:
        return String(-1e5 * number);
      case 4:
        return '\xff\0'.repeat(number);
      case 5:
        return number < 2 ? 'x'.repeat(9000 + number) : `0${number}`;
      default:
        return String(number - 9);
    }
  }

  newMembers(): string[] {
    const { random } = this;
    const count = random.below(4) === 0 ? random.below(40) : 1 + random.below(3);
    const members: string[] = [];
    const areNumbers = random.below(2) === 0;
    for (let i = 0; i <= count; i++) {
      members.push(areNumbers ? String(random.below(50)) : this.newMember());
    }
    return members;
  }

  step(): void {
    const { random, limits, model } = this;
    const name = random.pick(KEYS);
    const action = random.below(20);
    if (action === 0) Object.assign(limits, random.pick(LIMITS));
    else if (action < 8) this.add(name, this.newMembers());
    else if (action < 12)
      this.remove(name, [...this.membersOf(name), ...this.newMembers()].slice(random.below(5), 9));
    else if (action === 12) this.drawAndRemove(name);
    else if (action === 13) this.transfer(name, random.pick(KEYS));
    else if (action === 14) this.keepSome(name);
    else if (action === 15 && random.below(3) === 0) this.delete(name);
    else if (action > 15) this.combine(random.below(3), name, this.someNames());
    assert.deepEqual(
      [...model.keys()].sort(),
      KEYS.filter((key) => this.ref(key) !== NONE),
    );
  }

  someNames(): string[] {
    return Array.from({ length: 1 + this.random.below(4) }, () => this.random.pick([...KEYS, 'e']));
  }

  drawAndRemove(name: string): void {
    if (!this.open(name)) return;
    this.sets.random(this.random);
    assert.ok(this.membersOf(name).delete(this.member(this.sets)));
    this.sets.removeDrawn();
    this.removeIfEmpty(name);
  }

  delete(name: string): void {
    const key = Buffer.from(name);
    this.keyspace.delete(this.database, key, 0, key.length, EVENT_DEL);
    this.model.delete(name);
  }

  transfer(from: string, to: string): void {
    const { keyspace, database } = this;
    const key = Buffer.from(to);
    const ref = this.ref(from);
    if (from === to || ref === NONE) return;
    if (this.random.below(2) === 0) {
      copyEntry(keyspace, database, ref, database, this.ref(to), key, 0, key.length);
      this.model.set(to, new Set(this.membersOf(from)));
    } else {
      renameEntry(keyspace, database, ref, this.ref(to), key, 0, key.length);
      this.model.set(to, this.membersOf(from));
      this.model.delete(from);
    }
  }

  /** What SPOP does when many members go. */
  keepSome(name: string): void {
    const { sets, algebra, random, database } = this;
    if (!this.open(name) || sets.count < 2) return;
    const { result } = algebra;
    const key = Buffer.from(name);
    const kind = sets.kind === KIND_SET_INTEGERS ? KIND_SET_INTEGERS : KIND_SET_PACKED;
    const copies = sets.kind === kind && random.below(2) === 0;
    result.createApart(key, 0, key.length, kind);
    const kept = new Set<string>();
    for (let more = sets.first(); more; more = sets.next()) {
      if (kept.size > 0 && random.below(3) !== 0) continue;
      kept.add(this.member(sets));
      if (copies) result.copyMemberOf(sets);
      else result.appendMemberOf(sets);
    }
    result.replaceValueOf(database, sets.ref);
    if (copies) assert.equal(result.kind, kind);
    this.model.set(name, kept);
  }

  combine(operation: number, target: string, names: readonly string[]): void {
    const { algebra } = this;
    const key = Buffer.from(target);
    const expected = this.expectation(operation, names);
    this.gather(names);
    if (operation === 0) {
      const common: string[] = [];
      for (let more = algebra.firstCommon(); more; more = algebra.nextCommon()) {
        common.push(this.member(algebra.walked));
      }
      assert.deepEqual(common.sort(), [...expected].sort(), `SINTER ${names.join(' ')}`);
      algebra.intersect(key, 0, key.length);
    } else if (operation === 1) algebra.unite(key, 0, key.length);
    else algebra.subtract(key, 0, key.length);
    const { result } = algebra;
    const what = `${['SINTER', 'SUNION', 'SDIFF'][operation]} ${names.join(' ')}`;
    assert.equal(result.count, expected.size, what);
    assert.deepEqual(this.walk(result).sort(), [...expected].sort(), what);
    if (expected.size === 0 || this.random.below(2) === 0) return result.drop();
    result.store(this.database, this.ref(target));
    result.changed(EVENT_SADD, 1);
    this.model.set(target, expected);
  }

  expectation(operation: number, names: readonly string[]): Set<string> {
    const [first, ...others] = names.map((name) => this.membersOf(name));
    if (operation === 1) return new Set([first, ...others].flatMap((members) => [...members]));
    const isIn = (member: string) => (other: Set<string>) => other.has(member);
    const members = [...first].filter((member) =>
      operation === 0 ? others.every(isIn(member)) : !others.some(isIn(member)),
    );
    return new Set(members);
  }

  check(): void {
    const { keyspace, sets, database } = this;
    keyspace.verify();
    for (const [name, members] of this.model) {
      assert.ok(this.open(name));
      const walked = this.walk(sets);
      assert.equal(sets.count, members.size);
      assert.equal(sizeOfEntry(keyspace, database, sets.ref) > 0, true);
      assert.deepEqual(walked.toSorted(), [...members].sort());
      if (sets.kind === KIND_SET_INTEGERS) {
        assert.deepEqual(
          walked,
          walked.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
        );
      }
      if (sets.kind === KIND_SET_PACKED && members.size < 30) checkHas(sets, members);
    }
  }
}

function checkHas(sets: Sets, members: ReadonlySet<string>): void {
  for (let i = -9; i < 51; i++) {
    const bytes = Buffer.from(`.${i}`);
    assert.equal(sets.has(bytes, 1, bytes.length), members.has(String(i)), String(i));
  }
}

for (let run = 0; run < 6; run++) {
  test(`sets: random changes and combinations, seed ${SEED + run}`, () => {
    const world = new World(SEED + run);
    Object.assign(world.limits, LIMITS[run % LIMITS.length]);
    for (let step = 0; step < STEPS; step++) {
      world.step();
      if (step % 4 === 0) world.check();
    }
    for (const name of KEYS) world.delete(name);
    while (world.keyspace.pending.freeSlice(64));
    world.check();
  });
}

test('sets: a set of 3,000 members, and what frees it', () => {
  const world = new World(SEED);
  const members = Array.from({ length: 3000 }, (_, i) => `member:${i}`);
  world.add('a', members);
  world.check();
  world.transfer('a', 'b');
  world.combine(1, 'c', ['a', 'b']);
  world.combine(2, 'd', ['c', 'a']);
  world.remove('b', members.slice(0, 2990));
  world.check();
  for (const name of KEYS) world.delete(name);
  while (world.keyspace.pending.freeSlice(50)) world.keyspace.verify();
  world.check();
});

/** First what is added, each time one command; then the encoding. */
const FORMS: readonly (readonly [string[][], string])[] = [
  [[['1', '2']], 'intset'],
  [[['1', 'a']], 'listpack'],
  [[['a', '1']], 'listpack'],
  [[['1'], ['2'], ['3']], 'intset'],
  [[['1'], ['2'], ['3'], ['4']], 'hashtable'],
  [[['1', '2', '3', '4']], 'listpack'],
  [[['1'], ['1', '1', '1', '1']], 'hashtable'],
  [[['1', '2', '3', '4', '5', '6']], 'hashtable'],
  [[['a'], ['a', 'a', 'a', 'a', 'a']], 'listpack'],
  [[['a'], ['a', 'a', 'a', 'a', 'a', 'a']], 'hashtable'],
  [[['a', 'b', 'c', 'd', 'e'], ['f']], 'hashtable'],
  [[['123456789'], ['a']], 'hashtable'],
  [[['-1234567'], ['a']], 'listpack'],
  [[['12345678'], ['123456789']], 'intset'],
  [[['a', '123456789']], 'hashtable'],
  [[['123456789', 'a']], 'hashtable'],
  [[['a', '12345678']], 'listpack'],
];

for (const [adds, encoding] of FORMS) {
  test(`sets: ${JSON.stringify(adds)} is a ${encoding}`, () => {
    const world = new World(1);
    Object.assign(world.limits, { setIntegers: 3, setEntries: 5, setValueSize: 8 });
    for (const members of adds) world.add('k', members);
    world.open('k');
    assert.equal(encodingName(world.sets.kind), encoding);
    world.keyspace.verify();
  });
}

// The view of sorted sets against a sorted array, under random changes: with thresholds that make
// everything large, Redis's own, such that nothing is, and some that change midway.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_ZADD, EVENT_ZUNIONSTORE } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { KIND_SORTED_SET_TREE, kindOf } from '../../src/domain/memory/record.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import {
  GREATEST_MEMBER,
  LEAST_MEMBER,
  MemberRange,
  ScoreRange,
  SOME_MEMBER,
} from '../../src/domain/values/sorted-set-ranges.ts';
import { MAX, MIN, SortedSetResult, SUM } from '../../src/domain/values/sorted-set-result.ts';
import { SortedSets } from '../../src/domain/values/sorted-sets.ts';
import { Request } from '../../src/engine/request.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const STEPS = 500;
const KEY = Buffer.from('k');

interface Row {
  score: number;
  member: string;
}

class World {
  readonly keyspace = new Keyspace({ databases: 1, hashKey: { k0: 1, k1: 2 }, poison: true });
  readonly database = this.keyspace.databases[0];
  readonly limits = new CollectionLimits();
  readonly view = new SortedSets(this.keyspace, this.limits);
  readonly random: SeededRandom;
  rows: Row[] = [];

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** The key, or NONE. */
  find(name = 'k'): number {
    const key = Buffer.from(name);
    return this.keyspace.findToChange(this.database, key, 0, key.length);
  }

  open(): boolean {
    const ref = this.find();
    if (ref !== NONE) this.view.open(this.database, ref);
    return ref !== NONE;
  }

  score(): number {
    const { random } = this;
    const scores = [0, -0, 1, -1, 1.5, Infinity, -Infinity, 1e300, -5e-324, 0.1];
    return random.below(3) === 0 ? random.pick(scores) : random.below(2000) - 1000;
  }

  member(): string {
    const { random } = this;
    const way = random.below(40);
    if (way === 0) return 'x'.repeat(random.below(200));
    if (way === 1) return `${'y'.repeat(9000)}${random.below(3)}`;
    if (way < 10) return String(random.below(400) - 200);
    return `m${random.below(400)}`;
  }

  add(): void {
    const { view, random } = this;
    const count = random.below(4) === 0 ? 1 + random.below(30) : 1;
    const members = Array.from({ length: count }, () => Buffer.from(this.member(), 'latin1'));
    // What is between them are the scores.
    const request = Request.of(members.flatMap((member) => [member, KEY]).slice(0, -1));
    if (this.open()) view.prepare(request, 0);
    else view.create(this.database, KEY, 0, 1, request, 0);
    for (const member of members) this.put(member, this.score());
    view.changed(EVENT_ZADD, count);
  }

  remove(): void {
    const { view, random } = this;
    if (!this.open()) return;
    const known = random.below(2) === 0 ? random.pick(this.rows).member : this.member();
    const bytes = Buffer.from(known, 'latin1');
    const isThere = this.rows.some(({ member }) => member === known);
    assert.equal(view.remove(bytes, 0, bytes.length), isThere);
    this.rows = this.rows.filter(({ member }) => member !== known);
    view.removeIfEmpty();
  }

  removeRange(): void {
    if (!this.open()) return;
    const from = this.random.below(this.rows.length);
    const to = Math.min(this.rows.length, from + 1 + this.random.below(6));
    this.view.removeRanks(from, to);
    this.rows.splice(from, to - from);
    this.view.removeIfEmpty();
  }

  /** Stores what is there, merged with some more. */
  store(): void {
    const { random, rows } = this;
    const how = random.pick([SUM, MIN, MAX]);
    const others = Array.from({ length: random.below(20) }, () => this.member());
    const result = new SortedSetResult(this.keyspace, this.limits);
    result.begin(0);
    for (const { score, member } of rows) {
      const bytes = Buffer.from(member, 'latin1');
      result.add(score, bytes, 0, bytes.length);
    }
    for (const member of others) {
      const bytes = Buffer.from(member, 'latin1');
      result.aggregate(7, how, bytes, 0, bytes.length);
      const row = rows.find((other) => other.member === member);
      if (row === undefined) rows.push({ score: 7, member });
      else if (how === SUM) row.score += 7;
      else row.score = how === MIN ? Math.min(row.score, 7) : Math.max(row.score, 7);
    }
    const gone = others.length > 0 && random.below(2) === 0 ? others[0] : 'nobody';
    const bytes = Buffer.from(gone, 'latin1');
    result.remove(bytes, 0, bytes.length);
    this.rows = rows.filter(({ member }) => member !== gone);
    this.sort();
    result.finish();
    assert.equal(result.store(this.database, KEY, 0, 1, EVENT_ZUNIONSTORE), this.rows.length);
    const ref = this.find();
    if (ref === NONE) return;
    const { sortedSetEntries, sortedSetValueSize } = this.limits;
    const isLarge =
      this.rows.length > sortedSetEntries ||
      this.rows.some(({ member }) => member.length > sortedSetValueSize);
    assert.equal(kindOf(this.keyspace.arena, ref) === KIND_SORTED_SET_TREE, isLarge);
  }

  /** Renames it there and back, and copies it, one of which goes. */
  transfer(): void {
    const { keyspace, database } = this;
    if (this.find() === NONE) return;
    const other = Buffer.from('other');
    renameEntry(keyspace, database, this.find(), NONE, other, 0, 5);
    copyEntry(keyspace, database, this.find('other'), database, NONE, KEY, 0, 1);
    keyspace.remove(database, this.find('other'), EVENT_ZADD);
    while (keyspace.pending.freeSlice(5));
    assert.ok(sizeOfEntry(keyspace, database, this.find()) > 0);
  }

  check(): void {
    this.keyspace.verify();
    const { view, rows } = this;
    assert.equal(this.open(), rows.length > 0);
    if (rows.length === 0) return;
    assert.equal(view.count, rows.length);
    const found: Row[] = [];
    for (let more = view.first(); more; more = view.next()) found.push(this.read());
    assert.deepEqual(found, rows);
    const from = this.random.below(rows.length);
    const back: Row[] = [];
    view.seekRankBack(from);
    do back.push(this.read());
    while (view.previous());
    assert.deepEqual(back, rows.slice(0, from + 1).reverse());
    const { score, member } = rows[from];
    const bytes = Buffer.from(member, 'latin1');
    assert.equal(view.rankOf(bytes, 0, bytes.length), from);
    assert.equal(view.score + 0, score);
    this.checkScores();
  }

  /** Members of one score only have an order of their own. */
  checkMembers(): void {
    const range = new MemberRange();
    const { rows, view, random } = this;
    const bounds = [this.member(), this.member()].map((text) => Buffer.from(text, 'latin1'));
    range.buffer = Buffer.concat(bounds);
    range.min = random.pick([LEAST_MEMBER, SOME_MEMBER, SOME_MEMBER, GREATEST_MEMBER]);
    range.max = random.pick([LEAST_MEMBER, SOME_MEMBER, SOME_MEMBER, GREATEST_MEMBER]);
    range.minEnd = bounds[0].length;
    range.maxStart = bounds[0].length;
    range.maxEnd = range.buffer.length;
    range.excludesMin = random.below(2) === 0;
    range.excludesMax = random.below(2) === 0;
    const within = rows.filter(({ member }) => {
      const toMin = Buffer.compare(Buffer.from(member, 'latin1'), bounds[0]);
      const toMax = Buffer.compare(Buffer.from(member, 'latin1'), bounds[1]);
      const isAbove =
        range.min === SOME_MEMBER
          ? toMin > 0 || (toMin === 0 && !range.excludesMin)
          : range.min === LEAST_MEMBER;
      const isBelow =
        range.max === SOME_MEMBER
          ? toMax < 0 || (toMax === 0 && !range.excludesMax)
          : range.max === GREATEST_MEMBER;
      return isAbove && isBelow;
    });
    for (const fromEnd of [false, true]) {
      view.rangeOfMembers(range, fromEnd);
      assert.equal(view.to - view.from, within.length);
      if (within.length > 0) assert.equal(view.from, rows.indexOf(within[0]));
    }
  }

  sort(): void {
    this.rows.sort((a, b) => {
      if (a.score !== b.score) return a.score < b.score ? -1 : 1;
      return Buffer.compare(Buffer.from(a.member, 'latin1'), Buffer.from(b.member, 'latin1'));
    });
  }

  put(member: Buffer, score: number): void {
    const { view, rows } = this;
    const name = member.toString('latin1');
    const row = rows.find((other) => other.member === name);
    assert.equal(view.find(member, 0, member.length), row !== undefined);
    if (row === undefined) {
      view.add(score, member, 0, member.length);
      rows.push({ score: score + 0, member: name });
    } else {
      assert.equal(view.score + 0, row.score);
      view.setScore(score, member, 0, member.length);
      // -0 is 0 in the packed form.
      row.score = score + 0;
    }
    this.sort();
  }

  private checkScores(): void {
    const { view, rows, random } = this;
    const range = new ScoreRange();
    range.min = this.score();
    range.max = random.below(2) === 0 ? range.min + random.below(300) : this.score();
    range.excludesMin = random.below(2) === 0;
    range.excludesMax = random.below(2) === 0;
    const within = rows.filter(({ score }) => {
      if (range.excludesMin ? score <= range.min : score < range.min) return false;
      return range.excludesMax ? score < range.max : score <= range.max;
    });
    view.rangeOfScores(range);
    assert.equal(view.to - view.from, within.length);
    if (within.length > 0) assert.equal(view.from, rows.indexOf(within[0]));
  }

  private read(): Row {
    const { bytes, start, end } = this.view.member;
    const member = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    return { score: this.view.score + 0, member };
  }
}

type Change = (limits: CollectionLimits, step: number) => void;

const SETTINGS: Readonly<Record<string, Change>> = {
  zero: (limits) => {
    limits.sortedSetEntries = 0;
  },
  default: () => {},
  huge: (limits) => {
    limits.sortedSetEntries = 1e9;
    limits.sortedSetValueSize = 1e9;
  },
  'changed midway': (limits, step) => {
    limits.sortedSetEntries = [128, 10, 1000, 0][Math.floor(step / 50) % 4];
    limits.sortedSetValueSize = [64, 5, 10_000][Math.floor(step / 70) % 3];
  },
};

for (const [name, change] of Object.entries(SETTINGS)) {
  test(`sorted sets are what a sorted array says, thresholds ${name}, seed ${SEED}`, () => {
    const random = new SeededRandom(SEED);
    const world = new World(random);
    for (let step = 0; step < STEPS; step++) {
      change(world.limits, step);
      const way = random.below(100);
      const grows = Math.floor(step / 130) % 2 === 0 ? 60 : 15;
      if (way < grows) world.add();
      else if (way < 85) world.remove();
      else if (way < 92) world.removeRange();
      else if (way < 96) world.store();
      else if (way < 98) world.transfer();
      else if (world.find() !== NONE && random.below(4) === 0) {
        world.keyspace.remove(world.database, world.find(), EVENT_ZADD);
        world.rows = [];
      }
      if (step % 7 === 0) world.check();
    }
    world.check();
    if (world.find() !== NONE) {
      world.keyspace.remove(world.database, world.find(), EVENT_ZADD);
    }
    while (world.keyspace.pending.freeSlice(7)) world.keyspace.verify();
    world.keyspace.flushAll();
    assert.equal(world.keyspace.arena.usedSize, 0);
  });
}

test(`members of one score are found by their bytes, seed ${SEED}`, () => {
  for (const entries of [0, 1e9]) {
    const world = new World(new SeededRandom(SEED));
    world.limits.sortedSetEntries = entries;
    world.limits.sortedSetValueSize = 1e9;
    world.view.create(world.database, KEY, 0, 1, Request.of([KEY]), 0);
    for (let i = 0; i < 300; i++) world.put(Buffer.from(world.member(), 'latin1'), 0.5);
    for (let i = 0; i < 300; i++) world.checkMembers();
  }
});

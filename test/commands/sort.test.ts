// SORT beside a naive model, in all forms of lists, sets and sorted sets; and in slices, between
// which others change what it walks through.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../src/engine/session.ts';
import { call, connect, makeServer, type RecordedOutput } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';
import { SeededRandom } from '../support/random.ts';
import { parseReplies, parseReply, type ReplyTree } from '../support/resp.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const ROUNDS = 16;
/** A slice takes two steps or so. */
const LOOK_US = 300;
const FORMS: Readonly<Record<string, readonly string[]>> = {
  small: ['list-max-listpack-size 1000', 'set-max-listpack-entries 4000'],
  large: [
    'list-max-listpack-size 3',
    'set-max-listpack-entries 0',
    'set-max-intset-entries 0',
    'zset-max-listpack-entries 0',
  ],
};

const NUMBERS = Array.from({ length: 3000 }, (_, i) => String(i));

function textsOf(reply: ReplyTree): string[] {
  return reply.items.map(({ text }) => text);
}

interface Options {
  isAlpha: boolean;
  isDescending: boolean;
  by: '' | 'nosort' | 'w_*' | 'h_*->f';
  offset: number;
  limit: number;
}

/** What SORT answers, if no two elements sort alike. */
function sorted(
  elements: readonly string[],
  weights: ReadonlyMap<string, string>,
  { isAlpha, isDescending, by, offset, limit }: Options,
): string[] {
  const weightOf = (element: string): string | undefined =>
    by === '' ? element : weights.get(element);
  const compare = (a: string, b: string): number => {
    const [x, y] = [weightOf(a), weightOf(b)];
    if (!isAlpha) {
      const difference = Number(x ?? 0) - Number(y ?? 0);
      return difference === 0 ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : difference;
    }
    if (x === undefined || y === undefined)
      return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1);
    return Buffer.compare(Buffer.from(x), Buffer.from(y));
  };
  const sign = isDescending ? -1 : 1;
  const all = by === 'nosort' ? [...elements] : [...elements].sort((a, b) => sign * compare(a, b));
  if (by === 'nosort' && isDescending) all.reverse();
  return all.slice(offset, limit < 0 ? all.length : offset + limit);
}

for (const [form, directives] of Object.entries(FORMS)) {
  test(`SORT beside a model, ${form}, seed ${SEED}`, () => {
    const random = new SeededRandom(SEED);
    const { server, session } = makeServer({ 'enable-debug-command': 'yes' });
    for (const directive of directives) call(server, session, `CONFIG SET ${directive}`);
    for (let round = 0; round < ROUNDS; round++) {
      call(server, session, 'FLUSHALL');
      const size = random.pick([0, 1, 2, 5, 20, 60, 150]);
      const type = random.pick(['list', 'set', 'zset']);
      const by = random.pick(
        type === 'set' ? ['', 'w_*', 'h_*->f'] : ['', 'nosort', 'w_*', 'h_*->f'],
      );
      const elements = new Set<string>();
      while (elements.size < size) elements.add(String(random.below(2000) - 1000));
      const weights = new Map<string, string>();
      for (const element of elements) {
        if (random.below(5) === 0) continue;
        const weight = `${random.below(30)}.${element.replace('-', '1')}`;
        weights.set(element, weight);
        if (by === 'h_*->f') call(server, session, ['HSET', `h_${element}`, 'f', weight]);
      }
      const strings = [...weights].flatMap(([element, weight]) => [`w_${element}`, weight]);
      if (strings.length > 0) call(server, session, ['MSET', ...strings]);
      const list = [...elements];
      if (type === 'list' && size > 0) call(server, session, ['RPUSH', 'k', ...list]);
      if (type === 'set' && size > 0) call(server, session, ['SADD', 'k', ...list]);
      if (type === 'zset' && size > 0) {
        const rows = list.flatMap((element, i) => [String(i), element]);
        call(server, session, ['ZADD', 'k', ...rows]);
      }
      const options: Options = {
        isAlpha: random.below(2) === 0,
        isDescending: random.below(2) === 0,
        by: by as Options['by'],
        offset: random.below(3) === 0 ? random.below(size + 3) : 0,
        limit: random.below(2) === 0 ? random.below(size + 3) : -1,
      };
      // Elements without weights are alike then: their order is that of the table.
      if (options.isAlpha && by.includes('*') && type !== 'list') options.isAlpha = false;
      if (options.isAlpha && by.includes('*')) options.isDescending = false;
      const words = ['SORT', 'k', options.isDescending ? 'DESC' : 'ASC'];
      if (options.isAlpha) words.push('ALPHA');
      if (by !== '') words.push('BY', by);
      words.push('LIMIT', String(options.offset), String(options.limit));
      const expected = sorted(list, weights, options);
      const place = `seed ${SEED}, round ${round}: ${words.join(' ')} of ${size} in a ${type}`;
      assert.deepEqual(
        textsOf(parseReply(Buffer.from(call(server, session, words)))),
        expected,
        place,
      );
      const count = call(server, session, [...words, 'STORE', 'd']);
      assert.equal(count, `:${expected.length}\r\n`, place);
      const stored = parseReply(Buffer.from(call(server, session, 'LRANGE d 0 -1')));
      assert.deepEqual(textsOf(stored), expected, place);
      server.keyspace.verify();
    }
  });
}

class World {
  readonly network: Network;
  readonly asker: Wire;
  /** Somebody else. */
  readonly other: { session: Session; output: RecordedOutput };
  readonly journal = new RecordedEffects();

  constructor() {
    this.network = new Network({ 'enable-debug-command': 'yes' });
    this.asker = this.network.connect();
    this.other = connect(this.network.server);
    const mixed = NUMBERS.map((_, i) => String((i * 7) % 3000));
    this.say(`RPUSH list ${mixed.join(' ')}`);
    this.say(`SADD set ${NUMBERS.join(' ')}`);
    this.say(`ZADD zset ${NUMBERS.map((member, i) => `${mixed[i]} ${member}`).join(' ')}`);
    this.network.test.clock.lookUs = LOOK_US;
  }

  /** What somebody else is answered at once. */
  say(line: string): string {
    return call(this.network.server, this.other.session, line).trimEnd();
  }

  ask(line: string): void {
    receive(this.asker, `${line}\r\n`);
  }

  turn(): void {
    this.network.test.clock.advance(0);
  }

  /** Turns until the asker is answered. Returns their number. */
  finish(between: (turn: number) => void = () => {}): number {
    let turns = 0;
    for (; this.isAskerBlocked; turns++) {
      assert.ok(turns < 10_000, 'the command does not end');
      between(turns);
      this.turn();
    }
    return turns;
  }

  get answer(): ReplyTree {
    return parseReplies(Buffer.from(this.asker.socket.output(), 'latin1'))[0];
  }

  get isAskerBlocked(): boolean {
    return this.asker.connection.session?.isBlocked === true;
  }

  listenToEffects(): void {
    this.network.server.journalTo(this.journal);
  }

  verify(): void {
    this.network.server.keyspace.verify();
  }
}

for (const key of ['list', 'set', 'zset']) {
  test(`SORT of a ${key} lets others go on`, () => {
    const world = new World();
    world.ask(`SORT ${key}`);
    assert.ok(world.isAskerBlocked);
    assert.equal(world.say('PING'), '+PONG');
    const turns = world.finish();
    assert.ok(turns > 5, `${turns} turns`);
    assert.deepEqual(textsOf(world.answer), NUMBERS);
  });

  test(`what changes a ${key} that is being sorted lets the taking begin anew`, () => {
    const world = new World();
    world.ask(`SORT ${key} DESC`);
    const add = { list: 'LPUSH list', set: 'SADD set', zset: 'ZADD zset 1500' }[key];
    world.finish((turn) => {
      if (turn === 1) world.say(`${add} 3000`);
      // By now all are taken.
      if (turn === 40) world.say(`${add} 3001`);
      if (turn === 41) world.say(`DEL ${key}`);
    });
    assert.deepEqual(textsOf(world.answer), [...NUMBERS, '3000'].reverse());
  });

  test(`a ${key} that is changed without end is at last taken in one go`, () => {
    const world = new World();
    world.ask(`SORT ${key}`);
    const command = { list: 'LPUSH list', set: 'SADD set', zset: 'ZADD zset 7' }[key];
    let added = 3000;
    const turns = world.finish(() => world.say(`${command} ${added++}`));
    assert.ok(turns < 200, `${turns} turns`);
    const texts = textsOf(world.answer);
    assert.ok(texts.length > 3000 && texts.length < 3010, `${texts.length}`);
    assert.deepEqual(
      texts,
      Array.from({ length: texts.length }, (_, i) => String(i)),
    );
  });
}

for (const [line, count] of [
  ['DEL list', 0],
  ['FLUSHALL', 0],
  ['SWAPDB 0 1', 0],
  ['RENAME list other', 0],
  ['PEXPIRE list 1', 0],
  ['SADD list2 1', 3000],
] as const) {
  test(`${line} while a list is being taken`, () => {
    const world = new World();
    world.ask('SORT list');
    world.say(line);
    if (line.startsWith('PEXPIRE')) world.network.test.clock.advance(2);
    world.finish();
    assert.equal(world.answer.items.length, count);
  });
}

for (const turns of [0, 2]) {
  test(`a list that falls due while writes are paused is gone, after ${turns} turns`, () => {
    const world = new World();
    world.say('PEXPIRE list 500');
    world.say('CLIENT PAUSE 100000 WRITE');
    world.ask('SORT_RO list');
    for (let i = 0; i < turns; i++) world.turn();
    world.network.test.clock.block(1000);
    world.finish();
    assert.deepEqual(world.answer.items, []);
    assert.equal(Reflect.get(world.network.server.watches, 'byHash').size, 0);
  });
}

test('another type in its place', () => {
  const world = new World();
  world.ask('SORT list STORE d');
  world.say('SET list x');
  world.finish();
  assert.match(world.answer.text, /^WRONGTYPE /);
  world.verify();
});

test('weights and what GET finds are read when their step comes', () => {
  const world = new World();
  world.say(`MSET ${NUMBERS.map((number) => `w_${number} ${number}`).join(' ')}`);
  world.ask('SORT set BY w_* GET v_* GET #');
  world.finish((turn) => {
    if (turn === 60) world.say('SET w_0 -1');
    if (turn === 60) world.say('SET v_2999 last');
  });
  const texts = textsOf(world.answer);
  assert.deepEqual(texts.slice(-2), ['last', '2999']);
});

test('within a transaction SORT runs at once', () => {
  const world = new World();
  receive(world.asker, 'MULTI\r\nSORT list LIMIT 0 1\r\nSORT set DESC STORE d\r\nEXEC\r\n');
  assert.ok(!world.isAskerBlocked);
  assert.match(world.asker.socket.output(), /\*2\r\n\*1\r\n\$1\r\n0\r\n:3000\r\n$/);
});

test('the effect of STORE is the call, or, if others have written meanwhile, the list', () => {
  const world = new World();
  world.listenToEffects();
  world.ask('SORT list LIMIT 10 1500 STORE d');
  world.finish();
  const told = (): string[] => world.journal.take().filter((line) => !line.startsWith('SELECT'));
  assert.deepEqual(told(), ['SORT list LIMIT 10 1500 STORE d']);
  world.ask('SORT list LIMIT 10 1500 STORE d');
  world.finish((turn) => {
    if (turn === 2) world.say('SET other x');
  });
  const expected = NUMBERS.slice(10, 1510);
  assert.deepEqual(told(), [
    'SET other x',
    'MULTI',
    'DEL d',
    `RPUSH d ${expected.slice(0, 1024).join(' ')}`,
    `RPUSH d ${expected.slice(1024).join(' ')}`,
    'EXEC',
  ]);
  assert.equal(world.say('LLEN d'), ':1500');
  world.verify();
});

test('FLUSHALL while the list to store is being made', () => {
  const world = new World();
  world.ask('SORT list STORE d');
  const all = world.finish();
  world.ask('SORT list STORE d');
  world.finish((turn) => {
    if (turn === all - 2) world.say('FLUSHALL');
    if (turn > all - 2 && turn < all + 5) world.say(`RPUSH other ${NUMBERS.join(' ')}`);
  });
  assert.deepEqual(textsOf(parseReply(Buffer.from(`${world.say('LRANGE d 0 -1')}\r\n`))), NUMBERS);
  world.verify();
});

for (const [name, end] of [
  ['goes', (_: World, wire: Wire) => wire.connection.closed()],
  ['is refused memory', (world: World) => world.say('CONFIG SET maxmemory 1')],
] as const) {
  test(`nothing is left when the client ${name} in the midst of SORT STORE`, () => {
    const world = new World();
    const { keyspace, watches } = world.network.server;
    world.ask('SORT list STORE d');
    const all = world.finish();
    world.say('DEL d');
    world.network.test.clock.advance(2000);
    const sizeBefore = keyspace.usedSize;
    for (const turns of [2, all >> 1, all - 2]) {
      world.say('CONFIG SET maxmemory 0');
      const wire = world.network.connect();
      receive(wire, 'SORT list STORE d\r\n');
      for (let i = 0; i < turns; i++) world.turn();
      assert.ok(wire.connection.session?.isBlocked, `after ${turns} turns`);
      end(world, wire);
      for (let i = 0; i < 200; i++) world.turn();
    }
    world.say('CONFIG SET maxmemory 0');
    world.network.test.clock.advance(2000);
    assert.equal(keyspace.usedSize, sizeBefore);
    assert.equal(Reflect.get(watches, 'byHash').size, 0);
    assert.equal(world.say('EXISTS d'), ':0');
    world.verify();
  });
}

// maxmemory and maxmemory-clients: what goes, in which order, what is said of it, and when nothing
// does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvictionPool, POOL_SIZE } from '../../src/engine/eviction-pool.ts';
import { call, connect, makeServer, type TestServer } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';
import { SeededRandom } from '../support/random.ts';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive } from '../support/wire.ts';

const VALUE = 'v'.repeat(100);
const OK = '+OK\r\n';
const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
/** Time enough for all that a test evicts at once. */
const TENACITY = { 'maxmemory-eviction-tenacity': '100' };

/** Sets keys `<prefix>0` and so on, those of even numbers with a deadline if `mixed`. */
function fill(world: TestServer, prefix: string, count: number, mixed = false): void {
  const { server, session } = world;
  for (let i = 0; i < count; i++) {
    const until = mixed && i % 2 === 0 ? ` EX ${1000 + i}` : '';
    assert.equal(call(server, session, `SET ${prefix}${i} ${VALUE}${until}`), OK);
  }
}

/** Lets so many more bytes be used than are now. */
function allow(world: TestServer, bytes: number): void {
  const { server, session } = world;
  call(server, session, `CONFIG SET maxmemory ${server.usedMemory + bytes}`);
}

/** How many of the keys are there. */
function countKeys(world: TestServer, prefix: string, count: number, step = 1, from = 0): number {
  let found = 0;
  for (let i = from; i < count; i += step) {
    const [database] = world.server.keyspace.databases;
    const key = Buffer.from(`${prefix}${i}`);
    if (world.server.keyspace.find(database, key, 0, key.length) !== 0) found++;
  }
  return found;
}

function info(world: TestServer, field: string): number {
  const text = call(world.server, world.session, 'INFO everything');
  return Number(new RegExp(`${field}:(\\d+)`).exec(text)?.[1]);
}

const POLICIES = ['lru', 'lfu', 'random', 'ttl'].flatMap((by) => [
  ...(by === 'ttl' ? [] : [`allkeys-${by}`]),
  `volatile-${by}`,
]);

for (const policy of POLICIES) {
  test(`eviction: ${policy} keeps within maxmemory and takes only what it may`, () => {
    const world = makeServer({ 'maxmemory-policy': policy, ...TENACITY });
    const { server, session } = world;
    fill(world, 'old', 400, true);
    allow(world, 0);
    const count = 150;
    for (let i = 0; i < count; i++) {
      assert.equal(call(server, session, `SET new${i} ${VALUE}`), OK);
      call(server, session, 'PING');
      assert.ok(server.usedMemory <= server.live.maxmemory, `after ${i}`);
    }
    const evicted = info(world, 'evicted_keys');
    assert.ok(evicted > 50 && evicted < 300, String(evicted));
    const all = countKeys(world, 'old', 400) + countKeys(world, 'new', count);
    assert.equal(all, 400 + count - evicted);
    if (!policy.startsWith('volatile')) return;
    assert.equal(countKeys(world, 'old', 400, 2, 1), 200);
    assert.equal(countKeys(world, 'new', count), count);
  });
}

test('eviction: volatile-ttl takes the next to expire', () => {
  const world = makeServer({ 'maxmemory-policy': 'volatile-ttl', ...TENACITY });
  fill(world, 'k', 200, true);
  allow(world, -5000);
  call(world.server, world.session, 'PING');
  const evicted = info(world, 'evicted_keys');
  assert.ok(evicted > 10, String(evicted));
  assert.equal(countKeys(world, 'k', 2 * evicted, 2), 0);
  assert.equal(countKeys(world, 'k', 200, 2), 100 - evicted);
});

test('eviction: allkeys-lru keeps what was used last, in all databases', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru', ...TENACITY });
  const { server, session, clock } = world;
  for (const database of [0, 1]) {
    call(server, session, `SELECT ${database}`);
    fill(world, 'k', 200);
  }
  clock.advance(100_000);
  call(server, session, 'SELECT 0');
  for (let i = 0; i < 100; i++) call(server, session, `GET k${i}`);
  // 300 keys have not been used for 100 s: some 200 of them go.
  allow(world, -200 * 128);
  call(server, session, 'PING');
  const evicted = info(world, 'evicted_keys');
  assert.ok(evicted > 150 && evicted < 290, String(evicted));
  assert.ok(countKeys(world, 'k', 100) >= 97, String(countKeys(world, 'k', 100)));
  assert.ok(server.keyspace.databases[1].dict.count < 120);
});

test('eviction: allkeys-lfu keeps what was used often', () => {
  const config = { 'maxmemory-policy': 'allkeys-lfu', 'lfu-log-factor': '0', ...TENACITY };
  const world = makeServer(config);
  const { server, session } = world;
  fill(world, 'k', 300);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 100; i++) call(server, session, `GET k${i}`);
  }
  allow(world, -150 * 128);
  call(server, session, 'PING');
  assert.ok(countKeys(world, 'k', 300, 1, 100) < 120);
  assert.ok(countKeys(world, 'k', 100) >= 97, String(countKeys(world, 'k', 100)));
});

test('eviction: where nothing may go, what needs memory is refused and all else is not', () => {
  for (const policy of ['noeviction', 'volatile-lru', 'volatile-ttl', 'volatile-random']) {
    const world = makeServer({ 'maxmemory-policy': policy });
    const { server, session } = world;
    fill(world, 'k', 10);
    allow(world, -100);
    const lines: [line: string, reply: string][] = [
      ['SET k1 v', OOM],
      ['GET k0', `$100\r\n${VALUE}\r\n`],
      ['MULTI', OK],
      ['SET k1 v', OOM],
      ['EXEC', '-EXECABORT Transaction discarded because of previous errors.\r\n'],
      ['DEL k0 k1 k2 k3', ':4\r\n'],
      ['SET k9 v', OK],
    ];
    for (const [line, reply] of lines) assert.equal(call(server, session, line), reply, policy);
    assert.equal(info(world, 'evicted_keys'), 0);
  }
});

test('eviction: notifications, watchers and the journal are told', () => {
  const config = { 'maxmemory-policy': 'allkeys-random', 'notify-keyspace-events': 'Ee' };
  const world = makeServer({ ...config, ...TENACITY });
  const { server, session } = world;
  const journal = new RecordedEffects();
  server.journalTo(journal);
  const listener = connect(server);
  call(server, listener.session, 'SUBSCRIBE __keyevent@0__:evicted');
  const watcher = connect(server);
  call(server, watcher.session, 'WATCH k0');
  call(server, watcher.session, 'MULTI');
  call(server, session, `SET k0 ${VALUE}`);
  journal.take();
  call(server, session, 'CONFIG SET maxmemory 1');
  assert.deepEqual(journal.take(), ['DEL k0']);
  assert.ok(listener.output.sent.endsWith('evicted\r\n$2\r\nk0\r\n'), listener.output.sent);
  call(server, session, 'CONFIG SET maxmemory 0 lazyfree-lazy-eviction yes');
  assert.equal(call(server, watcher.session, 'EXEC'), '*-1\r\n');
  call(server, session, `SET k1 ${VALUE}`);
  journal.take();
  call(server, session, 'CONFIG SET maxmemory 1');
  assert.deepEqual(journal.take(), ['UNLINK k1']);
});

test('eviction: what takes long goes on by itself, and commands run meanwhile', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru' });
  const { server, session, clock } = world;
  server.cron.start();
  fill(world, 'k', 1000);
  const before = server.usedMemory;
  // With each look at the clock 100 us pass: five looks are the time that there is.
  clock.lookUs = 100;
  allow(world, -64_000);
  assert.match(world.log.lines.at(-1) ?? '', /^warning: WARNING: the new maxmemory value set via/);
  assert.equal(call(server, session, `SET more ${VALUE}`), OK);
  assert.ok(server.usedMemory > server.live.maxmemory);
  assert.ok(server.usedMemory < before);
  assert.ok(server.eviction.isBehind);
  assert.ok(server.eviction.currentOverUs > 0);
  clock.advance(1);
  clock.advance(200);
  assert.ok(server.usedMemory <= server.live.maxmemory);
  assert.equal(info(world, 'current_eviction_exceeded_time'), 0);
  assert.ok(info(world, 'total_eviction_exceeded_time') > 0);
  call(server, session, 'CONFIG RESETSTAT');
  assert.equal(info(world, 'evicted_keys'), 0);
  assert.equal(info(world, 'total_eviction_exceeded_time'), 0);
});

test('eviction: what goes on ends when there is no limit any more', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru' });
  const { server, session, clock } = world;
  server.cron.start();
  fill(world, 'k', 1000);
  clock.lookUs = 100;
  allow(world, -64_000);
  assert.ok(server.eviction.isBehind);
  call(server, session, 'CONFIG SET maxmemory 0');
  assert.ok(!server.eviction.isBehind);
  assert.equal(server.eviction.currentOverUs, 0);
});

test('eviction: while writes are paused nothing goes', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru', ...TENACITY });
  const { server, session } = world;
  fill(world, 'k', 100);
  call(server, session, 'CLIENT PAUSE 1000 WRITE');
  call(server, session, 'CONFIG SET maxmemory 1');
  assert.equal(countKeys(world, 'k', 100), 100);
  call(server, session, 'CLIENT UNPAUSE');
  call(server, session, 'PING');
  assert.equal(countKeys(world, 'k', 100), 0);
});

test('eviction: what was unlinked is freed before another key goes', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru', ...TENACITY });
  const { server, session } = world;
  fill(world, 'k', 100);
  const members = Array.from({ length: 5000 }, (_, i) => `member${i}`);
  call(server, session, ['SADD', 'large', ...members]);
  call(server, session, 'UNLINK large');
  assert.equal(server.keyspace.pending.count, 1);
  allow(world, -20_000);
  call(server, session, 'PING');
  assert.equal(countKeys(world, 'k', 100), 100);
  assert.equal(info(world, 'lazyfreed_objects') + server.keyspace.pending.count, 1);
});

/** A server whose database 0 a snapshot is reading, with 10000 keys in it and 5000 in 1. */
function saving(config: Readonly<Record<string, string>>): TestServer {
  const world = makeServer({ save: '', ...config });
  const { server, session, clock } = world;
  fill(world, 'k', 10_000);
  call(server, session, 'SELECT 1');
  fill(world, 'q', 5000);
  call(server, session, 'SELECT 0');
  call(server, session, 'BGSAVE');
  clock.lookUs = 20;
  clock.advance(0);
  assert.equal(info(world, 'rdb_bgsave_in_progress'), 1);
  call(server, session, 'CONFIG SET maxmemory-policy allkeys-lru');
  return world;
}

/** Evicts for a few turns, and says how many keys went. */
function evicted(world: TestServer): number {
  for (let i = 0; i < 500; i++) world.server.checkMemory();
  return info(world, 'evicted_keys');
}

test('eviction: what stays for a snapshot does not let other keys go', () => {
  const without = makeServer({ 'maxmemory-policy': 'allkeys-lru' });
  fill(without, 'k', 10_000);
  allow(without, -20_000);
  const world = saving({});
  allow(world, -20_000);
  const count = evicted(world);
  assert.ok(count > 50 && count < 2 * evicted(without), `${count} went`);
  const keptSize = info(world, 'mem_not_counted_for_evict');
  assert.ok(keptSize > 10_000 && keptSize < 40_000, `${keptSize} bytes were kept`);
  world.clock.lookUs = 0;
  world.clock.advance(1000);
  assert.equal(info(world, 'rdb_bgsave_in_progress'), 0);
  assert.equal(info(world, 'mem_not_counted_for_evict'), 0);
  assert.equal(evicted(world), count);
});

test('eviction: what a snapshot keeps of a large string that grows lets no key go', () => {
  const world = makeServer({ save: '', 'maxmemory-policy': 'allkeys-lru' });
  const { server, session, clock } = world;
  fill(world, 'k', 10_000);
  call(server, session, `SET large ${'v'.repeat(1_000_000)}`);
  call(server, session, 'BGSAVE');
  clock.lookUs = 20;
  clock.advance(0);
  allow(world, 100_000);
  call(server, session, 'APPEND large v');
  assert.equal(info(world, 'rdb_bgsave_in_progress'), 1);
  assert.ok(info(world, 'mem_not_counted_for_evict') >= 1_000_000);
  assert.equal(evicted(world), 0);
  clock.lookUs = 0;
  clock.advance(1000);
  assert.equal(info(world, 'rdb_bgsave_in_progress'), 0);
  assert.equal(info(world, 'mem_not_counted_for_evict'), 0);
  assert.equal(evicted(world), 0);
  assert.ok(server.usedMemory <= server.live.maxmemory);
});

for (const tenacity of ['10', '100']) {
  test(`eviction: what was flushed during a snapshot lets nothing go, tenacity ${tenacity}`, () => {
    const world = saving({ 'maxmemory-eviction-tenacity': tenacity });
    const { server, session } = world;
    const before = server.keyspace.usedSize;
    call(server, session, 'FLUSHDB');
    const heldSize = info(world, 'mem_not_counted_for_evict');
    assert.ok(heldSize > 0.5 * before && heldSize < 0.8 * before, `${heldSize} of ${before}`);
    allow(world, 10_000 - heldSize);
    assert.equal(evicted(world), 0);
    call(server, session, 'SELECT 1');
    for (let i = 0; i < 20; i++) call(server, session, `SET new${i} ${'v'.repeat(1000)}`);
    const count = evicted(world);
    assert.ok(count > 50 && count < 200, `${count} went`);
    world.clock.lookUs = 0;
    world.clock.advance(1000);
    assert.equal(evicted(world), count);
    assert.ok(server.usedMemory <= server.live.maxmemory);
  });
}

test('eviction: a chunk of many requests keeps within maxmemory', () => {
  const network = new Network({ 'maxmemory-policy': 'allkeys-lru', ...TENACITY });
  const { server } = network;
  const wire = network.connect();
  receive(wire, encodeCommand(['CONFIG', 'SET', 'maxmemory', '2mb']));
  const value = 'v'.repeat(1000);
  for (let chunk = 0; chunk < 80; chunk++) {
    const keys = Array.from({ length: 60 }, (_, i) => `k${60 * chunk + i}`);
    receive(wire, Buffer.concat(keys.map((key) => encodeCommand(['SET', key, value]))));
    network.test.clock.advance(1);
    assert.ok(server.keyspace.usedSize < 2 * 1024 * 1024);
  }
  assert.ok(server.keyspace.databases[0].dict.count > 800);
});

test('eviction pool: the best of those that were seen', () => {
  const seed = 7;
  const random = new SeededRandom(seed);
  const pool = new EvictionPool();
  for (let round = 0; round < 200; round++) {
    const seen: number[] = [];
    for (let i = 0; i < 1 + (random.next() % 60); i++) {
      const score = random.next() % 1000;
      const isNew = !seen.includes(score);
      if (pool.wants(score)) pool.add(score, 0, score, score);
      if (isNew) seen.push(score);
    }
    const best = seen.sort((a, b) => a - b).slice(-POOL_SIZE);
    const kept = [...pool.scores.subarray(0, pool.count)];
    assert.deepEqual(kept, best, `seed ${seed}`);
    assert.deepEqual([...pool.refs.subarray(0, pool.count)], best);
    while (pool.count > 0) pool.remove(random.next() % pool.count);
  }
});

test('clients: those that take most are closed, until all take less than maxmemory-clients', () => {
  const network = new Network();
  const { server, test: world } = network;
  server.cron.start();
  const asker = network.connect();
  const wires = Array.from({ length: 6 }, () => network.connect());
  receive(wires[0], 'CLIENT NO-EVICT ON\r\n');
  // What is left open of a request waits in a buffer.
  wires.forEach((wire, i) => {
    const size = (6 - i) * 100_000;
    receive(wire, `*2\r\n$3\r\nGET\r\n$${size}\r\n${'x'.repeat(size - 1)}`);
  });
  receive(asker, 'CONFIG SET maxmemory-clients 1500000\r\n');
  world.clock.advance(1);
  const closed = wires.map(({ socket }) => socket.isOver);
  assert.deepEqual(closed.slice(0, 2), [false, true]);
  assert.equal(closed[5], false);
  assert.ok(server.clientsSize <= 1_500_000);
  const evicted = closed.filter((isClosed) => isClosed).length;
  receive(asker, 'INFO stats\r\n');
  assert.match(asker.socket.output(), new RegExp(`evicted_clients:${evicted}\r\n`));
  assert.match(world.log.lines.at(-1) ?? '', /^notice: Evicting client: id=\d+ addr=/);
});

test('clients: a percentage of maxmemory, and what clients are subscribed to, count', () => {
  const network = new Network({ maxmemory: '1mb', 'maxmemory-clients': '10%' });
  const { server, test: world } = network;
  server.cron.start();
  for (const command of ['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'WATCH']) {
    const wire = network.connect();
    const names = Array.from({ length: 2000 }, (_, i) => `n${i}`);
    receive(wire, encodeCommand([command, ...names]));
    world.clock.advance(1);
    assert.equal(wire.socket.isOver, true, command);
  }
  const wire = network.connect();
  const prefixes = Array.from({ length: 2000 }, (_, i) => ['PREFIX', `${10_000 + i}`]).flat();
  receive(wire, encodeCommand(['CLIENT', 'TRACKING', 'ON', ...prefixes, 'BCAST']));
  receive(wire, encodeCommand(['HELLO', '3']));
  receive(wire, encodeCommand(['CLIENT', 'TRACKING', 'ON', ...prefixes, 'BCAST']));
  world.clock.advance(1);
  assert.equal(wire.socket.isOver, true);
  assert.equal(server.clientEviction.closeLargest(), false);
});

test('clients: where none may be closed, nobody looks again before the next tick', () => {
  const network = new Network({ 'maxmemory-clients': '50000' });
  const { server, test: world } = network;
  server.cron.start();
  const wire = network.connect();
  receive(wire, 'CLIENT NO-EVICT ON\r\n');
  const first = [...server.sessions.values()][0];
  first.isNoEvict = true;
  receive(wire, encodeCommand(['WATCH', ...Array.from({ length: 2000 }, (_, i) => `n${i}`)]));
  world.clock.advance(1);
  const lines = world.log.lines.length;
  assert.match(world.log.lines.at(-1) ?? '', /Over client maxmemory after evicting all evictable/);
  for (let i = 0; i < 10; i++) receive(wire, `WATCH more${i}\r\n`);
  world.clock.advance(1);
  assert.equal(world.log.lines.length, lines);
  assert.equal(wire.socket.isOver, false);
});

test('eviction: who has read a key is told that it is gone before it is answered', () => {
  const world = makeServer({ 'maxmemory-policy': 'allkeys-lru', ...TENACITY });
  const { server, session } = world;
  call(server, session, `SET k ${VALUE}`);
  call(server, session, 'HELLO 3');
  call(server, session, 'CLIENT TRACKING ON');
  call(server, session, 'GET k');
  server.settings.load('maxmemory', ['1']);
  server.live.maxmemory = 1;
  const reply = call(server, session, 'PING');
  assert.equal(reply, '>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n+PONG\r\n');
});

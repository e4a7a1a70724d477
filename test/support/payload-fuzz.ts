// Payloads that are cut, flipped and forged, with a checksum that is right: the server takes them
// or refuses them, its memory is in order afterwards, and what it has taken it can read, change
// and write again.
import assert from 'node:assert/strict';
import { call, makeServer, type TestServer } from './clock.ts';
import { OLD_VALUES } from './old-values.ts';
import { bodyOf, payloadOf } from './payloads.ts';
import { SeededRandom } from './random.ts';
import { body, length, string } from './rdb-forms.ts';

/** What is written where a length or a count may be. */
const FORGED = [0, 1, 2, 5, 63, 64, 127, 128, 129, 191, 192, 193, 194, 195, 252, 253, 254, 255];
const BUFFER_SIZE_MAX = 4096;
const SERVER_LIFE = 500;

/** Lines that read and change what there is, whatever its type. */
const USES = [
  'DUMP k',
  'OBJECT ENCODING k',
  'DEBUG DIGEST-VALUE k',
  'MEMORY USAGE k',
  'COPY k l REPLACE',
  'GET k',
  'APPEND k x',
  'LRANGE k 0 -1',
  'LPUSH k new',
  'LPOP k',
  'LSET k 0 other',
  'RPOP k',
  'SMEMBERS k',
  'SADD k new 77',
  'SPOP k',
  'HGETALL k',
  'HSET k new value f other',
  'HDEL k f',
  'ZRANGE k 0 -1 WITHSCORES',
  'ZADD k 5 new',
  'ZPOPMIN k',
  'XRANGE k - +',
  'XADD k * f v',
  'XDEL k 1-0',
  'XTRIM k MAXLEN 1',
  'XINFO STREAM k FULL',
  'XREADGROUP GROUP g c STREAMS k >',
  'XREADGROUP GROUP g c STREAMS k 0',
  'XAUTOCLAIM k g c 0 0',
  'RENAME k m',
  'DUMP m',
];

export class PayloadFuzz {
  readonly seed: number;
  private readonly random: SeededRandom;
  private readonly bodies: readonly Buffer[];
  private made: TestServer;
  private age = 0;
  /** What came of them. */
  taken = 0;
  refused = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.made = makeServer();
    const short = OLD_VALUES.map((value) => value.body).filter(
      ({ length: size }) => size <= BUFFER_SIZE_MAX,
    );
    this.bodies = [...short, ...this.ownBodies()];
  }

  /** Restores one payload that nobody should believe. */
  step(): void {
    const bytes = this.mutated(this.random.pick(this.bodies));
    const payload = payloadOf(bytes, 12).toString('latin1');
    const shown = `seed ${this.seed}, body ${bytes.toString('hex')}`;
    if (this.age++ % SERVER_LIFE === SERVER_LIFE - 1) this.made = makeServer();
    const { server, session } = this.made;
    try {
      const reply = call(server, session, ['RESTORE', 'k', '0', payload, 'REPLACE']);
      if (reply === '+OK\r\n') {
        this.taken++;
        this.use();
      } else {
        this.refused++;
        assert.equal(reply, '-ERR Bad data format\r\n');
      }
      call(server, session, 'FLUSHDB');
      while (server.keyspace.pending.freeSlice(100_000));
      assert.equal(server.keyspace.arena.usedSize, 0, 'all memory is free');
    } catch (error) {
      throw new Error(`${shown}: ${(error as Error).stack}`);
    }
  }

  /** What was taken is a value like any other: it can be written, and read as the same. */
  private use(): void {
    const { server, session } = this.made;
    const digest = call(server, session, 'DEBUG DIGEST-VALUE k');
    const dump = call(server, session, 'DUMP k');
    const payload = dump.slice(dump.indexOf('\n') + 1, -2);
    assert.equal(call(server, session, ['RESTORE', 'again', '0', payload]), '+OK\r\n');
    assert.equal(call(server, session, 'DEBUG DIGEST-VALUE again'), digest);
    const uses = this.random.below(4);
    for (let i = 0; i < uses; i++) call(server, session, this.random.pick(USES));
  }

  private mutated(original: Buffer): Buffer {
    let bytes: Buffer = Buffer.from(original);
    for (let changes = 1 + this.random.below(3); changes > 0; changes--) {
      bytes = this.changedOnce(bytes);
    }
    return bytes;
  }

  private changedOnce(bytes: Buffer): Buffer {
    const { random } = this;
    if (bytes.length === 0) return bytes;
    const at = random.below(bytes.length);
    // Most of what matters stands in the beginning.
    const near = random.below(Math.min(bytes.length, 40));
    switch (random.below(8)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))]);
      case 2:
        bytes[at] ^= 1 << random.below(8);
        return bytes;
      case 3:
        bytes[near] = random.pick(FORGED);
        return bytes;
      case 4:
        bytes[at] = random.pick(FORGED);
        return bytes;
      case 5: {
        const from = random.below(bytes.length);
        const part = bytes.subarray(from, from + 1 + random.below(20));
        return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
      }
      case 6:
        bytes[0] = random.below(27);
        return bytes;
      default:
        bytes[near] = random.below(256);
        return bytes;
    }
  }

  /** What the server itself writes, among it what is packed. */
  private ownBodies(): Buffer[] {
    const { server, session } = this.made;
    const lines = [
      `SET k ${'abc'.repeat(300)}`,
      `RPUSH k ${Array.from({ length: 100 }, (_, i) => `item${i}`).join(' ')}`,
      `SADD k ${Array.from({ length: 200 }, (_, i) => `member${i}`).join(' ')}`,
      `SADD k ${Array.from({ length: 100 }, (_, i) => i * i * i).join(' ')}`,
      `HSET k ${Array.from({ length: 40 }, (_, i) => `field${i} value${i}`).join(' ')}`,
      `HSET k f ${'v'.repeat(80)} g 1 h 2`,
      `ZADD k ${Array.from({ length: 100 }, (_, i) => `${i / 3} member${i}`).join(' ')}`,
      `ZADD k ${Array.from({ length: 150 }, (_, i) => `${i / 3} member${i}`).join(' ')}`,
    ];
    const streams = ['XADD k 1-0 f v', 'XADD k 1-5 f w', 'XADD k 3-0 g x h y', 'XADD k 9-9 f z'];
    const group = [
      'XGROUP CREATE k g 0',
      'XREADGROUP GROUP g c COUNT 2 STREAMS k >',
      'XREADGROUP GROUP g d STREAMS k >',
      'XDEL k 1-5',
    ];
    lines.push(streams.join('|'), [...streams, ...group].join('|'));
    const bodies: Buffer[] = [];
    for (const line of lines) {
      call(server, session, 'DEL k');
      for (const each of line.split('|')) call(server, session, each);
      const dump = call(server, session, 'DUMP k');
      bodies.push(bodyOf(Buffer.from(dump.slice(dump.indexOf('\n') + 1, -2), 'latin1')));
    }
    call(server, session, 'FLUSHALL');
    bodies.push(body(1, length(20), ...Array.from({ length: 20 }, () => string('x'))));
    return bodies;
  }
}

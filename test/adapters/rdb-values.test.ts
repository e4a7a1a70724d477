// Values of all types that RDB files have had: read whole, in steps, from windows that grow, and
// refused where they are not what they should be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BAD, DONE, GOES_ON, SHORT } from '../../src/adapters/rdb/reader.ts';
import { type ByteSink, SPAN_MAX } from '../../src/adapters/rdb/sink.ts';
import { VERSION_7_2 } from '../../src/adapters/rdb/types.ts';
import { ValueDecoder } from '../../src/adapters/rdb/value-decoder.ts';
import { ValueEncoder } from '../../src/adapters/rdb/value-encoder.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { OLD_VALUES } from '../support/old-values.ts';
import { bodyOf, crc64, payloadOf } from '../support/payloads.ts';
import { body, string } from '../support/rdb-forms.ts';
import { REFUSED_VALUES } from '../support/refused-values.ts';
import { parseReply, showBytes } from '../support/resp.ts';

const OK = '+OK\r\n';
const BAD_FORMAT = '-ERR Bad data format\r\n';
const WRONG_CHECKSUM = '-ERR DUMP payload version or checksum are wrong\r\n';
const KEY = Buffer.from('k');

test('the checksum of the tests is the known one', () => {
  assert.equal(crc64(Buffer.from('123456789')).toString(16), 'e9c6d914c4b8d9ca');
});

for (const { name, body, encoding, read, items } of OLD_VALUES) {
  const [before, behind] = read;

  const check = ({ server, session }: TestServer): void => {
    const reply = parseReply(Buffer.from(call(server, session, `${before} k${behind}`), 'latin1'));
    const found = reply.items.length === 0 ? [reply.text] : reply.items.map(({ text }) => text);
    const isOrdered = before !== 'SMEMBERS' && encoding !== 'hashtable';
    assert.deepEqual(isOrdered ? found : found.sort(), isOrdered ? items : [...items].sort());
    assert.match(call(server, session, 'OBJECT ENCODING k'), new RegExp(`\n${encoding}\r`));
  };

  test(`${name} is restored`, () => {
    for (const version of [1, 5, 12]) {
      const made = makeServer();
      const { server, session } = made;
      const payload = payloadOf(body, version).toString('latin1');
      assert.equal(call(server, session, ['RESTORE', 'k', '0', payload]), OK);
      check(made);
      assert.equal(call(server, session, 'FLUSHALL'), OK);
      assert.equal(server.keyspace.arena.usedSize, 0);
    }
  });

  test(`${name} is read step by step, from a window that grows`, () => {
    const made = makeServer();
    const { keyspace, live } = made.server;
    const decoder = new ValueDecoder(keyspace, live.collections);
    const { reader } = decoder;
    let outcome = GOES_ON;
    const gap = Math.max(1, Math.floor(body.length / 400));
    assert.ok(decoder.begin(body[0]));
    let at = 1;
    for (let size = 0; outcome !== DONE; size += gap) {
      const end = Math.min(at + size, body.length);
      if (at + size >= body.length + gap) assert.fail('it is not done at the end');
      // A window of its own, which is nobody's when the next one comes.
      const window = Buffer.concat([Buffer.alloc(3), body.subarray(at, end)]);
      reader.open(window, 3, window.length);
      outcome = decoder.step(1);
      while (outcome === GOES_ON) outcome = decoder.step(1);
      assert.notEqual(outcome, BAD);
      if (outcome === SHORT) at += reader.at - 3;
      if (reader.at > 3) size = 0;
      if (outcome === DONE) {
        decoder.built.store(keyspace, keyspace.databases[0], KEY, 0, 1, 0);
        window.fill(0xff);
      }
    }
    keyspace.verify();
    check(made);
  });

  test(`${name}, cut anywhere, is refused`, () => {
    const { server, session } = makeServer();
    const gap = Math.max(1, Math.floor(body.length / 200));
    for (let size = 0; size < body.length; size += gap) {
      const payload = payloadOf(body.subarray(0, size)).toString('latin1');
      const reply = call(server, session, ['RESTORE', 'k', '0', payload]);
      assert.equal(reply, BAD_FORMAT, `cut to ${size} of ${body.length} bytes`);
    }
    assert.equal(server.keyspace.arena.usedSize, 0);
  });

  test(`${name} is written in spans as at once`, () => {
    const { server, session } = makeServer();
    const payload = payloadOf(body, 12).toString('latin1');
    assert.equal(call(server, session, ['RESTORE', 'k', '0', payload]), OK);
    const reply = call(server, session, 'DUMP k');
    const dump = Buffer.from(reply.slice(reply.indexOf('\n') + 1, -2), 'latin1');
    const { keyspace, live } = server;
    const sink = new SmallSpans();
    const encoder = new ValueEncoder(
      keyspace.records,
      keyspace.hashKey,
      live.collections,
      sink,
      VERSION_7_2,
    );
    const ref = keyspace.find(keyspace.databases[0], KEY, 0, 1);
    encoder.writer.byte(encoder.typeOf(ref));
    encoder.begin(ref);
    while (encoder.step(1));
    assert.equal(showBytes(sink.all()), showBytes(bodyOf(dump)));
  });
}

/** Hands on what it has whenever it is asked for room. */
class SmallSpans implements ByteSink {
  bytes = new Uint8Array(0);
  at = 0;
  private readonly spans: Uint8Array[] = [];

  reserve(size: number): void {
    assert.ok(size <= SPAN_MAX);
    this.spans.push(this.bytes.slice(0, this.at));
    this.bytes.fill(0xee);
    this.bytes = new Uint8Array(size);
    this.at = 0;
  }

  all(): Buffer {
    return Buffer.concat([...this.spans, this.bytes.subarray(0, this.at)]);
  }
}

for (const [name, bytes] of REFUSED_VALUES) {
  test(`${name} is refused`, () => {
    const { server, session, log } = makeServer();
    const payload = payloadOf(bytes).toString('latin1');
    assert.equal(call(server, session, ['RESTORE', 'k', '0', payload]), BAD_FORMAT);
    assert.match(log.lines.join('\n'), /^verbose: RESTORE was given bad data: .*\.\)?$/);
    assert.equal(call(server, session, 'EXISTS k'), ':0\r\n');
    // What was begun is freed, at once or when there is time.
    while (server.keyspace.pending.freeSlice(1000));
    assert.equal(server.keyspace.arena.usedSize, 0);
  });
}

test('checksum and version are looked at first', () => {
  const { server, session } = makeServer();
  const good = payloadOf(body(0, string('hello')), 11);
  const restore = (payload: Uint8Array): string =>
    call(server, session, [
      'RESTORE',
      'k',
      '0',
      Buffer.from(payload).toString('latin1'),
      'REPLACE',
    ]);
  assert.equal(restore(good), OK);
  for (let at = 0; at < good.length; at++) {
    assert.equal(restore(changed(good, at, good[at] ^ 1)), WRONG_CHECKSUM, `byte ${at}`);
  }
  for (let size = 0; size < good.length; size++) {
    assert.equal(restore(good.subarray(0, size)), WRONG_CHECKSUM, `${size} bytes`);
  }
  for (const version of [13, 255, 256, 65535]) {
    assert.equal(restore(payloadOf(body(0, string('a')), version)), WRONG_CHECKSUM);
  }
  assert.equal(restore(payloadOf(body(0, string('a')), 0)), OK);
});

function changed(bytes: Uint8Array, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}

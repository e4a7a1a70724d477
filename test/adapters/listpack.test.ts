// Listpacks as Redis 7.2.6 made them: what they say, and what is none. That ours are the same bytes
// the interchange of payloads shows (differential).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTRY, NO_MORE } from '../../src/adapters/rdb/entries.ts';
import { ListpackEntries } from '../../src/adapters/rdb/listpack-entries.ts';
import { call, makeServer } from '../support/clock.ts';
import { payloadOf } from '../support/payloads.ts';
import { body, length, string } from '../support/rdb-forms.ts';

const LISTPACKS: readonly (readonly [hex: string, items: readonly string[]])[] = [
  ['1200000004008161020101816202ded402ff', ['a', '1', 'b', '-300']],
  ['11000000030082616203c40002816302ff', ['ab', '1024', 'c']],
  ['0f00000003008161028162021101ff', ['a', 'b', '17']],
  ['070000000000ff', []],
];

/** What the listpack says; null when it is none. */
function itemsOf(bytes: Uint8Array, start = 0, end = bytes.length): string[] | null {
  const entries = new ListpackEntries();
  const items: string[] = [];
  if (!entries.open(bytes, start, end)) return null;
  for (;;) {
    const outcome = entries.next();
    if (outcome === NO_MORE) return items;
    if (outcome !== ENTRY) return null;
    const { item } = entries;
    items.push(Buffer.from(item.bytes.subarray(item.start, item.end)).toString('latin1'));
  }
}

test('listpack: what Redis says', () => {
  for (const [hex, items] of LISTPACKS) {
    const bytes = Buffer.from(`ee${hex}ee`, 'hex');
    assert.deepEqual(itemsOf(bytes, 1, bytes.length - 1), items);
  }
});

test('listpack: what is longer than it need be becomes canonical', () => {
  const lines: [entries: string, hex: string][] = [
    ['82313203', '0c01'],
    ['c00502', '0501'],
    ['f1050003', '0501'],
    ['f4050000000000000009', '0501'],
    ['e0016103', '816102'],
    ['f0010000006106', '816102'],
    ['f0010000003706', '0701'],
    ['942d3932323333373230333638353437373538303815', 'f4000000000000008009'],
  ];
  const { server, session } = makeServer();
  for (const [entries, hex] of lines) {
    const loose = Buffer.concat([Buffer.alloc(6), Buffer.from(`${entries}ff`, 'hex')]);
    loose.writeUInt32LE(loose.length, 0);
    loose.writeUInt16LE(1, 4);
    const payload = payloadOf(body(18, length(1), length(2), string(loose))).toString('latin1');
    call(server, session, ['RESTORE', 'k', '0', payload, 'REPLACE']);
    const dump = Buffer.from(call(server, session, 'DUMP k'), 'latin1').toString('hex');
    assert.ok(dump.includes(`0100${hex}ff`), `${hex}: ${dump}`);
  }
});

test('listpack: damaged ones are none', () => {
  const good = Buffer.from(LISTPACKS[0][0], 'hex');
  const lines: [hex: string, what: string][] = [
    ['1200000004008161020101816202ded403ff', 'a back length'],
    ['1200000004008161020101816202ded482ff', 'a back length without an end'],
    ['1200000005008161020101816202ded402ff', 'a count'],
    ['1200000003008161020101816202ded402ff', 'a count'],
    ['1100000004008161020101816202ded402ff', 'a size'],
    ['1200000104008161020101816202ded402ff', 'a size'],
    ['1200000004008161020101816202ded402fe', 'no end'],
    ['1200000004008161020101816202ffd402ff', 'an end amidst'],
    ['060000000000', 'no end'],
  ];
  for (const [hex, what] of lines) assert.equal(itemsOf(Buffer.from(hex, 'hex')), null, what);
  for (let size = 0; size < good.length; size++) {
    assert.equal(itemsOf(good, 0, size), null, `${size} bytes`);
    const cut = Buffer.concat([good.subarray(0, size), Buffer.from([0xff])]);
    if (size < good.length - 1) assert.equal(itemsOf(cut), null, `${size} bytes and an end`);
  }
  for (let at = 0; at < good.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[at] ^= 1 << bit;
      // It is none, or one whose items can be read and are as many as before.
      const items = itemsOf(bytes);
      if (items !== null) assert.equal(items.length, 4);
    }
  }
});

test('listpack: more entries than its count can say', () => {
  for (const count of [65_534, 65_535, 65_536]) {
    const bytes = Buffer.alloc(6 + 2 * count + 1, 1);
    bytes.writeUInt32LE(bytes.length, 0);
    bytes.writeUInt16LE(Math.min(count, 65_535), 4);
    bytes[bytes.length - 1] = 0xff;
    assert.equal(itemsOf(bytes)?.length, count);
  }
});

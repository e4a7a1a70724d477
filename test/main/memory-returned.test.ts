// What flushed keys took goes back to the system within seconds, round after round. Slabs and
// segments are shared buffers, which V8 collects only when it is told (decisions/0007). Only the
// resident size of a whole process shows that it was.
//
// The C library keeps freed blocks of up to 32 MiB, more or fewer of them from one run to the next:
// here it is told not to, so that all that stays is what V8 was not told of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawClient } from '../support/raw-client.ts';
import { startRedstart } from '../support/server.ts';

process.env.MALLOC_MMAP_THRESHOLD_ = '131072';

const MEBIBYTE = 1024 * 1024;
/** Large values fill the memory soon. */
const VALUE_SIZE = 480;
/** Keys, values and tables take so much at least. */
const BYTES_PER_KEY_MIN = VALUE_SIZE + 24;
/** Left to itself V8 collects now and then, too, and may be in time once; hardly each time. */
const ROUNDS = 2;
/** It takes half a second to two; the rest is for machines with other work. */
const RETURN_MS_MAX = 20000;
const POLL_MS = 50;

interface Case {
  readonly flush: readonly string[];
  readonly keys: number;
  /** Is there a key in another database? Then records are freed one by one. */
  readonly hasOthers: boolean;
  /** What may stay, beyond the resident size of the new server. */
  readonly keptSizeMax: number;
}

const CASES: readonly Case[] = [
  { flush: ['FLUSHALL'], keys: 120_000, hasOthers: false, keptSizeMax: 30 * MEBIBYTE },
  { flush: ['FLUSHDB', 'ASYNC'], keys: 120_000, hasOthers: false, keptSizeMax: 30 * MEBIBYTE },
  // The largest slab, of 64 MiB, is kept for what comes next.
  { flush: ['FLUSHDB', 'ASYNC'], keys: 250_000, hasOthers: true, keptSizeMax: 90 * MEBIBYTE },
];

for (const each of CASES) {
  const place = each.hasOthers ? ' beside another database' : '';
  test(`memory goes back to the system after ${each.flush.join(' ')}${place}`, () => check(each));
}

async function check({ flush, keys, hasOthers, keptSizeMax }: Case): Promise<void> {
  const server = await startRedstart();
  const client = await RawClient.connect(server.port);
  try {
    if (hasOthers) {
      await client.command('SELECT', '1');
      await client.command('SET', 'other', 'value');
      await client.command('SELECT', '0');
    }
    const startSize = await residentSize(client);
    for (let round = 1; round <= ROUNDS; round++) {
      await client.command('DEBUG', 'POPULATE', String(keys), 'key', String(VALUE_SIZE));
      const growth = (await residentSize(client)) - startSize;
      assert.ok(growth >= keys * BYTES_PER_KEY_MIN, `round ${round}: grew by ${growth} bytes`);
      await client.command(...flush);
      const kept = (await sizeAtMost(client, startSize + keptSizeMax)) - startSize;
      assert.ok(kept <= keptSizeMax, `round ${round}: ${kept} bytes of ${growth} were kept`);
    }
  } finally {
    client.close();
    await server.stop();
  }
}

/** Waits until the resident size is no larger than `sizeMax`, or for so long; the last one seen. */
async function sizeAtMost(client: RawClient, sizeMax: number): Promise<number> {
  const endMs = Date.now() + RETURN_MS_MAX;
  for (;;) {
    const size = await residentSize(client);
    if (size <= sizeMax || Date.now() >= endMs) return size;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function residentSize(client: RawClient): Promise<number> {
  const text = (await client.command('INFO', 'memory')).toString('latin1');
  return Number(/^used_memory_rss:(\d+)/m.exec(text)?.[1]);
}

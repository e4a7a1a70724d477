// What a library said to a server while a program used it, sent again to the reference and to
// Redstart, one request after the other over one connection: all replies and all values must be
// equal. So it is known which script, with which arguments, makes the difference.
//
// What blocks finds what there is now, or nothing. Ids of stream entries are made of the server's
// clock, and large integers may be what is left of a deadline: both are masked. Large hashes have
// their fields in an order that no two servers share: the lines of replies are compared sorted.
import assert from 'node:assert/strict';
import type { Pair } from './differential.ts';
import { showBytes } from './resp.ts';

/**
 * Of the connection alone, or with answers that need not be equal. What a transaction consists of
 * stands between MULTI and EXEC of other connections, too.
 */
const LEFT_OUT = new Set([
  'hello',
  'client',
  'info',
  'monitor',
  'multi',
  'exec',
  'subscribe',
  'psubscribe',
  'unsubscribe',
  'punsubscribe',
  'quit',
  'keys',
  'scan',
  'flushall',
]);
/** Their last argument says for how many seconds they wait. */
const WAITING = new Set(['blpop', 'brpop', 'brpoplpush', 'blmove', 'bzpopmin', 'bzpopmax']);
const SOON_SECONDS = '0.001';
const SHOWN_MAX = 300;

/** Empties both servers and sends them the requests, latin1. Returns how many were sent. */
export async function replay(
  pair: Pair,
  requests: readonly (readonly string[])[],
): Promise<number> {
  await pair.send('', 2, ['FLUSHALL']);
  let sent = 0;
  for (const request of requests) {
    const name = request[0].toLowerCase();
    if (LEFT_OUT.has(name)) continue;
    const shown = request.map((arg) => arg.slice(0, SHOWN_MAX)).join(' ');
    await same(pair, withoutWaiting(name, request), shown);
    sent++;
  }
  await compareKeys(pair);
  return sent;
}

/** All keys and what they hold: streams by their entries, the others by their digests. */
async function compareKeys(pair: Pair): Promise<void> {
  const replies = await pair.send('', 2, ['KEYS', '*']);
  const [theirs, ours] = replies.map((reply) => wordsOf(reply).sort());
  assert.deepEqual(ours, theirs);
  for (const key of theirs) {
    const type = await same(pair, ['TYPE', key], 'TYPE');
    if (!type.includes('stream')) {
      await same(pair, ['DEBUG', 'DIGEST-VALUE', key], `digest of ${key}`);
      continue;
    }
    await same(pair, ['XRANGE', key, '-', '+'], `entries of ${key}`);
    await same(pair, ['DEL', key], 'DEL');
  }
  await same(pair, ['DEBUG', 'DIGEST'], 'DEBUG DIGEST');
}

async function same(pair: Pair, args: readonly string[], shown: string): Promise<string> {
  const [theirs, ours] = (await pair.send('', 2, args)).map(masked);
  assert.equal(ours, theirs, `sent again: ${showBytes(shown)}`);
  return theirs;
}

function masked(reply: Buffer): string {
  const text = reply.toString('latin1');
  const plain = text.replace(/\$\d+\r\n\d{13}-\d+/g, '<id>').replace(/^:\d{5,}/gm, ':<large>');
  return plain.split('\r\n').sort().join('\n');
}

/** The bulk strings of an array. */
function wordsOf(reply: Buffer): string[] {
  const words = reply.toString('latin1').split('\r\n');
  return words.filter((_, index) => index > 0 && index % 2 === 0);
}

function withoutWaiting(name: string, args: readonly string[]): readonly string[] {
  if (WAITING.has(name)) return args.with(-1, SOON_SECONDS);
  if (name !== 'xread' && name !== 'xreadgroup') return args;
  const block = args.findIndex((arg) => arg.toLowerCase() === 'block');
  return block === -1 ? args : args.toSpliced(block, 2);
}

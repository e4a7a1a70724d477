// Files of a journal that are whole, torn or damaged: what is handed out, and where it ends.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RespReader } from '../../src/adapters/aof/resp-reader.ts';
import { READ } from '../../src/engine/disk.ts';
import { BROKEN, COMMAND, ENDED, JournalScan, TORN } from '../../src/engine/journal/scan.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { respOf } from '../support/journal.ts';

const NAMES = new Map([
  [ENDED, 'ended'],
  [TORN, 'torn'],
  [BROKEN, 'broken'],
]);

/** Commands that are handed out, and how and where that ends: `A 1, B 2; torn at 40`. */
function scan(text: string): string {
  const disk = new ForgetfulDisk();
  disk.put('f', text);
  const reading = new JournalScan(disk.open('f', READ), 0, new RespReader());
  const lines: string[] = [];
  for (;;) {
    const found = reading.next();
    if (found !== COMMAND) {
      return `${lines.join(', ')}; ${NAMES.get(found)} at ${reading.offset}`;
    }
    const { request } = reading;
    const words = Array.from({ length: request.count }, (_, i) => request.text(i).slice(0, 9));
    lines.push(words.join(' '));
  }
}

const A = respOf(['SET', 'a', '1']);
const B = respOf(['SET', 'b', '2']);
const MULTI = respOf(['MULTI']);
const EXEC = respOf(['EXEC']);
const ZEROS = '\0'.repeat(4096);
const LARGE = respOf(['SET', 'l', 'x'.repeat(3_000_000)]);

for (const [name, text, expected] of [
  ['nothing', '', '; ended at 0'],
  ['a command', A, `SET a 1; ended at ${A.length}`],
  ['a note', `#TS:1700000000\r\n${A}`, `SET a 1; ended at ${A.length + 16}`],
  ['a unit', MULTI + A + B + EXEC, `SET a 1, SET b 2; ended at ${(MULTI + A + B + EXEC).length}`],
  ['a large command', A + LARGE + B, `SET a 1, SET l xxxxxxxxx, SET b 2; ended at 3000086`],
  [
    'a large unit',
    A + MULTI + LARGE + B + EXEC,
    'SET a 1, SET l xxxxxxxxx, SET b 2; ended at 3000115',
  ],
  ['a unit without an end', A + MULTI + B, `SET a 1; torn at ${A.length}`],
  ['a large unit without an end', A + MULTI + LARGE + B, `SET a 1; torn at ${A.length}`],
  ['NULs at the end', `${A}\0\0\0\0`, `SET a 1; torn at ${A.length}`],
  ['NULs at the end of a unit', `${A}${MULTI}${B}\0\0`, `SET a 1; torn at ${A.length}`],
  ['NULs within a command', `${A}${B.slice(0, 20)}${ZEROS}`, `SET a 1; torn at ${A.length}`],
  ['NULs within a size', `${A}${B.slice(0, 5)}${ZEROS}`, `SET a 1; torn at ${A.length}`],
  ['NULs within a note', `${A}#TS:17${ZEROS}`, `SET a 1; torn at ${A.length}`],
  [
    'NULs within a command of a unit',
    `${A}${MULTI}${B}${B.slice(0, 22)}${ZEROS}`,
    `SET a 1; torn at ${A.length}`,
  ],
  [
    'NULs within a large command',
    `${A}${LARGE.slice(0, 2_500_000)}${'\0'.repeat(2_000_000)}`,
    `SET a 1; torn at ${A.length}`,
  ],
  [
    'NULs behind a large unit that is damaged',
    `${A}${LARGE.replace('$1', '$2')}${A}${ZEROS}`,
    `SET a 1; broken at ${A.length}`,
  ],
  [
    'NULs behind a size that is too large',
    `${A}${B.replace('$1', '$9')}${A}${ZEROS}`,
    `SET a 1; broken at ${A.length}`,
  ],
  [
    'NULs within a command, and others behind',
    `${A}${B.slice(0, 20)}${ZEROS}${A}`,
    `SET a 1; broken at ${A.length}`,
  ],
  ['NULs in the middle', `${A}\0\0\0${B}`, `SET a 1; broken at ${A.length}`],
  ['a length that is too large', A + B.replace('$3', '$9') + A, `SET a 1; broken at ${A.length}`],
  ['a count that is too large', A + B.replace('*3', '*9') + A, `SET a 1; broken at ${A.length}`],
  ['a length that is too small', A + B.replace('$3', '$2') + A, `SET a 1; broken at ${A.length}`],
  ['a wrong line end', A + B.replace('\r\n', '\n\n') + A, `SET a 1; broken at ${A.length}`],
  ['no command', `${A}hello\r\n`, `SET a 1; broken at ${A.length}`],
  ['an EXEC alone', A + EXEC, `SET a 1; broken at ${A.length}`],
  ['MULTI in MULTI', MULTI + MULTI + EXEC, `; broken at ${MULTI.length}`],
  ['a leading zero', A.replace('*3', '*03'), '; broken at 0'],
  ['no arguments', '*0\r\n', '; broken at 0'],
  ['a long note', `#${'x'.repeat(2000)}\r\n${A}`, '; broken at 0'],
] as const) {
  test(`scan: ${name}`, () => assert.equal(scan(text), expected));
}

test('scan: cut at any byte, it is torn where the last unit begins', () => {
  const units = [A, MULTI + A + B + EXEC, `#TS:1\r\n`, B, respOf(['SET', 'c', '\r\n*1\r\n'])];
  const text = units.join('');
  for (let size = 0; size <= text.length; size++) {
    let begin = 0;
    for (const unit of units) {
      if (begin + unit.length > size) break;
      begin += unit.length;
    }
    const found = scan(text.slice(0, size));
    const end = begin === size ? 'ended' : 'torn';
    assert.match(found, new RegExp(`; ${end} at ${begin}$`), `cut at ${size}`);
  }
});

test('scan: any byte of a count or a length flipped, the middle is damaged', () => {
  const tail = A.repeat(3);
  for (let at = 0; at < B.length; at++) {
    const isValue = /[a-zA-Z]/.test(B[at]) || (B[at - 1] === '\n' && B[at] === '2');
    if (isValue) continue;
    for (let bit = 0; bit < 8; bit++) {
      const flipped = String.fromCharCode(B.charCodeAt(at) ^ (1 << bit));
      const found = scan(A + B.slice(0, at) + flipped + B.slice(at + 1) + tail);
      assert.match(found, /^SET a 1.*; broken/s, `byte ${at}, bit ${bit}`);
    }
  }
});

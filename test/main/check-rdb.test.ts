// `redstart check-rdb` on files that are whole, cut and damaged.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerProcess, withDirectory } from '../support/process.ts';
import { fileOf } from '../support/rdb-file.ts';
import { length, milliseconds, string } from '../support/rdb-forms.ts';

function item(opcode: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(opcode), ...parts]);
}

const DUE = item(252, milliseconds(1));
const HELLO = item(0, string('k'), string('v'));
const WHOLE = [item(250, string('redis-ver'), string('7.2.6')), item(254, length(40)), DUE, HELLO];
const TWICE = item(4, string('a b'), length(2), ...Array(4).fill(string('f')));
const LIBRARY = item(245, string('#!lua name=l'));
const EMPTY = item(2, string('none'), length(0));

const FILES: readonly (readonly [name: string, file: Buffer, code: number, lines: string[]])[] = [
  [
    'a whole file',
    fileOf(WHOLE),
    0,
    [
      "[offset 26] AUX FIELD redis-ver = '7.2.6'",
      '[offset 28] Selecting DB ID 40',
      '[offset 51] Checksum OK',
      '[offset 51] \\o/ RDB looks OK! \\o/',
      '[info] 1 keys read',
      '[info] 1 expires',
      '[info] 1 already expired',
    ],
  ],
  [
    'a file of an old version, with a library and a set without members',
    fileOf([LIBRARY, EMPTY], 4),
    0,
    [
      '[offset 30] The key "none" is an empty collection, which a start leaves out',
      '[offset 31] Old version, without a checksum',
      '[offset 31] \\o/ RDB looks OK! \\o/',
      '[info] 0 keys read',
      '[info] 0 expires',
      '[info] 0 already expired',
      '[info] 1 libraries of functions',
    ],
  ],
  [
    'a damaged value',
    fileOf([HELLO, TWICE]),
    1,
    [
      '--- RDB ERROR DETECTED ---',
      '[offset 28] Duplicate hash fields detected.',
      '[additional info] What cannot be read begins at offset 14',
      '[additional info] Reading key "a b", type 4',
      '[info] the first 14 bytes can be read',
      '[info] 1 keys read',
      '[info] 0 expires',
      '[info] 0 already expired',
    ],
  ],
  [
    'a cut file',
    fileOf([HELLO, HELLO]).subarray(0, 17),
    1,
    [
      '--- RDB ERROR DETECTED ---',
      '[offset 17] it ends too early',
      '[additional info] What cannot be read begins at offset 14',
      '[additional info] Reading key "k", type 0',
      '[info] the first 14 bytes can be read',
      '[info] 1 keys read',
      '[info] 0 expires',
      '[info] 0 already expired',
    ],
  ],
];

for (const [name, file, code, lines] of FILES) {
  test(`check-rdb: ${name}`, async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'dump.rdb');
      writeFileSync(path, file);
      const process = new ServerProcess(['check-rdb', path]);
      assert.equal(await process.ended, code, process.text);
      const said = [`[offset 0] Checking RDB file ${path}`, ...lines, ''];
      assert.equal(process.text, said.join('\n'));
      assert.deepEqual(readFileSync(path), file);
    });
  });
}

const REFUSED: readonly (readonly [args: string[], says: RegExp])[] = [
  [['check-rdb'], /^Usage: redstart check-rdb <file\.rdb>\n$/],
  [['check-rdb', 'a', 'b'], /^Usage: redstart check-rdb <file\.rdb>\n$/],
  [
    ['check-rdb', '/no/such/file'],
    /^Cannot open file \/no\/such\/file: No such file or directory\n$/,
  ],
];

for (const [args, says] of REFUSED) {
  test(`${args.join(' ')} is refused`, async () => {
    const process = new ServerProcess(args);
    assert.equal(await process.ended, 1);
    assert.match(process.text, says);
  });
}

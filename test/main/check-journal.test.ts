// `redstart check-aof` on journals whose base is an RDB file: what it says, and what it leaves.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkJournalFiles } from '../../src/main/check-journal.ts';
import { respOf } from '../support/journal.ts';
import { withDirectory } from '../support/process.ts';
import { fileOf } from '../support/rdb-file.ts';
import { length, string } from '../support/rdb-forms.ts';

const NAME = 'appendonly.aof';
const MANIFEST = `${NAME}.manifest`;
const BASE = `${NAME}.1.base.rdb`;
const INCREMENT = `${NAME}.1.incr.aof`;
const LISTED = `file ${BASE} seq 1 type b\nfile ${INCREMENT} seq 1 type i\n`;
const SELECT = Buffer.concat([Buffer.of(254), length(1030)]);
const SNAPSHOT = fileOf([SELECT, Buffer.concat([Buffer.of(0), string('k'), string('v')])]).toString(
  'latin1',
);
const DAMAGED = SNAPSHOT.replace('k', 'l');
const A = respOf(['SET', 'a', '1']);
const BROKEN = A + A.replace('$3', '$7') + A;
const TORN = `${A}*2\r\n$3\r\nDEL\r\n`;

function journal(base: string, increment: string): Readonly<Record<string, string>> {
  return { [MANIFEST]: LISTED, [BASE]: base, [INCREMENT]: increment };
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly fixes?: boolean;
  readonly isFine: boolean;
  readonly says: RegExp;
  /** Files that are others afterwards. */
  readonly after?: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: 'base and increment are whole',
    files: journal(SNAPSHOT, A),
    isFine: true,
    says: /BASE AOF .* is valid: 26 bytes\nINCR AOF .* is valid: 27 bytes\nAll AOF files/,
  },
  {
    name: 'base and increment are whole, and to be fixed',
    files: journal(SNAPSHOT, A),
    fixes: true,
    isFine: true,
    says: /All AOF files and manifest are valid/,
  },
  {
    name: 'an empty increment, to be fixed',
    files: journal(SNAPSHOT, ''),
    fixes: true,
    isFine: true,
    says: /BASE AOF .* is valid: 26 bytes\nINCR AOF .* is valid: 0 bytes/,
  },
  {
    name: 'an increment that is damaged in the middle',
    files: journal(SNAPSHOT, BROKEN),
    isFine: false,
    says: /INCR AOF .* is not valid. At offset 27 it is damaged: .*\nWith --fix/,
  },
  {
    name: 'an increment that is damaged in the middle, to be fixed',
    files: journal(SNAPSHOT, BROKEN),
    fixes: true,
    isFine: true,
    says: /Successfully truncated AOF .* at offset 27/,
    after: { [INCREMENT]: A, [`${INCREMENT}.cut-at-27`]: BROKEN.slice(27) },
  },
  {
    name: 'a base that is damaged, to be fixed',
    files: journal(DAMAGED, ''),
    fixes: true,
    isFine: false,
    says: /base.rdb is not valid: its RDB part is damaged: RDB CRC.*\nIt cannot be fixed/,
  },
  {
    name: 'a base that ends too early, to be fixed',
    files: journal(SNAPSHOT.slice(0, -9), ''),
    fixes: true,
    isFine: false,
    says: /base.rdb is not valid: its RDB part is damaged: .*at offset 17\nIt cannot be fixed/,
  },
  {
    name: 'an empty RDB base, to be fixed',
    files: journal('', A),
    fixes: true,
    isFine: false,
    says: /base.rdb is not valid: it is empty.*\nIt cannot be fixed/,
  },
  {
    name: 'an empty base of commands, as Redis makes it of no data',
    files: {
      [MANIFEST]: LISTED.replace('.rdb', '.aof'),
      [BASE.replace('.rdb', '.aof')]: '',
      [INCREMENT]: A,
    },
    isFine: true,
    says: /BASE AOF .*base.aof is valid: 0 bytes/,
  },
  {
    name: 'bytes behind a base, to be fixed',
    files: journal(`${SNAPSHOT}hello`, ''),
    fixes: true,
    isFine: false,
    says: /At offset 26 it is damaged: .*\nIt cannot be fixed/,
  },
  {
    name: 'a single file with a preamble',
    files: { [NAME]: SNAPSHOT + A },
    fixes: true,
    isFine: true,
    says: /AOF .*appendonly.aof is valid: 53 bytes/,
  },
  {
    name: 'a single file with a preamble and a torn tail',
    files: { [NAME]: SNAPSHOT + TORN },
    fixes: true,
    isFine: true,
    says: /Successfully truncated AOF .*appendonly.aof at offset 53/,
    after: { [NAME]: SNAPSHOT + A, [`${NAME}.cut-at-53`]: TORN.slice(27) },
  },
  {
    name: 'a file that is missing',
    files: { [MANIFEST]: LISTED, [BASE]: TORN },
    fixes: true,
    isFine: false,
    says: /INCR AOF .*incr.aof doesn't exist: restore it from a backup\n$/,
  },
];

function picture(path: string): Record<string, string> {
  const names = readdirSync(path).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), 'latin1')]));
}

for (const { name, files, fixes = false, isFine, says, after = {} } of CASES) {
  test(`check-aof: ${name}`, async () => {
    await withDirectory(async (path) => {
      for (const [file, text] of Object.entries(files)) {
        writeFileSync(join(path, file), text, 'latin1');
      }
      const checked = await checkJournalFiles(
        join(path, MANIFEST in files ? MANIFEST : NAME),
        fixes,
      );
      assert.match(checked.text, says);
      assert.equal(checked.isFine, isFine, checked.text);
      assert.deepEqual(picture(path), { ...files, ...after });
    });
  });
}

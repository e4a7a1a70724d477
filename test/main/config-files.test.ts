// The files that `include` and the command line name, as the C library finds and opens them.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfigText } from '../../src/main/config-files.ts';
import { withDirectory } from '../support/process.ts';

const FILES = ['a/z.conf', 'a.b/z.conf', 'a/.conf', '1.d', 'x.d', 'open[', 'es*cape', 'es-cape'];
const DIRECTORIES = ['sub', 'a', 'a.b', 'a/dir.conf'];

/** Patterns, and the files that are read. */
const LINES: readonly [path: string, ...files: string[]][] = [
  ['1.d', '1.d'],
  ['sub'],
  ['*.nosuch'],
  // a.b/ comes before a/: paths are sorted as a whole.
  ['a*/*.conf', 'a.b/z.conf', 'a/z.conf'],
  ['**/z.con[f]', 'a.b/z.conf', 'a/z.conf'],
  ['[!a]*/../a/z*', 'a/z.conf'],
  ['a/.*', 'a/.conf'],
  ['[[:digit:]].d', '1.d'],
  ['[!0-9].d', 'x.d'],
  ['open[', 'open['],
  ['open[*', 'open['],
  ['nosuch['],
  ['es\\*cap[e]', 'es*cape'],
  ['es*cape', 'es*cape', 'es-cape'],
  ['?/'],
];

test('what the paths of includes mean', async () => {
  await withDirectory(async (path) => {
    for (const name of DIRECTORIES) mkdirSync(join(path, name));
    for (const name of FILES) writeFileSync(join(path, name), `<${name}>`);
    for (const [pattern, ...files] of LINES) {
      const { text, problem } = readConfigText(`${path}/${pattern}`);
      assert.equal(problem, null, pattern);
      assert.equal(text.replaceAll('\n', ''), files.map((name) => `<${name}>`).join(''), pattern);
    }
  });
});

test('what cannot be read stops the start', async () => {
  await withDirectory(async (path) => {
    symlinkSync('/no/such', join(path, 'link'));
    const cases: readonly [path: string, named: string, words: string][] = [
      ['', '', 'No such file or directory'],
      [`${path}/none`, `${path}/none`, 'No such file or directory'],
      [`${path}/li*`, `${path}/link`, 'No such file or directory'],
      [`${path}/link/x`, `${path}/link/x`, 'No such file or directory'],
      [`${path}/a\0b`, `${path}/a\0b`, 'Invalid argument'],
    ];
    for (const [given, named, words] of cases) {
      const problem = `Fatal error, can't open config file '${named}': ${words}`;
      assert.deepEqual(readConfigText(given), { text: '', problem });
    }
  });
});

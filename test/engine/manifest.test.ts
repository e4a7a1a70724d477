// The manifest of the journal: what is written is read back, and what is wrong with others.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type Manifest,
  ManifestError,
  manifestText,
  parseManifest,
} from '../../src/engine/journal/manifest.ts';

const A = { name: 'appendonly.aof.2.base.rdb', sequence: 2 };
const B = { name: 'appendonly.aof.2.incr.aof', sequence: 2 };
const C = { name: 'appendonly.aof.3.incr.aof', sequence: 3 };
const ODD = { name: ' file seq \n\n.aof ".1.base.rdb', sequence: 1 };

for (const [name, manifest, text] of [
  ['nothing', { base: null, history: [], increments: [] }, ''],
  [
    'all kinds',
    { base: A, history: [B], increments: [C] },
    'file appendonly.aof.2.base.rdb seq 2 type b\n' +
      'file appendonly.aof.2.incr.aof seq 2 type h\n' +
      'file appendonly.aof.3.incr.aof seq 3 type i\n',
  ],
  [
    'an odd name',
    { base: ODD, history: [], increments: [] },
    'file " file seq \\n\\n.aof \\".1.base.rdb" seq 1 type b\n',
  ],
] as const satisfies readonly (readonly [string, Manifest, string])[]) {
  test(`manifest: ${name}`, () => {
    assert.equal(manifestText(manifest), text);
    if (text !== '') assert.deepEqual(parseManifest(text), manifest);
  });
}

const LINE = 'file a seq 1 type b\n';
for (const [text, line, problem] of [
  ['', 0, 'Found an empty AOF manifest'],
  ['\n', 1, 'Invalid AOF manifest file format'],
  [`${LINE}\n`, 2, 'Invalid AOF manifest file format'],
  ['file a seq 1\n', 1, 'Invalid AOF manifest file format'],
  ['file a seq 1 type\n', 1, 'Invalid AOF manifest file format'],
  ['file a seq 1 type b more\n', 1, 'Invalid AOF manifest file format'],
  ['file a seq 0 type b\n', 1, 'Invalid AOF manifest file format'],
  ['file a seq x type b\n', 1, 'Invalid AOF manifest file format'],
  ['file "a seq 1 type b\n', 1, 'Invalid AOF manifest file format'],
  ['file a seq 1 type x\n', 1, 'Unknown AOF file type'],
  ['file a/b seq 1 type b\n', 1, "File can't be a path, just a filename"],
  [`${LINE}file b seq 2 type b\n`, 2, 'Found duplicate base file information'],
  ['file a seq 2 type i\nfile b seq 2 type i\n', 2, 'Found a non-monotonic sequence number'],
  [`file ${'a'.repeat(1024)} seq 1 type b\n`, 1, 'The AOF manifest file contains too long line'],
  [LINE.trim(), 1, 'The AOF manifest file contains an unfinished line'],
] as const) {
  test(`manifest: refused is ${JSON.stringify(text.slice(0, 50))}`, () => {
    assert.throws(
      () => parseManifest(text),
      (error: unknown) => {
        assert.ok(error instanceof ManifestError);
        assert.deepEqual([error.line, error.message], [line, problem]);
        return true;
      },
    );
  });
}

test('manifest: comments and unknown pairs are skipped, names are in any case', () => {
  const text = '# what\nFILE a SEQ 1 TYPE b other 3\nfile b seq 4 type i\n';
  assert.deepEqual(parseManifest(text), {
    base: { name: 'a', sequence: 1 },
    history: [],
    increments: [{ name: 'b', sequence: 4 }],
  });
});

// The documents do what they say: code blocks marked `run` are run, each in a process of its own,
// against the package as it is built. What is printed is what stands behind each console.log().
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run-program.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'redstart-documents-'));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules/redstart'), 'junction');
for (const name of ['ioredis', 'redis']) {
  symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
}

/** The blocks of a document that are to be run, with the lines that they begin at. */
function blocksOf(path: string): { line: number; code: string }[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^```js run\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    code: match[1],
  }));
}

const guides = readdirSync(join(ROOT, 'docs/guide')).map((name) => `docs/guide/${name}`);
const blocks = ['README.md', ...guides].flatMap((path) =>
  blocksOf(path).map((block) => ({ ...block, path })),
);

test('there are blocks to run', () => {
  for (const path of ['README.md', 'docs/guide/embedding.md']) {
    assert.ok(
      blocks.some((block) => block.path === path),
      path,
    );
  }
});

for (const { path, line, code } of blocks) {
  test(`${path}:${line}`, async () => {
    const file = join(folder, `block-${line}.mjs`);
    writeFileSync(file, code);
    const says = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]);
    assert.ok(says.length > 0, 'a block says what it prints');
    const text = says.map((words) => `${words}\n`).join('');
    assert.deepEqual(await runProgram([file], folder), { text, code: 0 });
  });
}

// The tests of errors once more, bundled as what is published: a minifier may take names and change
// texts, but errors stay the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FILES = ['names', 'errors-caught', 'coroutines', 'environments'];

for (const file of FILES) {
  test(`bundled: ${file}`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'redstart-bundled-'));
    try {
      const bundle = join(directory, `${file}.cjs`);
      run('tools/bundling.mjs', `build/test/lua/language/${file}.test.js`, bundle);
      assert.match(run('--test-reporter=spec', bundle), /^ℹ pass [1-9]/m);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

/** What node prints, which must succeed. */
function run(...args: string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

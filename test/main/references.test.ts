// The references in docs/reference/ are what their tools make of the declarations now, and what
// they say of directives is not less than the truth.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The gate and the process put these names together. */
const MADE_OF_PARTS = /^(enable-(debug|module)-command|shutdown-on-sig(int|term))$/;
const TABLES = /settings\/directives-|embed\/(process-)?directives|documentation/;

for (const name of ['configuration', 'api']) {
  test(`docs/reference/${name}.md is fresh`, () => {
    const script = join(ROOT, `tools/docs-${name}.mjs`);
    const result = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
  });
}

test('directives that nobody reads are not said to do something', () => {
  const page = readFileSync(join(ROOT, 'docs/reference/configuration.md'), 'utf8');
  const [told, idle] = page.split('## Accepted, without effect');
  const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !TABLES.test(path.replaceAll('\\', '/')))
    .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'))
    .join('\n');
  const names = (text: string) => [...text.matchAll(/^\| `([\w-]+)`/gm)].map((match) => match[1]);
  const unread = names(told).filter(
    (name) => !source.includes(`'${name}'`) && !MADE_OF_PARTS.test(name),
  );
  assert.deepEqual(unread, []);
  assert.ok(names(told).length > 80 && names(idle).length > 80);
});

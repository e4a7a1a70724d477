// The documents do what they say: code blocks marked `run` are run against the package as it is
// built (see test/support/document-blocks.ts), the types of those in TypeScript are right, and
// links lead to what is there.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Block,
  BlockRunner,
  blocksOf,
  problemOf,
  saysOf,
} from '../support/document-blocks.ts';
import { typeErrorsOf } from '../support/document-types.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Documents without a block to run would show that the mark is misspelt. */
const RUN = ['README.md', 'docs/guide/embedding.md', 'docs/guide/testing.md'];
/** A block whose types are wrong, and what is said of it. */
const WRONG: Block = {
  path: 'wrong.md',
  line: 0,
  language: 'ts',
  code: `import { createServer } from 'redstart';
import { fixtures } from 'redstart/testing';
import { test as base } from 'vitest';
const { port }: { port: string } = await createServer({ port: 0 });
await createServer({ config: { 'maxmemory-policy': 'none' } });
base.extend(fixtures)('wrong', ({ redisUrl }) => redisUrl.nothing + port);
base.extend(fixtures)('wrong', ({ server }) => server.clock.advance(null));
`,
};
const ERRORS: readonly RegExp[] = [
  /^wrong\.md:4: .* not assignable to type '.*string/,
  /^wrong\.md:5: .*"none"/,
  /^wrong\.md:6: Property 'nothing' does not exist on type 'string'/,
  /^wrong\.md:7: .*'null' is not assignable/,
];

const folder = mkdtempSync(join(tmpdir(), 'redstart-documents-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const runner = new BlockRunner(folder, ROOT);

const texts = new Map(
  ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn('examples')].map((path) => [
    path,
    readFileSync(join(ROOT, path), 'utf8'),
  ]),
);
const blocks = [...texts].flatMap(([path, text]) => blocksOf(path, text));

test('there are blocks to run', () => {
  for (const path of RUN) assert.ok(blocks.some((block) => block.path === path) === true, path);
});

for (const block of blocks) {
  test(`${block.path}:${block.line}`, { skip: problemOf(block) || false }, async () => {
    const says = saysOf(block);
    assert.ok(says !== null, 'a block says what it prints');
    const { text, code } = await runner.run(block);
    assert.match(text, says);
    assert.equal(code, 0);
  });
}

test('blocks in TypeScript have the types that they say', () => {
  const typed = blocks.filter(({ language }) => language === 'ts');
  assert.ok(typed.length > 0);
  const errors = typeErrorsOf(folder, ROOT, [...typed, WRONG]);
  assert.equal(errors.length, ERRORS.length, errors.join('\n'));
  for (const [i, error] of ERRORS.entries()) assert.match(errors[i], error);
});

test('links lead to what is there', () => {
  const wrong = [...texts].flatMap(([path, text]) =>
    linksOf(text)
      .filter((link) => !leads(path, link))
      .map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(wrong, []);
});

/** Where the text links to within the repository; what stands in code is no link. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1])
    .filter((link) => !/^https?:/.test(link));
}

function leads(from: string, link: string): boolean {
  const [path, heading] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path).replaceAll('\\', '/');
  if (!existsSync(join(ROOT, target))) return false;
  if (heading === undefined) return true;
  const text = texts.get(target) ?? readFileSync(join(ROOT, target), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].some((match) => anchorOf(match[1]) === heading);
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function markdownIn(path: string): string[] {
  return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => `${path}/${name.replaceAll('\\', '/')}`);
}

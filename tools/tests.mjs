// Finds the test files of each group and runs them with node's test runner. The lists come from
// the sources under test/, not from build/, so that the output of a deleted test is never run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The groups in the order in which they run; unit is every test outside the other folders. */
export const groups = ['unit', 'lua', 'differential', 'clients', 'random'];

/**
 * The compiled test files of a group, sorted, whose source path contains one of the words
 * (all files when there are no words).
 */
export function testFiles(group, words = []) {
  const folder = join(root, 'test');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((path) => 'test/' + path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts') && groupOf(path) === group)
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort()
    .map((path) => join('build', path.replace(/\.ts$/, '.js')));
}

/** Whether the folder of a group is there at all; that of unit always is. */
export function groupExists(group) {
  return group === 'unit' || existsSync(join(root, 'test', group));
}

/**
 * Runs test files two at a time and returns { status, output }. With stdio 'inherit' the runner
 * prints for itself and output is empty.
 */
export function runTests(files, { stdio = 'pipe', env = {} } = {}) {
  const reporter = `--test-reporter=${new URL('reporter.mjs', import.meta.url)}`;
  const flags = ['--test', '--test-concurrency=2', reporter, '--enable-source-maps'];
  const result = spawnSync(process.execPath, [...flags, ...files], {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status: result.status ?? 1, output: (result.stdout ?? '') + (result.stderr ?? '') };
}

function groupOf(path) {
  const folder = path.split('/')[1];
  return groups.includes(folder) && folder !== 'unit' ? folder : 'unit';
}

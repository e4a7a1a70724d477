// `npm run check`: everything that must hold, in order, stopping at the first failure. Each step
// is one line with its time; test steps add the summary of node's test runner; a failing step
// prints its whole output. `npm run check -- hash` narrows to test files whose path contains the
// word. Random tests run for REDSTART_RANDOM_SECONDS seconds, 60 unless it is set.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { groupExists, groups, root, runTests, testFiles } from './tests.mjs';

const words = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules/.bin', name);

step('build', () => command(process.execPath, ['tools/build.mjs']));
step('lint and format', () => command(bin('biome'), ['ci', '--colors=off', '--error-on-warnings']));
step('knip', () => command(bin('knip'), []));
let filesCount = 0;
for (const group of groups) {
  step(group + ' tests', () => testGroup(group));
}
if (filesCount === 0) fail('no test file matches ' + words.join(' '));

/** Runs one step, which returns { status, output, note }, and reports it on one line. */
function step(name, run) {
  const startMs = performance.now();
  const { status, output, note = '' } = run();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const verdict = status === 0 ? 'ok  ' : 'FAIL';
  console.log(`${verdict} ${name.padEnd(20)} ${seconds.padStart(6)} s${note && '  ' + note}`);
  if (status !== 0) fail(output);
  const summary = output.match(/^ℹ .*$/gm);
  if (summary !== null && name.endsWith('tests')) console.log('     ' + summary.join('\n     '));
}

function testGroup(group) {
  const files = testFiles(group, words);
  filesCount += files.length;
  if (files.length === 0) return withoutTests(group);
  const seconds = process.env.REDSTART_RANDOM_SECONDS ?? '60';
  const env = group === 'random' ? { REDSTART_RANDOM_SECONDS: seconds } : {};
  return { ...runTests(files, { env }), note: `${files.length} files` };
}

/** A folder without tests is a failure; a folder not made yet is one only under CI=true. */
function withoutTests(group) {
  if (words.length > 0) return { status: 0, output: '', note: 'no file matches' };
  const isError = groupExists(group) || process.env.CI === 'true';
  const note = 'there are no tests';
  return { status: isError ? 1 : 0, output: isError ? note : '', note };
}

function command(file, args) {
  const result = spawnSync(file, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const output = (result.stdout ?? '') + (result.stderr ?? '') + (result.error?.message ?? '');
  return { status: result.status ?? 1, output };
}

function fail(output) {
  console.log(output);
  process.exit(1);
}

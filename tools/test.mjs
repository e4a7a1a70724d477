// `npm test`: runs the unit, differential and client tests in one run of node's test runner, whose
// summary is the last thing printed. Words given as arguments narrow the files by their path.
// A group without a single test is a failure under CI=true, where nothing may be left out.
import { runTests, testFiles } from './tests.mjs';

const words = process.argv.slice(2);
const chosen = ['unit', 'lua', 'differential', 'clients'];
const files = [];

for (const group of chosen) {
  const found = testFiles(group, words);
  if (found.length === 0 && words.length === 0) {
    console.error(`test: there are no ${group} tests`);
    if (process.env.CI === 'true') process.exit(1);
  }
  files.push(...found);
}
if (files.length === 0) {
  console.error('test: no test file matches');
  process.exit(1);
}
process.exit(runTests(files, { stdio: 'inherit' }).status);

// What the command `redstart` runs. In dist/ all that is published is a file of its own, which is
// run as the build compiled it. What is in this file is compiled at each start, so it is little.
import '../infrastructure/signals.ts';
import { join } from 'node:path';
import { runCompiled } from '../infrastructure/compiled.ts';
import { takeWord, type Word } from './words.ts';

const word = takeWord(process.argv);
const first = process.argv[2];
if (word === 'cli') void import('./cli.ts');
else if (word === 'bench') void import('./benchmark.ts');
else if (word === 'help' || word === 'completion' || first === '--help' || first === '-h') {
  void import('./help.ts').then(({ runHelp }) => runHelp(word));
} else {
  run(word);
}

/** What the core does: the server, and words that need what it has. */
function run(word: Word): void {
  const core = runCompiled(join(import.meta.dirname, 'core.cjs')) as Core | null;
  if (core === null)
    void import('./uncompiled.ts').then(({ runUncompiled }) => runUncompiled(word));
  else core.runProgram(word);
}

interface Core {
  runProgram(word: Word): void;
}

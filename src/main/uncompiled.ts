// Runs the program where the build did not compile it for this version of the runtime, which keeps
// by itself what it compiles.
import { collectYoungGarbageAlone } from '../infrastructure/helper-threads.ts';
import { keepWhatIsCompiled } from './keep-compiled.ts';
import type { Word } from './words.ts';

export function runUncompiled(word: Word): void {
  // Before anything is compiled: V8 takes nothing that was compiled under other flags.
  collectYoungGarbageAlone();
  keepWhatIsCompiled();
  void import('./core.ts').then(({ runProgram }) => runProgram(word));
}

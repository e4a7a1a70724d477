// What the command `redstart` runs. In dist/ the server is a file of its own, which is run as the
// build compiled it. Where it was built by another version of the runtime, that keeps by itself
// what it compiles: what is in this file is compiled before there is a cache to take it from.
import '../infrastructure/signals.ts';
import { join } from 'node:path';
import { runCompiled } from '../infrastructure/compiled.ts';
import { collectYoungGarbageAlone } from '../infrastructure/helper-threads.ts';
import { keepWhatIsCompiled } from './keep-compiled.ts';

// Before anything is compiled: V8 takes nothing that was compiled under other flags.
collectYoungGarbageAlone();
if (!runCompiled(join(import.meta.dirname, 'server.js'))) {
  keepWhatIsCompiled();
  void import('./server.ts');
}

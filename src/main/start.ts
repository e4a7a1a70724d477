// What the command `redstart` runs. In dist/ all that is published is a file of its own, which is
// run as the build compiled it. What is in this file is compiled at each start, so it is little.
import '../infrastructure/signals.ts';
import { join } from 'node:path';
import { runCompiled } from '../infrastructure/compiled.ts';

const core = runCompiled(join(import.meta.dirname, 'core.cjs')) as { runProgram(): void } | null;
if (core === null) void import('./uncompiled.ts');
else core.runProgram();

// What the command `redstart` runs. In dist/ the server is a file of its own, which is run as the
// build compiled it. What is in this file is compiled at each start, so it is little.
import '../infrastructure/signals.ts';
import { join } from 'node:path';
import { runCompiled } from '../infrastructure/compiled.ts';

if (!runCompiled(join(import.meta.dirname, 'server.js'))) void import('./uncompiled.ts');

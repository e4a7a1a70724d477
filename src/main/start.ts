// What the command `redstart` runs. In dist/ all that is published is a file of its own, which is
// run as the build compiled it. What is in this file is compiled at each start, so it is little.
import '../infrastructure/signals.ts';
import { basename, join } from 'node:path';
import { runCompiled } from '../infrastructure/compiled.ts';

// A file of configuration of that name is `./cli`. A link may be named as what it stands in for.
const isClient = process.argv[2] === 'cli';
if (isClient) process.argv.splice(2, 1);
if (isClient || /^redis-cli(\.js)?$/.test(basename(process.argv[1]))) void import('./cli.ts');
else runServer();

function runServer(): void {
  const core = runCompiled(join(import.meta.dirname, 'core.cjs')) as { runProgram(): void } | null;
  if (core === null) void import('./uncompiled.ts');
  else core.runProgram();
}

// Builds the project: type checks and compiles every layer into build/ with `tsc -b`, then
// bundles the server of build/src/main/server.js into dist/redstart.js with esbuild.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entry = join(root, 'build/src/main/server.js');
const bundle = join(root, 'dist/redstart.js');

compile();
if (existsSync(join(root, 'src/main/server.ts'))) {
  await bundleServer();
} else {
  console.log('build: src/main/server.ts does not exist yet, dist/redstart.js is not made');
}

/** Type checks and compiles all layers; ends the process with tsc's status when it fails. */
function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-b', root], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Makes the one executable file. minifySyntax is what inlines constants across modules. */
async function bundleServer() {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    banner: { js: '#!/usr/bin/env node' },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  chmodSync(bundle, 0o755);
}

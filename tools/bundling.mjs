// How modules are bundled: what is published (build.mjs), and tests that run as it does.
// `node tools/bundling.mjs IN OUT` bundles one compiled file.
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // An import() in the midst would load the loader of modules after all.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  charset: 'ascii', // As infrastructure/compiled.ts reads it.
  minifySyntax: true, // Inlines constants across modules.
  minifyWhitespace: true,
  lineLimit: 100, // Stack traces say where.
  sourcemap: 'linked',
  sourcesContent: false, // Three quarters of what is published would be that.
  logLevel: 'warning',
};

const [, program, entry, outfile] = argv;
if (program === fileURLToPath(import.meta.url)) {
  await build({ ...bundling, entryPoints: [entry], outfile });
}

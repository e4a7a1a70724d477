// Builds the project: type checks and compiles every layer into build/ with `tsc -b`, then
// bundles with esbuild what is published: dist/core.cjs, which is all of it but for dist/lua.js,
// which that loads when the first script comes, and dist/redstart.js, which runs the core as it was
// compiled here (tools/compile.mjs). dist/cli.js is the client, dist/benchmark.js the
// benchmark, dist/help.js what help prints.
// dist/{index,testing,jest}.* are the library's entries, for both kinds of modules, which
// require the core (docs/decisions/0019-one-core.md).
// They are CommonJS: the loader of modules would cost each start a tenth of what the runtime does
// (docs/decisions/0014-start.md).
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling, root } from './bundling.mjs';

const folder = join(root, 'dist');
const STRICT = "'use strict';";
/**
 * The library's entries: what each exports, the files that declare it, each after those that it
 * needs, what their types take of the first entry, and what they hold that is not published.
 */
const ENTRIES = {
  index: {
    names: ['createServer', 'RedstartError', 'ReplyError'],
    types: ['embed/directives.d.ts', 'embed/api.d.ts', 'embed/errors.d.ts', 'embed.d.ts'],
    needs: [],
  },
  testing: {
    names: ['createTestServer', 'fixtures', 'nodeTestServer'],
    types: ['testing/api.d.ts', 'testing/create.d.ts', 'testing/fixtures.d.ts'],
    needs: ['RedstartServer', 'ServerOptions'],
  },
};

/** A setup file of jest, which is CommonJS and exports what jest waits for. */
const JEST = {
  'jest.cjs': `${STRICT}\nmodule.exports = require('./core.cjs').setUpJest;\n`,
  'jest.d.cts':
    "import type { TestServer } from './testing.cjs';\n" +
    'declare global {\n  var redstart: TestServer;\n}\n' +
    'declare function setUp(): Promise<void>;\nexport = setUp;\n',
};

compile();
rmSync(folder, { recursive: true, force: true });
await build({
  ...bundling,
  entryPoints: ['build/src/main/start.js'],
  outfile: join(folder, 'redstart.js'),
  plugins: [{ name: 'core', setup: leaveOthersOut }],
  banner: { js: `#!/usr/bin/env node\n${STRICT}` },
});
await build({
  ...bundling,
  entryPoints: ['build/src/main/cli.js'],
  outfile: join(folder, 'cli.js'),
  banner: { js: `#!/usr/bin/env node\n${STRICT}` },
});
await build({
  ...bundling,
  entryPoints: ['build/src/main/benchmark.js'],
  outfile: join(folder, 'benchmark.js'),
  banner: { js: `#!/usr/bin/env node\n${STRICT}` },
});
await build({
  ...bundling,
  entryPoints: ['build/src/main/help.js'],
  outfile: join(folder, 'help.js'),
  banner: { js: STRICT },
});
await build({
  ...bundling,
  entryPoints: ['build/src/main/core.js'],
  outfile: join(folder, 'core.cjs'),
  plugins: [{ name: 'lua', setup: leaveLuaOut }],
  // Its names are its own, as a module's or a script's.
  banner: { js: `(function (require, module) {${STRICT}` },
  footer: { js: '})(require, module);' },
});
await build({
  ...bundling,
  entryPoints: ['build/src/adapters/lua/scripts.js'],
  outfile: join(folder, 'lua.js'),
  banner: { js: STRICT },
});
writeEntries();
for (const [name, text] of Object.entries(JEST)) writeFileSync(join(folder, name), text);
writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
for (const name of ['redstart.js', 'cli.js', 'benchmark.js']) chmodSync(join(folder, name), 0o755);
run(process.execPath, [join(root, 'tools', 'compile.mjs')]);

/** What programs import; the core is required in all cases, so that there is one of it. */
function writeEntries() {
  for (const [entry, { names, types, needs }] of Object.entries(ENTRIES)) {
    const required = names.map((name) => `exports.${name} = core.${name};\n`).join('');
    const declared = types.map((path) => declarationsOf(join(root, 'build/src/main', path)));
    const needed = (from) =>
      needs.length === 0 ? '' : `import type { ${needs.join(', ')} } from '${from}';\n`;
    const files = {
      cjs: `${STRICT}\nconst core = require('./core.cjs');\n${required}`,
      mjs:
        "import { createRequire } from 'node:module';\n" +
        `export const { ${names.join(', ')} } = createRequire(import.meta.url)('./core.cjs');\n`,
      'd.cts': needed('./index.cjs') + declared.join(''),
      'd.mts': needed('./index.mjs') + declared.join(''),
    };
    for (const [kind, text] of Object.entries(files)) {
      writeFileSync(join(folder, `${entry}.${kind}`), text);
    }
  }
}

/** The types of one file, which are to stand beside those that it imports. */
function declarationsOf(path) {
  const text = readFileSync(path, 'utf8');
  return text
    .replace(/^import type .* from '\..*';\n/gm, '')
    .replace(/^export \{\};\n/gm, '')
    .replace(/^\/\/# sourceMappingURL.*\n?/gm, '');
}

/** What starts a program is little, and finds the others as the build made them. */
function leaveOthersOut(building) {
  building.onResolve({ filter: /\/(core|cli|benchmark|help)\.js$/ }, ({ kind, path }) => {
    if (kind === 'entry-point') return null;
    return { path: path.endsWith('core.js') ? './core.cjs' : path, external: true };
  });
}

/** Most servers run no script, and each start would pay for what runs them. */
function leaveLuaOut(building) {
  building.onResolve({ filter: /\/lua\/scripts\.js$/ }, () => ({
    path: './lua.js',
    external: true,
  }));
}

/** Type checks and compiles all layers; ends the process with tsc's status when it fails. */
function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  run(process.execPath, [tsc, '-b', root]);
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

// Programs that are run as they were compiled: what fits is taken, and anything else does no harm.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import v8 from 'node:v8';
import {
  compiledPath,
  runCompiled,
  runScript,
  scriptOf,
} from '../../src/infrastructure/compiled.ts';
import { withDirectory } from '../support/process.ts';

// Else V8 would find in its memory what it compiled a moment ago.
v8.setFlagsFromString('--no-compilation-cache');

const PROGRAM = `(function (require, module) {
  'use strict';
  const { writeFileSync } = require('node:fs');
  const crypto = require('node:crypto');
  if (crypto.randomInt(1, 2) === 1) process.emit('ran', typeof writeFileSync);
  module.exports = 'exported';
})(require, module);`;

/** How often the program ran meanwhile. */
function runs(use: () => void): number {
  let count = 0;
  const ran = (what: string): void => {
    assert.equal(what, 'function');
    count++;
  };
  process.on('ran', ran);
  use();
  process.off('ran', ran);
  return count;
}

/** A program in a directory, and what it was compiled to. */
async function withProgram(use: (program: string, compiled: Buffer) => void): Promise<void> {
  await withDirectory(async (path) => {
    const program = join(path, 'program.js');
    writeFileSync(program, PROGRAM);
    mkdirSync(dirname(compiledPath(program)));
    const script = scriptOf(program);
    assert.equal(
      runs(() => runScript(script, program)),
      1,
    );
    use(program, script.createCachedData());
  });
}

test('what was compiled is taken, and nothing stays behind', async () => {
  await withProgram((program, compiled) => {
    writeFileSync(compiledPath(program), compiled);
    assert.equal(scriptOf(program, compiledPath(program)).cachedDataRejected, false);
    assert.equal(
      runs(() => assert.equal(runCompiled(program), 'exported')),
      1,
    );
    assert.deepEqual(['require' in globalThis, 'module' in globalThis], [false, false]);
  });
});

test('where nothing was compiled, nothing runs', async () => {
  await withProgram((program) => {
    assert.equal(
      runs(() => assert.equal(runCompiled(program), null)),
      0,
    );
  });
});

for (const [name, compiled] of [
  ['empty', Buffer.alloc(0)],
  ['of another program', Buffer.alloc(4096, 7)],
] as const) {
  test(`what does not fit is not used: ${name}`, async () => {
    await withProgram((program) => {
      writeFileSync(compiledPath(program), compiled);
      assert.equal(scriptOf(program, compiledPath(program)).cachedDataRejected, true);
      assert.equal(
        runs(() => assert.equal(runCompiled(program), 'exported')),
        1,
      );
    });
  });
}

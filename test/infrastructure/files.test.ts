// Files by names that are bytes: replaced as a whole, read, removed.
import assert from 'node:assert/strict';
import fs, {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathBytes, readText, removeFile, replaceFile } from '../../src/infrastructure/files.ts';
import { ProcessHost } from '../../src/infrastructure/host.ts';
import { withDirectory } from '../support/process.ts';

/** Runs something with an umask, and says with which modes files were opened to be written. */
function modesOf(mask: number, run: () => void): number[] {
  const { openSync } = fs;
  const modes: number[] = [];
  const before = process.umask(mask);
  fs.openSync = (path, flags, mode) => {
    if (flags !== 'r') modes.push(Number(mode));
    return openSync(path, flags, mode);
  };
  syncBuiltinESMExports();
  try {
    run();
  } finally {
    fs.openSync = openSync;
    syncBuiltinESMExports();
    process.umask(before);
  }
  return modes;
}

test('a file is replaced by one that nobody else could open meanwhile', async () => {
  await withDirectory(async (directory) => {
    const lines: readonly [mask: number, old: number | null, mode: number][] = [
      [0o022, 0o600, 0o600],
      [0o022, 0o664, 0o664],
      [0o022, null, 0o644],
      [0o027, null, 0o640],
    ];
    for (const [mask, old, mode] of lines) {
      const path = join(directory, `${mask}-${old}-\xc3\xff`);
      if (old !== null) {
        writeFileSync(pathBytes(path), 'old');
        fs.chmodSync(pathBytes(path), old);
      }
      const modes = modesOf(mask, () => assert.equal(replaceFile(path, 'a\xff'), null));
      assert.deepEqual(modes, [0o600]);
      assert.equal(statSync(pathBytes(path)).mode & 0o777, mode);
      assert.equal(readFileSync(pathBytes(path), 'latin1'), 'a\xff');
    }
    assert.equal(readdirSync(directory).length, lines.length);
  });
});

test('a configuration file that cannot be read is not replaced', async () => {
  await withDirectory(async (directory) => {
    const loop = join(directory, 'loop');
    symlinkSync('loop', loop);
    const host = new ProcessHost(loop);
    const problem = host.updateConfigFile(() => 'new');
    assert.equal(problem, 'Too many levels of symbolic links');
    assert.equal(lstatSync(loop).isSymbolicLink(), true);
    const fresh = new ProcessHost(join(directory, 'fresh'));
    assert.equal(
      fresh.updateConfigFile((old) => `${old}new`),
      null,
    );
    assert.deepEqual(readText(join(directory, 'fresh')), { text: 'new', failure: '' });
  });
});

test('what cannot be removed stays', async () => {
  await withDirectory(async (directory) => {
    mkdirSync(join(directory, 'sub'));
    removeFile(join(directory, 'sub'));
    removeFile(join(directory, 'nosuch'));
    assert.deepEqual(readdirSync(directory), ['sub']);
  });
});

// Locks of directories, as several starts take them at the same time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { Locks } from '../../src/infrastructure/lock.ts';
import { withDirectory } from '../support/process.ts';

const onWindows = process.platform === 'win32' ? 'a lock is no file there' : false;
const DIES_LISTENING = `
  require('node:net').createServer()
    .listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;

test('one of two has what a dead one left behind', { skip: onWindows }, async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/a.lock`;
    spawnSync(process.execPath, ['-e', DIES_LISTENING, path]);
    assert.ok(existsSync(path));
    const both = [new Locks(), new Locks()];
    const said = await Promise.all(both.map((locks) => locks.lock(path)));
    for (const locks of both) locks.release();
    assert.deepEqual(said.sort(), ['', `Can't take the lock ${path}: another server uses it`]);
  });
});

test('other users find out that somebody has it', { skip: onWindows }, async () => {
  await withDirectory(async (directory) => {
    const locks = new Locks();
    const path = `${directory}/a.lock`;
    assert.equal(await locks.lock(path), '');
    assert.equal(statSync(path).mode & 0o777, 0o777);
    locks.release();
    assert.equal(existsSync(path), false);
  });
});

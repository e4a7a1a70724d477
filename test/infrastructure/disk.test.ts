// The disk of the machine, through the port that persistence knows.
import assert from 'node:assert/strict';
import { pbkdf2 } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { APPEND, CREATE, DiskError, READ, writeAll } from '../../src/engine/disk.ts';
import { SystemDisk } from '../../src/infrastructure/disk.ts';
import { withDirectory } from '../support/process.ts';

const disk = new SystemDisk();

function isError(code: string, words: string): (error: unknown) => boolean {
  return (error) => error instanceof DiskError && error.code === code && error.message === words;
}

test('a file is made, written on, read in the midst, cut and synced', async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/gr\xc3\xbc\xc3\x9fe \xff`;
    const bytes = Buffer.from('0123456789');
    const made = disk.open(path, CREATE);
    writeAll(made, bytes, 0, 5);
    made.close();
    const file = disk.open(path, APPEND);
    writeAll(file, bytes, 5, 10);
    assert.equal(file.size(), 10);
    file.truncate(8);
    file.syncNow();
    assert.equal(await new Promise((done) => file.sync(done)), null);
    file.close();
    const reader = disk.open(path, READ);
    const into = Buffer.alloc(10, 'x');
    assert.equal(reader.read(into, 1, 10, 6), 2);
    assert.equal(into.toString(), 'x67xxxxxxx');
    reader.close();
    assert.deepEqual(disk.list(directory), ['gr\xc3\xbc\xc3\x9fe \xff']);
  });
});

test('directories: made, listed, files renamed and removed in them', async () => {
  await withDirectory(async (directory) => {
    const inner = `${directory}/inner`;
    assert.equal(disk.list(inner), null);
    disk.makeDirectory(inner);
    for (const name of ['a', 'b']) disk.open(`${inner}/${name}`, CREATE).close();
    disk.rename(`${inner}/a`, `${inner}/b`);
    disk.syncDirectory(inner);
    assert.deepEqual(disk.list(inner), ['b']);
    assert.equal(disk.has(`${inner}/b`), true);
    disk.remove(`${inner}/b`);
    assert.equal(disk.has(`${inner}/b`), false);
    disk.removeDirectory(inner);
    assert.equal(disk.has(inner), false);
  });
});

/** More than the threads of the pool: so what comes behind so much work waits. */
const POOL_SIZE_MAX = 16;
const isLinux = process.platform === 'linux';
test('the bytes of a file whose name goes are freed by another thread', {
  skip: isLinux ? false : 'it looks into /proc',
}, async () => {
  await withDirectory(async (directory) => {
    const goners = (): string[] =>
      readdirSync('/proc/self/fd')
        .map((name) => linkOf(`/proc/self/fd/${name}`))
        .filter((link) => link.startsWith(directory) && link.endsWith(' (deleted)'));
    for (const name of ['old', 'new', 'third']) disk.open(`${directory}/${name}`, CREATE).close();
    for (let i = 0; i < POOL_SIZE_MAX; i++) pbkdf2('', '', 20_000, 8, 'sha1', () => {});
    disk.rename(`${directory}/new`, `${directory}/old`);
    assert.equal(goners().length, 1);
    disk.remove(`${directory}/third`);
    assert.equal(goners().length, 2);
    assert.deepEqual(disk.list(directory), ['old']);
    while (goners().length > 0) await new Promise(setImmediate);
    assert.throws(
      () => disk.rename(`${directory}/missing`, `${directory}/old`),
      isError('ENOENT', 'No such file or directory'),
    );
    assert.deepEqual(disk.list(directory), ['old']);
  });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

test('what fails says the code and the words of the system', async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/file`;
    assert.throws(() => disk.open(path, READ), isError('ENOENT', 'No such file or directory'));
    disk.open(path, CREATE).close();
    assert.throws(() => disk.open(path, CREATE), isError('EEXIST', 'File exists'));
    assert.throws(() => disk.list(path), isError('ENOTDIR', 'Not a directory'));
    assert.throws(
      () => disk.rename(`${directory}/none`, path),
      isError('ENOENT', 'No such file or directory'),
    );
    assert.throws(() => disk.remove(`${directory}/none`), DiskError);
    assert.throws(() => disk.syncDirectory(`${directory}/none`), DiskError);
  });
});

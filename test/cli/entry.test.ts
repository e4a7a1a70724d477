// The ways to the client and the benchmark: words of `redstart`, and links named as those of Redis.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fileServer } from '../support/file-server.ts';

const run = promisify(execFile);
const START = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));

const file = fileServer();

test('redstart cli', async () => {
  const args = [START, 'cli', '-p', String(file.port), 'ECHO', 'cli'];
  const { stdout } = await run(process.execPath, args);
  assert.equal(stdout, 'cli\n');
});

// A link to a file takes a privilege there.
const skip = process.platform === 'win32' ? 'Windows makes no such links' : false;

test('redstart bench', async () => {
  const args = [START, 'bench', '-p', String(file.port), '-n', '5', '-q', 'ping'];
  const { stdout } = await run(process.execPath, args);
  assert.match(stdout, /^ping: \d+\.\d\d requests per second, p50=\d+\.\d{3} msec\n$/);
});

test('a link named redis-cli', { skip }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'redstart-link-'));
  const link = join(directory, 'redis-cli');
  symlinkSync(START, link);
  const { stdout } = await run(process.execPath, [link, '-p', String(file.port), 'PING']);
  rmSync(directory, { recursive: true });
  assert.equal(stdout, 'PONG\n');
});

// The programs of examples/, as their readers would run them, against a started Redstart.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fileServer } from '../support/file-server.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const server = fileServer();

test('examples/bullmq', { timeout: 30000 }, async () => {
  const child = spawn(process.execPath, ['examples/bullmq/mails.mjs'], {
    cwd: ROOT,
    env: { ...process.env, REDIS_PORT: String(server.port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(complaints, '');
  assert.deepEqual(output.split('\n'), [
    'sent to ada@example.com',
    'sent to boss@example.com',
    'sent to later@example.com',
    'sent to slow@example.com',
    'sent to sales + sent to stock',
    '{ completed: 7, failed: 0, delayed: 0 }',
    '',
  ]);
  assert.deepEqual(await ended, [0, null]);
});

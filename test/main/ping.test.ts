// `redstart ping`, which health checks run: status 0 when the server of this configuration can be
// used.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerProcess, withDirectory, withServer } from '../support/process.ts';
import { freePort } from '../support/server.ts';

async function ping(args: readonly string[], env = {}): Promise<[code: number | null, string]> {
  const process = new ServerProcess(['ping', ...args], { env });
  return [await process.ended, process.text];
}

test('a server that is up', async () => {
  const port = String(await freePort());
  await withServer(['--port', port, '--requirepass', ''], async () => {
    assert.deepEqual(await ping(['--port', port]), [0, 'PONG\n']);
    await withDirectory(async (directory) => {
      const file = join(directory, 'redis.conf');
      writeFileSync(file, `port ${port}\nbind -::1 127.0.0.1\nbind 127.0.0.1\n`);
      assert.deepEqual(await ping([file]), [0, 'PONG\n']);
    });
  });
});

test('a server that a variable names', async () => {
  const port = String(await freePort());
  await withServer(['--port', port], async () => {
    assert.deepEqual(await ping([], { REDSTART_PORT: port }), [0, 'PONG\n']);
  });
});

test('a server with a password, on a Unix socket', async () => {
  await withDirectory(async (directory) => {
    const place = ['--port', '0', '--unixsocket', join(directory, 'socket')];
    await withServer([...place, '--requirepass', 'secret'], async () => {
      assert.deepEqual(await ping(place), [0, 'NOAUTH Authentication required.\n']);
    });
  });
});

const ANSWERS: readonly (readonly [reply: string, code: number, says: RegExp])[] = [
  ['-BUSY Redis is busy running a script.\r\n', 0, /^BUSY Redis is busy running a script\.\n$/],
  ['-LOADING Redis is loading\r\n', 1, /^LOADING Redis is loading\n$/],
  ['HTTP/1.1 400 Bad Request\r\n', 1, /^HTTP\/1\.1 400 Bad Request\n$/],
  ['', 1, /^No answer from 127\.0\.0\.1:\d+: the connection was closed\n$/],
];

for (const [reply, code, says] of ANSWERS) {
  test(`somebody who answers '${reply.trim()}'`, async () => {
    const other = net.createServer((socket) => socket.once('data', () => socket.end(reply)));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    try {
      const [status, text] = await ping(['--port', String(port)]);
      assert.equal(status, code);
      assert.match(text, says);
    } finally {
      other.close();
    }
  });
}

test('nobody', async () => {
  const port = String(await freePort());
  const says = `No answer from 127.0.0.1:${port}: Connection refused\n`;
  assert.deepEqual(await ping(['--port', port]), [1, says]);
});

test('a configuration that listens nowhere', async () => {
  assert.deepEqual(await ping(['--port', '0']), [1, 'This configuration listens nowhere\n']);
});

// CONFIG SET port, bind and maxclients on a running server.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { ask, type ServerProcess, withServer } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const BUSY_PORT =
  "-ERR CONFIG SET failed (possibly related to argument 'port') - " +
  'Unable to listen on this port. Check server logs.\r\n';
const BAD_BIND =
  "-ERR CONFIG SET failed (possibly related to argument 'bind') - " +
  'Failed to bind to specified addresses.\r\n';
const PONG = '+PONG\r\n';
const OK = '+OK\r\n';
const NO_ADDRESS = '192.0.2.1';

async function check(
  name: string,
  use: (port: number, server: ServerProcess) => Promise<void>,
): Promise<void> {
  await test(name, async () => {
    const port = await freePort();
    await withServer(['--port', String(port), '--bind', '127.0.0.1'], (server) =>
      use(port, server),
    );
  });
}

await check('a new port is there when the reply comes, and the old one is gone', async (port) => {
  let from = port;
  for (let i = 0; i < 5; i++) {
    const to = await freePort();
    assert.equal(await ask(from, `CONFIG SET port ${to}`), OK);
    assert.equal(await ask(to, 'PING'), PONG);
    assert.equal(await ask(from, 'PING'), 'ECONNREFUSED');
    from = to;
  }
});

await check('a connection outlives the port that it came by', async (port) => {
  const to = await freePort();
  assert.equal(
    await ask(port, `CONFIG SET port ${to}\r\nPING\r\nCONFIG SET port 0`),
    OK + PONG + OK,
  );
  assert.equal(await ask(to, 'PING'), 'ECONNREFUSED');
});

await check('ports may change faster than they open', async (port) => {
  const other = await freePort();
  const lines = [other, port, other, port, other].map((to) => `CONFIG SET port ${to}`);
  assert.equal(await ask(port, lines.join('\r\n')), OK.repeat(5));
  assert.equal(await ask(other, 'PING'), PONG);
  assert.equal(await ask(port, 'PING'), 'ECONNREFUSED');
});

await check('a busy port is refused and all is as before', async (port, server) => {
  const busy = await freePort();
  const other = net.createServer().listen(busy, '127.0.0.1');
  assert.equal(await ask(port, `CONFIG SET timeout 5 port ${busy} hz 50`), BUSY_PORT);
  assert.match(server.text, new RegExp(`127\\.0\\.0\\.1:${busy}: bind: Address already in use`));
  assert.equal(await ask(port, 'CONFIG GET port'), `*2\r\n$4\r\nport\r\n$5\r\n${port}\r\n`);
  assert.equal(await ask(port, 'CONFIG GET timeout'), '*2\r\n$7\r\ntimeout\r\n$1\r\n0\r\n');
  other.close();
});

await check('addresses change', async (port) => {
  assert.equal(await ask(port, 'CONFIG SET bind *'), OK);
  assert.equal(await ask(port, 'PING'), PONG);
  assert.equal(await ask(port, `CONFIG SET bind "127.0.0.1 -${NO_ADDRESS}"`), OK);
  assert.equal(await ask(port, 'PING'), PONG);
});

await check('addresses that cannot be had are refused', async (port) => {
  assert.equal(await ask(port, `CONFIG SET bind ${NO_ADDRESS}`), BAD_BIND);
  assert.equal(await ask(port, 'PING'), PONG);
  assert.equal(await ask(port, `CONFIG SET bind "127.0.0.1 ${NO_ADDRESS}"`), BAD_BIND);
  assert.equal(await ask(port, 'PING'), PONG);
});

await check('more clients than files are refused', async (port) => {
  const reply = await ask(port, 'CONFIG SET maxclients 4000000000');
  if (existsSync('/proc/self/limits')) {
    assert.match(reply, /argument 'maxclients'\) - The operating system is not able to handle/);
  } else {
    assert.equal(reply, OK);
  }
});

await check('clients past the limit are told', async (port) => {
  assert.equal(await ask(port, 'CONFIG SET maxclients 1'), OK);
  const first = net.connect(port, '127.0.0.1');
  await new Promise((resolve) => {
    first.once('data', resolve);
    first.write('PING\r\n');
  });
  assert.equal(await hear(port), '-ERR max number of clients reached\r\n');
  first.destroy();
});

await check('a protocol error closes the connection although the peer goes on', async (port) => {
  const socket = net.connect(port, '127.0.0.1');
  const writeOn = (error?: Error | null): void => {
    if (!error) socket.write('x'.repeat(1000), writeOn);
  };
  await new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', resolve);
    socket.once('data', (chunk) => {
      assert.equal(chunk.toString(), "-ERR Protocol error: expected '$', got 'A'\r\n");
      writeOn();
    });
    socket.write('*1\r\nA\r\n');
  });
});

/** What the server says to one who connects and says nothing. */
function hear(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(text));
  });
}

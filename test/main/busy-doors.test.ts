// Who connects while a script holds the event loop is taken in by another process, which goes when
// its clients have gone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerProcess, withDirectory } from '../support/process.ts';
import { RawClient } from '../support/raw-client.ts';
import { freePort } from '../support/server.ts';

const ENDLESS = 'EVAL "while true do end" 0\r\n';
const BUSY = /^-BUSY Redis is busy running a script/;
const skip = process.platform === 'win32' ? 'sockets have no descriptors on Windows' : false;
const OPTIONS = { skip, timeout: 60_000 };

/** A server in the midst of an endless script, and its client. */
async function busyServer(
  directory: string,
  use: (server: ServerProcess, port: number, running: RawClient) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const options = ['--unixsocket', 'socket', '--busy-reply-threshold', '10', '--save', ''];
  const server = new ServerProcess(['--port', String(port), ...options], { cwd: directory });
  try {
    await server.ready();
    const running = await RawClient.connect(port);
    running.write(ENDLESS);
    await server.says(/Slow script detected/);
    await use(server, port, running);
    running.close();
  } finally {
    await server.stop();
  }
}

/** What a Unix socket answers first. */
function askUnix(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path, () => socket.write(`${line}\r\n`));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1'));
    });
    socket.once('error', reject);
  });
}

/** Linux tells which processes a process has made. */
function childrenCount(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return children.split(' ').filter((word) => word.trim() !== '').length;
}

test('new connections end a script, and are as others', OPTIONS, async () => {
  await withDirectory(async (directory) => {
    await busyServer(directory, async (server, port, running) => {
      const client = await RawClient.connect(port);
      assert.match(String(await client.command('PING')), BUSY);
      assert.match(await askUnix(join(directory, 'socket'), 'PING'), BUSY);
      assert.equal(String(await client.command('SCRIPT', 'KILL')), '+OK\r\n');
      assert.match(String(await running.reply()), /^-ERR Script killed by user/);
      const value = 'v'.repeat(2_000_000);
      assert.equal(String(await client.command('SET', 'k', value)), '+OK\r\n');
      assert.equal(String(await client.command('GET', 'k')), `$${value.length}\r\n${value}\r\n`);
      assert.ok(
        String(await client.command('CLIENT', 'INFO')).includes(` addr=${client.address} `),
      );
      if (process.platform === 'linux') assert.equal(childrenCount(server.pid), 1);
      client.close();
      if (process.platform !== 'linux') return;
      while (childrenCount(server.pid) > 0) await running.command('PING');
    });
  });
});

test('nobody is lost, though more come than are taken in', OPTIONS, async () => {
  await withDirectory(async (directory) => {
    await busyServer(directory, async (_server, port) => {
      const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(port)));
      const replies = clients.map((client) => client.command('PING'));
      assert.match(String(await Promise.race(replies)), BUSY);
      for (const client of clients) client.write('SCRIPT KILL\r\nECHO a\r\n');
      for (const [index, client] of clients.entries()) {
        assert.match(String(await replies[index]), /^(-BUSY|\+PONG)/);
        assert.match(String(await client.reply()), /^(\+OK|-NOTBUSY|-BUSY)/);
        assert.match(String(await client.reply()), /^(-BUSY|\$1\r\na)/);
        assert.equal(String(await client.command('PING')), '+PONG\r\n');
        client.close();
      }
    });
  });
});

test('nobody listens any more when SHUTDOWN NOSAVE has ended the server', OPTIONS, async () => {
  await withDirectory(async (directory) => {
    await busyServer(directory, async (server, port) => {
      const client = await RawClient.connect(port);
      assert.match(String(await client.command('PING')), BUSY);
      client.write('SHUTDOWN NOSAVE\r\n');
      await client.untilClosed();
      assert.equal(await server.ended, 0);
      await assert.rejects(RawClient.connect(port), /ECONNREFUSED/);
    });
  });
});

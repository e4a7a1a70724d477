// The file of a Unix socket: its permissions, its name, and what may stand in its place.
import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { UnixSocket } from '../../src/infrastructure/unix-socket.ts';
import { ask, ServerProcess, withDirectory, withServer } from '../support/process.ts';

const PONG = '+PONG\r\n';
const PATH_SIZE_MAX = process.platform === 'linux' ? 107 : 103;

/** Runs a server that cannot listen, and says that it left nothing behind. */
async function refused(directory: string, name: string, says: RegExp): Promise<void> {
  const before = readdirSync(directory);
  const server = new ServerProcess(['--port', '0', '--unixsocket', name], { cwd: directory });
  const code = await server.ended;
  assert.match(server.text, says);
  assert.equal(code, 1, server.text);
  assert.deepEqual(readdirSync(directory), before);
}

function args(path: string): string[] {
  return ['--port', '0', '--unixsocket', path];
}

test('the socket never has more permissions than it shall have', async () => {
  await withDirectory(async (path) => {
    const file = join(path, 'socket');
    const mask = process.umask(0o002);
    try {
      const server = net.createServer();
      const listen = server.listen.bind(server);
      let firstMode = 0;
      const observed = (options: net.ListenOptions, done: () => void): void => {
        listen(options, done);
        // It is there now, and takes connections.
        firstMode = statSync(file).mode & 0o777;
      };
      Object.assign(server, { listen: observed });
      const socket = await UnixSocket.open(server, file, 0o740, 5);
      assert.ok(socket instanceof UnixSocket);
      socket.close();
      assert.equal(firstMode, 0o740);
      assert.equal(process.umask(0o022), 0o002);
      assert.equal(existsSync(file), false);
    } finally {
      process.umask(mask);
    }
  });
});

test('a path has a longest size', async () => {
  await withDirectory(async (path) => {
    const longest = join(path, 'x'.repeat(PATH_SIZE_MAX - path.length - 1));
    const says = new RegExp(
      `Failed opening Unix socket: unix socket path too long \\(${PATH_SIZE_MAX + 1}\\), ` +
        `must be under ${PATH_SIZE_MAX + 1}\n`,
    );
    await refused(path, `${longest}y`, says);
    const umlauts = '\u00fc'.repeat((PATH_SIZE_MAX + 1) / 2);
    await refused(path, umlauts, says);
    await withServer(args(longest), async (server) => {
      assert.equal(await ask(longest, 'PING'), PONG);
      server.signal('SIGTERM');
      await server.ended;
    });
    assert.deepEqual(readdirSync(path), []);
  });
});

test('names that cannot be', async () => {
  await withDirectory(async (path) => {
    const names: readonly [name: string, says: RegExp][] = [
      ['\\x00abstract', /Configured to not listen anywhere/],
      ['\\xff', /bind: Invalid or incomplete multibyte or wide character\n/],
    ];
    for (const [name, says] of names) {
      const input = `port 0\nunixsocket "${name}"`;
      const server = new ServerProcess(['-'], { cwd: path, input });
      assert.equal(await server.ended, 1);
      assert.match(server.text, says);
      assert.deepEqual(readdirSync(path), []);
    }
  });
});

test('what stands in its place stays, unless a dead server left it', async () => {
  await withDirectory(async (path) => {
    const file = join(path, 'socket');
    writeFileSync(file, 'precious');
    await refused(path, 'socket', /opening Unix socket: bind: Address already in use\n/);
    assert.equal(readFileSync(file, 'latin1'), 'precious');
    unlinkSync(file);
    await withServer(
      args('gr\u00fc\u00dfe'),
      async (server) => {
        const living = join(path, 'gr\u00fc\u00dfe');
        await refused(path, living, /opening Unix socket: bind: Address already in use\n/);
        assert.match(await ask(living, 'CLIENT INFO'), / addr=gr\xc3\xbc\xc3\x9fe:0 /);
        // Another server took the path meanwhile: its file is not removed.
        renameSync(living, file);
        writeFileSync(living, 'of another');
        server.signal('SIGTERM');
        assert.equal(await server.ended, 0);
        assert.equal(readFileSync(living, 'latin1'), 'of another');
      },
      { cwd: path },
    );
  });
});

test('a second listener does not take the path of the first one', async () => {
  await withDirectory(async (path) => {
    const server = net.createServer((accepted) => accepted.destroy());
    const socket = await UnixSocket.open(server, join(path, 'socket'), 0o700, 5);
    assert.ok(socket instanceof UnixSocket);
    const second = net.createServer();
    const outcome = await UnixSocket.open(second, join(path, 'socket'), 0o700, 5);
    assert.deepEqual(outcome, { code: 'EADDRINUSE', words: 'Address already in use' });
    socket.close();
    assert.deepEqual(readdirSync(path), []);
  });
});

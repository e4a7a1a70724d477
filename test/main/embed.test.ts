// createServer(): what it listens on, what it refuses, what lasts, and how it ends.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RedstartServer, ServerOptions } from '../../src/main/embed/api.ts';
import { RedstartError } from '../../src/main/embed/errors.ts';
import { createServer } from '../../src/main/embed.ts';
import { ask, withDirectory } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const PONG = '+PONG\r\n';

async function withEmbedded(
  options: ServerOptions,
  use: (server: RedstartServer) => Promise<void>,
): Promise<void> {
  const server = await createServer(options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

/** Options that TypeScript would refuse, too. */
const BAD: readonly [options: Record<string, unknown>, message: RegExp][] = [
  [{ prot: 0 }, /^there is no option prot: did you mean port\?$/],
  [{ port: -1 }, /^port must be a whole number from 0 to 65535$/],
  [{ port: 1.5 }, /^port must be a whole number/],
  [{ port: 65536 }, /^port must be a whole number/],
  [{ port: '6379' }, /^the option port must be a number$/],
  [{ port: null }, /^the option port must be a number$/],
  [{ host: '127.0.0.1' }, /^host needs a port$/],
  [{ path: false }, /^path must be a string or true$/],
  [{ log: 'stdout' }, /^the option log must be a function$/],
  [
    { config: { maxmemroy: '1mb' } },
    /^config has no directive maxmemroy: did you mean maxmemory\?$/,
  ],
  [{ config: { maxmemory: 'much' } }, /^maxmemory 'much': argument must be a memory value$/],
  [{ config: { 'maxmemory-policy': 'lru' } }, /^maxmemory-policy 'lru': argument\(s\) must be/],
  [{ config: { port: 1 } }, /^config has no directive port$/],
  [{ config: { daemonize: true } }, /^config has no directive daemonize$/],
  [{ config: { 'enable-debug-command': 'yes' } }, /^config has no directive enable-debug-command$/],
  [{ config: { 'tls-port': 1 } }, /^config has no directive tls-port$/],
  [{ config: { appendonly: true } }, /^data that lasts needs the option dir/],
  [{ config: { save: '60 1' } }, /^data that lasts needs the option dir/],
];

for (const [options, message] of BAD) {
  test(`refused: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(createServer(options as ServerOptions), {
      name: 'RedstartError',
      code: 'ERR_BAD_OPTION',
      message,
    });
  });
}

test('without a socket it is nowhere, and answers', async () => {
  await withEmbedded({}, async (server) => {
    assert.deepEqual([server.url, server.port, server.path], [null, null, null]);
    assert.equal(await server.call('PING'), 'PONG');
  });
});

test('port 0 is any free one, which CONFIG and INFO show', async () => {
  await withEmbedded({ port: 0 }, async (server) => {
    const { port } = server;
    assert.ok(port !== null && port > 0);
    assert.equal(server.url, `redis://127.0.0.1:${port}`);
    assert.equal(await ask(port, 'PING'), PONG);
    assert.deepEqual(await server.call('CONFIG', 'GET', 'port'), { port: String(port) });
    assert.match(await server.call<string>('INFO', 'server'), new RegExp(`\r\ntcp_port:${port}\r`));
  });
});

test('all addresses have the same port', async () => {
  await withEmbedded({ port: 0, host: ['127.0.0.1', '127.0.0.2'] }, async ({ port }) => {
    for (const host of ['127.0.0.1', '127.0.0.2']) {
      const socket = net.connect(port!, host);
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('error', reject);
      });
      socket.destroy();
    }
  });
});

test('a port that moves is another URL', async () => {
  await withEmbedded({ port: 0 }, async (server) => {
    const to = await freePort();
    assert.equal(await ask(server.port!, `CONFIG SET port ${to}`), '+OK\r\n');
    assert.equal(server.url, `redis://127.0.0.1:${to}`);
    assert.equal(await ask(to, 'PING'), PONG);
  });
});

test('a busy port has its code', async () => {
  await withEmbedded({ port: 0 }, async ({ port }) => {
    await assert.rejects(createServer({ port: port! }), {
      name: 'RedstartError',
      code: 'EADDRINUSE',
      message: `cannot listen on port ${port}: Address already in use`,
    });
  });
});

test('a Unix socket, of a name that is made up', async () => {
  let path = '';
  await withEmbedded({ path: true }, async (server) => {
    path = server.path!;
    assert.equal(server.url, `unix://${path}`);
    const socket = net.connect(path);
    const answer = new Promise((resolve) => void socket.once('data', (data) => resolve(`${data}`)));
    socket.write('PING\r\n');
    assert.equal(await answer, PONG);
    socket.destroy();
  });
  assert.equal(existsSync(path), false);
});

test('it can be closed twice, and its port is free then', async () => {
  const server = await createServer({ port: 0 });
  const port = server.port!;
  const socket = net.connect(port, '127.0.0.1');
  const isGone = new Promise((resolve) => void socket.once('close', resolve));
  socket.on('error', () => {});
  await Promise.all([server.close(), server.close()]);
  await server.close();
  await isGone;
  await withEmbedded({ port }, async () => assert.equal(await ask(port, 'PING'), PONG));
  await assert.rejects(server.call('PING'), { code: 'ERR_CLOSED' });
  assert.throws(() => server.connect(), { code: 'ERR_CLOSED' });
});

test('it is disposed of', async () => {
  const server = await createServer();
  await server[Symbol.asyncDispose]();
  await assert.rejects(server.call('PING'), { code: 'ERR_CLOSED' });
});

test('SHUTDOWN closes it, and nothing else', async () => {
  const server = await createServer({ port: 0 });
  const port = server.port!;
  assert.equal(await ask(port, 'SHUTDOWN NOSAVE\r\nSET a 1'), '');
  await server.close();
  assert.equal(await ask(port, 'PING'), 'ECONNREFUSED');
});

test('a call of SHUTDOWN rejects, for nobody is left to answer', async () => {
  const server = await createServer();
  await assert.rejects(server.call('SHUTDOWN'), { code: 'ERR_CLOSED' });
  await server.close();
});

test('DEBUG is off', async () => {
  await withEmbedded({}, async (server) => {
    await assert.rejects(server.call('DEBUG', 'SLEEP', 0), /^ReplyError: ERR DEBUG command not/);
  });
});

test('directives are typed as people write them', async () => {
  const config = { maxmemory: '10mb', 'lazyfree-lazy-expire': true, hz: 20, timeout: 0 } as const;
  await withEmbedded({ config }, async (server) => {
    const found = await server.call('CONFIG', 'GET', 'maxmemory', 'lazyfree-lazy-expire', 'hz');
    assert.deepEqual(found, { maxmemory: '10485760', 'lazyfree-lazy-expire': 'yes', hz: '20' });
  });
});

test('two servers share nothing', async () => {
  const servers = await Promise.all([1, 2, 3].map(() => createServer({ port: 0 })));
  for (const [index, server] of servers.entries()) await server.call('SET', 'who', index);
  await servers[0].call('CONFIG', 'SET', 'maxmemory', '5mb');
  for (const [index, server] of servers.entries()) {
    assert.equal(await server.call('GET', 'who'), String(index));
    assert.equal(await server.call('DBSIZE'), 1);
  }
  assert.deepEqual(await servers[1].call('CONFIG', 'GET', 'maxmemory'), { maxmemory: '0' });
  await servers[0].close();
  assert.equal(await ask(servers[1].port!, 'GET who'), '$1\r\n1\r\n');
  await Promise.all(servers.map((server) => server.close()));
});

test('without a directory nothing is written anywhere', async () => {
  await withDirectory(async (path) => {
    const before = process.cwd();
    process.chdir(path);
    try {
      await withEmbedded({ config: { 'enable-protected-configs': 'yes' } }, async (server) => {
        await server.call('SET', 'a', 1);
        await assert.rejects(server.call('SAVE'), { name: 'ReplyError' });
        await assert.rejects(server.call('CONFIG', 'SET', 'appendonly', 'yes'), {
          message: /the server was made without a directory$/,
        });
        assert.equal(await server.call('SET', 'a', 2), 'OK');
      });
    } finally {
      process.chdir(before);
    }
    assert.deepEqual(readdirSync(path), []);
  });
});

test('with a directory, which it makes, data lasts', async () => {
  await withDirectory(async (path) => {
    const dir = join(path, 'made', 'here');
    const before = process.cwd();
    for (let i = 1; i <= 3; i++) {
      await withEmbedded({ dir }, async (server) =>
        assert.equal(await server.call('INCR', 'n'), i),
      );
    }
    assert.deepEqual(readdirSync(dir), ['appendonlydir']);
    assert.equal(process.cwd(), before);
  });
});

test('a directory has one server at a time', async () => {
  await withDirectory(async (dir) => {
    await withEmbedded({ dir }, async (server) => {
      await server.call('SET', 'a', 1);
      await assert.rejects(createServer({ dir }), {
        code: 'ERR_DATA',
        message: /another server/,
        file: join(dir, 'appendonlydir'),
        offset: null,
        advice: /^A directory has one server at a time/,
      });
      assert.equal(await server.call('GET', 'a'), '1');
    });
  });
});

test('data that is damaged is refused, with its place and what to do', async () => {
  await withDirectory(async (dir) => {
    const saved = join(dir, 'saved');
    const snapshots = { dir: saved, config: { appendonly: false, save: '3600 1' } } as const;
    const journals = { dir, config: { 'aof-load-truncated': false } } as const;
    for (const options of [snapshots, journals]) {
      await withEmbedded(options, async (server) => void (await server.call('SET', 'key', 'x')));
    }
    const dump = join(saved, 'dump.rdb');
    const journal = join(dir, 'appendonlydir/appendonly.aof.1.incr.aof');
    writeFileSync(dump, readFileSync(dump).subarray(0, -12));
    await assert.rejects(
      createServer(snapshots),
      refusal(dump, /'redstart check-rdb .*dump\.rdb'/),
    );
    const bytes = readFileSync(journal);
    writeFileSync(journal, bytes.subarray(0, -1));
    await assert.rejects(createServer(journals), refusal(journal, /redstart check-aof --fix/));
    bytes[bytes.length - 3] = 13;
    bytes[0] = 120;
    writeFileSync(journal, bytes);
    await assert.rejects(
      createServer(journals),
      refusal(journal, /use redstart check-aof .*\.manifest/, 0),
    );
    rmSync(journal);
    await assert.rejects(
      createServer(journals),
      refusal(journal, /^Restore it from a backup/, null),
    );
    writeFileSync(join(dir, 'appendonlydir/appendonly.aof.manifest'), 'nonsense\n');
    const manifest = join(dir, 'appendonlydir/appendonly.aof.manifest');
    await assert.rejects(createServer(journals), refusal(manifest, /^Restore it/, null));
  });
});

test('what is written while a dump becomes an append-only file lasts', async () => {
  await withDirectory(async (dir) => {
    const dumping: ServerOptions = { dir, config: { appendonly: false, save: '3600 1' } };
    await withEmbedded(dumping, async (server) => void (await server.call('SET', 'a', 'x')));
    await withEmbedded({ dir }, async (server) => void (await server.call('SET', 'b', 'y')));
    await withEmbedded({ dir }, async (server) => {
      assert.deepEqual(await server.call('MGET', 'a', 'b'), ['x', 'y']);
    });
  });
});

/** Checks an error; without an offset there is one. */
function refusal(file: string, advice: RegExp, offset?: number | null): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof RedstartError);
    assert.deepEqual([error.code, error.file], ['ERR_DATA', file]);
    assert.match(error.advice ?? '', advice);
    assert.ok(
      offset === undefined ? Number(error.offset) > 0 : error.offset === offset,
      error.message,
    );
    // Whoever reads the message alone knows it, too.
    if (!error.message.includes('MANIFEST')) assert.ok(error.message.includes(file), error.message);
    return true;
  };
}

test('snapshots alone last, too', async () => {
  await withDirectory(async (dir) => {
    const options: ServerOptions = { dir, config: { appendonly: false, save: '3600 1' } };
    await withEmbedded(options, async (server) => void (await server.call('SET', 'a', 'x')));
    assert.deepEqual(readdirSync(dir), ['dump.rdb']);
    await withEmbedded(options, async (server) => assert.equal(await server.call('GET', 'a'), 'x'));
  });
});

test('the log is text, of the level that is asked for', async () => {
  const lines: string[] = [];
  const log: ServerOptions['log'] = (level, message) => void lines.push(`${level} ${message}`);
  await withEmbedded({ log, config: { loglevel: 'warning' } }, async () => {});
  assert.deepEqual(lines, ['warning Redis is now ready to exit, bye bye...']);
  await withEmbedded({ port: 0, log, config: { loglevel: 'notice' } }, async () => {});
  assert.ok(lines.includes('notice User requested shutdown...'));
});
test('timers that a test replaces move its time, and do not stop it', async (t) => {
  t.mock.timers.enable();
  await withEmbedded({ port: 0 }, async (server) => {
    await server.call('SET', 'a', 1, 'PX', 50);
    assert.equal(await server.call('GET', 'a'), '1');
    t.mock.timers.tick(100);
    assert.equal(await server.call('GET', 'a'), null);
  });
});

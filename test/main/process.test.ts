// The server as a process: what it prints, how it ends, where it listens.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERSION } from '../../src/main/version.ts';
import { ask, ServerProcess, withDirectory, withServer } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const NO_ADDRESS = '192.0.2.1';

/** Runs to the end and checks exit code and output. */
async function check(
  args: readonly string[],
  code: number,
  says: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const server = new ServerProcess(args, { env });
  const ended = await server.ended;
  assert.match(server.text, says);
  assert.equal(ended, code, server.text);
}

const FATAL = `\\*\\*\\* FATAL CONFIG FILE ERROR \\(Redstart ${VERSION}\\) \\*\\*\\*\n`;

const REFUSED: readonly [args: readonly string[], says: RegExp][] = [
  [['--frobnicate', 'yes'], new RegExp(`${FATAL}.*line 2\n>>> 'frobnicate "yes"'\nBad directive`)],
  [['--port', 'abc'], new RegExp(`${FATAL}.*line 2\n>>> 'port "abc"'\nargument couldn't be`)],
  [['--port', '65536'], /argument must be between 0 and 65535 inclusive/],
  [['/no/such/redis.conf'], /Fatal error, can't open config file '\/no\/such\/redis.conf': /],
  [['--dir', '/no/such/directory'], /No such file or directory/],
  [['--logfile', '/no/such/directory/log'], /Can't open the log file: No such file or directory/],
  [['--daemonize', 'yes'], /daemonize yes: Redstart always runs in the foreground/],
  [['--rename-command', 'FROB', 'X'], /No such command in rename-command/],
  [['--rename-command', 'GET', 'SET'], /Target command name already exists/],
  [['--sentinel'], /--sentinel is not supported by Redstart/],
  [['--user', 'alice on'], /Redstart has no ACL users yet/],
  [['--aclfile', '/tmp/users.acl'], /aclfile: Redstart has no ACL users yet/],
];

for (const [args, says] of REFUSED) {
  test(`is refused: ${args.join(' ')}`, () => check(args, 1, says));
}

test('answers --version', async () => {
  const pattern = new RegExp(
    `^Redstart server v=${VERSION.replaceAll('.', '\\.')} redis=7\\.2\\.6 `,
  );
  await check(['--version'], 0, pattern);
  await check(['-v'], 0, pattern);
});

test('answers --help', () => check(['--help'], 0, /^Usage: redstart/));

test('its version is that of the package', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  assert.equal(VERSION, JSON.parse(text).version);
});

test('a busy port ends the start', async () => {
  const port = await freePort();
  const other = net.createServer().listen(port, '127.0.0.1');
  const place = `127\\.0\\.0\\.1:${port}: bind: Address already in use`;
  const lines =
    `Warning: Could not create server TCP listening socket ${place}\n.*` +
    `Failed listening on port ${port} \\(tcp\\), aborting\\.`;
  await check(['--port', String(port), '--bind', '127.0.0.1'], 1, new RegExp(lines));
  other.close();
});

test('an address that the machine lacks ends the start', async () => {
  const port = String(await freePort());
  await check(
    ['--port', port, '--bind', NO_ADDRESS],
    1,
    /: bind: Cannot assign requested address\n.*Failed listening on port \d+ \(tcp\), aborting\./,
  );
});

test('an address with a dash may be missing', async () => {
  const port = await freePort();
  await withServer(
    ['--port', `${port}`, '--bind', '127.0.0.1', `-${NO_ADDRESS}`],
    async (server) => {
      assert.match(server.text, /192\.0\.2\.1:\d+: bind: Cannot assign requested address/);
      assert.equal(await ask(port, 'PING'), '+PONG\r\n');
    },
  );
});

test('says what operators look for', async () => {
  const port = await freePort();
  await withServer(['--port', String(port)], async (server) => {
    assert.match(
      server.text,
      new RegExp(
        `^\\d+:C .* \\* oO0OoO0OoO0Oo Redstart is starting oO0OoO0OoO0Oo\n[^]*` +
          ` PID: ${server.pid}\n[^]*` +
          `${server.pid}:M .* \\* Server initialized\n` +
          '.* \\* Ready to accept connections tcp\n$',
      ),
    );
  });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it in order`, async () => {
    await withDirectory(async (path) => {
      const pidFile = join(path, 'redstart.pid');
      const port = await freePort();
      await withServer(['--port', `${port}`, '--pidfile', pidFile], async (server) => {
        assert.equal(readFileSync(pidFile, 'latin1'), `${server.pid}\n`);
        server.signal(signal);
        assert.equal(await server.ended, 0);
        assert.match(
          server.text,
          new RegExp(
            `Received ${signal} scheduling shutdown\\.\\.\\.\n` +
              '.*User requested shutdown\\.\\.\\.\n' +
              '.*Saving the final RDB snapshot before exiting\\.\n.*DB saved on disk\n' +
              '.*Removing the pid file\\.\n.*Redis is now ready to exit, bye bye\\.\\.\\.\n$',
          ),
        );
        assert.equal(existsSync(pidFile), false);
      });
    });
  });
}

test('SHUTDOWN NOSAVE ends it', async () => {
  const port = await freePort();
  await withServer(['--port', String(port)], async (server) => {
    assert.equal(await ask(port, 'SHUTDOWN NOSAVE'), '');
    assert.equal(await server.ended, 0);
    assert.match(server.text, /User requested shutdown\.\.\.\n.*bye bye\.\.\.\n$/);
  });
});

test('listens on a Unix socket, and on nothing else with port 0', async () => {
  await withDirectory(async (path) => {
    const socket = join(path, 'redstart.sock');
    const args = ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700'];
    await withServer(args, async (server) => {
      assert.doesNotMatch(server.text, /Ready to accept connections tcp/);
      assert.equal(statSync(socket).mode & 0o777, 0o700);
      assert.equal(await ask(socket, 'PING'), '+PONG\r\n');
      assert.match(await ask(socket, 'CLIENT INFO'), new RegExp(` addr=${socket}:0 .* flags=U `));
      server.signal('SIGKILL');
      await server.ended;
      assert.equal(existsSync(socket), true);
    });
    // What the killed one left behind is replaced; the one that ends in order removes its own.
    await withServer(args, async (server) => {
      assert.equal(await ask(socket, 'PING'), '+PONG\r\n');
      assert.equal(await ask(socket, 'CONFIG SET dir /'), NOT_PROTECTED);
      server.signal('SIGTERM');
      assert.equal(await server.ended, 0);
      assert.equal(existsSync(socket), false);
    });
  });
});

const NOT_PROTECTED =
  "-ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config\r\n";

test('a Unix socket in no directory ends the start', () =>
  check(
    ['--port', '0', '--unixsocket', '/no/such/directory/socket'],
    1,
    /Failed opening Unix socket: bind: No such file or directory\n.*\(unix\), aborting\./,
  ));

test('lives on without any listener', async () => {
  const port = await freePort();
  await withServer(['--port', String(port)], async (server) => {
    assert.equal(await ask(port, 'CONFIG SET bind ""'), '+OK\r\n');
    assert.equal(await ask(port, 'PING'), 'ECONNREFUSED');
    server.signal('SIGTERM');
    assert.equal(await server.ended, 0);
    assert.match(server.text, /bye bye/);
  });
});

test('takes settings from file, environment and command line, the last one first', async () => {
  await withDirectory(async (path) => {
    const port = await freePort();
    const file = join(path, 'redis.conf');
    writeFileSync(join(path, 'part-a.conf'), 'timeout 11\n');
    writeFileSync(join(path, 'part-b.conf'), 'hz 12\n');
    writeFileSync(
      file,
      `port 1\ninclude ${path}/part-*.conf\nmaxclients 13\nrename-command PING BONG\n` +
        'rename-command ECHO ""\ntcp-keepalive 1\ntcp-keepalive 14\n',
    );
    await withServer(
      [file, '--port', String(port)],
      async (server) => {
        assert.match(server.text, /Configuration loaded/);
        assert.equal(await setting(port, 'timeout'), '11');
        assert.equal(await setting(port, 'hz'), '12');
        assert.equal(await setting(port, 'maxclients'), '15');
        assert.equal(await setting(port, 'tcp-keepalive'), '14');
        assert.match(await ask(port, 'PING'), /^-ERR unknown command 'PING'/);
        assert.match(await ask(port, 'ECHO x'), /^-ERR unknown command 'ECHO'/);
        assert.equal(await ask(port, 'BONG'), '+PONG\r\n');
      },
      { env: { REDSTART_MAXCLIENTS: '15', REDSTART_PORT: '2' } },
    );
  });
});

test('a wrong variable of the environment ends the start', () =>
  check([], 1, /Reading the environment\n>>> 'REDSTART_HZ=often'\n/, { REDSTART_HZ: 'often' }));

test('reads configuration from the standard input', async () => {
  const port = await freePort();
  await withServer(
    ['-'],
    async () => {
      assert.equal(await setting(port, 'hz'), '33');
    },
    { input: `port ${port}\nhz 33\n` },
  );
});

test('writes the log to a file', async () => {
  await withDirectory(async (path) => {
    const port = await freePort();
    const server = new ServerProcess(['--port', `${port}`, '--dir', path, '--logfile', 'log']);
    while ((await ask(port, 'PING')) !== '+PONG\r\n') assert.equal(server.text, '');
    server.signal('SIGTERM');
    assert.equal(await server.ended, 0);
    assert.equal(server.text, '');
    assert.match(readFileSync(join(path, 'log'), 'latin1'), /Server initialized\n.*bye bye/s);
  });
});

test('CONFIG REWRITE replaces the file and keeps its mode', async () => {
  await withDirectory(async (path) => {
    const port = await freePort();
    const file = join(path, 'redis.conf');
    writeFileSync(file, `# mine\nport ${port}\n`, { mode: 0o600 });
    await withServer(
      ['redis.conf'],
      async () => {
        assert.equal(await ask(port, 'CONFIG SET hz 77'), '+OK\r\n');
        assert.equal(await ask(port, 'CONFIG REWRITE'), '+OK\r\n');
        assert.match(readFileSync(file, 'latin1'), /^# mine\nport \d+\n.*\nhz 77\n/s);
        assert.equal(statSync(file).mode & 0o777, 0o600);
      },
      { cwd: path },
    );
  });
});

test('an assertion that fails is reported and ends it', async () => {
  const port = await freePort();
  const args = ['--port', String(port), '--enable-debug-command', 'yes'];
  await withServer(args, async (server) => {
    await ask(port, `DEBUG PANIC "quoted\\n" ${'x'.repeat(200)}`);
    assert.equal(await server.ended, 1);
    assert.match(
      server.text,
      new RegExp(
        '# === REDSTART BUG REPORT START: .*\n' +
          `Redstart ${VERSION} \\(Redis 7\\.2\\.6\\) crashed after \\d+ seconds\n[^]*` +
          '------ STACK TRACE ------\nError: DEBUG PANIC [^]*' +
          'command: debug\nclient: id=1 addr=127\\.0\\.0\\.1:\\d+ .*\n' +
          'argv\\[0\\]: "DEBUG"\nargv\\[1\\]: "PANIC"\nargv\\[2\\]: "quoted\\\\n"\n' +
          'argv\\[3\\]: "x{128}"\\.\\.\\. \\(200 bytes\\)\n[^]*REDSTART BUG REPORT END',
      ),
    );
  });
});

/** The value of a directive, by CONFIG GET. */
async function setting(port: number, name: string): Promise<string> {
  const reply = await ask(port, `CONFIG GET ${name}`);
  return reply.split('\r\n')[4];
}

// What a start has to cope with: bytes that are no UTF-8, a directory that is gone, includes of
// anything, variables of others, signals that the runtime would act upon.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, ServerProcess, withDirectory, withServer } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const PONG = '+PONG\r\n';
const OK = '+OK\r\n';
const INSPECTOR_PORT = 9229;

/** Runs a server that does not get as far as to listen. */
async function refused(args: readonly string[], says: RegExp, cwd?: string): Promise<void> {
  const server = new ServerProcess(args, cwd === undefined ? {} : { cwd });
  const code = await server.ended;
  assert.match(server.text, says);
  assert.equal(code, 1, server.text);
}

/** The value of a directive, by CONFIG GET. */
async function setting(port: number, name: string): Promise<string> {
  return (await ask(port, `CONFIG GET ${name}`)).split('\r\n')[4];
}

const NOWHERE: readonly (readonly string[])[] = [
  ['--port', '0'],
  ['--bind', ''],
  ['--bind', '-192.0.2.1'],
];

for (const args of NOWHERE) {
  test(`listens nowhere and ends: ${args.join(' ')}`, async () => {
    const port = String(await freePort());
    await refused(['--port', port, ...args], /# Configured to not listen anywhere, exiting\.\n$/);
  });
}

test('a port of another language is somewhere', async () => {
  const port = await freePort();
  await withServer(['--port', '0', '--plain-port', String(port)], async () => {
    assert.match(await ask(port, 'PING'), /PONG/);
  });
});

test('log lines are bytes', async () => {
  const port = await freePort();
  const args = ['--port', String(port), '--enable-debug-command', 'yes'];
  await withServer(args, async (server) => {
    assert.equal(await ask(port, 'DEBUG LOG "gr\xc3\xbc\xc3\x9fe \xff"'), OK);
    await server.says(/DEBUG LOG: gr\xc3\xbc\xc3\x9fe \xff\n/);
  });
});

test('the log of a file is bytes, and so is its name', async () => {
  await withDirectory(async (path) => {
    const port = await freePort();
    const file = Buffer.concat([Buffer.from(join(path, 'l')), Buffer.from([0xff])]);
    const args = ['--port', `${port}`, '--dir', path, '--enable-debug-command', 'yes'];
    const script = 'exec "$@" --logfile "$(printf "l\\377")"';
    const server = new ServerProcess(args, { script });
    try {
      while ((await ask(port, 'DEBUG LOG "\xc3\xbc\xff"')) !== OK) assert.equal(server.text, '');
      assert.match(readFileSync(file, 'latin1'), /DEBUG LOG: \xc3\xbc\xff\n/);
    } finally {
      await server.stop();
    }
  });
});

test('an error of the start is bytes', () =>
  refused(
    ['/no/such/gr\u00fc\u00dfe'],
    /config file '\/no\/such\/gr\xc3\xbc\xc3\x9fe': No such file/,
  ));

const PASSWORDS: readonly [where: string, script: string][] = [
  ['an argument', 'exec "$@" --requirepass "$(printf "a\\377b\\357\\277\\275")"'],
  ['a variable', 'REDSTART_REQUIREPASS="$(printf "a\\377b\\357\\277\\275")" exec "$@"'],
];

for (const [where, script] of PASSWORDS) {
  test(`${where} that is no UTF-8 keeps its bytes`, async () => {
    const port = await freePort();
    await withServer(
      ['--port', String(port), '--loglevel', 'notice'],
      async () => {
        assert.equal(await ask(port, 'AUTH a\xffb\xef\xbf\xbd'), OK);
        assert.match(await ask(port, 'AUTH a\xef\xbf\xbdb\xef\xbf\xbd'), /^-WRONGPASS/);
      },
      { script },
    );
  });
}

test('an argument whose bytes are not known is refused', async () => {
  // The title takes the place of the arguments, where the kernel keeps them.
  const script =
    'node=$1; shift; exec "$node" --title=other "$@" --requirepass "$(printf "\\377")"';
  const server = new ServerProcess(['--port', '0'], { script });
  assert.equal(await server.ended, 1);
  assert.match(
    server.text,
    /^The argument '\xef\xbf\xbd' is not valid UTF-8, and its bytes are not/,
  );
});

test('a directory that is no UTF-8 is refused', async () => {
  const server = new ServerProcess([], { script: 'exec "$@" --dir "$(printf "/tmp/\\377")"' });
  assert.equal(await server.ended, 1);
  assert.match(server.text, /\nInvalid or incomplete multibyte or wide character\n/);
});

test('starts in a directory that was deleted', async () => {
  await withDirectory(async (path) => {
    mkdirSync(join(path, 'gone'));
    const port = await freePort();
    await withServer(
      ['--port', String(port), '--pidfile', 'pid', '--save', ''],
      async (server) => {
        assert.equal(await setting(port, 'dir'), '');
        assert.match(server.text, /Failed to write PID file: No such file or directory/);
        server.signal('SIGTERM');
        assert.equal(await server.ended, 0, server.text);
      },
      { cwd: join(path, 'gone'), script: 'rmdir "$PWD"; exec "$@"' },
    );
  });
});

test('variables of a container platform do not stop the start', async () => {
  const port = await freePort();
  const env = { REDSTART_PORT: 'tcp://10.0.0.7:6379', REDSTART_SERVICE_HOST: '10.0.0.7' };
  await withServer(
    ['--plain-port', String(port), '--bind', '127.0.0.1', '--port', '0'],
    async (server) => {
      assert.match(server.text, /# The variable REDSTART_PORT=tcp:\/\/10\.0\.0\.7:6379 is ignored/);
      assert.match(server.text, /# No directives, and ignored, .* REDSTART_SERVICE_HOST\n/);
    },
    { env },
  );
});

test('signals that the runtime would act upon change nothing', async () => {
  const port = await freePort();
  await withServer(['--port', String(port)], async (server) => {
    for (const signal of ['SIGUSR1', 'SIGHUP', 'SIGPIPE', 'SIGALRM'] as const) {
      server.signal(signal);
      assert.equal(await ask(port, 'PING'), PONG, signal);
    }
    assert.doesNotMatch(server.text, /Debugger listening/);
  });
});

test('a debugger that was opened before the server ran is closed', async () => {
  const port = await freePort();
  // What a signal does that comes while the runtime itself starts.
  const script = 'node=$1; shift; exec "$node" --import "data:text/javascript,$OPEN" "$@"';
  const env = { OPEN: "import i from 'node:inspector'; i.open(0)" };
  const says = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//;
  await withServer(
    ['--port', String(port)],
    async (server) => {
      await server.says(says);
      const debuggerPort = Number(says.exec(server.text)?.[1]);
      assert.notEqual(debuggerPort, INSPECTOR_PORT);
      while ((await firstEvent(debuggerPort)) !== 'error')
        assert.equal(await ask(port, 'PING'), PONG);
    },
    { script, env },
  );
});

/** What comes of a connection: 'connect' or 'error'. */
function firstEvent(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    for (const event of ['connect', 'error']) {
      socket.once(event, () => {
        socket.destroy();
        resolve(event);
      });
    }
  });
}

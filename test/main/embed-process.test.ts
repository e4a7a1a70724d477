// What an embedded server does to its process: what keeps it alive, and that nothing else changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run-program.ts';

const CORE = new URL('../../src/main/core.js', import.meta.url).href;

/** Runs a program that has createServer(). */
function run(program: string): Promise<{ text: string; code: number | null }> {
  const names = 'createServer, createTestServer';
  const head = `const { ${names} } = await import(${JSON.stringify(CORE)});\n`;
  const args = ['--input-type=module', '--pending-deprecation', '-e', head + program];
  return runProgram(args, fileURLToPath(new URL('.', CORE)));
}

/** Programs that end by themselves, and what they print. */
const ENDING: readonly [name: string, program: string, text: string][] = [
  ['without a socket nothing holds it', 'await createServer();', ''],
  ['a call holds it until it is answered', timed("server.call('BLPOP', 'l', 0.05)"), 'null\n'],
  ['an open port holds it until it is closed', closing('{ port: 0 }', ''), 'closing\n'],
  ['an open connection holds it', closing('{}', 'server.connect();'), 'closing\n'],
  ['unref lets go of a port', 'const s = await createServer({ port: 0 }); s.unref();', ''],
  ['unref lets go of a connection', '(await createServer()).connect().unref();', ''],
  [
    'unref lets go of all connections',
    'const s = await createServer(); s.unref(); s.connect();',
    '',
  ],
  [
    'a test server holds nothing',
    `const server = await createTestServer({ port: 0 });
     server.connect();
     console.log(await server.call('PING'));`,
    'PONG\n',
  ],
  [
    'SHUTDOWN ends no process',
    `const server = await createServer({ port: 0 });
     await server.call('SHUTDOWN').catch(() => {});
     await server.close();
     setTimeout(() => console.log('alive'), 20);`,
    'alive\n',
  ],
  [
    "an error of a client's listener is not the server's",
    `const server = await createServer();
     process.once('uncaughtException', ({ message }) => console.log(message));
     const stream = server.connect();
     stream.once('data', () => { throw new Error('mine'); });
     stream.write('PING\\r\\n');
     await server.call('PING');
     stream.once('data', (data) => { console.log(String(data).trim()); server.close(); });
     stream.write('PING\\r\\n');`,
    'mine\n+PONG\n',
  ],
  [
    'a worker thread has servers, too',
    `const { Worker } = await import('node:worker_threads');
     const { mkdtempSync, rmSync } = await import('node:fs');
     const { tmpdir } = await import('node:os');
     const dir = mkdtempSync(tmpdir() + '/redstart-worker-');
     const worker = new Worker(
       \`(async () => {
         const { createServer, createTestServer } = await import(${JSON.stringify(CORE)});
         const config = { unixsocketperm: '700' };
         const dir = \${JSON.stringify(dir)};
         const server = await createServer({ port: 0, path: true, dir, config });
         console.log(await server.call('EVAL', 'return redis.call("INCR", "n")', 0));
         await server.close();
       })();\`,
       { eval: true },
     );
     worker.on('exit', () => rmSync(dir, { recursive: true }));`,
    '1\n',
  ],
  [
    'neither title nor signals change',
    `const { title } = process;
     const server = await createServer({ port: 0 });
     console.log(process.title === title, process.listenerCount('SIGTERM'),
       process.listenerCount('SIGHUP'), process.listenerCount('uncaughtException'));
     await server.close();`,
    'true 0 0 0\n',
  ],
];

function timed(call: string): string {
  return `const server = await createServer(); console.log(await ${call});`;
}

/** Closes the server from a timer that does not hold the process itself. */
function closing(options: string, use: string): string {
  return `const server = await createServer(${options});
    ${use}
    setTimeout(() => { console.log('closing'); server.close(); }, 50).unref();`;
}

for (const [name, program, text] of ENDING) {
  test(name, async () => {
    assert.deepEqual(await run(program), { text, code: 0 });
  });
}

test('await using closes it', async () => {
  // What TypeScript and others make of `await using`, where the runtime does not have it.
  const { text, code } = await run(
    `const server = await createServer({ port: 0 });
     await server[Symbol.asyncDispose]();
     console.log(await server.call('PING').catch(({ code }) => code));`,
  );
  assert.deepEqual({ text, code }, { text: 'ERR_CLOSED\n', code: 0 });
});

// Keeps what this runtime compiles dist/core.cjs to beside it, so that starts need not compile it
// (docs/decisions/0014-start.md): runs it, has it answer a few requests, and asks V8 for all that
// was compiled until then. Runtimes of other versions may do so with the same dist/, one after the
// other: `node tools/compile.mjs`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compiledPath, runScript, scriptOf } from '../build/src/infrastructure/compiled.js';

const REQUESTS = ['PING', 'SET key value', 'GET key', 'DEL key', 'INFO', 'CONFIG GET port'];
const LIMIT_MS = 60000;
const RETRY_MS = 10;

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'core.cjs');
const directory = mkdtempSync(join(tmpdir(), 'redstart-compile-'));
const path = join(directory, 'socket');
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
setTimeout(() => fail('the server does not answer'), LIMIT_MS);

const script = scriptOf(program);
process.argv.splice(1, process.argv.length, program, '--port', '0', '--unixsocket', path);
process.argv.push('--dir', directory, '--logfile', join(directory, 'log'), '--save', '');
for (const name of Object.keys(process.env)) {
  if (name.toUpperCase().startsWith('REDSTART_')) delete process.env[name];
}
runScript(script, program).runProgram();
ask();

/** Asks until the server listens; what it answers does not matter. */
function ask() {
  const client = net.connect(path, () => client.end(`${REQUESTS.join('\r\n')}\r\n`));
  client.once('data', keep);
  client.on('error', () => setTimeout(ask, RETRY_MS));
}

function keep() {
  // The server has set flags meanwhile; V8 takes nothing that was compiled under others.
  setFlagsFromString('--parallel-scavenge');
  mkdirSync(dirname(compiledPath(program)), { recursive: true });
  writeFileSync(compiledPath(program), script.createCachedData());
  process.exit(0);
}

function fail(reason) {
  console.error(`compile: ${reason}`);
  process.exit(1);
}

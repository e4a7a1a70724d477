// The programs of examples/, as their readers would run them: in a folder of their own, where what
// their package.json asks for is installed, and by what its script says.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fileServer } from '../support/file-server.ts';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const limits = { timeout: 60000 };
const server = fileServer();
const folder = mkdtempSync(join(tmpdir(), 'redstart-examples-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What each prints. */
const PRINTS: Readonly<Record<string, readonly string[]>> = {
  bullmq: [
    'sent to ada@example.com',
    'sent to boss@example.com',
    'sent to later@example.com',
    'sent to slow@example.com',
    'sent to sales + sent to stock',
    '{ completed: 7, failed: 0, delayed: 0 }',
  ],
  keyv: [
    "{ city: 'Ulm', degrees: 3 }",
    "{ city: 'Bern', degrees: 4 }",
    "{ city: 'Ulm', degrees: 3 }",
    "{ city: 'Ulm', degrees: 3 }",
    'asked 2 times',
  ],
  'rate-limit': [
    'ann: 200 welcome, 2 left',
    'ann: 200 welcome, 1 left',
    'ann: 200 welcome, 0 left',
    'ann: 429 too many requests',
    'bob: 200 welcome, 2 left',
  ],
  socketio: ['bob heard hello'],
};

/** Those that are tests, and what their runner says of two that pass. */
const RUNNERS: Readonly<Record<string, RegExp>> = {
  jest: /^Tests: +2 passed, 2 total$/m,
  'node-test': /^(#|ℹ) pass 2$/m,
  vitest: /^ *Tests +2 passed \(2\)$/m,
};

/** The programs of scripts that are not the runtime's own. */
const BINS: Readonly<Record<string, string>> = { jest: 'bin/jest.js', vitest: 'vitest.mjs' };

/** Those that tests below talk to. */
const SERVERS = ['sessions-express'];

for (const [name, lines] of Object.entries(PRINTS)) {
  test(`examples/${name}`, limits, async () => {
    const { output, complaints, status } = await run(name);
    assert.equal(complaints, '');
    assert.deepEqual(output.split('\n'), [...lines, '']);
    assert.equal(status, 0);
  });
}

for (const [name, says] of Object.entries(RUNNERS)) {
  test(`examples/${name}`, limits, async () => {
    const { output, complaints, status } = await run(name);
    assert.match(output + complaints, says);
    assert.equal(status, 0);
  });
}

test('examples/sessions-express: a visitor is known after a new start', limits, async () => {
  const visits: string[] = [];
  let cookie = '';
  for (const paths of [
    ['/', '/'],
    ['/', '/leave', '/'],
  ]) {
    const child = start('sessions-express', { PORT: '0' });
    const [first] = (await once(child.stdout!, 'data')) as [Buffer];
    for (const path of paths) {
      const response = await fetch(first.toString().trim() + path, { headers: { cookie } });
      cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
      visits.push(await response.text());
    }
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  assert.deepEqual(visits, ['visit 1', 'visit 2', 'visit 3', 'goodbye', 'visit 1']);
});

test('each example is tried, and asks for versions that are tried', () => {
  const names = readdirSync(join(ROOT, 'examples')).filter((name) => name !== 'README.md');
  assert.deepEqual(names, [PRINTS, RUNNERS].flatMap(Object.keys).concat(SERVERS).sort());
  const { version, devDependencies: ours } = manifestOf('.');
  for (const name of names) {
    for (const [wanted, range] of Object.entries(wantsOf(`examples/${name}`))) {
      const tried = wanted === 'redstart' ? version : ours?.[wanted];
      assert.equal(range, `^${tried?.replace('~', '')}`, `${name}: ${wanted}`);
    }
  }
});

/** Runs an example by its script to its end. */
async function run(
  name: string,
): Promise<{ output: string; complaints: string; status: number | null }> {
  const child = start(name);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [output, complaints] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  const [status] = await ended;
  return { output, complaints, status };
}

function start(name: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const cwd = join(folder, name);
  if (!readdirSync(folder).includes(name)) install(name, cwd);
  const { start, test } = manifestOf(`examples/${name}`).scripts;
  const [program, ...words] = (start ?? test).split(' ');
  const file = program === 'node' ? [] : [join(ROOT, 'node_modules', program, BINS[program])];
  return spawn(process.execPath, [...file, ...words], {
    cwd,
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      NODE_TEST_CONTEXT: undefined,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      REDIS_PORT: String(server.port),
      REDIS_URL: `redis://127.0.0.1:${server.port}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The example, and what it asks for, in a folder in which nothing else is found. */
function install(name: string, cwd: string): void {
  cpSync(join(ROOT, 'examples', name), cwd, { recursive: true });
  for (const wanted of Object.keys(wantsOf(`examples/${name}`))) {
    const place = join(cwd, 'node_modules', wanted);
    mkdirSync(dirname(place), { recursive: true });
    const found = wanted === 'redstart' ? ROOT : join(ROOT, 'node_modules', wanted);
    symlinkSync(found, place, 'junction');
  }
}

function wantsOf(path: string): Record<string, string> {
  const { dependencies, devDependencies } = manifestOf(path);
  return { ...dependencies, ...devDependencies };
}

function manifestOf(path: string): Manifest & { version: string } {
  return JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
}

// The package as it is published: packed, installed in an empty folder, and used from there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SIZE_MAX = 1.5e6;

/** Compiles as ECMAScript and as CommonJS module; of each line marked so an error is expected. */
const TYPED = `
const server: RedstartServer = await createServer({
  port: 0,
  host: ['127.0.0.1', '::1'],
  config: { maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru', hz: 10, appendonly: false },
  log: (level, message) => console.log(level.length, message.length),
});
const value: string | null = await server.call<string | null>('GET', 'key', 1, Buffer.of(1));
server.on('expired', (key, value, at) => console.log(key.length, value?.length, at + 1));
server.connect().write('PING');
await using disposed = await createServer();
console.log(value, server.url?.length, disposed.port);
// @ts-expect-error
await createServer({ config: { maxmemroy: '1mb' } });
// @ts-expect-error
await createServer({ config: { maxmemory: 'much' } });
// @ts-expect-error
await createServer({ config: { 'maxmemory-policy': 'lru' } });
// @ts-expect-error
await createServer({ prot: 1 });
// @ts-expect-error
server.on('expire', () => {});
const kit: TestServer = await createTestServer({ port: 0, config: { hz: 10 } });
console.log(kit.url, await kit.call<string>('PING'));
// @ts-expect-error
await createTestServer({ prot: 1 });
const error: Error = new RedstartError('ERR_CLOSED', 'a');
const reply: Error = new ReplyError('ERR');
console.log(error, reply);
`;

const folder = mkdtempSync(join(tmpdir(), 'redstart-package-'));
let packed: { filename: string; size: number; files: { path: string }[] };
let typeProblems: string[];

function run(command: string, args: readonly string[], cwd = folder): string {
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell });
  assert.equal(result.status, 0, `${command} ${args.join(' ')}: ${result.stderr}${result.error}`);
  return result.stdout;
}

before(() => {
  const text = run('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
  [packed] = JSON.parse(text) as (typeof packed)[];
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', packed.filename];
  run('npm', install);
  typeProblems = compile();
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('it is small, and holds nothing of one machine', () => {
  assert.ok(packed.size < SIZE_MAX, `${packed.size} bytes`);
  const paths = packed.files.map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => path.startsWith('dist/compiled')),
    [],
  );
  assert.ok(paths.includes('dist/index.d.mts'));
});

const USE = `
  const first = await createServer({ port: 0 });
  const second = await createServer();
  await first.call('SET', 'key', 'value');
  const found = [await first.call('GET', 'key'), await second.call('GET', 'key')];
  const scripted = await second.call('EVAL', 'return redis.call("INCR", "n")', 0);
  const kit = await createTestServer({ port: 0 });
  const pong = await kit.call('PING');
  const error = await createServer({ prot: 1 }).catch((error) => error);
  await Promise.all([first.close(), second.close()]);
  console.log(JSON.stringify([found, scripted, pong, error instanceof RedstartError]));
`;
const USED = '[["value",null],1,"PONG",true]\n';

const IMPORT = `import { createServer, RedstartError } from 'redstart';
  import { createTestServer } from 'redstart/testing';`;
const REQUIRE = `const { createServer, RedstartError } = require('redstart');
  const { createTestServer } = require('redstart/testing');`;

const PROGRAMS: readonly [name: string, text: string][] = [
  ['import.mjs', `${IMPORT}${USE}`],
  ['require.cjs', `${REQUIRE}(async () => {${USE}})();`],
];

for (const [name, text] of PROGRAMS) {
  test(name, () => {
    writeFileSync(join(folder, name), text);
    assert.equal(run(process.execPath, ['--throw-deprecation', name]), USED);
  });
}

test('both kinds of modules have the same library', () => {
  const text = `import * as imported from 'redstart'; import * as kit from 'redstart/testing';
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const [name, module] of [['redstart', imported], ['redstart/testing', kit]]) {
      const required = require(name);
      console.log(Object.keys(required).every((name) => module[name] === required[name]),
        Object.keys(module).sort().join());
    }`;
  writeFileSync(join(folder, 'both.mjs'), text);
  const names = [
    'RedstartError,ReplyError,createServer',
    'createTestServer,fixtures,nodeTestServer',
  ];
  const said = names.map((each) => `true ${each}\n`).join('');
  assert.equal(run(process.execPath, ['both.mjs']), said);
});

test('the program runs by its name', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.match(run('npx', ['--no', '--', 'redstart', '--version']), new RegExp(`v=${version} `));
});

test('publint finds nothing to say', async () => {
  const bytes = new Uint8Array(readFileSync(join(folder, packed.filename)));
  const { messages } = await publint({ pack: { tarball: bytes.buffer } });
  assert.deepEqual(messages, []);
});

test('types are found by every kind of resolution', () => {
  const program = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const args = [program, join(folder, packed.filename), '--format', 'json'];
  const { analysis } = JSON.parse(run(process.execPath, args)) as Analysis;
  assert.deepEqual(analysis.problems, []);
  assert.deepEqual(Object.keys(analysis.entrypoints), [
    '.',
    './testing',
    './jest',
    './package.json',
  ]);
});

/** What arethetypeswrong prints. */
interface Analysis {
  analysis: { problems: unknown[]; entrypoints: Record<string, unknown> };
}

test('npx runs it from the tarball in an empty folder', () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const tarball = join(folder, packed.filename);
  const args = ['--yes', '--offline', `--cache=${join(folder, 'cache')}`, `--package=${tarball}`];
  assert.match(run('npx', [...args, 'redstart', '--version'], empty), /^Redstart server v=/);
  assert.match(run(process.execPath, [installed('redstart.js'), 'help', 'doctor']), /^Usage: /);
});

/** A file of the package, as it is installed. */
function installed(name: string): string {
  return join(folder, 'node_modules/redstart/dist', name);
}

test('types are found, and tell what is wrong', () => assert.deepEqual(typeProblems, []));

/** What the compiler says of programs that use the types, and of the types. */
function compile(): string[] {
  const types = join(folder, 'node_modules/@types');
  mkdirSync(types, { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  const names = 'createServer, RedstartError, ReplyError, type RedstartServer';
  const head =
    `import { ${names} } from 'redstart';\n` +
    "import { createTestServer, type TestServer } from 'redstart/testing';\n";
  const files = { 'typed.mts': head + TYPED, 'typed.cts': `${head}(async () => {${TYPED}})();` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { NodeNext: module } = ts.ModuleKind;
  const options = { module, target: ts.ScriptTarget.ES2023, types: ['node'], strict: true };
  const program = ts.createProgram(
    Object.keys(files).map((name) => join(folder, name)),
    options,
  );
  // What the runtime's own types are worth is not the question.
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => /\/(typed|index|testing)\.(d\.)?[cm]ts$/.test(fileName));
  assert.equal(ours.length, 6);
  return ours.flatMap((file) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start }) => {
        const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
        return `${file.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    ),
  );
}

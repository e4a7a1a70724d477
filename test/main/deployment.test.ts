// The Dockerfile, docker-compose.yml, the systemd unit and the workflow of CI: checked as far as
// the tools of this machine go, without an engine that would run them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Is there a program that ends well with these arguments? */
function whyNot(command: string, ...args: readonly string[]): string | false {
  const { status } = spawnSync(command, args, { stdio: 'ignore' });
  return status === 0 ? false : `there is no ${command} ${args[0]}`;
}

/** What a program says, which is to end well. */
function said(command: string, args: readonly string[], env = {}): string {
  const options = { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  assert.equal(status, 0, stderr);
  return stdout + stderr;
}

test('the Dockerfile has no faults, and the linter finds some elsewhere', () => {
  assert.deepEqual(validate(text('Dockerfile')), []);
  assert.notDeepEqual(validate('FROM a\nHEALTHCHECK --intervall=1s CMD ["b"]\n'), []);
});

const PROMISED: readonly (readonly [what: string, line: RegExp])[] = [
  ['it is not root', /^USER 1000:1000$/m],
  ['its health is checked', /^HEALTHCHECK .* CMD \["redstart", "ping"\]$/m],
  ['its data is a volume', /^VOLUME \/data$/m],
  ['it is the server itself that gets signals', /^ENTRYPOINT \["redstart"\]$/m],
];

for (const [what, line] of PROMISED) {
  test(`the image: ${what}`, () => assert.match(text('Dockerfile'), line));
}

test('what the image is built of is all that the build needs', () => {
  const allowed = new Set(text('.dockerignore').match(/^!.*$/gm));
  for (const name of ['src', 'test', 'bench', 'tools', 'package.json', 'package-lock.json']) {
    assert.ok(allowed.has(`!${name}`), name);
  }
});

const noCompose = whyNot('docker', 'compose', 'version');

test('docker compose takes docker-compose.yml', { skip: noCompose }, () => {
  const password = { REDSTART_REQUIREPASS: 'secret' };
  assert.match(said('docker', ['compose', 'config'], password), /read_only: true/);
});

const noSystemd = whyNot('systemd-analyze', '--version');

test('systemd takes the unit', { skip: noSystemd }, () => {
  // It ends well where it does not know a key, but says so.
  assert.equal(said('systemd-analyze', ['verify', join(ROOT, 'packaging/redstart.service')]), '');
});

test('CI runs on three systems and versions of Node.js, the oldest as the package says', () => {
  const workflow = text('.github/workflows/check.yml');
  assert.match(workflow, /os: \[ubuntu-latest, macos-latest, windows-latest\]/);
  const versions = /node: \[(.*)\]/.exec(workflow)?.[1].split(', ') ?? [];
  assert.deepEqual(versions, ['20', '22', '24']);
  const { engines } = JSON.parse(text('package.json')) as { engines: { node: string } };
  assert.equal(engines.node, `>=${versions[0]}`);
});

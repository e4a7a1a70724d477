// TLS to a server: what is verified, by which files, and what a mistake is called there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { noRedisCli, runOurs, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';
import { AUTHORITY, CERTIFICATE, KEY, tlsFront } from '../support/tls-front.ts';

const file = fileServer();
const names: (string | false)[] = [];

const [open, openPort] = await tlsFront(file, false, names);
const [strict, strictPort] = await tlsFront(file, true);
const folder = mkdtempSync(join(tmpdir(), 'redstart-tls-'));
writeFileSync(join(folder, 'one.pem'), readFileSync(AUTHORITY));
writeFileSync(join(folder, 'none.pem'), 'no certificate');

after(() => {
  open.close();
  strict.close();
  rmSync(folder, { recursive: true });
});

const help = noRedisCli === false ? await runRedisCli({ args: ['--help'] }) : { out: '', err: '' };
const hasTls = /--tls /.test(help.out + help.err);
const OWN = `--cert ${CERTIFICATE} --key ${KEY}`;
const UNVERIFIED =
  /^Could not connect to Redis at 127.0.0.1:\d+: SSL_connect failed: certificate verify failed/;

const NEGOTIATION = 'Could not negotiate a TLS connection: ';
const VERIFIED = `--tls --cacert ${AUTHORITY}`;
const NO_CERTIFICATE = `--cert ${folder}/nothing --key ${KEY}`;
const NO_KEY = `--cert ${CERTIFICATE} --key ${folder}/nothing`;

const LINES: readonly (readonly [name: string, args: string, status: number, said: RegExp])[] = [
  ['an authority', VERIFIED, 0, /^PONG\n$/],
  ['nobody verifies', '--tls --insecure', 0, /^PONG\n$/],
  ['an unknown authority', '--tls', 1, UNVERIFIED],
  ['a certificate of its own', `${VERIFIED} ${OWN} -p STRICT`, 0, /^PONG\n$/],
  ['none, where one is wanted', `${VERIFIED} -p STRICT`, 1, /^Error: .+\n$/],
  ['a URI', `-u rediss://127.0.0.1:OPEN --cacert ${AUTHORITY}`, 0, /^PONG\n$/],
  ['suites', `${VERIFIED} --tls-ciphersuites TLS_AES_128_GCM_SHA256`, 0, /^PONG\n$/],
  ['ciphers', `${VERIFIED} --tls-ciphers ECDHE-ECDSA-AES128-GCM-SHA256`, 0, /^PONG\n$/],
  ['no authority there', `--tls --cacert ${folder}/nothing`, 1, negotiation('Invalid CA Cert')],
  ['no authority in it', `--tls --cacert ${folder}/none.pem`, 1, negotiation('Invalid CA Cert')],
  ['no certificate there', `--tls ${NO_CERTIFICATE}`, 1, negotiation('Invalid client cert')],
  ['no key there', `--tls ${NO_KEY}`, 1, negotiation('Invalid private key')],
  [
    'no such suite',
    '--tls --tls-ciphersuites NONE',
    1,
    negotiation('Error while setting cypher s'),
  ],
  ['no such cipher', '--tls --tls-ciphers NONE', 1, negotiation('Error while configuring ciphers')],
];

function negotiation(problem: string): RegExp {
  return new RegExp(`^${NEGOTIATION}${problem}`);
}

function wordsOf(args: string): string[] {
  const line = args.replace('OPEN', String(openPort)).replace('STRICT', String(strictPort));
  return ['-p', String(openPort), ...line.split(' '), 'PING'];
}

for (const [name, args, status, said] of LINES) {
  test(`TLS: ${name}`, async () => {
    const ours = await runOurs({ args: wordsOf(args) });
    assert.match(ours.out + ours.err, said);
    assert.equal(ours.status, status);
  });
  const skip = noRedisCli || (hasTls ? false : 'this redis-cli speaks no TLS');
  test(`TLS, as redis-cli: ${name}`, { skip }, async () => {
    const ours = await runOurs({ args: wordsOf(args) });
    const theirs = await runRedisCli({ args: wordsOf(args) });
    assert.equal(theirs.status, ours.status, theirs.err);
    assert.equal(theirs.out, ours.out);
    // Theirs tries twice.
    if (ours.err.startsWith(NEGOTIATION)) assert.equal(theirs.err, ours.err + ours.err);
  });
}

test('TLS: all authorities of a directory', async () => {
  const said = await runOurs({
    args: ['-p', String(openPort), '--tls', '--cacertdir', folder, 'PING'],
  });
  assert.deepEqual(said, { out: 'PONG\n', err: '', status: 0 });
});

test('TLS: the server is asked for a name', async () => {
  names.length = 0;
  const tls = ['--tls', '--cacert', AUTHORITY, '--sni', 'redstart.test'];
  const said = await runOurs({ args: ['-p', String(openPort), ...tls, 'PING'] });
  assert.equal(said.out, 'PONG\n');
  assert.deepEqual(names, ['redstart.test']);
});

test('TLS: a certificate without its key', async () => {
  const said = await runOurs({
    args: ['-p', String(openPort), '--tls', '--cert', CERTIFICATE, 'PING'],
  });
  assert.match(
    said.err,
    /^Could not negotiate a TLS connection: --cert and --key belong together\n$/,
  );
  assert.equal(said.status, 1);
});

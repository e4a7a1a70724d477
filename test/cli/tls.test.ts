// TLS to a server: what is verified, by which files, and what a mistake is called there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { noRedisCli, runOurs, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';

const FOLDER = fileURLToPath(new URL('../../../test/support/certificates/', import.meta.url));
const AUTHORITY = join(FOLDER, 'authority.crt');
const CERTIFICATE = join(FOLDER, 'server.crt');
const KEY = join(FOLDER, 'server.key');

const file = fileServer();
const names: (string | false)[] = [];

/** Speaks TLS before the file's server. */
async function front(wantsCertificate: boolean): Promise<[Server, number]> {
  const server = createServer({
    cert: readFileSync(CERTIFICATE),
    key: readFileSync(KEY),
    ca: readFileSync(AUTHORITY),
    requestCert: wantsCertificate,
    SNICallback: (name, done) => {
      names.push(name);
      done(null);
    },
  });
  server.on('secureConnection', (socket) => {
    const inner = connect(file.port, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    for (const each of [socket, inner]) each.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return [server, (server.address() as AddressInfo).port];
}

const [open, openPort] = await front(false);
const [strict, strictPort] = await front(true);
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

for (const [name, args, status, said, where] of [
  ['an authority', `--tls --cacert ${AUTHORITY}`, 0, /^PONG\n$/, openPort],
  ['nobody verifies', '--tls --insecure', 0, /^PONG\n$/, openPort],
  ['an unknown authority', '--tls', 1, UNVERIFIED, openPort],
  ['a certificate of its own', `--tls --cacert ${AUTHORITY} ${OWN}`, 0, /^PONG\n$/, strictPort],
  ['none, where one is wanted', `--tls --cacert ${AUTHORITY}`, 1, /^Error: .+\n$/, strictPort],
  ['a URI', `-u rediss://127.0.0.1:PORT --cacert ${AUTHORITY}`, 0, /^PONG\n$/, openPort],
  [
    'ciphers',
    `--tls --cacert ${AUTHORITY} --tls-ciphersuites TLS_AES_128_GCM_SHA256`,
    0,
    /PONG/,
    openPort,
  ],
  [
    'no authority there',
    `--tls --cacert ${folder}/nothing`,
    1,
    negotiation('CA Certificate File/Directory'),
    openPort,
  ],
  [
    'no authority in it',
    `--tls --cacert ${folder}/none.pem`,
    1,
    negotiation('CA Certificate File/Directory'),
    openPort,
  ],
  [
    'no certificate there',
    `--tls --cert ${folder}/nothing --key ${KEY}`,
    1,
    negotiation('client certificate'),
    openPort,
  ],
] as const) {
  test(`TLS: ${name}`, async () => {
    const words = ['-p', String(where), ...args.replace('PORT', String(where)).split(' '), 'PING'];
    const ours = await runOurs({ args: words });
    assert.match(ours.out + ours.err, said);
    assert.equal(ours.status, status);
    if (!hasTls) return;
    const theirs = await runRedisCli({ args: words });
    assert.equal(theirs.status, status, theirs.err);
    assert.equal(theirs.out, ours.out);
    // Theirs tries twice.
    if (/negotiate/.test(ours.err)) assert.equal(theirs.err, ours.err + ours.err);
  });
}

function negotiation(what: string): RegExp {
  return new RegExp(`^Could not negotiate a TLS connection: Invalid ${what}\n$`);
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

// `redstart bench` over TLS: the client's options (test/cli/tls.test.ts has what is verified), for
// all connections of the load, in this thread and in others.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runOurBenchmark } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { AUTHORITY, CERTIFICATE, KEY, tlsFront } from '../support/tls-front.ts';

const file = fileServer();
const [open, openPort] = await tlsFront(file);
const [strict, strictPort] = await tlsFront(file, true);
after(() => {
  open.close();
  strict.close();
});

const VERIFIED = `--tls --cacert ${AUTHORITY}`;
const UNVERIFIED = /SSL_connect failed: certificate verify failed/;

/** The options, and how many requests were answered, or what is said instead. */
const LINES: readonly (readonly [line: string, outcome: number | RegExp])[] = [
  [`${VERIFIED} -n 500 -c 5`, 500],
  ['--tls --insecure -n 500 -c 5 -P 16', 500],
  [`-u rediss://127.0.0.1:OPEN --cacert ${AUTHORITY} -n 100 -c 2`, 100],
  [`${VERIFIED} -n 200 -c 4 --threads 2`, 200],
  [`${VERIFIED} -n 12 -c 3 -k 0`, 12],
  [`${VERIFIED} -n 20 -c 2 -d 300000 -P 3`, 20],
  [`${VERIFIED} --cert ${CERTIFICATE} --key ${KEY} -p STRICT -n 50 -c 2`, 50],
  [`${VERIFIED} -p STRICT -n 50`, /^Error: .+\n$/],
  ['--tls -n 50', UNVERIFIED],
  ['--tls --cacert /nonexistent -n 50', /^Could not negotiate a TLS connection: Invalid CA Cert/],
];

for (const [line, outcome] of LINES) {
  test(`TLS: ${line.replaceAll(AUTHORITY, 'AUTHORITY')}`, async () => {
    const client = await RawClient.connect(file.port);
    await client.command('DEL', 'counted');
    const here = line.replace('OPEN', String(openPort)).replace('STRICT', String(strictPort));
    const { err, status } = await runOurBenchmark({
      args: `-p ${openPort} ${here} -q rpush counted __data__`.split(' '),
    });
    if (outcome instanceof RegExp) assert.match(err, outcome);
    else assert.equal(err, '');
    const count = outcome instanceof RegExp ? 0 : outcome;
    assert.equal(status, count === 0 ? 1 : 0);
    assert.equal(String(await client.command('LLEN', 'counted')), `:${count}\r\n`);
    client.close();
  });
}

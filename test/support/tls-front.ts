// TLS before a server that speaks none, with the certificates of test/support/certificates.
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { FileServer } from './file-server.ts';

const FOLDER = fileURLToPath(new URL('../../../test/support/certificates/', import.meta.url));
export const AUTHORITY = join(FOLDER, 'authority.crt');
export const CERTIFICATE = join(FOLDER, 'server.crt');
export const KEY = join(FOLDER, 'server.key');

/** Speaks TLS before the file's server. The names that it is asked for go to `names`. */
export async function tlsFront(
  file: FileServer,
  wantsCertificate = false,
  names: (string | false)[] = [],
): Promise<[Server, port: number]> {
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

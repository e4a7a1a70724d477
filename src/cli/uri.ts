// The address of a server: redis[s]://[[user:]password@][host[:port]][/database]. Text is latin1.
import { Failure } from './screen.ts';

export interface Address {
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly database: number | null;
  readonly usesTls: boolean;
}

const FORM =
  /^rediss?:\/\/(?:(?:([^:@]*):)?([^@]*)@)?(\[[^\]]*\]|[^:/]*)(?::([^/]*))?(?:\/(.*))?$/is;

export function parseUri(uri: string): Address {
  const parts = FORM.exec(uri);
  if (parts === null) throw new Failure('Invalid URI scheme');
  const [, user, password, host, port, database] = parts;
  return {
    user: user === undefined ? null : percentDecoded(user),
    password: password === undefined ? null : percentDecoded(password),
    host: host === '' ? null : host.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? null : readPort(port),
    database: database ? readDatabase(database) : null,
    usesTls: /^rediss:/i.test(uri),
  };
}

export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Failure('Invalid server port.');
  return port;
}

export function readDatabase(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new Failure('Invalid database number.');
  return Number(text);
}

function percentDecoded(text: string): string {
  return text.replace(/%(.{0,2})/gs, (_, digits: string) => {
    if (digits === '') throw new Failure('Incomplete URI encoding');
    if (!/^[0-9a-f]{2}$/i.test(digits)) throw new Failure('Illegal character in URI encoding');
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
}

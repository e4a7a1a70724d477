// Which server a program talks to, and the options that say it: the client's and the benchmark's.

import type { Place } from './connection.ts';
import type { Option } from './option-list.ts';
import { parseUri, readPort } from './uri.ts';

export interface ServerChoice {
  host: string;
  port: number;
  /** A Unix socket or a named pipe, which comes before host and port; '' without one. */
  socketPath: string;
  user: string | null;
  password: string | null;
  database: number;
  usesTls: boolean;
}

export const DEFAULT_SERVER: Readonly<ServerChoice> = {
  host: '127.0.0.1',
  port: 6379,
  socketPath: '',
  user: null,
  password: null,
  database: 0,
  usesTls: false,
};

export const SERVER_OPTIONS: readonly Option<ServerChoice>[] = [
  {
    names: ['-h'],
    value: 'host',
    help: 'Its name or address (127.0.0.1).',
    apply: (options, value) => (options.host = value),
  },
  {
    names: ['-p'],
    value: 'port',
    help: 'Its port (6379).',
    apply: (options, value) => (options.port = readPort(value)),
  },
  {
    names: ['-s'],
    value: 'path',
    help: 'A Unix socket or named pipe, not host and port.',
    apply: (options, value) => (options.socketPath = value),
  },
  {
    names: ['-u'],
    value: 'uri',
    help: 'All of it: redis://user:password@host:port/database.',
    apply: applyUri,
  },
  {
    names: ['-a', '--pass'],
    value: 'password',
    help: 'Its password; better in the variable REDISCLI_AUTH.',
    apply: (options, value) => (options.password = value),
  },
  {
    names: ['--user'],
    value: 'name',
    help: 'The user (default).',
    apply: (options, value) => (options.user = value),
  },
];

export function placeOf({ socketPath, host, port }: ServerChoice): Place {
  return socketPath === '' ? { host, port } : { path: socketPath };
}

export function applyUri(options: ServerChoice, uri: string): void {
  const { user, password, host, port, database, usesTls } = parseUri(uri);
  options.user = user ?? options.user;
  options.password = password ?? options.password;
  options.host = host ?? options.host;
  options.port = port ?? options.port;
  options.database = database ?? options.database;
  options.usesTls = options.usesTls || usesTls;
}

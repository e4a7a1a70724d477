// TLS to a server, as redis-cli has it: the chain of the server's certificate is verified, its name
// is not. Without an authority of one's own those are taken that the runtime trusts.
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, createSecureContext, DEFAULT_CIPHERS } from 'node:tls';
import type { OptionGroup } from './option-list.ts';
import { Failure } from './screen.ts';
import type { ServerChoice } from './server-options.ts';

const usual = DEFAULT_CIPHERS.split(':');
/** The runtime has the suites of TLS 1.3 in one list with the ciphers before. */
const USUAL_SUITES = usual.filter((name) => name.startsWith('TLS_')).join(':');
const USUAL_CIPHERS = usual.filter((name) => !name.startsWith('TLS_')).join(':');

/** Texts are '' where nothing was said. */
export interface TlsChoice {
  /** The name that the server is asked for. */
  sni: string;
  /** Files of authorities, in PEM: one, or all of a directory. */
  authority: string;
  authorities: string;
  isVerified: boolean;
  certificate: string;
  key: string;
  ciphers: string;
  ciphersuites: string;
}

export const DEFAULT_TLS: Readonly<TlsChoice> = {
  sni: '',
  authority: '',
  authorities: '',
  isVerified: true,
  certificate: '',
  key: '',
  ciphers: '',
  ciphersuites: '',
};

/** That alone, of options that have more. */
export function tlsChoiceOf(options: TlsChoice): TlsChoice {
  const { sni, authority, authorities, isVerified, certificate, key } = options;
  const { ciphers, ciphersuites } = options;
  return { sni, authority, authorities, isVerified, certificate, key, ciphers, ciphersuites };
}

export const TLS_OPTIONS: OptionGroup<TlsChoice & ServerChoice> = {
  title: 'TLS',
  options: [
    {
      names: ['--tls'],
      help: 'Speak TLS, as with rediss:// in -u.',
      apply: (options) => (options.usesTls = true),
    },
    {
      names: ['--cacert'],
      value: 'file',
      help: 'Verify the server by this authority.',
      apply: (options, value) => (options.authority = value),
    },
    {
      names: ['--cacertdir'],
      value: 'dir',
      help: 'Verify it by all authorities of a directory.',
      apply: (options, value) => (options.authorities = value),
    },
    {
      names: ['--insecure'],
      help: 'Do not verify the server.',
      apply: (options) => (options.isVerified = false),
    },
    {
      names: ['--cert'],
      value: 'file',
      help: 'The certificate that the server wants to see.',
      apply: (options, value) => (options.certificate = value),
    },
    {
      names: ['--key'],
      value: 'file',
      help: 'The key that belongs to it.',
      apply: (options, value) => (options.key = value),
    },
    {
      names: ['--sni'],
      value: 'host',
      help: 'The name that the server is asked for.',
      apply: (options, value) => (options.sni = value),
    },
    {
      names: ['--tls-ciphers'],
      value: 'list',
      help: 'Ciphers of TLS 1.2, the best first.',
      apply: (options, value) => (options.ciphers = value),
    },
    {
      names: ['--tls-ciphersuites'],
      value: 'list',
      help: 'Ciphers of TLS 1.3, the best first.',
      apply: (options, value) => (options.ciphersuites = value),
    },
  ],
};

/**
 * What the runtime wants to know, with the files that are named, for one connection or many; a
 * Failure if that is no use.
 */
export function tlsOptions(choice: TlsChoice): ConnectionOptions {
  const { sni, isVerified, certificate, key } = choice;
  if ((certificate === '') !== (key === '')) fail('--cert and --key belong together');
  const ca = authoritiesOf(choice);
  const cert = certificate === '' ? undefined : read(certificate, 'Invalid client certificate');
  const own = key === '' ? undefined : read(key, 'Invalid private key');
  const { ciphers, ciphersuites } = choice;
  attempt(() => createSecureContext({ cert, key: own }), 'Invalid client certificate');
  checkCiphers(ciphers, 'Error while configuring ciphers');
  checkCiphers(ciphersuites, 'Error while setting cypher suites');
  const all = `${ciphersuites || USUAL_SUITES}:${ciphers || USUAL_CIPHERS}`;
  return {
    secureContext: createSecureContext({ ca, cert, key: own, ciphers: all }),
    rejectUnauthorized: isVerified,
    checkServerIdentity: () => undefined,
    ...(sni === '' ? {} : { servername: sni }),
  };
}

function checkCiphers(ciphers: string, problem: string): void {
  if (ciphers !== '') attempt(() => createSecureContext({ ciphers }), problem);
}

/** None: those that the runtime trusts. */
function authoritiesOf({ authority, authorities }: TlsChoice): Buffer[] | undefined {
  const problem = 'Invalid CA Certificate File/Directory';
  if (authority !== '') {
    const bytes = read(authority, problem);
    if (!isCertificate(bytes)) fail(problem);
    return [bytes];
  }
  if (authorities === '') return undefined;
  let names: string[] = [];
  attempt(() => {
    const entries = readdirSync(authorities, { withFileTypes: true });
    names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  }, problem);
  // Directories of authorities have lists of what was taken back as well, and more.
  return names.map((name) => read(join(authorities, name), problem)).filter(isCertificate);
}

/** The runtime passes over what is none. */
function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).subject !== '';
  } catch {
    return false;
  }
}

function read(path: string, problem: string): Buffer {
  let bytes = Buffer.alloc(0);
  attempt(() => {
    bytes = readFileSync(path);
  }, problem);
  return bytes;
}

function attempt(act: () => void, problem: string): void {
  try {
    act();
  } catch {
    fail(problem);
  }
}

function fail(problem: string): never {
  throw new Failure(`Could not negotiate a TLS connection: ${problem}`);
}

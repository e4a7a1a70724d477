// Can one listen on these addresses? Answered at once, while the runtime's own listen answers
// later: CONFIG SET port has to say in its reply whether the port can be had.
//
// A thread listens on all of them and lets go again, and this thread waits for it: about 30 ms, in
// which nobody is served. That is for a rare command; nothing else may use it.
import { Worker } from 'node:worker_threads';
import { codeWords } from './system-error.ts';

export interface Endpoint {
  /** An IPv4 or IPv6 address, or the name of a host. */
  readonly address: string;
  readonly port: number;
}

/** Why nobody can listen on an endpoint. */
export interface ListenFailure {
  readonly code: string;
  readonly words: string;
}

/** A thread that did not answer for this long is given up. */
const WAIT_MS = 5000;
const CODE_SIZE_MAX = 32;

/** For each endpoint, null or why one cannot listen on it now. */
export function probeListen(endpoints: readonly Endpoint[]): (ListenFailure | null)[] {
  if (endpoints.length === 0) return [];
  const done = new Int32Array(new SharedArrayBuffer(4));
  const codes = new Uint8Array(new SharedArrayBuffer(endpoints.length * CODE_SIZE_MAX));
  const workerData = { endpoints, done, codes, codeSizeMax: CODE_SIZE_MAX };
  const worker = new Worker(PROBE, { eval: true, workerData });
  worker.unref();
  worker.on('error', () => {});
  if (Atomics.wait(done, 0, 0, WAIT_MS) === 'timed-out') {
    return endpoints.map(() => ({ code: 'ETIMEDOUT', words: codeWords('ETIMEDOUT') }));
  }
  return endpoints.map((_, index) => {
    const code = textAt(codes, index * CODE_SIZE_MAX);
    return code === '' ? null : { code, words: codeWords(code) };
  });
}

/** What the thread runs: all endpoints stay bound until the last one was tried. */
const PROBE = `
const { createServer } = require('node:net');
const { endpoints, done, codes, codeSizeMax } = require('node:worker_threads').workerData;
const servers = [];
const finish = () => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
};
const closeNext = () => {
  const server = servers.pop();
  if (server === undefined) finish();
  else server.close(closeNext);
};
const tryNext = (index) => {
  if (index === endpoints.length) return closeNext();
  const { address, port } = endpoints[index];
  const server = createServer();
  server.once('error', (error) => {
    codes.set(Buffer.from(String(error.code).slice(0, codeSizeMax)), index * codeSizeMax);
    tryNext(index + 1);
  });
  server.listen({ host: address, port, ipv6Only: address.includes(':') }, () => {
    servers.push(server);
    tryNext(index + 1);
  });
};
tryNext(0);
`;

/** The text at an offset, up to the first NUL. */
function textAt(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let i = offset; i < offset + CODE_SIZE_MAX && bytes[i] !== 0; i++) {
    text += String.fromCharCode(bytes[i]);
  }
  return text;
}

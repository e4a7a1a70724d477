// The start of a listener of the runtime.
//
// net.Server.listen() loads the module for clusters of processes and looks up addresses, numbers
// too, with a regular expression for IPv6 that takes 8 ms to compile: 10 ms of a start
// (decisions/0014). What it calls in the end is called at once for the addresses of most servers.
// That is not documented: where it is not as we know it, listen() is called.
import net from 'node:net';
import type { Endpoint, ListenFailure } from './probe.ts';
import { errorCode, errorWords } from './system-error.ts';

/** Any address, and this machine alone. */
const KNOWN_IPV6: readonly string[] = ['::', '::1'];
/** libuv's flag for an address of IPv6 that takes nothing of IPv4. */
const IPV6_ONLY = 1;

type Insides = Partial<{
  _listen2(
    address: string,
    port: number,
    family: 4 | 6,
    backlog: number,
    descriptor: undefined,
    flags: number,
  ): void;
}>;

/** Resolves once the server listens, to null, or to why it cannot. */
export function startListening(
  server: net.Server,
  options: net.ListenOptions,
): Promise<ListenFailure | null> {
  return listening(server, () => server.listen(options));
}

/** The same for a TCP address; port 0 is one that the system chooses. */
export function startListeningAt(
  server: net.Server,
  { address, port }: Endpoint,
  backlog: number,
): Promise<ListenFailure | null> {
  const ipv6Only = address.includes(':');
  const insides = server as Insides;
  // In a worker of a cluster it is the first process that listens.
  const isAlone = process.channel === undefined;
  const isKnown = KNOWN_IPV6.includes(address) || net.isIPv4(address);
  if (!isAlone || !isKnown || !insides._listen2) {
    return startListening(server, { port, host: address, backlog, ipv6Only });
  }
  return listening(server, () => {
    const [family, flags] = ipv6Only ? ([6, IPV6_ONLY] as const) : ([4, 0] as const);
    insides._listen2?.(address, port, family, backlog, undefined, flags);
  });
}

function listening(server: net.Server, start: () => void): Promise<ListenFailure | null> {
  return new Promise((settle) => {
    server.on('error', (error) => {
      settle({ code: errorCode(error), words: errorWords(error) });
    });
    server.once('listening', () => settle(null));
    start();
  });
}

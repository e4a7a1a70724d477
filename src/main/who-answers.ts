// Who answers where a server would listen, and what somebody may do who wanted to start one there.
import { askServer, type ServerPlace } from '../infrastructure/ask.ts';
import { probeListen } from '../infrastructure/probe.ts';

/** Whoever starts a server waits no longer than that; a busy machine answers slowly. */
const TIMEOUT_MS = 2000;
const NAMES = ['redstart', 'valkey', 'redis'];
const USUAL_PORT = 6379;
const PORT_MAX = 65535;
/** Ports above the one that is taken, of which one may be free. */
const NEIGHBOURS = 10;

/** `redis 7.0.15, pid 812, answers`, or what else does; null if nobody says anything. */
export async function whoAnswers(place: ServerPlace): Promise<string | null> {
  const heard = await askServer(place, 'INFO server', TIMEOUT_MS);
  if ('problem' in heard) return null;
  if (heard.line.startsWith('-NOAUTH')) return 'a server that wants a password answers';
  const fields = new Map(
    heard.text.split('\r\n').map((line) => line.split(':', 2) as [name: string, value: string]),
  );
  const name = NAMES.find((known) => fields.has(`${known}_version`));
  if (name === undefined) return 'a program that does not tell its version answers';
  return `${name} ${fields.get(`${name}_version`)}, pid ${fields.get('process_id')}, answers`;
}

/** Of a port that is taken: by whom, and the ways out. */
export async function portTaken(address: string, port: number): Promise<string[]> {
  const who = await whoAnswers({ address, port });
  const lines = [`Port ${port} is taken: ${who ?? 'a program that says nothing listens'} there.`];
  const free = freeNeighbour(address, port);
  if (free !== 0) lines.push(wayOut(`redstart --port ${free}`, 'start beside it'));
  if (who === null) return lines;
  const client = port === USUAL_PORT ? 'redstart cli' : `redstart cli -p ${port}`;
  lines.push(wayOut(client, 'talk to it'));
  return lines;
}

function wayOut(command: string, what: string): string {
  return `  ${command.padEnd(24)}${what}`;
}

/** The next free port; 0 if there is none near. */
function freeNeighbour(address: string, port: number): number {
  const count = Math.min(NEIGHBOURS, PORT_MAX - port);
  const ports = Array.from({ length: count }, (_, i) => port + 1 + i);
  const failures = probeListen(ports.map((neighbour) => ({ address, port: neighbour })));
  return ports[failures.indexOf(null)] ?? 0;
}

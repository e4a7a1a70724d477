// `redstart ping`: does the server that this configuration describes answer? For health checks.
import type { Settings } from '../engine/settings/settings.ts';
import { askServer, type ServerPlace } from '../infrastructure/ask.ts';

const TIMEOUT_MS = 3000;
/** A server that wants a password is up, and so is one whose script runs long. */
const ANSWERS_OF_THE_LIVING = ['+PONG', '-NOAUTH ', '-BUSY '];

/** What the server says, or why it says nothing, and whether it can be used. Latin1. */
export async function pingServer(settings: Settings): Promise<{ text: string; isUp: boolean }> {
  const place = placeOf(settings);
  if (place === null) return { text: 'This configuration listens nowhere\n', isUp: false };
  const answer = await askServer(place, 'PING', TIMEOUT_MS);
  if ('problem' in answer) {
    return { text: `No answer from ${nameOf(place)}: ${answer.problem}\n`, isUp: false };
  }
  const { line } = answer;
  return {
    text: `${line.replace(/^[+-]/, '')}\n`,
    isUp: ANSWERS_OF_THE_LIVING.some((start) => line.startsWith(start)),
  };
}

/** The first place where such a server speaks RESP. */
function placeOf(settings: Settings): ServerPlace | null {
  const port = settings.integer('port');
  const path = settings.text('unixsocket');
  if (port === 0) return path === '' ? null : { path };
  const [first = '*'] = settings.words('bind');
  const address = first.startsWith('-') ? first.slice(1) : first;
  // Who listens on all addresses is found on the one that every machine has.
  if (address === '*' || address === '0.0.0.0') return { address: '127.0.0.1', port };
  if (address === '::*' || address === '::') return { address: '::1', port };
  return { address, port };
}

function nameOf(place: ServerPlace): string {
  return 'path' in place ? place.path : `${place.address}:${place.port}`;
}

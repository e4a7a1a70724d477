// `redstart ping`: does the server that this configuration describes answer? For health checks.
import type { Settings } from '../engine/settings/settings.ts';
import { askServer, type ServerPlace } from '../infrastructure/ask.ts';
import { placeOf } from './reach.ts';

const TIMEOUT_MS = 3000;
/** A server that wants a password is up, and so is one whose script runs long. */
const ANSWERS_OF_THE_LIVING = ['+PONG', '-NOAUTH ', '-BUSY '];

/** What the server says, or why it says nothing, and whether it can be used. Latin1. */
export async function pingServer(settings: Settings): Promise<{ text: string; isFine: boolean }> {
  const place = placeOf(settings);
  if (place === null) return { text: 'This configuration listens nowhere\n', isFine: false };
  const answer = await askServer(place, 'PING', TIMEOUT_MS);
  if ('problem' in answer) {
    return { text: `No answer from ${nameOf(place)}: ${answer.problem}\n`, isFine: false };
  }
  const { line } = answer;
  return {
    text: `${line.replace(/^[+-]/, '')}\n`,
    isFine: ANSWERS_OF_THE_LIVING.some((start) => line.startsWith(start)),
  };
}

function nameOf(place: ServerPlace): string {
  return 'path' in place ? place.path : `${place.address}:${place.port}`;
}

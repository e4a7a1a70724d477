// Where one reaches a server from its own machine.
import type { Settings } from '../engine/settings/settings.ts';
import type { ServerPlace } from '../infrastructure/ask.ts';

/** Who listens on all addresses is found on the one that every machine has. */
const REACHED_BY: Readonly<Record<string, string>> = {
  '*': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  '::*': '::1',
};

/** An address that leads to who listens on this one, as `bind` writes it. */
export function reachedBy(address: string): string {
  const written = address.startsWith('-') ? address.slice(1) : address;
  return REACHED_BY[written] ?? written;
}

/** The first place where a server of this configuration speaks RESP; null if there is none. */
export function placeOf(settings: Settings): ServerPlace | null {
  const port = settings.integer('port');
  const path = settings.text('unixsocket');
  if (port === 0) return path === '' ? null : { path };
  return { address: reachedBy(settings.words('bind')[0] ?? '*'), port };
}

/** redis://127.0.0.1:6379 or unix:///tmp/x.sock. The path of a socket is as it is given. */
export function urlOf(place: ServerPlace): string {
  if ('path' in place) return `unix://${place.path}`;
  const { address, port } = place;
  return `redis://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

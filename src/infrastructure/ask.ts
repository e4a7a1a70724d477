// Asks a server one thing, as a client that comes once.
import net from 'node:net';
import { fromLatin1 } from './files.ts';
import { errorWords } from './system-error.ts';

/** Where a server listens: a port of an address, or the path of a Unix socket (latin1). */
export type ServerPlace =
  | { readonly address: string; readonly port: number }
  | { readonly path: string };

/** What is longer is cut. */
const LINE_SIZE_MAX = 4096;
const TEXT_SIZE_MAX = 65536;

/** A reply, latin1: its first line, and if it is a string of bytes those. Or why there is none. */
export type Heard = { readonly line: string; readonly text: string } | { readonly problem: string };

/** Sends an inline command and resolves to the reply. */
export function askServer(place: ServerPlace, command: string, timeoutMs: number): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = net.connect(
      'path' in place
        ? { path: fromLatin1(place.path) }
        : { host: place.address, port: place.port },
    );
    let received = '';
    const end = (heard: Heard): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    const timer = setTimeout(() => end({ problem: `no reply within ${timeoutMs} ms` }), timeoutMs);
    socket.setEncoding('latin1');
    socket.write(`${command}\r\n`);
    socket.on('data', (chunk: string) => {
      received += chunk;
      const heard = replyIn(received);
      if (heard !== null) end(heard);
    });
    socket.on('error', (error) => end({ problem: errorWords(error) }));
    socket.on('close', () => end({ problem: 'the connection was closed' }));
  });
}

/** The reply, once all of it is there. */
function replyIn(received: string): Heard | null {
  const size = received.indexOf('\r\n');
  if (size < 0) {
    if (received.length <= LINE_SIZE_MAX) return null;
    return { line: received.slice(0, LINE_SIZE_MAX), text: '' };
  }
  const line = received.slice(0, size);
  if (!/^\$\d+$/.test(line)) return { line, text: '' };
  const text = received.slice(size + 2);
  const textSize = Math.min(Number(line.slice(1)), TEXT_SIZE_MAX);
  return text.length < textSize ? null : { line, text: text.slice(0, textSize) };
}

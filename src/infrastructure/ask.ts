// Asks a server for one line, as a client that comes once.
import net from 'node:net';
import { fromLatin1 } from './files.ts';
import { errorWords } from './system-error.ts';

/** Where a server listens: a port of an address, or the path of a Unix socket (latin1). */
export type ServerPlace =
  | { readonly address: string; readonly port: number }
  | { readonly path: string };

/** A line that is longer is cut. */
const LINE_SIZE_MAX = 4096;

/** The first line of the reply to an inline command (latin1), or why there is none. */
export function askServer(
  place: ServerPlace,
  command: string,
  timeoutMs: number,
): Promise<{ line: string } | { problem: string }> {
  return new Promise((resolve) => {
    const socket = net.connect(
      'path' in place
        ? { path: fromLatin1(place.path) }
        : { host: place.address, port: place.port },
    );
    let text = '';
    const end = (answer: { line: string } | { problem: string }): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ problem: `no reply within ${timeoutMs} ms` }), timeoutMs);
    socket.setEncoding('latin1');
    socket.write(`${command}\r\n`);
    socket.on('data', (chunk: string) => {
      text += chunk;
      const size = text.indexOf('\r\n');
      if (size >= 0) end({ line: text.slice(0, size) });
      else if (text.length > LINE_SIZE_MAX) end({ line: text.slice(0, LINE_SIZE_MAX) });
    });
    socket.on('error', (error) => end({ problem: errorWords(error) }));
    socket.on('close', () => end({ problem: 'the connection was closed' }));
  });
}

// Sends requests in pipelines over many connections: each sends its next one when the one before is
// answered. Replies are told apart by their lines.
import net from 'node:net';

export interface Pipelines {
  readonly port: number;
  readonly clients: number;
  readonly pipeline: number;
  /** Requests of all connections, rounded up to whole pipelines of each. */
  readonly requests: number;
  /** Words of a request: `?` is a random number, `@` counts on from request to request. */
  readonly command: string;
  /** Lines of a reply. */
  readonly lines: number;
  /** The first number of `@`. */
  readonly first?: number;
}

const RANDOM_MAX = 1_000_000;
const NEWLINE = 10;

/** Sends all of them. Resolves to how many they were. */
export async function sendPipelines(options: Pipelines): Promise<number> {
  const { clients, pipeline, requests } = options;
  const ofEach = Math.ceil(requests / clients / pipeline);
  let number = options.first ?? 0;
  const next = (): string => encoded(options.command, number++);
  await Promise.all(Array.from({ length: clients }, () => sendFrom(options, ofEach, next)));
  return ofEach * clients * pipeline;
}

function sendFrom(
  { port, pipeline, lines }: Pipelines,
  count: number,
  next: () => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let left = count;
    let missing = 0;
    const send = (): void => {
      if (left-- === 0) {
        socket.destroy();
        return resolve();
      }
      missing = pipeline * lines;
      let batch = '';
      for (let i = 0; i < pipeline; i++) batch += next();
      socket.write(batch, 'latin1');
    };
    socket.on('data', (chunk) => {
      for (let i = 0; i < chunk.length; i++) if (chunk[i] === NEWLINE) missing--;
      if (missing === 0) send();
    });
    socket.on('error', reject);
    socket.on('connect', send);
  });
}

function encoded(command: string, number: number): string {
  const words = command
    .replace('?', String(Math.floor(Math.random() * RANDOM_MAX)))
    .replace('@', String(number))
    .split(' ');
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

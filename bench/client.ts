// A connection that asks one thing at a time, for what surrounds the measuring.
import net from 'node:net';

export class Client {
  private readonly socket: net.Socket;
  private text = '';
  private waiter: ((reply: string | Error) => void) | null = null;

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
      this.settle();
    });
    this.socket.on('error', () => {});
    this.socket.once('close', () => this.waiter?.(new Error('the connection is closed')));
  }

  /** Sends an inline command and resolves to its reply: a line, or the body of a bulk string. */
  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiter = (reply) => {
        if (reply instanceof Error) reject(reply);
        else if (reply.startsWith('-')) reject(new Error(`${line}: ${reply}`));
        else resolve(reply);
      };
      this.socket.write(`${line}\r\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private settle(): void {
    const lineEnd = this.text.indexOf('\r\n');
    if (lineEnd < 0 || this.waiter === null) return;
    const line = this.text.slice(0, lineEnd);
    let end = lineEnd + 2;
    let reply = line;
    if (line.startsWith('$') && line !== '$-1') {
      const bodyEnd = end + Number(line.slice(1));
      if (this.text.length < bodyEnd + 2) return;
      reply = this.text.slice(end, bodyEnd);
      end = bodyEnd + 2;
    }
    this.text = this.text.slice(end);
    const waiter = this.waiter;
    this.waiter = null;
    waiter(reply);
  }
}

/** Asks one thing on a connection of its own. */
export async function ask(port: number, line: string): Promise<string> {
  const client = new Client(port);
  try {
    return await client.ask(line);
  } finally {
    client.close();
  }
}

/** Sends bytes on a connection of their own, until so many came back. */
export function exchange(port: number, bytes: Buffer, replySize: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let left = replySize;
    socket.on('data', (chunk) => {
      left -= chunk.length;
      if (left > 0) return;
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
    socket.write(bytes);
  });
}

/** A field of a section of INFO; '' for one that is not there. */
export async function infoField(port: number, section: string, name: string): Promise<string> {
  const info = await ask(port, `INFO ${section}`);
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
}

export async function usedMemory(port: number): Promise<number> {
  return Number(await infoField(port, 'memory', 'used_memory'));
}

// A raw connection for tests: bytes out, whole replies as bytes in. No client library stands
// between the test and the wire.
import net from 'node:net';
import { encodeCommand, ReplyReader, showBytes } from './resp.ts';

/** What reply() resolves to when the server closed the connection and no reply is left. */
export const CLOSED = Buffer.from('<connection closed>');

const REPLY_TIMEOUT_MS = 20000;

interface Waiter {
  resolve: (reply: Buffer) => void;
  reject: (error: Error) => void;
}

export class RawClient {
  readonly socket: net.Socket;
  private readonly reader = new ReplyReader();
  private readonly replies: Buffer[] = [];
  private repliesTaken = 0;
  private readonly waiters: Waiter[] = [];
  private timer: NodeJS.Timeout | null = null;
  private failure: Error | null = null;
  private isOver = false;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isOver = true;
      this.settle();
    });
  }

  static connect(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Sends bytes as they are. */
  write(bytes: Uint8Array | string): void {
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1');
    else this.socket.write(bytes);
  }

  /** Sends a command and resolves to its reply's bytes. */
  command(...args: (string | Uint8Array)[]): Promise<Buffer> {
    this.write(encodeCommand(args));
    return this.reply();
  }

  /** The next reply's bytes; CLOSED behind the last one. */
  reply(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      this.settle();
    });
  }

  /** The next `count` replies in one piece; a single one as it is. */
  async repliesOf(count: number): Promise<Buffer> {
    if (count === 1) return this.reply();
    const replies: Buffer[] = [];
    for (let i = 0; i < count; i++) replies.push(await this.reply());
    return Buffer.concat(replies);
  }

  /** All replies up to the one that has the text. */
  async untilReply(text: string): Promise<Buffer> {
    const replies: Buffer[] = [];
    for (;;) {
      const reply = await this.reply();
      replies.push(reply);
      if (reply.includes(text) || reply === CLOSED) return Buffer.concat(replies);
    }
  }

  /** All bytes up to the end of the connection. */
  async untilClosed(): Promise<Buffer> {
    const replies: Buffer[] = [];
    for (;;) {
      const reply = await this.reply();
      if (reply === CLOSED) return Buffer.concat([...replies, this.reader.takeRest()]);
      replies.push(reply);
    }
  }

  /** Where the server sees the connection come from. */
  get address(): string {
    return `127.0.0.1:${this.socket.localPort}`;
  }

  get isClosed(): boolean {
    return this.isOver;
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    try {
      this.reader.push(chunk);
      for (let reply = this.reader.next(); reply !== null; reply = this.reader.next()) {
        this.replies.push(reply);
      }
    } catch (error) {
      this.failure = error as Error;
    }
    this.settle();
  }

  private settle(): void {
    while (this.waiters.length > 0) {
      if (this.repliesTaken < this.replies.length) {
        const reply = this.replies[this.repliesTaken++];
        if (this.repliesTaken === this.replies.length) {
          this.replies.length = 0;
          this.repliesTaken = 0;
        }
        this.waiters.shift()?.resolve(reply);
      } else if (this.failure !== null) {
        this.waiters.shift()?.reject(this.failure);
      } else if (this.isOver) {
        this.waiters.shift()?.resolve(CLOSED);
      } else {
        break;
      }
    }
    this.watch();
  }

  /** A reply that does not come ends in an error that says so, not in a test that hangs. */
  private watch(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiters.length === 0) return;
    this.timer = setTimeout(() => {
      const seconds = REPLY_TIMEOUT_MS / 1000;
      const rest = showBytes(this.reader.rest());
      this.failure = new Error(`no reply within ${seconds} s; bytes so far: "${rest}"`);
      this.settle();
    }, REPLY_TIMEOUT_MS);
  }
}

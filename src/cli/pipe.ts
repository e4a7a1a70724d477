// `--pipe`: sends what comes on the standard input as it is, and counts what is answered. An ECHO
// of random bytes, which no reply before it can be, tells the last reply.
import { randomBytes } from 'node:crypto';
import { SystemClock } from '../infrastructure/clock.ts';
import type { Client } from './client.ts';
import { type Connection, ConnectionLost, encodeRequest } from './connection.ts';
import { Progress } from './progress.ts';
import { Failure } from './screen.ts';

const MARK_SIZE = 20;
const LOOK_MS = 1000;

export async function runPipe(client: Client): Promise<number> {
  const connection = await client.connected();
  return new Pipe(client, connection).run();
}

class Pipe {
  private readonly client: Client;
  private readonly connection: Connection;
  private readonly progress = new Progress();
  private readonly clock = new SystemClock();
  private readonly mark = randomBytes(MARK_SIZE).toString('latin1');
  private sentSize = 0;
  private isAllSent = false;
  private errors = 0;
  private replies = 0;
  private lastReplyMs: number;

  constructor(client: Client, connection: Connection) {
    this.client = client;
    this.connection = connection;
    this.lastReplyMs = this.clock.nowMs();
    connection.onPush = () => {};
  }

  async run(): Promise<number> {
    const { screen } = this.client;
    const timeout = this.timeout();
    const sent = this.send();
    const isAnswered = await Promise.race([this.count(), timeout.isOver]);
    timeout.cancel();
    this.progress.clear();
    if (isAnswered) {
      await sent;
      screen.print('Last reply received from server.\n');
    } else {
      const { pipeTimeoutSeconds } = this.client.options;
      screen.complain(`No replies for ${pipeTimeoutSeconds} seconds: exiting.`);
      this.errors++;
    }
    screen.print(`errors: ${this.errors}, replies: ${this.replies}\n`);
    return this.errors > 0 ? 1 : 0;
  }

  private async send(): Promise<void> {
    const { connection } = this;
    for await (const chunk of process.stdin) {
      this.sentSize += (chunk as Buffer).length;
      if (!connection.write(chunk as Buffer)) await connection.drained();
      if (connection.lost !== null) return;
    }
    // A line end is no command, and ends one that was not whole.
    connection.write('\r\n' + encodeRequest(['ECHO', this.mark]));
    this.isAllSent = true;
    this.lastReplyMs = this.clock.nowMs();
    this.progress.clear();
    this.client.screen.print('All data transferred. Waiting for the last reply...\n');
  }

  /** Counts replies up to the mark. */
  private async count(): Promise<true> {
    const { connection, progress, mark } = this;
    for (;;) {
      const reply = connection.takeReply() ?? (await this.nextReply());
      if (reply.kind === 'string' && this.isAllSent && reply.text === mark) return true;
      this.replies++;
      if (reply.kind === 'error') {
        this.errors++;
        progress.clear();
        this.client.screen.complain(reply.text);
      }
      progress.show(() => `${this.replies} replies, ${this.errors} errors, ${this.sentSize} bytes`);
    }
  }

  private async nextReply(): ReturnType<Connection['reply']> {
    try {
      const reply = await this.connection.reply();
      this.lastReplyMs = this.clock.nowMs();
      return reply;
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      this.progress.clear();
      throw new Failure(`Error reading replies from server: ${error.message}`);
    }
  }

  /** False once nothing has come for too long, though all was sent. */
  private timeout(): { isOver: Promise<false>; cancel: () => void } {
    const { pipeTimeoutSeconds } = this.client.options;
    let cancel = (): void => {};
    const isOver = new Promise<false>((resolve) => {
      const look = (): void => {
        const quietMs = this.clock.nowMs() - this.lastReplyMs;
        if (this.isAllSent && quietMs > pipeTimeoutSeconds * 1000) return resolve(false);
        const timer = this.clock.schedule(LOOK_MS, look);
        cancel = () => timer.cancel();
      };
      if (pipeTimeoutSeconds > 0) look();
    });
    return { isOver, cancel: () => cancel() };
  }
}

// Subscribers and their publisher, in a process of their own: its program is audience-process.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment, watchOver } from './servers.ts';

/** Who is subscribed to what. */
export interface Subscribing {
  readonly word: 'SUBSCRIBE' | 'PSUBSCRIBE';
  readonly connections: number;
  readonly topicsEach: number;
  /** All connections have the same topics; else each has its own. */
  readonly isShared: boolean;
}

/** What is published: so many messages at once, and again and again. */
export interface Rounds {
  readonly rounds: number;
  /** When the next round begins: when all messages have come, or already when all replies have. */
  readonly waitsFor: 'messages' | 'replies';
  /** Connections that each send `pipeline` of them. */
  readonly publishers: number;
  readonly pipeline: number;
  readonly messageSize: number;
}

const PROGRAM = fileURLToPath(new URL('audience-process.js', import.meta.url));

export class Audience {
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.gone = watchOver(child);
  }

  /** Resolves when all are subscribed. */
  static async start(port: number, subscribing: Subscribing): Promise<Audience> {
    const args = [String(port), JSON.stringify(subscribing)];
    const audience = new Audience(fork(PROGRAM, args, { env: childEnvironment() }));
    await audience.message();
    return audience;
  }

  async run(rounds: Rounds): Promise<void> {
    this.child.send(rounds);
    await this.message();
  }

  stop(): Promise<void> {
    this.child.kill('SIGKILL');
    return this.gone;
  }

  private message(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.once('message', () => resolve());
      void this.gone.then(() => reject(new Error('the audience has gone')));
    });
  }
}

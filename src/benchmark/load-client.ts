// One connection of a load: sends a pipeline, counts the replies, sends the next one. How long a
// request took is from the sending of its pipeline to the first bytes that come back.
//
// What makes a connection ready (AUTH, HELLO, SELECT) is sent ahead and is not measured. A client
// has one connection in its life; after close() it says nothing more.
import type { Endpoint } from '../cli/connection.ts';
import { ProtocolError } from '../cli/reply.ts';
import { ZERO } from '../domain/doubles.ts';
import type { Clock } from '../engine/ports.ts';
import type { SeededRandom } from '../engine/seeded-random.ts';
import { connectShared } from '../infrastructure/outgoing.ts';
import type { NodeSocket, SocketBuffers } from '../infrastructure/socket.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import type { Pipeline } from './pipeline.ts';
import { ReplyScanner } from './reply-scanner.ts';

const UNASKED = 'There were more replies than requests';

/** What a client of a load asks, and tells, the load. */
export interface Dispatcher {
  /** How many requests the client shall send now; 0: no more. */
  take(): number;
  answered(count: number, latencyUs: number): void;
  /** The connection can be used. */
  ready(client: LoadClient): void;
  /** The connection is closed: there is nothing more to send, or it was for one pipeline. */
  finished(client: LoadClient): void;
  /** The load cannot go on. */
  failed(reason: string): void;
}

/** What all clients of a load have in common. */
export interface ClientPlan {
  readonly endpoint: Endpoint;
  /** Sent when a connection is opened; `prefixCount` replies come. */
  readonly prefix: Uint8Array;
  readonly prefixCount: number;
  /** Otherwise each pipeline gets a connection of its own. */
  readonly keepsAlive: boolean;
  readonly buffers: SocketBuffers;
  readonly random: SeededRandom;
  readonly clock: Clock;
}

export class LoadClient {
  readonly isFree = false;
  readonly scanner = new ReplyScanner();
  private readonly plan: ClientPlan;
  private readonly pipeline: Pipeline;
  private readonly dispatcher: Dispatcher;
  private socket: NodeSocket | null = null;
  /** Replies to what makes the connection ready that are still to come. */
  private prefixMissing = 0;
  /** Requests under way, and replies to them that are still to come. */
  private sent = 0;
  private missing = 0;
  private sentUs = ZERO;
  private latencyUs = ZERO;

  constructor(plan: ClientPlan, pipeline: Pipeline, dispatcher: Dispatcher) {
    this.plan = plan;
    this.pipeline = pipeline;
    this.dispatcher = dispatcher;
  }

  /** Opens the connection, of which the dispatcher will hear. */
  open(): void {
    const { endpoint, buffers, prefixCount } = this.plan;
    this.prefixMissing = prefixCount;
    const { tls, ...place } = endpoint;
    this.socket = connectShared(place, tls, buffers, this);
  }

  close(): void {
    const { socket } = this;
    this.socket = null;
    socket?.destroy();
  }

  /** Sends the next requests, if there are any; `nowUs` is the present. */
  send(nowUs: number): void {
    const { pipeline, socket } = this;
    const count = this.dispatcher.take();
    if (count === 0 || socket === null) return this.finish();
    this.sent = count;
    this.missing = count;
    this.sentUs = nowUs;
    this.latencyUs = -1;
    socket.send(pipeline.bytes, pipeline.prepare(count, this.plan.random));
  }

  connected(): void {
    const { prefix } = this.plan;
    if (this.prefixMissing === 0) this.dispatcher.ready(this);
    else this.socket?.send(prefix, prefix.length);
  }

  receive(bytes: Uint8Array, size: number): void {
    const nowUs = this.plan.clock.monotonicUs();
    if (this.latencyUs < 0) this.latencyUs = nowUs - this.sentUs;
    let replies: number;
    try {
      replies = this.scanner.scan(bytes, size);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.dispatcher.failed(`Protocol error, ${error.message}`);
    }
    if (this.prefixMissing > 0) return this.makeReady(replies);
    this.missing -= replies;
    if (this.missing > 0 || replies === 0) return;
    if (this.missing < 0) return this.dispatcher.failed(this.scanner.firstError ?? UNASKED);
    this.dispatcher.answered(this.sent, this.latencyUs);
    if (this.plan.keepsAlive) this.send(nowUs);
    else this.finish();
  }

  failed(error: Error): void {
    if (this.socket !== null) this.dispatcher.failed(errorWords(error));
  }

  closed(): void {
    if (this.socket === null) return;
    const { firstError } = this.scanner;
    const why = firstError === null ? '' : `, after the error: ${firstError}`;
    this.dispatcher.failed(`Server closed the connection${why}`);
  }

  /** Nothing waits for room: a client sends when it has all replies. */
  drained(): void {}

  private finish(): void {
    this.close();
    this.dispatcher.finished(this);
  }

  private makeReady(replies: number): void {
    const { firstError } = this.scanner;
    if (firstError !== null) return this.dispatcher.failed(firstError);
    this.prefixMissing -= replies;
    if (this.prefixMissing === 0) this.dispatcher.ready(this);
  }
}

// The load of one thread: its clients, and what they found. Threads share only the counters, by
// which each client takes the requests that it sends next, so that all of them end together.
import type { Place } from '../cli/connection.ts';
import { Failure } from '../cli/screen.ts';
import { type TlsChoice, tlsOptions } from '../cli/tls.ts';
import type { Timer } from '../engine/ports.ts';
import { SeededRandom } from '../engine/seeded-random.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { SocketBuffers } from '../infrastructure/socket.ts';
import { Latencies, type LatencyCounts } from './latencies.ts';
import { type ClientPlan, type Dispatcher, LoadClient } from './load-client.ts';
import { Pipeline } from './pipeline.ts';

/** What a thread shall do; it can be sent to one. Texts are latin1. */
export interface LoadPlan {
  readonly place: Place;
  /** Null without TLS. */
  readonly tls: TlsChoice | null;
  readonly request: string;
  readonly clients: number;
  /** Of all threads. */
  readonly requests: number;
  readonly pipeline: number;
  readonly keyspace: number;
  readonly seed: number;
  readonly prefix: string;
  readonly prefixCount: number;
  readonly keepsAlive: boolean;
  /** Shared by all threads: see TAKEN and ANSWERED. */
  readonly counters: Int32Array;
}

/** Places of counters: requests that clients have taken, and those that were answered. */
const TAKEN = 0;
export const ANSWERED = 1;
const COUNTERS = 2;

export interface LoadResult {
  readonly latencies: LatencyCounts;
  readonly elapsedUs: number;
  readonly errors: number;
  readonly firstError: string | null;
}

/** Servers have short queues for who wants to connect. */
const CONNECTING_MAX = 100;
const CONNECT_LIMIT_MS = 10_000;

export function newCounters(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT));
}

export class Load implements Dispatcher {
  private readonly plan: LoadPlan;
  private readonly clientPlan: ClientPlan;
  private readonly clock = new SystemClock();
  private readonly latencies = new Latencies();
  private readonly clients = new Set<LoadClient>();
  /** One for all clients while its bytes do not change. */
  private readonly common: Pipeline;
  private readonly waiting: LoadClient[] = [];
  private opened = 0;
  private isRunning = false;
  private startUs = 0;
  private lastUs = 0;
  private errors = 0;
  private firstError: string | null = null;
  private timer: Timer | null = null;
  private failure: Failure | null = null;
  /** Called when all connections can be used, all requests are answered, or nothing will be. */
  private wake: () => void = () => {};

  constructor(plan: LoadPlan) {
    this.plan = plan;
    this.common = new Pipeline(plan.request, plan.pipeline, plan.keyspace);
    this.clientPlan = {
      endpoint: { ...plan.place, tls: plan.tls === null ? null : tlsOptions(plan.tls) },
      prefix: Buffer.from(plan.prefix, 'latin1'),
      prefixCount: plan.prefixCount,
      keepsAlive: plan.keepsAlive,
      buffers: new SocketBuffers(),
      random: new SeededRandom(plan.seed),
      clock: this.clock,
    };
  }

  /** Opens all connections. Rejects with a Failure when one cannot be had. */
  async connect(): Promise<void> {
    const ready = new Promise<void>((resolve) => (this.wake = resolve));
    for (let i = 0; i < CONNECTING_MAX; i++) this.openNext();
    this.hurry();
    await ready;
    this.timer?.cancel();
    if (this.failure !== null) throw this.failure;
  }

  /** Sends all requests. Rejects with a Failure when not all can be answered. */
  async run(): Promise<LoadResult> {
    if (this.failure !== null) throw this.failure;
    const over = new Promise<void>((resolve) => (this.wake = resolve));
    this.isRunning = true;
    this.startUs = this.clock.monotonicUs();
    this.lastUs = this.startUs;
    for (const client of this.waiting) client.send(this.clock.monotonicUs());
    // It may have been stopped before it began.
    if (this.clients.size === 0) this.wake();
    await over;
    if (this.failure !== null) throw this.failure;
    const { errors, firstError } = this;
    const elapsedUs = this.lastUs - this.startUs;
    return { latencies: this.latencies.counts(), elapsedUs, errors, firstError };
  }

  /** Sends nothing until it is stopped. Rejects with a Failure when a connection is lost. */
  async rest(): Promise<void> {
    if (this.clients.size > 0) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure !== null) throw this.failure;
  }

  /** Ends at once; what was answered until now counts. */
  stop(): void {
    Atomics.store(this.plan.counters, TAKEN, this.plan.requests);
    this.lastUs = this.clock.monotonicUs();
    for (const client of this.clients) this.leave(client);
    this.wake();
  }

  take(): number {
    const { counters, requests, pipeline } = this.plan;
    const taken = Atomics.add(counters, TAKEN, pipeline);
    if (taken < requests) return Math.min(pipeline, requests - taken);
    // It shall not run over, however often it is asked.
    Atomics.store(counters, TAKEN, requests);
    return 0;
  }

  answered(count: number, latencyUs: number): void {
    Atomics.add(this.plan.counters, ANSWERED, count);
    this.latencies.record(latencyUs, count);
  }

  ready(client: LoadClient): void {
    if (this.isRunning) return client.send(this.clock.monotonicUs());
    this.hurry();
    this.waiting.push(client);
    if (this.waiting.length === this.plan.clients) this.wake();
    else this.openNext();
  }

  finished(client: LoadClient): void {
    this.lastUs = this.clock.monotonicUs();
    this.leave(client);
    const { counters, requests } = this.plan;
    if (Atomics.load(counters, TAKEN) < requests) this.open();
    else if (this.clients.size === 0) this.wake();
  }

  failed(reason: string): void {
    this.failure ??= new Failure(reason);
    this.stop();
  }

  /** The next connection shall not be waited for without end. */
  private hurry(): void {
    this.timer?.cancel();
    const late = (): void => this.failed('No connection, or no answer on it, for 10 seconds');
    this.timer = this.clock.schedule(CONNECT_LIMIT_MS, late);
  }

  private openNext(): void {
    if (this.opened === this.plan.clients || this.failure !== null) return;
    this.opened++;
    this.open();
  }

  private open(): void {
    const { plan, common } = this;
    const pipeline = common.isPatched
      ? new Pipeline(plan.request, plan.pipeline, plan.keyspace)
      : common;
    const client = new LoadClient(this.clientPlan, pipeline, this);
    this.clients.add(client);
    client.open();
  }

  private leave(client: LoadClient): void {
    const { errors, firstError } = client.scanner;
    this.errors += errors;
    this.firstError ??= firstError;
    client.close();
    this.clients.delete(client);
  }
}

// One test on one server: the load, in this thread or in others, and what it cost both sides.
import { Failure } from '../cli/screen.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { Latencies } from './latencies.ts';
import { ANSWERED, Load, type LoadPlan, newCounters } from './load.ts';
import type { BenchmarkOptions } from './options.ts';
import type { Command } from './pipeline.ts';
import type { Target } from './target.ts';
import { ThreadLoad } from './threads.ts';

const SAMPLE_MS = 100;
/** From so many on every second sample is enough, and the others are further apart. */
const SAMPLES_MAX = 400;

export interface Measurement {
  readonly title: string;
  readonly server: string;
  /** Bytes of a value, or of a request that is none of the tests. */
  readonly payload: number;
  /** That were answered; fewer than were asked for if somebody ended it. */
  readonly requests: number;
  readonly seconds: number;
  readonly latencies: Latencies;
  readonly errors: number;
  readonly firstError: string | null;
  /** Processor time of this program, all threads, and of the server, if that said it. */
  readonly clientUs: number;
  readonly serverUs: number | null;
  /** How many requests were answered after so many milliseconds. */
  readonly samples: readonly (readonly [ms: number, answered: number])[];
}

/** Ends what is running: Ctrl-C. */
export class Interruption {
  isMeant = false;
  stop: () => void = () => {};
}

export interface Surroundings {
  readonly options: BenchmarkOptions;
  /** For each thread's numbers. */
  readonly seed: number;
  /** The file that a worker runs. */
  readonly program: string;
  readonly interruption: Interruption;
  /** Told now and then how far it is. */
  readonly show: (title: string, answered: number, seconds: number) => void;
}

export async function measure(
  target: Target,
  command: Command,
  payload: number,
  around: Surroundings,
): Promise<Measurement> {
  const counters = newCounters();
  const loads = loadsOf(target, command, counters, around);
  const { interruption } = around;
  interruption.stop = () => {
    for (const load of loads) load.stop();
  };
  try {
    await Promise.all(loads.map((load) => load.connect()));
    const serverBeforeUs = await target.processorUs();
    const before = process.cpuUsage();
    const samples = new Samples(command.title, counters, around);
    const results = await Promise.all(loads.map((load) => load.run())).finally(() => samples.end());
    const { user, system } = process.cpuUsage(before);
    const serverAfterUs = await target.processorUs();
    const latencies = new Latencies();
    for (const result of results) latencies.add(result.latencies);
    const isKnown = serverBeforeUs !== null && serverAfterUs !== null;
    return {
      title: command.title,
      server: target.name,
      payload,
      requests: latencies.count,
      seconds: Math.max(...results.map(({ elapsedUs }) => elapsedUs)) / 1e6,
      latencies,
      errors: results.reduce((sum, { errors }) => sum + errors, 0),
      firstError: results.find(({ firstError }) => firstError !== null)?.firstError ?? null,
      clientUs: user + system,
      serverUs: isKnown ? serverAfterUs - serverBeforeUs : null,
      samples: samples.taken,
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    interruption.stop();
    throw new Failure(`${command.title} on ${target.name}: ${error.message}`);
  }
}

/** Opens all connections, which ask nothing, and keeps them until somebody ends it. */
export async function hold(target: Target, around: Surroundings): Promise<void> {
  const load = new Load(planOf(target, '', newCounters(), around));
  around.interruption.stop = () => load.stop();
  await load.connect();
  await load.rest();
}

function planOf(
  { prefix, place, tls }: Target,
  request: string,
  counters: Int32Array,
  { options, seed }: Surroundings,
): LoadPlan {
  const { clients, requests, pipeline, keyspace } = options;
  const keepsAlive = options.keepAlive === 1;
  const load = { request, clients, requests, pipeline, keyspace, seed, keepsAlive, counters };
  return { ...prefix, place, tls, ...load };
}

function loadsOf(
  target: Target,
  command: Command,
  counters: Int32Array,
  around: Surroundings,
): (Load | ThreadLoad)[] {
  const { options, seed, program } = around;
  const threads = Math.min(options.threads ?? 1, options.clients);
  const plan = planOf(target, command.request, counters, around);
  const plans: LoadPlan[] = Array.from({ length: threads }, (_, i) => ({
    ...plan,
    clients: Math.floor((options.clients + i) / threads),
    seed: seed + i,
  }));
  if (options.threads === null) return plans.map((plan) => new Load(plan));
  return plans.map((plan) => new ThreadLoad(program, plan));
}

/** What is seen of a load from time to time. */
class Samples {
  taken: [ms: number, answered: number][] = [];
  private readonly title: string;
  private readonly counters: Int32Array;
  private readonly around: Surroundings;
  private readonly clock = new SystemClock();
  private readonly startUs = this.clock.monotonicUs();
  private stepMs = SAMPLE_MS;
  private timer = this.schedule();

  constructor(title: string, counters: Int32Array, around: Surroundings) {
    this.title = title;
    this.counters = counters;
    this.around = around;
  }

  end(): void {
    this.timer.cancel();
    this.take();
  }

  private schedule(): ReturnType<SystemClock['schedule']> {
    return this.clock.schedule(this.stepMs, () => {
      this.timer = this.schedule();
      this.take();
    });
  }

  private take(): void {
    const ms = (this.clock.monotonicUs() - this.startUs) / 1000;
    const answered = Atomics.load(this.counters, ANSWERED);
    this.taken.push([ms, answered]);
    if (this.taken.length >= SAMPLES_MAX) {
      this.taken = this.taken.filter((_, i) => i % 2 === 1);
      this.stepMs *= 2;
    }
    this.around.show(this.title, answered, ms / 1000);
  }
}

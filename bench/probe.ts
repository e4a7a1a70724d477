// A client that sends a command every millisecond, in a process of its own so that no work of the
// bench delays it: its program is probe-process.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { percentile } from './part.ts';
import { childEnvironment, type RunningServer, watchOver } from './servers.ts';

/** What was noted, one entry per command. */
export interface Samples {
  /** When it was sent, in ms since 1970. */
  readonly sentMs: Float64Array;
  /** How long the reply took. */
  readonly tookMs: Float64Array;
  /** How much of that, at least, the server or the probe waited for a processor others had. */
  readonly waitedMs: Float64Array;
  /** The number that was answered. */
  readonly values: Float64Array;
}

export interface RoundTrips {
  readonly maxMs: number;
  readonly p999Ms: number;
  /** The longest round trip less its wait for a processor. */
  readonly netMaxMs: number;
}

const PROGRAM = fileURLToPath(new URL('probe-process.js', import.meta.url));

export class Probe {
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.gone = watchOver(child);
  }

  static async start(server: RunningServer, command: 'PING' | 'DBSIZE'): Promise<Probe> {
    const args = [server.port, server.pid, command].map(String);
    const env = childEnvironment();
    const probe = new Probe(fork(PROGRAM, args, { env, serialization: 'advanced' }));
    await probe.message();
    return probe;
  }

  /** Samples for as long as `work` takes. */
  async during(work: () => Promise<unknown>): Promise<Samples> {
    this.child.send('begin');
    await work();
    this.child.send('end');
    return (await this.message()) as Samples;
  }

  async roundTripsDuring(work: () => Promise<unknown>): Promise<RoundTrips> {
    const { tookMs, waitedMs } = await this.during(work);
    const netMs = tookMs.map((ms, index) => ms - Math.min(ms, waitedMs[index]));
    tookMs.sort();
    netMs.sort();
    return {
      maxMs: percentile(tookMs, 1),
      p999Ms: percentile(tookMs, 0.999),
      netMaxMs: percentile(netMs, 1),
    };
  }

  stop(): Promise<void> {
    this.child.kill('SIGKILL');
    return this.gone;
  }

  private message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.child.once('message', resolve);
      void this.gone.then(() => reject(new Error('the probe has ended')));
    });
  }
}

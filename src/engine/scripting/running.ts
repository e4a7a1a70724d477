// The script that runs: of which kind it is, since when, and what others may do to it.
//
// Its language calls tick() every now and then. After busy-reply-threshold the server is busy: from
// then on others have an interlude several times a second. What may run in one is told by
// ALLOW_BUSY, all else is answered with `busyLine`.
//
// Invariants: between begin() and end() one script runs, and no other. Times are of the monotonic
// clock; `startUs` is known from the first tick on, a fraction of a millisecond after begin().
import { ZERO } from '../../domain/doubles.ts';
import type { Log } from '../ports.ts';
import type { Reply } from '../reply.ts';
import type { Request } from '../request.ts';

/** Interludes are at least so far apart, however short they are, and at most, however long. */
const PAUSE_MIN_US = 10_000;
const PAUSE_MAX_US = 500_000;
/** Between the two the script has so many times what an interlude takes in which nobody asks. */
const PAUSE_FACTOR = 100;
const UNKNOWN = -1;

/** A kind of script: EVAL's, or a function. */
export interface ScriptKind {
  /** What ends one. */
  readonly killer: string;
  readonly busyLine: string;
}

export const OF_EVAL = scriptKind('SCRIPT KILL');
export const OF_FUNCTIONS = scriptKind('FUNCTION KILL');

function scriptKind(killer: string): ScriptKind {
  const busyLine =
    `BUSY Redis is busy running a script. You can only call ${killer} or SHUTDOWN ` + 'NOSAVE.';
  return { killer, busyLine };
}

/** What of the server is needed here. */
export interface RunningParts {
  readonly clock: { nowUs(): number; monotonicUs(): number };
  readonly log: Log;
  readonly settings: { integer(name: string): number };
  readonly interlude: { begin(): void; serve(): boolean; end(): void };
}

export class RunningScript {
  /** Does one run? */
  isOn = false;
  /** It has called a command that writes. */
  hasWritten = false;
  kind = OF_EVAL;
  /** What the log calls it: a digest, or the name of a function. */
  name = '';
  /** The request that it answers; null where none runs. */
  request: Request | null = null;
  private readonly parts: RunningParts;
  /** The journal says that it ran: nobody may end it. */
  private isObeyed = false;
  private isBusy = false;
  private isKilled = false;
  private startUs = ZERO;
  /** When there is something to do in a tick. */
  private nextUs = ZERO;
  private frozenUs = UNKNOWN;

  constructor(parts: RunningParts) {
    this.parts = parts;
  }

  /** What is said to who may not run now. */
  get busyLine(): string {
    return this.kind.busyLine;
  }

  /** How long it has run. */
  get durationMs(): number {
    return Math.floor((this.parts.clock.monotonicUs() - this.startUs) / 1000);
  }

  /** What it sees of the time, in us of the wall clock: that stands still. */
  get nowUs(): number {
    const { clock } = this.parts;
    if (!this.isOn) return clock.nowUs();
    if (this.frozenUs === UNKNOWN) this.frozenUs = clock.nowUs();
    return this.frozenUs;
  }

  begin(kind: ScriptKind, name: string, request: Request, isObeyed: boolean): void {
    this.isOn = true;
    this.hasWritten = false;
    this.kind = kind;
    this.name = name;
    this.request = request;
    this.isObeyed = isObeyed;
    this.nextUs = 0;
  }

  end(): void {
    this.isOn = false;
    this.isKilled = false;
    this.request = null;
    this.frozenUs = UNKNOWN;
    if (this.isBusy) this.parts.interlude.end();
    this.isBusy = false;
  }

  /** Time goes on. Why the script must end now, or ''. */
  tick(): string {
    const { clock } = this.parts;
    const nowUs = clock.monotonicUs();
    if (!this.isOn || nowUs < this.nextUs) return '';
    if (this.nextUs === 0) this.start(nowUs);
    else this.serveOthers(nowUs);
    if (!this.isKilled) return '';
    this.parts.log.write('notice', 'Lua script killed by user with SCRIPT KILL.');
    return 'Script killed by user with SCRIPT KILL...';
  }

  /** Somebody wants to end a script of this kind. */
  kill(kind: ScriptKind, reply: Reply): void {
    if (!this.isOn) return reply.error(NOT_BUSY);
    if (this.isObeyed) return reply.error(OBEYED);
    if (this.hasWritten) return reply.error(UNKILLABLE);
    if (this.kind !== kind) return reply.error(this.busyLine);
    this.isKilled = true;
    reply.ok();
  }

  private start(nowUs: number): void {
    const thresholdMs = this.parts.settings.integer('busy-reply-threshold');
    this.startUs = nowUs;
    this.nextUs = thresholdMs === 0 ? Number.POSITIVE_INFINITY : nowUs + thresholdMs * 1000;
  }

  private serveOthers(nowUs: number): void {
    const { clock, interlude } = this.parts;
    if (!this.isBusy) this.becomeBusy(nowUs);
    const hasServed = interlude.serve();
    const endUs = clock.monotonicUs();
    const pauseUs = hasServed ? 0 : PAUSE_FACTOR * (endUs - nowUs);
    this.nextUs = endUs + Math.min(Math.max(pauseUs, PAUSE_MIN_US), PAUSE_MAX_US);
  }

  private becomeBusy(nowUs: number): void {
    const elapsedMs = Math.floor((nowUs - this.startUs) / 1000);
    this.isBusy = true;
    this.parts.log.write(
      'warning',
      `Slow script detected: still in execution after ${elapsedMs} milliseconds. You can try ` +
        `killing the script using the ${this.kind.killer} command. Script name is: ${this.name}.`,
    );
    this.parts.interlude.begin();
  }
}

const NOT_BUSY = 'NOTBUSY No scripts in execution right now.';
const OBEYED =
  'UNKILLABLE The busy script was sent by a master instance in the context of replication and ' +
  'cannot be killed.';
const UNKILLABLE =
  'UNKILLABLE Sorry the script already executed write commands against the dataset. You can ' +
  'either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE ' +
  'command.';

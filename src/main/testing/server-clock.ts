// The time of a server under test, in the hands of the test.
//
// While it is frozen the server does nothing by itself; what falls due when time goes on happens in
// order, and whoever waits for it has their turn before time goes on again.
import type { Server } from '../../engine/server.ts';
import type { MovableClock } from '../../infrastructure/movable-clock.ts';
import { soon } from '../../infrastructure/soon.ts';
import { RedstartError } from '../embed/errors.ts';
import type { Duration, TestClock } from './api.ts';
import { milliseconds } from './duration.ts';

/** A server that has done nothing for so many turns of the event loop has settled. */
const QUIET_TURNS = 2;
/** Who never rests is not waited for any longer. */
const TURNS_MAX = 10_000;
/** How often the server does its housekeeping while time is the process's. */
const TICK_MS = 100;
/** What Date can tell. */
const MOMENT_MS_MAX = 8.64e15;

export class ServerClock implements TestClock {
  private readonly server: Server;
  private readonly clock: MovableClock;
  private readonly isOver: () => boolean;
  /** What was asked for last: one thing happens after the other. */
  private last: Promise<void> = Promise.resolve();

  /** `isOver`: is the server closed? */
  constructor(server: Server, clock: MovableClock, isOver: () => boolean) {
    this.server = server;
    this.clock = clock;
    this.isOver = isOver;
    const ticks = clock.repeat(TICK_MS, () => {
      if (isOver()) ticks.cancel();
      else if (!clock.isFrozen) server.cron.run();
    });
  }

  get now(): number {
    return this.clock.nowMs();
  }

  freeze(at?: number | Date): void {
    if (at === undefined && this.clock.isFrozen) return;
    this.clock.freeze(at === undefined ? undefined : momentOf(at));
    this.ring();
  }

  resume(): void {
    this.clock.resume();
    this.ring();
  }

  advance(duration: Duration): Promise<void> {
    return this.moveBy(duration, async (ms) => {
      const { clock } = this;
      const endUs = clock.elapsedUs() + ms * 1000;
      await this.settle();
      while (this.mayMove && clock.stepTo(endUs)) await this.settle();
    });
  }

  jump(duration: Duration): Promise<void> {
    return this.moveBy(duration, async (ms) => {
      await this.settle();
      if (!this.mayMove) return;
      this.clock.leap(ms);
      this.clock.fireDue();
      await this.settle();
    });
  }

  catchUp(): Promise<void> {
    return this.next(async () => {
      if (this.isOver()) return;
      await this.settle();
      this.clock.fireDue();
      this.ring();
      await this.settle();
    });
  }

  private get mayMove(): boolean {
    return this.clock.isFrozen && !this.isOver();
  }

  /** Moves time, and lets the server do what it does at ticks at the end of it. */
  private async moveBy(duration: Duration, move: (ms: number) => Promise<void>): Promise<void> {
    const ms = milliseconds(duration);
    return this.next(async () => {
      if (!this.clock.isFrozen) throw badCall('the clock is not frozen: call freeze() first');
      await move(ms);
      this.ring();
      await this.settle();
    });
  }

  private next(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  /** The server looks at its clock now. */
  private ring(): void {
    if (!this.isOver()) this.server.cron.run();
  }

  /** Waits until the server, and who talks to it in this process, have nothing to do any more. */
  private async settle(): Promise<void> {
    let quiet = 0;
    let seen = this.activity;
    for (let turns = 0; quiet < QUIET_TURNS && turns < TURNS_MAX; turns++) {
      await new Promise<void>((resolve) => void soon(resolve));
      const { activity } = this;
      quiet = activity === seen && this.clock.pendingCount === 0 ? quiet + 1 : 0;
      seen = activity;
    }
  }

  /** Another number when the server has read, written or worked. */
  private get activity(): number {
    const { netInputBytes, netOutputBytes } = this.server.statistics;
    return this.clock.callsCount + netInputBytes + netOutputBytes;
  }
}

function momentOf(at: number | Date): number {
  const ms = at instanceof Date ? at.getTime() : at;
  if (Number.isInteger(ms) && ms >= 0 && ms <= MOMENT_MS_MAX) return ms;
  throw badCall(`a moment is a Date or milliseconds since 1970, not ${String(at)}`);
}

function badCall(message: string): RedstartError {
  return new RedstartError('ERR_BAD_CALL', message);
}

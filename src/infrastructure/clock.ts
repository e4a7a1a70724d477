// The real clock and timers.
import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../engine/ports.ts';

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  nowUs(): number {
    return Math.floor((performance.timeOrigin + performance.now()) * 1000);
  }

  monotonicUs(): number {
    return performance.now() * 1000;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}

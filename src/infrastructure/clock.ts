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
    if (delayMs <= 0) {
      // At once means after the input that is there already, not a millisecond later. (The loop
      // would wait for input before an unref'd one; slices of work come to an end by themselves.)
      const immediate = setImmediate(callback);
      return { cancel: () => clearImmediate(immediate) };
    }
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}

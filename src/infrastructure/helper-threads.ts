// The runtime's helper threads compile code and collect garbage beside the main thread. Where there
// are fewer processors than threads they take its time slices, several milliseconds each, while
// clients wait (bench/stall). On Linux priorities are per thread: the helpers get a lower one. What
// the main thread does alone in less time than it would wait, it does alone (decisions/0006).
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Below the main thread's, but not the lowest: it may have to wait for a helper. */
const HELPER_NICE_STEP = 10;
const NICE_MAX = 19;
/** A start does first what its first client waits for. */
const BEGIN_MS = 100;

/** Has the main thread collect young garbage alone: it would have to wait for the others. */
export function collectYoungGarbageAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
}

/** Has helpers come after the main thread, once it has had the time to begin. */
export function yieldToMainThreadSoon(): void {
  const yieldToMainThread = (): void => {
    collectYoungGarbageAlone();
    lowerPriorities();
  };
  setTimeout(yieldToMainThread, BEGIN_MS).unref();
}

/** Lowers the priority of all threads of this process but the main one, where that can be done. */
function lowerPriorities(): void {
  if (process.platform !== 'linux') return;
  try {
    const nice = Math.min(NICE_MAX, getPriority(process.pid) + HELPER_NICE_STEP);
    for (const name of readdirSync('/proc/self/task')) {
      const thread = Number(name);
      if (thread === process.pid) continue;
      if (getPriority(thread) < nice) setPriority(thread, nice);
    }
  } catch {
    // A sandbox may hide /proc or forbid it: the server works as well, with longer waits.
  }
}

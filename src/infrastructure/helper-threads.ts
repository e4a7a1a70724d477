// The runtime's helper threads compile code and collect garbage beside the main thread. Where there
// are fewer processors than threads they take its time slices, several milliseconds each, while
// clients wait (bench/stall). On Linux priorities are per thread: the helpers get a lower one. What
// the main thread does alone in less time than it would wait, it does alone (decisions/0006).
import { readdirSync } from 'node:fs';
import os from 'node:os';
import v8 from 'node:v8';

/** Below the main thread's, but not the lowest: it may have to wait for a helper. */
const HELPER_NICE_STEP = 10;
const NICE_MAX = 19;

/** Has the main thread collect young garbage alone: it would have to wait for the others. */
export function collectYoungGarbageAlone(): void {
  v8.setFlagsFromString('--no-parallel-scavenge');
}

/** Lowers the priority of all threads of this process but the main one, where that can be done. */
export function yieldToMainThread(): void {
  if (process.platform !== 'linux') return;
  try {
    const nice = Math.min(NICE_MAX, os.getPriority(process.pid) + HELPER_NICE_STEP);
    for (const name of readdirSync('/proc/self/task')) {
      const thread = Number(name);
      if (thread === process.pid) continue;
      if (os.getPriority(thread) < nice) os.setPriority(thread, nice);
    }
  } catch {
    // A sandbox may hide /proc or forbid it: the server works as well, with longer waits.
  }
}

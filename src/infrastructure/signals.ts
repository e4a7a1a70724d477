// Signals that the runtime or the system would act upon, taken before anything else runs: this
// module is the first one that the program loads.
//
// SIGUSR1 would open the runtime's debugger, on a port where whoever may connect is asked for no
// password. Redis lives through SIGHUP, SIGPIPE and SIGALRM. What is not here does what it does in
// Redis: SIGTERM and SIGINT end the server in order once it runs, others end it at once.

/** A start does first what its first client waits for. */
const BEGIN_MS = 100;
const IGNORED_SIGNALS = ['SIGUSR1', 'SIGHUP', 'SIGPIPE', 'SIGALRM'] as const;

for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});

/**
 * Closes the debugger that a SIGUSR1 opened while the runtime itself was starting, unless the user
 * has asked for one.
 */
export async function closeUninvitedDebugger(): Promise<void> {
  const options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''];
  if (options.some((option) => option.includes('--inspect'))) return;
  try {
    // Loaded when the doors are open: neither the start nor its first client shall wait for it.
    await new Promise<void>((resolve) => void setTimeout(resolve, BEGIN_MS).unref());
    const inspector = await import('node:inspector');
    if (inspector.url() !== undefined) inspector.close();
  } catch {
    // A runtime that was built without a debugger.
  }
}

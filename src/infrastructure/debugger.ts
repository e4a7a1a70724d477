// The runtime's debugger, which a signal opens, on a port where whoever may connect is asked for no
// password: see signals.ts.

/** A start does first what its first client waits for. */
const BEGIN_MS = 100;

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

// Signals that the runtime or the system would act upon, taken before anything else runs: this
// module is the first one that the program loads.
//
// SIGUSR1 would open the runtime's debugger, on a port where whoever may connect is asked for no
// password. Redis lives through SIGHUP, SIGPIPE and SIGALRM. What is not here does what it does in
// Redis: SIGTERM and SIGINT end the server in order once it runs, others end it at once.

const IGNORED_SIGNALS = ['SIGUSR1', 'SIGHUP', 'SIGPIPE', 'SIGALRM'] as const;

for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});

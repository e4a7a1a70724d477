// At once, but after what is running and the input that is there already. Taken when the module is
// loaded: programs under test replace the runtime's by their own, which run when the test says so,
// and a server would stand still.
export const { setImmediate: soon, clearImmediate: notSoon } = globalThis;

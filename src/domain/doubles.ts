// V8 keeps a field that has held nothing but small integers differently from one that has held a
// double. When that changes, at the first fraction or when a counter passes 2^31, it gives up all
// code that it compiled for such objects: clients wait for milliseconds (bench/stall). Fields of
// the hot path that will get there start as doubles.

/**
 * Zero as a double: for the initial value of a field that counts bytes, calls or time. The literal
 * would be a small integer.
 */
export const ZERO = new Float64Array(1)[0];

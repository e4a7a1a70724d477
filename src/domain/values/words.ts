// Words that a client sent, as far as values need to know them.
/** The arguments of a call, from which elements are taken: a Request is such. */
export interface Words {
  readonly buffer: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

// What decodes the values of some types, one element after the other.
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import type { RdbReader } from './reader.ts';

export interface TypeDecoder {
  /** The root of the blocks that the value has so far, or NONE; and what value of many it is. */
  readonly root: number;
  readonly kind: number;
  /** What was wrong, where an element was read that is BAD; empty when it could not be read. */
  readonly problem: string;
  begin(type: number): void;
  /**
   * Reads one element: DONE, when it was the last one and the value is in `built`, GOES_ON, BAD,
   * EMPTY, or SHORT, when it has read nothing that counts.
   */
  step(reader: RdbReader, built: BuiltValue): number;
  /** The value that was begun is not wanted. */
  drop(): void;
}

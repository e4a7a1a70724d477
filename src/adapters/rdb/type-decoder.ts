// What decodes the values of some types, one element after the other.
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import { BAD, EMPTY, type RdbReader } from './reader.ts';

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

interface Builder {
  readonly root: number;
  drop(): void;
}

/** One of values of many blocks, which a builder makes. */
export abstract class CollectionDecoder<B extends Builder> implements TypeDecoder {
  problem = '';
  readonly kind: number;
  protected readonly builder: B;
  protected type = 0;

  constructor(kind: number, builder: B) {
    this.kind = kind;
    this.builder = builder;
  }

  get root(): number {
    return this.builder.root;
  }

  begin(type: number): void {
    this.problem = '';
    this.type = type;
  }

  abstract step(reader: RdbReader, built: BuiltValue): number;

  drop(): void {
    this.builder.drop();
  }

  protected refuse(problem: string): number {
    this.problem = problem;
    return BAD;
  }

  /** It has no elements: `problem` says so. */
  protected empty(problem: string): number {
    this.problem = problem;
    return EMPTY;
  }
}

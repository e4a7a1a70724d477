// Who decides which of two rows of a tree with equal keys comes first.

export interface TreeTies {
  /** Below 0, 0 or above 0, as what is sought sorts before, with or after a row with this value. */
  compare(value: number): number;
  /** What is sought is what a row with this value has. */
  take(value: number): void;
}

/** Rows sort by their values themselves, taken as refs. */
export class RefTies implements TreeTies {
  sought = 0;

  compare(value: number): number {
    if (this.sought === value) return 0;
    return this.sought >>> 0 < value >>> 0 ? -1 : 1;
  }

  take(value: number): void {
    this.sought = value;
  }
}

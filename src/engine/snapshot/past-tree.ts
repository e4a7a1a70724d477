// The rows that a tree had when a snapshot began, found from the root that it had. What was read is
// passed on the way: nodes of the tree when the walk leaves them, and before others are met.
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import { LEVELS_MAX, TreeCursor } from '../../domain/structures/tree/cursor.ts';
import type { TreeShape } from '../../domain/structures/tree/shape.ts';

/** What is done with a block that is not needed any more. */
export type PassBlock = (block: number) => void;

export class PastTree {
  private readonly shape: TreeShape;
  private readonly cursor: TreeCursor;
  private readonly path = new Int32Array(LEVELS_MAX);
  private readonly values: Int32Array;
  private hasMore = false;

  constructor(arena: Arena, shape: TreeShape) {
    this.shape = shape;
    this.cursor = new TreeCursor(arena, shape, null);
    this.values = new Int32Array(shape.leafRowsMax);
  }

  /** Begins to read the tree of a root. */
  begin(root: number): void {
    this.hasMore = this.cursor.seekStart(root);
  }

  /** How many rows has the tree of a root, which is begun afterwards? */
  count(root: number): number {
    const { cursor, shape } = this;
    let count = 0;
    // A leaf at a time: there is little to be read, and yet 100 million items are 8,000 leaves.
    if (cursor.seekStart(root)) {
      for (let rows = -1; rows !== 0; count += rows) {
        rows = cursor.takeValues(this.values, shape.leafRowsMax);
      }
    }
    return count;
  }

  /** The value of the next row, or NONE when all were read. */
  next(): number {
    return this.hasMore ? this.cursor.value(0) : NONE;
  }

  /** Goes on behind the row. */
  advance(pass: PassBlock): void {
    const { cursor, path } = this;
    const { nodes, height } = cursor;
    path.set(nodes.subarray(0, height));
    this.hasMore = cursor.next();
    for (let level = 0; level < height; level++) {
      if (!this.hasMore || nodes[level] !== path[level]) pass(path[level]);
    }
  }

  /** Goes on behind the leaf, where all rows have been read otherwise. Was there one? */
  advanceLeaf(pass: PassBlock): boolean {
    if (!this.hasMore) return false;
    this.cursor.rows[0] = this.shape.leafRowsMax;
    this.advance(pass);
    return true;
  }
}

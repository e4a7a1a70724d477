// The nodes that a long list had when a snapshot began, found from the root that it had. What was
// read is passed on the way: nodes one by one, those of the tree when the walk leaves them.
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import { LEVELS_MAX, TreeCursor } from '../../domain/structures/tree/cursor.ts';
import { LIST_TREE } from '../../domain/values/list-kind.ts';

export class PastList {
  private readonly cursor: TreeCursor;
  private readonly path = new Int32Array(LEVELS_MAX);
  private readonly values = new Int32Array(LIST_TREE.leafRowsMax);
  private hasMore = false;

  constructor(arena: Arena) {
    this.cursor = new TreeCursor(arena, LIST_TREE, null);
  }

  /** Begins to read a list. How many nodes has it? */
  begin(root: number): number {
    const { cursor } = this;
    let count = 0;
    // A leaf at a time: there is little to be read, and yet 100 million items are 8,000 leaves.
    if (cursor.seekStart(root)) {
      for (let rows = -1; rows !== 0; count += rows) {
        rows = cursor.takeValues(this.values, LIST_TREE.leafRowsMax);
      }
    }
    this.hasMore = cursor.seekStart(root);
    return count;
  }

  /** The next node, or NONE when all were read. */
  next(): number {
    return this.hasMore ? this.cursor.value(0) : NONE;
  }

  /** Goes on behind the node; blocks of the tree that are not needed any more are passed. */
  advance(pass: (block: number) => void): void {
    const { cursor, path } = this;
    const { nodes, height } = cursor;
    path.set(nodes.subarray(0, height));
    this.hasMore = cursor.next();
    for (let level = 0; level < height; level++) {
      if (!this.hasMore || nodes[level] !== path[level]) pass(path[level]);
    }
  }
}

// Makes a tree of rows that come sorted, bottom-up and with full nodes: for loading, conversions
// and the results of STORE.
//
// Invariant: at each level one node is open, which is not in its parent yet; those before it are.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { ROOT_COUNT, type Roots } from '../root.ts';
import { LEVELS_MAX } from './cursor.ts';
import { NodeStore } from './node-store.ts';
import { NODE_COLUMNS, NODE_ROWS, type TreeShape } from './shape.ts';

export class TreeBuilder {
  /** The key of the row that comes next. */
  readonly key = new Int32Array(4);
  private readonly arena: Arena;
  private readonly shape: TreeShape;
  private readonly store: NodeStore;
  private readonly nodes = new Int32Array(LEVELS_MAX);
  private root = 0;
  private height = 0;

  constructor(arena: Arena, roots: Roots, shape: TreeShape) {
    this.arena = arena;
    this.shape = shape;
    this.store = new NodeStore(arena, roots, shape);
  }

  /** Begins the tree of a root that has none. */
  begin(root: number): void {
    this.root = root;
    this.height = 0;
  }

  /** Adds a row, which sorts behind all others, with this first word of its value. */
  add(value: number, weight: number): void {
    const { arena, shape, key } = this;
    const leaf = this.openAt(0);
    const words = arena.words[leaf >>> SLAB_SHIFT];
    const at = (leaf & SLAB_MASK) << 2;
    const max = shape.leafRowsMax;
    const start = at + NODE_COLUMNS + words[at + NODE_ROWS]++;
    for (let i = 0; i < shape.keyWords; i++) words[start + i * max] = key[i];
    if (shape.valueWords > 0) words[start + shape.keyWords * max] = value;
    if (shape.isWeighted) words[start + shape.weightColumn * max] = weight;
  }

  /** Sets another word of the value of the last row. */
  setValue(index: number, word: number): void {
    const leaf = this.nodes[0];
    const words = this.arena.words[leaf >>> SLAB_SHIFT];
    const at = (leaf & SLAB_MASK) << 2;
    const column = (this.shape.keyWords + index) * this.shape.leafRowsMax;
    words[at + NODE_COLUMNS + column + words[at + NODE_ROWS] - 1] = word;
  }

  /** Closes all nodes, and gives the root its tree. */
  finish(): void {
    const { arena, shape, store, root, nodes } = this;
    if (this.height === 0) return;
    for (let level = 0; level + 1 < this.height; level++) this.close(level);
    const top = nodes[this.height - 1];
    const words = arena.words[root >>> SLAB_SHIFT];
    const at = (root & SLAB_MASK) << 2;
    words[at + shape.rootWord] = top;
    words[at + shape.rootWord + 1] = this.height;
    if (shape.keepsCount) words[at + ROOT_COUNT] = store.weight(top, 0, store.rows(top));
  }

  /** Goes on behind the rows of the tree that finish() has given the root. */
  resume(): void {
    const { store, nodes } = this;
    for (let level = this.height - 1; level > 0; level--) {
      const last = store.rows(nodes[level]) - 1;
      nodes[level - 1] = store.child(nodes[level], last);
      store.close(nodes[level], last, 1);
    }
  }

  /** The open node of a level, which has room for a row. */
  private openAt(level: number): number {
    const { store, nodes, shape } = this;
    if (level < this.height) {
      if (store.rows(nodes[level]) < shape.rowsMax(level)) return nodes[level];
      this.close(level);
    } else this.height = level + 1;
    nodes[level] = store.make(this.root, level);
    return nodes[level];
  }

  /** Puts the open node of a level into that of the level above. */
  private close(level: number): void {
    const parent = this.openAt(level + 1);
    this.store.addChild(parent, this.store.rows(parent), this.nodes[level]);
  }
}
